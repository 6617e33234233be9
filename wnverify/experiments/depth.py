"""Depth: the largest gradient and Hessian that ascent attains, layer by layer, beside the bounds on them.

Question: does the curvature of WeightNorm networks grow with depth, as the bounds of the literature do? Every
row has norm ω = 1, the output layer norm 1 + ρ₁ = 1 and the input norm 1, so that only the shape is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import sympy
from threadpoolctl import threadpool_limits

from wnverify.batch import Batch, concatenate
from wnverify.bounds import banerjee2024, depth_free
from wnverify.claim import Claim
from wnverify.engine.activations import ACTIVATIONS as ACTIVATION
from wnverify.experiments.pinned import PinnedNetworks
from wnverify.families.networks.setting import L, beta, c0, m
from wnverify.families.networks.weight_norm import hessian_norm, hidden_gradient_norm, omega, rho
from wnverify.family import Family, Situation
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.tally import Tally

ACTIVATIONS = ("identity", "tanh", "sin")
CLAIMED = ((2, 4), (2, 12), (3, 6), (8, 6))
"""Depths and widths at which the supremum 2 − 1/m is sought from random starts alone."""
INPUTS = 2


@dataclass(frozen=True)
class Effort:
    """How hard the search tries at each point.

    Args:
        starts: ascents in parallel, of eight times as many random networks.
        steps: the most steps of each.
        restarts: how often it begins anew.
    """

    starts: int = 16
    steps: int = 250
    restarts: int = 3


@dataclass(frozen=True)
class Row:
    """One depth and activation, everything at ω = 1, ρ₁ = 0; Hessians in units of 1/√m, gradients of κ = 1/m.

    Args:
        activation: φ.
        depth: L.
        width: m.
        hessian: the largest √m‖∇²f‖ found.
        free: the depth-free bound on it.
        explicit: the explicit bound of `banerjee2024`.
        rate: the paper's rate with constant 1.
        gradient: the largest m‖∇_W f‖² found.
        tried: how many networks were evaluated.
    """

    activation: str
    depth: int
    width: int
    hessian: float
    free: float
    explicit: float
    rate: float
    gradient: float
    tried: int


@dataclass(frozen=True)
class Reached:
    """m‖∇_W f‖² of the identity from random starts alone, against its supremum 2 − 1/m."""

    depth: int
    width: int
    found: float
    supremum: float
    tried: int


def rows(
    depths: Sequence[int], width: int, seed: int, effort: Effort, activations: Sequence[str] = ACTIVATIONS
) -> Iterator[Row]:
    """The points of the table, one after the other."""
    for activation in activations:
        for depth in depths:
            rng = np.random.default_rng([seed, depth, width, ACTIVATIONS.index(activation)])
            yield _row(activation, depth, width, effort, rng)


def _row(activation: str, depth: int, width: int, effort: Effort, rng: np.random.Generator) -> Row:
    situation = _situation(activation, depth, width)
    curved = attain(hessian_norm, situation, effort, rng)
    steep = attain(hidden_gradient_norm, situation, effort, rng)
    scale = float(np.sqrt(width))
    free, explicit, rate = (scale * _value(name, activation, depth, width) for name in ("free", "explicit", "rate"))
    hessian, gradient = scale * curved[0], width * steep[0] ** 2
    return Row(activation, depth, width, hessian, free, explicit, rate, gradient, curved[1] + steep[1])


def reached(seed: int, effort: Effort, shapes: Sequence[tuple[int, int]] = CLAIMED) -> Iterator[Reached]:
    """How close ascent comes to 2 − 1/m without being shown the extremal network."""
    for depth, width in shapes:
        rng = np.random.default_rng([seed, depth, width])
        situation = _situation("identity", depth, width)
        value, tried = attain(hidden_gradient_norm, situation, effort, rng, structured=False)
        yield Reached(depth, width, width * value**2, 2 - 1 / width, tried)


def attain(
    quantity: sympy.Symbol,
    situation: Situation,
    effort: Effort,
    rng: np.random.Generator,
    *,
    structured: bool = True,
    family: Family | None = None,
) -> tuple[float, int]:
    """The largest value of a quantity that ascent finds, and how many networks it looked at.

    Args:
        quantity: what to raise.
        situation: shape and settings.
        effort: how hard to try.
        rng: randomness of the starts.
        structured: whether to begin from extreme networks too.
        family: the networks with their scales fixed; those of WeightNorm by default.
    """
    tally = Tally(Judge(Claim(quantity, "<=", sympy.Integer(1)), family or PinnedNetworks()))
    with threadpool_limits(1):
        for _ in range(effort.restarts):
            begin = (_mixed if structured else _random)(tally, situation, effort.starts, rng)
            climb(tally, situation, begin, effort.steps)
    return (tally.best.ratio if tally.best else np.nan), tally.tried


def _mixed(tally: Tally, situation: Situation, count: int, rng: np.random.Generator) -> Batch:
    """Half of the starts the best of random and structured networks, half random: the best ones are often alike."""
    best = plan.starts(tally, situation, count // 2, rng)
    fresh = _random(tally, situation, count - count // 2, rng)
    return fresh if best is None else concatenate([best, fresh])


def _random(tally: Tally, situation: Situation, count: int, rng: np.random.Generator) -> Batch:
    drawn = concatenate([batch for _, batch in plan.draw(tally.judge.family, situation, count, rng)])
    return drawn.select(slice(0, count))


def _situation(activation: str, depth: int, width: int) -> Situation:
    shape = {"L": depth, "m": width, "d": INPUTS}
    return Situation(shape, {"activation": activation, "scaling": "fan_out"})


SYMBOLS = (L, m, rho, omega, c0, beta)


@cache
def _formula(name: str) -> Callable[..., float]:
    """A bound as a function of floats; sympy itself takes seconds to put numbers into nested minima."""
    found = {"free": depth_free.hessian, "explicit": banerjee2024.hessian, "rate": banerjee2024.hessian_rate}[name]()
    function: Callable[..., float] = sympy.lambdify(SYMBOLS, found, "math")
    return function


def _value(name: str, activation: str, depth: int, width: int) -> float:
    return float(_formula(name)(depth, width, 0.0, 1.0, 0.0, ACTIVATION[activation].beta))
