"""Program: a user's function on batches of instances, with its derivatives.

The function is written for one instance. Here it is run once for all of them: its arrays become power series with the
instances as lanes (`Series`), so that

    values and directional derivatives   come from one run forward, in floats;
    gradients, Hessian-vector products   from a run along the direction and one reverse sweep of it by autograd:
                                         ∂⟨∇f, u⟩/∂θ = ∇²f u;
    slopes of a curvature uᵀ∇²f u        in the same way, one order higher.

The steps of such a run are written down and run again at the same shapes, without the function (`tape`).
Where the function uses an operation that power series do not know, it is run instance by instance under autograd.
Large calls go to jax, if it is installed (`accelerated`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import autograd
import autograd.numpy as anp
import numpy as np

from wnverify.arithmetic import oracle
from wnverify.arithmetic.accelerated import Accelerated, mode
from wnverify.arithmetic.faults import UnknownOperation, returned
from wnverify.arithmetic.joint import Joint, taken
from wnverify.arithmetic.namespace import Functions
from wnverify.arithmetic.series import Series
from wnverify.arithmetic.spaces import Floats, Space, Traced
from wnverify.arithmetic.tape import coefficients
from wnverify.arithmetic.tapes import Tapes
from wnverify.arithmetic.written import Written
from wnverify.arrays import FloatArray
from wnverify.batch import Batch

Arrays: TypeAlias = Mapping[str, FloatArray]
LANES, FORWARD = 80_000, 200_000
"""Numbers of the instances that are run side by side, at most: what they lead to should stay in the cache. A reverse
sweep needs all of it, a run forward what was computed last."""


@dataclass(frozen=True, eq=False)
class Program:
    """A function of the arrays of an instance that returns one number.

    Args:
        written: the function.
        joint: it and others that are made of the same, if there are any.
        place: of the function among them.
    """

    written: Written
    joint: Joint | None = None
    place: int = 0

    # ---- running it

    def run(self, space: Space, arrays: Mapping[str, Series], batch: Batch) -> Series:
        """The function on power series; a single number, in every lane.

        Raises:
            FunctionError: if it fails, or returns anything else than one number.
        """
        xp = Functions(space, self.written.phi(batch.settings))
        with np.errstate(all="ignore"):
            return single(self.written.called(xp, arrays, batch), space, self.written.name)

    # ---- values and derivatives of a batch

    def values(self, batch: Batch) -> FloatArray:
        """f, (B,)."""
        if (Program.values, self) in batch:
            return batch.memo((Program.values, self), lambda: np.empty(0))
        if (found := self._first(batch)) is not None:
            return found
        known = self.known(batch)
        found = self.compiled.values(batch, known=known)
        if found is not None:
            return found
        if known:
            return self.along(batch, {}, 0)[0]
        return np.array([oracle.value(self.written, batch, index) for index in range(batch.size)])

    def _first(self, batch: Batch) -> FloatArray | None:
        """Values where nothing is known of the situation yet, and jax is never asked; None if they tell nothing."""
        key = _situation(batch)
        if key in self._known or mode() != "never":
            return None
        try:
            found = self.along(batch, {}, 0)[0]
        except UnknownOperation:
            self._known[key] = False
            return None
        self._known[key] = True
        return found

    def along(self, batch: Batch, direction: Arrays, order: int) -> tuple[FloatArray, ...]:
        """f and its derivatives in t of f(θ + tu), (K,) each.

        Args:
            batch: K instances.
            direction: u by array, (*shape, K); absent ones stay.
            order: up to which derivative.
        """
        if cuts := _cuts(batch, FORWARD):
            few = [self.along(batch.select(cut), _part(direction, cut), order) for cut in cuts]
            return tuple(np.concatenate(parts) for parts in zip(*few, strict=True))
        tape = self.tapes.again(batch, direction, order)
        if tape is not None:
            every = tape.coefficients(coefficients(batch.arrays, direction, order), taken(tape, batch))
            return tuple(_all_lanes(part, batch.size) for part in every)
        space = Floats(order, batch.size)
        found = self.run(space, _series(space, batch.arrays, direction), batch)
        parts = [_all_lanes(part, batch.size) for part in found.c]
        return tuple(part if k == 0 else _without_kinks(space, part) for k, part in enumerate(parts))

    def gradient(self, batch: Batch, names: Sequence[str]) -> dict[str, FloatArray]:
        """∂f by array, (*shape, B) each."""
        return self.reverse(batch, {}, 0, names)

    def reverse(self, batch: Batch, direction: Arrays, order: int, names: Sequence[str]) -> dict[str, FloatArray]:
        """The derivative by array of the `order`-th derivative of f along a fixed direction, (*shape, K) each.

        Order 0 is the gradient, 1 the Hessian times the direction, 2 the slope of the curvature along it.
        """
        known = self.known(batch)
        found = self.compiled.swept(batch, direction, order, names, known=known)
        if found is not None:
            return self._smooth(batch, found, [*names, *direction])
        if known:
            return self._reverse(batch, direction, order, names)
        parts = [
            oracle.swept(self.written, batch, index, _one(direction, index), names, order=order)
            for index in range(batch.size)
        ]
        return {name: np.stack([part[name] for part in parts], axis=-1) for name in names}

    def _reverse(self, batch: Batch, direction: Arrays, order: int, names: Sequence[str]) -> dict[str, FloatArray]:
        """By power series, so many lanes at once that they stay in the cache."""
        if cuts := _cuts(batch, LANES):
            few = [self._reverse(batch.select(cut), _part(direction, cut), order, names) for cut in cuts]
            return {name: np.concatenate([part[name] for part in few], axis=-1) for name in names}
        return self._swept(batch, direction, order, names)

    def _swept(self, batch: Batch, direction: Arrays, order: int, names: Sequence[str]) -> dict[str, FloatArray]:
        tape = self.tapes.at_once(batch, direction, order)
        if tape is not None:
            found = tape.forward(coefficients(batch.arrays, direction, order), taken(tape, batch))
            if not order:  # the values are there for nothing
                batch.memo((Program.values, self), lambda: _all_lanes(tape.last(found), batch.size))
            return tape.swept(found, names)
        space = Traced(order, batch.size)

        def last(*parts: Any) -> Any:
            arrays = {**batch.arrays, **dict(zip(names, parts, strict=True))}
            found = self.run(space, _series(space, arrays, direction), batch).c[order]
            return (
                0.0 * sum(anp.sum(part) for part in parts) if found is None else anp.sum(found + 0.0 * _touch(parts))
            )

        with np.errstate(all="ignore"):
            swept = autograd.grad(last, argnum=tuple(range(len(names))))(*(batch.arrays[name] for name in names))
        return {name: _without_kinks(space, np.asarray(part)) for name, part in zip(names, swept, strict=True)}

    def hessian(self, batch: Batch, names: Sequence[str], others: Sequence[str] | None = None) -> FloatArray:
        """∂²f over the entries of some arrays and of others, flattened in order, (p, q, B); p = q by default."""
        others = names if others is None else others
        known = self.known(batch)
        found = self.compiled.hessian(batch, names, others, known=known)
        if found is not None:
            return self._smooth(batch, {"hessian": found}, [*names, *others])["hessian"]
        if not known:
            every = [oracle.hessian(self.written, batch, index, names, others) for index in range(batch.size)]
            return np.stack(every, axis=-1)
        sizes, B = sizes_of(batch, names), batch.size
        p = sum(sizes.values())
        together = max(1, LANES // max(1, B * sum(array.size // B for array in batch.arrays.values())))
        rows = []
        for start in range(0, p, together):
            few = np.arange(start, min(p, start + together))
            wide = tiled(batch, len(few))
            units = np.zeros((p, len(few), B))
            units[few, np.arange(len(few))] = 1.0
            swept = self._reverse(wide, split(units.reshape(p, -1), batch, names), 1, others)
            rows.append(joined(swept, others).reshape(-1, len(few), B).swapaxes(0, 1))
        return np.concatenate(rows)

    def known(self, batch: Batch) -> bool:
        """Whether power series know every operation that the function uses at these sizes and settings."""
        key = _situation(batch)
        if key not in self._known:
            one = batch.one(0)
            try:
                self.run(Floats(0, 1), _series(Floats(0, 1), one.arrays, {}), one)
            except UnknownOperation:
                self._known[key] = False
            else:
                self._known[key] = True
        return self._known[key]

    @cached_property
    def tapes(self) -> Tapes:
        """What the function does, written down by situation."""
        return Tapes(self.run, self.joint, self.place)

    @cached_property
    def compiled(self) -> Accelerated:
        """The routes by jax, where it is installed and pays."""
        return Accelerated(self.written)

    def _smooth(self, batch: Batch, parts: Arrays, by: Sequence[str]) -> dict[str, FloatArray]:
        """NaN for the instances at which power series, if they know the function, meet a kink: jax goes on.

        A kink is met by what depends on an array by which is differentiated: one that has a derivative here.
        """
        space = Floats(1, batch.size)
        if self.known(batch):
            moved = {name: np.zeros_like(batch.arrays[name]) for name in by}
            self.run(space, _series(space, batch.arrays, moved), batch)
        return {name: _without_kinks(space, part) for name, part in parts.items()}

    @cached_property
    def _known(self) -> dict[Any, bool]:
        return {}


def single(found: Any, space: Space, name: str) -> Series:
    """What a function returned, if it is a single number.

    Raises:
        FunctionError: if it is not.
    """
    if isinstance(found, Series) and found.ndim == 0 and found.value.dtype != bool:
        return found
    real = isinstance(found, (int, float, np.floating, np.integer)) and not isinstance(found, bool)
    if real or (isinstance(found, np.ndarray) and found.shape == () and found.dtype.kind in "iuf"):
        return Series(space, [space.lift(found)])
    raise returned(name, found)


# ---- arrays, directions and lanes


def _situation(batch: Batch) -> Any:
    return (*batch.shape.items(), *batch.settings.items())


def _series(space: Space, arrays: Mapping[str, Any], direction: Arrays) -> dict[str, Series]:
    return {name: Series(space, parts) for name, parts in coefficients(arrays, direction, space.order).items()}


def _cuts(batch: Batch, most: int) -> list[slice]:
    """Stretches of the lanes that hold so many numbers at most; none where they do together."""
    lanes = max(1, most // max(1, sum(array.size // batch.size for array in batch.arrays.values())))
    if batch.size <= lanes:
        return []
    return [slice(start, start + lanes) for start in range(0, batch.size, lanes)]


def _part(direction: Arrays, cut: slice) -> dict[str, FloatArray]:
    return {name: u[..., cut] for name, u in direction.items()}


def _one(direction: Arrays, index: int) -> dict[str, FloatArray]:
    return {name: u[..., index] for name, u in direction.items()}


def _all_lanes(part: Any, lanes: int) -> FloatArray:
    if part is None:
        return np.zeros(lanes)
    return part * 1.0 if np.shape(part) == (lanes,) else np.broadcast_to(part, (lanes,)) * 1.0


def _touch(parts: Sequence[Any]) -> Any:
    """Zero, by way of every argument: autograd warns where a result does not depend on one."""
    return sum(anp.sum(part[..., :1] * 0.0) if part.size else 0.0 for part in parts)


def _without_kinks(space: Space, part: FloatArray) -> FloatArray:
    """NaN in the lanes that have no derivative."""
    for lanes in space.kinks.values():
        part = np.where(lanes, np.nan, part)
    return part


def sizes_of(batch: Batch, names: Sequence[str]) -> dict[str, int]:
    """How many entries each array has in one instance."""
    return {name: batch.arrays[name].size // batch.size for name in names}


def joined(arrays: Arrays, names: Sequence[str]) -> FloatArray:
    """Arrays flattened and put together in the order of their names, (p, K)."""
    lanes = arrays[names[0]].shape[-1]
    return np.concatenate([arrays[name].reshape(-1, lanes) for name in names])


def split(flat: FloatArray, batch: Batch, names: Sequence[str]) -> dict[str, FloatArray]:
    """(p, K) cut into arrays again."""
    sizes = sizes_of(batch, names)
    parts = np.split(flat, np.cumsum(list(sizes.values()))[:-1])
    return {
        name: part.reshape(*batch.arrays[name].shape[:-1], flat.shape[-1])
        for name, part in zip(sizes, parts, strict=True)
    }


def tiled(batch: Batch, times: int) -> Batch:
    """Every instance so many times: all of them, then all again."""
    return batch.with_arrays({name: np.tile(array, times) for name, array in batch.arrays.items()})
