"""Modules of Equinox and of flax.nnx as trees of arrays, and their own outputs; jax is theirs, and loads with them.

Both are told by the modules in which their classes are defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.errors import RecordError, expected
from wnverify.questions.audit.containers import Parts, from_mapping
from wnverify.questions.audit.data import plain
from wnverify.questions.audit.state import check_state
from wnverify.questions.audit.trees import DEEPEST, flat
from wnverify.questions.audit.understood import Understood, compare

EQUINOX, NNX = "equinox.", "flax.nnx."
KNOWN = ("Linear", "WeightNorm", "Sequential", "MLP", "Lambda", "Identity", "Dropout")
"""Parts of Equinox that are understood."""


@dataclass(frozen=True, eq=False)
class JaxModule:
    """A module of Equinox or flax.nnx as it is used here.

    Args:
        tree: its arrays as nested mappings.
        call: its own outputs at inputs (n, d).
        ordered: whether the order of the tree is that in which it was written.
        linear: nothing: its layers stand in the order of the tree, or of their names.
        activation: nothing: functions have no names that could be trusted.
    """

    tree: Mapping[str, Any]
    call: Callable[[FloatArray], Any]
    ordered: bool
    linear: Mapping[str, Any] = field(default_factory=dict)
    activation: str = ""

    def parts(self) -> Parts:
        """Its arrays."""
        return from_mapping(flat(self.tree), check_state, ordered=self.ordered)

    def compared(self, found: Understood, X: FloatArray) -> str:
        """Words for how close its own outputs are.

        Raises:
            RecordError: if they differ, or it does not take inputs.
        """
        try:
            theirs = np.asarray(plain(self.call(X.astype(np.float32))))
        except Exception as error:  # the user's own code: whatever it raises, it gave no outputs
            why = " ".join(str(error).split())[:120]
            remedy = "a tree of its arrays is audited without its outputs"
            raise RecordError(expected("a module that takes X", why, remedy)) from error
        return compare(found.net.values(X), theirs, "the module's outputs")


def jax_module_of(source: Any) -> JaxModule | None:
    """What it is, if it is a module of Equinox or flax.nnx; None if not.

    Raises:
        RecordError: if it has parts of Equinox that are not understood.
    """
    origins = [f"{kind.__module__}." for kind in type(source).__mro__]
    if is_dataclass(source) and any(origin.startswith(EQUINOX) for origin in origins):
        return JaxModule(_equinox(source), lambda X: _mapped(source, X), ordered=True)
    if callable(source) and any(origin.startswith(NNX) for origin in origins):
        return JaxModule(_nnx(source), lambda X: _evaluated(source, X), ordered=False)
    return None


# ---- Equinox: classes with fields


def _mapped(source: Any, X: FloatArray) -> Any:
    import equinox
    import jax

    return jax.vmap(equinox.nn.inference_mode(source))(X)


def _equinox(part: Any, depth: int = 0) -> dict[str, Any]:
    kind = type(part)
    if f"{kind.__module__}.".startswith(EQUINOX) and kind.__name__ not in KNOWN:
        near = "fully connected layers and activations are audited"
        raise RecordError(expected(f"modules among {', '.join(KNOWN)}", kind.__name__, near))
    if kind.__name__ == "WeightNorm" and hasattr(part, "layer") and getattr(part, "weight_name", "") == "weight":
        return {"weight_g": part.g, "weight_v": part.layer.weight, **_bias(part.layer)}
    return dict(_branches(((each.name, getattr(part, each.name)) for each in fields(part)), depth))


def _bias(layer: Any) -> dict[str, Any]:
    return {} if layer.bias is None else {"bias": layer.bias}


def _branches(named: Iterable[tuple[str, Any]], depth: int) -> Iterator[tuple[str, Any]]:
    """Arrays, and what holds arrays: lists, mappings and modules; functions, numbers and words are none."""
    if depth > DEEPEST:
        raise RecordError(expected(f"a module of at most {DEEPEST} levels", "a deeper one"))
    for name, each in named:
        if hasattr(each, "shape") and hasattr(each, "dtype"):
            yield name, each
        elif inner := _inner(each, depth + 1):
            yield name, inner


def _inner(part: Any, depth: int) -> dict[str, Any]:
    if isinstance(part, list | tuple):
        return dict(_branches(((str(place), one) for place, one in enumerate(part)), depth))
    if isinstance(part, Mapping):
        return dict(_branches(((str(key), one) for key, one in part.items()), depth))
    return _equinox(part, depth) if is_dataclass(part) and not isinstance(part, type) else {}


# ---- flax.nnx: its own state, less that of random numbers


def _nnx(source: Any) -> dict[str, Any]:
    from flax import nnx

    return dict(nnx.to_pure_dict(nnx.state(source, nnx.Not(nnx.RngState))))


def _evaluated(source: Any, X: FloatArray) -> Any:
    from flax import nnx

    copy = nnx.clone(source)
    copy.eval()
    return copy(X)
