"""Empirical Rademacher complexity, from below as in `signed`, of networks that normalise their pre-activations.

`SIGNED_BATCH_NORM`: BatchNorm with the statistics of the n samples themselves, ε = 0, ‖v‖ ≤ V.
`SIGNED_RMS_NORM`: RMSNorm and LayerNorm with some ε > 0 (array `offset`) over matrices of Frobenius norm at most B, v
fixed. Sign vectors without a network count as 0, which W = 0 reaches, and −ε has the network of ε with −W.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from wnverify.families.normalizations.divisors import divisor
from wnverify.families.normalizations.gains import even
from wnverify.families.normalizations.signed import (
    ODD,
    Arrays,
    along,
    applied,
    data,
    mean,
    measured,
    reached,
    shapes,
    signs,
    sums,
)
from wnverify.families.own.architecture import Architecture
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free, positive, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape

NOISE = 1e-8
"""A unit with a variance below this share of its terms counts as 0, as v reaches it: its digits are lost."""
DEPENDENT = 1e-24
"""A column that Gram and Schmidt leave less than this share of its square depends on those before it."""
MOST = 10
"""Samples up to which all sign vectors are listed."""


def batch_normed(xp: Any, theta: Any, x: Any) -> Any:
    """α_i^l = m^{-1/2}φ(ẑ_i), ẑ the pre-activations less their mean over the samples, over their deviation."""
    for layer in range(theta.L):
        W, centred = theta.W[layer], x - xp.mean(x, axis=-2, keepdims=True)
        z = applied(xp, W, centred)
        variance = xp.mean(z * z, axis=1, keepdims=True)
        seen = variance > NOISE * xp.max(x * x) * xp.expand_dims(xp.sum(W * W, axis=2), 1)
        x = xp.phi(xp.where(seen, z / xp.sqrt(xp.where(seen, variance, 1.0)), 0.0)) / xp.sqrt(theta.m)
    return reached(xp, theta, x)


def projected(xp: Any, theta: Any, x: Any) -> Any:
    """E‖Pε‖/√n with P onto the span of the centred columns of the data, by Gram and Schmidt."""
    if theta.n > MOST:
        return xp.sum(x) * np.nan
    basis: list[Any] = []
    centred = x - xp.mean(x, axis=0)
    for column in range(theta.m):
        found = centred[:, column]
        for q in [*basis, *basis]:
            found = found - q * (q @ found)
        size = xp.sum(found * found)
        new = size > DEPENDENT * xp.sum(x[:, column] ** 2)
        basis.append(xp.where(new, found / xp.sqrt(xp.where(new, size, 1.0)), 0.0))
    chosen = signs(theta.n, 1 << (theta.n - 1))
    squares = sum(((chosen @ q) ** 2 for q in basis), np.zeros(len(chosen)))
    return xp.mean(xp.sqrt(squares)) / xp.sqrt(theta.n)


def whitened(sizes: Shape) -> list[Arrays]:
    """One layer: every row maps the data to the projection of ε on the span of their centred columns."""
    if sizes["L"] > 1 or sizes["n"] < 2:
        return []
    m, n, S = sizes["m"], sizes["n"], sizes["S"]
    found: list[Arrays] = []
    for seed in range(3):
        x = np.random.default_rng(seed).standard_normal((n, m))
        chosen = signs(n, S)
        W = np.tile(even(m), (S, m, 1))
        W[: len(chosen)] = (chosen @ np.linalg.pinv(x - x.mean(axis=0)).T)[:, None]
        lost = np.linalg.norm(W, axis=2, keepdims=True) < 1e-9  # ε = (1, …, 1), which no batch can tell from 0
        found.append({"W": np.where(lost, even(m), W), "V": 1.0, "x": x})
    return found


def batch_norm(name: str, sizes: Sequence[Shape]) -> Architecture:
    """The networks at some sizes.

    Args:
        name: of the family.
        sizes: each with L, m, n and S.
    """
    net = architecture(
        name,
        batch_normed,
        theta={"W": rows("L", "S", "m", "m"), "V": positive()},
        x=free("n", "m"),
        sizes=sizes,
        activation=ODD,
    ).starting({"rows that project ε": whitened})
    words = "E‖Pε‖/√n, P the projection on the span of the centred columns of the data"
    return measured(
        net, quantity("projected", words, projected, of=net, low=0, latex=r"\mathbb{E}\|P\epsilon\|/\sqrt{n}")
    )


SIGNED_BATCH_NORM = batch_norm("signed_batch_norm", shapes((1, 2, 3), (1, 2, 4), (1, 5, 6), (2, 2, 4)))
"""BatchNorm over all weights, with the statistics of the samples."""
FULL_RANK = batch_norm("signed_batch_norm_of_full_rank", shapes((1, 5, 6)))
"""The same on six samples whose centred batch has rank 5."""


# ---- RMSNorm and LayerNorm


def rms_normed(xp: Any, theta: Any, x: Any) -> Any:
    """α = m^{-1/2}φ(√m Hz/R), R² = ‖Hz‖² + mε, z = BWx; the mean of ⟨v, Σ ε_iα_i⟩/n."""
    z = theta.B * applied(xp, theta.W, x)
    z = z - xp.mean(z, axis=-1, keepdims=True) if theta.norm == "LayerNorm" else z
    radius = xp.sqrt(xp.sum(z * z, axis=-1, keepdims=True) + theta.m * theta.offset)
    alpha = xp.phi(xp.sqrt(theta.m) * z / radius) / xp.sqrt(theta.m)
    return mean(theta, sums(xp, theta, alpha) @ theta.v)


def short(sizes: Shape) -> list[Arrays]:
    """W = u aᵀ with a along Σ ε_i x_i, v along u, which is e₁, or across (1, …, 1) for LayerNorm, and B small."""
    m, d, n, S = (sizes[name] for name in ("m", "d", "n", "S"))
    axis = along({"m": d, "n": n, "S": S})
    turned = (np.eye(m)[0] - np.eye(m)[-1]) / 2**0.5 if m > 1 else np.ones(1)
    return [
        {"W": u[:, None] * axis[:, None], "v": u, "B": B, "offset": epsilon, "x": data(d, n)}
        for u, B, epsilon in product((np.eye(m)[0], turned), (1e-3, 1.0, 1e3), (0.1, 10.0))
    ]


_RMS_NORM = architecture(
    "signed_rms_norm",
    rms_normed,
    theta={"W": ball("m", "d").several("S"), "v": free("m"), "B": positive(), "offset": positive()},
    x=ball("d").several("n"),
    sizes=[{"m": m, "d": d, "n": n, "S": 1 << (n - 1)} for m, d, n in ((1, 3, 3), (2, 3, 3), (3, 3, 3))],
    activation=ODD,
    norm=("RMSNorm", "LayerNorm"),
).starting({"W = B e₁aᵀ, a along Σ ε_i x_i": short})
SIGNED_RMS_NORM = measured(
    _RMS_NORM, divisor("epsilon", "ε", lambda _, theta, __: theta.offset, _RMS_NORM, latex=r"\varepsilon")
)
"""RMSNorm and LayerNorm with ε > 0, ‖W‖_F ≤ B, v fixed."""
