from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from sympy import Rational

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.budget import parse_budget
from wnverify.catalogue import load, select
from wnverify.engine.relu import gains as engine
from wnverify.engine.relu import slopes
from wnverify.families.relu import gains_views
from wnverify.families.relu.gains import RELU_GAINS
from wnverify.families.relu.gains_views import STEPS, VIEWS, state
from wnverify.runs.theorem import carry_out
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

SITUATIONS = RELU_GAINS.situations()


def draw(index: int = 5, regime: str = "signed", count: int = 6) -> Batch:
    return RELU_GAINS.draw(SITUATIONS[index], regime, count, np.random.default_rng(index))


def test_the_initialisation_ties_gains_to_lengths() -> None:
    batch = draw(5, "spread")
    assert batch.settings["start"] == "initial"
    at = state(batch)
    assert at.g == pytest.approx(at.length / at.alpha)
    made = engine.initial(at.v / at.alpha, at.x, at.y, at.c, at.alpha)
    assert made.output == pytest.approx(at.output)
    assert made.Lambda == pytest.approx(at.Lambda)


def test_two_equal_runs_are_computed_once() -> None:
    view = VIEWS.closed(draw())
    assert view.run(0.0, 0.0) is view.run(0.0, 0.0)
    assert len(view.run(2.0, 0.0)) == STEPS + 1


# ---- planted errors: what is checked must be measured, not built in

SLIGHT = 1e-6


def found(theorem: Theorem, seed: int) -> Verdict:
    """What random instances say; of a seed of its own, since measured numbers are shared among checks."""
    return carry_out("sampled", theorem, theorem.name, parse_budget("quick"), seed).outcome


def theorem_of(name: str) -> Theorem:
    return load(select([f"dukler2020/{name}"])[0])


@pytest.fixture
def hardly_normalised(monkeypatch: pytest.MonkeyPatch) -> None:
    """By both routes a network whose weights are g v/|v|^(1 − 1e-6), so that lengths matter a little."""
    exact, plain = slopes.pace, gains_views.normalised

    def pace(square: Any, g: Any) -> Any:
        return exact(square, g * square ** (SLIGHT / 2))

    def normalised(v: Any, g: Any) -> Any:
        return plain(v, g * anp.sum(v**2, axis=1) ** (SLIGHT / 2))

    monkeypatch.setattr(slopes, "pace", pace)
    monkeypatch.setattr(gains_views, "normalised", normalised)


@pytest.mark.usefixtures("hardly_normalised")
@pytest.mark.parametrize(
    "name",
    [
        "gradient_orthogonal", "gradient_pythagoras", "ntk_decomposition", "preconditioned_flow", "scale_gradient",
        "scale_output", "step_angle", "step_norm", "step_norm_run",
    ],
)  # fmt: skip
def test_a_network_that_sees_the_lengths_is_found(name: str) -> None:
    assert found(theorem_of(name), 1001) is Verdict.REFUTED


def leak(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    """By both routes leave a share of the radial part in ∂L/∂v."""

    def leaky(exact: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def gradients(view: Any) -> tuple[FloatArray, FloatArray, FloatArray]:
            to_w, to_v, to_g = exact(view)
            radial = (view.at.g / view.at.length * to_g)[:, None] * view.at.direction
            return to_w, to_v + share * radial, to_g

        return gradients

    for view in (gains_views.Closed, gains_views.Oracle):
        monkeypatch.setattr(view, "gradients", property(leaky(view.__dict__["gradients"].func)))


@pytest.mark.parametrize("name", ["gradient_orthogonal", "step_angle", "step_norm"])
def test_a_radial_part_that_is_left_in_is_found(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    leak(monkeypatch, SLIGHT)
    assert found(theorem_of(name), 1002) is Verdict.REFUTED


def test_a_radial_part_counts_by_its_square_beside_the_part_across(monkeypatch: pytest.MonkeyPatch) -> None:
    leak(monkeypatch, 1e-3)
    assert found(theorem_of("gradient_pythagoras"), 1003) is Verdict.REFUTED


def test_an_angle_that_is_slightly_off_is_found() -> None:
    theorem = theorem_of("step_angle")
    off = replace(theorem.claim, lhs=theorem.claim.lhs + Rational(1, 10**6))
    assert found(theorem.with_claim(off), 1004) is Verdict.REFUTED


@pytest.mark.parametrize("route", ["measure", "second"])
def test_the_angle_of_a_step_far_below_rounding_keeps_its_digits(route: str) -> None:
    batch = draw(5, "signed")
    short = batch.with_arrays({**batch.arrays, "step": np.full(batch.size, 1e-20)})
    angle, gradient = (
        getattr(RELU_GAINS.quantities[name].route, route)(short) for name in ("step_angle", "direction_gradient")
    )
    assert gradient.max() > 0.0
    assert angle == pytest.approx(1e-20 * gradient / state(short).length[0], rel=1e-12, abs=0.0)
