"""The checker's view of a box agrees with the prover's, though they share no formula."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, ctx

from wnverify.proving import goals, recheck
from wnverify.proving.domain import Domain
from wnverify.proving.interval import exact
from wnverify.proving.jet import Boxes
from wnverify.proving.network import Network
from wnverify.proving.series import Box
from wnverify.proving.witness import drawn

THRESHOLD = 1.75
DOMAINS = [Domain(1, 2, 2, "tanh"), Domain(2, 2, 2, "sin"), Domain(2, 2, 1, "identity")]


@pytest.mark.parametrize("goal", goals.GOALS)
@pytest.mark.parametrize(
    "domain", [Domain(1, 2, 2, "tanh"), Domain(2, 2, 2, "sin"), Domain(2, 2, 1, "identity")], ids=str
)
def test_both_enclose_the_same_margins(goal: str, domain: Domain) -> None:
    centre = np.array(drawn(domain, 6)).T
    radius = np.full_like(centre, 0.01)
    with np.errstate(all="ignore"):
        boxes = Boxes(centre, radius)
        mine = goals.margins(goal, Network(domain, boxes), exact(THRESHOLD))
    for k in range(centre.shape[1]):
        with ctx.workprec(96):
            box = Box.between((centre - radius)[:, k].tolist(), (centre + radius)[:, k].tolist())
            theirs = recheck.GOALS[goal](domain, box, box.number(arb(THRESHOLD)))
            assert len(mine) == len(theirs) > 0
            for left, right in zip(mine, theirs, strict=True):
                low, high = (np.broadcast_to(end, centre.shape[1:])[k] for end in (left.mid.lo, left.mid.hi))
                assert arb(float(low)).union(arb(float(high))).overlaps(right.at + arb(0, 1e-9))
                low, high = (np.broadcast_to(end, centre.shape[1:])[k] for end in (left.whole.lo, left.whole.hi))
                width = float(high - low)
                assert float(right.over.rad()) <= 2 * width + 1e-9


def test_a_box_on_which_a_goal_fails_is_not_proved() -> None:
    domain = Domain(1, 1, 2, "identity")
    assert recheck.proved(domain, "rows", arb(1.1), [0.9, 1.5], [1.0, 1.6])
    assert not recheck.proved(domain, "rows", arb(0.9), [0.9, 1.5], [1.0, 1.6])
    assert not recheck.proved(domain, "curvature", arb(0), [0.9, 1.5], [1.0, 1.6])
    flat = Domain(1, 1, 1, "identity")
    assert recheck.proved(flat, "rows", arb(0), [0.0], [1.0])
    assert not recheck.proved(flat, "rows", arb(-1), [0.0], [1.0])
