"""A network as it is saved: z^l = s_l(M̂^l α^{l−1} + b^l), α^l = φ(z^l), and the last layer without φ.

M̂ is V itself where nothing is normalised, and g V/‖V‖ otherwise, with a norm a row, a column or of the whole matrix.
Here, other than elsewhere in the engine, the inputs are the **first** axis: states are (n, m), cotangents (n, K, m).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.activations import Activation

AXES: dict[str, tuple[int, ...]] = {"rows": (1,), "columns": (0,), "whole": (0, 1)}
"""The axes over which each rule takes a norm."""
RULES = (*AXES, "plain")
CHUNK_NUMBERS = 4_000_000
"""Numbers of the states, or of the largest array of a pass backwards, that are held at a time."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of weights.

    Args:
        name: what its file calls it.
        rule: `rows`, `columns`, `whole` or `plain`: what is divided by its norm.
        V: the matrix that is stored, (m, k).
        g: gains, (m, 1), (1, k) or (1, 1); None where there are none, so that they are 1 and no parameters.
        b: bias (m,), or None.
        s: the factor of the scaling.
    """

    name: str
    rule: str
    V: FloatArray
    g: FloatArray | None = None
    b: FloatArray | None = None
    s: float = 1.0

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes of one group of weights that share a norm."""
        return AXES[self.rule]

    @cached_property
    def norms(self) -> FloatArray:
        """The norm of each group, with its axes kept."""
        return np.asarray(np.sqrt(np.sum(self.V * self.V, axis=self.axes, keepdims=True)))

    @cached_property
    def unit(self) -> FloatArray:
        """V divided by the norms; V itself where nothing is normalised."""
        return self.V if self.rule == "plain" else self.V / self.norms

    @property
    def gains(self) -> FloatArray:
        """g, or 1 for every group."""
        return np.ones_like(self.norms) if self.g is None else self.g

    @cached_property
    def M(self) -> FloatArray:
        """The matrix through which the layer acts, the scaling included."""
        return self.s * (self.V if self.rule == "plain" else self.gains * self.unit)

    @property
    def shift(self) -> FloatArray | float:
        """What is added, the scaling included."""
        return 0.0 if self.b is None else self.s * self.b

    @cached_property
    def spectral(self) -> float:
        """‖M‖₂."""
        return float(np.linalg.svd(self.M, compute_uv=False)[0])

    @property
    def parameters(self) -> tuple[tuple[str, FloatArray], ...]:
        """The arrays that are stored, as (kind, array): V, and g and b if there are any."""
        parts = (("V", self.V), ("g", self.g), ("b", self.b))
        return tuple((kind, array) for kind, array in parts if array is not None)


@dataclass(frozen=True, eq=False)
class Layered:
    """A whole network: at least one layer, of which the last one is the output.

    Args:
        layers: from the input to the output.
        phi: the activation between them.
    """

    layers: tuple[Layer, ...]
    phi: Activation

    @property
    def hidden(self) -> tuple[Layer, ...]:
        """All layers but the output."""
        return self.layers[:-1]

    @property
    def output(self) -> Layer:
        """The last layer."""
        return self.layers[-1]

    @property
    def outputs(self) -> int:
        """K, the number of outputs."""
        return self.output.V.shape[0]

    @property
    def sizes(self) -> tuple[int, ...]:
        """d, the widths, and K."""
        return (self.layers[0].V.shape[1], *(layer.V.shape[0] for layer in self.layers))

    @property
    def parameters(self) -> int:
        """How many numbers are stored."""
        return sum(array.size for layer in self.layers for _, array in layer.parameters)

    def scaled(self, factors: tuple[float, ...]) -> Layered:
        """The same arrays with other factors of the scaling."""
        return replace(self, layers=tuple(replace(layer, s=s) for layer, s in zip(self.layers, factors, strict=True)))

    def forward(self, X: FloatArray) -> Forward:
        """States at inputs X (n, d)."""
        alphas, zs = [X], []
        for layer in self.layers:
            zs.append(alphas[-1] @ layer.M.T + layer.shift)
            if layer is not self.output:
                alphas.append(self.phi.value(zs[-1]))
        return Forward(tuple(alphas), tuple(zs))

    @property
    def chunk(self) -> int:
        """How many inputs at a time have states that fit the memory."""
        return min(1024, max(1, CHUNK_NUMBERS // sum(self.sizes)))

    def values(self, X: FloatArray) -> FloatArray:
        """F(X), (n, K)."""
        parts = [self.forward(X[part]).zs[-1] for part in slices(X.shape[0], self.chunk)]
        return np.concatenate(parts)

    def reached(self, X: FloatArray) -> FloatArray:
        """‖α⁰‖ = ‖x‖, …, ‖α^L‖, (n, L+1)."""
        found = [self.forward(X[part]).norms for part in slices(X.shape[0], self.chunk)]
        return np.concatenate(found)


@dataclass(frozen=True, eq=False)
class Forward:
    """A pass forward.

    Args:
        alphas: α⁰ = x, …, α^L, (n, m_l) each: what reaches each layer.
        zs: what each layer gives before its activation; the last is F.
    """

    alphas: tuple[FloatArray, ...]
    zs: tuple[FloatArray, ...]

    @property
    def norms(self) -> FloatArray:
        """‖α⁰‖, …, ‖α^L‖, (n, L+1)."""
        return np.stack([np.linalg.norm(alpha, axis=1) for alpha in self.alphas], axis=1)


def slices(n: int, chunk: int) -> Iterator[slice]:
    """Pieces of n inputs.

    >>> [(part.start, part.stop) for part in slices(5, 2)]
    [(0, 2), (2, 4), (4, 6)]
    """
    return (slice(start, start + chunk) for start in range(0, n, chunk))
