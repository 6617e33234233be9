"""Batch: B instances of one shape as plain arrays, and its lossless form as data (JSON with hex floats)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.errors import RecordError, expected

T = TypeVar("T")
MAX_NUMBERS = 4_000_000
"""The most numbers that a saved instance may hold; a larger file is refused before it is read into arrays."""


@dataclass(frozen=True, eq=False)
class Batch:
    """B instances of one family and shape.

    Args:
        family: the family's name.
        shape: the sizes by name, e.g. `{"L": 1, "m": 4, "d": 2}`.
        settings: what is chosen from a list, e.g. `{"activation": "tanh", "scaling": "fan_out"}`.
        arrays: the numbers by name, each with the batch as its last axis.
    """

    family: str
    shape: Mapping[str, int]
    settings: Mapping[str, str]
    arrays: Mapping[str, FloatArray]
    _memo: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _hints: dict[str, FloatArray] = field(default_factory=dict, repr=False)
    _lasting: set[Hashable] = field(default_factory=set, repr=False)

    @property
    def size(self) -> int:
        """B, the number of instances."""
        return int(next(iter(self.arrays.values())).shape[-1])

    def memo(self, key: Hashable, compute: Callable[[], T], *, lasting: bool = False) -> T:
        """Compute a derived value once for this batch (a forward pass, a spectrum).

        The function that computes it is the safest key: no two functions are equal, and two names may be. What is
        `lasting` is not forgotten: it took long, and needs little memory.
        """
        if key not in self._memo:
            self._memo[key] = compute()
            if lasting:
                self._lasting.add(key)
        found: T = self._memo[key]
        return found

    def measured(self, name: str, measure: Callable[[Batch], FloatArray]) -> FloatArray:
        """A quantity at every instance, (B,), by the measure that is asked first; whoever asks later gets the same.

        An audit so puts an estimate where a judge would measure what takes too long.
        """
        return self.memo(f"measure {name}", lambda: measure(self))

    def forget(self) -> None:
        """Keep the measured quantities, which are small, and what lasts; drop what led to them."""
        kept = self._lasting | self.known().keys()
        for key in [key for key in self._memo if key not in kept]:
            del self._memo[key]

    def known(self) -> dict[str, FloatArray]:
        """The quantities that were measured already, each (B,), by the key of `measured`."""
        every = self._memo.items()
        return {key: values for key, values in every if isinstance(key, str) and key.startswith("measure ")}

    def __contains__(self, key: Hashable) -> bool:
        """Whether a derived value has been computed already."""
        return key in self._memo

    def follow(self, previous: Batch, kept: Any = slice(None)) -> None:
        """Take over the hints of the batch that this one was made from by a small step (an eigenvector, say)."""
        for name, value in previous._hints.items():
            self._hints[name] = value[..., kept]

    def hint(self, name: str) -> FloatArray | None:
        """A starting value for an iteration, left by an earlier batch; None if there is none."""
        return self._hints.get(name)

    def leave_hint(self, name: str, value: FloatArray) -> None:
        """Leave a starting value, batch last, for the batches that follow this one."""
        self._hints[name] = value

    def with_arrays(self, arrays: Mapping[str, FloatArray]) -> Batch:
        """Instances of the same family and situation with other numbers; nothing that was computed is kept."""
        return Batch(self.family, self.shape, self.settings, arrays)

    def select(self, chosen: Any) -> Batch:
        """The instances at the chosen positions (a slice, integers or a mask), in that order."""
        if isinstance(chosen, slice):
            chosen = np.arange(self.size)[chosen]
        elif isinstance(chosen, np.ndarray) and chosen.dtype == np.bool_:
            chosen = np.flatnonzero(chosen)
        # NumPy lays `array[..., chosen]` out in another order, from which it would have to be copied
        return self.with_arrays({name: array.take(chosen, axis=-1) for name, array in self.arrays.items()})

    def some(self, chosen: Any) -> Batch:
        """The instances at the chosen positions, with the quantities that were measured of them already."""
        found = self.select(chosen)
        found._memo.update((key, values[chosen]) for key, values in self.known().items())
        return found

    def one(self, index: int) -> Batch:
        """The instance at one position, as a batch of size 1."""
        return self.select([index])


def concatenate(batches: Sequence[Batch]) -> Batch:
    """Join batches of the same family, shape and settings along the batch axis."""
    first = batches[0]
    names = first.arrays
    arrays = {name: np.concatenate([batch.arrays[name] for batch in batches], axis=-1) for name in names}
    return first.with_arrays(arrays)


def together(batches: Sequence[Batch]) -> Batch:
    """The same, with the quantities that were measured of all of them already."""
    found = concatenate(batches)
    known = [batch.known() for batch in batches]
    for key in set.intersection(*map(set, known)):
        found._memo[key] = np.concatenate([each[key] for each in known])
    return found


def to_data(batch: Batch) -> dict[str, Any]:
    """One instance as plain data: every float as its exact hexadecimal text.

    >>> one = Batch("toy", {"d": 2}, {}, {"x": np.array([[0.5], [0.1]])})
    >>> to_data(one)["arrays"]["x"]
    {'shape': [2], 'hex': ['0x1.0000000000000p-1', '0x1.999999999999ap-4']}
    """
    if batch.size != 1:
        raise RecordError(expected("one instance to save", f"{batch.size}", "select one"))
    arrays = {
        name: {"shape": list(array.shape[:-1]), "hex": [float(x).hex() for x in array.ravel()]}
        for name, array in batch.arrays.items()
    }
    return {
        "family": batch.family,
        "shape": dict(batch.shape),
        "settings": dict(batch.settings),
        "arrays": arrays,
    }


def from_data(data: Any) -> Batch:
    """Read an instance back, bit for bit.

    Raises:
        RecordError: if a part is missing, of the wrong type or size, or not a finite number.

    >>> one = Batch("toy", {"d": 2}, {}, {"x": np.array([[0.5], [0.1]])})
    >>> bool((from_data(to_data(one)).arrays["x"] == one.arrays["x"]).all())
    True
    """
    if not isinstance(data, dict) or set(data) != {"family", "shape", "settings", "arrays"}:
        raise RecordError(expected("an instance with family, shape, settings and arrays", repr(data)[:80]))
    shape, settings, arrays = data["shape"], data["settings"], data["arrays"]
    if not isinstance(data["family"], str) or not all(isinstance(part, dict) for part in (shape, settings, arrays)):
        raise RecordError(expected("a named family and three mappings", repr(data)[:80]))
    sizes = {str(name): _size(value, f"shape {name}") for name, value in shape.items()}
    if not arrays:
        raise RecordError(expected("at least one array", "none"))
    numbers = {str(name): _array(str(name), value) for name, value in arrays.items()}
    return Batch(data["family"], sizes, {str(k): str(v) for k, v in settings.items()}, numbers)


def _size(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MAX_NUMBERS:
        raise RecordError(expected(f"a size from 1 to {MAX_NUMBERS} as {where}", repr(value)[:80]))
    return value


def _array(name: str, value: Any) -> FloatArray:
    if not isinstance(value, dict) or set(value) != {"shape", "hex"}:
        raise RecordError(expected(f"shape and hex for the array {name}", repr(value)[:80]))
    shape, texts = value["shape"], value["hex"]
    if not isinstance(shape, list) or not isinstance(texts, list) or len(shape) > 4:
        raise RecordError(expected(f"lists as shape and hex of the array {name}", repr(value)[:80]))
    sizes = [_size(size, f"an axis of {name}") for size in shape]
    count = int(np.prod(sizes, dtype=object)) if sizes else 1
    if count != len(texts) or count > MAX_NUMBERS:
        raise RecordError(expected(f"{count} numbers in the array {name}", f"{len(texts)}"))
    return np.array([_number(text, name) for text in texts]).reshape([*sizes, 1])


def hex_float(text: Any) -> float:
    """The float that a hexadecimal text stands for; NaN if it stands for none.

    >>> hex_float("0x1.8p+1"), hex_float("three")
    (3.0, nan)
    """
    try:
        return float.fromhex(text)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def _number(text: Any, name: str) -> float:
    number = hex_float(text)
    if not np.isfinite(number):
        raise RecordError(expected(f"finite hexadecimal floats in the array {name}", repr(text)[:80]))
    return number
