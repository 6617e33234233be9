"""What the proofs of bounds go through: norms of the pieces of the Hessian, and what gradients are made of.

In the units in which both scalings are one: x/√d, α/√m and √m·∂f/∂α under `fan_in`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.contractions import FEW_DIGITS, lengths, symmetric_norm
from wnverify.engine.networks import piece_slopes, pieces
from wnverify.engine.networks.extremes import Tamed, faint, tamed, times
from wnverify.engine.networks.network import Network, forward
from wnverify.engine.networks.oracle_pieces import Pieces, oracle_pieces
from wnverify.engine.networks.piece_slopes import Feel, slope
from wnverify.families.kit.parts import once, two_routes
from wnverify.families.networks.weight_norm_fields import named, network
from wnverify.quantities import Quantity


@dataclass(frozen=True)
class _Seen:
    """One network as autograd has it, in units of both scalings.

    Args:
        net: the networks.
        index: which of them.
        found: what autograd found of it.
        back: what leads back to the given networks; None where they are in range.
    """

    net: Network
    index: int
    found: Pieces
    back: Tamed | None = None

    def norm(self, matrix: FloatArray, small: int = 0) -> float:
        """The spectral norm of second derivatives in the hidden weights, over 4^small, of the given network."""
        exponents = np.full(len(matrix), small)
        if self.back is not None:
            exponents += self.back.exponents()[: len(matrix), self.index]
        whole = times(matrix, exponents[:, None] + exponents)
        return self.known(float(symmetric_norm(whole[None])[0]))

    def known(self, value: float) -> float:
        """NaN instead of what has lost its digits."""
        return math.nan if faint(self.net)[self.index] else value

    @property
    def inputs(self) -> list[FloatArray]:
        """α^0, …, α^{L−1}."""
        found = self.found.alpha[:-1]
        return found if self.net.scaling == "fan_out" else [part / np.sqrt(len(part)) for part in found]

    def pulled(self, slopes: list[FloatArray]) -> list[FloatArray]:
        """∂f/∂α^l or ∂f/∂z^l of every layer."""
        return slopes if self.net.scaling == "fan_out" else [part * np.sqrt(len(part)) for part in slopes]

    @property
    def squared_sines(self) -> list[FloatArray]:
        """1 − cos²θ_i as the squared distance of a direction from its nearest row."""
        units = [part / (_long(part) or 1.0) for part in self.inputs]
        pairs = list(zip(self.found.rows, units, strict=True))
        return [np.sum((a - (u @ a)[:, None] * u) ** 2, axis=1) for u, a in pairs]


@once
def _tamed(batch: Batch) -> Tamed | None:
    net = network(batch)
    return tamed(net, forward(net))


def _near(batch: Batch) -> Network:
    """The networks in range."""
    back = _tamed(batch)
    return network(batch) if back is None else back.net


@once
def _by_oracle(batch: Batch) -> list[_Seen]:
    net, back = _near(batch), _tamed(batch)
    return [_Seen(net, index, oracle_pieces(net, index), back) for index in range(batch.size)]


def _back(batch: Batch, values: FloatArray, degree: int) -> FloatArray:
    """What is of a degree in v, and free of the lengths of rows, from what it is in range."""
    back = _tamed(batch)
    return values if back is None else back.value(values, degree)


def _long(vector: FloatArray) -> float:
    with np.errstate(over="ignore", under="ignore"):
        return float(lengths(np.asarray(np.linalg.norm(vector)), vector))


def _row_curvature(seen: _Seen) -> float:
    found, W, index = seen.found, seen.net.W, seen.index
    fans = [rows.shape[0 if seen.net.scaling == "fan_out" else 1] for rows in W]
    layers = zip(found.c, found.alpha, W, fans, strict=False)
    values = [
        np.abs(c) * _long(a) / np.sqrt(fan) / np.sum(rows[..., index] ** 2, axis=1) for c, a, rows, fan in layers
    ]
    if seen.back is not None:
        exponents = [seen.back.output[index] - 2 * k[:, index] for k in seen.back.rows]
        values = [times(part, k) for part, k in zip(values, exponents, strict=True)]
    return seen.known(float(np.concatenate(values).max()))


def _reach(seen: _Seen) -> float:
    pairs = zip(seen.inputs, seen.pulled(seen.found.b), strict=True)
    return _long(np.array([_long(a) * _long(b) for a, b in pairs]))


def _angle_reach(seen: _Seen) -> float:
    layers = zip(seen.inputs, seen.pulled(seen.found.c), seen.squared_sines, strict=True)
    return _long(np.concatenate([_long(a) * c * np.sqrt(sines) for a, c, sines in layers]))


def _angles(seen: _Seen) -> tuple[list[float], list[float]]:
    spread = [float(np.mean(sines)) for sines in seen.squared_sines]
    pairs = zip(seen.found.c, seen.squared_sines, strict=True)
    shares = [float((c / (_long(c) or 1.0)) ** 2 @ sines) for c, sines in pairs]
    lost = [bool((np.abs(slopes) < FEW_DIGITS).any()) for slopes in seen.found.slopes]
    smooth = np.isfinite(seen.net.activation.beta)
    return spread, [float("nan") if smooth and gone else share for share, gone in zip(shares, lost, strict=True)]


def _recursion(seen: _Seen) -> float:
    """From the last layer to the first: S′ = (1 − |σ − t|)S + …, as the proof goes."""
    spread, shares = _angles(seen)
    total, y = 0.0, 1.0
    for layer in reversed(range(len(spread))):
        total += float(np.prod([1 - each for each in spread[:layer]])) * y * shares[layer]
        y *= 1 - abs(spread[layer] - shares[layer])
    return total


def _jacobians(seen: _Seen) -> float:
    layers = [slopes[:, None] * rows for slopes, rows in zip(seen.found.slopes, seen.found.rows, strict=True)]
    return float(np.prod([np.sqrt(np.linalg.eigvalsh(J @ J.T)[-1] / len(J)) for J in layers]))


def _quantity(
    name: str,
    meaning: str,
    routes: tuple[Callable[[Network], FloatArray], Feel, Callable[[_Seen], float]],
    degree: int | None,
    **more: object,
) -> Quantity:
    """A quantity that is at least 0; what else is said of it goes to `two_routes`.

    Args:
        name: as it is typed.
        meaning: what it is.
        routes: the closed form, how layers feel it, and what autograd finds of one network.
        degree: in v, of what knows rows by their directions only; None of what is brought back already.
        more: domain and LaTeX.
    """
    first, feel, second = routes

    def by_oracle(batch: Batch) -> FloatArray:
        found = np.array([second(seen) for seen in _by_oracle(batch)])
        return found if degree is None else _back(batch, found, degree)

    return two_routes(
        name,
        meaning,
        lambda batch: first(network(batch)) if degree is None else _back(batch, first(_near(batch)), degree),
        by_oracle,
        gradient=lambda batch: named(slope(network(batch), feel)),
        low=0,
        **more,  # type: ignore[arg-type]
    )


own_hessian_norm = _quantity(
    "own_hessian_norm",
    "spectral norm of what the normalisation of the rows adds to ∂²f/∂W²: Σ c_i s⟨ü_i, α⟩",
    (pieces.own_norm, piece_slopes.own_norm, lambda seen: seen.norm(seen.found.own)),
    None,
    latex=r"\|O\|_2",
)
cross_term_norm = _quantity(
    "cross_term_norm",
    "spectral norm of what rows that turn add to ∂²f/∂W² with activations that move: 2 Σ c_i s⟨u̇_i, α̇⟩",
    (pieces.cross_norm, piece_slopes.cross_norm, lambda seen: seen.norm(seen.found.cross)),
    None,
    latex=r"\|X\|_2",
)
bent_hessian_norm = _quantity(
    "bent_hessian_norm",
    "spectral norm of what the curvature of the activations adds to ∂²f/∂W²: Σ b_i φ″(z_i) ż_i²",
    (pieces.bent_norm, piece_slopes.bent_norm, lambda seen: seen.norm(seen.found.bent, seen.found.small)),
    None,
    latex=r"\|A\|_2",
)
row_curvature = _quantity(
    "row_curvature",
    "largest |c_i|·s‖α‖/‖W_i‖² over all rows, c = ∂f/∂z and α what reaches the row",
    (pieces.row_curvature, piece_slopes.row_curvature, _row_curvature),
    None,
    latex=r"h_{\max}",
)
layer_jacobians = _quantity(
    "layer_jacobians",
    "product over the layers of ‖diag φ′(z) W̄‖₂/√m",
    (pieces.layer_jacobians, piece_slopes.layer_jacobians, _jacobians),
    0,
    latex=r"\prod_l\|J_l\|_2",
)
layer_reach = _quantity(
    "layer_reach",
    "root of the sum over the layers of ‖∂f/∂α^l‖²‖α^{l−1}‖²",
    (pieces.reach, piece_slopes.reach, _reach),
    1,
    latex=r"(\sum_l\|\partial_{\alpha^l}f\|^2\|\alpha^{l-1}\|^2)^{1/2}",
)
activation_reach = _quantity(
    "activation_reach",
    "root of the sum of ‖α^l‖² over the inputs of the layers",
    (pieces.activation_reach, piece_slopes.activation_reach, lambda seen: _long(np.concatenate(seen.inputs))),
    0,
    latex=r"(\sum_l\|\alpha^{l-1}\|^2)^{1/2}",
)
angle_reach = _quantity(
    "angle_reach",
    "root of the sum over the layers of ‖α^{l−1}‖² Σ c_i² sin²θ_i, θ_i the angle of a row with α^{l−1}",
    (pieces.angle_reach, piece_slopes.angle_reach, _angle_reach),
    1,
    latex=r"(\sum_{l,i}\|\alpha^{l-1}\|^2c_i^2\sin^2\theta_i)^{1/2}",
)
angle_recursion = _quantity(
    "angle_recursion",
    "Σ x_{l−1} y_l t_l with x_l = Π_{k≤l}(1−σ_k), y_l = Π_{k>l}(1−|σ_k−t_k|); σ_l and t_l the mean of sin²θ_i, "
    "and that with the weights c_i²",
    (pieces.angle_recursion, piece_slopes.angle_recursion, _recursion),
    0,
    latex=r"\sum_l x_{l-1}y_lt_l",
)
last_activation = _quantity(
    "last_activation",
    "Π(1−σ_l) over the layers, σ_l the mean of sin²θ_i: it bounds ‖α^L‖² where φ(0) = 0",
    (
        pieces.last_activation,
        piece_slopes.last_activation,
        lambda seen: float(np.prod([1 - each for each in _angles(seen)[0]])),
    ),
    0,
    latex="x_L",
    high=1,
)

QUANTITIES = (
    layer_jacobians, layer_reach, activation_reach, angle_reach, angle_recursion, last_activation, row_curvature,
    own_hessian_norm, cross_term_norm, bent_hessian_norm,
)  # fmt: skip
"""Those of networks whose rows are normalised."""
