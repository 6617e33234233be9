"""Flows by LSODA: one run, or many runs of one form as one system.

The states of many runs follow one another, and each runs on a share of its own clock, so that a step costs little
more than that of one run. It is as long as the hardest run allows at the time; the error is that of the worst
component, as for a single run. If it turns stiff the Jacobian is banded, since runs do not see each other.
Shapes: `k` components, `B` runs, `S` times.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy

from wnverify.arrays import FloatArray


@dataclass(frozen=True)
class Accuracy:
    """Tolerances of a step, and the most steps between two times: of one run, and of several."""

    relative: float
    absolute: float
    steps: int
    few_steps: int


def solved(
    rates: Callable[[FloatArray], FloatArray], first: FloatArray, times: FloatArray, to: Accuracy
) -> tuple[FloatArray, bool]:
    """States (S, k) of one run at the times, and whether the integrator got there."""
    return _odeint(rates, first, times, (None, to.steps), to)


def together(
    rates: Callable[[FloatArray], FloatArray], first: FloatArray, times: int, to: Accuracy
) -> FloatArray | None:
    """States (S, k, B) of runs from `first` (k, B) at so many times from 0 to 1; None if they cannot be solved.

    Args:
        rates: states (k, B) -> their derivatives, each by a share of its clock.
        first: where they start.
        times: how many times.
        to: the accuracy.
    """
    size, count = first.shape

    def of(state: FloatArray) -> FloatArray:
        return rates(np.ascontiguousarray(state.reshape(count, size).T)).T.ravel()

    path, finished = _odeint(of, first.T.ravel(), np.linspace(0.0, 1.0, times), (size - 1, to.few_steps), to)
    return np.moveaxis(path.reshape(times, count, size), 1, 2) if finished else None


def _odeint(
    rates: Callable[[FloatArray], FloatArray],
    first: FloatArray,
    times: FloatArray,
    how: tuple[int | None, int],
    to: Accuracy,
) -> tuple[FloatArray, bool]:
    """With a Jacobian of that many diagonals to either side, and at most so many steps between two times."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scipy.integrate.ODEintWarning)  # the message is read below instead
        path, info = scipy.integrate.odeint(
            lambda state, _: rates(state), first, times, ml=how[0], mu=how[0], mxstep=how[1],
            rtol=to.relative, atol=to.absolute, full_output=True, printmessg=False,
        )  # fmt: skip
    return path, bool(info["message"] == "Integration successful." and np.isfinite(path).all())
