"""The mean of a non-negative variable, bounded from below by a sample; distribution-free, at a stated confidence.

For independent s_1, …, s_k ≥ 0 of mean μ and a stake 0 < c < 1, the product Π (1 − c + c s_j/μ) is non-negative with
mean 1, and so is its mean over several stakes fixed beforehand, K(μ). By Markov's inequality K(μ) ≥ 1/p has
probability at most p. K(m) falls in m, so that the root of K(m) = 1/p is above μ with probability at most p.
(Waudby-Smith and Ramdas, J. R. Stat. Soc. B 86, 2024, arXiv:2010.09686: betting on the mean; here one-sided, with
fixed stakes, and so with no need of an upper limit of the variable.) The root rises in every s_j: where only values
below the s_j are known, found in whatever way, they give a limit that is lower still.
"""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray

STAKES = np.array([0.999, 0.5, 0.25, 0.125])
"""The largest suits values that hardly vary, the smaller ones values that vary much, and very many of them."""
STEPS = 60
"""The most Newton steps; about eight are needed."""


def lower_mean(values: FloatArray, failure: float) -> tuple[FloatArray, FloatArray]:
    """A lower confidence limit of the mean, and its derivative.

    With u = log m, log K is convex and falling in u, so that Newton's method converges from everywhere.

    Args:
        values: k independent non-negative values, or numbers below them, (k, B).
        failure: the probability p with which the limit may lie above the mean.

    Returns:
        The limit (B,), and its derivative in the values (k, B); 0 where all values are.

    >>> limit, _ = lower_mean(np.ones((100, 1)), 1e-9)
    >>> round(float(limit[0]), 2)
    0.8
    """
    scale = values.mean(axis=0)
    positive = scale > 0
    parts = values / np.where(positive, scale, 1.0)
    u, aim = np.zeros(scale.shape), -np.log(failure)
    for _ in range(STEPS):
        log_K, slopes = _log_wealth(parts, u)
        fall = np.exp(-u) * np.sum(slopes * parts, axis=0)
        move = np.where(positive, (log_K - aim) / np.where(positive, fall, 1.0), 0.0)
        u = u + move
        if np.abs(move).max(initial=0.0) < 1e-14:
            break
    slopes = _log_wealth(parts, u)[1]
    limit = scale * np.exp(u)
    return limit, limit * slopes / np.where(positive, np.sum(slopes * values, axis=0), 1.0)


def _log_wealth(values: FloatArray, u: FloatArray) -> tuple[FloatArray, FloatArray]:
    """log K at m = e^u, and ∂ log K/∂(s_j/m), (k, B)."""
    stakes = STAKES[:, None, None]
    factors = 1.0 - stakes + stakes * values * np.exp(-u)
    logs = np.log(factors).sum(axis=1)
    top = logs.max(axis=0)
    shares = np.exp(logs - top)
    total = shares.sum(axis=0)
    return top + np.log(total / STAKES.size), np.einsum("cb,ckb->kb", shares / total, stakes / factors)
