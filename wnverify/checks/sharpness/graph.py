"""Graph: formulas as array operations, with leaves that can be set anew; only what depends on a leaf is redone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.judging.formula import MODULES, function
from wnverify.judging.series import SERIES

Operation: TypeAlias = Callable[..., Any]


@dataclass(frozen=True)
class Node:
    """One operation on earlier nodes, or a leaf.

    Args:
        operation: from the values of the parts to that of the node; None for a leaf.
        parts: positions of the parts.
        leaf: the name of a quantity, or a number.
    """

    operation: Operation | None = None
    parts: tuple[int, ...] = ()
    leaf: str | float = 0.0


@dataclass
class Graph:
    """Nodes in an order in which every part precedes what it is a part of."""

    nodes: list[Node] = field(default_factory=list)
    _dependents: dict[int, list[int]] = field(default_factory=dict)

    def leaf(self, value: str | float) -> int:
        """Add the quantity of that name, or a number."""
        return self._add(Node(leaf=value))

    def apply(self, operation: Operation, parts: Sequence[int]) -> int:
        """Add an operation on nodes."""
        return self._add(Node(operation, tuple(parts)))

    def _add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def evaluate(self, values: Mapping[str, FloatArray]) -> list[FloatArray]:
        """The value of every node; numbers stay scalars, and arrays are broadcast as NumPy does."""
        found: list[FloatArray] = []
        for node in self.nodes:
            if node.operation is not None:
                found.append(np.asarray(node.operation(*(found[part] for part in node.parts))))
            else:
                found.append(values[node.leaf] if isinstance(node.leaf, str) else np.asarray(node.leaf))
        return found

    def changed(self, base: Sequence[FloatArray], leaf: int, value: FloatArray) -> dict[int, FloatArray]:
        """The new values of a leaf and of all that depends on it, the rest being as in `base`."""
        found = {leaf: value}
        for index in self._after(leaf):
            node = self.nodes[index]
            if node.operation is not None:
                found[index] = np.asarray(node.operation(*(found.get(p, base[p]) for p in node.parts)))
        return found

    def _after(self, leaf: int) -> list[int]:
        """The nodes that depend on a leaf, in order."""
        if leaf not in self._dependents:
            reached = {leaf}
            for index in range(leaf + 1, len(self.nodes)):
                if not reached.isdisjoint(self.nodes[index].parts):
                    reached.add(index)
            self._dependents[leaf] = sorted(reached - {leaf})
        return self._dependents[leaf]


def opaque(expression: sympy.Expr) -> tuple[list[sympy.Symbol], Operation]:
    """An expression as one operation on its symbols: for what is no plain function (piecewise, a sum)."""
    symbols = sorted(expression.free_symbols, key=lambda symbol: symbol.name)
    if expression.has(*SERIES):
        return symbols, partial(_together, function(expression), [symbol.name for symbol in symbols])
    return symbols, sympy.lambdify(symbols, expression, modules=MODULES)


def _together(compiled: Operation, names: Sequence[str], *parts: FloatArray) -> FloatArray:
    """A formula of named values of one shape on arrays that are broadcast first."""
    arrays = np.broadcast_arrays(*(np.asarray(part, dtype=float) for part in parts))
    found: FloatArray = compiled({name: array.ravel() for name, array in zip(names, arrays, strict=True)})
    return found.reshape(arrays[0].shape)
