"""State and velocity of weight-normalised linear models on a batch, by two routes: closed form and autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.least_squares.model import SLOPES, Point
from wnverify.engine.least_squares.rows import apply, length, orthonormal
from wnverify.families.kit.parts import Views

Value = Callable[[Any, Any], Any]
VALUES: Mapping[str, Value] = MappingProxyType({
    "squared": lambda p, y: anp.sum(0.5 * (p - y) ** 2),
    "logistic": lambda p, y: anp.sum(anp.logaddexp(0.0, -y * p)),
    "quartic": lambda p, y: anp.sum(0.25 * (p - y) ** 4),
    "tanh": lambda p, y: anp.sum(0.5 * anp.tanh(p - y) ** 2),
})  # fmt: skip
"""F by name, for the second route; the first route uses `SLOPES`."""


@dataclass(frozen=True)
class Fields:
    """What the quantities of the family are made of; every array has the batch last.

    Args:
        A: the matrix (m, d, B).
        w: the unit direction (d, B).
        y: the target (m, B), always in the range of A.
        g: the gain (B,).
        rate_g: learning rate of the gain (B,).
        rate_w: learning rate of the direction (B,).
        z: a unit test vector (d, B).
        null: a unit test vector in the kernel of A (d, B).
        zeta: a unit test vector (m, B).
        force: q, the gradient with respect to x = gw (d, B).
        gain_rate: g′ (B,).
        w_rate: w′ (d, B).
        singular: singular values of A, largest first (m, B), for those who ask.
        x_star: A⁺y, the solution of minimum norm (d, B).
        across: P_⊥w (d, B).
    """

    A: FloatArray
    w: FloatArray
    y: FloatArray
    g: FloatArray
    rate_g: FloatArray
    rate_w: FloatArray
    z: FloatArray
    null: FloatArray
    zeta: FloatArray
    force: FloatArray
    gain_rate: FloatArray
    w_rate: FloatArray
    singular: Callable[[], FloatArray]
    x_star: FloatArray
    across: FloatArray

    @cached_property
    def s(self) -> FloatArray:
        """Singular values of A, largest first (m, B)."""
        return self.singular()

    @property
    def c(self) -> FloatArray:
        """Ratio of the learning rates, (B,)."""
        return self.rate_g / self.rate_w

    @property
    def error(self) -> FloatArray:
        """e = gAw − y, (m, B)."""
        return self.g * apply(self.A, self.w) - self.y


def unit(a: FloatArray) -> FloatArray:
    """The directions of vectors (k, B); a zero vector stays zero."""
    return a / np.maximum(length(a), 1e-300)


def matrix(batch: Batch) -> FloatArray:
    """A (m, d, B); its rows made orthonormal, by the polar factor, under the setting `orthonormal`."""
    A = batch.arrays["A"]
    return A if batch.settings["rows"] == "any" else orthonormal(A)


def point(batch: Batch) -> Point:
    """The engine's state of a batch; w = v/‖v‖ and y = A t."""
    return batch.memo(_point, lambda: _point(batch))


def _point(batch: Batch) -> Point:
    A, arrays = matrix(batch), batch.arrays
    rates, y = (arrays["rate_g"], arrays["rate_w"]), apply(A, arrays["t"])
    return Point(A, unit(arrays["v"]), y, arrays["g"], *rates, SLOPES[batch.settings["loss"]])


def closed_form(batch: Batch) -> Fields:
    """The fields by the formulas of the engine and a basis of the rows of A."""
    at = point(batch)
    rows = at.rows
    gain_rate, w_rate = at.velocity
    return Fields(
        at.A, at.w, at.y, at.g, at.rate_g, at.rate_w,
        unit(batch.arrays["z"]), unit(rows.across(batch.arrays["z"])), unit(batch.arrays["zeta"]),
        at.force, gain_rate, w_rate, lambda: rows.s, rows.along(batch.arrays["t"]), rows.across(at.w),
    )  # fmt: skip


def by_autograd(batch: Batch) -> Fields:
    """The same fields, instance by instance: derivatives by autograd, projections by least squares."""
    parts = [_one(batch, index) for index in range(batch.size)]
    stacked = {name: np.stack([part[name] for part in parts], axis=-1) for name in parts[0]}
    s = stacked.pop("s")
    return Fields(**stacked, singular=lambda: s)


def _one(batch: Batch, index: int) -> dict[str, FloatArray]:
    """One instance; f(g, v) = F(gAv/‖v‖) is differentiated at v = w, where ∂f/∂v is the Riemannian gradient."""
    pick = {name: array[..., index] for name, array in batch.arrays.items()}
    A = _plain_matrix(pick["A"], batch.settings["rows"])
    value, y, g = VALUES[batch.settings["loss"]], A @ pick["t"], pick["g"]
    w = pick["v"] / np.sqrt(pick["v"] @ pick["v"])
    by_g, by_v = grad(lambda h, v: value(h * anp.dot(A, v) / anp.sqrt(anp.dot(v, v)), y), (0, 1))(g, w)
    inverse = np.linalg.pinv(A)
    kernel = pick["z"] - inverse @ (A @ pick["z"])
    names = {name: pick[name] for name in ("rate_g", "rate_w")}
    return names | {
        "A": A, "w": w, "y": y, "g": g,
        "z": pick["z"] / np.linalg.norm(pick["z"]),
        "null": kernel / np.linalg.norm(kernel),
        "zeta": pick["zeta"] / np.linalg.norm(pick["zeta"]),
        "force": grad(lambda x: value(anp.dot(A, x), y))(g * w),
        "gain_rate": -pick["rate_g"] * by_g,
        "w_rate": -pick["rate_w"] * by_v,
        "s": np.sqrt(np.maximum(np.linalg.eigvalsh(A @ A.T)[::-1], 0.0)),
        "x_star": inverse @ y,
        "across": w - inverse @ (A @ w),
    }  # fmt: skip


def _plain_matrix(A: FloatArray, rows: str) -> FloatArray:
    """A, or (AAᵀ)^{-1/2}A by the eigenvalues of the Gram matrix."""
    if rows == "any":
        return A
    values, vectors = np.linalg.eigh(A @ A.T)
    return np.asarray((vectors / np.sqrt(values)) @ vectors.T @ A)


VIEWS = Views(closed_form, by_autograd)
