"""Norms of single arrays, read off an instance, with their derivatives and balls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.own.derivatives import length
from wnverify.notation.signs import spelled
from wnverify.quantities import Quantity, Route, Source

Matrices: TypeAlias = FloatArray
"""(B, k, a, b): the k matrices of an array in each instance."""


def norm(name: str, meaning: str, array: str, **domain: Any) -> Quantity:
    """‖A‖, Euclidean or Frobenius, of one array."""

    def measure(batch: Batch) -> FloatArray:
        return length(_present(batch, [array]), batch.size)

    def slope(batch: Batch) -> Mapping[str, FloatArray]:
        size = np.maximum(measure(batch), 1e-300)
        return {array: batch.arrays[array] / size} if array in batch.arrays else {}

    def ball(batch: Batch) -> Any:
        from wnverify.balls.spectrum import euclidean_norm

        return euclidean_norm(_balls(batch, array).ravel().tolist())

    return _read(name, meaning, Route(measure, slope, ball=ball), low=0, **domain)


def largest_part(name: str, meaning: str, array: str, **domain: Any) -> Quantity:
    """The largest Euclidean norm of the parts of an array along its first axis."""

    def parts(batch: Batch) -> FloatArray:
        value = batch.arrays[array]
        return value.reshape(value.shape[0], -1, batch.size)

    def lengths(batch: Batch) -> FloatArray:
        return np.linalg.norm(parts(batch), axis=1)

    def slope(batch: Batch) -> Mapping[str, FloatArray]:
        found = lengths(batch)
        share = (found == found.max(axis=0)) / np.maximum(found, 1e-300)
        share = share / (found == found.max(axis=0)).sum(axis=0)
        return {array: (parts(batch) * share[:, None]).reshape(batch.arrays[array].shape)}

    def ball(batch: Batch) -> Any:
        from wnverify.balls.spectrum import euclidean_norm

        return extreme([euclidean_norm(part.ravel().tolist()) for part in _balls(batch, array)], least=False)

    return _read(name, meaning, Route(lambda batch: lengths(batch).max(axis=0), slope, ball=ball), low=0, **domain)


def extreme_row(name: str, meaning: str, arrays: Sequence[str], *, least: bool) -> Quantity:
    """The least or the largest norm of a vector along the last axis, over some arrays; of none it is ∞ or 0."""
    pick: Callable[..., Any] = np.min if least else np.max

    def lengths(batch: Batch) -> dict[str, FloatArray]:
        return {n: np.linalg.norm(batch.arrays[n], axis=-2) for n in arrays if n in batch.arrays}

    def measure(batch: Batch) -> FloatArray:
        every = [each.reshape(-1, batch.size) for each in lengths(batch).values()]
        return pick(np.concatenate(every), axis=0) if every else np.full(batch.size, np.inf if least else 0.0)

    def slope(batch: Batch) -> Mapping[str, FloatArray]:
        """Shared equally by all that attain it."""
        found, value = lengths(batch), measure(batch)
        close = {n: np.abs(each - value) <= 1e-9 * value for n, each in found.items()}
        count = sum((each.reshape(-1, batch.size).sum(axis=0) for each in close.values()), np.zeros(batch.size))
        return {
            n: batch.arrays[n] * (close[n] / np.maximum(each, 1e-300) / count)[..., None, :]
            for n, each in found.items()
        }

    def ball(batch: Batch) -> Any:
        from flint import arb

        from wnverify.balls.spectrum import euclidean_norm

        every = [_balls(batch, n) for n in arrays if n in batch.arrays]
        balls = [euclidean_norm(row) for each in every for row in each.reshape(-1, each.shape[-1]).tolist()]
        return extreme(balls, least=least) if balls or not least else arb.pos_inf()

    # rows may not vanish, so that the least of them is above 0
    latex = rf"\|{spelled(arrays[0])}\|_{{2,\infty}}"
    if least:
        latex = r"\omega" if name == "omega" else rf"\omega({spelled(arrays[0])})"
    return _read(name, meaning, Route(measure, slope, ball=ball), low=0, strict=least, latex=latex)


def largest_entry(name: str, meaning: str, array: str) -> Quantity:
    """The largest |entry| of an array."""

    def sizes(batch: Batch) -> FloatArray:
        return np.abs(np.concatenate([np.zeros((1, batch.size)), *_flat(batch, array)]))

    def slope(batch: Batch) -> Mapping[str, FloatArray]:
        if array not in batch.arrays:
            return {}
        value, flat = sizes(batch).max(axis=0), batch.arrays[array].reshape(-1, batch.size)
        close = (np.abs(flat) == value) & (flat != 0.0)
        share = close * np.sign(flat) / np.maximum(close.sum(axis=0), 1)
        return {array: share.reshape(batch.arrays[array].shape)}

    def ball(batch: Batch) -> Any:
        return extreme([abs(each) for each in _balls(batch, array).ravel().tolist()], least=False)

    latex = rf"\max|{spelled(array)}|"
    route = Route(lambda batch: sizes(batch).max(axis=0), slope, ball=ball)
    return _read(name, meaning, route, low=0, latex=latex)


def spectral_norm(name: str, meaning: str, array: str) -> Quantity:
    """‖A‖₂ of a matrix; the largest of a stack of them."""

    def matrices(batch: Batch) -> Matrices:
        value = batch.arrays[array]
        return np.moveaxis(value.reshape(-1, *value.shape[-3:]), -1, 0)

    def measure(batch: Batch) -> FloatArray:
        if array not in batch.arrays:
            return np.zeros(batch.size)
        return np.linalg.norm(matrices(batch), ord=2, axis=(2, 3)).max(axis=1)

    def slope(batch: Batch) -> Mapping[str, FloatArray]:
        if array not in batch.arrays:
            return {}
        left, values, right = np.linalg.svd(matrices(batch), full_matrices=False)
        first = np.arange(values.shape[1]) == np.argmax(values[:, :, 0], axis=1)[:, None]
        push = left[..., :, :1] * right[..., :1, :] * first[:, :, None, None]
        return {array: np.moveaxis(push, 0, -1).reshape(batch.arrays[array].shape)}

    def ball(batch: Batch) -> Any:
        from flint import arb_mat

        from wnverify.balls.spectrum import symmetric_norm

        found = []
        every = _balls(batch, array)
        for matrix in every.reshape(-1, *every.shape[-2:]) if every.size else ():
            a = arb_mat(matrix.tolist())
            found.append(symmetric_norm(a * a.transpose()).nonnegative_part().sqrt())
        return extreme(found, least=False)

    return _read(name, meaning, Route(measure, slope, ball=ball), low=0, latex=rf"\|{spelled(array)}\|_2")


def _read(name: str, meaning: str, route: Route, **domain: Any) -> Quantity:
    found = replace(route, ball=None if route.ball is None else sharp(route.ball))
    return Quantity(name, meaning, route=found, source=Source.ARRAY, **domain)


def sharp(ball: Callable[[Batch], Any]) -> Callable[[Batch], Any]:
    """A route in balls at the precision of all others."""

    def enclose(batch: Batch) -> Any:
        from wnverify.arithmetic.enclosing import PRECISION
        from wnverify.balls.ball import at_least

        with at_least(PRECISION):
            return ball(batch)

    return enclose


def _present(batch: Batch, arrays: Sequence[str]) -> list[FloatArray]:
    return [batch.arrays[name] for name in arrays if name in batch.arrays]


def _flat(batch: Batch, array: str) -> list[FloatArray]:
    return [part.reshape(-1, batch.size) for part in _present(batch, [array])]


def _balls(batch: Batch, array: str) -> Any:
    """The array of one instance as balls, without its lane; empty where there is none."""
    from wnverify.arithmetic.spaces import in_balls

    if array not in batch.arrays:
        return np.zeros((0, 1), dtype=object)
    return in_balls(batch.arrays[array][..., 0])


def extreme(balls: Sequence[Any], *, least: bool) -> Any:
    """The least or the largest of some balls; 0 if there is none."""
    from flint import arb

    found = balls[0] if balls else arb(0)
    for each in balls[1:]:
        found = found.min(each) if least else found.max(each)
    return found
