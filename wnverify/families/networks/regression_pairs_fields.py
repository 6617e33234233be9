"""What is measured on pairs (θ, θ′ = θ + δ) of one regression problem, and on the gradient step from θ.

Everything belongs to the pair: ω along the whole segment, ρ₁ at both of its ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.contractions import norm_along
from wnverify.engine.networks import autodiff
from wnverify.engine.networks import loss as engine
from wnverify.engine.networks.derivatives import slope, tangent
from wnverify.engine.networks.jets import bend, curve
from wnverify.engine.networks.loss import Regression
from wnverify.engine.networks.network import Direction, Tape, flatten, forward, value
from wnverify.families.kit.parts import once
from wnverify.families.networks.regression_fields import (
    divided,
    gradient,
    gradient_length,
    gradient_length_slope,
    length,
    loss_slope,
    named,
    network_of,
    problem,
    smallest_row,
    tape,
    theta_part,
    weights,
)

Slopes = Mapping[str, FloatArray]
SHORT = 1e-2
"""Displacements that move no row by more than this share of its norm."""
ROUNDING = 64 * np.finfo(np.float64).eps


def displacement(batch: Batch) -> Direction:
    """δ as a direction of the engine."""
    W = tuple(rows[:, :, None] for rows in weights(batch, "d"))
    return Direction(W, batch.arrays["dv"][:, None], np.zeros_like(batch.arrays["X"]))


# ---- other points


@once
def other(batch: Batch) -> Regression:
    """The problem at θ′ = θ + δ."""
    W = tuple(rows + step for rows, step in zip(weights(batch), weights(batch, "d"), strict=True))
    return replace(problem(batch), net=network_of(batch, W, batch.arrays["v"] + batch.arrays["dv"]))


@once
def after_step(batch: Batch) -> Regression:
    """The problem at θ⁺ = θ − η∇𝓛(θ)."""
    down, step = gradient(batch), batch.arrays["step"]
    W = tuple(rows - step * part[:, :, 0] for rows, part in zip(weights(batch), down.W, strict=True))
    return replace(problem(batch), net=network_of(batch, W, batch.arrays["v"] - step * down.v[:, 0]))


Point = Callable[[Batch], Regression]


def _tape_at(batch: Batch, point: Point) -> Tape:
    return batch.memo((_tape_at, point), lambda: forward(point(batch).net, 3))


def _gradient_at(batch: Batch, point: Point) -> Slopes:
    """∂𝓛 by array at another point."""

    def compute() -> Slopes:
        reg, there = point(batch), _tape_at(batch, point)
        error = engine.residual(reg, there)
        return named(engine.loss_gradient(reg, there), -2.0 * error / batch.shape["n"])

    return batch.memo((_gradient_at, point), compute)


# ---- δ and the first order


def _along(batch: Batch, direction: Direction) -> Slopes:
    """∂⟨∇𝓛(θ), u⟩ by array, u held fixed: ∇²𝓛·u and its likes in X and y."""
    return named(*engine.loss_jet_gradient(problem(batch), direction, (0.0, 1.0, 0.0), tape(batch)))


def _of_delta(slopes: Slopes) -> dict[str, FloatArray]:
    """The weights' parts as derivatives by the displacement."""
    return {f"d{name}": part for name, part in slopes.items() if name not in ("X", "y")}


def combined(*terms: tuple[FloatArray | float, Slopes]) -> Slopes:
    """Σ weight · slopes."""
    total: dict[str, FloatArray] = {}
    for weight, slopes in terms:
        for name, part in slopes.items():
            total[name] = total.get(name, 0.0) + weight * part
    return total


@once
def _inner(batch: Batch) -> FloatArray:
    """⟨δ, ∇𝓛(θ)⟩."""
    return np.sum(flatten(displacement(batch)) * flatten(gradient(batch)), axis=0)


@once
def _inner_slope(batch: Batch) -> Slopes:
    ahead = _along(batch, displacement(batch))
    return combined((1.0, ahead), (1.0, _of_delta(loss_slope(batch))))


def distance(batch: Batch) -> FloatArray:
    """‖δ‖, (B,)."""
    return length(displacement(batch))


def distance_slope(batch: Batch) -> Slopes:
    """∂‖δ‖."""
    return _of_delta(named(divided(displacement(batch), distance(batch)), np.zeros(0)))


def kappa(batch: Batch) -> FloatArray:
    """|⟨δ, ∇𝓛⟩|/(‖δ‖‖∇𝓛‖), (B,)."""
    scale = distance(batch) * gradient_length(batch)
    return np.minimum(np.abs(_inner(batch)) / np.where(scale > 0, scale, np.inf), 1.0)


def kappa_slope(batch: Batch) -> Slopes:
    """κ(∂⟨δ,∇𝓛⟩/⟨δ,∇𝓛⟩ − ∂‖δ‖/‖δ‖ − ∂‖∇𝓛‖/‖∇𝓛‖)."""
    scale = distance(batch) * gradient_length(batch)
    share = kappa(batch)
    return combined(
        (np.sign(_inner(batch)) / scale, _inner_slope(batch)),
        (-share / distance(batch), distance_slope(batch)),
        (-share / gradient_length(batch), gradient_length_slope(batch)),
    )


# ---- the other loss, and what is beyond the first order


def loss_other(batch: Batch) -> FloatArray:
    """𝓛(θ′), (B,)."""
    return engine.loss(other(batch), _tape_at(batch, other))


def loss_other_slope(batch: Batch) -> Slopes:
    """∂𝓛(θ′)."""
    there = _gradient_at(batch, other)
    return combined((1.0, there), (1.0, _of_delta(there)))


def gap(batch: Batch) -> FloatArray:
    """Mean of (f′ − f)² + 2e(f′ − f − ḟ): the same number as 𝓛′ − 𝓛 − ⟨δ,∇𝓛⟩ with less cancellation."""
    f, ahead, bent = outputs(batch)
    return np.mean((ahead + bent) ** 2 + 2.0 * (f - batch.arrays["y"]) * bent, axis=0)


def outputs(batch: Batch) -> tuple[FloatArray, FloatArray, FloatArray]:
    """f, ḟ and f′ − f − ḟ of every sample, (n, B) each."""
    start, end, here = problem(batch), other(batch), tape(batch)
    f, far = value(start.net, here), value(end.net, _tape_at(batch, other))
    ahead = slope(start.net, displacement(batch), here, tangent(start.net, displacement(batch), here))
    reach, (size, step) = _reach(batch), (norm_along(batch.arrays[name], axis=0) for name in ("v", "dv"))
    bent, scale = far - f - ahead, size + step + np.abs(f) + np.abs(far) + np.abs(ahead)
    short = np.flatnonzero(reach < SHORT)
    if short.size:
        bent[:, short] = _remainder(batch.select(short))
        scale[:, short] = ((size * reach + step) * reach)[short]
    # what lies below the rounding of its own terms is zero: with d = 1 it is, whatever the rows do
    bent[np.abs(bent) <= ROUNDING * scale] = 0.0
    return f, ahead, bent


def _reach(batch: Batch) -> FloatArray:
    """Largest ‖Δ_i‖/‖W_i‖ of all rows, (B,)."""
    pairs = zip(weights(batch, "d"), weights(batch), strict=True)
    shares = [norm_along(step, axis=1) / norm_along(rows, axis=1) for step, rows in pairs]
    return np.maximum.reduce([layer.max(axis=0) for layer in shares])


def _remainder(batch: Batch) -> FloatArray:
    """f′ − f − ḟ = ∫₀¹ (1 − t) f̈(θ + tδ) dt by Gauss and Legendre, (n, B); a difference would cancel.

    f̈ is analytic up to |t| ≈ 1/reach: with 3 nodes the error is of order (reach/2)⁶.
    """
    nodes, shares = np.polynomial.legendre.leggauss(3)
    delta, total = displacement(batch), np.zeros(batch.arrays["y"].shape)
    for t, share in zip((1.0 + nodes) / 2.0, shares / 2.0, strict=True):
        W = tuple(rows + t * step for rows, step in zip(weights(batch), weights(batch, "d"), strict=True))
        net = network_of(batch, W, batch.arrays["v"] + t * batch.arrays["dv"])
        there = forward(net, 2)
        tan = tangent(net, delta, there)
        total += share * (1.0 - t) * bend(net, delta, (there, tan, curve(net, delta, there, tan)))
    return total


def gap_slope(batch: Batch) -> Slopes:
    """∂(𝓛′ − 𝓛 − ⟨δ,∇𝓛⟩)."""
    return combined((1.0, loss_other_slope(batch)), (-1.0, loss_slope(batch)), (-1.0, _inner_slope(batch)))


# ---- rows along the segment, and the output layers


@once
def _closest(batch: Batch) -> tuple[list[FloatArray], list[FloatArray]]:
    """Per layer, t* ∈ [0, 1] of the least ‖W_i + tΔ_i‖, and that norm; both (m, B)."""
    times, norms = [], []
    for W, step in zip(weights(batch), weights(batch, "d"), strict=True):
        squared = np.sum(step * step, axis=1)
        t = np.clip(-np.sum(W * step, axis=1) / np.where(squared > 0, squared, np.inf), 0.0, 1.0)
        times.append(t)
        near = norm_along(W + t[:, None] * step, axis=1)
        # a row that passes through zero does so up to rounding
        norms.append(np.where(near <= ROUNDING * norm_along(W, axis=1), 0.0, near))
    return times, norms


def omega(batch: Batch) -> FloatArray:
    """The least ‖W_i + tΔ_i‖, (B,)."""
    return np.minimum.reduce([norms.min(axis=0) for norms in _closest(batch)[1]])


def omega_slope(batch: Batch) -> Slopes:
    """By the envelope theorem t* may be held fixed: ∂ = û in W_i and t*û in Δ_i."""
    times, norms = _closest(batch)
    found = []
    layers = zip(weights(batch), weights(batch, "d"), times, norms, strict=True)
    for layer, (W, step, t, norm) in enumerate(layers, start=1):
        unit = (W + t[:, None] * step) / np.maximum(norm, 1e-300)[:, None]
        found.append({f"W{layer}": unit, f"dW{layer}": t[:, None] * unit})
    return smallest_row(norms, found)


def omega_by_search(batch: Batch) -> FloatArray:
    """The least of ‖W_i + tΔ_i‖ by golden-section search, which knows no closed form."""
    low, high, ratio = 0.0, 1.0, (np.sqrt(5.0) - 1.0) / 2.0
    best = np.full(batch.size, np.inf)
    for W, step in zip(weights(batch), weights(batch, "d"), strict=True):
        a, b = np.full(W[:, 0].shape, low), np.full(W[:, 0].shape, high)
        for _ in range(80):
            left, right = b - ratio * (b - a), a + ratio * (b - a)
            nearer = _row_norm(W, step, left) <= _row_norm(W, step, right)
            a, b = np.where(nearer, a, left), np.where(nearer, right, b)
        candidates = (_row_norm(W, step, t) for t in (0.5 * (a + b), np.zeros_like(a), np.ones_like(a)))
        best = np.minimum(best, np.minimum.reduce(list(candidates)).min(axis=0))
    return best


def _row_norm(W: FloatArray, step: FloatArray, t: FloatArray) -> FloatArray:
    return np.sqrt(np.sum((W + t[:, None] * step) ** 2, axis=1))


def _ends(batch: Batch) -> tuple[FloatArray, FloatArray]:
    v = batch.arrays["v"]
    return norm_along(v, axis=0), norm_along(v + batch.arrays["dv"], axis=0)


def rho(batch: Batch) -> FloatArray:
    """max(‖v‖, ‖v′‖, 1) − 1, (B,)."""
    return np.maximum(np.maximum(*_ends(batch)) - 1.0, 0.0)


def rho_slope(batch: Batch) -> Slopes:
    """∂ρ₁."""
    start, end = _ends(batch)
    moved = end > start
    v = batch.arrays["v"] + np.where(moved, batch.arrays["dv"], 0.0)
    unit = v * (np.maximum(start, end) >= 1.0) / np.maximum(np.maximum(start, end), 1e-300)
    return {"v": unit, "dv": unit * moved}


# ---- after the step


def loss_next(batch: Batch) -> FloatArray:
    """𝓛(θ⁺), (B,)."""
    return engine.loss(after_step(batch), _tape_at(batch, after_step))


def loss_next_slope(batch: Batch) -> Slopes:
    """∂𝓛(θ − η∇𝓛): ∂𝓛 at θ⁺ minus η ∂⟨∇𝓛(θ), u⟩ with u = ∇𝓛(θ⁺), and −⟨∇𝓛(θ), u⟩ in η."""
    reg = after_step(batch)
    there = _gradient_at(batch, after_step)
    up = theta_part(engine.loss_gradient(reg, _tape_at(batch, after_step)))
    by_step = -np.sum(flatten(up) * flatten(gradient(batch)), axis=0)
    return combined((1.0, there), (-batch.arrays["step"], _along(batch, up)), (1.0, {"step": by_step}))


def next_rho(batch: Batch) -> FloatArray:
    """max(‖v⁺‖, 1) − 1, (B,)."""
    return np.maximum(norm_along(after_step(batch).net.v[:, 0], axis=0) - 1.0, 0.0)


def next_rho_slope(batch: Batch) -> Slopes:
    """∂‖v − η∂_v𝓛‖ = ⟨u, ∂v − ∂η ∂_v𝓛 − η ∂(∂_v𝓛)⟩ with u = v⁺/‖v⁺‖ held fixed; 0 within the unit ball."""
    net, down = after_step(batch).net, gradient(batch)
    size = norm_along(net.v[:, 0], axis=0)
    u = net.v * (size >= 1.0) / np.maximum(size, 1e-300)
    ahead = Direction(tuple(np.zeros_like(part) for part in down.W), u, np.zeros_like(down.x))
    by_step = -np.sum(u[:, 0] * down.v[:, 0], axis=0)
    return combined((1.0, {"v": u[:, 0], "step": by_step}), (-batch.arrays["step"], _along(batch, ahead)))


# ---- by independent routes


@once
def _oracle_pair(batch: Batch) -> FloatArray:
    """⟨δ,∇𝓛⟩ and ‖∇𝓛‖ of every instance by autograd, (2, B)."""
    delta = flatten(displacement(batch))
    found = np.empty((2, batch.size))
    for index in range(batch.size):
        ahead = autodiff.oracle_loss_gradient(problem(batch), index)
        found[:, index] = ahead @ delta[:, index], np.linalg.norm(ahead)
    return found


def kappa_by_oracle(batch: Batch) -> FloatArray:
    """κ by autograd, (B,); 0 where the gradient vanishes."""
    inner, size = _oracle_pair(batch)
    scale = size * norm_along(flatten(displacement(batch)), axis=0)
    return np.divide(np.abs(inner), scale, out=np.zeros(batch.size), where=scale != 0)


def gap_in_balls(batch: Batch) -> FloatArray:
    """Midpoints of certified balls: a difference of floats has no digit left where δ is small."""
    from wnverify.families.networks.regression_balls import pair_enclosures

    found = [pair_enclosures(batch.one(index), ("rsc_gap",)) for index in range(batch.size)]
    return np.array([math.nan if balls is None else float(balls["rsc_gap"].mid()) for balls in found])
