"""What was understood of a saved network: its layers, activation, scaling and data, before anything is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.activations import Activation
from wnverify.engine.layered.activations import FRAMEWORK, SPELLINGS
from wnverify.engine.layered.kinks import Nearest, nearest_kink
from wnverify.engine.layered.losses import Loss
from wnverify.engine.layered.network import Layer, Layered
from wnverify.errors import RecordError, expected
from wnverify.questions.audit.containers import Parts
from wnverify.questions.audit.data import in_unit_ball
from wnverify.questions.audit.state import in_order, layers_of, order_words, zero_gains
from wnverify.typed.syntax import suggestion

SCALINGS = ("none", "fan_out", "fan_in")
MOST_PARAMETERS, MOST_LAYERS, MOST_OUTPUTS = 8_000_000, 200, 128
MOST_PER_INPUT = 20_000_000
"""Of layers, or of inner products of the gradients of two outputs, at all inputs together."""
LOSSES = ("square", "cross_entropy")


@dataclass(frozen=True)
class Asked:
    """What the user says of a network beside its file.

    Args:
        layers: their names in order; empty to find it.
        activation: its name; empty if the file says it.
        scaling: `none`, `fan_out` or `fan_in`; empty for what the file says, or `none`.
        data: X, and y if there is one; they go before those of the file.
        inputs: only the first so many.
        normalize_inputs: whether inputs are brought into the unit ball.
        loss: `square` or `cross_entropy`; empty to tell it from the targets.
    """

    layers: tuple[str, ...] = ()
    activation: str = ""
    scaling: str = ""
    data: Mapping[str, FloatArray] = field(default_factory=dict)
    inputs: int | None = None
    normalize_inputs: bool = False
    loss: str = ""


@dataclass(frozen=True, eq=False)
class Understood:
    """A network with its data.

    Args:
        net: the layers and the activation.
        X: inputs (n, d).
        given: the same before they were brought into the unit ball.
        loss: with its targets; None without any.
        scaling: its name.
        notes: what was converted, left out or is odd.
        order: what decided between layers that would fit in each other's place; empty if nothing had to.
    """

    net: Layered
    X: FloatArray
    given: FloatArray
    loss: Loss | None
    scaling: str
    notes: tuple[str, ...]
    order: str = ""

    @cached_property
    def kink(self) -> Nearest | None:
        """The pre-activation nearest to a kink of the activation; None if that has none."""
        return nearest_kink(self.net, self.X)


def understand(parts: Parts, asked: Asked) -> Understood:
    """Put the arrays of a file together.

    Raises:
        RecordError: if they make no network; the message names the layer.
    """
    arrays = {**parts.arrays, **asked.data}
    X = inputs_of(arrays.get("X"))
    layers = layers_of(parts)
    if len(layers) > MOST_LAYERS:
        raise RecordError(expected(f"at most {MOST_LAYERS} layers", f"{len(layers)}"))
    order = in_order(layers, asked.layers, X.shape[1], ordered=parts.ordered)
    phi = activation_of(asked.activation or parts.words.get("activation", ""))
    scaling = asked.scaling or parts.words.get("scaling", SCALINGS[0])
    net = Layered(tuple(scaled(order, scaling)), phi)
    check_size(net)
    loss = loss_of(arrays.get("y"), X.shape[0], net.outputs, asked.loss)
    by_file = parts.ordered and [layer.name for layer in order] == [layer.name for layer in layers.values()]
    doubt = "" if asked.layers else order_words(order, by_file=by_file)
    notes = [*_stored(parts), *_left_out(layers, order), *zero_gains(order)]
    if asked.inputs is not None:
        X = X[: asked.inputs]
        loss = None if loss is None else replace(loss, y=loss.y[: asked.inputs])
    each = max(net.outputs**2, len(net.layers))
    if X.shape[0] * each > MOST_PER_INPUT:
        wanted = f"at most {MOST_PER_INPUT // each:,} inputs with {net.outputs} outputs and {len(net.layers)} layers"
        raise RecordError(expected(wanted, f"{X.shape[0]:,}", "take the first by --inputs"))
    given = X
    if asked.normalize_inputs:
        X, words = in_unit_ball(X)
        notes.append(words)
    return Understood(net, X, given, loss, scaling, tuple(notes), doubt)


def inputs_of(X: FloatArray | None) -> FloatArray:
    """Inputs as vectors, (n, d).

    Raises:
        RecordError: if there are none.
    """
    if X is None:
        raise RecordError(expected("inputs X", "none", "give them by --data FILE, .npz with X or .npy"))
    if X.ndim > 2 and X.size:
        X = X.reshape(X.shape[0], -1)
    if X.ndim != 2 or X.size == 0:
        raise RecordError(expected("X of shape (n, d) with n, d ≥ 1", f"shape {X.shape}"))
    return X


def activation_of(word: str) -> Activation:
    """The activation of a name.

    Raises:
        RecordError: if there is none; the message proposes the nearest.
    """
    name = SPELLINGS.get(word.lower(), word.lower())
    if name not in FRAMEWORK:
        hint = suggestion(word, tuple(FRAMEWORK)) if word else "say it by --activation"
        remedy = hint if hint.startswith(("did", "say")) else ""
        raise RecordError(
            expected(f"an activation among {', '.join(FRAMEWORK)}", repr(word[:40]) if word else "none", remedy)
        )
    return FRAMEWORK[name]


def scaled(layers: Sequence[Layer], scaling: str) -> Iterator[Layer]:
    """The layers with the factors of a scaling.

    Raises:
        RecordError: if there is no such scaling.
    """
    if scaling not in SCALINGS:
        raise RecordError(expected(f"a scaling among {', '.join(SCALINGS)}", repr(scaling[:40])))
    for index, layer in enumerate(layers):
        m, k = layer.V.shape
        hidden = index < len(layers) - 1
        factor = {"none": 1.0, "fan_out": m**-0.5 if hidden else 1.0, "fan_in": k**-0.5}[scaling]
        yield replace(layer, s=factor)


def check_size(net: Layered) -> None:
    """Refuse what is too large, or overflows.

    Raises:
        RecordError: names the layer that does.
    """
    if net.parameters > MOST_PARAMETERS:
        raise RecordError(expected(f"at most {MOST_PARAMETERS:,} parameters", f"{net.parameters:,}"))
    if net.outputs > MOST_OUTPUTS:
        raise RecordError(expected(f"at most {MOST_OUTPUTS} outputs", f"{net.outputs}"))
    for layer in net.layers:
        if not np.isfinite(layer.M).all():
            raise RecordError(expected(f"a matrix of layer {layer.name} in double precision", "one that overflows"))


def loss_of(y: FloatArray | None, n: int, K: int, asked: str) -> Loss | None:
    """Labels, one an input, mean cross-entropy where there are several outputs; anything else the square loss.

    Args:
        y: targets (n,) or (n, K), or labels (n,); None gives no loss.
        n: inputs.
        K: outputs.
        asked: `square` or `cross_entropy`; empty to tell it from the targets.

    Raises:
        RecordError: if targets do not fit.
    """
    if asked and asked not in LOSSES:
        raise RecordError(expected(f"a loss among {', '.join(LOSSES)}", repr(asked[:40])))
    if y is None:
        return None
    if y.shape == (n,) and K > 1 and asked != "square":
        labels = np.clip(y, -1, K).astype(int)
        if not ((labels == y) & (labels >= 0) & (labels < K)).all():
            bad = int(np.argmax((labels != y) | (labels < 0) | (labels >= K)))
            raise RecordError(expected(f"labels from 0 to {K - 1} as y", f"{y[bad]:g} at index {bad}"))
        return Loss("cross_entropy", np.eye(K)[labels])
    if y.size != n * K or y.shape[:1] != (n,):
        raise RecordError(expected(f"y of shape ({n}, {K}), or ({n},) for labels", f"shape {y.shape}"))
    if asked == "cross_entropy":
        _check_shares(y.reshape(n, K))
    return Loss(asked or "square", y.reshape(n, K))


def _check_shares(y: FloatArray) -> None:
    bad = np.flatnonzero((y < 0).any(axis=1) | ~(np.abs(y.sum(axis=1) - 1) <= CLOSE))
    if bad.size:
        wanted = "labels, or a distribution over the outputs, as y of cross_entropy"
        raise RecordError(expected(wanted, f"{str(y[bad[0]])[:60]} at index {bad[0]}", "or say --loss square"))


def _stored(parts: Parts) -> Iterator[str]:
    kinds = {parts.stored[name] for name in parts.arrays if name in parts.stored} - {"float64"}
    if kinds:
        yield f"{', '.join(sorted(kinds))} converted to double precision, exactly"


def _left_out(layers: Mapping[str, Layer], order: Sequence[Layer]) -> Iterator[str]:
    kept = {layer.name for layer in order}
    left = [layer.name for layer in layers.values() if layer.name not in kept]
    if left:
        yield f"left out: {', '.join(left)}"


# ---- the same outputs

CLOSE = 1e-4
"""How far outputs may differ, relative to the largest: far beyond what single precision loses."""


def compare(mine: FloatArray, theirs: FloatArray, what: str) -> str:
    """Words for how close the outputs are.

    Raises:
        RecordError: if they are not the same.
    """
    if theirs.ndim == 1 and mine.shape[1] == 1:
        theirs = theirs[:, None]
    if mine.shape != theirs.shape:
        raise RecordError(expected(f"{what} of shape {mine.shape}", f"shape {theirs.shape}"))
    if not np.isfinite(mine).all():
        raise RecordError(expected(f"{what} of layers in double precision", "some that overflow"))
    gap = float(np.max(np.abs(mine - theirs))) / max(float(np.max(np.abs(theirs))), 1e-300)
    if not gap <= CLOSE:
        where = int(np.argmax(np.max(np.abs(mine - theirs), axis=1)))
        got = f"a difference of {gap:.3g} of the largest, at input {where}"
        remedy = "another activation, scaling or order of layers? say them by --activation, --scaling, --layers"
        raise RecordError(expected(f"{what} to be those of the layers", got, remedy))
    return f"{what} are recomputed to {gap:.1e} of the largest"
