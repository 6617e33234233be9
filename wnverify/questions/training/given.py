"""What a loop hands over, as a network with its data: arrays W, v, or anything that `wnverify.audit` takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.layered.network import Layer, Layered
from wnverify.errors import RecordError, expected
from wnverify.questions.audit.ask import parts_given
from wnverify.questions.audit.containers import Parts, from_mapping
from wnverify.questions.audit.data import of_python, plain
from wnverify.questions.audit.jax_modules import jax_module_of
from wnverify.questions.audit.modules import is_module, module_of
from wnverify.questions.audit.network import network_of
from wnverify.questions.audit.state import check_norms, is_state_dict
from wnverify.questions.audit.subject import Audited
from wnverify.questions.audit.understood import (
    Asked,
    Understood,
    activation_of,
    check_size,
    inputs_of,
    loss_of,
    scaled,
    understand,
)

OF_PAPER = "fan_out"
"""The scaling of W and v, if none is said."""


@dataclass(frozen=True)
class Said:
    """What is said of the network once, before the loop.

    Args:
        activation: its name.
        scaling: `fan_out`, `fan_in` or `none`; empty for `fan_out` of W and v, and `none` of anything else.
        loss: `square` or `cross_entropy`; empty to tell it from the targets.
    """

    activation: str = ""
    scaling: str = ""
    loss: str = ""


def of_arrays(W: Any, v: Any, X: Any, y: Any, said: Said) -> Understood:
    """The network of hidden layers W and output weights v, of which W is divided by the norms of its rows.

    Args:
        W: matrices (m_l, m_{l−1}), or one.
        v: (m_L,), or (K, m_L) for K outputs.
        X: inputs (n, d).
        y: targets (n,) or (n, K), or labels (n,).
        said: the rest.

    Raises:
        RecordError: if they make no network; the message names the array.
    """
    layers = [W] if getattr(W, "ndim", 0) == 2 else list(W)
    named = {f"W{place}": plain(rows) for place, rows in enumerate(layers, start=1)} | {"v": plain(v)}
    arrays = from_mapping(named, lambda _: None).arrays
    inputs = inputs_of(of_python(X, None)["X"])
    output = np.atleast_2d(arrays["v"])
    below = inputs.shape[1]
    for name, rows in (*list(arrays.items())[:-1], ("v", output)):
        below = _rows(name, rows, below)
    hidden = [Layer(name, "rows", rows) for name, rows in arrays.items() if name != "v"]
    for layer in hidden:
        check_norms(layer)
    scaling = said.scaling or OF_PAPER
    net = Layered(tuple(scaled([*hidden, Layer("v", "plain", output)], scaling)), activation_of(said.activation))
    return _with_targets(net, inputs, y, said.loss, scaling)


def _rows(name: str, rows: FloatArray, below: int) -> int:
    """How many there are, of a matrix that fits onto what is below."""
    if rows.ndim != 2 or rows.shape[1] != below or not rows.size:
        where = "the columns of X" if name == "W1" else "the rows of the layer before"
        shape = f"(m, {below})" if name != "v" else f"({below},) or (K, {below})"
        raise RecordError(expected(f"{name} of shape {shape}, as {where}", f"shape {rows.shape}"))
    return int(rows.shape[0])


def _with_targets(net: Layered, X: FloatArray, y: Any, asked: str, scaling: str) -> Understood:
    check_size(net)
    loss = loss_of(of_python(None, y).get("y"), X.shape[0], net.outputs, asked)
    return Understood(net, X, X, loss, scaling, ())


def of_source(source: Any, X: Any, y: Any, said: Said) -> Understood:
    """The network of a state dict, a module of PyTorch, Equinox or flax.nnx, or a tree of arrays.

    Args:
        source: one of these.
        X: inputs (n, d).
        y: targets (n,) or (n, K), or labels (n,).
        said: the rest; of a module the activation is its own.

    Raises:
        RecordError: if it cannot be read.
    """
    module = module_of(source) if is_module(source) else jax_module_of(source)
    parts = module.parts() if module else parts_given(source)
    data = of_python(X, y)
    if not is_state_dict(list(parts.arrays)):
        return _of_paper(parts, data, said)
    layers = tuple(module.linear) if module else ()
    activation = said.activation or (module.activation if module else "")
    return understand(parts, Asked(layers, activation, said.scaling, data, loss=said.loss))


def _of_paper(parts: Parts, data: Mapping[str, FloatArray], said: Said) -> Understood:
    words = {name: word for name, word in (("activation", said.activation), ("scaling", said.scaling)) if word}
    saved = network_of(Parts({**parts.arrays, **data}, {**parts.words, **words}))
    return _with_targets(Audited(saved).layered, saved.X, saved.y, said.loss, saved.scaling)
