"""Where the flow on least squares ends, its saddles, and one projected step: the other half of the vocabulary."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import autograd.numpy as anp
import mpmath
import numpy as np
from autograd import hessian
from scipy.optimize import brentq
from scipy.special import erfi

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.least_squares import model as engine
from wnverify.engine.least_squares.model import apply, dot, length, pull
from wnverify.families.least_squares.state_fields import Fields, by_autograd, closed_form, unit
from wnverify.families.least_squares.state_quantities import TINY, defined
from wnverify.quantity import Quantity, Route


def _limit_data(at: Fields) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """X, om, c, g of every instance."""
    return length(at.x_star), length(at.across), at.c, at.g


def _distance2(batch: Batch) -> FloatArray:
    return batch.memo("distance2", lambda: engine.excess(*_limit_data(closed_form(batch))))


def _distance2_by_brentq(batch: Batch) -> FloatArray:
    """The same root, in u = log δ of `u − log(X² + e^u) + e^u/c − log k`, one instance at a time."""
    X, om, c, g = _limit_data(by_autograd(batch))
    return np.array([math.exp(_log_root(*row)) for row in zip(X, om, c, g, strict=True)])


def _log_root(X: float, om: float, c: float, g: float) -> float:
    log_k = 2 * math.log(max(om, 1e-300)) + (g * g - X * X) / c

    def equation(u: float) -> float:
        return u - math.log(X * X + math.exp(u)) + math.exp(u) / c - log_k

    top = math.log(c * (max(log_k, 0.0) + 1) + X * X)
    return float(brentq(equation, min(2 * math.log(X) + log_k - math.exp(top) / c, top) - 1, top, xtol=1e-14))


def _sign_changes(batch: Batch) -> FloatArray:
    return engine.sign_changes(*_limit_data(closed_form(batch)))


def _turns_by_mpmath(batch: Batch) -> FloatArray:
    """Sign changes of `s(1 − om² e^{(g²−s)/c}) − X²` in 30 digits, on a coarser grid in s itself."""
    rows = zip(*_limit_data(by_autograd(batch)), strict=True)
    return np.array([_turns(*(mpmath.mpf(float(value)) for value in row)) for row in rows])


def _turns(X: mpmath.mpf, om: mpmath.mpf, c: mpmath.mpf, g: mpmath.mpf) -> float:
    with mpmath.workdps(60):
        top = 3 * (g**2 + c + X**2)
        grid = [X**2 + top * mpmath.mpf(10) ** (-30 * (1 - mpmath.mpf(i) / 60)) for i in range(61)]
        signs = [s * (1 - om**2 * mpmath.exp((g**2 - s) / c)) > X**2 for s in [X**2, *grid]]
    return float(sum(a != b for a, b in pairwise(signs)))


def _limit(at: Fields, square: FloatArray) -> FloatArray:
    """x_∞ = x* + g_∞ e^{(g² − g_∞²)/2c} P_⊥w, (d, B), for g > 0."""
    return at.x_star + np.sqrt(square) * np.exp((at.g**2 - square) / (2 * at.c)) * at.across


def _bregman(at: Fields, z: FloatArray, special: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """D_Φ(z, gw) for Φ(x) = ∫₀^{‖x‖} e^{s²/2c} ds = √(πc/2) erfi(‖x‖/√(2c))."""
    factor, x = np.sqrt(np.pi * at.c / 2), at.g * at.w
    ends = [factor * special(r / np.sqrt(2 * at.c)) for r in (length(z), np.abs(at.g))]
    return ends[0] - ends[1] - np.exp(at.g**2 / (2 * at.c)) * np.sign(at.g) * dot(at.w, z - x)


def _bregman_limit(batch: Batch) -> FloatArray:
    at = closed_form(batch)
    return _bregman(at, _limit(at, length(at.x_star) ** 2 + _distance2(batch)), erfi)


def _other_solution(at: Fields, square: FloatArray) -> FloatArray:
    """Another solution of Ax = y: the limit moved by at most 1 along the kernel test vector."""
    return _limit(at, square) + dot(at.z, at.null) * at.null


def _bregman_other(batch: Batch) -> FloatArray:
    at = closed_form(batch)
    return _bregman(at, _other_solution(at, length(at.x_star) ** 2 + _distance2(batch)), erfi)


def _erfi_by_mpmath(values: FloatArray) -> FloatArray:
    return np.array([float(mpmath.erfi(float(value))) for value in values])


def _second_bregman_limit(batch: Batch) -> FloatArray:
    at = by_autograd(batch)
    return _bregman(at, _limit(at, length(at.x_star) ** 2 + _distance2_by_brentq(batch)), _erfi_by_mpmath)


def _second_bregman_other(batch: Batch) -> FloatArray:
    at = by_autograd(batch)
    square = length(at.x_star) ** 2 + _distance2_by_brentq(batch)
    return _bregman(at, _other_solution(at, square), _erfi_by_mpmath)


def _saddle(at: Fields) -> FloatArray:
    """w_s, the direction of w made orthogonal to z = Aᵀy: with g = 0 a stationary point, as ⟨Aw_s,y⟩ = 0.

    Where w is along z, the test vector in ker A is taken, which is orthogonal to z too.
    """
    z = unit(pull(at.A, at.y))
    across = at.w - dot(z, at.w) * z
    return unit(np.where(length(across) > 1e-6, across, at.null))


def _saddle_eigenvalue(batch: Batch) -> FloatArray:
    """Least eigenvalue of the Hessian of ½‖gAv/‖v‖ − y‖² at (0, w_s), from the general second derivatives.

    With J_g = Aw, J_v = gA(I − wwᵀ) and residual −y the only terms at g = 0 are ‖Aw‖² and the mixed
    −(I − wwᵀ)Aᵀy; the direction v itself has eigenvalue 0.
    """
    at = closed_form(batch)
    w = _saddle(at)
    mixed = pull(at.A, -at.y)
    mixed = mixed - dot(w, mixed) * w
    size = w.shape[0] + 1
    full = np.zeros((batch.size, size, size))
    full[:, 0, 0] = dot(apply(at.A, w), apply(at.A, w))
    full[:, 0, 1:] = full[:, 1:, 0] = mixed.T
    return np.linalg.eigvalsh(full)[:, 0]


def _saddle_eigenvalue_by_autograd(batch: Batch) -> FloatArray:
    at = by_autograd(batch)
    w = _saddle(at)

    def least(index: int) -> float:
        A, y = at.A[..., index], at.y[:, index]

        def f(theta: FloatArray) -> FloatArray:
            v = theta[1:]
            return 0.5 * anp.sum((theta[0] * anp.dot(A, v) / anp.sqrt(anp.dot(v, v)) - y) ** 2)

        return float(np.linalg.eigvalsh(hessian(f)(np.concatenate([[0.0], w[:, index]])))[0])

    return np.array([least(index) for index in range(batch.size)])


def _step_vector(at: Fields) -> FloatArray:
    """d = ∇_w f = gq, (d, B)."""
    return at.g * at.force


def _step_parts(batch: Batch) -> tuple[FloatArray, FloatArray]:
    at = closed_form(batch)
    return engine.projected_step(at.w, _step_vector(at), batch.arrays["step"])


def _step_by_mpmath(batch: Batch) -> FloatArray:
    at = by_autograd(batch)
    d = _step_vector(at)
    columns = zip(at.w.T, d.T, batch.arrays["step"], strict=True)
    return np.array([_one_step(*column) for column in columns])


def _one_step(w: FloatArray, d: FloatArray, h: float) -> float:
    """‖(w⁺ − w)/h + (I − wwᵀ)d‖ in 40 digits, with w normalised there."""
    with mpmath.workdps(40):
        W, D, H = mpmath.matrix(w.tolist()), mpmath.matrix(d.tolist()), mpmath.mpf(float(h))
        W = W / mpmath.norm(W)
        moved = W - H * D
        along = mpmath.fdot(W, D)
        return float(mpmath.norm((moved / mpmath.norm(moved) - W) / H + D - along * W))


def _step_norm(at: Fields, h: FloatArray) -> FloatArray:
    return length(at.w - h * _step_vector(at))


def _step_null(at: Fields, h: FloatArray) -> FloatArray:
    """⟨z, (w − hd)/‖w − hd‖⟩ for the unit test vector z in ker A."""
    return dot(at.null, unit(at.w - h * _step_vector(at)))


def _classical(at: Fields, v: FloatArray, h: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(v⁺, ∇_v f) of one step of gradient descent on f(g, v) = F(gAv/‖v‖), v not normalised."""
    gradient = at.g / length(v) * (at.force - dot(at.w, at.force) * at.w)
    return v - h * gradient, gradient


def _classical_by_autograd(at: Fields, v: FloatArray, h: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The same from w′ = −rate_w ∂f/∂v at ‖v‖ = 1; the derivative falls as 1/‖v‖."""
    gradient = -at.w_rate / at.rate_w / length(v)
    return v - h * gradient, gradient


def _of_classical(name: str, meaning: str, read: Callable[..., FloatArray], **domain: Any) -> Quantity:
    """A number read off (fields, v⁺, ∇_v f)."""
    return Quantity(
        name,
        meaning,
        route=Route(
            lambda b: read(closed_form(b), *_classical(closed_form(b), b.arrays["v"], b.arrays["step"])),
            None,
            lambda b: read(by_autograd(b), *_classical_by_autograd(by_autograd(b), b.arrays["v"], b.arrays["step"])),
        ),
        **domain,
    )


distance2 = Quantity(
    "distance2",
    "s − X² for the root s = g_∞² of the limit equation, which is ‖x_∞ − x*‖²",
    low=0,
    route=Route(_distance2, None, _distance2_by_brentq),
)
sign_changes = Quantity(
    "sign_changes",
    "sign changes of s(1 − om² e^{(g²−s)/c}) − X² over s ≥ X²",
    low=0,
    integer=True,
    route=Route(_sign_changes, None, _turns_by_mpmath),
)
bregman_limit = Quantity(
    "bregman_limit", "D_Φ(x_∞, x_0)", low=0, route=Route(_bregman_limit, None, _second_bregman_limit)
)
bregman_other = Quantity(
    "bregman_other",
    "D_Φ(z, x_0) for another solution z of Az = y",
    low=0,
    route=Route(_bregman_other, None, _second_bregman_other),
)
saddle_eigenvalue = Quantity(
    "saddle_eigenvalue",
    "least eigenvalue of the Riemannian Hessian at the stationary point (0, w_s)",
    route=Route(_saddle_eigenvalue, None, _saddle_eigenvalue_by_autograd),
)
saddle_image = defined("saddle_image", "‖Aw_s‖", lambda at: length(apply(at.A, _saddle(at))), low=0)
target_pull = defined("target_pull", "‖Aᵀy‖", lambda at: length(pull(at.A, at.y)), low=0, strict=True)
step = Quantity("step", "step size h", low=0, strict=True, route=Route(lambda batch: batch.arrays["step"]))
step_error = Quantity(
    "step_error",
    "‖(w⁺ − w)/h + (I − wwᵀ)d‖ for w⁺ = (w − hd)/‖w − hd‖, d = ∇_w f",
    low=0,
    route=Route(lambda batch: _step_parts(batch)[0], None, _step_by_mpmath),
)
step_norm = Quantity(
    "step_norm",
    "N = ‖w − hd‖",
    low=0,
    strict=True,
    route=Route(
        lambda batch: _step_parts(batch)[1],
        None,
        lambda batch: _step_norm(by_autograd(batch), batch.arrays["step"]),
    ),
)
step_gradient = defined("step_gradient", "‖d‖", lambda at: length(_step_vector(at)) + TINY, low=0, strict=True)
step_along = defined("step_along", "⟨w, d⟩", lambda at: dot(at.w, _step_vector(at)))
step_null = Quantity(
    "step_null",
    "⟨z, w⁺⟩ for a unit z in ker A",
    route=Route(
        lambda b: _step_null(closed_form(b), b.arrays["step"]),
        None,
        lambda b: _step_null(by_autograd(b), b.arrays["step"]),
    ),
)
v_norm = Quantity(
    "v_norm", "‖v‖ of the raw direction", low=0, strict=True, route=Route(lambda b: length(b.arrays["v"]))
)
v_gradient = _of_classical("v_gradient", "‖∇_v f‖", lambda _at, _v, gradient: length(gradient), low=0)
v_next_norm = _of_classical("v_next_norm", "‖v⁺‖, v⁺ = v − h∇_v f", lambda _at, v, _: length(v), low=0)
v_next_null = _of_classical("v_next_null", "⟨z, v⁺⟩ for a unit z in ker A", lambda at, v, _: dot(at.null, v))

LIMIT_QUANTITIES: Mapping[str, Quantity] = {
    quantity.name: quantity
    for quantity in (
        distance2, sign_changes, bregman_limit, bregman_other, saddle_eigenvalue, saddle_image, target_pull,
        step, step_error, step_norm, step_gradient, step_along, step_null, v_norm,
        v_gradient, v_next_norm, v_next_null,
    )
}  # fmt: skip
