"""BatchNorm after one layer as weight normalization of whitened inputs; a batch is made with the root of its Σ.

X = ξAᵀA and ξ = ζQ for (1/n)ζᵀζ = I (Gram and Schmidt of the columns of x, (n, r), centred) and Q, (r, d), the same
of the rows of A: the covariance of X has the root Σ^{1/2} = AᵀA and the rank r, and ξ is white.
The function is ⟨t, (f_1, …, f_n)⟩.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from wnverify.arithmetic.theta import Theta
from wnverify.families.normalizations.batch_norm_layers import Arrays, Layer, layers, predictor
from wnverify.families.normalizations.descent import LARGER, Value, along_descent
from wnverify.families.normalizations.divisors import divisor
from wnverify.families.normalizations.orthogonal import centred_columns, orthogonalised
from wnverify.families.normalizations.rms_norm import SLOPES
from wnverify.families.own.declare import architecture
from wnverify.families.own.draws import REGIMES
from wnverify.families.own.kinds import free, rows, sphere
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape


@dataclass(frozen=True)
class White:
    """ξ (n, d), Σ^{1/2} (d, d), the rows y_k = Σ^{1/2}w_k (m, d), their norms, and ⟨ξ_i, y_k⟩/‖y_k‖ (n, m)."""

    xi: Any
    root: Any
    rows: Any
    norms: Any
    cosines: Any


def whitened(xp: Any, theta: Any, x: Any) -> Any:
    """ζ (n, r) with (1/n)ζᵀζ = I and columns of mean 0."""
    return xp.unit_rows(xp.stack(centred_columns(xp, x, theta.r))).T * xp.sqrt(theta.n)


def white(xp: Any, theta: Any, x: Any) -> White:
    """The network with weight normalization."""
    zeta = whitened(xp, theta, x)
    Q = xp.unit_rows(xp.stack(orthogonalised(xp, theta.A, theta.r)))
    root = theta.A.T @ theta.A
    xi, made = zeta @ Q, theta.W[0] @ root
    norms = xp.sqrt(xp.sum(made * made, axis=-1))
    return White(xi, root, made, norms, xi @ made.T / norms)


def normalised(xp: Any, theta: Any, x: Any) -> Layer:
    """The layer with BatchNorm."""
    found = white(xp, theta, x)
    return next(layers(xp, theta, found.xi @ found.root))


def value(xp: Any, theta: Any, x: Any) -> Any:
    """⟨t, (f_1, …, f_n)⟩ by BatchNorm."""
    return theta.t @ (normalised(xp, theta, x).after @ theta.v)


def least_sigma(xp: Any, theta: Any, x: Any) -> Any:
    """σ = min σ_k."""
    return xp.min(normalised(xp, theta, x).sigma)


def squares(xp: Any, theta: Any, x: Any) -> Any:
    """Σ_i ‖ξ_i‖²."""
    return xp.sum(white(xp, theta, x).xi ** 2)


def output_defect(share: float, xp: Any, path: Sequence[Theta], _: Sequence[Theta]) -> Any:
    """The largest difference of a prediction from a share of the other network's, over 1 + ‖v‖."""
    (theta,) = path
    x = theta.x
    other = share * xp.phi(white(xp, theta, x).cosines) / xp.sqrt(theta.m)
    apart = (normalised(xp, theta, x).after - other) @ theta.v
    return xp.max(xp.abs(apart)) / (1 + xp.sqrt(xp.sum(theta.v**2)))


def sigma_defect(share: float, xp: Any, path: Sequence[Theta], _: Sequence[Theta]) -> Any:
    """The largest |σ_k − share·‖y_k‖|/σ_k."""
    (theta,) = path
    sigma = normalised(xp, theta, theta.x).sigma
    return xp.max(xp.abs(sigma - share * white(xp, theta, theta.x).norms) / sigma)


def gradient_defect(share: float) -> Value:
    """The largest entry of ∇_W − ∇_Y Σ^{1/2}, ∇_Y by the chain rule written out, over 1 and what it is made of.

    Args:
        share: of ∇_Y, 1 where the identity holds.
    """

    def defect(xp: Any, path: Sequence[Theta], slopes: Sequence[Theta]) -> Any:
        theta = path[0]
        found = white(xp, theta, theta.x)
        norms = xp.reshape(found.norms, (-1, 1))
        pull = xp.reshape(theta.t, (-1, 1)) * theta.v * SLOPES[theta.activation](xp, found.cosines) / xp.sqrt(theta.m)
        along = xp.reshape(xp.sum(pull * found.cosines, axis=0), (-1, 1)) * found.rows / norms
        by_rows = (pull.T @ found.xi - along) / norms
        size = xp.max(xp.abs(pull).T @ xp.abs(found.xi) / norms) * xp.max(xp.abs(found.root))
        return xp.max(xp.abs(slopes[0].W[0] - share * by_rows @ found.root)) / (1 + size)

    return defect


def waves(sizes: Shape) -> dict[str, Any]:
    """A batch whose columns are independent and have mean 0, rows along axes, and t along the first column."""
    n, r = sizes["n"], sizes["r"]
    x = np.cos(np.pi * np.outer(np.arange(n) + 0.5, np.arange(1, r + 1)) / n)
    return {"x": x, "t": x[:, 0] / np.linalg.norm(x[:, 0]), "v": np.arange(1.0, sizes["m"] + 1)}


def along_axes(sizes: Shape) -> list[Arrays]:
    """Rows along the axes in turn, on a batch of cosines seen through the first r axes; V of several sizes."""
    found, rows_of = waves(sizes), np.eye(sizes["d"])[np.arange(sizes["m"]) % sizes["d"]]
    A = np.eye(sizes["r"], sizes["d"]) + 0.1
    return [{**found, "v": V * found["v"], "W": [rows_of], "A": A} for V in (0.1, 1.0, 10.0)]


def white_axes(sizes: Shape) -> list[Arrays]:
    """The same where inputs are white."""
    found, rows_of = waves(sizes), np.eye(sizes["r"])[np.arange(sizes["m"]) % sizes["r"]]
    return [{**found, "v": V * found["v"], "W": [rows_of]} for V in (0.1, 1.0, 10.0)]


BATCH_NORM_WHITENED = architecture(
    "batch_norm_whitened",
    value,
    theta={"W": rows("L", "m", "d"), "v": free("m"), "t": free("n"), "A": free("r", "d")},
    x=free("n", "r"),
    sizes=[{"L": 1, "m": m, "d": d, "r": r, "n": n} for m, d, r, n in ((2, 3, 2, 4), (2, 3, 3, 5))],
    activation=("identity", "tanh"),
    epsilon=("none",),
)
BATCH_NORM_WHITENED.control, BATCH_NORM_WHITENED.cost, BATCH_NORM_WHITENED.plentiful = True, 10.0, 1
BATCH_NORM_WHITENED.regimes = tuple(
    regime for regime in REGIMES if regime not in ("sparse", "edge")
)  # dependent columns
BATCH_NORM_WHITENED = BATCH_NORM_WHITENED.starting({"rows along axes": along_axes}).extended([
    divisor("sigma", "the least σ_k that the layer divides by", least_sigma, BATCH_NORM_WHITENED,
            latex=r"\sigma_{\min}"),
    quantity("white_squares", "Σ ‖ξ_i‖² of the whitened inputs", squares, of=BATCH_NORM_WHITENED, low=0,
             latex=r"\sum_i\|\xi_i\|^2"),
    along_descent("output_defect", "largest difference of predictions, over 1 + ‖v‖", partial(output_defect, 1.0),
                  of=BATCH_NORM_WHITENED, moved=["W"], steps=0, latex=r"\delta_f"),
    along_descent("output_change", "the same with other predictions larger by a millionth",
                  partial(output_defect, LARGER), of=BATCH_NORM_WHITENED, moved=["W"], steps=0,
                  latex=r"\delta_f^{+}"),
    along_descent("sigma_defect", "largest |σ_k − ‖y_k‖|/σ_k", partial(sigma_defect, 1.0),
                  of=BATCH_NORM_WHITENED, moved=["W"], steps=0, latex=r"\max_k\frac{|\sigma_k-\|y_k\||}{\sigma_k}"),
    along_descent("sigma_change", "the same with rows y_k longer by a millionth", partial(sigma_defect, LARGER),
                  of=BATCH_NORM_WHITENED, moved=["W"], steps=0, latex=r"\delta_{\sigma}^{+}"),
    along_descent("gradient_defect", "largest entry of ∇_W − ∇_Y Σ^{1/2} over 1 and its terms",
                  gradient_defect(1.0), of=BATCH_NORM_WHITENED, moved=["W"], latex=r"\delta_{\nabla}"),
    along_descent("gradient_change", "the same with ∇_Y larger by a millionth", gradient_defect(LARGER),
                  of=BATCH_NORM_WHITENED, moved=["W"], latex=r"\delta_{\nabla}^{+}"),
])  # fmt: skip


# ---- inputs that are white


def on_white(xp: Any, theta: Any, x: Any) -> Any:
    """⟨t, F⟩/‖t‖, F = (f_1, …, f_n)/√n, on whitened inputs: W has the rows y_k."""
    (layer,) = layers(xp, theta, whitened(xp, theta, x))
    return theta.t @ (layer.after @ theta.v) / xp.sqrt(theta.n * xp.sum(theta.t**2))


BATCH_NORM_WHITE = architecture(
    "batch_norm_white",
    on_white,
    theta={"W": rows("L", "m", "r"), "v": free("m"), "t": sphere("n")},
    x=free("n", "r"),
    sizes=[{"L": 1, "m": m, "r": r, "n": n} for m, r, n in ((2, 2, 4), (3, 2, 3))],
    activation=("identity", "tanh"),
    epsilon=("none",),
)
BATCH_NORM_WHITE.control, BATCH_NORM_WHITE.cost, BATCH_NORM_WHITE.plentiful = True, 10.0, 1
BATCH_NORM_WHITE.regimes = BATCH_NORM_WHITENED.regimes
BATCH_NORM_WHITE = BATCH_NORM_WHITE.starting({"rows along axes": white_axes}).extended(predictor(BATCH_NORM_WHITE))
