"""Nearby: an instance that meets its hypotheses up to rounding, and what that proves.

By itself it proves nothing: a hypothesis may force what the claim says, and rounding undo it. But let the instance
move in as many directions as there are hypotheses met up to rounding, s in a box around 0, with the defects

    h_i(s) = lhs_i − rhs_i    certainly < 0 on one face s_i = −r_i and certainly > 0 on the other, or the reverse.

The quantities are continuous, so by the theorem of Poincaré and Miranda all defects vanish together somewhere in the
box. If in balls over the whole box the claim is broken and every other hypothesis holds, then so it is there: the
claim is false. One direction is the intermediate value theorem.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.claim import Claim, Relation
from wnverify.errors import WnverifyError
from wnverify.judging.certificate import Certificate, Sides, Standing, certificate_of, enclosed, sides_of
from wnverify.judging.formula import function
from wnverify.judging.judge import Judge
from wnverify.judging.terms import Scale

Path: TypeAlias = Mapping[str, FloatArray]
"""By name, in the array's own shape: 1 for an entry that is scaled, 0 for one that stays."""
STEP = 1e-6
"""Of the differences that tell how the defects depend on the paths."""
REACH = (4.0, 64.0, 1e4)
"""Half the box over what the hypothesis is off by, or over what balls cannot tell from it."""
ROUNDING = 1e-30
PRECISION = 256
"""Bits: an entry times 1 + s, for s far below the last digit of a float."""
FARTHEST = 1e-7
"""The most by which an entry may be scaled: an instance further away is another one."""
MOST_NUMBERS, MOST_ENTRIES = 256, 64
JUMPS = (sympy.floor, sympy.ceiling, sympy.sign, sympy.Piecewise, sympy.Heaviside)


@dataclass(frozen=True)
class _Box:
    """The instances A·(1 + Σ_j share_j s_j), |s_j| ≤ radius_j, entry by entry.

    Args:
        batch: the instance in the middle.
        shares: for each direction the share of every entry.
        radii: half the widths.
    """

    batch: Batch
    shares: Sequence[Path]
    radii: Sequence[float]

    def at(self, ends: Sequence[Any]) -> Batch:
        """The instances with s_j in the balls `ends`, as one batch of balls."""
        from flint import ctx

        with ctx.workprec(PRECISION):
            return self.batch.with_arrays({
                name: self._scaled(name, array, ends) if any(name in path for path in self.shares) else array
                for name, array in self.batch.arrays.items()
            })  # fmt: skip

    def _scaled(self, name: str, array: FloatArray, ends: Sequence[Any]) -> Any:
        from flint import arb

        moved = [(path[name], end) for path, end in zip(self.shares, ends, strict=True) if name in path]
        balls = np.empty(array.shape, dtype=object)
        for index in np.ndindex(array.shape):
            factor = sum((float(share[index]) * end for share, end in moved), arb(1))
            balls[index] = arb(float(array[index])) * factor
        return balls

    def side(self, index: int, sign: int) -> Batch:
        """The face s_index = ±radius."""
        return self.at([self._end(j, sign if j == index else 0) for j in range(len(self.radii))])

    def whole(self) -> Batch:
        """All of it."""
        return self.at([self._end(j, 0) for j in range(len(self.radii))])

    def _end(self, index: int, sign: int) -> Any:
        from flint import arb

        return arb(sign * self.radii[index]) if sign else arb(0, self.radii[index])


def settled(judge: Judge, batch: Batch, found: Certificate) -> Certificate | None:
    """A certificate over a box in which some instance meets every hypothesis; None if no such box is found.

    Args:
        judge: the claim.
        batch: one instance.
        found: its own certificate, by which it breaks the claim and meets some hypotheses up to rounding only.
    """
    others = [sides.standing for name, sides in found.given.items() if name not in found.nearly_met]
    hopeless = found.main.standing is not Standing.BROKEN or any(each is not Standing.CERTAIN for each in others)
    groups = judge.family.scalable(batch)
    if hopeless or not found.nearly_met or not groups or sum(a.size for a in batch.arrays.values()) > MOST_NUMBERS:
        return None
    claim = judge.stated(batch.settings)
    equations = _independent({name: claim.given[name] for name in found.nearly_met}, batch)
    if any(relation.lhs.has(*JUMPS) or relation.rhs.has(*JUMPS) for relation in equations.values()):
        return None
    off = [_off(found.given[name]) for name in equations]
    relations = list(equations.values())
    implied = [name for name, each in claim.given.items() if not each.is_strict and _follows(each, relations, batch)]
    boxes = (box for paths in _paths(batch, groups) for box in _boxes(judge, batch, relations, off, paths))
    return next(filter(None, (_over(judge, claim, box, relations, implied) for box in boxes)), None)


def _independent(relations: Mapping[str, Relation], batch: Batch) -> dict[str, Relation]:
    """One relation of each set whose defects are multiples of one another, an equation where there is one."""
    kept: dict[str, Relation] = {}
    for name, relation in sorted(relations.items(), key=lambda item: item[1].relation != "="):
        if not _follows(relation, list(kept.values()), batch):
            kept[name] = relation
    return kept


def _follows(relation: Relation, equations: Sequence[Relation], batch: Batch) -> bool:
    """Whether both sides of a relation are equal where those of an equation are: their defects are multiples."""
    defect = _defect(relation, batch)
    return any(_multiple(defect, _defect(each, batch)) for each in equations)


def _off(sides: Sides) -> float:
    """By how much a hypothesis is missed, as balls have it."""
    from flint import ctx

    with ctx.workprec(PRECISION):
        return abs(float((sides.lhs.to_arb() - sides.rhs.to_arb()).mid()))


def _defect(relation: Relation, batch: Batch) -> sympy.Expr:
    """lhs − rhs with the sizes put in."""
    sizes = {symbol: batch.shape[symbol.name] for symbol in relation.free_symbols if symbol.name in batch.shape}
    return sympy.expand((relation.lhs - relation.rhs).xreplace({s: sympy.Integer(n) for s, n in sizes.items()}))


def _multiple(one: sympy.Expr, other: sympy.Expr) -> bool:
    """Whether one is the other times a number ≠ 0."""
    quotient = sympy.cancel(one / other) if other != 0 else sympy.nan
    return bool(quotient.is_number and quotient.is_finite and quotient.is_nonzero)


# ---- directions


def _paths(batch: Batch, groups: Sequence[Sequence[str]]) -> Iterator[list[Path]]:
    """Whole groups of arrays, then single entries."""
    present = [[name for name in group if name in batch.arrays] for group in groups]
    yield [{name: np.ones(batch.arrays[name].shape) for name in group} for group in present if group]
    places = [(name, index) for group in present for name in group for index in np.ndindex(batch.arrays[name].shape)]
    nonzero = [(name, index) for name, index in places if batch.arrays[name][index] != 0.0]
    if len(nonzero) <= MOST_ENTRIES:
        yield [{name: _unit(batch.arrays[name].shape, index)} for name, index in nonzero]


def _unit(shape: tuple[int, ...], index: tuple[int, ...]) -> FloatArray:
    found = np.zeros(shape)
    found[index] = 1.0
    return found


def _boxes(
    judge: Judge, batch: Batch, equations: Sequence[Relation], off: Sequence[float], paths: Sequence[Path]
) -> Iterator[_Box]:
    """Boxes of growing size; along s_i only the defect h_i changes, to first order, by s_i times its size."""
    defects, sizes = _defects(judge, equations, [_moved(batch, path, sign) for path in paths for sign in (1, -1)])
    slopes = (defects[:, 0::2] - defects[:, 1::2]) / (2 * STEP) / sizes[:, :1]
    if not np.isfinite(slopes).all() or np.linalg.matrix_rank(slopes, tol=1e-6) < len(equations):
        return
    directions = np.linalg.pinv(slopes)
    directions[np.abs(directions) < 1e-6 * np.abs(directions).max(axis=0)] = 0.0
    shares = [_combined(paths, column) for column in directions.T]
    for reach in REACH:
        radii = [reach * max(one / size, ROUNDING) for one, size in zip(off, sizes[:, 0], strict=True)]
        if max(radii) * np.abs(directions).max() <= FARTHEST:
            yield _Box(batch, shares, radii)


def _moved(batch: Batch, path: Path, sign: int) -> Batch:
    return batch.with_arrays({
        name: array * (1 + sign * STEP * path[name]) if name in path else array
        for name, array in batch.arrays.items()
    })  # fmt: skip


def _defects(judge: Judge, equations: Sequence[Relation], batches: Sequence[Batch]) -> tuple[FloatArray, FloatArray]:
    """lhs − rhs of each equation at each instance, and the sizes of their terms, in floats."""
    joined = concatenate(batches)
    values = judge.measured({s.name for relation in equations for s in relation.free_symbols}, joined)
    with np.errstate(all="ignore"):
        defects = [function(each.lhs - each.rhs)(values) for each in equations]
        sizes = [
            np.broadcast_to(Scale(each)(values, constants=judge.constants), (joined.size,)) for each in equations
        ]
    return np.array(defects), np.array(sizes)


def _combined(paths: Sequence[Path], weights: FloatArray) -> Path:
    found: dict[str, FloatArray] = {}
    for path, weight in zip(paths, weights, strict=True):
        for name, share in path.items() if weight else ():
            found[name] = found.get(name, 0.0) + weight * share
    return found


# ---- what holds on a box


def _over(
    judge: Judge, claim: Claim, box: _Box, equations: Sequence[Relation], implied: Sequence[str]
) -> Certificate | None:
    """The certificate over a box, if some instance in it certainly meets every hypothesis and breaks the claim."""
    try:
        if not all(_changes_sign(judge, box, index, relation) for index, relation in enumerate(equations)):
            return None
        values = enclosed(judge, box.whole(), {symbol.name for symbol in claim.free_symbols})
    except WnverifyError:  # a row of balls that may vanish, say
        return None
    if values is None:
        return None
    over = certificate_of(claim, values, judge.constants)
    given = {
        name: replace(sides, standing=Standing.NEARBY) if name in implied else sides
        for name, sides in over.given.items()
    }
    over = replace(over, given=given)
    sound = all(
        sides.standing is Standing.CERTAIN or (sides.standing is Standing.NEARBY and _is_finite(sides))
        for sides in given.values()
    )
    return over if sound and over.refutes else None


def _is_finite(sides: Sides) -> bool:
    """Whether both sides are finite on the whole box, hence without a pole in it."""
    return all(math.isfinite(end) for ball in (sides.lhs, sides.rhs) for end in (ball.lower, ball.upper))


def _changes_sign(judge: Judge, box: _Box, index: int, relation: Relation) -> bool:
    """Whether the defect of one equation has opposite signs on the two faces that belong to it, certainly."""
    signs = []
    for sign in (1, -1):
        values = enclosed(judge, box.side(index, sign), {symbol.name for symbol in relation.free_symbols})
        if values is None:
            return False
        sides = sides_of(relation, {symbol: values[symbol.name] for symbol in relation.free_symbols})
        lhs, rhs = sides.lhs.to_arb(), sides.rhs.to_arb()
        signs.append(1 if lhs > rhs else -1 if lhs < rhs else 0)
    return sorted(signs) == [-1, 1]
