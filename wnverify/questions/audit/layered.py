"""Audit of a network as frameworks save it: understood, compared, measured, and set beside the bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from wnverify import catalogue
from wnverify.arrays import FloatArray
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.layered.chain import turn
from wnverify.engine.layered.gradients import each, largest
from wnverify.errors import UsageError, WnverifyError, expected
from wnverify.quantities import Side
from wnverify.questions.audit.convexity import convexity
from wnverify.questions.audit.layered_bounds import BOUNDS, PIECE, Bound, Measuring, Told, outside, unmet
from wnverify.questions.audit.layered_outcome import INFORMATIVE, LayeredAudit
from wnverify.questions.audit.network import SavedNetwork
from wnverify.questions.audit.outcome import Audit, Row
from wnverify.questions.audit.subject import Measured
from wnverify.questions.audit.understood import Understood

ROUNDING = 1e-9
"""By how much floats may exceed a bound that is attained."""
FOLDER, GENERALISED = "layered", "normalizations/"


def asked_bounds(theorems: Sequence[str]) -> tuple[tuple[Bound, ...], tuple[str, ...]]:
    """The bounds that ids, the folder or globs name, or what they generalise; all for none; and theorems elsewhere.

    Raises:
        UsageError: if a name is none.
    """
    if not theorems:
        return BOUNDS, ()
    own = [name for name in theorems if name.split("/")[0] == FOLDER]
    generalised = {GENERALISED + name for bound in BOUNDS for name in bound.theorems}
    own += [bound.id for bound in BOUNDS if any(GENERALISED + name in theorems for name in bound.theorems)]
    for name in own:
        if name != FOLDER and not any(fnmatchcase(bound.id, name) for bound in BOUNDS):
            names = [bound.id for bound in BOUNDS]
            near = get_close_matches(name[:60], names, n=2)
            wanted = "a bound" if near else f"a bound among {', '.join(names)}"
            remedy = f"did you mean {' or '.join(near)}?" if near else ""
            raise UsageError(expected(wanted, repr(name[:60]), remedy))
    kept = [bound for bound in BOUNDS if any(name == FOLDER or fnmatchcase(bound.id, name) for name in own)]
    others = tuple(name for name in theorems if name not in own and name not in generalised)
    if others:
        catalogue.select(others)
    return tuple(kept), others


ByTheorems = Callable[[SavedNetwork, Sequence[str]], Audit]


def audited(
    found: Understood, theorems: Sequence[str], compared: str, told: Told, by_theorems: ByTheorems
) -> LayeredAudit:
    """Measure what the asked bounds need, and judge them.

    Args:
        found: the network.
        theorems: ids; empty for all.
        compared: words for how close given outputs are.
        told: is told how far it is.
        by_theorems: the audit by the theorems of the catalogue, for a network of the paper's kind.

    Raises:
        UsageError: if a bound is unknown.
    """
    bounds, others = asked_bounds(theorems)
    if not theorems and found.kink is None:
        bounds = tuple(bound for bound in bounds if PIECE not in bound.needs)
    measuring = Measuring(found, told)
    with np.errstate(all="ignore"):  # what overflows is told where it stands
        rows = tuple(_row(bound, measuring) for bound in bounds)
        measured, per_output = _measured(measuring)
        causes = _causes(measuring, rows)
        curved = convexity(measuring) if "loss_gradient" in vars(measuring) else None
    saved = as_saved(found) if others or not theorems else None
    paper = None if saved is None else by_theorems(saved, others)
    why = () if saved is not None or (theorems and not others) else tuple(outside(found))
    return LayeredAudit(found, compared, rows, measured, per_output, paper, why, causes, curved)


def _row(bound: Bound, measuring: Measuring) -> Row:
    empty = Row(bound.id, bound.statement, "does not apply")
    why = unmet(bound, measuring.of)
    if why:
        return replace(empty, status="hypotheses not met" if "fails" in why else empty.status, remark=why)
    try:
        lhs, rhs, inputs = bound.sides(measuring)
    except (WnverifyError, np.linalg.LinAlgError) as error:
        return replace(empty, remark=f"could not be evaluated: {error}")
    return _judged(bound, lhs, rhs, inputs)


def _judged(bound: Bound, lhs: FloatArray, rhs: FloatArray, inputs: NDArray[np.intp] | None) -> Row:
    ratios = np.divide(lhs, rhs, out=np.where(lhs > 0, np.inf, 0.0), where=rhs > 0)
    if not (np.isfinite(lhs).all() and np.isfinite(rhs).all()):
        remark = "a side overflows, so that nothing was compared"
        return Row(bound.id, bound.statement, "undecided", remark=remark)
    place = int(np.argmax(ratios))
    index = None if lhs.size == 1 and inputs is None else place if inputs is None else int(inputs[place])
    numbers = (float(lhs[place]), float(rhs[place]), float(ratios[place]))
    if numbers[2] <= 1 + ROUNDING:
        remark = f"generalises {GENERALISED}{', '.join(bound.theorems)}"
        return Row(bound.id, bound.statement, "holds", *numbers, index, remark=remark)
    why = "beyond the bound in floats, and not confirmed: please report it"
    return Row(bound.id, bound.statement, "undecided", *numbers, index, remark=why)


# ---- what is measured


def _measured(m: Measuring) -> tuple[dict[str, Measured], dict[str, FloatArray]]:
    """What the bounds had measured, and what costs nothing more, by name."""
    done, net = vars(m), m.of.net
    found = {"output_abs": _per_input(np.linalg.norm(m.values, axis=1))}
    per_output = {"output_abs": np.abs(m.values).max(axis=0)}
    if "firsts" in done:
        first = m.firsts
        found["input_gradient_norm"] = _per_input(largest(first.into))
        found["gradient_norm"] = _per_input(largest(first.whole))
        per_output["input_gradient_norm"] = each(first.into).max(axis=0)
        per_output["gradient_norm"] = each(first.whole).max(axis=0)
        for kind, gram in first.kinds.items():
            if gram.any():
                found[f"gradient_norm_{kind}"] = _per_input(largest(gram))
    if "hessians" in done:
        found["hessian_norm"] = _once(float(m.hessians.max()), Side.LOWER)
        per_output["hessian_norm"] = m.hessians.max(axis=0)
        chain = m.by_layers if np.isfinite(net.phi.beta) else m.piece
        found["hessian_upper"] = _once(float(chain.hessian()[m.worst].max()), Side.UPPER)
    found |= {name: _once(float(value)) for name, value in _sizes(m).items()}
    if m.of.loss is not None:
        found["loss"] = _once(m.loss)
    if "loss_gradient" in done:
        found["loss_gradient_norm"] = _once(m.loss_gradient)
    if "loss_hessian" in done:
        found["loss_hessian_norm"] = _once(m.loss_hessian, Side.LOWER)
    return found, per_output if net.outputs > 1 else {}


def _sizes(m: Measuring) -> dict[str, float]:
    net = m.of.net
    normed = [layer for layer in net.hidden if layer.rule != "plain"]
    sizes = {"input_norm": float(m.sizes.max()), "output_weight_norm": net.output.spectral}
    if normed:
        sizes["omega"] = min(float(layer.norms.min()) for layer in normed)
        sizes["largest_gain"] = max(float(np.max(np.abs(layer.gains))) for layer in normed)
    return sizes


def _causes(m: Measuring, rows: Sequence[Row]) -> tuple[str, ...]:
    """What makes the bounds large that say little here, layer by layer."""
    weak = {row.id: row.ratio for row in rows if row.ratio is not None and 0 < row.ratio < INFORMATIVE}
    if not weak:
        return ()
    layers = m.of.net.layers
    found = []
    for words, chain in (("from gains and norms alone", m.by_norms), ("from spectral norms", m.sharp)):
        worst = int(np.argmax(chain.stretches))
        product = f"Πχ_l = {np.prod(chain.stretches):.4g} {words}"
        found.append(f"{product}, most in layer {layers[worst].name}: χ = {chain.stretches[worst]:.4g}")
    turns = [turn(layer) for layer in layers]
    if max(turns) > 1.0005:  # what four digits show
        name = layers[int(np.argmax(turns))].name
        found.append(f"gains over norms up to {max(turns):.4g}, in layer {name}: longer rows would lower it to 1")
    name = min(weak, key=lambda name: weak[name])
    found.append(f"{name} would be informative if it were {INFORMATIVE / weak[name]:.3g} times smaller")
    return tuple(found)


def _per_input(values: FloatArray) -> Measured:
    return Measured(float(np.max(values)), np.asarray(values), Side.EXACT.value)


def _once(value: float, side: Side = Side.EXACT) -> Measured:
    return Measured(value, None, side.value)


# ---- the paper's networks


def as_saved(found: Understood) -> SavedNetwork | None:
    """The same network in the layout of the paper's theorems; None if it is none of theirs."""
    net, loss = found.net, found.loss
    known = ACTIVATIONS.get(net.phi.name) is net.phi
    if not known or any(True for _ in outside(found)) or (loss is not None and loss.kind != "square"):
        return None
    y = None if loss is None else loss.y[:, 0]
    W = tuple(layer.V for layer in net.hidden)
    return SavedNetwork(W, net.output.V[0], found.X, y, net.phi.name, found.scaling)
