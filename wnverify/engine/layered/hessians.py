"""Norms of Hessians of any size by Lanczos steps: lower estimates; dense, and exact, for a few parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.layered.losses import Loss
from wnverify.engine.layered.network import Layered
from wnverify.engine.layered.products import product

Product: TypeAlias = Callable[[FloatArray], FloatArray]
DENSE_UP_TO, FINE_UP_TO = 150, 20_000
"""Parameters up to which the matrix is written down, and up to which an estimate settles to 1e-9, not to 1e-4."""
MOVED, ROUGH, STEPS = 1e-9, 1e-4, 64
"""Steps end where the estimate moves by less, relative, or at so many."""
LEAST_STEPS, BASIS_NUMBERS = 8, 100_000_000
"""What the vectors of the steps may hold together; so many steps are taken all the same."""
COARSE, FEW = 1e-3, 512
"""For a loss over many inputs: a start from so many inputs, and how far the estimate then has to settle."""


@dataclass(frozen=True, eq=False)
class Ritz:
    """An estimate.

    Args:
        value: the eigenvalue of largest modulus, or a Rayleigh quotient close to it.
        vector: where it is taken, (p,).
    """

    value: float
    vector: FloatArray


def lanczos(times: Product, start: FloatArray, *, moved: float = MOVED, steps: int = STEPS) -> Ritz:
    """The Ritz pair of largest modulus, with full reorthogonalisation; |value| ≤ ‖H‖₂ up to rounding.

    Args:
        times: v -> Hv.
        start: any vector (p,) but 0.
        moved: it ends where the estimate moves by less, relative.
        steps: the most products.

    >>> found = lanczos(lambda v: np.array([3.0, -5.0, 1.0]) * v, np.ones(3))
    >>> round(found.value, 9)
    -5.0
    """
    count = min(steps, start.size, max(LEAST_STEPS, BASIS_NUMBERS // start.size))
    basis = np.empty((count + 1, start.size))
    basis[0] = start / np.linalg.norm(start)
    alphas: list[float] = []
    betas: list[float] = []
    found, weights = 0.0, np.ones(1)
    for step in range(count):
        w = times(basis[step])
        alphas.append(float(w @ basis[step]))
        before = found
        found, weights = _extreme(alphas, betas)
        Q = basis[: step + 1]
        for _again in range(2):
            w = w - (Q @ w) @ Q
        betas.append(float(np.linalg.norm(w)))
        small = betas[-1] <= 1e-13 * max(abs(found), abs(before), 1e-300)
        if small or (len(alphas) > 2 and abs(abs(found) - abs(before)) <= moved * abs(found)):
            break
        basis[step + 1] = w / betas[-1]
    vector = weights @ basis[: len(weights)]
    return Ritz(found, vector / np.linalg.norm(vector))


def _extreme(alphas: list[float], betas: list[float]) -> tuple[float, FloatArray]:
    T = np.diag(alphas) + np.diag(betas[: len(alphas) - 1], 1) + np.diag(betas[: len(alphas) - 1], -1)
    values, vectors = np.linalg.eigh(T)
    best = int(np.argmax(np.abs(values)))
    return float(values[best]), vectors[:, best]


def anywhere(p: int) -> FloatArray:
    """A start that is orthogonal to nothing in particular, always the same."""
    return np.random.default_rng(20240908).standard_normal(p)


def predictor(net: Layered, x: FloatArray, weights: FloatArray) -> float:
    """‖∇²_θ⟨w, F(x)⟩‖₂: exact for few parameters, and a lower estimate beyond.

    Args:
        net: the network.
        x: one input (d,).
        weights: w, (K,).
    """
    fixed = weights[None, :]

    def times(v: FloatArray) -> FloatArray:
        return product(net, x[None, :], v, lambda _F, _dF, _part: (fixed, np.zeros_like(fixed)))

    if net.parameters <= DENSE_UP_TO:
        H = np.stack([times(e) for e in np.eye(net.parameters)])
        return float(np.max(np.abs(np.linalg.eigvalsh((H + H.T) / 2))))
    moved = MOVED if net.parameters <= FINE_UP_TO else ROUGH
    return abs(lanczos(times, anywhere(net.parameters), moved=moved).value)


def of_loss(
    net: Layered, X: FloatArray, loss: Loss, told: Callable[[int], None] = lambda _: None, steps: int = 8
) -> float:
    """‖∇²_θ 𝓛‖₂ over all inputs, a lower estimate: steps on a few inputs find where to begin with all of them.

    Args:
        net: the network.
        X: inputs (n, d).
        loss: with its targets.
        told: is called with the number of products that are done.
        steps: the most products over all inputs.
    """
    few = np.linspace(0, X.shape[0] - 1, min(FEW, X.shape[0])).astype(int)
    some = loss.of(few)

    def on_some(v: FloatArray) -> FloatArray:
        return product(net, X[few], v, some.cotangent)

    done = 0

    def on_all(v: FloatArray) -> FloatArray:
        nonlocal done
        done += 1
        told(done)
        return product(net, X, v, loss.cotangent)

    whole = len(few) == X.shape[0]
    found = lanczos(on_some, anywhere(net.parameters), moved=MOVED if whole else COARSE)
    return abs(found.value if whole else lanczos(on_all, found.vector, moved=COARSE, steps=steps).value)
