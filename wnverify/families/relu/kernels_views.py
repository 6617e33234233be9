"""The kernels of infinitely wide ReLU networks on a batch of inputs, by formula and by quadrature over the sphere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeAlias

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import eigenvalues, length, unit
from wnverify.engine.relu.kernels import Pairs, angle, mean_relu
from wnverify.families.kit.parts import Views

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
ARC, ARC_WEIGHTS = (part[7:] for part in np.polynomial.legendre.leggauss(14))
"""One half of the rule, for what is even: exact to rounding for the products of cosines below, on the arc where both
units are active."""
NEARLY = 1e-6
"""The part of a unit row across others below which what is made of it is not orthogonal to them to rounding."""
POSITIVE = 1e-13
"""An eigenvalue above this counts as positive: a thousand roundings of a kernel's entries."""


def inputs(batch: Batch) -> FloatArray:
    """The unit inputs (n, d, B): the directions of the array x; made orthonormal under the setting `orthonormal`."""

    def build() -> FloatArray:
        x = unit(batch.arrays["x"], 1)
        return x if batch.settings["inputs"] == "any" or x.shape[0] > x.shape[1] else _orthonormal(x)

    return batch.memo(inputs, build)


def _orthonormal(x: FloatArray) -> FloatArray:
    """Orthonormal rows from unit rows (n, d, B) by Gram and Schmidt's process, each row twice.

    Where a row hardly differs from those before it, so that what is left is rounding, the polar factor is taken.
    """
    rows, least = [x[0]], length(x[0])
    for row in x[1:]:
        left = _across(row, rows)
        least = np.minimum(least, length(left))
        rows.append(unit(_across(unit(left), rows)))
    found, near = np.stack(rows), np.flatnonzero(least < NEARLY)
    if near.size:
        left, _, right = np.linalg.svd(np.moveaxis(x[..., near], -1, 0), full_matrices=False)
        found[..., near] = np.moveaxis(left @ right, 0, -1)
    return found


def _across(row: FloatArray, rows: Sequence[FloatArray]) -> FloatArray:
    """The part of a row across others (d, B)."""
    for other in rows:
        row = row - np.sum(row * other, axis=0) * other
    return row


def on_arc(theta: FloatArray) -> FloatArray:
    """cos φ cos(φ − θ) at φ = θ/2 + ψ, at half of the nodes ψ of the arc where both are positive: (7, *shape of θ).

    It is even in ψ.
    """
    psi = np.multiply.outer(ARC, 0.5 * (np.pi - theta))
    return np.cos(psi + 0.5 * theta) * np.cos(psi - 0.5 * theta)


def over_arc(theta: FloatArray, values: FloatArray) -> FloatArray:
    """(1/2π) ∫ of what is even in ψ over the arc; shape of θ.

    Args:
        theta: angles.
        values: at half of the nodes (7, *shape of θ).
    """
    return np.asarray((np.pi - theta) / (2 * np.pi) * np.tensordot(ARC_WEIGHTS, values, 1))


def arc_mean(theta: FloatArray, power: int) -> FloatArray:
    """E (cos φ cos(φ − θ))^p 1{cos φ > 0} 1{cos(φ − θ) > 0} over a uniform angle φ; shape of θ."""
    return over_arc(theta, on_arc(theta) ** power)


def fejer(count: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of Fejér's first rule on [−1, 1]: w_j = (2/N)(1 − 2 Σ_k cos(2kφ_j)/(4k² − 1))."""
    phi = (np.arange(count) + 0.5) * np.pi / count
    k = np.arange(1, count // 2 + 1)[:, None]
    return np.cos(phi), 2 / count * (1 - 2 * np.sum(np.cos(2 * k * phi) / (4 * k**2 - 1), axis=0))


def circle_mean(theta: FloatArray, power: int) -> FloatArray:
    """The same over the whole circle, by Fejér's rule between the four angles at which a unit switches."""
    nodes, weights = fejer(40)
    switches = [sign * np.pi / 2 + shift for sign in (-1, 1) for shift in (np.zeros_like(theta), theta)]
    edges = np.sort(np.stack(switches), axis=0)
    edges = np.concatenate([edges, edges[:1] + 2 * np.pi])
    half = 0.5 * np.diff(edges, axis=0)
    phi = (edges[:-1] + half)[..., None] + half[..., None] * nodes
    a, b = np.cos(phi), np.cos(phi - theta[..., None])
    values = np.where((a > 0) & (b > 0), (a * b) ** power, 0.0)
    return np.asarray(np.sum(half * (values @ weights), axis=0) / (2 * np.pi))


def energy_moments(d: int) -> tuple[float, float]:
    """E ρ² = 2/d and E ρ⁴ = 8/(d(d+2)) for the length ρ of the projection of a uniform unit vector to a plane.

    ρ² has the Beta law with parameters 1 and (d − 2)/2, and does not depend on the angle in the plane.
    """
    return 2 / d, 8 / (d * (d + 2))


def _given(values: FloatArray, _: Batch) -> FloatArray:
    return values


def extremes_of(spectrum: FloatArray) -> Sequence[FloatArray]:
    """The least eigenvalue, the next, or the least again where there is one, and the greatest, (B,) each."""
    return spectrum[0], spectrum[min(1, len(spectrum) - 1)], spectrum[-1]


@dataclass(frozen=True, eq=False)
class Closed:
    """The formulas of the engine, and how eigenvalues are found; of pairs of inputs i < j, and of all by matrices."""

    batch: Batch

    @property
    def d(self) -> int:
        """The dimension."""
        return self.batch.shape["d"]

    @cached_property
    def ends(self) -> FloatArray:
        """The angle between the first and the last input, (B,), by atan2."""
        x = inputs(self.batch)
        return angle(x[0], x[-1])

    @cached_property
    def pairs(self) -> Pairs:
        """The angles of all pairs, by atan2, with what kernels are made of."""
        return Pairs(inputs(self.batch))

    @property
    def theta(self) -> FloatArray:
        """Angles of pairs, (P, B)."""
        return self.pairs.theta

    def off(self, kernel: str) -> FloatArray:
        """The entries of a kernel off the diagonal, (P, B)."""
        return self.pairs.off(kernel)

    def kernel(self, kernel: str) -> FloatArray:
        """A kernel as matrices (n, n, B); `Lambda` is V∞/α² + G∞."""
        if kernel == "Lambda":
            return self.kernel("V") / self.batch.arrays["alpha"] ** 2 + self.kernel("G")
        return self.pairs.matrix(kernel)

    def extremes(self, kernel: str) -> Sequence[FloatArray]:
        """The least eigenvalue of a kernel, the next, and the greatest, (B,) each.

        They are kept with the instances as what is measured is, since many claims ask for them.
        """
        names = [f"{which} eigenvalue of {kernel}" for which in ("least", "second", "greatest")]
        if f"measure {names[0]}" not in self.batch:
            for name, values in zip(names, extremes_of(self.spectrum(self.kernel(kernel))), strict=True):
                self.batch.measured(name, partial(_given, values))
        known = self.batch.known()
        return [known[f"measure {name}"] for name in names]

    @cached_property
    def _products(self) -> FloatArray:
        return on_arc(self.ends)

    @property
    def on(self) -> FloatArray:
        """P(both active) for the first and the last input, (B,), by Gauss's rule as the two means below."""
        return over_arc(self.ends, np.ones_like(self._products))

    @property
    def product(self) -> FloatArray:
        """E cos φ cos(φ − θ) 1 1."""
        return over_arc(self.ends, self._products)

    @property
    def square(self) -> FloatArray:
        """E (cos φ cos(φ − θ))² 1 1."""
        return over_arc(self.ends, self._products**2)

    @property
    def constant(self) -> float:
        """b_d², the squared mean of relu(v̄₁), by Gamma functions."""
        return mean_relu(self.d) ** 2

    def spectrum(self, K: FloatArray) -> FloatArray:
        """Eigenvalues, ascending (n, B), by the symmetric solver over the batch at once."""
        return eigenvalues(K)

    def largest_ratio(self, A: FloatArray, K: FloatArray) -> FloatArray:
        """max_z zᵀAz/zᵀKz over the range of K, (B,), by K^{-1/2} A K^{-1/2}; −∞ where K vanishes.

        Where two inputs coincide, both forms vanish on a line, and a quotient of roundings would be the largest.
        """
        values, vectors = np.linalg.eigh(np.moveaxis(K, -1, 0))
        white = vectors / np.sqrt(np.maximum(values, POSITIVE))[:, None]
        inner = np.swapaxes(white, 1, 2) @ np.moveaxis(A, -1, 0) @ white
        first, largest = np.sum(values <= POSITIVE, axis=1), np.full(len(values), -np.inf)
        for zeros in range(len(K)):
            here = first == zeros
            largest[here] = np.linalg.eigvalsh(inner[here, zeros:, zeros:])[:, -1]
        return largest


@dataclass(frozen=True, eq=False)
class Oracle:
    """Quadrature over the sphere, and the generalised solver of LAPACK, instance by instance."""

    batch: Batch

    @property
    def d(self) -> int:
        """The dimension."""
        return self.batch.shape["d"]

    @property
    def ends(self) -> FloatArray:
        """The angle between the first and the last input, (B,)."""
        return self._angles[0, -1]

    @property
    def theta(self) -> FloatArray:
        """Angles of pairs, (P, B)."""
        return self._pairs(self._angles)

    @cached_property
    def _angles(self) -> FloatArray:
        """(n, n, B), by the longer way round: arctan of the part across over the part along."""
        x = inputs(self.batch)
        c = np.sum(x[:, None] * x[None], axis=2)
        across = np.sqrt(np.sum((x[None] - c[:, :, None] * x[:, None]) ** 2, axis=2))
        return np.asarray(np.arctan2(across, c))

    def _pairs(self, a: FloatArray) -> FloatArray:
        return a[np.triu_indices(a.shape[0], 1)]

    @cached_property
    def _kernels(self) -> Mapping[str, FloatArray]:
        """V_ij = E (c − a a′) 1 1 and G_ij = E a a′ 1 1, by quadrature in the plane of the two inputs."""
        d, c = self.d, np.cos(self._angles)
        on, product = arc_mean(self._angles, 0), arc_mean(self._angles, 1)
        planar = energy_moments(d)[0] * product
        return {"H": c * on, "G": planar, "V": c * on - planar, "plane": c * on - product, "X": c}

    def off(self, kernel: str) -> FloatArray:
        """The entries of a kernel off the diagonal, (P, B)."""
        return self._pairs(self._kernels[kernel])

    def kernel(self, kernel: str) -> FloatArray:
        """A kernel as matrices (n, n, B); `Lambda` is V∞/α² + G∞."""
        if kernel == "Lambda":
            return self.kernel("V") / self.batch.arrays["alpha"] ** 2 + self.kernel("G")
        return self._kernels[kernel]

    def extremes(self, kernel: str) -> Sequence[FloatArray]:
        """The least eigenvalue of a kernel, the next, and the greatest, (B,) each."""
        return extremes_of(self.spectrum(self.kernel(kernel)))

    @cached_property
    def on(self) -> FloatArray:
        """By Fejér's rule."""
        return circle_mean(self.ends, 0)

    @cached_property
    def product(self) -> FloatArray:
        """By Fejér's rule."""
        return circle_mean(self.ends, 1)

    @cached_property
    def square(self) -> FloatArray:
        """By Fejér's rule."""
        return circle_mean(self.ends, 2)

    @cached_property
    def constant(self) -> float:
        """By quadrature."""
        return mean_relu_by_quad(self.d) ** 2

    def spectrum(self, K: FloatArray) -> FloatArray:
        """By `scipy.linalg.eigh`."""
        return np.stack([scipy.linalg.eigh(K[..., i], eigvals_only=True) for i in range(K.shape[-1])], axis=-1)

    def largest_ratio(self, A: FloatArray, K: FloatArray) -> FloatArray:
        """By the generalised problem A z = λ K z on the range of K."""
        return np.array([_largest_on_range(A[..., i], K[..., i]) for i in range(K.shape[-1])])


def _largest_on_range(a: FloatArray, k: FloatArray) -> float:
    """The largest λ with a z = λ k z for one instance; −∞ where k vanishes."""
    values, vectors = scipy.linalg.eigh(k)
    basis = vectors[:, values > POSITIVE]
    if not basis.size:
        return -np.inf
    return float(scipy.linalg.eigh(basis.T @ a @ basis, basis.T @ k @ basis, eigvals_only=True)[-1])


def mean_relu_by_arc(d: int) -> float:
    """E relu(v̄₁) over the sphere of R^d, d ≥ 2, by Gauss's rule in the polar angle."""
    phi = np.pi / 4 * (1 + NODES)
    size = np.sin(phi) ** (d - 2)
    return float((size * np.cos(phi)) @ WEIGHTS / (2 * (size @ WEIGHTS)))


def mean_relu_by_quad(d: int) -> float:
    """The same, adaptively; 1/2 for d = 1, where the sphere is {−1, 1}."""
    if d == 1:
        return 0.5
    top = scipy.integrate.quad(lambda phi: np.cos(phi) * np.sin(phi) ** (d - 2), 0, np.pi / 2, epsabs=1e-13)[0]
    return float(top / scipy.integrate.quad(lambda phi: np.sin(phi) ** (d - 2), 0, np.pi, epsabs=1e-13)[0])


def inverse_norm_by_sum(d: int) -> float:
    """E 1/|u| for u ~ N(0, I_d), d ≥ 2, by the trapezoidal rule in log r, which converges geometrically."""
    t = np.linspace(-40.0, 5.0, 2000)
    weight = np.exp(d * t - 0.5 * np.exp(2 * t))
    return float(np.sum(weight * np.exp(-t)) / np.sum(weight))


def inverse_norm_by_quad(d: int) -> float:
    """The same, adaptively."""
    parts = [
        scipy.integrate.quad(
            lambda r, p=power: r**p * np.exp(-0.5 * r * r), 0, 12 + np.sqrt(d), epsrel=1e-12, limit=200
        )[0]
        for power in (d - 2, d - 1)
    ]
    return float(parts[0] / parts[1])


View: TypeAlias = Closed | Oracle
VIEWS: Views[View] = Views(Closed, Oracle)
