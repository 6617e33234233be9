"""Domain: the networks of a small shape, up to rotations, reflections, flips, permutations and scale, as one box.

With rows of norm 1 and ‖v‖ = 1, see `docs/proving.md` for why that is enough: x = r e_1 with r in [0, 1], rows of ℝ²
and v of ℝ² as (cos, sin) of an angle, v of ℝ³ by two angles, rows of ℝ¹ as 1 or −1. The network layer by layer:

    z_i^l = ⟨u_i^l, α^{l−1}⟩/√m,   α^l = φ(z^l),   f = ⟨v, α^L⟩.

Inputs of ℝ³ and more need no further coordinates: rows of layer 1 can be turned about x, each by itself, to a plane.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wnverify.errors import UsageError, expected

PLANE = 2
"""Rows of so many coordinates have one angle."""
WIDEST, WIDEST_ALONE, LARGEST_INPUT = 2, 3, 99
"""The largest m of deep networks, and of those with one layer; the largest d."""
DEEPEST = 4
ODD = ("identity", "tanh", "sin", "sigmoid4")
"""Activations with φ(−z) = −φ(z); signs of neurons can then be chosen."""
ACTIVATIONS = (*ODD, "softplus", "softplus0", "gelu")
"""Those of which the prover and the checker know the formulas."""
SHARE = "u"
"""The coordinate of the scale."""
QUARTER, HALF, WHOLE = (math.nextafter(math.pi / part, 4.0) for part in (4, 2, 1))
"""Floats above π/4, π/2 and π."""
DIAGONAL = math.nextafter(math.acos(1.0 / math.sqrt(3.0)), 4.0) + 1e-15
"""A float above the angle between an axis and the diagonal of ℝ³."""


@dataclass(frozen=True)
class Domain:
    """The box of a shape.

    Args:
        L: depth.
        m: width.
        d: input dimension.
        activation: one of `ACTIVATIONS`.
        scaled: whether the share u of 1/ω beside (1 + ρ₁)/ω² is a coordinate, see `laws`.
        inputs: whether ∇_x f is measured, which knows how the rows of layer 1 lie to one another.

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
    inputs: bool = False

    def __post_init__(self) -> None:
        widest = WIDEST_ALONE if self.L == 1 else WIDEST
        if not (1 <= self.L <= DEEPEST and 1 <= self.m <= widest and 1 <= self.d <= LARGEST_INPUT):
            wanted = f"a shape with 1 ≤ L ≤ {DEEPEST}, 1 ≤ m ≤ {WIDEST}, or {WIDEST_ALONE} for L = 1, and 1 ≤ d ≤ 99"
            remedy = "larger ones have too many dimensions; `check` searches them"
            raise UsageError(expected(wanted, self.shape, remedy))
        if self.activation not in ACTIVATIONS:
            remedy = "the prover has no formulas for others"
            raise UsageError(expected(f"an activation among {', '.join(ACTIVATIONS)}", repr(self.activation), remedy))

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
        """The coordinates in order: r, what gives the rows layer by layer, what gives v, and the scale."""
        return list(self.box)

    def size(self, layer: int) -> int:
        """How many entries the rows of a layer have."""
        return self.d if layer == 1 else self.m

    @cached_property
    def box(self) -> dict[str, tuple[float, float]]:
        """Every coordinate with its least and its greatest value."""
        found = {"r": (0.0 if self.odd or self.d > 1 else -1.0, 1.0)}
        for layer in range(1, self.L + 1):
            for row in range(self.m):
                if self.size(layer) > 1:
                    found[f"W{layer}[{row}]"] = self._angle(layer, row)
                elif not self.odd and (layer, row) != (1, 0):
                    found[f"W{layer}[{row}]"] = (-1.0, 1.0)
        found |= self._output()
        return found | ({SHARE: (0.0, 1.0)} if self.scaled else {})

    def _output(self) -> dict[str, tuple[float, float]]:
        """What gives v: ordered and of one sign by the neurons of the last layer, or by the sign of f alone."""
        free = self._free(self.L)
        if self.m == PLANE:
            return {"v": (0.0, QUARTER) if free else (-QUARTER, QUARTER)}
        low = 0.0 if free else -(HALF + QUARTER)
        return {"v[0]": (0.0, DIAGONAL), "v[1]": (low, QUARTER)} if self.m > PLANE else {}

    def _angle(self, layer: int, row: int) -> tuple[float, float]:
        """Of layer 1 by reflections that keep x; of the first row of others by the neurons below."""
        if layer == 1:
            return (-WHOLE, WHOLE) if self.inputs and row > 0 else (0.0, WHOLE)
        if row > 0:
            return -WHOLE, WHOLE
        if self._free(layer - 1):
            return 0.0, QUARTER
        return -(HALF + QUARTER), QUARTER

    def _free(self, layer: int) -> bool:
        """Whether the signs of a layer's neurons are free: those of layer 1 make its rows 1 where d = 1."""
        return self.odd and (layer > 1 or self.d > 1)

    @property
    def angles(self) -> list[str]:
        """The coordinates that parameters of hidden layers are moved along."""
        return [name for name in self.names if name.startswith("W") and name not in self.signs]

    @cached_property
    def signs(self) -> list[str]:
        """The coordinates of which only the sign counts: rows of ℝ¹, where no sign can be chosen."""
        rows = [(layer, f"W{layer}[{row}]") for layer in range(1, self.L + 1) for row in range(self.m)]
        return [name for layer, name in rows if self.size(layer) == 1 and name in self.box]

    @property
    def corners(self) -> tuple[Sequence[float], Sequence[float]]:
        """The least and the greatest values of all coordinates."""
        lows, highs = zip(*self.box.values(), strict=True)
        return lows, highs
