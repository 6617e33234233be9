"""Parser: a typed inequality becomes a `Relation`. A whitelist over Python's syntax tree; nothing is ever evaluated.

    gradient_norm <= 2*(1 + rho)*sqrt(L)/(sqrt(m)*Min(omega, omega**2))

Allowed are + − * / **, unary − and +, the functions and constants below, decimal numbers (exact: 0.1 is 1/10), the
symbols of a family, and exactly one of <= >= ==. Everything else is refused with one sentence. Size comes first:
length, characters, digits and depth are checked on the text, before Python's own parser or sympy sees it.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sympy

from wnverify.claim import Relation
from wnverify.errors import UsageError, expected

LONGEST, MOST_BRACKETS, DEEPEST, MOST_NODES = 8000, 60, 120, 1500
MOST_DIGITS, LARGEST_POWER, MOST_BITS = 30, 64, 1000
MOST_ALTERNATIVES, MOST_CHOICES = 6, 64
LARGEST, MACHINE_BITS, HIGHEST_TOWER = 1e300, 62, 3
SHOWN = 60

FUNCTIONS: Mapping[str, Callable[..., sympy.Expr]] = MappingProxyType({
    "sqrt": sympy.sqrt, "log": sympy.log, "exp": sympy.exp, "Abs": sympy.Abs,
    "sin": sympy.sin, "cos": sympy.cos, "Min": sympy.Min, "Max": sympy.Max,
})  # fmt: skip
"""Functions that may be typed; sin and cos are there because the Hessian bound of this project needs them."""
CONSTANTS: Mapping[str, sympy.Expr] = MappingProxyType({"pi": sympy.pi})
SEVERAL = ("Min", "Max")

_ALLOWED = re.compile(r"[A-Za-z0-9_ \t.+\-*/()<>=,]*")
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
_RELATION = re.compile(r"<=|>=|==|!=|<|>|=")
_HINTS: Mapping[str, str] = MappingProxyType({
    "≤": "write <=", "≥": "write >=", "√": "write sqrt(…)", "·": "write *", "×": "write *", "−": "write -",
    "^": "write ** for a power", "[": "use round brackets", "{": "use round brackets", "!": "use <=, >= or ==",
    "∞": "a bound must be finite",
})  # fmt: skip
_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = MappingProxyType({
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
})  # fmt: skip
_COMPARED: Mapping[type[ast.cmpop], str] = MappingProxyType({ast.LtE: "<=", ast.GtE: ">=", ast.Eq: "="})


class NotAClaim(UsageError):
    """The text is no claim that wnverify reads; the message says why."""


@dataclass(frozen=True)
class Sentence:
    """A text that has the form of a relation, before anything is known of its symbols.

    Args:
        text: the text, checked for size and characters.
        tree: its syntax tree, which holds nothing but what the whitelist allows.
    """

    text: str
    tree: ast.expr

    @property
    def names(self) -> tuple[str, ...]:
        """The symbols that occur, in order of appearance; functions and constants left out."""
        functions = {id(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        nodes = [n for n in ast.walk(self.tree) if isinstance(n, ast.Name) and id(n) not in functions]
        nodes.sort(key=lambda node: node.col_offset)
        return tuple(dict.fromkeys(node.id for node in nodes if node.id not in CONSTANTS))


def read(text: object, *, relation: bool = True) -> Sentence:
    """Check a text against the whitelist.

    Args:
        text: what was typed.
        relation: whether it must be a relation; a lone expression otherwise.

    Raises:
        NotAClaim: if it is anything but one relation (or one expression) in the allowed syntax.

    >>> read("gradient_norm <= 2*sqrt(L)").names
    ('gradient_norm', 'L')
    """
    if not isinstance(text, str):
        raise NotAClaim(expected("a claim as text", type(text).__name__))
    _check_text(text, 1 if relation else 0)
    tree = _tree(text.strip())
    _check_tree(tree, relation=relation)
    return Sentence(text.strip(), tree)


def relation_of(sentence: Sentence, quantities: Mapping[str, sympy.Symbol]) -> Relation:
    """The relation that a sentence states of these quantities.

    Raises:
        NotAClaim: for an unknown name (with a suggestion), a number out of bounds, or a side that is not real.
    """
    compared = sentence.tree
    if not isinstance(compared, ast.Compare):
        raise NotAClaim(expected("a relation: one of <= >= ==", _short(sentence.text)))
    reader = _Reader(sentence.text, quantities)
    lhs, rhs = reader.real(compared.left), reader.real(compared.comparators[0])
    return Relation(lhs, _COMPARED[type(compared.ops[0])], rhs)


def expression_of(text: object, quantities: Mapping[str, sympy.Symbol] | None = None) -> sympy.Expr:
    """A lone expression, such as a number typed as `1/2` or `sqrt(2)`.

    >>> expression_of("0.1 + sqrt(4)")
    21/10

    Raises:
        NotAClaim: if it is anything else.
    """
    sentence = read(text, relation=False)
    return _Reader(sentence.text, quantities or {}).real(sentence.tree)


def written(expression: sympy.Expr) -> str:
    """An expression as text that `expression_of` reads back to the same function.

    >>> x = sympy.Symbol("x")
    >>> written(sympy.Rational(2, 3) * sympy.sqrt(x) + sympy.Float(0.5))
    '2*sqrt(x)/3 + 1/2'

    Raises:
        UsageError: if it holds something that cannot be typed, such as a sum over an index.
    """
    exact = expression.replace(lambda part: part.is_Float, lambda part: sympy.Rational(part))
    if exact is sympy.oo:
        return "oo"
    text = str(exact)
    symbols = {symbol.name: symbol for symbol in exact.free_symbols}
    try:
        again = expression_of(text, symbols)
    except NotAClaim as error:
        raise UsageError(f"The expression {_short(text)} cannot be written as text: {error}") from error
    if again != exact and not same_value(again, exact):
        raise UsageError(expected("an expression that reads back the same", f"{_short(str(again))}", _short(text)))
    return text


def same_value(left: sympy.Expr, right: sympy.Expr) -> bool:
    """Whether two expressions agree, in balls, at a few points: sympy may order a formula in two ways."""
    from wnverify.balls.expression import enclose

    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    for shift in (1, 3, 10):
        point = {symbol: shift + 2 * index for index, symbol in enumerate(symbols)}
        one, other = enclose(left, point, 200), enclose(right, point, 200)
        if not (one.is_finite() and one.overlaps(other) and one.rad() <= abs(one).upper() * 1e-30 + 1e-60):
            return False
    return True


def suggestion(name: str, known: Sequence[str]) -> str:
    """Did you mean …, or where the names are listed.

    >>> suggestion("omga", ["m", "omega"])
    'did you mean omega?'
    """
    by_case = [other for other in known if other.lower() == name.lower()]
    near = by_case or difflib.get_close_matches(name[:SHOWN], known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else "`wnverify symbols` lists the names"


def _short(text: str) -> str:
    clean = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:SHOWN])
    return repr(clean if len(text) <= SHOWN else f"{clean}…")


# ---- the text, before any parser sees it


def _check_text(text: str, relations: int) -> None:
    if len(text) > LONGEST:
        raise NotAClaim(expected(f"a claim of at most {LONGEST} characters", f"{len(text)} characters"))
    if not text.strip():
        raise NotAClaim(expected("a claim such as gradient_norm <= 2*sqrt(L)", "an empty text"))
    end = _ALLOWED.match(text).end()  # type: ignore[union-attr]  # it matches the empty text
    if end < len(text):
        bad = text[end]
        remedy = _HINTS.get(bad, "use letters, digits, _ . + - * / ( ) , < > =")
        raise NotAClaim(expected("a claim in plain characters", f"{_short(bad)} (U+{ord(bad):04X})", remedy))
    _check_relations(text, relations)
    _check_depth(text)
    _check_numbers(text)


def _check_relations(text: str, wanted: int) -> None:
    found = _RELATION.findall(text)
    strict = [sign for sign in found if sign not in ("<=", ">=", "==")]
    if wanted and strict:
        remedy = {"=": "write == for equality", "<": "write <=", ">": "write >="}.get(strict[0], "")
        raise NotAClaim(expected("one of <= >= ==", repr(strict[0]), remedy))
    if len(found) != wanted:
        got = ", ".join(found) if found else "none"
        what = "exactly one of <= >= ==" if wanted else "an expression without a relation"
        raise NotAClaim(expected(what, f"{got} in {_short(text)}"))


def _check_depth(text: str) -> None:
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth > MOST_BRACKETS:
            raise NotAClaim(expected(f"at most {MOST_BRACKETS} nested brackets", f"more in {_short(text)}"))


def _check_numbers(text: str) -> None:
    for found in re.finditer(r"(?<![A-Za-z0-9_.])[0-9.][A-Za-z0-9_.]*(?:(?<=[eE])[+-][0-9]+)?", text):
        word = found[0]
        if not _NUMBER.fullmatch(word):
            remedy = "write decimal numbers, such as 0.5 or 1e-3, and * between a number and a name"
            raise NotAClaim(expected("a number", _short(word), remedy))
        if sum(char.isdigit() for char in word) > MOST_DIGITS:
            raise NotAClaim(expected(f"numbers of at most {MOST_DIGITS} digits", _short(word)))


# ---- the tree, before sympy sees it


def _tree(text: str) -> ast.expr:
    try:
        return ast.parse(text, "<claim>", "eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        why = error.msg if isinstance(error, SyntaxError) else "it cannot be parsed"
        raise NotAClaim(expected("a claim", _short(text), why)) from error


def _check_tree(tree: ast.expr, *, relation: bool) -> None:
    """Node by node, without recursion, so that depth is no danger here."""
    if isinstance(tree, ast.Compare) != relation:
        raise NotAClaim(expected("one relation between two sides, not inside brackets", _kind(tree)))
    choices = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) in SEVERAL]
    if sum(len(node.args) for node in choices) > MOST_CHOICES:
        raise NotAClaim(expected(f"at most {MOST_CHOICES} arguments of Min and Max in all", "more"))
    count = 0
    level: list[ast.expr] = [tree]
    for _ in range(DEEPEST):
        count += len(level)
        if count > MOST_NODES:
            break
        level = [child for node in level for child in _children(node, top=node is tree)]
        if not level:
            return
    raise NotAClaim(expected(f"at most {MOST_NODES} operations, nested at most {DEEPEST} deep", "a larger claim"))


def _children(node: ast.expr, *, top: bool) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if top and type(op) in _COMPARED:
            yield from (left, right)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS or isinstance(op, ast.Pow):
            yield from (left, right)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            yield operand
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            _check_call(name, args)
            yield from args
        case ast.Constant(value=value) if type(value) in (int, float):
            return
        case ast.Name():
            return
        case _:
            allowed = f"+ - * / **, numbers, symbols and {', '.join(FUNCTIONS)}"
            raise NotAClaim(expected(f"only {allowed}", _kind(node)))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _check_call(name: str, args: list[ast.expr]) -> None:
    if name not in FUNCTIONS:
        remedy = suggestion(name, list(FUNCTIONS))
        remedy = remedy if remedy.startswith("did") else "no other function can be called"
        raise NotAClaim(expected(f"a function among {', '.join(FUNCTIONS)}", _short(name), remedy))
    least, most = (1, MOST_ALTERNATIVES) if name in SEVERAL else (1, 1)
    if not least <= len(args) <= most:
        raise NotAClaim(
            expected(f"{least} argument" if most == 1 else f"1 to {most} arguments", f"{name} of {len(args)}")
        )


_KINDS: Mapping[type[ast.AST], str] = MappingProxyType({
    ast.Attribute: "an attribute (a dot after a name)", ast.Call: "a call", ast.Compare: "a relation inside",
    ast.Tuple: "a list of expressions", ast.BoolOp: "and/or", ast.IfExp: "if/else", ast.Lambda: "a function",
    ast.Constant: "a constant that is no number", ast.BinOp: "another operator", ast.UnaryOp: "not",
    ast.Starred: "a star", ast.NamedExpr: "an assignment",
})  # fmt: skip


def _kind(node: ast.AST) -> str:
    return _KINDS.get(type(node), type(node).__name__)


# ---- from the tree to sympy


@dataclass(frozen=True)
class _Reader:
    """Turns checked nodes into sympy expressions; every number stays small enough to be evaluated."""

    text: str
    quantities: Mapping[str, sympy.Symbol]

    def real(self, node: ast.expr) -> sympy.Expr:
        """An expression that is a finite real number as far as its form tells."""
        try:
            found = self._read(node)
        except (RecursionError, ArithmeticError, ValueError, TypeError, NotImplementedError) as error:
            got = f"{_short(self.text)} ({type(error).__name__})"
            raise NotAClaim(expected("sides that can be computed", got)) from error
        bad = found.atoms(sympy.core.numbers.ImaginaryUnit) or found.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo)
        if bad:
            raise NotAClaim(expected("sides that are finite real numbers", str(found)[:SHOWN]))
        return found

    def _read(self, node: ast.expr) -> sympy.Expr:
        match node:
            case ast.Constant():
                return self._number(node)
            case ast.Name(id=name):
                return self._symbol(name)
            case ast.UnaryOp(op=op, operand=operand):
                return -self._read(operand) if isinstance(op, ast.USub) else self._read(operand)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return _power(self._read(left), self._read(right))
            case ast.BinOp(left=left, op=op, right=right):
                return _small(_OPERATORS[type(op)](self._read(left), self._read(right)))
            case ast.Call(func=ast.Name(id=name), args=args):
                return _small(FUNCTIONS[name](*(self._read(argument) for argument in args)))
        raise NotAClaim(expected("a claim", _kind(node)))

    def _number(self, node: ast.Constant) -> sympy.Expr:
        """The exact decimal that was typed; ASCII text makes columns and characters the same."""
        return sympy.Rational(self.text[node.col_offset : node.end_col_offset])

    def _symbol(self, name: str) -> sympy.Expr:
        found = self.quantities.get(name, CONSTANTS.get(name))
        if found is None:
            known = [*self.quantities, *CONSTANTS, *FUNCTIONS]
            raise NotAClaim(expected("known symbols", _short(name), suggestion(name, known)))
        return found


def _power(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    """`base ** exponent`, refused before it is computed if a plain number would become too long."""
    if exponent.is_number:
        size = abs(float(exponent)) if exponent.is_real else float("inf")
        if not size <= LARGEST_POWER or (exponent.is_Rational and exponent.q > LARGEST_POWER):
            raise NotAClaim(expected(f"exponents up to {LARGEST_POWER} in size", str(exponent)[:SHOWN]))
        if base.is_number and size * _bits(base) > MOST_BITS:
            raise NotAClaim(expected(f"numbers below 2**{MOST_BITS}", f"a power of {str(base)[:SHOWN]}"))
    elif base.is_number and _bits(base) > MACHINE_BITS:
        raise NotAClaim(expected(f"a base below 2**{MACHINE_BITS} under a symbol", str(base)[:SHOWN]))
    if _tower(exponent) >= HIGHEST_TOWER:
        raise NotAClaim(expected(f"powers of powers up to {HIGHEST_TOWER} high", "a higher tower"))
    return _small(base**exponent)


def _tower(exponent: sympy.Expr) -> int:
    """How many powers with symbols in the exponent stand on one another in an exponent."""
    powers = [power.exp for power in exponent.atoms(sympy.Pow, sympy.exp) if power.exp.free_symbols]
    return max((1 + _tower(power) for power in powers), default=0)


def _bits(expression: sympy.Expr) -> int:
    """The length of the longest number in an expression."""
    numbers = expression.atoms(sympy.Rational)
    return max((max(abs(int(n.p)).bit_length(), int(n.q).bit_length()) for n in numbers), default=1)


def _small(expression: sympy.Expr) -> sympy.Expr:
    if isinstance(expression, sympy.Max | sympy.Min) and len(expression.args) > MOST_ALTERNATIVES:
        got = f"{len(expression.args)} of a {type(expression).__name__} inside another"
        raise NotAClaim(expected(f"at most {MOST_ALTERNATIVES} alternatives", got))
    if _bits(expression) > MOST_BITS:
        raise NotAClaim(expected(f"numbers below 2**{MOST_BITS}", "a longer one"))
    if expression.is_number and not expression.is_Rational and _bits(expression) > MACHINE_BITS:
        got = str(expression)[:SHOWN]  # a machine cannot take the root of a longer integer
        raise NotAClaim(expected(f"integers below 2**{MACHINE_BITS} under a root or function", got))
    if expression.is_number and not expression.is_Rational and not expression.has(sympy.zoo, sympy.nan, sympy.oo):
        size = abs(expression.evalf(15))
        if not (size.is_Float and size <= LARGEST):
            raise NotAClaim(expected(f"numbers up to {LARGEST:g}", str(expression)[:SHOWN]))
    return expression
