"""Nodes: formulas as operations on arrays, each common subexpression one node, evaluated once.

Equal subexpressions of all claims are the same node (`formula.node` makes it so), and what a node is worth is kept in
a memo. So both sides of a claim, its hypotheses and its mutants, evaluated with one memo, share what they have in
common. A value is an array or, where nothing in it varies with the instance, a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from typing import Any, TypeAlias

import numpy as np

Operation: TypeAlias = Callable[..., Any]
HIGHEST = 8
"""The highest power that is made of products; NumPy's power takes twenty times as long as a product."""


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """An operation on the values of other nodes; nodes are compared by identity.

    Args:
        operation: from the values of the parts to that of the node.
        parts: the nodes it is applied to; none for a number, and for a symbol.
        name: of a symbol; empty for anything else.
    """

    operation: Operation
    parts: tuple[Node, ...] = ()
    name: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it is the same whatever the symbols are."""
        return not self.parts and not self.name


Memo: TypeAlias = dict[Node, Any]
"""The value of every node that was evaluated already, and of every symbol."""


def value(node: Node, memo: Memo) -> Any:
    """The value of a node; what it is made of is evaluated first, unless the memo has it.

    >>> x = leaf("x")
    >>> memo = {x: np.array([1.0, 2.0])}
    >>> value(fold(np.add, [x, number(3.0)]), memo).tolist()
    [4.0, 5.0]
    """
    found = memo.get(node)
    if found is None:  # most parts are symbols, and known: a call each would take longest here
        parts = [memo[part] if part in memo else value(part, memo) for part in node.parts]
        found = memo[node] = node.operation(*parts)
    return found


@cache  # the memo of a batch knows a symbol by its only node
def leaf(name: str) -> Node:
    """The symbol of that name, of which the memo must have the value."""

    def missing() -> Any:
        raise KeyError(name)

    return Node(missing, name=name)


def number(found: complex) -> Node:
    """A number, as NumPy's own: it divides by 0 without an error."""
    fixed = np.complex128(found) if isinstance(found, complex) else np.float64(found)
    return Node(lambda: fixed)


def apply(operation: Operation, parts: Sequence[Node]) -> Node:
    """An operation on nodes; on numbers alone it is carried out at once."""
    if not all(part.is_number for part in parts):
        return Node(operation, tuple(parts))
    with np.errstate(all="ignore"):
        found = operation(*(part.operation() for part in parts))
    return Node(lambda: found)


def fold(each: Callable[[Any, Any], Any], parts: Sequence[Node]) -> Node:
    """An operation of two, from left to right: a minimum, say."""
    return apply(each, parts) if len(parts) == 2 else apply(lambda *values: reduce(each, values), parts)


def quotient(above: Sequence[Node], below: Sequence[Node]) -> Node:
    """A product over a product; either may be empty."""
    if not below:
        return above[0] if len(above) == 1 else fold(np.multiply, above)
    count = len(above)

    def divided(*values: Any) -> Any:
        return reduce(np.multiply, values[:count], 1.0) / reduce(np.multiply, values[count:])

    return apply(divided, [*above, *below])


def power(base: Node, exponent: float) -> Node:
    """A power with a fixed exponent; a negative number has the complex root that Python gives it."""
    if base.is_number and exponent % 1 and (fixed := base.operation()) < 0:
        return number(complex(fixed) ** exponent)
    return apply(powers(exponent), [base])


@lru_cache(maxsize=256)
def powers(exponent: float) -> Operation:
    """A power with a fixed exponent as an operation; a low one is made of products and a root."""
    size = abs(exponent)
    if size > HIGHEST or (2 * size) % 1:
        return lambda base: base**exponent
    whole, half = int(size), bool(size % 1)

    def raised(base: Any) -> Any:
        found: Any = np.sqrt(base) if half else None
        square, rest = base, whole
        while rest:
            if rest % 2:
                found = square if found is None else found * square
            rest //= 2
            square = square * square if rest else square
        return found if exponent > 0 else 1.0 / found

    return raised
