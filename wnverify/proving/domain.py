"""Domain: the networks of a small shape, up to rotations, reflections, flips, permutations and scale, as one box.

With rows of norm 1 and ‖v‖ = 1, see `docs/proving.md` for why that is enough: x = r e_1 with r in [0, 1], rows of ℝ²
and v as (cos, sin) of an angle, rows of ℝ¹ as 1. The network layer by layer:

    z_i^l = ⟨u_i^l, α^{l−1}⟩/√m,   α^l = φ(z^l),   f = ⟨v, α^L⟩.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wnverify.errors import UsageError, expected

WIDEST = 2
"""Rows of more coordinates need more than one angle each."""
DEEPEST = 4
ODD = ("identity", "tanh", "sin")
"""Activations with φ(−z) = −φ(z), of which the prover knows the formulas; signs of neurons can then be chosen."""
ACTIVATIONS = ODD
SHARE = "u"
"""The coordinate of the scale."""
QUARTER, HALF, WHOLE = (math.nextafter(math.pi / part, 4.0) for part in (4, 2, 1))
"""Floats above π/4, π/2 and π."""


@dataclass(frozen=True)
class Domain:
    """The box of a shape.

    Args:
        L: depth.
        m: width.
        d: input dimension.
        activation: one of `ODD`.
        scaled: whether the share u of 1/ω beside (1 + ρ₁)/ω² is a coordinate, see `laws`.

    Raises:
        UsageError: if the shape or the activation is not supported.

    >>> Domain(1, 2, 2, "tanh").names
    ['r', 'W1[0]', 'W1[1]', 'v']
    """

    L: int
    m: int
    d: int
    activation: str
    scaled: bool = False

    def __post_init__(self) -> None:
        if not (1 <= self.L <= DEEPEST and 1 <= self.m <= WIDEST and 1 <= self.d <= WIDEST):
            wanted = f"a shape with 1 ≤ L ≤ {DEEPEST}, 1 ≤ m ≤ {WIDEST} and 1 ≤ d ≤ {WIDEST}"
            remedy = "larger ones have too many dimensions; `check` searches them"
            raise UsageError(expected(wanted, self.shape, remedy))
        if self.activation not in ODD:
            remedy = "the reduction chooses signs of neurons, which needs an odd activation"
            raise UsageError(expected(f"an activation among {', '.join(ODD)}", repr(self.activation), remedy))

    @property
    def shape(self) -> str:
        """In words, such as `L=1, m=2, d=2`."""
        return f"L={self.L}, m={self.m}, d={self.d}"

    @property
    def odd(self) -> bool:
        """Whether φ(−z) = −φ(z)."""
        return self.activation in ODD

    @property
    def names(self) -> list[str]:
        """The coordinates in order: r, the angles of the rows of layers in the plane, that of v."""
        return list(self.box)

    @cached_property
    def box(self) -> dict[str, tuple[float, float]]:
        """Every coordinate with its least and its greatest value."""
        found = {"r": (0.0, 1.0)}
        for layer in range(1, self.L + 1):
            if (self.d if layer == 1 else self.m) == WIDEST:
                found[f"W{layer}[0]"] = self._first_row(layer)
                found |= {f"W{layer}[{row}]": (-WHOLE, WHOLE) for row in range(1, self.m)}
        if self.m == WIDEST:
            found["v"] = (0.0, QUARTER) if self._free(self.L) else (-QUARTER, QUARTER)
        return found | ({SHARE: (0.0, 1.0)} if self.scaled else {})

    def _first_row(self, layer: int) -> tuple[float, float]:
        """Of the first layer by reflection of ℝ²; of others by flips and permutations of the neurons below."""
        if layer == 1:
            return 0.0, WHOLE
        return (0.0, QUARTER) if self._free(layer - 1) else (-WHOLE, WHOLE)

    def _free(self, layer: int) -> bool:
        """Whether the signs of a layer's neurons are free: those of layer 1 make its rows 1 where d = 1."""
        return layer > 1 or self.d > 1

    @property
    def angles(self) -> list[str]:
        """The coordinates that parameters of hidden layers are moved along."""
        return [name for name in self.names if name.startswith("W")]

    @property
    def corners(self) -> tuple[Sequence[float], Sequence[float]]:
        """The least and the greatest values of all coordinates."""
        lows, highs = zip(*self.box.values(), strict=True)
        return lows, highs
