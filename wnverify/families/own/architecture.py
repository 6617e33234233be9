"""An architecture: a family made of one function, which is the network for one input."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from wnverify.architecture.activation import activation_of
from wnverify.architecture.namespace import Phi
from wnverify.architecture.program import Program
from wnverify.architecture.theta import Theta
from wnverify.architecture.written import Written
from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import RecordError, expected
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.families.own import draws, vocabulary
from wnverify.families.own.coordinates import KindCoordinates
from wnverify.families.own.derivatives import Derivatives
from wnverify.families.own.kinds import Kind
from wnverify.family import Coordinates, Scaling, Settings, Shape, Situation
from wnverify.quantities import Quantity

Function: TypeAlias = Callable[[Any, Theta, Any], Any]
"""(xp, theta, x) -> one number."""
INPUT = "x"
"""The name of the input among the arrays."""
SLACK = 1e-12
"""By how much a saved array may miss its ball, sphere or box."""


class Architecture(Tabled):
    """Networks that a user wrote as one function; made by `declare.architecture`.

    Args:
        name: the family's name.
        value: (xp, theta, x) -> f(θ; x).
        kinds: the arrays by name, the input `x` among them.
        sizes: the shapes to try.
        settings: choices that are not numbers; `activation` names what xp.phi is.
    """

    agreement = 1e-8

    def __init__(
        self,
        name: str,
        value: Function,
        *,
        kinds: Mapping[str, Kind],
        sizes: Sequence[Shape],
        settings: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.name, self.value, self.kinds = name, value, dict(kinds)
        self.settings, self.regimes = dict(settings), draws.REGIMES
        self.sizes = sorted(sizes, key=self._numbers)
        self.program = Program(Written(name, self._call, self._phi))
        self.at = Derivatives(self.program, vocabulary.present(*self.kinds))
        self.quantities = {quantity.name: quantity for quantity in self._vocabulary()}

    def _call(self, xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Any:
        """The user's function."""
        return self.value(xp, *self.arguments(arrays, batch))

    def arguments(self, arrays: Mapping[str, Any], batch: Batch) -> tuple[Theta, Any]:
        """(theta, x) for a user's function; arrays of which there is no entry at these sizes are empty."""
        whole = {name: arrays.get(name) for name in self.kinds}
        for name, array in whole.items():
            if array is None:
                whole[name] = np.zeros(self.kinds[name].shape(batch.shape))
        x = whole.pop(INPUT)
        return Theta(whole, dict(batch.shape) | dict(batch.settings)), x

    def _phi(self, settings: Settings) -> Phi | None:
        return activation_of(settings)

    def _vocabulary(self) -> Iterator[Quantity]:
        parameters = [name for name in self.kinds if name != INPUT]
        yield from vocabulary.sizes(list(self.sizes[0]))
        yield vocabulary.counted(parameters)
        yield from vocabulary.of_arrays(self.kinds, INPUT, self._always())
        yield from vocabulary.of_function(self.at, self.kinds, INPUT)

    def _always(self) -> set[str]:
        """The arrays that there are at all sizes."""
        return {n for n, kind in self.kinds.items() if all(math.prod(kind.shape(shape)) for shape in self.sizes)}

    # ---- the family

    def shapes(self) -> Sequence[Shape]:
        """The sizes to try, from the fewest numbers to the most."""
        return self.sizes

    def table(self, situation: Situation) -> Table:
        """The arrays that have an entry at these sizes."""
        found = {}
        for name, kind in self._kinds(situation.shape).items():
            low, high = (kind.low, kind.high) if kind.name in ("positive", "box") else (-np.inf, np.inf)
            axes = " ".join(map(str, kind.shape(situation.shape)))
            positive = kind.name == "positive"
            found[name] = Array(axes, low, high, vectors=kind.name == "rows", log=positive)
        return found

    def _kinds(self, shape: Shape) -> dict[str, Kind]:
        return {name: kind for name, kind in self.kinds.items() if math.prod(kind.shape(shape))}

    def _numbers(self, shape: Shape) -> int:
        return sum(math.prod(kind.shape(shape)) for kind in self.kinds.values())

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw instances; see `draws.draw` for what each regime is."""
        return self.batch(situation, draws.draw(self._kinds(situation.shape), situation.shape, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Extreme instances derived from the kinds, where the function has a value."""
        kinds = self._kinds(situation.shape)
        for words, arrays in draws.structured(kinds, INPUT, situation.shape):
            batch = self.batch(situation, arrays)
            there = np.flatnonzero(np.isfinite(self.program.values(batch)))
            if there.size:
                yield words, batch.select(there)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Gauge-fixed coordinates, derived from the kinds."""
        return KindCoordinates(self.name, situation, self._kinds(situation.shape))

    def scalings(self) -> Mapping[str, Scaling]:
        """Norms by stretching their arrays, ω by stretching all rows."""
        rows = [name for name, kind in self.kinds.items() if kind.name == "rows"]
        found = {"input_norm": self._stretching([INPUT])} | ({"omega": self._stretching(rows)} if rows else {})
        for name in self.kinds:
            if name != INPUT:
                for kind in ("norm", "largest", "spectral", "largest_row", "least_row"):
                    found[f"{kind}_{name}"] = self._stretching([name])
        return {name: scaling for name, scaling in found.items() if name in self.quantities}

    def _stretching(self, names: Sequence[str]) -> Scaling:
        """Arrays multiplied by a factor, as far as their kinds let them."""

        def stretch(batch: Batch, factor: FloatArray) -> Batch:
            arrays = {
                name: _limited(self.kinds[name], array * np.abs(factor))
                for name, array in batch.arrays.items()
                if name in names
            }
            return batch.with_arrays({**batch.arrays, **arrays})

        return Scaling(stretch)

    def inside(self, batch: Batch) -> Batch:
        """Arrays in balls shortened by 1e-12, relative."""
        balls = {n: a * (1 - 1e-12) for n, a in batch.arrays.items() if self.kinds[n].name == "ball"}
        return batch.with_arrays({**batch.arrays, **balls})

    def gauges(self, batch: Batch) -> Iterator[Batch]:
        """One instance with all rows of norm 1, then with all of the least norm there is."""
        rows = {n: np.linalg.norm(a, axis=-2) for n, a in batch.arrays.items() if self.kinds[n].name == "rows"}
        if not rows:
            return
        for size in (1.0, float(min(lengths.min() for lengths in rows.values()))):
            arrays = {n: size * batch.arrays[n] / lengths[..., None, :] for n, lengths in rows.items()}
            yield batch.with_arrays({**batch.arrays, **arrays})

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Sizes; every other quantity brings its own ball."""
        from flint import arb

        known = {**batch.shape, "p": self._count(batch)}
        return {name: arb(known[name]) for name in names} if set(names) <= set(known) else None

    def _count(self, batch: Batch) -> int:
        return sum(array.size // batch.size for name, array in batch.arrays.items() if name != INPUT)

    def scalable(self, batch: Batch) -> Sequence[Sequence[str]]:
        """Every array by itself, but for those of a fixed norm."""
        return [[name] for name in batch.arrays if self.kinds[name].name != "sphere"]

    def check(self, batch: Batch) -> None:
        """Refuse what is not an instance.

        Raises:
            RecordError: says what was expected, and what was found.
        """
        Tabled.check(self, batch)
        for name, array in batch.arrays.items():
            problem = _outside(self.kinds[name], array)
            if problem:
                raise RecordError(expected(f"an array {name} in its domain, {self.kinds[name]}", problem))


def _limited(kind: Kind, array: FloatArray) -> FloatArray:
    """What a stretched array keeps of its stretch."""
    if kind.name == "box":
        return np.clip(array, kind.low, kind.high)
    return np.maximum(array, 1e-300) if kind.name == "positive" else array


def _outside(kind: Kind, array: FloatArray) -> str:
    """What puts an array out of the domain of its kind; empty if nothing does."""
    if kind.name in ("ball", "sphere"):
        size = np.linalg.norm(array.reshape(-1, array.shape[-1]), axis=0)
        limit = kind.radius * (1 + SLACK)
        if (size > limit).any() or (kind.name == "sphere" and (size < 1 - SLACK).any()):
            return f"a norm of {float(size.max()):.17g}"
    if kind.name == "box" and not ((array >= kind.low) & (array <= kind.high)).all():
        return f"entries from {float(array.min()):.6g} to {float(array.max()):.6g}"
    return ""
