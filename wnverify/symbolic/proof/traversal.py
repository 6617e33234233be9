"""Traversal: an expression with all its parts, in an order that does not change from process to process."""

from __future__ import annotations

from collections.abc import Iterator

import sympy


def in_order(expr: sympy.Basic) -> Iterator[sympy.Basic]:
    """An expression and all its parts, each before its own, in the order of the arguments.

    `sympy.preorder_traversal` goes through the arguments of Min and Max as through a set.

    >>> x, y = sympy.symbols("x y")
    >>> list(in_order(sympy.Max(x, 2 * y)))
    [Max(x, 2*y), x, 2*y, 2, y]
    """
    yield expr
    for part in expr.args:
        yield from in_order(part)
