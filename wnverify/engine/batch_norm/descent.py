"""Gradient descent on w and γ of a model with batch normalization, with what is summed up along the run."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.batch_norm.model import State


@dataclass(frozen=True)
class Run:
    """The end of runs and what they gather, each number (B,).

    Attributes:
        end: the last state.
        spread: max over states and samples of |F_i − Pγ|.
        clock: Σ_t ηP² Pγ_t min_i |ℓ′_i| over the steps.
    """

    end: State
    spread: FloatArray
    clock: FloatArray


def spread(state: State) -> FloatArray:
    """max_i |F_i − Pγ|, (B,)."""
    patches = state.z.shape[1]
    return np.asarray(np.abs(state.outputs - patches * state.gamma).max(axis=0))


def descend(start: State, step: FloatArray, steps: FloatArray) -> Run:
    """Gradient descent; each instance makes its own number of `steps` (B,).

    Args:
        start: the first state.
        step: size η of the steps, (B,).
        steps: how many, whole numbers ≥ 1, (B,).
    """
    patches = start.z.shape[1]
    run = Run(start, spread(start), np.zeros(step.shape))
    for t in range(int(steps.max())):
        state, going = run.end, t < steps
        tick = step * patches**3 * state.gamma * state.slopes.min(axis=0)
        there = state.after(np.where(going, step, 0.0))
        run = replace(
            run,
            end=there,
            spread=np.maximum(run.spread, spread(there)),
            clock=run.clock + np.where(going, tick, 0.0),
        )
    return run
