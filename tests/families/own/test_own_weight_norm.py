"""The built-in WeightNorm network written by a user: the same numbers, and a search that finds as much."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import sympy
from sympy import sqrt

from tests.families.own.declared import DEEP, DEEPER, DEEPER_SHAPES, SHAPES
from wnverify import Claim, Theorem, verify
from wnverify.batch import Batch
from wnverify.bounds import banerjee2024, depth_free
from wnverify.engine.networks.hessian import hessian
from wnverify.families.networks import weight_norm_fields as fields
from wnverify.families.networks.setting import beta, c0
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WeightNorm,
    gradient_norm,
    hessian_norm,
    input_gradient_norm,
    output_abs,
    rho,
)
from wnverify.families.own.own_quantity import quantity

BUILT_IN, BUILT_IN_DEEPER = WeightNorm(shapes=SHAPES), WeightNorm(shapes=DEEPER_SHAPES)
EXCESS = quantity(
    "excess", "ρ₁ = max(‖v‖ − 1, 0)", lambda xp, theta, x: xp.maximum(xp.linalg.norm(theta.v) - 1.0, 0.0), low=0
)
CURVATURE = {"identity": sympy.Integer(0), "tanh": 4 / (3 * sqrt(3))}
MEASURED = {
    "output": (output_abs, 1 + rho),
    "input gradient": (input_gradient_norm, 1 + rho),
    "gradient": (gradient_norm, sqrt(banerjee2024.gradient_squared())),
    "gradient, depth-free": (gradient_norm, sqrt(depth_free.gradient_squared())),
    "hessian": (hessian_norm, banerjee2024.hessian()),
    "hessian, depth-free": (hessian_norm, depth_free.hessian()),
}


def both(regimes: bool) -> Iterator[tuple[Batch, Batch]]:
    """Networks of the built-in family, drawn or structured, and the same ones as the user's."""
    for situation in BUILT_IN.situations({"activation": tuple(CURVATURE), "scaling": ("fan_out",)}):
        if regimes:
            batches = [BUILT_IN.draw(situation, each, 5, np.random.default_rng(1)) for each in BUILT_IN.regimes]
        else:
            batches = [batch.select(np.arange(0, batch.size, 5)) for _, batch in BUILT_IN.structured(situation)]
        for batch in batches:
            yield batch, declared(batch)


def declared(batch: Batch) -> Batch:
    later = [batch.arrays[f"W{layer + 2}"] for layer in range(batch.shape["L"] - 1)]
    arrays = {name: batch.arrays[name] for name in ("W1", "v", "x")} | ({"W": np.stack(later)} if later else {})
    return Batch(DEEP.name, batch.shape, {"activation": batch.settings["activation"]}, arrays)


@pytest.mark.parametrize("regimes", [True, False], ids=["drawn", "structured"])
def test_values_gradients_and_hessians_are_those_of_the_closed_form(regimes: bool) -> None:
    compared = 0
    for built_in, own in both(regimes):
        assert close(DEEP.program.values(own), fields.value(built_in))
        slopes = fields.named(fields.GRADIENTS.closed(built_in))
        gradient = DEEP.program.gradient(own, list(own.arrays))
        for name, slope in slopes.items():
            found = gradient[name] if name in gradient else gradient["W"][int(name[1:]) - 2]
            assert close(found, slope)
        names = [name for name in ("W1", "W", "v") if name in own.arrays]
        assert close(DEEP.program.hessian(own, names), hessian(fields.network(built_in)))
        compared += built_in.size
    assert compared > 200


def close(found: np.ndarray, closed: np.ndarray) -> bool:
    """Within 1e-12 of the largest entry of that instance, or of 1."""
    size = np.maximum(np.abs(closed).reshape(-1, closed.shape[-1]).max(axis=0), 1.0)
    return bool((np.abs(found - closed) <= 1e-12 * size).all())


def as_declared(side: sympy.Expr, activation: str) -> sympy.Expr:
    """A side of a claim in the symbols of the user's family."""
    names = {
        symbol: DEEPER.symbols(name) for name, symbol in BUILT_IN.quantities.items() if name in DEEPER.quantities
    }
    return side.subs({**names, rho: EXCESS, beta: CURVATURE[activation], c0: 0})


@pytest.mark.parametrize(
    ("name", "activation"),
    [
        ("output", "tanh"),
        ("input gradient", "tanh"),
        ("gradient", "tanh"),
        ("gradient, depth-free", "tanh"),
        ("hessian", "identity"),
        ("hessian, depth-free", "tanh"),
    ],
)
def test_the_worst_ratio_is_the_same_to_three_digits(name: str, activation: str) -> None:
    measured, bound = MEASURED[name]
    closed = Theorem(
        claim=Claim(measured, "<=", bound, given=LIPSCHITZ),
        family=BUILT_IN_DEEPER,
        settings={"activation": (activation,), "scaling": ("fan_out",)},
    )
    own = Theorem(
        claim=Claim(as_declared(measured, activation), "<=", as_declared(bound, activation)),
        family=DEEPER,
        settings={"activation": (activation,)},
    )
    found = [float(verify(theorem, budget="quick").worst.ratio) for theorem in (closed, own)]
    assert found[1] == pytest.approx(found[0], rel=5e-4)
