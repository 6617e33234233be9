"""What the symbols of homogeneous networks stand for: formulas in the state, in a run, and in the loss; all (B,)."""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import state as engine
from wnverify.engine.homogeneous.state import NETS, Layers
from wnverify.families.homogeneous.state_fields import VIEWS, State, signs
from wnverify.families.homogeneous.state_runs import Run

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


def _unequal(parts: Layers, degrees: tuple[int, ...], floor: float = 0.0) -> FloatArray:
    """Largest difference between layers of Σ part/d_l, relative to `floor` + Σ|part|; parts are (k, 1, B) a layer."""
    scale = floor + np.sum([np.abs(part).sum(axis=(0, 1)) for part in parts], axis=0)
    return np.asarray(np.ptp(engine.layer_sums(parts, degrees), axis=0) / (scale + TINY))


def square_rate(kind: str, state: State) -> FloatArray:
    """d/dt Σ_{u in l} ‖w_u‖²/(2 d_l), compared between layers, relative to Σ|⟨w_u, w_u′⟩|."""
    pairs = zip(state.w, state.velocity[kind], strict=True)
    return _unequal([np.sum(w * dw, axis=1, keepdims=True) for w, dw in pairs], state.degrees)


def log_rate(kind: str, state: State) -> FloatArray:
    """d/dt Σ_{u in l} log ‖w_u‖/d_l, compared between layers, relative to Σ|(log ‖w_u‖)′|."""
    pairs = zip(state.w, state.velocity[kind], strict=True)
    parts = [np.sum(w * dw, axis=1, keepdims=True) / np.sum(w * w, axis=1, keepdims=True) for w, dw in pairs]
    return _unequal(parts, state.degrees)


def log_drift(run: Run) -> FloatArray:
    """How much Σ α/d_l differs more between layers than before, relative to 1 + Σ|change|."""
    pairs = zip(run.scalar, run.logs, strict=True)
    return _unequal([(after - before)[:, None] for after, before in pairs], run.degrees, 1.0)


def square_drift(run: Run) -> FloatArray:
    """The same for Σ γ²/d_l."""
    pairs = zip(run.scalar, run.logs, strict=True)
    return _unequal([(after**2 - np.exp(2 * before))[:, None] for after, before in pairs], run.degrees, 1.0)


def log_loss(batch: Batch) -> FloatArray:
    """log LL, without underflow."""
    return engine.log_loss(batch.settings["loss"], VIEWS.closed(batch).margins)


def log_loss_by_sum(batch: Batch) -> FloatArray:
    """The same as it is written."""
    margins = VIEWS.oracle(batch).margins
    terms = np.exp(-margins) if batch.settings["loss"] == "exponential" else np.log1p(np.exp(-margins))
    return np.asarray(np.log(terms.sum(axis=0)))


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
