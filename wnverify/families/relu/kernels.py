"""Kernels of infinitely wide two-layer ReLU networks under weight normalisation, as functions of the inputs.

A batch holds the inputs `x` (n, d, B), of which only the directions count, and `alpha` (B,).
Dukler, Gu, Montúfar (arXiv:2006.06878): Λ∞ = V∞/α² + G∞, H∞ = V∞ + G∞.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import sympy
from sympy import Rational

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import unit
from wnverify.families.kit.parts import read, size, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.families.relu.kernels_views import (
    POSITIVE,
    VIEWS,
    View,
    energy_moments,
    inverse_norm_by_quad,
    inverse_norm_by_sum,
    mean_relu_by_arc,
    mean_relu_by_quad,
)
from wnverify.family import Shape, Situation
from wnverify.quantities import Quantity, Source

Formula: TypeAlias = Callable[[View], FloatArray]
Given: TypeAlias = Mapping[str, Any]
"""Hypotheses, as claims take them."""


# ---- formulas: pairs, from P(both active), E aa′11 and E a²a′²11 on the circle


def _H(view: View) -> FloatArray:
    return np.asarray(np.cos(view.ends) * view.on)


def _G(view: View) -> FloatArray:
    return energy_moments(view.d)[0] * view.product


def _V(view: View) -> FloatArray:
    return _H(view) - _G(view)


def _G_square(view: View) -> FloatArray:
    return energy_moments(view.d)[1] * view.square


def _V_square(view: View) -> FloatArray:
    """E (c − aa′)² 1 1."""
    c, (two, four) = np.cos(view.ends), energy_moments(view.d)
    return np.asarray(c**2 * view.on - 2 * c * two * view.product + four * view.square)


def _of_dimension(name: str, meaning: str, *formulas: Callable[[int], float], latex: str) -> Quantity:
    def by(formula: Callable[[int], float], batch: Batch) -> FloatArray:
        d = batch.shape["d"]
        return np.full(batch.size, formula(d) if d > 1 else np.inf)

    first, second = (partial(by, formula) for formula in formulas)
    return two_routes(name, meaning, first, second, low=0, strict=True, source=Source.CONSTANT, latex=latex)


# ---- formulas: matrices


def _angle_extremes(view: View, fold: bool) -> FloatArray:
    """Least angle between two inputs; between two lines if folded. Where there is one input, a right angle."""
    if view.batch.shape["n"] == 1:
        return np.full(view.batch.size, np.pi / 2)
    theta = view.theta
    return np.asarray(np.min(np.minimum(theta, np.pi - theta) if fold else theta, axis=0))


def _largest_off(kernel: str) -> Formula:
    """max_{i≠j} |K_ij|; 0 of one input."""
    return lambda v: np.abs(v.off(kernel)).max(axis=0, initial=0.0)


def _eigenvalue(kernel: str, index: int) -> Formula:
    return lambda view: view.extremes(kernel)[index]


def _count(kernel: str) -> Formula:
    return lambda view: np.sum(view.spectrum(view.kernel(kernel)) > POSITIVE, axis=0, dtype=np.float64)


def _condition_of(kernel: str) -> Formula:
    """Greatest over least eigenvalue; infinite where the least one is no more than rounding."""

    def formula(view: View) -> FloatArray:
        least, _, greatest = view.extremes(kernel)
        singular = least <= POSITIVE
        return np.where(singular, np.inf, greatest / np.where(singular, 1.0, least))

    return formula


def _centred(view: View, kernel: str) -> FloatArray:
    """The kernel without its constant mode in G, K − b²11ᵀ."""
    return view.kernel(kernel) - view.constant


def _share(view: View, K: FloatArray) -> FloatArray:
    return view.largest_ratio(K, view.kernel("V"))


def _tail(view: View) -> FloatArray:
    """max_z zᵀ(G − b²11ᵀ − XXᵀ/4d)z / zᵀ(V − (d−1)XXᵀ/4d)z: the degrees 2 and above."""
    d, X = view.d, view.kernel("X")
    return view.largest_ratio(_centred(view, "G") - X / (4 * d), view.kernel("V") - (d - 1) / (4 * d) * X)


def _modes(view: View) -> FloatArray:
    """max_z zᵀ(b²11ᵀ + XXᵀ/4d)z / zᵀGz: the degrees 0 and 1 of G."""
    return view.largest_ratio(view.constant + view.kernel("X") / (4 * view.d), view.kernel("G"))


def _tail_least(view: View) -> FloatArray:
    return view.spectrum(_centred(view, "G") - view.kernel("X") / (4 * view.d))[0]


# ---- sizes, and what is read off

n = size("n", "number of inputs")
d = size("d", "dimension of the inputs")
alpha = read("alpha", "scale of the initialisation", low=0, strict=True)
theta = VIEWS.quantity("theta", "angle between the first and the last input", lambda v: v.ends, low=0, high=sympy.pi)
min_angle = VIEWS.quantity(
    "min_angle", "least angle between two inputs", lambda v: _angle_extremes(v, fold=False),
    low=0, high=sympy.pi,
    latex=r"\min_{i\ne j}\angle(x_i,x_j)")  # fmt: skip
separation = VIEWS.quantity(
    "separation", "least angle between the lines of two inputs", lambda v: _angle_extremes(v, fold=True),
    low=0, high=sympy.pi / 2,
    latex=r"\min_{i\ne j}\angle(\mathbb{R}x_i,\mathbb{R}x_j)")  # fmt: skip
coherence = VIEWS.quantity(
    "coherence",
    "largest |⟨x_i, x_j⟩|, i ≠ j",
    _largest_off("X"),
    low=0,
    high=1,
    latex=r"\max_{i\ne j}|\langle x_i,x_j\rangle|",
)

# ---- means over the sphere, for the first and the last input

H_pair = VIEWS.quantity("H_pair", "E c 1 1", _H, latex=r"\mathbb{E}[c\mathbb{1}\mathbb{1}']")
G_pair = VIEWS.quantity("G_pair", "E a a′ 1 1", _G, latex=r"\mathbb{E}[aa'\mathbb{1}\mathbb{1}']")
V_pair = VIEWS.quantity(
    "V_pair", "E ⟨Px, Px′⟩ 1 1", _V, latex=r"\mathbb{E}[\langle Px,Px'\rangle\mathbb{1}\mathbb{1}']"
)
V_variance = VIEWS.quantity(
    "V_variance",
    "variance of ⟨Px, Px′⟩ 1 1",
    lambda v: _V_square(v) - _V(v) ** 2,
    latex=r"\mathrm{Var}(\langle Px,Px'\rangle\mathbb{1}\mathbb{1}')",
)
G_variance = VIEWS.quantity(
    "G_variance",
    "variance of a a′ 1 1",
    lambda v: _G_square(v) - _G(v) ** 2,
    latex=r"\mathrm{Var}(aa'\mathbb{1}\mathbb{1}')",
)
output_moment = VIEWS.quantity(
    "output_moment",
    "E relu(u·x) relu(u·x′), u ~ N(0, I_d)",
    lambda v: 2 * v.product,
    latex=r"\mathbb{E}[u\cdot x]_+[u\cdot x']_+",
)
mean_relu = _of_dimension(
    "mean_relu",
    "E relu(v̄₁), v̄ uniform on the sphere",
    mean_relu_by_arc,
    mean_relu_by_quad,
    latex=r"\mathbb{E}[\bar{v}_1]_+",
)
inverse_norm = _of_dimension(
    "inverse_norm",
    "E 1/|u|, u ~ N(0, I_d)",
    inverse_norm_by_sum,
    inverse_norm_by_quad,
    latex=r"\mathbb{E}\frac{1}{\|u\|}",
)

# ---- spectra

lambda_0 = VIEWS.quantity("lambda_0", "least eigenvalue of V∞", _eigenvalue("V", 0), latex=r"\lambda_0")
mu_0 = VIEWS.quantity("mu_0", "least eigenvalue of G∞", _eigenvalue("G", 0), latex=r"\mu_0")
H_least = VIEWS.quantity("H_least", "least eigenvalue of H∞", _eigenvalue("H", 0), latex=r"\lambda_{\min}(H^\infty)")
H_second = VIEWS.quantity(
    "H_second",
    "second smallest eigenvalue of H∞; the least where there is one input",
    _eigenvalue("H", 1),
    latex=r"\lambda_{2}(H^\infty)",
)
centred_least = VIEWS.quantity(
    "centred_least",
    "least eigenvalue of H∞ − b²11ᵀ",
    lambda v: v.spectrum(_centred(v, "H"))[0],
    latex=r"\lambda_{\min}(H^\infty-b^2\mathbf{1}\mathbf{1}^\top)",
)
V_off = VIEWS.quantity(
    "V_off", "largest |V∞_ij|, i ≠ j", _largest_off("V"), low=0, latex=r"\max_{i\ne j}|V^\infty_{ij}|"
)
V_positive = VIEWS.quantity(
    "V_positive", "number of positive eigenvalues of V∞", _count("V"), low=0, latex=r"\mathrm{rank}_+(V^\infty)"
)
G_positive = VIEWS.quantity(
    "G_positive", "number of positive eigenvalues of G∞", _count("G"), low=0, latex=r"\mathrm{rank}_+(G^\infty)"
)
plane_positive = VIEWS.quantity(
    "plane_positive",
    "number of positive eigenvalues of V∞'s formula with the parameter d = 2",
    _count("plane"),
    low=0,
    latex=r"\mathrm{rank}_+(V^\infty_{d=2})",
)
tangent_least = VIEWS.quantity(
    "tangent_least",
    "least eigenvalue of Λ∞ = V∞/α² + G∞",
    _eigenvalue("Lambda", 0),
    latex=r"\lambda_{\min}(\Lambda^\infty)",
)
condition = VIEWS.quantity(
    "condition",
    "condition number of Λ∞",
    _condition_of("Lambda"),
    low=1,
    latex=r"\mathrm{cond}(\Lambda^\infty)",
)
condition_H = VIEWS.quantity(
    "condition_H", "condition number of H∞ = Λ∞ at α = 1", _condition_of("H"), low=1, latex=r"\mathrm{cond}(H^\infty)"
)
condition_V = VIEWS.quantity(
    "condition_V", "condition number of V∞", _condition_of("V"), low=1, latex=r"\mathrm{cond}(V^\infty)"
)
condition_G = VIEWS.quantity(
    "condition_G", "condition number of G∞", _condition_of("G"), low=1, latex=r"\mathrm{cond}(G^\infty)"
)

# ---- Dirichlet form

gain_share = VIEWS.quantity(
    "gain_share",
    "max_z zᵀ(G∞ − b²11ᵀ)z/zᵀV∞z",
    lambda v: _share(v, _centred(v, "G")),
    latex=r"\max_z\frac{z^\top(G^\infty-b^2\mathbf{1}\mathbf{1}^\top)z}{z^\top V^\infty z}",
)
gain_share_raw = VIEWS.quantity(
    "gain_share_raw",
    "max_z zᵀG∞z/zᵀV∞z",
    lambda v: _share(v, v.kernel("G")),
    latex=r"\max_z\frac{z^\top G^\infty z}{z^\top V^\infty z}",
)
tail_share = VIEWS.quantity(
    "tail_share", "max_z zᵀ(G∞ − b²11ᵀ − XXᵀ/4d)z/zᵀ(V∞ − (d−1)XXᵀ/4d)z", _tail, latex=r"\kappa_{\mathrm{tail}}"
)
mode_share = VIEWS.quantity(
    "mode_share",
    "max_z zᵀ(b²11ᵀ + XXᵀ/4d)z/zᵀG∞z",
    _modes,
    latex=r"\max_z\frac{z^\top(b^2\mathbf{1}\mathbf{1}^\top+XX^\top/4d)z}{z^\top G^\infty z}",
)
tail_least = VIEWS.quantity(
    "tail_least",
    "least eigenvalue of G∞ − b²11ᵀ − XXᵀ/4d",
    _tail_least,
    latex=r"\lambda_{\min}(G^\infty-b^2\mathbf{1}\mathbf{1}^\top-XX^\top/4d)",
)
plain_share = VIEWS.quantity(
    "plain_share",
    "max_z zᵀ(H∞ − b²11ᵀ)z/zᵀV∞z",
    lambda v: _share(v, _centred(v, "H")),
    latex=r"\max_z\frac{z^\top(H^\infty-b^2\mathbf{1}\mathbf{1}^\top)z}{z^\top V^\infty z}",
)
plain_share_raw = VIEWS.quantity(
    "plain_share_raw",
    "max_z zᵀH∞z/zᵀV∞z",
    lambda v: _share(v, v.kernel("H")),
    latex=r"\max_z\frac{z^\top H^\infty z}{z^\top V^\infty z}",
)

# ---- family

SHAPES = ((2, 2), (1, 2), (2, 3), (1, 1), (6, 2), (5, 5), (3, 3), (8, 3), (4, 8), (10, 3), (6, 10), (3, 29))
ALPHA = (0.1, 10.0)
TABLE: Table = {"x": Array("n d", -2.0, 2.0, vectors=True), "alpha": Array("", *ALPHA)}
PLANAR: Given = {"at least two dimensions": (d, ">=", 2)}
"""The hypothesis d ≥ 2, without which V∞ vanishes."""
RESOLVED: Given = {**PLANAR, "non-parallel inputs": (separation, ">=", Rational(1, 50))}
"""No two inputs on one line, by an angle of 1/50: eigenvalues of G∞ fall like its cube, and are to be resolved."""
DISTINCT: Given = {**PLANAR, "non-parallel inputs": (min_angle, ">=", Rational(1, 50))}
"""No two inputs alike, though they may be antipodal: too little in the place of `RESOLVED`."""
SEVERAL: Given = {**PLANAR, "several inputs": (n, ">=", 2)}
APART: Given = {**SEVERAL, "distinct inputs": (min_angle, ">=", Rational(1, 1000))}
ORTHONORMAL: Given = {"orthonormal inputs": (coherence, "<=", Rational(1, 10**12))}
TURNED: Mapping[str, Sequence[str]] = {"inputs": ("orthonormal",)}
"""The setting under which inputs are made orthonormal where there are at most d."""


def _inputs(n: int, d: int, regime: str, count: int, rng: np.random.Generator) -> FloatArray:
    """Unit inputs (n, d, B).

    Regimes: `sphere` uniform; `clustered` around one of them; `lines` around one of them and its antipode.
    """
    x = unit(rng.standard_normal((n, d, count)), 1)
    spread = np.exp(rng.uniform(np.log(0.03), np.log(1.5), count))
    if regime in ("clustered", "lines"):
        sign = np.where((np.arange(n) % 2 > 0) & (regime == "lines"), -1.0, 1.0)[:, None, None]
        x = unit(sign * x[:1] + spread * rng.standard_normal((n, d, count)), 1)
    return x


def _structured_inputs(n: int, d: int) -> Iterator[tuple[str, FloatArray]]:
    """Inputs (n, d, 3) at right angles, in antipodal pairs, and in a narrow or wide fan in a plane."""
    basis = np.linalg.qr(np.random.default_rng(1).standard_normal((d, d)))[0]
    next_one = np.roll(basis, 1, axis=0)
    pool = np.concatenate([basis, unit(basis + 0.5 * next_one, 1), unit(basis - 0.8 * next_one, 1)])
    index = np.arange(n)
    yield "orthonormal inputs", np.repeat(pool[index % len(pool)][..., None], 3, axis=2)
    paired = pool[index // 2 % len(pool)] * (-1.0) ** index[:, None]
    yield "antipodal pairs", np.repeat(paired[..., None], 3, axis=2)
    for words, width in (("fan", 1.0), ("wide fan", 3.0)):
        angle = width * np.array([0.05, 0.3, 0.95]) * index[:, None] / max(n - 1, 1)
        other = basis[1 % d][:, None]
        yield words, np.cos(angle)[:, None] * basis[0][:, None] + np.sin(angle)[:, None] * other


class Kernels(Tabled):
    """Up to ten unit inputs in up to 29 dimensions."""

    name = "kernels"
    quantities: Mapping[str, Quantity] = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {"inputs": ("any", "orthonormal")}
    regimes = ("sphere", "clustered", "lines")
    cost = 3.0
    plentiful = 1
    agreement = 1e-7

    def shapes(self) -> Sequence[Shape]:
        """Inputs and their dimension; the small ones first, and two inputs before one, of which little is claimed."""
        return [dict(zip(("n", "d"), sizes, strict=True)) for sizes in SHAPES]

    def table(self, situation: Situation) -> Table:
        """The same arrays in every situation."""
        return TABLE

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random inputs, see `_inputs`; α log-uniform, exactly 1 now and then."""
        x = _inputs(situation.shape["n"], situation.shape["d"], regime, count, rng)
        alpha = np.exp(rng.uniform(np.log(ALPHA[0]), np.log(ALPHA[1]), count))
        return self.batch(situation, {"x": x, "alpha": np.where(rng.random(count) < 0.05, 1.0, alpha)})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Extreme inputs, see `_structured_inputs`, with α below, at and above 1."""
        for words, x in _structured_inputs(situation.shape["n"], situation.shape["d"]):
            yield words, self.batch(situation, {"x": x, "alpha": np.array([0.3, 1.0, 3.0])})


KERNELS = Kernels()
