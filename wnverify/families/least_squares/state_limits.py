"""Where the flow on least squares ends, its saddles, and one step from a state: views and formulas, all (B,)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import autograd.numpy as anp
import mpmath
import numpy as np
import scipy
from autograd import hessian

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.least_squares import model as engine
from wnverify.engine.least_squares.rows import apply, dot, length, pull
from wnverify.families.kit.parts import Views
from wnverify.families.least_squares.state_fields import VIEWS, Fields, unit


def _limit_data(at: Fields) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """X, om, c, g of every instance."""
    return length(at.x_star), length(at.across), at.c, at.g


def root_distance(at: Fields) -> FloatArray:
    """√(s − X²) for the root s of the limit equation."""
    return np.sqrt(engine.excess(*_limit_data(at)))


def root_distance_by_brentq(at: Fields) -> FloatArray:
    """The same root, in u = log δ of `u − log(X² + e^u) + e^u/c − log k`, one instance at a time."""
    return np.array([math.exp(_log_root(*row) / 2) for row in zip(*_limit_data(at), strict=True)])


def _log_root(X: float, om: float, c: float, g: float) -> float:
    log_k = 2 * math.log(max(om, 1e-300)) + (g * g - X * X) / c

    def equation(u: float) -> float:
        return u - math.log(X * X + math.exp(u)) + math.exp(u) / c - log_k

    top = math.log(c * (max(log_k, 0.0) + 1) + X * X)
    return float(
        scipy.optimize.brentq(equation, min(2 * math.log(X) + log_k - math.exp(top) / c, top) - 1, top, xtol=1e-14)
    )


def sign_changes(at: Fields) -> FloatArray:
    """How often the limit equation changes sign."""
    return engine.sign_changes(*_limit_data(at))


def sign_changes_by_mpmath(at: Fields) -> FloatArray:
    """Sign changes of `s(1 − om² e^{(g²−s)/c}) − X²` in 30 digits, on a coarser grid in s itself."""
    rows = zip(*_limit_data(at), strict=True)
    return np.array([_turns(*(mpmath.mpf(float(value)) for value in row)) for row in rows])


def _turns(X: mpmath.mpf, om: mpmath.mpf, c: mpmath.mpf, g: mpmath.mpf) -> float:
    with mpmath.workdps(60):
        top = 3 * (g**2 + c + X**2)
        grid = [X**2 + top * mpmath.mpf(10) ** (-30 * (1 - mpmath.mpf(i) / 60)) for i in range(61)]
        signs = [s * (1 - om**2 * mpmath.exp((g**2 - s) / c)) > X**2 for s in [X**2, *grid]]
    return float(sum(a != b for a, b in pairwise(signs)))


def saddle(at: Fields) -> FloatArray:
    """w_s, the direction of w made orthogonal to z = Aᵀy: with g = 0 a stationary point, as ⟨Aw_s,y⟩ = 0.

    Where w is along z, the test vector in ker A is taken, which is orthogonal to z too.
    """
    z = unit(pull(at.A, at.y))
    across = at.w - dot(z, at.w) * z
    return unit(np.where(length(across) > 1e-6, across, at.null))


def saddle_eigenvalue(at: Fields) -> FloatArray:
    """Least eigenvalue of the Hessian of ½‖gAv/‖v‖ − y‖² at (0, w_s), from the general second derivatives.

    With J_g = Aw, J_v = gA(I − wwᵀ) and residual −y the only terms at g = 0 are ‖Aw‖² and the mixed
    −(I − wwᵀ)Aᵀy; the direction v itself has eigenvalue 0.
    """
    w = saddle(at)
    mixed = pull(at.A, -at.y)
    mixed = mixed - dot(w, mixed) * w
    size = w.shape[0] + 1
    full = np.zeros((at.g.size, size, size))
    full[:, 0, 0] = dot(apply(at.A, w), apply(at.A, w))
    full[:, 0, 1:] = full[:, 1:, 0] = mixed.T
    return np.linalg.eigvalsh(full)[:, 0]


def saddle_eigenvalue_by_autograd(at: Fields) -> FloatArray:
    """The same from the Hessian of the loss itself."""
    w = saddle(at)

    def least(index: int) -> float:
        A, y = at.A[..., index], at.y[:, index]

        def f(theta: FloatArray) -> FloatArray:
            v = theta[1:]
            return 0.5 * anp.sum((theta[0] * anp.dot(A, v) / anp.sqrt(anp.dot(v, v)) - y) ** 2)

        return float(np.linalg.eigvalsh(hessian(f)(np.concatenate([[0.0], w[:, index]])))[0])

    return np.array([least(index) for index in range(at.g.size)])


@dataclass(frozen=True)
class Step:
    """One step of size h from a state, of the unit direction w and of the raw direction v.

    Args:
        at: the state.
        h: the step size (B,).
        v: the raw direction (d, B).
        v_gradient: ∇_v f for f(g, v) = F(gAv/‖v‖), v not normalised (d, B).
    """

    at: Fields
    h: FloatArray
    v: FloatArray
    v_gradient: FloatArray

    @property
    def d(self) -> FloatArray:
        """d = ∇_w f = gq, (d, B)."""
        return self.at.g * self.at.force

    @property
    def v_next(self) -> FloatArray:
        """v⁺ = v − h∇_v f, (d, B)."""
        return self.v - self.h * self.v_gradient


def _step(batch: Batch) -> Step:
    at, v = VIEWS.closed(batch), batch.arrays["v"]
    return Step(at, batch.arrays["step"], v, at.g / length(v) * (at.force - dot(at.w, at.force) * at.w))


def _step_by_autograd(batch: Batch) -> Step:
    """The same from w′ = −rate_w ∂f/∂v at ‖v‖ = 1; the derivative falls as 1/‖v‖."""
    at, v = VIEWS.oracle(batch), batch.arrays["v"]
    return Step(at, batch.arrays["step"], v, -at.w_rate / at.rate_w / length(v))


def step_error(step: Step) -> FloatArray:
    """‖(w⁺ − w)/h + (I − wwᵀ)d‖."""
    return engine.projected_step(step.at.w, step.d, step.h)[0]


def step_error_by_mpmath(step: Step) -> FloatArray:
    """The same, one instance at a time."""
    return np.array([_one_step(*column) for column in zip(step.at.w.T, step.d.T, step.h, strict=True)])


def _one_step(w: FloatArray, d: FloatArray, h: float) -> float:
    """‖(w⁺ − w)/h + (I − wwᵀ)d‖ in 40 digits, with w normalised there."""
    with mpmath.workdps(40):
        W, D, H = mpmath.matrix(w.tolist()), mpmath.matrix(d.tolist()), mpmath.mpf(float(h))
        W = W / mpmath.norm(W)
        moved = W - H * D
        along = mpmath.fdot(W, D)
        return float(mpmath.norm((moved / mpmath.norm(moved) - W) / H + D - along * W))


def step_norm(step: Step) -> FloatArray:
    """N = ‖w − hd‖, from N² − 1."""
    return engine.projected_step(step.at.w, step.d, step.h)[1]


def step_norm_as_written(step: Step) -> FloatArray:
    """The same as it is written."""
    return length(step.at.w - step.h * step.d)


def step_null(step: Step) -> FloatArray:
    """⟨z, (w − hd)/‖w − hd‖⟩ for the unit test vector z in ker A."""
    return dot(step.at.null, unit(step.at.w - step.h * step.d))


STEPS = Views(_step, _step_by_autograd)
