"""Isolated: a proof that there is a strict local maximum within a tiny box, by Krawczyk's test on balls.

For claims about |f| of a declared network, in units of norms of its arrays, and about |f|, gradients and Hessian of
the networks of `weight_norm`, balls enclose the slope and the curvature of log |f| − Σ k log ‖a‖ on a whole box X.
With Y about the inverse of the curvature H, if
    x₀ − Y g(x₀) + (1 − Y H(X))(X − x₀)
lies inside of X, exactly one stationary point is in X, and if −H(X) is positive definite it is a strict maximum.
Where maximisers form a manifold, as many numbers are held as it has dimensions: what is proved is about the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy
from flint import arb, arb_mat

from wnverify.arithmetic import enclosing
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.spaces import Raw
from wnverify.arrays import FloatArray
from wnverify.errors import WnverifyError
from wnverify.families.own.declared import Declared
from wnverify.judging.judge import Judge
from wnverify.suggesting.chart import Chart
from wnverify.suggesting.networks import Quotient, quotient, squared

SHARPENED, SQUARED = 3, 4
"""Steps of Newton's method for an eigenvector of floats; how often the rest of a Hessian is squared to bound it."""
RADIUS = 1e-14
"""Of the box around the point, in every free number."""


@dataclass(frozen=True)
class Problem:
    """p log |f| − Σ k log ‖a‖ as a function of some entries of the arrays.

    Args:
        program: f.
        powers: k by array.
        chart: the coordinates.
        power: p.
        of_vector: for the norm of a Hessian: the last free entries are those of its vector, which are never held.
    """

    program: Program
    powers: Mapping[str, float]
    chart: Chart
    power: float = 1.0
    of_vector: Quotient | None = None

    @classmethod
    def of(cls, judge: Judge, chart: Chart) -> Problem | None:
        """The problem of a claim about |f|, or about gradients of networks with normalised rows.

        None for any other claim; of a declared network also where lengths or entries are no gauges.
        """
        family, claim = judge.family, judge.claim
        if claim.relation not in ("<=", "<"):
            return None
        if not isinstance(family, Declared):
            if (found := quotient(judge, chart)) is not None:
                return cls(found.program, {}, found.chart, of_vector=found)
            written = squared(judge, chart)
            return None if written is None else cls(written, {}, chart, 0.5)
        kinds = {kind.name for kind in family.kinds.values()}
        powers = _powers(claim.rhs, family)
        if powers is None or "sphere" in kinds or str(claim.lhs) != "output_abs" or not chart.loose:
            return None
        return cls(family.program, powers, chart)

    @cached_property
    def names(self) -> list[str]:
        """The arrays with free entries."""
        return list(dict.fromkeys(name for name, _ in self.chart.free))

    def arrays(self, point: Sequence[arb]) -> dict[str, Raw]:
        """All arrays as balls, with the free entries as they are given; lengths do not matter."""
        found = enclosing.arrays_of(self.chart.base)
        for name in self.names:
            found[name] = found[name].copy()
        for (name, position), ball in zip(self.chart.free, point, strict=True):
            found[name].reshape(-1)[position] = ball
        return found

    def _places(self, arrays: Mapping[str, Raw]) -> list[int]:
        """Where the free entries stand among all entries of the arrays that have some."""
        starts = dict(zip(self.names, np.cumsum([0, *(arrays[name].size for name in self.names)]), strict=False))
        return [int(starts[name]) + position for name, position in self.chart.free]

    def slope(self, point: Sequence[arb]) -> list[arb]:
        """The derivative by every free entry."""
        arrays = self.arrays(point)
        value = enclosing.value(self.program, self.chart.base, arrays)
        slope = enclosing.gradient(self.program, self.chart.base, arrays, self.names)
        found = []
        for (name, position), place in zip(self.chart.free, self._places(arrays), strict=True):
            own = arrays[name].reshape(-1)[position] * self.powers.get(name, 0.0) / _square(arrays[name])
            found.append(self.power * slope[place] / value - own)
        return found

    def curvature(self, point: Sequence[arb], chosen: Sequence[int]) -> arb_mat:
        """The second derivative by the chosen free entries."""
        arrays, base = self.arrays(point), self.chart.base
        value = enclosing.value(self.program, base, arrays)
        slope = enclosing.gradient(self.program, base, arrays, self.names)
        matrix = enclosing.hessian(self.program, base, arrays, self.names)
        places = self._places(arrays)
        found = arb_mat(len(chosen), len(chosen))
        for i, one in enumerate(chosen):
            for j, other in enumerate(chosen):
                a, b = places[one], places[other]
                bent = matrix[a, b] / value - slope[a] * slope[b] / (value * value)
                found[i, j] = self.power * bent - self._norms(arrays, one, other)
        return found

    def with_vector(self, point: Sequence[arb]) -> list[arb]:
        """A point, with the entries of the eigenvector behind it, in which the quotient is made stationary."""
        whole = [*point, *(arb(float(each)) for each in self.chart.start[len(point) :])]
        own = range(len(point), len(whole))
        for _ in range(SHARPENED if own else 0):
            slope = self.slope(whole)
            steps = _middle(self.curvature(whole, own)).solve(arb_mat([[slope[place].mid()] for place in own]))
            for place, step in zip(own, steps.entries(), strict=True):
                whole[place] = arb((whole[place] - step).mid())
        return whole

    def is_alone(self, box: Sequence[arb]) -> bool:
        """Whether no other eigenvalue of the Hessian is as large, in a box: ‖A‖ ≤ ‖A¹⁶‖_F^(1/16), A = H − λuuᵀ."""
        if self.of_vector is None:
            return True
        arrays, base, names = self.arrays(box), self.chart.base, self.of_vector.names
        top = enclosing.value(self.program, base, arrays)
        H = enclosing.hessian(self.of_vector.form, base, arrays, names) / 2
        flat = [entry for name in names for entry in arrays[name].reshape(-1)]
        U, square = arb_mat([[entry] for entry in flat]), sum((entry * entry for entry in flat), arb(0))
        rest = H - U * U.transpose() * (top / square)
        for _ in range(SQUARED):
            rest = rest * rest
        return bool(sum((entry * entry for entry in rest.entries()), arb(0)) < top ** (2 ** (SQUARED + 1)))

    def _norms(self, arrays: Mapping[str, Raw], one: int, other: int) -> arb:
        """The second derivative of Σ k log ‖a‖ by two free entries."""
        (name, position), (second, place) = self.chart.free[one], self.chart.free[other]
        if name != second:
            return arb(0)
        flat, square = arrays[name].reshape(-1), _square(arrays[name])
        bent = arb(int(position == place)) / square - 2 * flat[position] * flat[place] / (square * square)
        return arb(self.powers.get(name, 0.0)) * bent


def _square(array: Raw) -> arb:
    return sum((entry * entry for entry in array.reshape(-1)), arb(0))


def _powers(unit: sympy.Expr, family: Declared) -> dict[str, float] | None:
    """The power of the norm of each array in a product of such; None for any other unit."""
    found = {}
    for factor in sympy.Mul.make_args(unit):
        base, exponent = factor.as_base_exp()
        name = family.inputs[0] if str(base) == "input_norm" else str(base).removeprefix("norm_")
        if not base.is_Symbol or not exponent.is_Rational or name not in family.kinds or name == str(base):
            return None
        found[name] = float(exponent)
    return found


def strict_maximum(problem: Problem, point: Sequence[arb], bent: FloatArray) -> arb | None:
    """How much the logarithm lacks at a point of that at a strict local maximum nearby, which is proved to be there.

    Args:
        problem: what is maximised.
        point: nearly the maximiser.
        bent: an orthonormal basis of the directions in which it is curved, (k, r); k − r entries are held.

    Returns:
        An upper bound; None where nothing is proved.
    """
    from scipy.linalg import qr  # it takes long to load, and few searches need it

    pivots = qr(bent.T, pivoting=True)[2].tolist()
    chosen = sorted(pivots[: bent.shape[1]])
    try:
        whole = problem.with_vector(point)
    except (WnverifyError, NotImplementedError, ZeroDivisionError):
        return None
    chosen, point = [*chosen, *range(len(point), len(whole))], whole
    box = [at + arb(0, RADIUS) if place in chosen else at for place, at in enumerate(point)]
    try:
        alone = problem.is_alone(box)
        slope, curved = problem.slope(point), problem.curvature(box, chosen)
        inverse = _middle(_middle(curved).inv())
    except (WnverifyError, NotImplementedError, ZeroDivisionError):
        return None
    own = [slope[place] for place in chosen]
    moved = _moved(inverse, own, curved)
    if not alone or not all(by < arb(RADIUS) for by in moved) or not _positive(-curved):
        return None
    most = sum(moved, arb(0))
    return sum((abs(each) for each in own), arb(0)) * most + _largest(curved) * most * most / 2


def _middle(matrix: arb_mat) -> arb_mat:
    return arb_mat([[entry.mid() for entry in row] for row in matrix.tolist()])


def _largest(matrix: arb_mat) -> arb:
    return sum((abs(entry) for entry in matrix.entries()), arb(0))


def _moved(inverse: arb_mat, slope: Sequence[arb], curved: arb_mat) -> list[arb]:
    """How far Krawczyk's map takes any point of the box from its middle, number by number."""
    count = len(slope)
    unit = arb_mat([[int(i == j) for j in range(count)] for i in range(count)])
    boxed, sloped = arb_mat([[arb(0, RADIUS)]] * count), arb_mat([[each] for each in slope])
    return [arb(abs(each).upper()) for each in ((unit - inverse * curved) * boxed - inverse * sloped).entries()]


def _positive(matrix: arb_mat) -> bool:
    """Whether every symmetric matrix in it is positive definite: the pivots of its Cholesky factor are."""
    count = matrix.nrows()
    lower = [[arb(0)] * count for _ in range(count)]
    for j in range(count):
        pivot = matrix[j, j] - sum((lower[j][k] * lower[j][k] for k in range(j)), arb(0))
        if not pivot > 0:
            return False
        lower[j][j] = pivot.sqrt()
        for i in range(j + 1, count):
            inner = sum((lower[i][k] * lower[j][k] for k in range(j)), arb(0))
            lower[i][j] = (matrix[i, j] - inner) / lower[j][j]
    return True
