"""What all families that a user declares share, from the kinds of arrays: draws, extremes, coordinates, moves."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from wnverify.arithmetic.activation import OwnActivation
from wnverify.arithmetic.probe import probe
from wnverify.arithmetic.program import Program
from wnverify.arrays import FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.errors import RecordError, TheoremFileError, expected
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.families.own import draws
from wnverify.families.own.coordinates import KindCoordinates
from wnverify.families.own.kinds import Kind
from wnverify.families.own.layered import layered
from wnverify.families.own.starts import Start, stacked
from wnverify.family import Coordinates, Scaling, Shape, Situation

FEW = 4
"""Instances at which a function is tried."""
REACHED = 6
"""Shapes that every budget reaches, where instances cost as little as a small network's Hessian."""
SLACK = 1e-12
"""By how much a saved array may miss its ball, sphere or box."""


class Declared(Tabled):
    """A family that is made of one function of its arrays, each of a kind.

    Attributes:
        kinds: the arrays by name.
        inputs: those that are no parameters, the input itself first.
        sizes: the shapes to try, from the fewest numbers to the most.
        program: the function.
        tried: the settings for which the function has been tried.
        activations: a user's own among the activations, by name.
        starts: further extreme instances by what they are; see `starting`.
    """

    agreement = 1e-8
    regimes: tuple[str, ...] = draws.REGIMES
    kinds: Mapping[str, Kind]
    inputs: tuple[str, ...]
    sizes: Sequence[Shape]
    program: Program
    tried: set[tuple[str, ...]]
    activations: Mapping[str, OwnActivation]
    starts: Mapping[str, Start] = MappingProxyType({})

    def starting(self, starts: Mapping[str, Start]) -> Self:
        """The same family with further extreme instances, on which every claim is tried first.

        Args:
            starts: by the words that describe them, `start(sizes)`, which returns instances of these sizes, each a
                mapping of all arrays by name, `x` among them; an empty list where it knows of none.

        Raises:
            TheoremFileError: if a part is not what it should be; the arrays are checked where they are made.

        >>> from wnverify.families.own.declare import architecture
        >>> from wnverify.families.own.kinds import ball, free
        >>> net = architecture("line", lambda xp, t, x: xp.sum(t.w * x), theta={"w": free("d")}, x=ball("d"),
        ...                    sizes={"d": (1, 2)})
        >>> net = net.starting({"all ones": lambda sizes: [{"w": [1] * sizes["d"], "x": [0.5] * sizes["d"]}]})
        >>> next(net.structured(net.situations()[1]))[0]
        'all ones'
        """
        for words, start in starts.items():
            if not isinstance(words, str) or not words.strip() or not callable(start):
                raise TheoremFileError(
                    expected("starts as {'what they are': function of the sizes}", repr(words)[:60])
                )
        other = copy(self)
        other.starts = {**self.starts, **starts}
        return other

    @property
    def reached(self) -> int:
        """A user lists few shapes, and means them: every budget reaches the first of them, where they are cheap."""
        return REACHED if self.cost <= 1.0 else 1

    @property
    def parameters(self) -> list[str]:
        """The names of the arrays that are parameters."""
        return [name for name in self.kinds if name not in self.inputs]

    def always(self) -> set[str]:
        """The arrays that there are at all sizes."""
        return {n for n, kind in self.kinds.items() if all(math.prod(kind.shape(shape)) for shape in self.sizes)}

    def whole(self, arrays: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
        """All arrays; those of which there is no entry at these sizes are empty.

        Raises:
            RecordError: if another one is not there, as in an instance of another family of the same name.
        """
        absent = {name: np.zeros(kind.shape(shape)) for name, kind in self.kinds.items() if name not in arrays}
        missing = [name for name, array in absent.items() if array.size]
        if missing:
            raise RecordError(expected(f"an instance of {self.name}, with {', '.join(missing)}", ", ".join(arrays)))
        return {name: absent[name] if name in absent else arrays[name] for name in self.kinds}

    # ---- the family

    def shapes(self) -> Sequence[Shape]:
        """The sizes to try, from the fewest numbers to the most."""
        return self.sizes

    def table(self, situation: Situation) -> Table:
        """The arrays that have an entry at these sizes."""
        found = {}
        for name, kind in self.kinds_at(situation.shape).items():
            low, high = (kind.low, kind.high) if kind.name in ("positive", "box") else (-np.inf, np.inf)
            axes = " ".join(map(str, kind.shape(situation.shape)))
            positive = kind.name == "positive"
            found[name] = Array(axes, low, high, vectors=kind.name == "rows", log=positive)
        return found

    def kinds_at(self, shape: Shape) -> dict[str, Kind]:
        """The kinds of the arrays that have an entry at these sizes."""
        return {name: kind for name, kind in self.kinds.items() if math.prod(kind.shape(shape))}

    def entries(self, shape: Shape) -> int:
        """How many numbers an instance holds."""
        return sum(math.prod(kind.shape(shape)) for kind in self.kinds.values())

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw instances; see `draws.draw` for what each regime is.

        Raises:
            FunctionError: if the function cannot be trusted at generic instances; see `probe`.
        """
        self._try(situation)
        return self._drawn(situation, regime, count, rng)

    def _drawn(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        return self.batch(situation, draws.draw(self.kinds_at(situation.shape), situation.shape, regime, count, rng))

    def _try(self, situation: Situation) -> None:
        """Try the function once for each choice of settings, at a few generic instances of the first size drawn."""
        chosen = tuple(situation.settings.values())
        if chosen not in self.tried:
            probe(self.program, self._drawn(situation, draws.REGIMES[0], FEW, np.random.default_rng(0)))
            self.tried.add(chosen)  # what fails, fails in every check

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Extreme instances that the family was given, and those derived from the kinds, where there is a value."""
        self._try(situation)
        derived = _derived(tuple(self.kinds_at(situation.shape).items()), self.inputs, tuple(situation.shape.items()))
        parts = [*self._given(situation), *((words, self.batch(situation, arrays)) for words, arrays in derived)]
        found = np.isfinite(self.program.values(concatenate([batch for _, batch in parts])))
        ends = np.cumsum([batch.size for _, batch in parts])
        for (words, batch), finite in zip(parts, np.split(found, ends[:-1]), strict=True):
            if finite.any():
                yield words, batch if finite.all() else batch.select(np.flatnonzero(finite))

    def _given(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The instances of the starts.

        Raises:
            TheoremFileError: if one is not in the domain.
        """
        kinds = self.kinds_at(situation.shape)
        for words, start in self.starts.items():
            arrays = stacked(kinds, words, start, situation.shape)
            if arrays:
                batch = self.batch(situation, arrays)
                try:
                    self.check(batch)
                except RecordError as error:
                    raise TheoremFileError(f"The start {words!r} at {dict(situation.shape)}: {error}") from error
                yield words, batch

    def coordinates(self, situation: Situation) -> Coordinates:
        """Gauge-fixed coordinates, derived from the kinds."""
        return KindCoordinates(self.name, situation, self.kinds_at(situation.shape))

    def scalings(self) -> Mapping[str, Scaling]:
        """Norms by stretching their arrays, ω by stretching all rows; those of a sphere cannot be stretched."""
        rows = [name for name, kind in self.kinds.items() if kind.name == "rows"]
        found = {"omega": self._stretching(rows)} if rows else {}
        loose = [name for name, kind in self.kinds.items() if kind.name != "sphere"]
        if self.inputs[0] in loose:
            found["input_norm"] = self._stretching([self.inputs[0]])
        for name in (name for name in self.parameters if name in loose):
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

    def exact(self, batch: Batch) -> Batch:
        """One instance in which balls divide out what floats miss of a norm 1."""
        spheres = {name: kind.each for name, kind in self.kinds_at(batch.shape).items() if kind.name == "sphere"}
        if not spheres:
            return batch
        from flint import ctx

        return batch.memo(("exact", ctx.prec), lambda: _of_norms_1(batch, spheres))

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Sizes; every other quantity brings its own ball."""
        from flint import arb

        if not self._certainly_inside(batch):
            return None
        known = {**batch.shape, "p": self._count(batch)}
        return {name: arb(known[name]) for name in names} if set(names) <= set(known) else None

    def _certainly_inside(self, batch: Batch) -> bool:
        """Whether every array of an instance lies in its ball, not only up to rounding: else nothing is certain."""
        limited = [
            (self.kinds[name], array) for name, array in batch.arrays.items() if self.kinds[name].name == "ball"
        ]
        return all(_certainly_in_ball(kind, array) for kind, array in limited)

    def _count(self, batch: Batch) -> int:
        return sum(array.size // batch.size for name, array in batch.arrays.items() if name not in self.inputs)

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


@lru_cache(maxsize=16)  # a situation differs from the next by its settings, which no pattern depends on
def _derived(
    kinds: tuple[tuple[str, Kind], ...], inputs: tuple[str, ...], shape: tuple[tuple[str, int], ...]
) -> list[tuple[str, dict[str, FloatArray]]]:
    """The patterns of arrays at some sizes, in words; nobody writes to them."""
    arrays, sizes = dict(kinds), dict(shape)
    return [*draws.structured(arrays, inputs[0], sizes), *layered(arrays, inputs, sizes)]


def _certainly_in_ball(kind: Kind, array: Any) -> bool:
    """Whether the array of one instance has a norm that is certainly not above the radius."""
    from flint import arb

    from wnverify.arithmetic.enclosing import PRECISION
    from wnverify.arithmetic.spaces import in_balls
    from wnverify.balls.ball import at_least

    with at_least(PRECISION):
        entries = in_balls(array[..., :1])
        parts = entries.reshape(int(np.prod(entries.shape[: kind.each], dtype=int)), -1)
        squares = [sum((x * x for x in part), arb(0)) for part in parts.tolist()]
        return all(square <= arb(kind.radius) ** 2 for square in squares)


def _of_norms_1(batch: Batch, spheres: Mapping[str, int]) -> Batch:
    from wnverify.arithmetic.enclosing import PRECISION, of_norm_1
    from wnverify.balls.ball import at_least

    with at_least(PRECISION):
        exact = {name: of_norm_1(batch.arrays[name], each) for name, each in spheres.items()}
    return batch.with_arrays({**batch.arrays, **exact})


def _limited(kind: Kind, array: FloatArray) -> FloatArray:
    """What a stretched array keeps of its stretch."""
    if kind.name == "ball":
        return array * np.minimum(1.0, kind.radius / np.maximum(draws.sizes_of(array, kind.each), 1e-300))
    if kind.name == "box":
        return np.clip(array, kind.low, kind.high)
    return np.maximum(array, 1e-300) if kind.name == "positive" else array


def _outside(kind: Kind, array: FloatArray) -> str:
    """What puts an array out of the domain of its kind; empty if nothing does."""
    if kind.name in ("ball", "sphere"):
        size = draws.sizes_of(array, kind.each)
        limit = kind.radius * (1 + SLACK)
        if (size > limit).any() or (kind.name == "sphere" and (size < 1 - SLACK).any()):
            return f"a norm of {float(size.max()):.17g}"
    if kind.name == "box" and not ((array >= kind.low) & (array <= kind.high)).all():
        return f"entries from {float(array.min()):.6g} to {float(array.max()):.6g}"
    return ""
