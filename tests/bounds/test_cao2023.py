"""The constants of the bounds against what their proofs say they are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import expit, lambertw
from sympy import Rational

from wnverify.bounds.cao2023 import LEAST, decay, gradient_square, log_clock, push
from wnverify.families.batch_norm.descent import steps
from wnverify.families.batch_norm.state import (
    P,
    discrepancy,
    gamma,
    lambda_max,
    lambda_min,
    sigma_norm,
    slope_max,
    step,
)


def test_the_constant_is_the_least_of_its_function() -> None:
    F = np.linspace(-8.0, 4.0, 400_001)
    least = float((1 + F * expit(F)).min())
    assert least == pytest.approx(1 - float(lambertw(math.exp(-1.0)).real), abs=1e-9)
    assert 0 < least - float(LEAST) < 1e-4


def test_no_pair_counts_for_less() -> None:
    """|ℓ′_i||ℓ′_j|(1 + difference quotient of Fe^F) over the lesser slope, on a grid of pairs."""
    F = np.linspace(-30.0, 12.0, 1501)
    high, low = np.meshgrid(F, F)
    apart = high > low
    gap = np.where(apart, high - low, 1.0)
    quotient = 1 + (high * np.exp(high) - low * np.exp(low)) / gap
    assert float(np.where(apart, expit(-low) * quotient, np.inf).min()) > float(LEAST)


def test_push_and_growth_at_a_state() -> None:
    at = {P: 2, gamma: 3, sigma_norm: 4, discrepancy: 5, lambda_max: 7, slope_max: Rational(1, 2)}
    assert push(Rational(1, 6)).subs(at) == Rational(5, 8)
    assert gradient_square().subs(at) == Rational(63, 16)


def test_the_numbers_of_the_second_stage() -> None:
    """Each step of the derivation in `bounds/cao2023`, on a grid of Γ ≥ 1/2."""
    G = np.linspace(0.5, 40.0, 20_001)
    assert math.sqrt(3) / 2 / (math.exp(-0.5) + math.exp(0.25)) > 9 / 20
    growth = expit(-0.25)
    assert growth < 0.44
    assert math.exp(0.25 + growth) < 2
    assert (np.exp(G) / (G * (1 + math.exp(0.25) * G) ** 2)).min() > 0.27
    assert math.sqrt(3) / 2 * 0.5289 * 0.27 * 1.866 / 2 > 1 / 9
    x = np.exp(np.linspace(0.5, 12.0, 4001))
    later = np.maximum(np.log(x + 2) / (x + 2), np.where(x < math.e, 1 / math.e, np.log(x) / x))
    assert (np.log(x) / x >= 0.82 * later).all()
    assert 0.5289 * 0.5 * 0.82 / 4 > 1 / 20
    tau = np.linspace(0.0, 50.0, 501)
    for start in (math.exp(0.5), 3.0, 20.0):
        assert ((start + 0.45 * tau) ** 2 >= start + 2 * tau).all()


def test_the_decay_at_a_state() -> None:
    at = {P: 2, lambda_min: 3, lambda_max: 4, gamma: 0, step: 1, steps: 1}
    exponent = math.log(decay(log_clock(), Rational(5)).subs(at))
    assert exponent == pytest.approx(-math.sqrt(3) / 2 * math.log(9.0) ** 2 / 20 / 4 * 3 / 8 / 5)
