"""The vocabulary of homogeneous networks under weight normalization: velocities, balances, dissipation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import nodes as engine
from wnverify.engine.homogeneous.nodes import NETS, Layers
from wnverify.families.homogeneous.state_fields import State, by_autograd, closed_form, parameters, signs
from wnverify.families.homogeneous.state_runs import Run, run, run_by_autograd
from wnverify.quantity import Quantity, Route

TINY = 1e-300


def defined(name: str, meaning: str, formula: Callable[[State], FloatArray], **domain: Any) -> Quantity:
    """A quantity that is one formula in the state, measured by both routes."""
    route = Route(lambda batch: formula(closed_form(batch)), None, lambda batch: formula(by_autograd(batch)))
    return Quantity(name, meaning, route=route, **domain)


def of_run(kind: str, name: str, meaning: str, read: Callable[[Run, Batch], FloatArray], **domain: Any) -> Quantity:
    """A number of a run of gradient descent, by both routes."""
    route = Route(
        lambda batch: read(run(batch, kind), batch), None, lambda batch: read(run_by_autograd(batch, kind), batch)
    )
    return Quantity(name, meaning, route=route, **domain)


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.sum(a * b, axis=0))


def _size(a: FloatArray) -> FloatArray:
    """‖a‖ without underflow: a loss of e^{-400} squares to zero."""
    top = np.maximum(np.abs(a).max(axis=0), TINY)
    return top * np.sqrt(np.sum((a / top) ** 2, axis=0))


def _radial_force(state: State) -> FloatArray:
    w, G = state.at(state.w), state.at(state.G)
    b = w / _size(w)
    return _dot(state.z, b) * _dot(b, G)


def _turning_pull(state: State) -> FloatArray:
    v, turning = state.at(state.v), state.at(state.turning)
    return _dot(v, turning) / (_size(state.at(state.G)) * _size(state.at(state.w)) + TINY)


def _radial_share(state: State) -> FloatArray:
    w, G = state.at(state.w), state.at(state.G)
    return _dot(w, G) / (_size(w) * _size(G) + TINY)


def _pulls(state: State) -> Layers:
    """⟨w_u, G_u⟩ of every node, (k, 1, B) a layer."""
    return [np.sum(w * G, axis=1, keepdims=True) for w, G in zip(state.w, state.G, strict=True)]


def _unequal(sums: FloatArray, scale: FloatArray) -> FloatArray:
    """Largest difference between layers (layers, B), relative to a scale (B,)."""
    return np.asarray(np.ptp(sums, axis=0) / (scale + TINY))


def _square_rate(velocity: Callable[[State], Layers], state: State) -> FloatArray:
    """d/dt Σ_{u in l} ‖w_u‖²/(2 d_l), compared between layers, relative to Σ|⟨w_u, w_u′⟩|."""
    parts = [np.sum(w * dw, axis=1, keepdims=True) for w, dw in zip(state.w, velocity(state), strict=True)]
    scale = np.sum([np.abs(part).sum(axis=(0, 1)) for part in parts], axis=0)
    return _unequal(engine.layer_sums(parts, state.degrees), scale)


def _log_rate(velocity: Callable[[State], Layers], state: State) -> FloatArray:
    """d/dt Σ_{u in l} log ‖w_u‖/d_l, compared between layers, relative to Σ|(log ‖w_u‖)′|."""
    pairs = zip(state.w, velocity(state), strict=True)
    parts = [np.sum(w * dw, axis=1, keepdims=True) / np.sum(w * w, axis=1, keepdims=True) for w, dw in pairs]
    scale = np.sum([np.abs(part).sum(axis=(0, 1)) for part in parts], axis=0)
    return _unequal(engine.layer_sums(parts, state.degrees), scale)


def _ewn(state: State) -> Layers:
    return state.velocity["ewn"]


def _swn(state: State) -> Layers:
    return state.velocity["swn"]


def _plain(state: State) -> Layers:
    return [-G for G in state.G]


def _log_drift(found: Run, batch: Batch) -> FloatArray:
    """How much Σ α/d_l differs more between layers than before, relative to 1 + Σ|change|."""
    logs, _ = parameters(batch)
    change = [(after - before)[:, None] for after, before in zip(found.scalar, logs, strict=True)]
    scale = 1 + np.sum([np.abs(part).sum(axis=(0, 1)) for part in change], axis=0)
    return _unequal(engine.layer_sums(change, NETS[batch.settings["net"]].degrees), scale)


def _square_drift(found: Run, batch: Batch) -> FloatArray:
    """The same for Σ γ²/d_l."""
    logs, _ = parameters(batch)
    change = [(after**2 - np.exp(2 * before))[:, None] for after, before in zip(found.scalar, logs, strict=True)]
    scale = 1 + np.sum([np.abs(part).sum(axis=(0, 1)) for part in change], axis=0)
    return _unequal(engine.layer_sums(change, NETS[batch.settings["net"]].degrees), scale)


def _chosen_log(layers: Layers, batch: Batch) -> FloatArray:
    layer, index = closed_form(batch).node
    return np.asarray(layers[layer][index])


def _log_loss(batch: Batch) -> FloatArray:
    return engine.log_loss(batch.settings["loss"], closed_form(batch).margins)


def _log_loss_by_sum(batch: Batch) -> FloatArray:
    margins = by_autograd(batch).margins
    terms = np.exp(-margins) if batch.settings["loss"] == "exponential" else np.log1p(np.exp(-margins))
    return np.asarray(np.log(terms.sum(axis=0)))


def _dissipation(state: State) -> FloatArray:
    """−⟨G, w′⟩ under EWN with ‖v‖ = 1, from v′, which falls as 1/‖v‖, and α′ = −⟨w, G⟩."""
    pairs = zip(state.turning, engine.norms(state.v), strict=True)
    turning = [np.sum((dv * length) ** 2, axis=(0, 1)) for dv, length in pairs]
    radial = [np.sum(pull**2, axis=(0, 1)) for pull in _pulls(state)]
    return np.asarray(np.sum([*turning, *radial], axis=0))


def _beta(batch: Batch) -> FloatArray:
    """max over nodes and samples of ‖w_u‖‖∂f_i/∂w_u‖, over the least margin."""
    state, net, y = closed_form(batch), NETS[batch.settings["net"]], signs(batch)
    sizes = engine.norms(state.w)
    largest = np.zeros(batch.size)
    for sample in range(y.shape[0]):
        one = np.zeros(y.shape)
        one[sample] = y[sample]
        gradients = engine.norms(net.pull(state.w, batch.arrays["x"], one))
        products = [(a * b).max(axis=(0, 1)) for a, b in zip(sizes, gradients, strict=True)]
        largest = np.maximum.reduce([largest, *products])
    return largest / state.margins.min(axis=0)


def _of_net(name: str, meaning: str, value: Callable[[FloatArray, FloatArray], float]) -> Quantity:
    """A number of the architecture, from the degrees d_l and the counts K_l."""

    def measure(batch: Batch) -> FloatArray:
        net = NETS[batch.settings["net"]]
        counts = np.array([nodes for nodes, _ in net.shapes(batch.shape["k"], batch.shape["d"])], dtype=np.float64)
        return np.full(batch.size, value(np.array(net.degrees, dtype=np.float64), counts))

    return Quantity(name, meaning, low=0, strict=True, route=Route(measure))


w_norm = defined("w_norm", "‖w_u‖ of one node", lambda s: _size(s.at(s.w)), low=0, strict=True)
v_norm = defined("v_norm", "‖v_u‖ of that node", lambda s: _size(s.at(s.v)), low=0, strict=True)
G_norm = defined("G_norm", "‖∂Loss/∂w_u‖ of that node", lambda s: _size(s.at(s.G)) + TINY, low=0, strict=True)
force = defined("force", "⟨z, G_u⟩ for a unit z", lambda s: _dot(s.z, s.at(s.G)))
radial_force = defined("radial_force", "⟨z, b⟩⟨b, G_u⟩, b = w_u/‖w_u‖", _radial_force)
w_pull = defined("w_pull", "⟨w_u, G_u⟩", lambda s: _dot(s.at(s.w), s.at(s.G)))
ewn_velocity = defined("ewn_velocity", "⟨z, w_u′⟩ under EWN", lambda s: _dot(s.z, s.at(_ewn(s))))
swn_velocity = defined("swn_velocity", "⟨z, w_u′⟩ under SWN", lambda s: _dot(s.z, s.at(_swn(s))))
turning_pull = defined("turning_pull", "⟨v, v′⟩ over ‖w‖‖G‖, the largest ‖v‖‖v′‖", _turning_pull)
radial_share = defined("radial_share", "⟨w, G⟩/(‖w‖‖G‖)", _radial_share)
ewn_log_rate = defined(
    "ewn_log_rate",
    "relative difference between layers of (Σ log‖w_u‖/d_l)′, EWN",
    lambda s: _log_rate(_ewn, s),
    low=0,
)
swn_log_rate = defined("swn_log_rate", "the same under SWN", lambda s: _log_rate(_swn, s), low=0)
ewn_square_rate = defined(
    "ewn_square_rate",
    "relative difference between layers of (Σ‖w_u‖²/d_l)′, EWN",
    lambda s: _square_rate(_ewn, s),
    low=0,
)
swn_square_rate = defined("swn_square_rate", "the same under SWN", lambda s: _square_rate(_swn, s), low=0)
plain_square_rate = defined("plain_square_rate", "the same unnormalised", lambda s: _square_rate(_plain, s), low=0)
ewn_log_drift = of_run(
    "ewn", "ewn_log_drift", "drift of Σα_u/d_l between layers after gradient descent, EWN", _log_drift, low=0
)
swn_square_drift = of_run(
    "swn", "swn_square_drift", "drift of Σγ_u²/d_l between layers after gradient descent, SWN", _square_drift, low=0
)
gd_v_square = of_run("ewn", "gd_v_square", "‖v_u‖² after gradient descent", lambda r, _: r.v_square, low=0)
gd_growth = of_run("ewn", "gd_growth", "Σ η_t²‖∇_v‖²", lambda r, _: r.growth, low=0)
gd_linear = of_run("ewn", "gd_linear", "Σ η_t‖∇_v‖²", lambda r, _: r.linear, low=0)
gd_log_norm = of_run("ewn", "gd_log_norm", "log‖w_u‖ after one step, EWN", lambda r, b: _chosen_log(r.first, b))
step = of_run("ewn", "step", "size η of that step", lambda r, _: r.step, low=0, strict=True)
phi = Quantity(
    "phi", "log(1/LL), LL the loss", route=Route(lambda b: -_log_loss(b), None, lambda b: -_log_loss_by_sum(b))
)
loss = Quantity(
    "loss",
    "LL = Σ e^{−f_i}, or Σ log(1 + e^{−f_i})",
    low=0,
    strict=True,
    route=Route(lambda b: np.exp(_log_loss(b)), None, lambda b: np.exp(_log_loss_by_sum(b))),
)
logistic_share = Quantity(
    "logistic_share",
    "1 − e^{−LL}",
    low=0,
    high=1,
    route=Route(lambda b: -np.expm1(-np.exp(_log_loss(b))), None, lambda b: -np.expm1(-np.exp(_log_loss_by_sum(b)))),
)
logistic_phi = Quantity(
    "logistic_phi",
    "log(1/(e^{LL} − 1))",
    route=Route(
        lambda b: -np.log(np.expm1(np.exp(_log_loss(b)))),
        None,
        lambda b: -np.log(np.expm1(np.exp(_log_loss_by_sum(b)))),
    ),
)
dissipation = defined("dissipation", "−LL′ under EWN with ‖v_u‖ = 1", _dissipation, low=0)
beta = Quantity("beta", "max ‖w_u‖‖∂f_i/∂w_u‖ over min f_j", route=Route(_beta))
n = Quantity(
    "n", "number of samples", low=1, integer=True, route=Route(lambda b: np.full(b.size, float(b.shape["n"])))
)
C = _of_net("C", "Σ_l d_l²/K_l", lambda d, K: float(np.sum(d**2 / K)))
D = _of_net("D", "total degree Σ d_l", lambda d, _: float(d.sum()))
K = _of_net("K", "number of nodes Σ K_l", lambda _, K: float(K.sum()))

QUANTITIES: Mapping[str, Quantity] = {
    quantity.name: quantity
    for quantity in (
        w_norm, v_norm, G_norm, force, radial_force, w_pull, ewn_velocity, swn_velocity, turning_pull, radial_share,
        ewn_log_rate, swn_log_rate, ewn_square_rate, swn_square_rate, plain_square_rate, ewn_log_drift,
        swn_square_drift, gd_v_square, gd_growth, gd_linear, gd_log_norm, step, phi, loss, logistic_share,
        logistic_phi, dissipation, beta, n, C, D, K,
    )
}  # fmt: skip
