"""Network: values and derivatives of the networks of a domain as jets, in the coordinates of the domain.

The row i of a layer is u_i = (cos θ_i, sin θ_i), or a sign, and t_i = ∂u_i/∂θ_i. Since a row counts by its direction
only, the derivatives in the row itself are those in its angle: with orthonormal axes u_i and t_i of its plane,

    ∂f/∂w_i = p_i t_i,   ∂²f/∂w_i∂w_j = K_ij t_i t_jᵀ − [i = j] p_i (u_i t_iᵀ + t_i u_iᵀ),   ∂²f/∂w_i∂v = t_i B_i,

p = ∂f/∂θ, K = ∂²f/∂θ², B = ∂²f/∂θ∂v at rows of norm 1. All of it is taken from one pass forward and one backward,
with α̇ and δ̇ the derivatives of α = activations and δ = ∂f/∂α in the angle θ_j.

Where d > 2 rows of layer 1 have directions t across their plane and x besides. There ⟨t, x⟩ = 0, so that of p, B, K
only tᵀKt = −⟨u_i, ∂f/∂w_i⟩ is not 0, with the gradient of f as a function of unnormalised rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wnverify.proving import interval
from wnverify.proving.activations import JETS
from wnverify.proving.domain import PLANE, SHARE, Domain
from wnverify.proving.jet import Boxes, Jet, Part

Vector = Sequence[Part]


@dataclass(frozen=True)
class Row:
    """A row as a direction.

    Args:
        along: u.
        across: t; empty for a row of ℝ¹.
        angle: the number of its angle among those of the network; −1 for a row of ℝ¹.
    """

    along: Vector
    across: Vector
    angle: int


@dataclass(frozen=True)
class Layer:
    """A layer in passing: its rows, what reaches it, its pre-activations, φ′ and φ″ there."""

    rows: Sequence[Row]
    inputs: Vector
    z: Vector
    slope: Vector
    bend: Vector


@dataclass
class Network:
    """The networks in many boxes of a domain.

    Args:
        domain: the shape.
        boxes: in the coordinates of the domain.
    """

    domain: Domain
    boxes: Boxes
    layers: list[Layer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.one = self.boxes.constant(interval.exact(1.0))
        self.scale = self.boxes.constant(interval.near(1.0 / math.sqrt(self.domain.m)))
        self.coordinates = {name: self.boxes.coordinate(k) for k, name in enumerate(self.domain.names)}
        self.v = self._output_weights()
        x: list[Part] = [self.coordinates["r"], 0]
        alpha: Vector = x[: self.domain.d]  # more entries are 0, of x and of the rows of layer 1
        for number in range(1, self.domain.L + 1):
            alpha = self._through(number, alpha)
        self.alpha = alpha
        self.deltas = self._backward()

    def _direction(self, name: str) -> tuple[Vector, Vector]:
        """(cos, sin) of an angle, and its derivative."""
        cosine, sine = self.coordinates[name].cosine(), self.coordinates[name].sine()
        return [cosine, sine], [-sine, cosine]

    def _output_weights(self) -> Vector:
        """v as a direction."""
        if "v[0]" in self.coordinates:
            (first, rest), _ = self._direction("v[0]")
            along, _ = self._direction("v[1]")
            return [first, *(rest * each for each in along)]
        return self._direction("v")[0] if "v" in self.coordinates else [self.one]

    def _row(self, layer: int, row: int) -> Row:
        name = f"W{layer}[{row}]"
        if name not in self.coordinates:
            return Row([self.one], [], -1)
        if name in self.domain.signs:
            return Row([self.boxes.sign(self.domain.names.index(name))], [], -1)
        return Row(*self._direction(name), self.domain.angles.index(name))

    def _through(self, number: int, inputs: Vector) -> Vector:
        """A layer further; what the derivatives need of it is kept."""
        rows = [self._row(number, row) for row in range(self.domain.m)]
        z = [self.scale * dot(row.along, inputs) for row in rows]
        values, slopes, bends = zip(*(self._activation(each) for each in z), strict=True)
        self.layers.append(Layer(rows, inputs, z, slopes, bends))
        return values

    def _activation(self, z: Part) -> tuple[Part, Part, Part]:
        """φ, φ′ and φ″."""
        here = z if isinstance(z, Jet) else self.boxes.constant(interval.exact(0.0))
        return JETS[self.domain.activation](here)

    def _backward(self) -> list[Vector]:
        """δ^l = ∂f/∂α^l for l = 0, …, L."""
        deltas = [self.v]
        for layer in reversed(self.layers):
            pulled = [slope * delta for slope, delta in zip(layer.slope, deltas[0], strict=True)]
            deltas.insert(0, [self.scale * dot(column, pulled) for column in columns(layer)])
        return deltas

    @property
    def share(self) -> Jet:
        """The coordinate u."""
        return self.coordinates[SHARE]

    # ---- what the theorems measure

    def output(self) -> Part:
        """f."""
        return dot(self.v, self.alpha)

    def input_gradient(self) -> Vector:
        """∇_x f."""
        return self.deltas[0]

    def row_gradient(self) -> Vector:
        """p = ∂f/∂θ: p_i = m^{-1/2} φ′ δ_i ⟨t_i, α⟩."""
        found: list[Part] = []
        for layer, delta in zip(self.layers, self.deltas[1:], strict=True):
            turning = [(k, row) for k, row in enumerate(layer.rows) if row.angle >= 0]
            found += [self.scale * (layer.slope[k] * delta[k]) * dot(row.across, layer.inputs) for k, row in turning]
        return found

    def beyond(self) -> list[Part]:
        """tᵀKt of every row of layer 1, across its plane and x; nothing where there is no such direction."""
        layer, delta = self.layers[0], self.deltas[1]
        if self.domain.d <= PLANE:
            return []
        return [-(layer.slope[k] * delta[k] * layer.z[k]) for k in range(self.domain.m)]

    def moved(self, angle: int) -> tuple[list[Vector], list[Vector]]:
        """ż of every layer, and α̇ of the input and of every layer, along one angle."""
        zs: list[Vector] = []
        alphas: list[Vector] = [[0] * len(self.layers[0].inputs)]
        for layer in self.layers:
            turned = [dot(row.across, layer.inputs) if row.angle == angle else 0 for row in layer.rows]
            parts = zip(layer.rows, turned, strict=True)
            zs.append([self.scale * (dot(row.along, alphas[-1]) + turn) for row, turn in parts])
            alphas.append([slope * z for slope, z in zip(layer.slope, zs[-1], strict=True)])
        return zs, alphas

    def mixed(self) -> list[Vector]:
        """B = ∂²f/∂θ∂v, whose row i is α̇^L along the angle i, as f is linear in v."""
        return [self.moved(angle)[1][-1] for angle in range(len(self.domain.angles))]

    def curvature(self) -> list[Vector]:
        """K = ∂²f/∂θ², column by column: ∂p/∂θ_j."""
        return [self._column(angle) for angle in range(len(self.domain.angles))]

    def _column(self, angle: int) -> Vector:
        zs, alphas = self.moved(angle)
        dot_delta: Vector = [0] * self.domain.m
        found: list[Part] = []
        for number in reversed(range(self.domain.L)):
            layer, delta, z = self.layers[number], self.deltas[number + 1], zs[number]
            first = [layer.slope[k] * delta[k] for k in range(self.domain.m)]
            bent = [layer.bend[k] * z[k] * delta[k] for k in range(self.domain.m)]
            second = [bent[k] + layer.slope[k] * dot_delta[k] for k in range(self.domain.m)]
            found = [*self._second(layer, angle, first, second, alphas[number]), *found]
            turned = [row.across if row.angle == angle else [0] * len(row.along) for row in layer.rows]
            across = [[row[k] for row in turned] for k in range(len(layer.inputs))]
            pairs = zip(columns(layer), across, strict=True)
            dot_delta = [self.scale * (dot(column, second) + dot(turn, first)) for column, turn in pairs]
        return found

    def _second(self, layer: Layer, angle: int, first: Vector, second: Vector, moved: Vector) -> Vector:
        """∂p_i/∂θ_j of the rows i of a layer: p_i = m^{-1/2} e_i ⟨t_i, α⟩, and ∂t_i/∂θ_i = −u_i."""
        found = []
        for k, row in enumerate(layer.rows):
            if row.angle < 0:
                continue
            back = dot(row.along, layer.inputs) if row.angle == angle else 0
            change = second[k] * dot(row.across, layer.inputs) + first[k] * (dot(row.across, moved) - back)
            found.append(self.scale * change)
        return found


def columns(layer: Layer) -> list[Vector]:
    """The columns of the matrix of a layer's rows."""
    return [[row.along[k] for row in layer.rows] for k in range(len(layer.inputs))]


def dot(left: Vector, right: Vector) -> Part:
    """⟨left, right⟩; 0 where one of every pair of factors is."""
    return total(a * b for a, b in zip(left, right, strict=True))


def squares(parts: Vector) -> Part:
    """‖parts‖²."""
    return total(part.square() if isinstance(part, Jet) else 0 for part in parts)


def total(parts: Iterable[Part]) -> Part:
    """The sum of parts, of which any may be 0."""
    found: Part = 0
    for part in parts:
        found = found + part
    return found
