"""What is measured of a function: values, gradients and spectra of Hessians, each by two routes and in balls.

The derivative of a norm is a second derivative applied to a unit vector, ∂‖∇f‖ = ∇²f·∇f/‖∇f‖, that of an eigenvalue
is the slope of D²f[u, u] with its eigenvector u held fixed, and a sum of these for a trace or a Frobenius norm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from wnverify.arithmetic import oracle
from wnverify.arithmetic.faults import Undecided, UnknownOperation
from wnverify.arithmetic.program import Program, sizes_of, split, tiled
from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import NotEnclosed, expected
from wnverify.families.kit.parts import once
from wnverify.quantities import Route

if TYPE_CHECKING:
    from flint import arb_mat

Slopes: TypeAlias = Mapping[str, FloatArray]
LARGEST = 100
"""Parameters up to which a Hessian is enclosed in balls: it takes p²/2 runs side by side."""
Names: TypeAlias = Callable[[Batch], Sequence[str]]
"""Batch -> some of its arrays."""
Spectral: TypeAlias = Callable[[FloatArray], FloatArray]
"""Eigenvalues (p, B), rising, to one number an instance."""


class Derivatives:
    """A function of the arrays of an instance, and the arrays by which it is differentiated in each instance.

    Args:
        program: the function.
        names: batch -> all arrays that the function depends on, of which the adversary moves every one.
    """

    def __init__(self, program: Program, names: Names) -> None:
        self.program, self.names = program, names
        self.values = once(program.values)
        self.gradient = once(lambda batch: program.gradient(batch, names(batch)))
        self.second_values = once(self._second_values)
        self.second_gradient = once(self._second_gradient)

    def _second_values(self, batch: Batch) -> FloatArray:
        return np.array([oracle.value(self.program.written, batch, index) for index in range(batch.size)])

    def _second_gradient(self, batch: Batch) -> Slopes:
        names, written = self.names(batch), self.program.written
        if not self.program.known(batch):
            flat = [oracle.differences(written, batch, index, names) for index in range(batch.size)]
            return split(np.stack(flat, axis=-1), batch, names)
        every = [oracle.gradient(written, batch, index, names) for index in range(batch.size)]
        return {name: np.stack([one[name] for one in every], axis=-1) for name in names}

    def second_hessians(self, batch: Batch, names: Sequence[str], others: Sequence[str]) -> FloatArray:
        """∂²f over some arrays and others by the second route, (B, p, q)."""
        route = oracle.hessian if self.program.known(batch) else oracle.differences
        return np.stack([route(self.program.written, batch, index, names, others) for index in range(batch.size)])

    # ---- the value

    def value(self) -> Route:
        """f itself."""
        return Route(self.values, self.gradient, self.second_values, ball=self.ball(_value_ball))

    def absolute(self) -> Route:
        """|f|."""

        def slope(batch: Batch) -> Slopes:
            sign = np.sign(self.values(batch))
            return {name: sign * part for name, part in self.gradient(batch).items()}

        return Route(
            lambda batch: np.abs(self.values(batch)),
            slope,
            lambda batch: np.abs(self.second_values(batch)),
            ball=self.ball(lambda *at: abs(_value_ball(*at))),
        )

    def root(self) -> Route:
        """√f, of a function that is not negative."""

        def slope(batch: Batch) -> Slopes:
            size = 2 * np.maximum(np.sqrt(self.values(batch)), 1e-300)
            return {name: part / size for name, part in self.gradient(batch).items()}

        return Route(
            lambda batch: np.sqrt(self.values(batch)),
            slope,
            lambda batch: np.sqrt(self.second_values(batch)),
            ball=self.ball(lambda *at: _value_ball(*at).nonnegative_part().sqrt()),
        )

    # ---- the gradient

    def gradient_norm(self, of: Names) -> Route:
        """‖∂f/∂(some arrays)‖₂."""

        def norm(gradient: Slopes, batch: Batch) -> FloatArray:
            return length([gradient[name] for name in of(batch)], batch.size)

        def slope(batch: Batch) -> Slopes:
            gradient, size = self.gradient(batch), np.maximum(norm(self.gradient(batch), batch), 1e-300)
            direction = {name: gradient[name] / size for name in of(batch)}
            return self.along(batch, direction, 1)

        return Route(
            lambda batch: norm(self.gradient(batch), batch),
            slope,
            lambda batch: norm(self.second_gradient(batch), batch),
            ball=self.ball(partial(_gradient_ball, of)),
        )

    def along(self, batch: Batch, direction: Slopes, order: int) -> Slopes:
        """The slope of a derivative along a direction; nothing moves where there is no direction."""
        if not direction:
            return {name: np.zeros_like(batch.arrays[name]) for name in self.names(batch)}
        return self.program.reverse(batch, direction, order, self.names(batch))

    def ball(self, enclose: Callable[..., Any]) -> Callable[[Batch], Any]:
        """A route in balls; there is none where they do not know an operation, or cannot tell which is the larger."""

        def ball(batch: Batch) -> Any:
            from wnverify.arithmetic import enclosing
            from wnverify.balls.ball import at_least

            try:
                with at_least(enclosing.PRECISION):
                    return enclose(self.program, batch, enclosing.as_they_are(batch))
            except UnknownOperation as error:
                place = f" ({error.place})" if error.place else ""
                raise NotEnclosed(f"balls do not know {error.operation}{place}") from error
            except Undecided as error:
                raise NotEnclosed(str(error)) from error

        return ball

    # ---- the Hessian

    def hessian(self, of: Names) -> Hessian:
        """∇²f over some arrays."""
        return Hessian(self, of)

    def block(self, left: Names, right: Names) -> Route:
        """The spectral norm of ∂²f/∂a∂b, where no array is both among those of a and those of b."""

        def matrix(batch: Batch) -> FloatArray:
            return np.moveaxis(self.program.hessian(batch, left(batch), right(batch)), -1, 0)

        blocks = once(matrix)

        def absent(batch: Batch) -> bool:
            return not (left(batch) and right(batch))

        def norm(batch: Batch) -> FloatArray:
            return np.zeros(batch.size) if absent(batch) else spectral(blocks(batch))

        def slope(batch: Batch) -> Slopes:
            if absent(batch):
                return self.along(batch, {}, 2)
            u, _, w = np.linalg.svd(_usable(blocks(batch))[0], full_matrices=False)
            sides = (left(batch), u[:, :, 0].T), (right(batch), w[:, 0].T)
            return self._bilinear(batch, *(split(vectors, batch, names) for names, vectors in sides))

        def second(batch: Batch) -> FloatArray:
            if absent(batch):
                return np.zeros(batch.size)
            return spectral(self.second_hessians(batch, left(batch), right(batch)))

        return Route(norm, slope, second, square=True, ball=self.ball(partial(_block_ball, left, right)))

    def _bilinear(self, batch: Batch, left: Slopes, right: Slopes) -> Slopes:
        """The slope of D²f[u, w] = (D²f[u + w, u + w] − D²f[u − w, u − w])/4 for u and w in different arrays."""
        both = tiled(batch, 2)
        direction = {name: np.concatenate([u, u], axis=-1) for name, u in left.items()}
        direction |= {name: np.concatenate([w, -w], axis=-1) for name, w in right.items()}
        found = self.along(both, direction, 2)
        B = batch.size
        return {name: (part[..., :B] - part[..., B:]) / 4 for name, part in found.items()}


class Hessian:
    """∇²f over some arrays of an instance.

    Args:
        source: the function.
        of: batch -> the arrays.
    """

    def __init__(self, source: Derivatives, of: Names) -> None:
        self.source, self.of = source, of
        self.matrix = once(self._matrix)
        self.spectrum = once(self._spectrum)
        self.eigenvalues = once(self._eigenvalues)
        self.second_eigenvalues = once(self._second)

    def _matrix(self, batch: Batch) -> FloatArray:
        """(B, p, p); a single 0 where there are no such arrays."""
        names = self.of(batch)
        found = self.source.program.hessian(batch, names) if names else np.zeros((1, 1, batch.size))
        return np.moveaxis(found, -1, 0)

    def _spectrum(self, batch: Batch) -> tuple[FloatArray, FloatArray]:
        """Eigenvalues (p, B), rising, and eigenvectors (p, p, B), one a column."""
        usable, lost = _usable(self.matrix(batch))
        values, vectors = np.linalg.eigh(usable)
        return np.where(lost, np.nan, values.T), np.moveaxis(vectors, 0, -1)

    def _eigenvalues(self, batch: Batch) -> FloatArray:
        """Eigenvalues (p, B), rising; without eigenvectors, unless a slope has asked for these."""
        if self.spectrum in batch:
            return self.spectrum(batch)[0]
        usable, lost = _usable(self.matrix(batch))
        return np.where(lost, np.nan, np.linalg.eigvalsh(usable).T)

    def _second(self, batch: Batch) -> FloatArray:
        names = self.of(batch)
        if not names:
            return np.zeros((1, batch.size))
        usable, lost = _usable(self.source.second_hessians(batch, names, names))
        return np.where(lost, np.nan, np.linalg.eigvalsh((usable + usable.swapaxes(1, 2)) / 2).T)

    def norm(self) -> Route:
        """The spectral norm."""

        def weights(values: FloatArray) -> FloatArray:
            last = np.abs(values[-1]) >= np.abs(values[0])
            return _picked(values, np.where(last, len(values) - 1, 0)) * np.sign(
                np.where(last, values[-1], values[0])
            )

        return self._route(lambda values: np.abs(values).max(axis=0), weights, _norm_ball)

    def largest(self) -> Route:
        """The greatest eigenvalue."""
        return self._route(lambda values: values[-1], lambda values: _picked(values, len(values) - 1), _top_ball)

    def least(self) -> Route:
        """The least eigenvalue."""
        return self._route(lambda values: values[0], lambda values: _picked(values, 0), least_ball)

    def trace(self) -> Route:
        """The trace."""
        return self._route(lambda values: values.sum(axis=0), np.ones_like, _trace_ball)

    def frobenius(self) -> Route:
        """The Frobenius norm."""

        def weights(values: FloatArray) -> FloatArray:
            return values / np.maximum(np.sqrt((values**2).sum(axis=0)), 1e-300)

        return self._route(lambda values: np.sqrt((values**2).sum(axis=0)), weights, _frobenius_ball)

    def _route(self, number: Spectral, weights: Spectral, enclose: Callable[[arb_mat], Any]) -> Route:
        """A function of the eigenvalues with its derivative by each, (p, B)."""

        def measure(batch: Batch) -> FloatArray:
            return number(self.eigenvalues(batch))

        def slope(batch: Batch) -> Slopes:
            return self._slope(batch, weights(self.spectrum(batch)[0]))

        def ball(program: Program, batch: Batch, arrays: Any) -> Any:
            from flint import arb_mat

            from wnverify.arithmetic import enclosing

            if not self.of(batch):
                return enclose(arb_mat(1, 1))
            check_size(sum(sizes_of(batch, self.of(batch)).values()))
            return enclose(enclosing.hessian(program, batch, arrays, self.of(batch)))

        second = self.second_eigenvalues
        return Route(measure, slope, lambda batch: number(second(batch)), square=True, ball=self.source.ball(ball))

    def _slope(self, batch: Batch, weights: FloatArray) -> Slopes:
        """Σ_k w_k ∂D²f[u_k, u_k], over those eigenvectors of which some weight is not 0."""
        kept = np.flatnonzero(np.abs(np.nan_to_num(weights, nan=1.0)).max(axis=1))
        if not kept.size or not self.of(batch):
            return self.source.along(batch, {}, 2)
        if kept.size > 1 and (weights != 0.0).sum(axis=0).max() <= 1:
            return self._slope_of_one(batch, weights)
        vectors = self.spectrum(batch)[1][:, kept]
        wide = tiled(batch, kept.size)
        direction = split(vectors.reshape(vectors.shape[0], -1), batch, self.of(batch))
        found = self.source.along(wide, direction, 2)
        each = {name: part.reshape(*part.shape[:-1], kept.size, batch.size) for name, part in found.items()}
        return {name: np.sum(part * weights[kept], axis=-2) for name, part in each.items()}

    def _slope_of_one(self, batch: Batch, weights: FloatArray) -> Slopes:
        """The same where every instance has one weight: along its own eigenvector alone."""
        chosen, lanes = np.argmax(np.abs(weights), axis=0), np.arange(batch.size)
        direction = split(self.spectrum(batch)[1][:, chosen, lanes], batch, self.of(batch))
        found = self.source.along(batch, direction, 2)
        return {name: part * weights[chosen, lanes] for name, part in found.items()}


# ---- matrices and lengths in floats


def length(parts: Sequence[FloatArray], count: int) -> FloatArray:
    """The Euclidean norm of some arrays taken together, (B,)."""
    total = np.zeros(count)
    for part in parts:
        total = np.hypot(total, np.linalg.norm(part.reshape(-1, count), axis=0))
    return total


def spectral(matrices: FloatArray) -> FloatArray:
    """‖M‖₂ of a stack (B, p, q); NaN where an entry is."""
    usable, lost = _usable(matrices)
    return np.where(lost, np.nan, np.linalg.norm(usable, ord=2, axis=(1, 2)))


def _usable(matrices: FloatArray) -> tuple[FloatArray, Any]:
    """The matrices with zeros where an entry is no number, and which these are."""
    lost = np.asarray(~np.isfinite(matrices).all(axis=(1, 2)))
    return np.where(lost[:, None, None], 0.0, matrices), lost


def _picked(values: FloatArray, index: Any) -> FloatArray:
    """1 at one eigenvalue of each instance, 0 at the others, (p, B)."""
    return (np.arange(len(values))[:, None] == index).astype(float)


def check_size(p: int) -> None:
    """Refuse a matrix that is too large for balls.

    Raises:
        NotEnclosed: says how large.
    """
    if p > LARGEST:
        raise NotEnclosed(expected(f"a matrix of at most {LARGEST} rows for balls", str(p)))


# ---- the same in balls; python-flint loads only where something is certified


def _value_ball(program: Program, batch: Batch, arrays: Any) -> Any:
    from wnverify.arithmetic import enclosing

    return enclosing.value(program, batch, arrays)


def _gradient_ball(of: Names, program: Program, batch: Batch, arrays: Any) -> Any:
    from flint import arb

    from wnverify.arithmetic import enclosing
    from wnverify.balls.spectrum import euclidean_norm

    names = of(batch)
    return euclidean_norm(enclosing.gradient(program, batch, arrays, names)) if names else arb(0)


def _block_ball(left: Names, right: Names, program: Program, batch: Batch, arrays: Any) -> Any:
    from flint import arb, arb_mat

    from wnverify.arithmetic import enclosing
    from wnverify.balls.spectrum import symmetric_norm

    names = [left(batch), right(batch)]
    if not all(names):
        return arb(0)
    p, q = (sum(sizes_of(batch, each).values()) for each in names)
    check_size(p + q)
    whole = enclosing.hessian(program, batch, arrays, [*names[0], *names[1]])
    part = arb_mat(p, q, [whole[i, p + j] for i in range(p) for j in range(q)])
    square = part * part.transpose() if p < q else part.transpose() * part
    return symmetric_norm(square).nonnegative_part().sqrt()


def _norm_ball(matrix: arb_mat) -> Any:
    from wnverify.balls.spectrum import symmetric_norm

    return symmetric_norm(matrix)


def _top_ball(matrix: arb_mat) -> Any:
    """λ_max(H) = ‖H + cI‖₂ − c for any c ≥ ‖H‖₂."""
    from flint import arb_mat

    from wnverify.balls.spectrum import euclidean_norm, symmetric_norm

    c, p = euclidean_norm(matrix.entries()).upper(), matrix.nrows()
    shift = arb_mat(p, p, [c if i == j else 0 for i in range(p) for j in range(p)])
    return symmetric_norm(matrix + shift) - c


def least_ball(matrix: arb_mat) -> Any:
    """λ_min(H) = −λ_max(−H)."""
    return -_top_ball(-matrix)


def _trace_ball(matrix: arb_mat) -> Any:
    return matrix.trace()


def _frobenius_ball(matrix: arb_mat) -> Any:
    from wnverify.balls.spectrum import euclidean_norm

    return euclidean_norm(matrix.entries())
