"""The checker's view of a box agrees with the prover's, though they share no formula."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import sympy
from flint import arb, ctx
from numpy.typing import NDArray

from wnverify.proving import goals, recheck
from wnverify.proving.bounded import Number, number
from wnverify.proving.domain import Domain
from wnverify.proving.jet import Boxes
from wnverify.proving.laws import u
from wnverify.proving.network import Network
from wnverify.proving.series import Box, Slope
from wnverify.proving.tape import played, tape
from wnverify.proving.witness import drawn

THRESHOLD = sympy.Rational(7, 4)
NUMBERS = {
    "corner": [sympy.Rational(4, 3), THRESHOLD],
    "hessian": [sympy.Max(2 - u, sympy.sqrt(1 + 3 * u**2)) + sympy.Min(u, 1 - u) / 3 + 1 / (1 + u)],
}
"""What goals need that need more than a threshold."""
DOMAINS = [
    Domain(1, 2, 2, "tanh"), Domain(2, 2, 2, "sin"), Domain(2, 2, 1, "identity"), Domain(2, 2, 1, "softplus"),
    Domain(1, 2, 3, "gelu"), Domain(1, 3, 2, "sigmoid4"),
]  # fmt: skip


@pytest.mark.parametrize("goal", goals.GOALS)
@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_both_enclose_the_same_margins(goal: str, domain: Domain) -> None:
    domain = replace(domain, scaled=goal == "hessian")
    numbers = NUMBERS.get(goal, [THRESHOLD])
    centre = np.array(drawn(domain, 6)).T
    radius = np.full_like(centre, 0.01)
    with np.errstate(all="ignore"):
        boxes = Boxes(centre, radius)
        mine = goals.margins(goal, Network(domain, boxes), [tape(each, "identity") for each in numbers])
    for k in range(centre.shape[1]):
        with ctx.workprec(96):
            box = Box.between((centre - radius)[:, k].tolist(), (centre + radius)[:, k].tolist())
            theirs = recheck.GOALS[goal](domain, box, [number(each, {}, arb(1))(box) for each in numbers])
            assert len(mine) == len(theirs) > 0
            for left, right in zip(mine, theirs, strict=True):
                low, high = (np.broadcast_to(end, centre.shape[1:])[k] for end in (left.mid.lo, left.mid.hi))
                assert arb(float(low)).union(arb(float(high))).overlaps(right.at + arb(0, 1e-9))
                low, high = (np.broadcast_to(end, centre.shape[1:])[k] for end in (left.whole.lo, left.whole.hi))
                width = float(high - low)
                assert float(right.over.rad()) <= 2 * width + 1e-9


@pytest.mark.parametrize("goal", goals.GOALS)
@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_what_the_checker_says_of_a_box_holds_at_its_points(goal: str, domain: Domain) -> None:
    """Boxes of all sizes, about 0 too, where squares and tanh turn; and those that are points in some coordinates."""
    domain = replace(domain, scaled=goal == "hessian")
    numbers = [number(each, {}, arb(1)) for each in NUMBERS.get(goal, [THRESHOLD])]
    rng = np.random.default_rng(9)
    centres = [*drawn(domain, 3), [0.0] * len(domain.names)]
    signs = [domain.names.index(name) for name in domain.signs]

    def margins(lows: NDArray[np.float64], highs: NDArray[np.float64]) -> list[Slope]:
        box = Box.between(lows.tolist(), highs.tolist())
        return recheck.GOALS[goal](domain, box, [each(box) for each in numbers])

    with ctx.workprec(96):
        for centre in map(np.array, centres):
            radius = 10.0 ** rng.uniform(-3, 0, len(centre)) * rng.integers(0, 2, len(centre))
            centre[signs], radius[signs] = np.where(centre[signs] < 0, -0.5, 0.5), 0.5
            wide = margins(centre - radius, centre + radius)
            points = centre + radius * rng.choice([-1.0, -0.3, 0.0, 0.9, 1.0], (2, radius.size))
            points[:, signs] = 2 * centre[signs]
            for over, at in zip(2 * wide, margins(points[0], points[0]) + margins(points[1], points[1]), strict=True):
                assert over.over.overlaps(at.over)


def plain(value: float) -> list[Number]:
    return [lambda box: box.number(arb(value))]


def test_a_box_on_which_a_goal_fails_is_not_proved() -> None:
    domain = Domain(1, 1, 2, "identity")
    assert recheck.proved(domain, "rows", plain(1.1), [0.9, 1.5], [1.0, 1.6])
    assert not recheck.proved(domain, "rows", plain(0.9), [0.9, 1.5], [1.0, 1.6])
    assert not recheck.proved(domain, "curvature", plain(0), [0.9, 1.5], [1.0, 1.6])
    assert not recheck.proved(domain, "curvature", plain(-1e-3), [0.9, 1.5], [1.0, 1.6])
    flat = Domain(1, 1, 1, "identity")
    assert recheck.proved(flat, "rows", plain(0), [0.0], [1.0])
    assert not recheck.proved(flat, "rows", plain(-1), [0.0], [1.0])


@pytest.mark.parametrize(
    "expression",
    [
        sympy.sqrt(u - 2), 1 / (u - sympy.Rational(1, 2)), sympy.Max(u, 1 / u), sympy.Min(sympy.sqrt(u * (u - 1)), 3),
        (1 - u) ** -2, sympy.Max(u, 1 - u) - sympy.Rational(1, 2),
    ],
)  # fmt: skip
def test_what_is_not_known_of_a_bound_on_a_box_is_never_above_a_number(expression: sympy.Expr) -> None:
    """Roots of negative numbers, poles, and the kink of a maximum within the box."""
    domain = Domain(1, 1, 1, "identity", scaled=True)
    lows, highs = [0.0, 0.0], [1.0, 1.0]
    box = Box.between(lows, highs)
    value = number(expression, {}, arb(1))(box)
    assert not value.over > 0
    with np.errstate(all="ignore"):
        boxes = Boxes.between(*(np.array(ends)[:, None] for ends in (lows, highs)))
        assert not played(tape(expression, "identity"), boxes, 1).whole.lo > 0
    assert not recheck.proved(domain, "values", [number(expression, {}, arb(1))], lows, highs)
