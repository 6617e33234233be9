"""Quantities of rotated neurons: how far the kernels V and G move when directions turn and gains change.

v̄_k turns by the angle A_k to v̄'_k; α g_k/|v_k| goes from 1 to γ_k, q_k = |γ_k − 1|. A pair (k, i) is uncertain if
A_k ≥ arcsin|a_ik|: only then can a_ik change its sign. Entries of V are those of the first and the last input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import eigenvalues, gram, largest_singular, length, unit
from wnverify.quantity import Quantity, Route


@dataclass(frozen=True, eq=False)
class Turned:
    """Neurons before and after; x, directions `old`, `new` (m, d, B), gains relative to the lengths γ (m, B)."""

    x: FloatArray
    old: FloatArray
    new: FloatArray
    gamma: FloatArray

    @cached_property
    def turn(self) -> FloatArray:
        """A_k by half-angle arctangent, (m, B)."""
        return np.asarray(2.0 * np.arctan2(length(self.new - self.old, 1), length(self.new + self.old, 1)))

    @cached_property
    def cosines(self) -> tuple[FloatArray, FloatArray]:
        """a_ik before and after, (m, n, B)."""
        before, after = (np.einsum("kdb,idb->kib", part, self.x) for part in (self.old, self.new))
        return before, after

    @cached_property
    def relu(self) -> tuple[FloatArray, FloatArray]:
        """What neurons give on the inputs, p_k = relu applied to X v̄_k, before and after; (m, n, B)."""
        before, after = self.cosines
        return np.maximum(before, 0.0), np.maximum(after, 0.0)

    @cached_property
    def ends(self) -> FloatArray:
        """⟨x_1, x_n⟩, (B,)."""
        return np.asarray(np.sum(self.x[0] * self.x[-1], axis=0))

    @cached_property
    def summands(self) -> tuple[FloatArray, FloatArray]:
        """γ_k² ⟨P_k x_1, P_k x_n⟩ 1 1 before and after, (m, B)."""
        before, after = (
            (self.ends - a[:, 0] * a[:, -1]) * (a[:, 0] > 0) * (a[:, -1] > 0) for a in self.cosines
        )  # fmt: skip
        return before, self.gamma**2 * after

    @cached_property
    def uncertain(self) -> BoolArray:
        """Pairs whose indicator may have changed, (m, n, B)."""
        return self.turn[:, None] >= np.arcsin(np.minimum(np.abs(self.cosines[0]), 1.0))

    @cached_property
    def growth(self) -> FloatArray:
        """2q + q² ≥ |γ² − 1|, (m, B)."""
        q = np.abs(self.gamma - 1.0)
        return np.asarray(2 * q + q**2)

    @cached_property
    def kinds(self) -> tuple[BoolArray, BoolArray]:
        """Neurons that surely see both end inputs, and those that may see both but need not; (m, B) each."""
        a, U = self.cosines[0][:, [0, -1]], self.uncertain[:, [0, -1]]
        off = (~U & (a <= 0)).any(axis=1)
        sure: BoolArray = np.asarray((~U & (a > 0)).all(axis=1))
        return sure, np.asarray(U.any(axis=1) & ~off)


def turned(batch: Batch) -> Turned:
    """The neurons of a batch; v̄' lies on the circle through v̄ and the part of `toward` across it."""

    def build() -> Turned:
        x, old = (unit(batch.arrays[name], 1) for name in ("x", "v"))
        toward = batch.arrays["toward"]
        side = unit(toward - np.sum(toward * old, axis=1)[:, None] * old, 1)
        angle = batch.arrays["angle"][:, None]
        new = unit(np.cos(angle) * old + np.sin(angle) * side, 1)
        gamma = batch.arrays["gamma"] if batch.settings["gain"] == "any" else np.ones_like(batch.arrays["gamma"])
        return Turned(x, old, new, gamma)

    return batch.memo("turned", build)


def _of(
    name: str, meaning: str, formula: Callable[[Turned], Any], second: Callable[[Turned], Any], **domain: Any
) -> Quantity:
    route = Route(
        lambda batch: np.asarray(formula(turned(batch)), dtype=np.float64), None,
        lambda batch: np.asarray(second(turned(batch)), dtype=np.float64),
    )  # fmt: skip
    return Quantity(name, meaning, low=0, route=route, **domain)


def _each(
    formula: Callable[[FloatArray, FloatArray, FloatArray, FloatArray], float],
) -> Callable[[Turned], FloatArray]:
    """A formula in x, old, new, γ of single instances."""

    def second(at: Turned) -> FloatArray:
        parts = (at.x, at.old, at.new, at.gamma)
        return np.array([formula(*(part[..., b] for part in parts)) for b in range(at.x.shape[-1])])

    return second


def _norm(K: FloatArray) -> FloatArray:
    return np.abs(eigenvalues(K)).max(axis=0) if K.shape[0] > 1 else np.abs(K[0, 0])


def _outer(p: FloatArray) -> FloatArray:
    return p[:, None] * p[None]


def _two_vectors(p: FloatArray, q: FloatArray) -> float:
    """|ppᵀ − qqᵀ|₂ from its two eigenvalues (|p|² − |q|² ± √((|p|² + |q|²)² − 4⟨p, q⟩²))/2."""
    size, other = p @ p, q @ q
    cross = max(float((size + other) ** 2 - 4 * (p @ q) ** 2), 0.0)
    return float((abs(size - other) + np.sqrt(cross)) / 2)


def _angle(a: FloatArray, b: FloatArray) -> float:
    along = float(a @ b)
    return float(np.arctan2(np.linalg.norm(b - along * a), along))


def _relu(x: FloatArray, v: FloatArray) -> FloatArray:
    return np.maximum(x @ v, 0.0)


def _mean_G(x: FloatArray, v: FloatArray) -> FloatArray:
    parts = [np.outer(_relu(x, one), _relu(x, one)) for one in v]
    return np.asarray(np.mean(parts, axis=0))


def _entry(x: FloatArray, v: FloatArray, gamma: FloatArray) -> float:
    """V_1n by projected vectors."""
    total = 0.0
    for one, factor in zip(v, gamma, strict=True):
        first, last = (factor * (y - (y @ one) * one) * (y @ one > 0) for y in (x[0], x[-1]))
        total += float(first @ last) / len(v)
    return total


def _sums(kind: str) -> Callable[[Turned], FloatArray]:
    """The bound's sums neuron by neuron."""

    def formula(x: FloatArray, old: FloatArray, new: FloatArray, gamma: FloatArray) -> float:
        total = 0.0
        for v, w, factor in zip(old, new, gamma, strict=True):
            A, q = _angle(v, w), abs(factor - 1.0)
            a = [float(v @ y) for y in (x[0], x[-1])]
            doubt = [np.arcsin(min(abs(one), 1.0)) <= A for one in a]
            off = any(not d and one <= 0 for d, one in zip(doubt, a, strict=True))
            if any(doubt) and not off:
                total += {"doubtful": 1.0, "grown": 2 * q + q * q}.get(kind, 0.0)
            elif not any(doubt) and not off:
                Z = abs(float(x[0] @ x[-1]) - a[0] * a[1])
                total += {"sure": (2 * q + q * q) * Z + (1 + q) ** 2 * np.sin(A)}.get(kind, 0.0)
        return total / len(gamma)

    return _each(formula)


def _sure(at: Turned) -> FloatArray:
    Z = np.abs(at.ends - at.cosines[0][:, 0] * at.cosines[0][:, -1])
    each = at.growth * Z + (1 + np.abs(at.gamma - 1.0)) ** 2 * np.sin(at.turn)
    return np.asarray(np.mean(each * at.kinds[0], axis=0))


kappa = Quantity(
    "kappa", "|X|₂", low=0, strict=True, route=Route(lambda b: largest_singular(turned(b).x)),
)  # fmt: skip
turn = _of(
    "turn", "A_1, the angle of the first neuron", lambda at: at.turn[0],
    _each(lambda x, v, w, g: _angle(v[0], w[0])), high=sympy.pi,
)  # fmt: skip
greatest_turn = _of(
    "greatest_turn", "max_k A_k", lambda at: at.turn.max(axis=0),
    _each(lambda x, v, w, g: max(map(_angle, v, w))),
)  # fmt: skip
mean_turn = _of(
    "mean_turn", "(1/m) Σ_k min(1, A_k)", lambda at: np.minimum(at.turn, 1.0).mean(axis=0),
    _each(lambda x, v, w, g: float(np.mean([min(1.0, angle) for angle in map(_angle, v, w)]))),
)  # fmt: skip
relu_shift = _of(
    "relu_shift", "|p_1 − p'_1|, p = relu(X v̄)", lambda at: length(at.relu[0][0] - at.relu[1][0]),
    _each(lambda x, v, w, g: float(np.linalg.norm(_relu(x, v[0]) - _relu(x, w[0])))),
)  # fmt: skip
summand_shift = _of(
    "summand_shift", "|p_1 p_1ᵀ − p'_1 p'_1ᵀ|₂", lambda at: _norm(_outer(at.relu[0][0]) - _outer(at.relu[1][0])),
    _each(lambda x, v, w, g: _two_vectors(_relu(x, v[0]), _relu(x, w[0]))),
)  # fmt: skip
G_shift = _of(
    "G_shift", "|G − G'|₂",
    lambda at: _norm(np.mean([_outer(p) - _outer(q) for p, q in zip(*at.relu, strict=True)], axis=0)),
    _each(lambda x, v, w, g: float(np.linalg.norm(_mean_G(x, v) - _mean_G(x, w), 2))),
)  # fmt: skip
projection_shift = _of(
    "projection_shift", "|P_1 − P'_1|₂", lambda at: _norm(_outer(at.old[0]) - _outer(at.new[0])),
    _each(lambda x, v, w, g: float(np.linalg.norm(np.outer(v[0], v[0]) - np.outer(w[0], w[0]), 2))),
)  # fmt: skip
V_shift = _of(
    "V_shift", "|V_1n − V_1n(0)|", lambda at: np.abs(np.mean(at.summands[1] - at.summands[0], axis=0)),
    _each(lambda x, v, w, g: abs(_entry(x, w, g) - _entry(x, v, np.ones_like(g)))),
)  # fmt: skip
sure_shift = _of(
    "sure_shift", "(1/m) Σ ((2q+q²)|Z_1n| + (1+q)² sin A) over the neurons that surely see both inputs",
    _sure, _sums("sure"),
)  # fmt: skip
doubtful = _of(
    "doubtful", "share of the neurons that may see both inputs but need not",
    lambda at: at.kinds[1].mean(axis=0), _sums("doubtful"),
)  # fmt: skip
doubtful_growth = _of(
    "doubtful_growth", "(1/m) Σ (2q+q²) over these neurons",
    lambda at: (at.growth * at.kinds[1]).mean(axis=0), _sums("grown"),
)  # fmt: skip
correlation = Quantity("correlation", "⟨x_1, x_n⟩", low=-1, high=1, route=Route(lambda b: gram(turned(b).x)[0, -1]))
flipped = _of(
    "flipped", "1 if the first neuron's a_11 has changed its sign",
    lambda at: (at.cosines[0][0, 0] > 0) != (at.cosines[1][0, 0] > 0),
    _each(lambda x, v, w, g: float((v[0] @ x[0] > 0) != (w[0] @ x[0] > 0))),
    integer=True,
)  # fmt: skip
margin = _of(
    "margin", "arcsin|a_11|, the angle from the kink",
    lambda at: np.arcsin(np.minimum(np.abs(at.cosines[0][0, 0]), 1)),
    _each(lambda x, v, w, g: abs(np.pi / 2 - _angle(v[0], x[0]))),
)  # fmt: skip

QUANTITIES: Mapping[str, Quantity] = {
    value.name: value for value in list(globals().values()) if isinstance(value, Quantity)
}
