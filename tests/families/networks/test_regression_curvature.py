"""The loss's Hessian by numbers and the tangent kernel: routes, claims that are true, and false ones refuted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from wnverify.engine.networks.losses import LOSSES
from wnverify.families.networks.other_losses import OTHER_LOSSES
from wnverify.families.networks.regression import REGRESSION
from wnverify.family import Situation
from wnverify.questions.counterexample.bundle import SCRIPT
from wnverify.questions.counterexample.replay import replay
from wnverify.questions.trial.ask import try_claim
from wnverify.runs.files import save_bundle
from wnverify.verdict import Verdict

NAMES = ("loss_hessian_min", "loss_hessian_max", "loss_hessian_trace", "loss_hessian_frobenius", "ntk_min")
SHAPE = {"L": 2, "m": 3, "d": 2, "n": 3}
P = "(m*d + (L-1)*m**2 + m)"
TRUE = (
    f"loss_hessian_frobenius <= sqrt{P}*loss_hessian_norm",
    "loss_hessian_norm == Max(loss_hessian_max, -loss_hessian_min)",
    f"Abs(loss_hessian_trace) <= {P}*loss_hessian_norm",
    "4*ntk_min*loss <= n*loss_gradient_norm**2",
)
FALSE = (
    "loss_hessian_frobenius <= loss_hessian_norm",
    "loss_hessian_min >= -loss/omega**2/100",
    "6*ntk_min*loss <= n*loss_gradient_norm**2",
)


@pytest.mark.parametrize("text", TRUE)
def test_what_is_true_is_not_refuted(text: str) -> None:
    sizes = ["L <= 2", "m <= 2", "d <= 2", "n <= 2"]
    trial = try_claim(text, given=sizes, budget="quick", seed=1, family="regression")  # the last: the square alone
    assert trial.verdict is not Verdict.REFUTED


@pytest.mark.parametrize("text", FALSE)
def test_what_is_false_is_refuted_certified_and_confirmed_by_the_script_alone(text: str, tmp_path: Path) -> None:
    trial = try_claim(text, budget="quick", family="regression")
    assert trial.verdict is Verdict.REFUTED
    folder = save_bundle(trial.to_bundle(), tmp_path / "folder")
    assert replay(folder).certified
    done = subprocess.run([sys.executable, "-I", folder / SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr


@pytest.mark.parametrize("loss", LOSSES)
def test_three_routes_agree_for_every_loss(loss: str) -> None:
    where = Situation(SHAPE, {"activation": "softplus", "scaling": "fan_in", "loss": loss})
    batch = OTHER_LOSSES.draw(where, "gaussian", 4, np.random.default_rng(0))
    balls = OTHER_LOSSES.enclosures(batch.one(0), NAMES)
    for name in NAMES:
        route = OTHER_LOSSES.quantities[name].route
        first = route.measure(batch)
        np.testing.assert_allclose(first, route.second(batch), rtol=1e-9, atol=1e-11, err_msg=name)
        assert float(balls[name]) == pytest.approx(first[0], rel=1e-9, abs=1e-11), name


def test_large_problems_have_brackets() -> None:
    where = Situation({"L": 1, "m": 20, "d": 14, "n": 2}, {"activation": "tanh", "scaling": "fan_out"})
    one = REGRESSION.draw(where, "gaussian", 1, np.random.default_rng(3))
    balls = REGRESSION.enclosures(one, NAMES)
    for name in NAMES:
        value = float(REGRESSION.quantities[name].route.measure(one)[0])
        assert balls[name].lower() <= value + 1e-9
        assert balls[name].upper() >= value - 1e-9


def test_slopes_and_numbers_share_one_decomposition(monkeypatch: pytest.MonkeyPatch) -> None:
    from wnverify.families.networks import regression_curvature as module

    where = Situation(SHAPE, {"activation": "softplus", "scaling": "fan_in"})
    batch = REGRESSION.draw(where, "gaussian", 3, np.random.default_rng(2))
    least, greatest = (REGRESSION.quantities[name].route for name in NAMES[:2])
    least.gradient(batch)
    monkeypatch.setattr(module, "_ends", None)
    assert (least.measure(batch) < greatest.measure(batch)).all()
