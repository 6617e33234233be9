"""Layers from the names and shapes of a state dict, of PyTorch, Flax or Keras.

name.weight_g, name.weight_v                     weight normalization in PyTorch, as it was
name.parametrizations.weight.original0, …1       as it is now
name.weight, name.bias                           a plain layer
name/kernel, name/bias                           a layer of Flax; a kernel is the transpose
WeightNorm_k/name/kernel/scale                   its gains, in Linen
name/layer_instance/kernel, name/scales/kernel   the same in flax.nnx
name/vars/0, name/vars/1                         kernel and bias of Keras
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.layered.network import Layer
from wnverify.errors import RecordError, expected
from wnverify.questions.audit.containers import WORDS, Parts
from wnverify.typed.syntax import suggestion

_ROLES = (
    ("g", re.compile(r"(?:(?P<layer>.*)[./])?(?:weight_g|parametrizations[./]weight[./]original0)")),
    ("V", re.compile(r"(?:(?P<layer>.*)[./])?(?:weight_v|parametrizations[./]weight[./]original1)")),
    ("scale", re.compile(r"(?P<layer>.*)[./](?:kernel[./]scale|scales[./]kernel)")),
    ("kernel", re.compile(r"(?:(?P<layer>.*)[./])?(?:kernel|vars[./]0)")),
    ("b", re.compile(r"(?:(?P<layer>.*)[./])?(?:bias|vars[./]1)")),
    ("weight", re.compile(r"(?:(?P<layer>.*)[./])?weight")),
)
_WRAPPER = re.compile(r"WeightNorm_\d+[./]|[./]layer_instance$")
BATCH = ("running_mean", "running_var", "num_batches_tracked", "moving_mean", "moving_variance")
SPECTRAL = ("weight_u", "weight_orig", "_u", "_v", "original")
NORMED = ("gamma", "beta", "scale")
DATA = ("X", "y")
LONGEST_NAME = 200
KNOWN = "name.weight, name.bias, name.weight_g and weight_v, name.parametrizations.weight.original0 and original1"


@dataclass(frozen=True)
class Found:
    """Arrays of one layer by role, with the names that they have in the file."""

    arrays: dict[str, FloatArray] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def is_state_dict(names: Sequence[str]) -> bool:
    """Whether names are those of a state dict; W1, …, v, X are not."""
    return any(_role(name) for name in names)


def check_state(names: Sequence[str]) -> None:
    """Refuse names of what is no chain of weight layers, before anything is read.

    Raises:
        RecordError: with the layer, and the theorems that are nearest.
    """
    for name in names:
        if len(name) > LONGEST_NAME:
            raise RecordError(expected(f"names of at most {LONGEST_NAME} signs", f"{len(name)} of them"))
        if not name.isprintable():  # it would steer the terminal, or turn the text around
            raise RecordError(expected("names of signs that can be shown", ascii(name)[:80], "rename the layer"))
        if name not in (*DATA, *WORDS) and not _role(name):
            raise RecordError(_refusal(name))


def _role(name: str) -> tuple[str, str] | None:
    """(role, layer)."""
    for role, pattern in _ROLES:
        match = pattern.fullmatch(name)
        if match:
            return role, _WRAPPER.sub("", match["layer"] or "")
    return None


def _refusal(name: str) -> str:
    last = re.split(r"[./]", name)[-1]
    layer = name[: -len(last) - 1][:60] or "a layer"
    if last in BATCH:
        near = "`normalizations/batch_norm_*` are nearest, of batches; fold it into the layer before it to audit that"
        return expected("layers of weights alone", f"{name[:60]!r}: {layer} is a batch normalisation", near)
    if last in SPECTRAL:
        near = "`normalizations/spectral_*` are nearest; save the matrices that it makes to audit them as plain"
        return expected("layers of weights alone", f"{name[:60]!r}: {layer} has spectral normalisation", near)
    if last in NORMED:
        near = "`normalizations/rms_norm_*` are nearest"
        return expected("layers of weights alone", f"{name[:60]!r}: {layer} normalises activations", near)
    hint = suggestion(last, ["weight", "bias", "weight_g", "weight_v", "kernel", "X", "y", *WORDS])
    hint = hint if hint.startswith("did") else "other keys are refused"
    return expected(KNOWN, repr(name[:60]), hint)


# ---- one layer


def layers_of(parts: Parts) -> dict[str, Layer]:
    """Every layer by its name, in the order of the file.

    Raises:
        RecordError: if arrays do not fit together; the message names the layer.
    """
    found: dict[str, Found] = {}
    for name, array in parts.arrays.items():
        if name in DATA:
            continue
        role, layer = _role(name) or ("", "")
        into = found.setdefault(layer, Found())
        if role in into.arrays:
            raise RecordError(expected(f"one {role} of layer {layer!r}", f"{into.names[role]} and {name[:60]}"))
        into.arrays[role], into.names[role] = array, name[:80]
    if not found:
        raise RecordError(expected(KNOWN, "no layer"))
    return {name: _layer(name or "the layer", each) for name, each in found.items()}


def _layer(name: str, found: Found) -> Layer:
    roles = {*found.arrays} - {"b"}
    if roles not in ({"weight"}, {"kernel"}, {"kernel", "scale"}, {"g", "V"}):
        got = ", ".join(found.names.values()) or "nothing"
        raise RecordError(expected(f"a weight, or a weight with its gains, of layer {name}", got[:160]))
    if roles == {"kernel"} and "layer_instance" in found.names["kernel"]:
        raise RecordError(expected(f"gains of layer {name}, as WeightNorm(use_scale=True) has them", "none"))
    V = _matrix(name, found)
    g = found.arrays.get("g", found.arrays.get("scale"))
    b = found.arrays.get("b")
    if b is not None and b.shape != (V.shape[0],):
        raise RecordError(expected(f"a bias of shape ({V.shape[0]},) in layer {name}", f"shape {b.shape}"))
    if g is None:
        return Layer(name, "plain", V, None, b)
    rule, gains = _gains(name, V, g)
    layer = Layer(name, rule, V, gains, b)
    check_norms(layer)
    return layer


def _matrix(name: str, found: Found) -> FloatArray:
    role = next(role for role in ("V", "weight", "kernel") if role in found.arrays)
    V, key = found.arrays[role], found.names[role]
    if V.ndim == 1:
        near = "`normalizations/rms_norm_*` and `normalizations/batch_norm_*` are nearest"
        raise RecordError(expected("layers of weights alone", f"a vector {key}: {name} normalises activations", near))
    if V.ndim != 2:
        raise RecordError(expected(f"a matrix {key}", f"shape {V.shape}", f"{name} is no fully connected layer"))
    if V.size == 0:
        raise RecordError(expected(f"weights in layer {name}", f"an empty layer, {key} of shape {V.shape}"))
    return np.ascontiguousarray(V.T) if role == "kernel" else V


def _gains(name: str, V: FloatArray, g: FloatArray) -> tuple[str, FloatArray]:
    """The rule that the shape of the gains tells, and the gains with an axis kept."""
    m, k = V.shape
    if g.shape in {(m, 1), (m,)} and (m > 1 or g.ndim == 2):
        return "rows", g.reshape(m, 1)
    if g.shape == (1, k) and k > 1:
        return "columns", g
    if g.size == 1:
        rule = "rows" if m == 1 else "columns" if k == 1 and g.ndim == 2 else "whole"
        return rule, g.reshape(1, 1)
    wanted = f"gains of shape ({m}, 1), (1, {k}) or () in layer {name}"
    raise RecordError(expected(wanted, f"shape {g.shape}", "gains go with rows, columns or the whole matrix"))


GROUPS = {"rows": "row", "columns": "column", "whole": "the matrix"}


def check_norms(layer: Layer) -> None:
    """Refuse weights without a direction.

    Raises:
        RecordError: names the row, the column or the matrix.
    """
    with np.errstate(over="ignore", under="ignore"):
        norms = layer.norms.ravel()
    bad = np.flatnonzero(~((norms > 1e-150) & np.isfinite(norms)))
    if bad.size:
        where = GROUPS[layer.rule] + ("" if layer.rule == "whole" else f" {bad[0]}")
        wanted = "weights with a direction, and a norm whose square is a number"
        raise RecordError(expected(wanted, f"norm {norms[bad[0]]:g} of {where} of layer {layer.name}"))


# ---- their order


def in_order(layers: Mapping[str, Layer], asked: Sequence[str], d: int | None, *, ordered: bool) -> list[Layer]:
    """The layers from input to output: as asked, or the order of the file or of the names in which shapes fit.

    Args:
        layers: by name.
        asked: names in order; empty to find it.
        d: the length of an input, if it is known.
        ordered: whether the file has an order of its own.

    Raises:
        RecordError: if no order fits.
    """
    if asked:
        return _asked(layers, asked, d)
    by_name = sorted(layers.values(), key=lambda layer: _natural(layer.name))
    orders = [list(layers.values()), by_name] if ordered else [by_name]
    for order in orders:
        if _fits(order, d):
            return order
    for order in orders:
        if _fits(order, None):
            first = order[0]
            got = f"length {d}, and no other order of the layers fits: --layers first,second,… says it"
            raise RecordError(expected(f"inputs X of length {first.V.shape[1]}, as layer {first.name} takes", got))
    shapes = ", ".join(f"{layer.name} {layer.V.shape}" for layer in orders[0])
    remedy = "name those to be audited in order: --layers first,second,…"
    into = "" if d is None else f", from inputs of length {d}"
    raise RecordError(expected(f"layers of which each fits onto the last{into}", shapes[:300], remedy))


def _asked(layers: Mapping[str, Layer], asked: Sequence[str], d: int | None) -> list[Layer]:
    for name in asked:
        if name not in layers:
            raise RecordError(expected(f"layers among {', '.join(layers)[:200]}", repr(name[:60])))
    order = [layers[name] for name in asked]
    if not _fits(order, d):
        shapes = ", ".join(f"{layer.name} {layer.V.shape}" for layer in order)
        into = "" if d is None else f", from inputs of length {d}"
        raise RecordError(expected(f"layers of which each fits onto the last{into}", shapes[:300]))
    return order


def _fits(order: Sequence[Layer], d: int | None) -> bool:
    ends = [(layer.V.shape[1], layer.V.shape[0]) for layer in order]
    inner = all(after[0] == before[1] for before, after in pairwise(ends))
    return inner and (d is None or ends[0][0] == d)


def _natural(name: str) -> list[tuple[int, str]]:
    """Digits as numbers: fc2 before fc10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def order_words(order: Sequence[Layer], *, by_file: bool) -> str:
    """What decided between layers of one shape, which would fit in each other's place; empty if there are none.

    Args:
        order: the layers as they are audited.
        by_file: whether that is their order in the file, and means something there.
    """
    pairs = [(one, two) for one, two in combinations(order, 2) if one.V.shape == two.V.shape]
    if not pairs:
        return ""
    remedy = "--layers says another order, --outputs proves it"
    wordy = [(one.name, two.name) for one, two in pairs if _words(one.name) != _words(two.name)]
    if wordy and not by_file:
        return f"layer {wordy[0][0]} stands before {wordy[0][1]} by the alphabet alone: {remedy}"
    one, two = pairs[0]
    how = "the file" if by_file else "the numbers in their names"
    more = f", as {len(pairs) - 1} more pairs" if len(pairs) > 1 else ""
    return f"that of {how}; {one.name} and {two.name} have one shape{more}, and would fit the other way: {remedy}"


def _words(name: str) -> str:
    """A name without its numbers: dense_1 and dense have the same."""
    return re.sub(r"_?\d+", "", name)


def zero_gains(layers: Sequence[Layer]) -> Iterator[str]:
    """Gains of 0, by layer and row: what they multiply passes nothing on."""
    for layer in layers:
        zeros = [] if layer.g is None else np.flatnonzero(layer.g.ravel() == 0).tolist()
        if zeros:
            group = GROUPS[layer.rule] + ("" if layer.rule == "whole" else f" {', '.join(map(str, zeros[:8]))}")
            yield f"a gain of 0 in {group} of layer {layer.name}: nothing passes there"
