"""What the symbols of homogeneous networks stand for: formulas in the state, in a run, and in the loss; all (B,)."""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import state as engine
from wnverify.engine.homogeneous.state import NETS, Layers
from wnverify.families.homogeneous.state_fields import VIEWS, State, signs
from wnverify.families.homogeneous.state_runs import Run
from wnverify.families.kit.parts import two_routes
from wnverify.quantities import Quantity

TINY = 1e-300


def dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """⟨a, b⟩ of vectors (p, B)."""
    return np.asarray(np.sum(a * b, axis=0))


def length(a: FloatArray) -> FloatArray:
    """‖a‖ of vectors (p, B) without underflow: a loss of e^{-400} squares to zero."""
    top = np.maximum(np.abs(a).max(axis=0), TINY)
    return top * np.sqrt(np.sum((a / top) ** 2, axis=0))


def radial_force(state: State) -> FloatArray:
    """⟨z, b⟩⟨b, G⟩ with b = w/‖w‖, of the chosen node."""
    w, G = state.at(state.w), state.at(state.G)
    b = w / length(w)
    return dot(state.z, b) * dot(b, G)


def turning_pull(state: State) -> FloatArray:
    """⟨v, v′⟩ over ‖w‖‖G‖, of the chosen node."""
    v, turning = state.at(state.v), state.at(state.turning)
    return dot(v, turning) / (length(state.at(state.G)) * length(state.at(state.w)) + TINY)


def radial_share(state: State) -> FloatArray:
    """⟨w, G⟩/(‖w‖‖G‖) of the chosen node."""
    w, G = state.at(state.w), state.at(state.G)
    return dot(w, G) / (length(w) * length(G) + TINY)


def _unequal(parts: Layers, degrees: tuple[int, ...], size: FloatArray) -> FloatArray:
    """Largest difference between layers of Σ part/d_l, relative to a size (B,); parts are (k, 1, B) a layer."""
    return np.asarray(np.ptp(engine.layer_sums(parts, degrees), axis=0) / (size + TINY))


def _total(parts: Layers) -> FloatArray:
    """Σ|part| over all nodes, (B,)."""
    return np.asarray(np.sum([np.abs(part).sum(axis=(0, 1)) for part in parts], axis=0))


def _pull_terms(batch: Batch, state: State) -> Layers:
    """The sum of the sizes of all terms of ⟨w_u, G_u⟩ = −Σ_i ℓ_i′ ⟨w_u, ∂f_i/∂w_u⟩, (k, 1, B) a layer.

    It is the same formula at the sizes of weights, inputs and slopes. A sum is as exact as its terms are small, and
    they cancel where samples pull apart, or where w_u is nearly orthogonal to what pulls at it.
    """
    sizes = [np.abs(w) for w in state.w]
    slopes = engine.slopes(batch.settings["loss"], state.margins)
    pulls = NETS[batch.settings["net"]].pull(sizes, np.abs(batch.arrays["x"]), slopes)
    return [np.sum(w * pull, axis=1, keepdims=True) for w, pull in zip(sizes, pulls, strict=True)]


def _rates(kind: str, power: int, batch: Batch, state: State) -> FloatArray:
    """(Σ_{u in l} ⟨w_u, w_u′⟩/‖w_u‖^power/d_l) compared between layers, relative to Σ_u of the sizes of its terms."""
    parts, sizes = [], []
    for w, dw, terms in zip(state.w, state.velocity[kind], _pull_terms(batch, state), strict=True):
        square = np.sum(w * w, axis=1, keepdims=True)
        below = square if power else 1.0
        turned = np.sqrt(square * np.sum(dw * dw, axis=1, keepdims=True))
        parts.append(np.sum(w * dw, axis=1, keepdims=True) / below)
        sizes.append((turned + terms * (square if kind == "ewn" else 1.0)) / below)
    return _unequal(parts, state.degrees, _total(sizes))


def balance(name: str, meaning: str, kind: str, power: int, latex: str) -> Quantity:
    """The difference between layers of (Σ_u ‖w_u‖²/(2 d_l))′, or of (Σ_u log‖w_u‖/d_l)′ for the power 2."""
    return two_routes(
        name,
        f"difference between layers of {meaning}, relative to the terms that it is a sum of",
        lambda batch: _rates(kind, power, batch, VIEWS.closed(batch)),
        lambda batch: _rates(kind, power, batch, VIEWS.oracle(batch)),
        low=0,
        latex=latex,
    )


def log_drift(run: Run) -> FloatArray:
    """How much Σ α/d_l differs more between layers than before, relative to 1 + Σ|change|."""
    pairs = zip(run.scalar, run.logs, strict=True)
    parts = [(after - before)[:, None] for after, before in pairs]
    return _unequal(parts, run.degrees, 1.0 + _total(parts))


def square_drift(run: Run) -> FloatArray:
    """The same for Σ γ²/d_l."""
    pairs = zip(run.scalar, run.logs, strict=True)
    parts = [(after**2 - np.exp(2 * before))[:, None] for after, before in pairs]
    return _unequal(parts, run.degrees, 1.0 + _total(parts))


def log_loss(batch: Batch) -> FloatArray:
    """log LL, without underflow."""
    return engine.log_loss(batch.settings["loss"], VIEWS.closed(batch).margins)


def log_loss_by_sum(batch: Batch) -> FloatArray:
    """The same as it is written."""
    margins = VIEWS.oracle(batch).margins
    if batch.settings["loss"] == "exponential":
        beyond = np.expm1(-margins[0]) + np.exp(-margins[1:]).sum(axis=0)
        return _log(np.exp(-margins).sum(axis=0), beyond)
    return np.asarray(np.log(np.log1p(np.exp(-margins)).sum(axis=0)))


def logistic_phi(batch: Batch) -> FloatArray:
    """log(1/(e^LL − 1)), without what cancels where LL is near log 2, or small."""
    if batch.settings["loss"] == "exponential":
        return np.asarray(-np.log(np.expm1(np.exp(log_loss(batch)))))
    return -engine.log_growth(VIEWS.closed(batch).margins)


def logistic_phi_by_product(batch: Batch) -> FloatArray:
    """The same from Π(1 + e^{−f_i}) − 1, factor by factor, and how far that is from 1."""
    if batch.settings["loss"] == "exponential":
        return np.asarray(-np.log(np.expm1(np.exp(log_loss_by_sum(batch)))))
    margins = VIEWS.oracle(batch).margins
    growth, beyond = np.exp(-margins[0]), np.expm1(-margins[0])
    for term in np.exp(-margins[1:]):
        growth, beyond = growth + term * (1.0 + growth), beyond + term * (2.0 + beyond)
    return -_log(growth, beyond)


def _log(values: FloatArray, beyond: FloatArray) -> FloatArray:
    """log of values, by their distance from 1 where they are near it: of 1 + 1e-9 alone hardly a digit is left."""
    return np.where(np.abs(beyond) < 0.5, np.log1p(np.maximum(beyond, -0.5)), np.log(values))


def dissipation(state: State) -> FloatArray:
    """−⟨G, w′⟩ under EWN with ‖v‖ = 1, from v′, which falls as 1/‖v‖, and α′ = −⟨w, G⟩."""
    pairs = zip(state.turning, engine.norms(state.v), strict=True)
    turning = [np.sum((dv * size) ** 2, axis=(0, 1)) for dv, size in pairs]
    pulls = [np.sum(w * G, axis=1, keepdims=True) for w, G in zip(state.w, state.G, strict=True)]
    return np.asarray(np.sum([*turning, *(np.sum(pull**2, axis=(0, 1)) for pull in pulls)], axis=0))


def beta(batch: Batch) -> FloatArray:
    """max over nodes and samples of ‖w_u‖‖∂f_i/∂w_u‖, over the least margin; 0 of a dead network, 0/0."""
    state, net, y = VIEWS.closed(batch), NETS[batch.settings["net"]], signs(batch)
    sizes = engine.norms(state.w)
    largest = np.zeros(batch.size)
    for sample in range(y.shape[0]):
        one = np.zeros(y.shape)
        one[sample] = y[sample]
        gradients = engine.norms(net.pull(state.w, batch.arrays["x"], one))
        products = [(a * b).max(axis=(0, 1)) for a, b in zip(sizes, gradients, strict=True)]
        largest = np.maximum.reduce([largest, *products])
    return np.divide(largest, state.margins.min(axis=0), out=np.zeros(batch.size), where=largest != 0)
