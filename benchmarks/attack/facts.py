"""Proved inequalities X ≤ B with a network at which they are attained, for every choice of what is free in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.attack.planted import (
    Plan,
    across,
    along,
    frame,
    network,
    one_across,
    problem,
    step,
    turned,
)
from wnverify.batch import Batch

SIZES = ("L", "m", "d", "n")
NUMBERS = ("rho", "omega", "input_norm")


@dataclass(frozen=True)
class Fact:
    """X ≤ B, proved, and attained.

    Args:
        name: what it is about.
        small: X as typed.
        large: B as typed.
        proof: why it holds.
        build: an instance at which both sides agree up to rounding, for a plan.
        given: the hypotheses it needs, as typed.
        options: the family and the activation it needs.
        free: the symbols that may have any value while the sides still agree; sizes with their least value.
        positive: whether B > 0 on every network, so that X/B may be typed.
        plan: what a plan for it starts from.
        activations: those for which the instance attains it.
    """

    name: str
    small: str
    large: str
    proof: str
    build: Callable[[Plan], Batch]
    free: Mapping[str, int]
    given: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    positive: bool = False
    plan: Plan = field(default_factory=Plan)
    activations: tuple[str, ...] = ("identity",)


def _first(size: int) -> np.ndarray:
    return np.eye(size)[0]


def _steepest(plan: Plan) -> Batch:
    """One layer, c0 = 0: the larger of the two maxima of ‖∇_θ f‖."""
    step = (1 + plan.rho) ** 2 / (plan.m * plan.omega**2)
    one = step + 1 - 1 / plan.m > 1
    return network(plan, one_across, _first(plan.m)) if one else network(plan, along)


def _steepest_loss(plan: Plan) -> Batch:
    step = (1 + plan.rho) ** 2 / (plan.m * plan.omega**2)
    one = step + 1 - 1 / plan.m > 1
    return problem(plan, one_across, _first(plan.m)) if one else problem(plan, along)


def _bent(plan: Plan) -> Batch:
    """One neuron: the row at the angle to x where the Hessian is largest, found on a grid and refined twice."""
    low, high = 0.0, 1.0
    for _ in range(4):
        grid = np.linspace(low, high, 60)
        norms = [_hessian(network(plan, turned(cosine))) for cosine in grid]
        top = int(np.argmax(norms))
        low, high = grid[max(top - 1, 0)], grid[min(top + 1, 59)]
    return network(plan, turned(float(grid[top])))


def _hessian(batch: Batch) -> float:
    from wnverify.families.networks.weight_norm_fields import hessian_norm

    return float(hessian_norm(batch)[0])


ODD, SQUARED = ("identity", "tanh", "sin"), "Max(1, (1+rho)**2/(m*omega**2) + 1 - 1/m)"
ANY = {"rho": 0, "omega": 0, "input_norm": 0}
UNIT = {"rho": 0, "omega": 0}
ALL = {**ANY, "L": 1, "m": 1, "d": 1}

FACTS = (
    Fact(
        "output",
        "output_abs",
        "(1+rho)*input_norm",
        "|f| ≤ ‖v‖‖x‖ where φ(0) = 0",
        lambda plan: network(plan, along),
        ALL,
        ("c0 == 0",),
    ),
    Fact(
        "output, unit ball",
        "output_abs",
        "(1+rho)",
        "|f| ≤ ‖v‖‖x‖ where φ(0) = 0",
        lambda plan: network(plan, along),
        {**UNIT, "L": 1, "m": 1, "d": 1},
        ("c0 == 0",),
        positive=True,
    ),
    Fact(
        "input gradient",
        "input_gradient_norm",
        "(1+rho)",
        "every layer is 1-Lipschitz",
        lambda plan: network(plan, along),
        ALL,
        positive=True,
    ),
    Fact(
        "output by input gradient",
        "output_abs",
        "input_gradient_norm*input_norm",
        "f = ⟨∇_x f, x⟩ for the identity",
        lambda plan: network(plan, along),
        ALL,
        options={"activation": "identity"},
    ),
    Fact(
        "hidden gradient, one layer",
        "hidden_gradient_norm*omega*sqrt(m)",
        "(1+rho)*input_norm",
        "‖∂f/∂W_i‖ ≤ |v_i|‖x‖/(√m ω)",
        lambda plan: network(plan, across),
        {**ANY, "m": 1, "d": 2},
        ("L == 1",),
        activations=ODD,
    ),
    Fact(
        "hidden gradient, unit ball",
        "hidden_gradient_norm*omega",
        "(1+rho)/sqrt(m)",
        "‖∂f/∂W_i‖ ≤ |v_i|‖x‖/(√m ω)",
        lambda plan: network(plan, across),
        {**UNIT, "m": 1, "d": 2},
        ("L == 1",),
        positive=True,
        activations=ODD,
    ),
    Fact(
        "hidden gradient",
        "hidden_gradient_norm*omega*sqrt(m)",
        "(1+rho)*sqrt(2-1/m)",
        "depth_free/hidden_gradient",
        lambda plan: network(plan, one_across),
        {**UNIT, "L": 2, "m": 2, "d": 2},
        ("c0 == 0",),
        positive=True,
        plan=Plan(L=2),
    ),
    Fact(
        "gradient, one layer",
        "gradient_norm",
        f"sqrt({SQUARED})",
        "depth_free/gradient at L = 1",
        _steepest,
        {**UNIT, "m": 1, "d": 2},
        ("c0 == 0", "L == 1"),
        positive=True,
    ),
    Fact(
        "gradient by its parts",
        "hidden_gradient_norm**2 + output_abs**2/(1+rho)**2",
        "gradient_norm**2",
        "|f| = |⟨v, α⟩| ≤ (1+ρ)‖∂_v f‖",
        lambda plan: network(plan, turned(0.6)),
        {**ANY, "L": 1, "m": 1, "d": 2},
        activations=("identity", "tanh", "softplus"),
    ),
    Fact(
        "directions",
        "direction_norm",
        "sqrt(m)",
        "‖W̄‖ ≤ ‖W̄‖_F = √m",
        lambda plan: network(plan, along),
        ALL,
        positive=True,
    ),
    Fact(
        "directions from below",
        "sqrt(m/2)",
        "direction_norm",
        "‖W̄‖² ≥ ‖W̄‖_F²/rank",
        lambda plan: network(plan, frame),
        {**ANY, "m": 2},
        ("L == 1", "d == 2"),
        positive=True,
    ),
    Fact(
        "Hessian, one neuron",
        "hessian_norm*omega**2*sqrt(4*omega**2 + 3*(1+rho)**2)",
        "2*(omega**2 + (1+rho)**2)*input_norm",
        "depth_free/one_layer_hessian",
        _bent,
        {**ANY, "d": 2},
        ("L == 1", "m == 1"),
        {"activation": "identity"},
        plan=Plan(m=1),
    ),
    Fact(
        "loss gradient, one layer",
        "loss_gradient_norm**2",
        f"4*loss*{SQUARED}",
        "‖∇𝓛‖² ≤ 4G²𝓛",
        _steepest_loss,
        {**UNIT, "m": 1, "d": 2, "n": 1},
        ("c0 == 0", "L == 1"),
    ),
    Fact(
        "plain output",
        "output_abs",
        "(1+rho)*omega*input_norm",
        "f = v·w·x",
        lambda plan: network(plan, along, family="plain_network"),
        ANY,
        ("L == 1", "m == 1", "d == 1"),
        {"family": "plain_network", "activation": "identity"},
        plan=Plan(m=1, d=1),
    ),
    Fact(
        "weight decay",
        "1 - step*decay",
        "row_growth",
        "‖W⁺‖² = (1 − ηλ)²‖W‖² + η²‖∂_W 𝓛‖² where there is no momentum",
        lambda plan: step(plan, along),
        {"input_norm": 0, "L": 1, "m": 1, "d": 1, "n": 1},
        ("momentum == 0", "T == 1"),
        {"family": "training_run"},
        positive=True,
        plan=Plan(decay=0.25, step=0.5),
    ),
)
