"""The chain of derivatives: b and λ_max(Q) against the recursions that they unroll, run along many directions."""

from __future__ import annotations

from dataclasses import replace

import autograd.numpy as anp
import numpy as np
import pytest

from wnverify.arithmetic.namespace import Module
from wnverify.arithmetic.spectral import of_one
from wnverify.families.normalizations.chain import Step, coupling, reaches

PLAIN = [Step(1.3, 0.7, 0.4, 0.9, 0.2), Step(0.8, 1.1, 0.3, 0.5, 0.6), Step(1.7, 0.2, 1.5, 0.1, 0.0)]
INNER = [replace(step, inner=(1.0, 2.0 * step.p)) for step in PLAIN]


def xp():
    return Module(anp, {"spectral_norm": of_one})


def second(steps, u):
    """‖α̇^L‖ and ‖α̈^L‖ as the recursions bound them, from steps of the lengths u."""
    first, bent = 0.0, 0.0
    for step, size in zip(steps, u, strict=True):
        zeta, pi = step.inner or (step.chi, step.p)
        pushed = step.k * (zeta * first + pi * size) ** 2 + 2 * step.c * size * first + step.o * size**2
        first, bent = step.chi * first + step.p * size, step.chi * bent + pushed
    return first, bent


@pytest.mark.parametrize("steps", [PLAIN[:1], PLAIN, INNER], ids=["one layer", "three layers", "residual"])
def test_the_recursions_reach_b_and_the_eigenvalue_and_no_more(steps) -> None:
    u = np.abs(np.random.default_rng(0).standard_normal((200_000, len(steps))))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    first, bent = second(steps, u.T)
    assert first.max() == pytest.approx(float(reaches(xp(), steps)), rel=1e-3)
    assert bent.max() == pytest.approx(float(coupling(xp(), steps)), rel=1e-3)
    assert first.max() <= reaches(xp(), steps)
    assert bent.max() <= coupling(xp(), steps)


def test_one_layer_has_what_it_does_to_itself() -> None:
    (step,) = steps = PLAIN[:1]
    assert float(reaches(xp(), steps)) == pytest.approx(step.p)
    assert float(coupling(xp(), steps)) == pytest.approx(step.k * step.p**2 + step.o)
