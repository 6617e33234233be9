"""Evaluation: formulas on the instances of one batch, every common subexpression and every hypothesis once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import BoolArray, FloatArray
from wnverify.judging.compiled import Compiled, Predicate
from wnverify.judging.formula import Values, real
from wnverify.judging.nodes import Memo, Node, leaf, value
from wnverify.judging.terms import Scale

FEW = 4
"""What is not asked of a larger share of the instances than 1 in so many is evaluated for these alone."""
STEP = 1e-6
"""Of the differences that tell how the sides change with a symbol, relative."""


class Evaluation:
    """What formulas come to on B instances; it grows as more is asked for, and lives as long as its batch.

    Args:
        size: B.
        constants: the symbols that are the same for every instance; each is evaluated as one number.
    """

    def __init__(self, size: int, constants: frozenset[str] = frozenset()) -> None:
        self.size, self._constants = size, constants
        self._values: dict[str, FloatArray] = {}
        self._memo: Memo = {}
        self._met: dict[Predicate, BoolArray] = {}

    def values(self, names: Iterable[str], measure: Callable[[str], FloatArray]) -> Values:
        """The named symbols, each (B,); those that are not known yet are measured."""
        for name in names:
            if name not in self._values:
                found = self._values[name] = measure(name)
                self._memo[leaf(name)] = found[0] if name in self._constants and self.size else found
        return {name: self._values[name] for name in names}

    def __call__(self, node: Node) -> FloatArray:
        """The value of a node, (B,); NaN where it is complex."""
        return real(value(node, self._memo), (self.size,))

    def scale(self, scale: Scale) -> FloatArray:
        """What a gap is relative to, (B,) or one number for all instances."""
        return scale(self._values, self._memo, self._constants)

    def scale_at(self, scale: Scale, chosen: NDArray[np.intp]) -> FloatArray:
        """The same of the chosen instances alone; of many it is left to others who judge them."""
        if FEW * chosen.size > self.size:
            return np.broadcast_to(self.scale(scale), self.size)[chosen]
        there = {name: found[chosen] for name, found in self._values.items()}
        constants = {leaf(name): there[name][0] for name in self._constants & there.keys()}
        return scale(there, {leaf(name): found for name, found in there.items()} | constants, self._constants)

    def met(self, given: Mapping[str, Predicate]) -> dict[str, BoolArray]:
        """Where each of some hypotheses holds, (B,)."""
        for each in given.values():
            if each not in self._met:
                left, right = (_plain(value(side, self._memo)) for side in (each.lhs, each.rhs))
                found = each.holds(left, right, self.scale)
                self._met[each] = found if found.shape == (self.size,) else np.full(self.size, found)
        return {name: self._met[each] for name, each in given.items()}

    def slopes(self, compiled: Compiled, names: Collection[str]) -> FloatArray:
        """∂ log(small/large)/∂(each value), (k, B); where a side is not positive, ∂(small/large) up to a factor > 0.

        By central differences of the two sides, good to nine digits: an ascent needs no more. All k symbols are
        moved up and down at once, along a new axis.
        """
        count = len(names)
        at = np.array([self._values[name] for name in names])
        step = STEP * np.where(at == 0.0, 1e-3, np.abs(at))
        memo = {leaf(name): self._memo[leaf(name)] for name in compiled.symbols}
        for index, name in enumerate(names):
            moved = np.tile(at[index], (2, count, 1))
            moved[0, index] += step[index]
            moved[1, index] -= step[index]
            memo[leaf(name)] = moved
        small, large = (self(side) for side in compiled.sides)
        shape = 2, count, self.size
        ends = [real(value(side, memo), shape) for side in compiled.sides]
        d_small, d_large = (up - down for up, down in ends)
        found = d_small / (2.0 * step * small) - d_large / (2.0 * step * large)
        if (odd := (small <= 0.0) | (large <= 0.0)).any():
            quotient = np.where(large == 0.0, 1.0, small / large)
            size = np.maximum(np.maximum(np.abs(small), np.abs(large)), 1e-300)
            found = np.where(odd, (d_small - quotient * d_large) / (2.0 * step * size), found)
        return np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)


def _plain(found: Any) -> Any:
    """A value without its imaginary part; NaN where it has one."""
    return real(found, np.shape(found)) if np.iscomplexobj(found) else found
