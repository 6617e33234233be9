"""Claims about the Hessian's numbers: true ones hold everywhere, false ones are refuted, certified and saved."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from wnverify.families.networks.weight_norm import PLAIN, WEIGHT_NORM
from wnverify.family import Situation
from wnverify.questions.counterexample.bundle import SCRIPT
from wnverify.questions.counterexample.replay import replay
from wnverify.questions.trial.ask import try_claim
from wnverify.runs.files import save_bundle
from wnverify.verdict import Verdict

P = "(m*d + (L-1)*m**2 + m)"
TRUE = (
    f"hessian_frobenius <= sqrt{P}*hessian_norm",
    "hessian_norm <= hessian_frobenius",
    f"Abs(hessian_trace) <= ({P} - m)*hessian_norm",
    "hessian_norm == Max(hessian_max, -hessian_min)",
    "hessian_min <= 0",
    "hessian_norm <= hidden_hessian_norm + cross_hessian_norm",
    "cross_hessian_norm <= hessian_norm",
)
FALSE = (
    "hessian_frobenius <= sqrt(2*m)*hessian_norm/2",
    "Abs(hessian_trace) <= hessian_norm/100",
    "hessian_max <= -hessian_min",
    "hessian_min >= -(1+rho)/(5*omega**2)",
    "hidden_hessian_norm <= cross_hessian_norm",
    "input_hessian_norm <= beta*(1+rho)/(8*m)",
)
NAMES = (
    "hessian_min", "hessian_max", "hessian_trace", "hessian_frobenius", "hidden_hessian_norm", "cross_hessian_norm",
    "input_hessian_norm",
)  # fmt: skip
WHERE = Situation({"L": 2, "m": 3, "d": 3}, {"activation": "gelu", "scaling": "fan_in"})


@pytest.mark.parametrize("text", TRUE)
def test_what_is_true_of_all_symmetric_matrices_is_not_refuted(text: str) -> None:
    found = try_claim(text, given=["L <= 2", "m <= 2", "d <= 2"], budget="quick", seed=1)
    assert found.verdict is not Verdict.REFUTED


@pytest.mark.parametrize("text", FALSE)
def test_what_is_false_is_refuted_certified_and_confirmed_by_the_script_alone(text: str, tmp_path: Path) -> None:
    trial = try_claim(text, budget="quick")
    assert trial.verdict is Verdict.REFUTED
    folder = save_bundle(trial.to_bundle(), tmp_path / "folder")
    assert replay(folder).certified
    done = subprocess.run([sys.executable, "-I", folder / SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr


@pytest.mark.parametrize("family", [WEIGHT_NORM, PLAIN], ids=lambda family: family.name)
def test_the_numbers_are_those_of_the_matrix_by_autograd(family) -> None:
    batch = family.draw(WHERE, "gaussian", 4, np.random.default_rng(0))
    for name in NAMES:
        route = family.quantities[name].route
        np.testing.assert_allclose(route.measure(batch), route.second(batch), rtol=1e-10, err_msg=name)


@pytest.mark.parametrize("which", [name for name in NAMES if name != "input_hessian_norm"])
def test_a_hessian_that_vanishes_has_numbers_and_slopes(which: str) -> None:
    where = Situation({"L": 2, "m": 1, "d": 1}, WHERE.settings)
    batch = WEIGHT_NORM.draw(where, "edge", 3, np.random.default_rng(1))
    route = WEIGHT_NORM.quantities[which].route
    assert not route.measure(batch).any()
    assert not any(part.any() for part in route.gradient(batch).values())


def test_slopes_and_numbers_share_one_decomposition(monkeypatch: pytest.MonkeyPatch) -> None:
    from wnverify.families.networks import weight_norm_curvature as module

    batch = WEIGHT_NORM.draw(WHERE, "gaussian", 3, np.random.default_rng(2))
    least, greatest = (WEIGHT_NORM.quantities[name].route for name in ("hessian_min", "hessian_max"))
    least.gradient(batch)
    monkeypatch.setattr(module, "ends", None)
    assert (least.measure(batch) <= 0).all()
    greatest.gradient(batch)
    assert (greatest.measure(batch) >= 0).all()


def test_large_networks_have_brackets() -> None:
    where = Situation({"L": 2, "m": 12, "d": 10}, {"activation": "tanh", "scaling": "fan_out"})
    one = WEIGHT_NORM.draw(where, "gaussian", 1, np.random.default_rng(3))
    balls = WEIGHT_NORM.enclosures(one, NAMES)
    for name in NAMES:
        value = float(WEIGHT_NORM.quantities[name].route.measure(one)[0])
        assert balls[name].lower() <= value + 1e-9
        assert balls[name].upper() >= value - 1e-9
    sharp = float(WEIGHT_NORM.quantities["hessian_max"].route.measure(one)[0])
    assert float(balls["hessian_max"].lower()) == pytest.approx(sharp, rel=1e-6)  # a ball has a radius of 30 bits
