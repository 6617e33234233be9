"""Random initialisations of two-layer ReLU networks: u_k ~ N(0, I_d) and uniform signs c_k, at fixed inputs.

A batch holds `u` (m, d, B) and `c` (m, B), which differ from repetition to repetition, and the parameters of the
statement, equal in all: inputs `x` (n, d, B), of which only the directions count, `alpha`, `delta`, `share` and
`radius` (B,). Dukler, Gu, Montúfar (arXiv:2006.06878): v(0) = αu, g(0) = |u|; V(0), G(0) and f(0) against their
limits at infinite width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import eigenvalues, gram, largest_singular, length, unit
from wnverify.engine.relu.kernels import angles, kernel_G, kernel_V, variance_G, variance_V
from wnverify.families.kit.parts import Views, read, size, vocabulary
from wnverify.families.kit.steering import first_stretched, stretching
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.family import Scaling, Shape, Situation
from wnverify.quantities import Quantity

# ---- an initialisation, by two routes


def _inputs(batch: Batch) -> FloatArray:
    """Unit inputs: (n, d, 1) where all repetitions have the same, as all that are drawn do, else (n, d, B)."""

    def build() -> FloatArray:
        x = batch.arrays["x"]
        return unit(x[..., :1] if (x == x[..., :1]).all() else x, 1)

    return batch.memo(_inputs, build)


def _signs(batch: Batch) -> FloatArray:
    """The output signs ±1, (m, B)."""
    return np.where(batch.arrays["c"] < 0, -1.0, 1.0)


@dataclass(frozen=True, eq=False)
class _Closed:
    """By sums over the products z_ki = ⟨u_k, x_i⟩: v(0)/|v(0)| = u/|u| and α g/|v| = 1, whatever α."""

    batch: Batch

    @cached_property
    def products(self) -> FloatArray:
        """z, (m, n, B)."""
        u, x = self.batch.arrays["u"], _inputs(self.batch)
        if x.shape[-1] > 1:
            return np.asarray(np.einsum("kdb,idb->kib", u, x))
        return np.asarray(x[..., 0] @ u)

    @cached_property
    def kernels(self) -> Mapping[str, FloatArray]:
        """V(0) and G(0), (n, n, B) each."""
        u, z = self.batch.arrays["u"], self.products
        on = np.asarray(z > 0, dtype=np.float64)
        G = _second_moment(z * (on / np.sqrt(np.einsum("kdb,kdb->kb", u, u))[:, None]))
        return {"V": _gram(self.batch) * _second_moment(on) - G, "G": G}

    @property
    def largest_output(self) -> FloatArray:
        """max_i |f_i(0)|, (B,)."""
        f = np.einsum("kb,kib->ib", _signs(self.batch), np.maximum(self.products, 0.0))
        return np.asarray(np.abs(f).max(axis=0) / np.sqrt(self.products.shape[0]))

    @property
    def margin(self) -> FloatArray:
        """|⟨v_1(0), x_1⟩|, (B,)."""
        return np.asarray(self.batch.arrays["alpha"] * np.abs(self.products[0, 0]))


def _second_moment(z: FloatArray) -> FloatArray:
    """(1/m) Σ_k z_ki z_kj, (n, n, B)."""
    total = np.empty((z.shape[1], z.shape[1], z.shape[2]))
    for i in range(z.shape[1]):
        total[i, i:] = np.einsum("kb,kjb->jb", z[:, i], z[:, i:])
        total[i:, i] = total[i, i:]
    return total / z.shape[0]


@dataclass(frozen=True, eq=False)
class _Oracle:
    """Neuron by neuron, from the unscaled vectors u."""

    batch: Batch

    @cached_property
    def kernels(self) -> Mapping[str, FloatArray]:
        """By projections."""
        return {kernel: self._kernel(kernel) for kernel in "VG"}

    def _kernel(self, kernel: str) -> FloatArray:
        x, u = _inputs(self.batch), self.batch.arrays["u"]
        total = np.zeros((x.shape[0], x.shape[0], self.batch.size))
        for row in u:
            along = np.sum(row * x, axis=1)
            on = along > 0
            parts = along[:, None] * row / np.sum(row * row, axis=0)
            seen = (x - parts if kernel == "V" else parts) * on[:, None]
            total += gram(seen)
        return total / u.shape[0]

    @property
    def largest_output(self) -> FloatArray:
        """From f(0) = m^{-1/2} Σ c_k relu(u_k·x), whatever α."""
        x, u, c = _inputs(self.batch), self.batch.arrays["u"], _signs(self.batch)
        f = sum(c[k] * np.maximum(np.sum(row * x, axis=1), 0.0) for k, row in enumerate(u))
        return np.asarray(np.abs(f).max(axis=0) / np.sqrt(u.shape[0]))

    @property
    def margin(self) -> FloatArray:
        """α|⟨u_1, x_1⟩|."""
        arrays = self.batch.arrays
        v = arrays["alpha"] * arrays["u"][0]
        return np.asarray(np.abs(np.sum(v * _inputs(self.batch)[0], axis=0)))


_View: TypeAlias = _Closed | _Oracle
_VIEWS: Views[_View] = Views(_Closed, _Oracle)

# ---- formulas


def _gram(batch: Batch) -> FloatArray:
    """⟨x_i, x_j⟩; as all that follows from the inputs alone, for one instance where all have the same."""
    return batch.memo(_gram, lambda: gram(_inputs(batch)))


def _theta(batch: Batch) -> FloatArray:
    return batch.memo(_theta, lambda: angles(_inputs(batch)))


def _limit(batch: Batch, kernel: str) -> FloatArray:
    formula = kernel_V if kernel == "V" else kernel_G
    return batch.memo((_limit, kernel), lambda: formula(_theta(batch), batch.shape["d"]))


def _range(batch: Batch, kernel: str) -> FloatArray:
    """Length of the interval in which a summand of V_ij(0) or of G_ij(0) lies: (1 + |c_ij|)/2, (1 + c_ij)/2."""
    c = _gram(batch)
    return (1 + (np.abs(c) if kernel == "V" else c)) / 2


def _spectral(K: FloatArray) -> FloatArray:
    spectrum = eigenvalues(K)
    return np.asarray(np.maximum(spectrum[-1], -spectrum[0]))


def _frobenius(K: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(np.sum(K * K, axis=(0, 1))))


def _entry(K: FloatArray, scale: FloatArray) -> FloatArray:
    """Largest entry relative to its range; an entry that cannot vary counts as 0."""
    return np.asarray(np.max(np.abs(K) / np.maximum(scale, 1e-12), axis=(0, 1)))


def _deviation(
    name: str, meaning: str, kernel: str, norm: Callable[[FloatArray, Batch], FloatArray], latex: str
) -> Quantity:
    """A norm of V(0) − V∞ or G(0) − G∞."""

    def value(v: _View) -> FloatArray:
        return norm(v.kernels[kernel] - _limit(v.batch, kernel), v.batch)

    return _VIEWS.quantity(name, meaning, value, low=0, latex=latex)


def _of_inputs(name: str, meaning: str, formula: Callable[[Batch], FloatArray], **domain: Any) -> Quantity:
    """A number that follows from the inputs."""
    return read(name, meaning, lambda batch: formula(batch) * np.ones(batch.size), **domain)


def _entries(kernel: str) -> Quantity:
    return _deviation(
        f"{kernel}_entry_error",
        f"max_ij |{kernel}_ij(0) − {kernel}∞_ij| over the range of a summand",
        kernel,
        lambda K, batch: _entry(K, _range(batch, kernel)),
        rf"\max_{{ij}}|{kernel}_{{ij}}(0)-{kernel}^\infty_{{ij}}|",
    )


def _least(kernel: str) -> Quantity:
    return _VIEWS.quantity(
        f"{kernel}_least",
        f"least eigenvalue of {kernel}(0)",
        lambda v: eigenvalues(v.kernels[kernel])[0],
        latex=rf"\lambda_{{\min}}({kernel}(0))",
    )


# ---- parameters

n = size("n", "number of inputs")
d = size("d", "dimension of the inputs")
m = size("m", "width: number of neurons")
delta = read("delta", "allowed probability of failure", low=0, high=1, strict=True)
share = read("share", "e, the share of the least eigenvalue that may be lost", low=0, high=1, latex="e")
radius = read("radius", "a distance R", low=0, strict=True, latex="R")
alpha = read("alpha", "scale of the initialisation", low=0, strict=True)
kappa = _of_inputs(
    "kappa",
    "|X|₂, the largest singular value of the inputs",
    lambda b: largest_singular(_inputs(b)),
    low=0,
    strict=True,
    latex=r"\kappa",
)
gram_norm = _of_inputs(
    "gram_norm", "|XXᵀ|_F", lambda b: _frobenius(_gram(b)), low=0, strict=True, latex=r"\|XX^\top\|_F"
)
V_range = _of_inputs(
    "V_range",
    "|R|_F, R_ij = (1 + |⟨x_i, x_j⟩|)/2",
    lambda b: _frobenius(_range(b, "V")),
    low=0,
    strict=True,
    latex=r"\|R_V\|_F",
)
G_range = _of_inputs(
    "G_range",
    "|R|_F, R_ij = (1 + ⟨x_i, x_j⟩)/2",
    lambda b: _frobenius(_range(b, "G")),
    low=0,
    strict=True,
    latex=r"\|R_G\|_F",
)
lambda_0 = _of_inputs(
    "lambda_0", "least eigenvalue of V∞, positive for non-parallel inputs", lambda b: eigenvalues(_limit(b, "V"))[0],
    low=0, strict=True,
    latex=r"\lambda_0")  # fmt: skip
mu_0 = _of_inputs(
    "mu_0", "least eigenvalue of G∞, positive for non-parallel inputs", lambda b: eigenvalues(_limit(b, "G"))[0],
    low=0, strict=True,
    latex=r"\mu_0")  # fmt: skip
V_norm = _of_inputs("V_norm", "|V∞|₂", lambda b: _spectral(_limit(b, "V")), low=0, latex=r"\|V^\infty\|_2")
G_norm = _of_inputs("G_norm", "|G∞|₂", lambda b: _spectral(_limit(b, "G")), low=0, latex=r"\|G^\infty\|_2")
V_variance = _of_inputs(
    "V_variance",
    "S_V = m E|V(0) − V∞|_F²",
    lambda b: variance_V(_theta(b), b.shape["d"]).sum(axis=(0, 1)),
    low=0,
    latex="S_V",
)
G_variance = _of_inputs(
    "G_variance",
    "S_G = m E|G(0) − G∞|_F²",
    lambda b: variance_G(_theta(b), b.shape["d"]).sum(axis=(0, 1)),
    low=0,
    latex="S_G",
)

# ---- what the repetition decides

V_entry_error, G_entry_error = _entries("V"), _entries("G")
V_error = _deviation("V_error", "|V(0) − V∞|₂", "V", lambda K, _: _spectral(K), r"\|V(0)-V^\infty\|_2")
G_error = _deviation("G_error", "|G(0) − G∞|₂", "G", lambda K, _: _spectral(K), r"\|G(0)-G^\infty\|_2")
V_distance = _deviation("V_distance", "|V(0) − V∞|_F", "V", lambda K, _: _frobenius(K), r"\|V(0)-V^\infty\|_F")
G_distance = _deviation("G_distance", "|G(0) − G∞|_F", "G", lambda K, _: _frobenius(K), r"\|G(0)-G^\infty\|_F")
V_least, G_least = _least("V"), _least("G")
output_max = _VIEWS.quantity(
    "output_max", "max_i |f_i(0)|", lambda v: v.largest_output, low=0, latex=r"\max_i|f_i(0)|"
)
margin = _VIEWS.quantity("margin", "|⟨v_1(0), x_1⟩|", lambda v: v.margin, low=0, latex=r"|\langle v_1(0),x_1\rangle|")
first_norm = read("first_norm", "|u_1|", lambda b: length(b.arrays["u"][0]), low=0, latex=r"\|u_1\|")
least_norm = read(
    "least_norm", "min_k |u_k|", lambda b: length(b.arrays["u"], 1).min(axis=0), low=0, latex=r"\min_k\|u_k\|"
)

# ---- family

SHAPES = (
    (1, 2, 4), (1, 10, 4), (3, 3, 60), (8, 10, 60), (1, 2, 300), (2, 4, 300),
    (1, 50, 20), (3, 5, 20), (10, 5, 100), (4, 20, 100), (8, 10, 200), (2, 3, 1500),
)  # fmt: skip
PARAMETERS: Mapping[str, tuple[float, float, float]] = {
    "sphere, half": (0.5, 0.999, 2.0), "orthonormal, tenth": (0.1, 0.75, 1.0),
    "clustered, half": (0.5, 0.75, 1.0), "clustered, tenth": (0.1, 0.999, 2.0),
}  # fmt: skip
"""Regime -> δ, share e, α. They are fixed, so that a repetition with fresh randomness tests the same statement."""
RADIUS = 1.0
TABLE: Table = {
    "x": Array("n d", vectors=True),
    "u": Array("m d", vectors=True),
    "c": Array("m"),
    "alpha": Array("", 0.1, 10.0),
    "delta": Array("", 1e-3, 0.999),
    "share": Array("", 1e-3, 0.999),
    "radius": Array("", 1e-3, 1e3),
}
CLUSTER = 0.05
"""Angle within which clustered inputs lie."""


class Concentration(Tabled):
    """Repetitions of the initialisation at fixed inputs and parameters."""

    name = "concentration"
    quantities: Mapping[str, Quantity] = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = tuple(PARAMETERS)
    cost = 1.0

    def shapes(self) -> Sequence[Shape]:
        """Inputs, their dimension and width; the cheap ones first."""
        return [dict(zip(("n", "d", "m"), sizes, strict=True)) for sizes in SHAPES]

    def table(self, situation: Situation) -> Table:
        """The same arrays in every situation; claims with a probability are never climbed."""
        return TABLE

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Independent repetitions at one set of inputs: uniform on the sphere, orthonormal if n ≤ d, or clustered."""
        n, d, m = (situation.shape[name] for name in ("n", "d", "m"))
        x = unit(rng.standard_normal((n, d)), 1)
        if regime.startswith("orthonormal") and n <= d:
            x = np.linalg.qr(x.T)[0].T
        elif regime.startswith("clustered"):
            x = unit(x[:1] + CLUSTER * x, 1)
        return self._repetitions(situation, regime, x, _initialisations(m, d, count, rng))

    def again(self, batch: Batch, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Fresh u and c at the inputs and parameters of the first instance."""
        u, c = _initialisations(batch.shape["m"], batch.shape["d"], count, rng)
        return batch.with_arrays({**batch.select(np.zeros(count, dtype=int)).arrays, "u": u, "c": c})

    def scalings(self) -> Mapping[str, Scaling]:
        """Norms of neurons, and what is linear in them."""
        lengths = ("least_norm", "output_max", "margin")
        return {"first_norm": first_stretched("u")} | {name: stretching(u=1.0) for name in lengths}

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """All neurons along one input, across it, or opposite to it: single initialisations, no repetitions."""
        n, d, m = (situation.shape[name] for name in ("n", "d", "m"))
        index = np.arange(n)
        x = (1 + index // d)[:, None] * np.eye(d)[index % d] + 0.1  # not parallel, also where n > d
        for words, sign in (("neurons along an input", 1.0), ("neurons opposite to it", -1.0)):
            u = sign * np.ones((m, 1, 1)) * x[:1, :, None] * np.sqrt(d)
            yield words, self._repetitions(situation, self.regimes[0], unit(x, 1), (u, np.ones((m, 1))))

    def _repetitions(
        self, situation: Situation, regime: str, x: FloatArray, drawn: tuple[FloatArray, FloatArray]
    ) -> Batch:
        ones = np.ones(drawn[0].shape[-1])
        delta, share, alpha = PARAMETERS[regime]
        numbers = {"alpha": alpha * ones, "delta": delta * ones, "share": share * ones, "radius": RADIUS * ones}
        return self.batch(situation, {"x": x[..., None] * ones, "u": drawn[0], "c": drawn[1], **numbers})


def _initialisations(m: int, d: int, count: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """u (m, d, B) and c (m, B)."""
    signs = np.where(rng.integers(0, 2, (m, count), dtype=np.int8) == 0, -1.0, 1.0)
    return rng.standard_normal((m, d, count)), signs


CONCENTRATION = Concentration()
