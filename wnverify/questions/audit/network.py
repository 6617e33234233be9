"""A user's own network, read from `.npz` or JSON: safely, and with a bound on memory.

Keys: `W1` … `WL` (m_l × m_{l−1}, m_0 = d), `v` (m_L), `X` (n × d), optionally `y` (n), and the strings `activation`
and `scaling` (`fan_out` if it is absent). Nothing is unpickled, and no array is made before its size is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.contractions import lengths
from wnverify.errors import RecordError, expected
from wnverify.questions.audit.containers import WORDS, Parts, check_file, from_json, from_mapping, from_npz, path_of
from wnverify.typed.syntax import suggestion

MOST_PARAMETERS = 2_000_000
MOST_LAYERS = 200
SCALINGS = ("fan_out", "fan_in")
_LAYER = re.compile(r"W([1-9][0-9]{0,3})")


@dataclass(frozen=True, eq=False)
class SavedNetwork:
    """One network with its data.

    Args:
        W: the hidden layers, (m_l, m_{l−1}) each.
        v: output weights (m_L,).
        X: inputs (n, d).
        y: targets (n,), or None.
        activation: its name.
        scaling: fan_out or fan_in.
    """

    W: tuple[FloatArray, ...]
    v: FloatArray
    X: FloatArray
    y: FloatArray | None
    activation: str
    scaling: str

    @property
    def widths(self) -> tuple[int, ...]:
        """(m_1, …, m_L)."""
        return tuple(rows.shape[0] for rows in self.W)

    @property
    def parameters(self) -> int:
        """The number of weights."""
        return sum(rows.size for rows in self.W) + self.v.size


def read_network(source: Path | str | Mapping[str, Any]) -> SavedNetwork:
    """Read a network from a file, or take it from a mapping of arrays.

    Raises:
        RecordError: if it is damaged, too large, or not a network; the message names the array.
    """
    if isinstance(source, Mapping):
        return network_of(from_mapping(source, check_names))
    path = path_of(source)
    try:
        check_file(path)
        with path.open("rb") as file:
            begin = file.read(4)
            file.seek(0)
            return network_of((from_npz if begin[:2] == b"PK" else from_json)(file, check_names))
    except OSError as error:
        raise RecordError(expected("a network that can be read", f"{path} ({error.strerror or error})")) from error
    except RecordError as error:
        raise RecordError(f"{path}: {error}") from error


def check_names(names: Sequence[str]) -> None:
    """Refuse every name that this layout does not have.

    Raises:
        RecordError: with the nearest name, if there is one.
    """
    for name in names:
        if not (_LAYER.fullmatch(name) or name in ("v", "X", "y", *WORDS)):
            hint = suggestion(name, ["W1", "v", "X", "y", *WORDS])
            hint = hint if hint.startswith("did") else "other keys are refused"
            raise RecordError(expected("only W1, W2, …, v, X, y, activation and scaling", repr(name[:60]), hint))


# ---- a network


def network_of(parts: Parts) -> SavedNetwork:
    """The network that a file of this layout holds.

    Raises:
        RecordError: if it is none; the message names the array.
    """
    arrays = parts.arrays
    if not any(_LAYER.fullmatch(name) or name == "v" for name in arrays):
        wanted = "layers: name.weight, name.weight_g and weight_v, …/kernel, or W1, …, v"
        raise RecordError(expected(wanted, f"{', '.join(map(str, arrays))[:100] or 'no array'} alone"))
    missing = [name for name in ("W1", "v", "X", "activation") if name not in {*arrays, *parts.words}]
    if missing:
        raise RecordError(expected("W1, …, v, X and activation", f"no {', '.join(missing)}"))
    activation, scaling = parts.words["activation"], parts.words.get("scaling", SCALINGS[0])
    _check_words(activation, scaling)
    depth = sum(1 for name in arrays if _LAYER.fullmatch(name))
    if depth > MOST_LAYERS or any(f"W{layer + 1}" not in arrays for layer in range(depth)):
        raise RecordError(
            expected(f"W1, W2, … without a gap, at most {MOST_LAYERS}", ", ".join(sorted(arrays))[:100])
        )
    W = tuple(arrays[f"W{layer + 1}"] for layer in range(depth))
    found = SavedNetwork(W, arrays["v"], arrays["X"], arrays.get("y"), activation, scaling)
    _check_shapes(found)
    _check_rows(found)
    return found


def _check_words(activation: str, scaling: str) -> None:
    for name, word, known in (("activation", activation, tuple(ACTIVATIONS)), ("scaling", scaling, SCALINGS)):
        if word not in known:
            hint = suggestion(str(word), known)
            remedy = hint if hint.startswith("did") else ""
            raise RecordError(
                expected(f"{name} among {', '.join(known)}", repr(word)[:42] if word else "none", remedy)
            )


def _check_shapes(net: SavedNetwork) -> None:
    if net.X.ndim != 2 or net.X.size == 0:
        raise RecordError(expected("X of shape (n, d) with n, d ≥ 1", f"shape {net.X.shape}"))
    below = net.X.shape[1]
    for layer, rows in enumerate(net.W, start=1):
        if rows.ndim != 2 or rows.shape[1] != below or rows.shape[0] < 1:
            before = "the columns of X" if layer == 1 else f"the rows of W{layer - 1}"
            raise RecordError(expected(f"W{layer} of shape (m, {below}), as {before}", f"shape {rows.shape}"))
        below = rows.shape[0]
    if net.v.shape != (below,):
        raise RecordError(expected(f"v of shape ({below},), as the rows of W{len(net.W)}", f"shape {net.v.shape}"))
    if net.y is not None and net.y.shape != (net.X.shape[0],):
        raise RecordError(expected(f"y of shape ({net.X.shape[0]},), as the rows of X", f"shape {net.y.shape}"))
    if net.parameters > MOST_PARAMETERS:
        raise RecordError(expected(f"at most {MOST_PARAMETERS:,} weights", f"{net.parameters:,}"))


def _check_rows(net: SavedNetwork) -> None:
    for layer, rows in enumerate(net.W, start=1):
        with np.errstate(over="ignore", under="ignore"):
            norms = lengths(np.linalg.norm(rows, axis=1), rows, axis=1)
        bad = np.flatnonzero(~((norms > 0) & np.isfinite(norms)))
        if bad.size:
            got = f"norm {norms[bad[0]]:g} in row {bad[0]} of W{layer}"
            raise RecordError(expected("weight rows with a direction and a norm in double precision", got))
