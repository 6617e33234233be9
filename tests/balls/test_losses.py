"""Certified losses of one sample against mpmath at 50 digits, and against the floats."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb, ctx

from tests.balls.naive import DIGITS
from wnverify.balls.losses import JETS, jet
from wnverify.engine.networks.losses import LOSSES
from wnverify.errors import DomainError

NAIVE = {
    "square": lambda f, y: (f - y) ** 2,
    "logistic": lambda f, y: mpmath.log(1 + mpmath.exp(-f if y >= 0 else f)),
    "pseudo_huber": lambda f, y: mpmath.sqrt(1 + (f - y) ** 2) - 1,
    "log_cosh": lambda f, y: mpmath.log(mpmath.cosh(f - y)),
}


@pytest.mark.parametrize("name", JETS)
@pytest.mark.parametrize(("f", "y"), [(0.75, -0.5), (-3.0, 1.0), (2.0, 2.0), (30.0, -1.0), (1.0 + 2.0**-20, 1.0)])
def test_jets_contain_the_naive_values(name: str, f: float, y: float) -> None:
    with mpmath.workdps(DIGITS), ctx.workprec(200):
        found = jet(name, arb(f), y)
        for order, ball in enumerate(found):
            naive = mpmath.diff(lambda t: NAIVE[name](t, mpmath.mpf(y)), mpmath.mpf(f), order)
            assert abs(float(ball - arb(mpmath.nstr(naive, DIGITS)))) < 1e-20, order


def test_floats_lie_near_the_balls() -> None:
    assert set(JETS) == set(LOSSES)
    for name, loss in LOSSES.items():
        f, y = np.array([0.3]), np.array([-0.4])
        floats = [float(part(f, y)[0]) for part in (loss.value, loss.slope, loss.curvature)]
        assert [float(ball) for ball in jet(name, arb(0.3), -0.4)] == pytest.approx(floats, rel=1e-14)


def test_an_unknown_loss_is_refused() -> None:
    with pytest.raises(DomainError, match="Expected a loss, but got 'hinge'"):
        jet("hinge", arb(0), 1.0)
