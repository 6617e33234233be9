"""Formulas: text becomes a tree by a grammar of six lines, and a tree a number; Python itself reads none of it.

sum     = ["-"] product {("+" | "-") product}
product = factor {("*" | "/") factor}
factor  = ("-" | "+") factor | power
power   = atom ["**" factor]
atom    = number | name | name "(" sum {"," sum} ")" | "(" sum {"," sum} ")"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from wnverify.questions.counterexample.script.intervals import (
    INFINITY,
    ONE_ARGUMENT,
    PI_ENDS,
    SEVERAL_ARGUMENTS,
    CannotMeasure,
    Ends,
    add,
    exact,
    exp,
    is_point,
    multiply,
    negative,
    over,
    power,
)

Tree: TypeAlias = tuple[Any, ...]

LONGEST, DEEPEST, MOST_TOKENS, MOST_TERMS = 100_000, 400, 40_000, 20_000
TOKEN = re.compile(
    r" *(?:(\d+\.?\d*(?:[eE][+-]?\d{1,6})?|\.\d+(?:[eE][+-]?\d{1,6})?)|([A-Za-z_]\w*)|(\*\*|[-+*/(),]))"
)
SERIES = ("Sum", "Product")
FIXED = {"pi": PI_ENDS, "E": exp(exact(1)), "oo": exact(INFINITY)}


class Damaged(Exception):
    """The file is no whole counterexample."""


class Scope:
    """What the symbols of a formula are.

    Args:
        number: the number of a name.
        most: the most terms that sums may have, all within one another together.
    """

    def __init__(self, number: Callable[[str], Ends], most: int = MOST_TERMS) -> None:
        self.number, self.most = number, most

    def inside(self, index: str, value: Ends, count: int) -> Scope:
        """The same inside one of so many terms of a sum."""
        return Scope(lambda name: value if name == index else self.number(name), self.most // count)


class Formula:
    """A text, read once.

    Args:
        text: the text.
        what: what it is, for a message.
    """

    def __init__(self, text: str, what: str) -> None:
        self.text, self.what, self.depth, self.next = text, what, 0, 0
        self.tokens = self._split()
        try:
            self.tree = self._sum()
        except RecursionError:
            raise self._damaged("it is nested too deeply") from None
        if self.next < len(self.tokens):
            raise self._damaged(f"{self._peek()!r} is one too many")

    def names(self) -> set[str]:
        """The symbols that occur, without the indices of sums."""
        found: set[str] = set()
        self._collect(self.tree, frozenset(), found)
        return found

    def value(self, scope: Scope) -> Ends:
        """The number that it is where every symbol has a number."""
        return _value(self.tree, scope)

    def _damaged(self, why: str) -> Damaged:
        return Damaged(f"{self.what} is no formula: {why}")

    def _split(self) -> list[tuple[str, str]]:
        if len(self.text) > LONGEST:
            raise self._damaged(f"it has more than {LONGEST} characters")
        end, text = 0, self.text.rstrip(" ")
        tokens: list[tuple[str, str]] = []
        while end < len(text):
            found = TOKEN.match(text, end)
            if found is None or len(tokens) == MOST_TOKENS:
                raise self._damaged(f"something at {text[end : end + 20]!r}")
            kind = "number" if found[1] else "name" if found[2] else "sign"
            tokens.append((kind, found[1] or found[2] or found[3]))
            end = found.end()
        return tokens

    def _peek(self) -> str:
        return self.tokens[self.next][1] if self.next < len(self.tokens) else ""

    def _take(self) -> tuple[str, str]:
        if self.next == len(self.tokens):
            raise self._damaged("it ends too early")
        self.next += 1
        return self.tokens[self.next - 1]

    def _must(self, sign: str) -> None:
        found = self._take()[1]
        if found != sign:
            raise self._damaged(f"{found!r} where {sign!r} is due")

    def _sum(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._damaged(f"it is nested more than {DEEPEST} deep")
        terms = [self._product()]
        while self._peek() in ("+", "-"):
            minus = self._take()[1] == "-"
            terms.append(("negative", self._product()) if minus else self._product())
        self.depth -= 1
        return terms[0] if len(terms) == 1 else ("sum", *terms)

    def _product(self) -> Tree:
        factors = [("times", self._factor())]
        while self._peek() in ("*", "/"):
            kind = "times" if self._take()[1] == "*" else "over"
            factors.append((kind, self._factor()))
        return factors[0][1] if len(factors) == 1 else ("product", *factors)

    def _factor(self) -> Tree:
        turned = False
        while self._peek() in ("+", "-"):
            turned ^= self._take()[1] == "-"
        found = self._power()
        return ("negative", found) if turned else found

    def _power(self) -> Tree:
        base = self._atom()
        if self._peek() != "**":
            return base
        self._take()
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._damaged("too high a tower of powers")
        exponent = self._factor()
        self.depth -= 1
        return ("power", base, exponent)

    def _atom(self) -> Tree:
        kind, text = self._take()
        if kind == "number":
            return ("number", exact(text))
        if kind == "name":
            return ("call", text, self._arguments()) if self._peek() == "(" else ("name", text)
        if text != "(":
            raise self._damaged(f"{text!r} where a number or a name is due")
        self.next -= 1
        inner = self._arguments()
        return inner[0] if len(inner) == 1 else ("list", inner)

    def _arguments(self) -> list[Tree]:
        self._must("(")
        found = [self._sum()]
        while self._peek() == ",":
            self._take()
            found.append(self._sum())
        self._must(")")
        return found

    def _collect(self, tree: Tree, bound: frozenset[str], found: set[str]) -> None:
        kind, *parts = tree
        if kind == "name" and parts[0] not in bound | set(FIXED):
            found.add(parts[0])
        if kind == "list":
            raise self._damaged("a list where a number is due")
        if kind == "call":
            self._check_call(parts[0], parts[1])
            inner, parts = _unbound(parts[0], parts[1])
            bound = bound | inner
        for part in parts if kind not in ("number", "name") else ():
            self._collect(part[1] if kind == "product" else part, bound, found)

    def _check_call(self, name: str, arguments: Sequence[Tree]) -> None:
        if name in SERIES:
            fine = len(arguments) > 1 and all(_is_range(each) for each in arguments[1:])
        else:
            fine = len(arguments) == 1 or name in SEVERAL_ARGUMENTS
        if not fine:
            raise self._damaged(f"{name} of something else than it takes")


def _is_range(tree: Tree) -> bool:
    return tree[0] == "list" and len(tree[1]) == 3 and tree[1][0][0] == "name"


def _unbound(name: str, arguments: Sequence[Tree]) -> tuple[set[str], list[Tree]]:
    """The indices of a sum, and the trees in which symbols stand; of another function its arguments."""
    if name not in SERIES:
        return set(), list(arguments)
    indices = {each[1][0][1] for each in arguments[1:]}
    return indices, [arguments[0], *(end for each in arguments[1:] for end in each[1][1:])]


# ---- a number of a tree


def _value(tree: Tree, scope: Scope) -> Ends:
    kind, *parts = tree
    if kind == "number":
        number: Ends = parts[0]
        return number
    if kind == "name":
        return FIXED[parts[0]] if parts[0] in FIXED else scope.number(parts[0])
    if kind == "negative":
        return negative(_value(parts[0], scope))
    if kind == "power":
        return power(_value(parts[0], scope), _value(parts[1], scope))
    if kind == "call":
        return _call(parts[0], parts[1], scope)
    first = parts[0] if kind == "sum" else parts[0][1]
    total = _value(first, scope)
    for part in parts[1:]:
        total = add(total, _value(part, scope)) if kind == "sum" else _times(total, part, scope)
    return total


def _times(total: Ends, factor: Tree, scope: Scope) -> Ends:
    kind, tree = factor
    return (multiply if kind == "times" else over)(total, _value(tree, scope))


def _call(name: str, arguments: Sequence[Tree], scope: Scope) -> Ends:
    if name in SERIES:
        return _series(name, arguments[0], [each[1] for each in arguments[1:]], scope)
    numbers = [_value(argument, scope) for argument in arguments]
    if name in ONE_ARGUMENT:
        return ONE_ARGUMENT[name](*numbers)
    if name in SEVERAL_ARGUMENTS:
        return SEVERAL_ARGUMENTS[name](*numbers)
    raise CannotMeasure(f"this script does not know the function {name}")


def _series(name: str, term: Tree, ranges: Sequence[Sequence[Tree]], scope: Scope) -> Ends:
    """A sum or product; the last index is the outermost."""
    if not ranges:
        return _value(term, scope)
    (_, index), low, high = ranges[-1]
    first, last = (_value(end, scope) for end in (low, high))
    steps = range(int(first[0]), int(last[0]) + 1) if _is_whole(first) and _is_whole(last) else None
    if steps is None or int(last[0]) < int(first[0]) - 1 or len(steps) > scope.most:
        raise CannotMeasure(f"this script cannot take {name} over {index}")
    total = exact(0 if name == "Sum" else 1)
    for step in steps:
        inner = _series(name, term, ranges[:-1], scope.inside(index, exact(step), len(steps)))
        total = add(total, inner) if name == "Sum" else multiply(total, inner)
    return total


def _is_whole(x: Ends) -> bool:
    return is_point(x) and x[0] == x[0].to_integral_value() and x[0].copy_abs() < 10**15
