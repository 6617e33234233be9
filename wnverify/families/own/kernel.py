"""The tangent kernel of an architecture on n inputs: K_ij = ⟨∇_θ f(x_i), ∇_θ f(x_j)⟩."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wnverify.arithmetic import oracle
from wnverify.arithmetic.program import Program, joined
from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.kit.parts import once
from wnverify.families.own.derivatives import Slopes, check_size
from wnverify.quantities import Route


class Kernel:
    """The tangent kernel.

    Args:
        program: the network for one input `x`.
        parameters: the arrays by which it is differentiated.
    """

    def __init__(self, program: Program, parameters: Sequence[str]) -> None:
        self.program, self.parameters = program, parameters
        self.gradients = once(self._gradients)
        self.second_gradients = once(self._second)

    def least(self) -> Route:
        """Its least eigenvalue, 0 at least.

        With K's eigenvector u and F = Σ_i u_i f(x_i) it is ‖∇F‖², so that its slope is 2∇²F·∇F.
        """
        return Route(
            lambda batch: _least(self.gradients(batch)),
            self._slope,
            lambda batch: _least(self.second_gradients(batch)),
            ball=self._ball,
        )

    def _present(self, batch: Batch) -> list[str]:
        return [name for name in self.parameters if name in batch.arrays]

    def _gradients(self, batch: Batch) -> FloatArray:
        """∇_θ f(x_i), (B, n, p)."""
        wide, n = by_sample(batch), batch.shape["n"]
        names = self._present(batch)
        flat = joined(self.program.gradient(wide, names), names)
        return np.moveaxis(flat.reshape(-1, n, batch.size), (0, 1, 2), (2, 1, 0))

    def _second(self, batch: Batch) -> FloatArray:
        wide, names, n = by_sample(batch), self._present(batch), batch.shape["n"]
        every = [oracle.gradient(self.program.written, wide, index, names) for index in range(wide.size)]
        flat = np.stack([np.concatenate([one[name].ravel() for name in names]) for one in every], axis=-1)
        return np.moveaxis(flat.reshape(-1, n, batch.size), (0, 1, 2), (2, 1, 0))

    def _slope(self, batch: Batch) -> Slopes:
        names, n, B = self._present(batch), batch.shape["n"], batch.size
        gradients = np.nan_to_num(self.gradients(batch))
        u = np.linalg.eigh(gradients @ gradients.swapaxes(1, 2))[1][:, :, 0]
        along = np.tile(np.einsum("bi,bip->pb", u, gradients), n)
        wide = by_sample(batch)
        direction, start = {}, 0
        for name in names:
            shape = wide.arrays[name].shape
            size = int(np.prod(shape[:-1], dtype=int))
            direction[name] = along[start : start + size].reshape(shape)
            start += size
        swept = self.program.reverse(wide, direction, 1, [*names, "x"])
        weighted = {key: 2 * part.reshape(*part.shape[:-1], n, B) * u.T for key, part in swept.items()}
        found = {name: weighted[name].sum(axis=-2) for name in names}
        return {**found, "X": np.moveaxis(weighted["x"], -2, 0)}

    def _ball(self, batch: Batch) -> Any:
        from flint import arb, arb_mat

        from wnverify.arithmetic import enclosing
        from wnverify.families.own.derivatives import Derivatives, least_ball

        names, n = self._present(batch), batch.shape["n"]
        check_size(n)

        def kernel(program: Program, one: Batch, arrays: Any) -> Any:
            rows = []
            for index in range(n):
                at = {**{name: arrays[name] for name in names}, "x": arrays["X"][index]}
                rows.append(enclosing.gradient(program, one, at, names))
            entries = [[sum((a * b for a, b in zip(r, s, strict=True)), arb(0)) for s in rows] for r in rows]
            return least_ball(arb_mat(entries)).max(arb(0))

        return Derivatives(self.program, lambda one: list(one.arrays)).ball(kernel)(batch)


def by_sample(batch: Batch) -> Batch:
    """Every sample as an instance of its own: the first of all instances, then the second of all."""
    X, n = batch.arrays["X"], batch.shape["n"]
    arrays = {name: np.tile(array, n) for name, array in batch.arrays.items() if name not in ("X", "y")}
    return batch.with_arrays({**arrays, "x": np.concatenate(list(X), axis=-1)})


def _least(gradients: FloatArray) -> FloatArray:
    """The least eigenvalue of G Gᵀ, as the square of a singular value: rounding does not make it negative."""
    lost = np.asarray(~np.isfinite(gradients).all(axis=(1, 2)))
    values = np.linalg.svd(np.where(lost[:, None, None], 0.0, gradients), compute_uv=False)
    least = values[:, -1] ** 2 if gradients.shape[1] <= gradients.shape[2] else np.zeros(len(values))
    return np.where(lost, np.nan, least)
