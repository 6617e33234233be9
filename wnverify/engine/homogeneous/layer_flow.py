"""Gradient flow of a two-layer linear model f_i = aᵀW x_i, each layer one node, under EWN and SWN with ‖v‖ = 1.

The loss is LL = Σ e^{−f_i}, φ = log(1/LL). It underflows long before the directions settle, so everything is divided
by it: with p_i = e^{−f_i}/LL and Ĝ = −G/LL = Σ p_i ∂f_i the flow runs on the clock `dt = dσ/(LL f_min)` under EWN and
`dt = ‖a‖²dσ/(LL Σp_i f_i)` under SWN, on both of which the norms grow exponentially. With it runs q = t LL φ², which
stays of order 1 where t grows like e^φ. The flow is stiff, so that a step for many runs at once, which is implicit,
costs as much as some runs by LSODA: they are followed one after the other. Shapes: X (n, d), W (k, d), a (k,).
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.engine.homogeneous.straight import layer_rates

RELATIVE, ABSOLUTE = 1e-8, 1e-11
STEPS = 5000


@dataclass(frozen=True)
class State:
    """Where a run ended.

    Args:
        W: first layer (k, d).
        a: second layer (k,).
        q: t LL φ² (0 where it was not followed).
        finished: whether the integrator got there.
    """

    W: FloatArray
    a: FloatArray
    q: float
    finished: bool


@dataclass(frozen=True)
class Pull:
    """Margins and normalised gradients at one state: Ĝ = Σ p_i ∂f_i/∂w, p_i = e^{−f_i}/LL."""

    least: float
    mean: float
    phi: float
    W: FloatArray
    a: FloatArray


def pull(X: FloatArray, W: FloatArray, a: FloatArray) -> Pull:
    """Margins and normalised gradients."""
    hidden = X @ W.T
    f = hidden @ a
    least = float(np.minimum.reduce(f))
    weights = np.exp(least - f)
    total = float(np.add.reduce(weights))
    p = weights / total
    return Pull(least, float(p @ f), least - math.log(total), a[:, None] * (p @ X), p @ hidden)


def run(kind: str, X: FloatArray, start: State, clock: float, *, timed: bool) -> State:
    """LSODA on the weights: w′ = ‖w‖²Ĝ (EWN) or ‖w‖²Ĝ + (1 − ‖w‖²)bbᵀĜ (SWN), times LL dt/dσ.

    Args:
        kind: "ewn" or "swn".
        X: inputs times labels (n, d).
        start: the weights at the start, of positive margins.
        clock: σ at the end.
        timed: whether q is followed too.
    """
    shape, size = start.W.shape, start.W.size
    rates = layer_rates(kind, X, shape[0], timed=timed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scipy.integrate.ODEintWarning)  # the message is read below instead
        path, info = scipy.integrate.odeint(
            rates, np.concatenate([start.W.ravel(), start.a, [0.0]]), [0.0, clock],
            rtol=RELATIVE, atol=ABSOLUTE, mxstep=STEPS, full_output=True, printmessg=False,
        )  # fmt: skip
    last = path[-1]
    finished = bool(info["message"] == "Integration successful." and np.isfinite(last).all())
    return State(last[:size].reshape(shape), last[size:-1], float(last[-1]), finished)


def _pace(kind: str, at: Pull, square: float) -> float:
    """LL dt/dσ; along a run f_i ≥ φ > 2, so the floor only tames trial steps of an integrator."""
    return 1 / max(at.least, 1.0) if kind == "ewn" else square / max(at.mean, 1.0)


def run_in_parameters(kind: str, X: FloatArray, start: State, clock: float, *, timed: bool) -> State:
    """The same by Radau on (log‖w‖, b) of both layers: (log‖w‖)′ = ⟨b,Ĝ⟩‖w‖^{±1}, b′ = ‖w‖(I − bbᵀ)Ĝ."""
    shape, size = start.W.shape, start.W.size
    sizes = np.linalg.norm(start.W), np.linalg.norm(start.a)
    first = np.concatenate([np.log(sizes), start.W.ravel() / sizes[0], start.a / sizes[1], [0.0]])

    def rates(_: float, state: FloatArray) -> FloatArray:
        norms = np.exp(np.minimum(state[:2], 40.0))
        units = state[2 : 2 + size], state[2 + size : -1]
        at = pull(X, norms[0] * units[0].reshape(shape), norms[1] * units[1])
        gradients = at.W.ravel(), at.a
        along = np.array([unit @ G for unit, G in zip(units, gradients, strict=True)])
        turns = [
            norm * (G - radial * unit) for norm, G, radial, unit in zip(norms, gradients, along, units, strict=True)
        ]
        speed = sum(norm**2 * (G @ G) for norm, G in zip(norms, gradients, strict=True))
        slow = at.phi**2 - state[-1] * speed * (1 - 2 / at.phi) if timed else 0.0
        growth = along * norms if kind == "ewn" else along / norms
        return _pace(kind, at, norms[1] ** 2) * np.concatenate([growth, *turns, [slow]])

    found = scipy.integrate.solve_ivp(rates, (0.0, clock), first, "Radau", rtol=1e-6, atol=1e-8)
    last = found.y[:, -1]
    norms, W, a = np.exp(last[:2]), last[2 : 2 + size], last[2 + size : -1]
    W, a = norms[0] * W.reshape(shape) / np.linalg.norm(W), norms[1] * a / np.linalg.norm(a)
    return State(W, a, float(last[-1]), bool(found.success))
