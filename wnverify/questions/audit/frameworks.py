"""Files that only a framework's own reader opens: PyTorch's zip of tensors, and HDF5 as Keras writes it.

Both are optional. PyTorch's is read with `weights_only=True`, which makes tensors and nothing else.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import numpy as np

from wnverify.errors import RecordError, expected
from wnverify.questions.audit.containers import (
    MOST_AXES,
    MOST_NAMES,
    MOST_NUMBERS,
    Check,
    Parts,
    check_directory,
    check_sums,
    collected,
)

STATE_DICTS = ("state_dict", "model_state_dict", "model", "module")
"""Where training scripts put the state dict."""
LEAST_TORCH = (2, 6)
"""CVE-2025-32434: until then, torch.load(weights_only=True) was no safeguard."""


def is_torch(file: IO[bytes]) -> bool:
    """Whether a zip is PyTorch's: it has a member `…/data.pkl`."""
    file.seek(0)
    check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.endswith("/data.pkl") for name in archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, LookupError, OSError):
        return False
    finally:
        file.seek(0)


def needs(module: str, extra: str, what: str) -> None:
    """Refuse what cannot be read without a package that is not installed.

    Raises:
        RecordError: with the command that installs it.
    """
    if find_spec(module) is None:
        remedy = f"pip install 'wnverify[{extra}]', or save it as .safetensors"
        raise RecordError(expected(f"{module} to be installed, which reads {what}", "no such package", remedy))


def from_torch(path: Path, check: Check) -> Parts:
    """The tensors of a `.pt` or `.pth` file.

    Raises:
        RecordError: if PyTorch is not installed, or refuses the file, or it holds no state dict.
    """
    needs("torch", "torch", ".pt and .pth")
    with path.open("rb") as file:
        check_sums(file)  # torch.load does not: one changed bit would be another network
    import torch

    if _version(str(torch.__version__)) < LEAST_TORCH:
        remedy = "before 2.6, weights_only=True could be made to run code: upgrade, or save it as .safetensors"
        raise RecordError(expected("torch 2.6 or later", str(torch.__version__), remedy))
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever its reader raises over a damaged file, it is one
        wanted = "tensors alone, as torch.load(weights_only=True) reads them"
        raise RecordError(expected(wanted, *_why(str(error)))) from error
    state = _state_dict(loaded)
    check(list(state))
    _check_sizes(state)
    found = collected((name, _array(name, tensor)) for name, tensor in state.items())
    stored = {name: str(tensor.dtype).removeprefix("torch.") for name, tensor in state.items()}
    return Parts(found.arrays, found.words, stored)


def _why(words: str) -> tuple[str, str]:
    """What PyTorch says without its advice to open the file unsafely, and a remedy.

    >>> _why("Weights only load failed. … Unsupported global: GLOBAL torch.nn.modules.linear.Linear was not …")
    ('an object of the class torch.nn.modules.linear.Linear', 'save module.state_dict()')
    """
    other = re.search(r"GLOBAL ([\w.]+)", words)
    if other:
        return f"an object of the class {other[1][:80]}", "save module.state_dict()"
    if words.startswith("Weights only load failed"):
        return "what is damaged, or no tensor", "save module.state_dict()"
    return " ".join(words.partition(". This is an internal")[0].split())[:120], "it is damaged"


def _check_sizes(state: Mapping[str, Any]) -> None:
    """Refuse tensors that are large although the file is not: strides of 0 repeat one number."""
    total = sum(int(tensor.numel()) for tensor in state.values() if hasattr(tensor, "numel"))
    if total > MOST_NUMBERS:
        raise RecordError(expected(f"at most {MOST_NUMBERS:,} numbers", f"{total:,}"))


def _version(text: str) -> tuple[int, ...]:
    """Major and minor.

    >>> _version("2.13.0+cpu")
    (2, 13)
    """
    return tuple(int(part) for part in text.split(".")[:2] if part.isdecimal())


def _state_dict(loaded: Any, levels: int = 4) -> dict[str, Any]:
    """The state dict in what was loaded, which may hold an optimizer beside it; or itself, hence the levels."""
    if not isinstance(loaded, Mapping):
        raise RecordError(expected("a state dict", type(loaded).__name__, "save module.state_dict()"))
    for name in STATE_DICTS:
        inner = loaded.get(name)
        if levels and isinstance(inner, Mapping):
            return _state_dict(inner, levels - 1)
    return {str(name): value for name, value in loaded.items()}


def _array(name: str, tensor: Any) -> np.ndarray[Any, Any]:
    """A tensor in double precision, whatever it was; of integers as they are."""
    if not hasattr(tensor, "detach"):
        raise RecordError(expected(f"a tensor as {name[:60]}", type(tensor).__name__, "save module.state_dict()"))
    try:
        plain = tensor.detach().cpu()
        return np.asarray((plain.double() if plain.is_floating_point() else plain).numpy())
    except (RuntimeError, TypeError, NotImplementedError) as error:
        raise RecordError(expected(f"a dense tensor as {name[:60]}", str(error)[:80])) from error


def from_h5(path: Path, check: Check) -> Parts:
    """The arrays of a `.weights.h5` file of Keras.

    Raises:
        RecordError: if h5py is not installed, or cannot read the file.
    """
    needs("h5py", "keras", ".weights.h5")
    import h5py

    try:
        with h5py.File(path, "r") as file:
            found = dict(_datasets(file))
            check(list(found))
            return collected(((name, _values(name, each)) for name, each in found.items()), ordered=False)
    except RecordError:
        raise
    except Exception as error:  # the same
        raise RecordError(expected("a whole HDF5 file", " ".join(str(error).split())[:120])) from error


def _datasets(file: Any) -> Iterator[tuple[str, Any]]:
    """The datasets within the file; links to elsewhere are not followed, and sizes are checked first."""
    names: list[str] = []
    file.visit(names.append)
    total = 0
    for name in names[: MOST_NAMES + 1]:
        item = file[name]
        if not hasattr(item, "dtype") or item.size is None or item.shape == ():
            continue
        total += int(item.size)
        odd = item.dtype.kind not in "fiu" or item.external or item.is_virtual or len(item.shape) > MOST_AXES
        if odd or total > MOST_NUMBERS or len(names) > MOST_NAMES:
            got = f"{name[:60]} of {item.size:,} entries, {item.dtype}"
            raise RecordError(expected(f"at most {MOST_NUMBERS:,} numbers, stored in this file", got))
        yield name, item


def _values(name: str, dataset: Any) -> np.ndarray[Any, Any]:
    found = np.asarray(dataset[()])
    if found.shape != dataset.shape:
        raise RecordError(expected(f"{name[:60]} of shape {dataset.shape}", f"{found.shape}"))
    return found
