"""Syntax: plain text as a tree that holds nothing but what the whitelist allows; nothing is ever evaluated.

Allowed are + − * / **, unary − and +, the functions and constants below, decimal numbers, names, a sum or product
over an index, `Sum(slope**l, (l, 0, L - 1))`, and on top one relation where one is wanted.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

import sympy

from wnverify.errors import expected
from wnverify.typed.spelling import SHOWN, Limits, NotAClaim, short

MOST_ALTERNATIVES, MOST_CHOICES, MOST_SERIES = 6, 64, 3
FUNCTIONS: Mapping[str, Callable[..., sympy.Expr]] = MappingProxyType({
    "sqrt": sympy.sqrt, "log": sympy.log, "exp": sympy.exp, "Abs": sympy.Abs, "sin": sympy.sin, "cos": sympy.cos,
    "Min": sympy.Min, "Max": sympy.Max, "Sum": sympy.Sum, "Product": sympy.Product,
    "tan": sympy.tan, "asin": sympy.asin, "acos": sympy.acos, "atan": sympy.atan, "sinh": sympy.sinh,
    "cosh": sympy.cosh, "tanh": sympy.tanh, "floor": sympy.floor, "ceiling": sympy.ceiling, "sign": sympy.sign,
    "erf": sympy.erf, "erfc": sympy.erfc, "gamma": sympy.gamma,
})  # fmt: skip
"""Functions that may be called; each has a certified rule in balls."""
OTHER_NAMES: Mapping[str, str] = MappingProxyType({
    "ln": "log", "abs": "Abs", "min": "Min", "max": "Max", "arctan": "atan", "arcsin": "asin", "arccos": "acos",
    "ceil": "ceiling",
})  # fmt: skip
CONSTANTS: Mapping[str, sympy.Expr] = MappingProxyType({"pi": sympy.pi, "E": sympy.E})
SEVERAL, SERIES = ("Min", "Max"), ("Sum", "Product")
COMPARED: Mapping[type[ast.cmpop], str] = MappingProxyType({
    ast.LtE: "<=", ast.GtE: ">=", ast.Eq: "=", ast.Lt: "<", ast.Gt: ">",
})  # fmt: skip
_SHOWN_FUNCTIONS = "sqrt, log, exp, sin, cos, tanh, Min, Max, Abs, Sum"
_KINDS: Mapping[type[ast.AST], str] = MappingProxyType({
    ast.Attribute: "an attribute (a dot after a name)", ast.Call: "a call", ast.Compare: "a relation inside",
    ast.Tuple: "a list of expressions", ast.BoolOp: "and/or", ast.IfExp: "if/else", ast.Lambda: "a function",
    ast.Constant: "a constant that is no number", ast.BinOp: "another operator", ast.UnaryOp: "not",
    ast.Starred: "a star", ast.NamedExpr: "an assignment",
})  # fmt: skip


def tree_of(plain: str, *, relation: bool, limits: Limits) -> ast.expr:
    """The syntax tree of a spelled text.

    Raises:
        NotAClaim: if it is no expression, or holds anything but what is allowed.
    """
    try:
        tree = ast.parse(plain, "<claim>", "eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        why = str(error.msg) if isinstance(error, SyntaxError) else "it cannot be parsed"
        raise NotAClaim(expected("a claim", short(plain), why)) from error
    _check(tree, relation=relation, limits=limits)
    return tree


NO_NUMBERS = ("nan", "oo", "inf", "infinity", "zoo")


def suggestion(name: str, known: Sequence[str]) -> str:
    """Did you mean …, or where the names are listed.

    >>> suggestion("omga", ["m", "omega"])
    'did you mean omega?'
    """
    by_case = [other for other in known if other.lower() == name.lower()]
    near = by_case or difflib.get_close_matches(name[:SHOWN], known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else "`wnverify symbols` lists the names"


def unknown(name: str, known: Sequence[str]) -> str:
    """What to do about a name that no symbol has: a function lacks its argument, a free constant its number.

    >>> unknown("exp", ["m", "omega"])
    "Expected known symbols, but got 'exp': write what it is of, as in exp(1)."
    >>> unknown("nan", ["m", "omega"])
    "Expected finite numbers, but got 'nan'."
    """
    if name in (*FUNCTIONS, *OTHER_NAMES):
        return expected("known symbols", repr(name), f"write what it is of, as in {name}(1)")
    if name.lower() in NO_NUMBERS:
        return expected("finite numbers", short(name))
    remedy = suggestion(name, [*known, *CONSTANTS, *FUNCTIONS, *OTHER_NAMES])
    if not remedy.startswith("did"):
        remedy = f"write a number where a constant is meant; {remedy}"
    return expected("known symbols", short(name), remedy)


def free_names(tree: ast.expr) -> tuple[str, ...]:
    """The symbols that occur, in order of appearance; functions, constants and indices of sums left out."""
    found = [name for name in _free(tree, frozenset()) if name not in CONSTANTS]
    return tuple(dict.fromkeys(found))


def _free(node: ast.expr, bound: frozenset[str]) -> Iterator[str]:
    """The names in order; recursion goes as deep as the tree, which is limited."""
    if isinstance(node, ast.Name):
        yield from () if node.id in bound else (node.id,)
        return
    if isinstance(node, ast.Call) and name_of(node.func) in SERIES:
        term, (index, low, high) = series_parts(node)
        yield from _free(term, bound | {index})
        yield from (*_free(low, bound), *_free(high, bound))
        return
    for child in node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _free(child, bound)


def function_of(name: str) -> str:
    """The name of a function as sympy has it."""
    return OTHER_NAMES.get(name, name)


def name_of(node: ast.expr) -> str:
    """The name of a function as sympy has it, or of a symbol; empty for anything else."""
    return function_of(node.id) if isinstance(node, ast.Name) else ""


def series_parts(node: ast.Call) -> tuple[ast.expr, tuple[str, ast.expr, ast.expr]]:
    """The term of a sum or product, its index, and the two ends.

    Raises:
        NotAClaim: if it has another form.
    """
    match node.args:
        case [term, ast.Tuple(elts=[ast.Name(id=index), low, high])]:
            return term, (index, low, high)
    form = f"{name_of(node.func)}(term, (l, 0, L - 1))"
    raise NotAClaim(expected(f"{form} with an index and its two ends", "another form"))


def kind_of(node: ast.AST) -> str:
    """What a node is, in words."""
    return _KINDS.get(type(node), type(node).__name__)


def _check(tree: ast.expr, *, relation: bool, limits: Limits) -> None:
    """Node by node, level by level, so that depth is no danger here."""
    if isinstance(tree, ast.Compare) != relation:
        raise NotAClaim(expected("one relation between two sides, not inside brackets", kind_of(tree)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if sum(len(node.args) for node in calls if name_of(node.func) in SEVERAL) > MOST_CHOICES:
        raise NotAClaim(expected(f"at most {MOST_CHOICES} arguments of Min and Max in all", "more"))
    if sum(name_of(node.func) in SERIES for node in calls) > MOST_SERIES:
        raise NotAClaim(expected(f"at most {MOST_SERIES} sums and products", "more"))
    count = 0
    level: list[ast.expr] = [tree]
    for _ in range(limits.deepest):
        count += len(level)
        if count > limits.operations:
            break
        level = [child for node in level for child in _children(node, top=node is tree)]
        if not level:
            return
    size = f"at most {limits.operations} operations, nested at most {limits.deepest} deep"
    raise NotAClaim(expected(size, "a larger claim"))


def _children(node: ast.expr, *, top: bool) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if top and type(op) in COMPARED:
            yield from (left, right)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.Pow(), right=right):
            yield from (left, right)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            yield operand
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            yield from _arguments(node, function_of(name), args)
        case ast.Constant(value=value) if type(value) in (int, float):
            return
        case ast.Name():
            return
        case _:
            allowed = f"+ - * / **, numbers, symbols and functions such as {_SHOWN_FUNCTIONS}"
            raise NotAClaim(expected(f"only {allowed}", kind_of(node)))


def _arguments(node: ast.Call, name: str, args: list[ast.expr]) -> Sequence[ast.expr]:
    if name not in FUNCTIONS:
        known = [*FUNCTIONS, *OTHER_NAMES]
        near = suggestion(name, known)
        remedy = near if near.startswith("did") else "no other function can be called; write * between two factors"
        raise NotAClaim(expected(f"a function such as {_SHOWN_FUNCTIONS}", short(name), remedy))
    if name in SERIES:
        term, (_, low, high) = series_parts(node)
        return term, low, high
    least, most = (1, MOST_ALTERNATIVES) if name in SEVERAL else (1, 1)
    if not least <= len(args) <= most:
        wanted = f"{least} argument" if most == 1 else f"1 to {most} arguments"
        raise NotAClaim(expected(wanted, f"{name} of {len(args)}"))
    return args
