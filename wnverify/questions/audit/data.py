"""Inputs, targets and outputs to compare with, from `.npy`, `.npz` or Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.errors import RecordError, expected
from wnverify.questions.audit.containers import MAGIC, Parts, as_numbers, from_mapping, from_npz, npy
from wnverify.questions.audit.files import opened

LARGEST_NORM = "all inputs are divided by {:.6g}, the largest of their norms"


def data_of(path: Path) -> dict[str, FloatArray]:
    """X, and y if it is there, of an `.npz`; X of an `.npy`.

    Raises:
        RecordError: if the file is damaged or holds anything else.
    """
    return dict(opened(path, lambda file: _named(file, ("X", "y"))).arrays)


def outputs_of(path: Path) -> FloatArray:
    """The one array of an `.npy` or `.npz`.

    Raises:
        RecordError: if there is none, or there are several.
    """
    arrays = opened(path, lambda file: _named(file, ())).arrays
    if len(arrays) != 1:
        raise RecordError(f"{path}: {expected('one array of outputs', ', '.join(arrays)[:100] or 'none')}")
    return next(iter(arrays.values()))


def _named(file: IO[bytes], names: Sequence[str]) -> Parts:
    begin = file.read(6)
    file.seek(0)
    if begin.startswith(MAGIC):
        array = npy("X", file.read())
        if isinstance(array, str):
            raise RecordError(expected("numbers", "text"))
        return Parts({"X": as_numbers("X", array)})

    def check(found: Sequence[str]) -> None:
        for name in found:
            if not name.isprintable():
                raise RecordError(expected("names of signs that can be shown", ascii(name)[:80]))
            if names and name not in names:
                raise RecordError(expected(f"only {' and '.join(names)} as data", repr(name[:60])))

    if begin[:2] != b"PK":
        raise RecordError(expected("data as .npy or .npz", "another format"))
    return from_npz(file, check)


def of_python(X: Any, y: Any) -> dict[str, FloatArray]:
    """X and y from Python, whatever turns itself into an array.

    Raises:
        RecordError: if they hold anything but real numbers.
    """
    given = {name: value for name, value in (("X", X), ("y", y)) if value is not None}
    return dict(from_mapping({name: plain(value) for name, value in given.items()}, lambda _: None).arrays)


def plain(value: Any) -> Any:
    """A tensor of PyTorch as an array of its own type, bfloat16 as float32; anything else as it is."""
    if not hasattr(value, "detach"):
        return value
    tensor = value.detach().cpu()
    return (tensor.float() if "bfloat16" in str(tensor.dtype) else tensor).numpy()


def in_unit_ball(X: FloatArray) -> tuple[FloatArray, str]:
    """All inputs divided by the largest of their norms, and the words for it; as they are if none is beyond 1."""
    norms = np.linalg.norm(X.reshape(X.shape[0], -1), axis=1)
    largest = float(norms.max(initial=0.0))
    if not largest > 1 or not np.isfinite(largest):
        return X, "all inputs are in the unit ball already"
    # a hair more, so that rounding leaves no norm above 1
    return X / (largest * (1 + 1e-15)), LARGEST_NORM.format(largest)
