"""Audit: what the theory says of a network of one's own, from a file, a module, a state dict or a tree of arrays.

(The module is not called `audit` because `wnverify.audit` is the function.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, TypedDict, Unpack

import numpy as np
from threadpoolctl import threadpool_limits

from wnverify.arrays import FloatArray
from wnverify.engine.layered.network import Layered
from wnverify.errors import RecordError, UsageError, expected
from wnverify.questions.audit.containers import Parts, from_mapping, path_of
from wnverify.questions.audit.data import data_of, in_unit_ball, of_python, outputs_of, plain
from wnverify.questions.audit.files import parts_of
from wnverify.questions.audit.jax_modules import JaxModule, jax_module_of
from wnverify.questions.audit.layered import asked_bounds, audited
from wnverify.questions.audit.layered_outcome import LayeredAudit
from wnverify.questions.audit.modules import Module, is_module, module_of
from wnverify.questions.audit.network import SavedNetwork, check_names, network_of
from wnverify.questions.audit.outcome import Audit
from wnverify.questions.audit.state import check_state, is_state_dict
from wnverify.questions.audit.subject import Audited
from wnverify.questions.audit.theorems import by_theorems
from wnverify.questions.audit.trees import flat
from wnverify.questions.audit.understood import Asked, compare, understand


class Options(TypedDict, total=False):
    """What may be said of a network beside its arrays.

    Args:
        data: a file with X, and y if there is one; `.npz` or `.npy`.
        outputs: the outputs at X as the network's own framework has them, an array or a file; they are compared.
        activation: its name.
        scaling: `none` (of state dicts, the default), `fan_out` or `fan_in`.
        layers: names of layers in order.
        loss: `square` or `cross_entropy`.
        normalize_inputs: whether all inputs are divided by the largest of their norms.
        told: is called with (what, done, of how many) while something long is measured.
    """

    data: Path | str | None
    outputs: Any
    activation: str
    scaling: str
    layers: Sequence[str]
    loss: str
    normalize_inputs: bool
    told: Callable[[str, int, int], None]


def audit(
    source: Any,
    X: Any = None,
    y: Any = None,
    *,
    theorems: Sequence[str] = (),
    inputs: int | None = None,
    **options: Unpack[Options],
) -> Audit | LayeredAudit:
    """Evaluate every theorem that applies on a user's own network.

    Args:
        source: a file, a mapping with the same keys, a module of PyTorch, Equinox or flax.nnx, a state dict, or a
            tree of arrays.
        X: inputs (n, d), if the source does not hold them.
        y: targets (n,) or (n, K), or labels (n,).
        theorems: ids, folders, globs or files; all by default.
        inputs: only the first so many inputs.
        **options: see `Options`.

    Raises:
        RecordError: if the network cannot be read, or does not give the outputs that it should.
        UsageError: if a theorem is unknown.
    """
    if inputs is not None and inputs < 1:
        raise UsageError(expected("at least one input", f"{inputs}"))
    with threadpool_limits(1):  # more would wait for each other
        if isinstance(source, SavedNetwork):
            return by_theorems(_first(source, inputs), theorems)
        return _audited(source, theorems, options, lambda module: _asked(options, X, y, inputs, module))


def _audited(
    source: Any, theorems: Sequence[str], options: Options, said: Callable[[Module | JaxModule | None], Asked]
) -> Audit | LayeredAudit:
    module = module_of(source) if is_module(source) else jax_module_of(source)
    parts = module.parts() if module else parts_given(source)
    asked = said(module)
    with _naming(source, options.get("data"), options.get("outputs")):
        if is_state_dict(list(parts.arrays)):
            return _layered(parts, asked, options, theorems, module)
        return _saved(parts, asked, options.get("outputs"), theorems)


@contextmanager
def _naming(*sources: Any) -> Iterator[None]:
    """Errors name the files that do not go together, where they name none yet."""
    files = [str(file) for file in sources if isinstance(file, str | PathLike)]
    try:
        yield
    except RecordError as error:
        if not files or any(str(error).startswith(f"{file}: ") for file in files):
            raise
        raise RecordError(f"{' with '.join(files)}: {error}") from error


def _asked(options: Options, X: Any, y: Any, inputs: int | None, module: Module | JaxModule | None) -> Asked:
    file = options.get("data")
    given = {**(data_of(path_of(file)) if file else {}), **of_python(X, y)}
    return Asked(
        tuple(options.get("layers", ())) or (tuple(module.linear) if module else ()),
        options.get("activation", "") or (module.activation if module else ""),
        options.get("scaling", ""),
        given,
        inputs,
        options.get("normalize_inputs", False),
        options.get("loss", ""),
    )


def _check(names: Sequence[str]) -> None:
    """Refuse names of neither layout."""
    (check_state if is_state_dict(names) else check_names)(names)


def parts_given(source: Any) -> Parts:
    """The arrays of a file, a mapping or a tree.

    Raises:
        RecordError: if they are not those of a network.
    """
    if hasattr(source, "save_weights"):
        raise RecordError(
            expected("a file of Keras", "a model", "model.save_weights('network.weights.h5') writes one")
        )
    if not isinstance(source, Mapping):
        return parts_of(path_of(source), _check)
    if not source:
        raise RecordError(expected("the arrays of a network", "an empty mapping"))
    tree = {name: plain(leaf) for name, leaf in flat(source).items()}
    nested = any(isinstance(branch, Mapping) for branch in source.values())
    return from_mapping(tree, _check, ordered=not nested)


def _layered(
    parts: Parts, asked: Asked, options: Options, theorems: Sequence[str], module: Module | JaxModule | None
) -> LayeredAudit:
    asked_bounds(theorems)  # a name that is none is told before anything is measured
    found = understand(parts, asked)
    compared = module.compared(found, found.given) if module else ""
    if options.get("outputs") is not None:
        compared = _compared(found.net, found.given, options["outputs"])
    return audited(found, theorems, compared, options.get("told", lambda *_: None), by_theorems)


def _compared(net: Layered, X: FloatArray, outputs: Any) -> str:
    theirs = outputs_of(path_of(outputs)) if isinstance(outputs, str | Path) else of_python(outputs, None)["X"]
    with np.errstate(all="ignore"):  # what overflows differs
        mine = net.values(X)
    return compare(mine, np.atleast_1d(theirs)[: X.shape[0]], "the given outputs")


# ---- the layout W1, …, WL, v


def _saved(parts: Parts, asked: Asked, outputs: Any, theorems: Sequence[str]) -> Audit:
    if asked.layers or asked.loss:
        raise RecordError(expected("a state dict, where --layers and --loss are for", "the layout W1, …, WL, v"))
    words = {name: word for name, word in (("activation", asked.activation), ("scaling", asked.scaling)) if word}
    net = network_of(Parts({**parts.arrays, **asked.data}, {**parts.words, **words}))
    net = _first(net, asked.inputs)
    notes = () if outputs is None else (_compared(Audited(net).layered, net.X, outputs),)
    if asked.normalize_inputs:
        X, told = in_unit_ball(net.X)
        net, notes = replace(net, X=X), (*notes, told)
    return by_theorems(net, theorems, notes)


def _first(net: SavedNetwork, inputs: int | None) -> SavedNetwork:
    return net if inputs is None else replace(net, X=net.X[:inputs], y=None if net.y is None else net.y[:inputs])
