"""Neurons that turn, in a few dimensions: how far the kernels V and G move when directions turn and gains change.

A batch holds inputs `x` (n, d, B), directions `v` (m, d, B), the directions `toward` (m, d, B) that they turn to, the
angles `angle` (m, B), and `gamma` (m, B), the gain relative to the length, 1 before. Lengths do not count.
v̄_k turns by the angle A_k to v̄'_k; α g_k/|v_k| goes from 1 to γ_k, q_k = |γ_k − 1|. A pair (k, i) is uncertain if
A_k ≥ arcsin|a_ik|: only then can a_ik change its sign. Entries of V are those of the first and the last input.

Under the setting `kept` the gains keep pace with the lengths, γ = 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import sympy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import eigenvalues, gram, largest_singular, length, unit
from wnverify.families.kit.parts import read, two_routes, vocabulary
from wnverify.families.kit.steering import angle_of_ends, greatest_of, setting_entry
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.family import Move, Shape, Situation
from wnverify.quantities import Quantity

Plain: TypeAlias = Callable[[FloatArray, FloatArray, FloatArray, FloatArray], float]


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

    return batch.memo(turned, build)


def _turning(name: str, meaning: str, formula: Callable[[Turned], Any], plain: Plain, **domain: Any) -> Quantity:
    """A number of the turns: of the whole batch at once, and plainly of x, old, new, γ of single instances."""

    def first(batch: Batch) -> FloatArray:
        return np.asarray(formula(turned(batch)), dtype=np.float64)

    def second(batch: Batch) -> FloatArray:
        at = turned(batch)
        parts = (at.x, at.old, at.new, at.gamma)
        return np.array([plain(*(part[..., b] for part in parts)) for b in range(batch.size)])

    return two_routes(name, meaning, first, second, low=0, **domain)


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


def _sums(kind: str) -> Plain:
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

    return formula


def _sure(at: Turned) -> FloatArray:
    Z = np.abs(at.ends - at.cosines[0][:, 0] * at.cosines[0][:, -1])
    each = at.growth * Z + (1 + np.abs(at.gamma - 1.0)) ** 2 * np.sin(at.turn)
    return np.asarray(np.mean(each * at.kinds[0], axis=0))


kappa = read("kappa", "|X|₂", lambda b: largest_singular(turned(b).x), low=0, strict=True, latex=r"\kappa")
turn = _turning(
    "turn", "A_1, the angle of the first neuron", lambda at: at.turn[0],
    lambda x, v, w, g: _angle(v[0], w[0]), high=sympy.pi,
    latex="A_1")  # fmt: skip
greatest_turn = _turning(
    "greatest_turn", "max_k A_k", lambda at: at.turn.max(axis=0),
    lambda x, v, w, g: max(map(_angle, v, w)),
    latex=r"\max_k A_k")  # fmt: skip
mean_turn = _turning(
    "mean_turn", "(1/m) Σ_k min(1, A_k)", lambda at: np.minimum(at.turn, 1.0).mean(axis=0),
    lambda x, v, w, g: float(np.mean([min(1.0, angle) for angle in map(_angle, v, w)])),
    latex=r"\frac{1}{m}\sum_k\min(1,A_k)")  # fmt: skip
relu_shift = _turning(
    "relu_shift", "|p_1 − p'_1|, p = relu(X v̄)", lambda at: length(at.relu[0][0] - at.relu[1][0]),
    lambda x, v, w, g: float(np.linalg.norm(_relu(x, v[0]) - _relu(x, w[0]))),
    latex=r"\|p_1-p_1'\|")  # fmt: skip
summand_shift = _turning(
    "summand_shift", "|p_1 p_1ᵀ − p'_1 p'_1ᵀ|₂", lambda at: _norm(_outer(at.relu[0][0]) - _outer(at.relu[1][0])),
    lambda x, v, w, g: _two_vectors(_relu(x, v[0]), _relu(x, w[0])),
    latex=r"\|p_1p_1^\top-p_1'p_1'^\top\|_2")  # fmt: skip
G_shift = _turning(
    "G_shift", "|G − G'|₂",
    lambda at: _norm(np.mean([_outer(p) - _outer(q) for p, q in zip(*at.relu, strict=True)], axis=0)),
    lambda x, v, w, g: float(np.linalg.norm(_mean_G(x, v) - _mean_G(x, w), 2)),
    latex=r"\|G-G'\|_2")  # fmt: skip
projection_shift = _turning(
    "projection_shift", "|P_1 − P'_1|₂", lambda at: _norm(_outer(at.old[0]) - _outer(at.new[0])),
    lambda x, v, w, g: float(np.linalg.norm(np.outer(v[0], v[0]) - np.outer(w[0], w[0]), 2)),
    latex=r"\|P_1-P_1'\|_2")  # fmt: skip
V_shift = _turning(
    "V_shift", "|V_1n − V_1n(0)|", lambda at: np.abs(np.mean(at.summands[1] - at.summands[0], axis=0)),
    lambda x, v, w, g: abs(_entry(x, w, g) - _entry(x, v, np.ones_like(g))),
    latex=r"|\Delta V_{1n}|")  # fmt: skip
sure_shift = _turning(
    "sure_shift", "(1/m) Σ ((2q+q²)|Z_1n| + (1+q)² sin A) over the neurons that surely see both inputs",
    _sure, _sums("sure"),
    latex=r"S_{\mathrm{sure}}")  # fmt: skip
doubtful = _turning(
    "doubtful", "share of the neurons that may see both inputs but need not",
    lambda at: at.kinds[1].mean(axis=0), _sums("doubtful"),
    latex=r"\frac{|D|}{m}")  # fmt: skip
doubtful_growth = _turning(
    "doubtful_growth", "(1/m) Σ (2q+q²) over these neurons",
    lambda at: (at.growth * at.kinds[1]).mean(axis=0), _sums("grown"),
    latex=r"\frac{1}{m}\sum_{k\in D}(2q_k+q_k^2)")  # fmt: skip
correlation = read(
    "correlation", "⟨x_1, x_n⟩", lambda b: gram(turned(b).x)[0, -1], low=-1, high=1, latex=r"\langle x_1,x_n\rangle"
)
flipped = _turning(
    "flipped", "1 if the first neuron's a_11 has changed its sign",
    lambda at: (at.cosines[0][0, 0] > 0) != (at.cosines[1][0, 0] > 0),
    lambda x, v, w, g: float((v[0] @ x[0] > 0) != (w[0] @ x[0] > 0)),
    integer=True,
    latex=r"\mathbb{1}_{\mathrm{flipped}}")  # fmt: skip
margin = _turning(
    "margin", "arcsin|a_11|, the angle from the kink",
    lambda at: np.arcsin(np.minimum(np.abs(at.cosines[0][0, 0]), 1)),
    lambda x, v, w, g: abs(np.pi / 2 - _angle(v[0], x[0])),
    latex=r"\arcsin|a_{11}|")  # fmt: skip

# ---- family

RIGHT: Mapping[str, Any] = {"at most a right angle": (greatest_turn, "<=", sympy.pi / 2)}
KEPT: Mapping[str, Sequence[str]] = {"gain": ("kept",)}
SHAPES = ((1, 2, 1), (2, 2, 1), (1, 3, 3), (2, 3, 2), (3, 4, 4), (4, 3, 6))
TABLE: Table = {
    "x": Array("n d", -2.0, 2.0, vectors=True),
    "v": Array("m d", -2.0, 2.0, vectors=True),
    "toward": Array("m d", -2.0, 2.0, vectors=True),
    "angle": Array("m", 1e-4, 3.1),
    "gamma": Array("m", 0.3, 1.7),
}


class ReluRotations(Tabled):
    """A few neurons and inputs, any angles."""

    name = "relu_rotations"
    quantities: Mapping[str, Quantity] = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {"gain": ("kept", "any")}
    regimes = ("generic", "small", "at kinks", "halfway")
    cost = 4.0
    plentiful = 4

    def shapes(self) -> Sequence[Shape]:
        """Inputs, their dimension, and neurons; the smallest first."""
        return [dict(zip(("n", "d", "m"), sizes, strict=True)) for sizes in SHAPES]

    def table(self, situation: Situation) -> Table:
        """The same arrays in every situation."""
        return TABLE

    def moves(self) -> Mapping[str, Move]:
        """Angles as they are stored, and that between the first and the last input."""
        angles = {"turn": setting_entry("angle"), "greatest_turn": greatest_of("angle")}
        return {**Tabled.moves(self), **angles, "correlation": angle_of_ends("x")}

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw turns.

        Regimes: `generic` angles up to π; `small` angles down to 1e-3; `at kinks` inputs nearly alike, neurons a
        little above their kinks, turning away from the inputs or towards them; `halfway` inputs nearly alike,
        neurons at 45 degrees turning towards them by small angles.
        """
        n, d, m = (situation.shape[name] for name in ("n", "d", "m"))
        x, v, toward = (rng.standard_normal((size, d, count)) for size in (n, m, m))
        angle = rng.uniform(0.01, np.pi - 0.05, (m, count))
        gamma = rng.uniform(0.3, 1.7, (m, count))
        if regime != "generic":
            angle = np.exp(rng.uniform(np.log(1e-3), np.log(1.5), (m, count)))
        if regime in ("at kinks", "halfway"):
            x = unit(x[:1], 1) + 1e-3 * x
            angle = np.exp(rng.uniform(np.log(0.02), np.log(0.2), (m, count)))
            height = 0.3 * np.sin(angle) if regime == "at kinks" else np.full((m, count), np.sqrt(0.5))
            v, toward = _above(unit(x[0], 0), v, height)
            if regime == "at kinks" and rng.random() < 0.7:
                toward = -toward
        return self.batch(situation, {"x": x, "v": v, "toward": toward, "angle": angle, "gamma": gamma})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Neurons just above a kink, and half-way to the inputs."""
        rng = np.random.default_rng(0)
        for regime in ("at kinks", "halfway"):
            yield f"nearly equal inputs, neurons {regime}", self.draw(situation, regime, 4, rng)
        batch = self.draw(situation, "at kinks", 4, rng)
        x = np.repeat(batch.arrays["x"][:1], situation.shape["m"], axis=0)
        grown = {**batch.arrays, "toward": x, "gamma": np.full_like(batch.arrays["gamma"], 1.7)}
        yield "gains that grow, neurons that stay above their kinks", self.batch(situation, grown)


def _above(x: FloatArray, v: FloatArray, height: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Directions with ⟨v̄, x⟩ = height, otherwise along v; and the input itself to turn to."""
    across = unit(v - np.sum(v * x[None], axis=1)[:, None] * x[None], 1)
    tall = height[:, None]
    return tall * x[None] + np.sqrt(1 - tall**2) * across, np.broadcast_to(x, v.shape).copy()


RELU_ROTATIONS = ReluRotations()
