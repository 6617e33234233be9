"""Agreement: what two routes may differ by, and what is an error of one of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sympy import exp

from wnverify.batch import Batch, concatenate
from wnverify.claim import Claim
from wnverify.families.networks.weight_norm import (
    WEIGHT_NORM,
    gradient_norm,
    hidden_gradient_norm,
    input_gradient_norm,
    input_norm,
    omega,
    output_abs,
    rho,
)
from wnverify.family import Situation
from wnverify.judging.agreement import hollow, largest_disagreement
from wnverify.judging.judge import Judge
from wnverify.quantities import Route

WHERE = Situation({"L": 1, "m": 1, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})


def along(turn: float) -> Batch:
    """One neuron whose row is turned away from the input so far: its hidden gradient is what cancelling leaves."""
    arrays = {"W1": np.array([[[0.6], [0.8 + turn]]]), "v": np.array([[9.0]]), "x": np.array([[0.6], [0.8]])}
    return Batch("weight_norm", WHERE.shape, WHERE.settings, arrays)


@pytest.mark.parametrize("turn", [0.0, 1e-13])
def test_what_is_left_of_cancelling_is_no_disagreement(turn: float) -> None:
    """0 against 1e-16: an instance within 1e-9 of this one has either."""
    claim = Claim(hidden_gradient_norm, "<=", gradient_norm / 10**12)
    assert largest_disagreement(Judge(claim, WEIGHT_NORM), along(turn), WHERE).size <= WEIGHT_NORM.agreement


def test_the_same_overflow_is_no_disagreement() -> None:
    factor = exp(1000 / omega)
    claim = Claim(output_abs * factor, "<=", 10 * (1 + rho) * factor)
    assert largest_disagreement(Judge(claim, WEIGHT_NORM), along(0.5), WHERE).size == 0.0


@pytest.mark.parametrize("factor", [0.0, 0.5, 1 + 1e-7])
def test_a_route_that_is_wrong_disagrees(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    right = hidden_gradient_norm.route
    wrong = replace(right, second=lambda batch: factor * right.second(batch))
    monkeypatch.setattr(hidden_gradient_norm, "route", wrong)
    claim = Claim(hidden_gradient_norm, "<=", gradient_norm)
    assert largest_disagreement(Judge(claim, WEIGHT_NORM), along(0.5), WHERE).size > 10 * WEIGHT_NORM.agreement


def test_an_exact_zero_beside_rounding_is_no_disagreement_and_a_small_number_beside_another_is_one(
    monkeypatch,
) -> None:
    """With one input a normalised row has no derivative: the closed form says 0, autograd what rounding leaves."""
    family, rng = WEIGHT_NORM, np.random.default_rng(0)
    situation = Situation({"L": 1, "m": 2, "d": 1}, {"activation": "relu", "scaling": "fan_out"})
    one = family.draw(situation, "edge", 1, rng)
    judge = Judge(Claim(hidden_gradient_norm, "<=", gradient_norm / 10**7), family)

    def size(first: float, second: float) -> float:
        route = Route(lambda batch: np.full(batch.size, first), second=lambda batch: np.full(batch.size, second))
        monkeypatch.setattr(hidden_gradient_norm, "route", route)
        return largest_disagreement(judge, one.with_arrays(one.arrays), situation).size

    assert size(0.0, 1e-15) <= family.agreement
    assert size(2e-15, 1e-15) > family.agreement, "neither route has a zero"
    assert size(0.0, 1e-9) > family.agreement, "too much for rounding"


def cancelling(change: float, far: float) -> Batch:
    """Two neurons alike whose outputs cancel but for a share of them, and the same far out."""
    rows, v = np.array([[0.6, 0.6], [0.8, 0.8]]), np.array([0.3, -0.3 * (1 + change)])
    arrays = {"W1": rows[..., None], "v": far * v[:, None], "x": np.array([[0.28], [0.96]])}
    return Batch("weight_norm", {"L": 1, "m": 2, "d": 2}, {"activation": "identity", "scaling": "fan_out"}, arrays)


@pytest.mark.parametrize("far", [1e-9, 1.0, 1e9])
def test_what_rounding_leaves_of_two_outputs_is_hollow_and_a_small_difference_is_not(far: float) -> None:
    judge = Judge(Claim(output_abs, "<=", input_gradient_norm * input_norm), WEIGHT_NORM)
    both = concatenate([cancelling(1e-15, far), cancelling(1e-9, far), cancelling(1.0, far)])
    assert list(hollow(judge, both)) == [True, False, False]


def test_a_steep_side_is_not_hollow() -> None:
    """exp(300·ρ) moves by hundreds of times what its argument does, which is nothing beside it."""
    judge = Judge(Claim(output_abs, "<=", exp(300 * rho)), WEIGHT_NORM)
    assert not hollow(judge, cancelling(1.0, 3.0)).any()
