"""Homogeneous networks under standard and exponential weight normalization (SWN, EWN): one state.

A batch holds, layer by layer, log-norms `s1`, … (k, B) with ‖w_u‖ = e^{s_u} and raw directions `v1`, … (k, p, B);
inputs `x` (n, k, d, B), of which all nets but `block_linear` use the first of the k; labels `label` (n, B), of which
the sign counts; a step `eta` (B,) and a test vector `z` (p, B). The setting `node` says at which node the identities
of a single node are looked at. Setting of Morwani & Ramaswamy (arXiv:2010.12909).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import nodes as engine
from wnverify.engine.homogeneous.nodes import NETS
from wnverify.families.homogeneous.state_quantities import (
    QUANTITIES,
    C,
    D,
    G_norm,
    K,
    beta,
    dissipation,
    ewn_log_drift,
    ewn_log_rate,
    ewn_square_rate,
    ewn_velocity,
    force,
    gd_growth,
    gd_linear,
    gd_log_norm,
    gd_v_square,
    logistic_phi,
    logistic_share,
    loss,
    n,
    phi,
    plain_square_rate,
    radial_force,
    radial_share,
    step,
    swn_log_rate,
    swn_square_drift,
    swn_square_rate,
    swn_velocity,
    turning_pull,
    v_norm,
    w_norm,
    w_pull,
)
from wnverify.families.kit.boxes import Box, BoxCoordinates, check_like
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity

__all__ = [
    "HOMOGENEOUS", "LAYERED", "C", "D", "G_norm", "Homogeneous", "K", "beta", "dissipation", "ewn_log_drift",
    "ewn_log_rate", "ewn_square_rate", "ewn_velocity", "force", "gd_growth", "gd_linear", "gd_log_norm",
    "gd_v_square", "logistic_phi", "logistic_share", "loss", "n", "phi", "plain_square_rate", "radial_force",
    "radial_share", "step", "swn_log_rate", "swn_square_drift", "swn_square_rate", "swn_velocity", "turning_pull",
    "v_norm", "w_norm", "w_pull",
]  # fmt: skip

LAYERED: Mapping[str, Sequence[str]] = {"net": ("relu", "squared_relu", "deep_linear")}
"""The networks of more than one layer."""
REACH = 2.5
"""The largest |log-norm| that a search may use."""


def _box(name: str) -> Box:
    if name == "eta":
        return 0.01, 0.3
    return (-REACH, REACH) if name.startswith("s") else (-3.0, 3.0)


def draw_network(situation: Situation, regime: str, count: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Draw networks with data.

    Regimes: `separable` the labels are the signs of the outputs, and the weights are scaled so that the loss is
    below 1; `unit` the same with ‖v‖ = 1; `aligned` with every weight near one direction and equal norms; `mixed`
    random labels and norms; in the last two ‖v‖ = 1 for about half of the instances.
    """
    net = NETS[situation.settings["net"]]
    samples, k, d = (situation.shape[name] for name in ("n", "k", "d"))
    angle = np.exp(rng.uniform(-6, 0, count)) if regime == "aligned" else 1.0
    base = 1.0 if regime == "aligned" else 0.0
    x = base + angle * rng.standard_normal((samples, k, d, count))
    arrays: dict[str, FloatArray] = {}
    unit = (rng.random(count) < 0.5) & (regime in ("aligned", "mixed")) | (regime == "unit")
    for layer, (nodes, size) in enumerate(net.shapes(k, d), start=1):
        v = base + angle * rng.standard_normal((nodes, size, count))
        v = np.where(unit, v / np.sqrt(np.sum(v**2, axis=1, keepdims=True)), v)
        arrays[f"s{layer}"] = 0.5 * angle * rng.standard_normal((nodes, count))
        arrays[f"v{layer}"] = v
    label = rng.standard_normal((samples, count))
    if regime != "mixed":
        label, shift = _fitted(situation, arrays, x, rng)
        arrays |= {name: array + shift for name, array in arrays.items() if name.startswith("s")}
    tests = {"x": x, "label": label, "eta": np.exp(rng.uniform(-4, -1.2, count))}
    return arrays | tests | {"z": rng.standard_normal((max(k, d), count))}


def _fitted(
    situation: Situation, arrays: Mapping[str, FloatArray], x: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Labels ±1 that the network fits, and what to add to its log-norms for a loss below 1."""
    net = NETS[situation.settings["net"]]
    layers = range(1, len(net.degrees) + 1)
    logs, v = [arrays[f"s{layer}"] for layer in layers], [arrays[f"v{layer}"] for layer in layers]
    output = net.value(engine.weights_of(logs, v), x)
    least = np.maximum(np.abs(output).min(axis=0), 1e-12)
    wanted = np.log(output.shape[0]) + np.exp(rng.uniform(-2, 2.5, least.size))
    shift = np.clip(np.log(wanted / least) / sum(net.degrees), -1.5, 1.5)
    return np.where(output < 0, -1.0, 1.0), shift


def structured_networks(situation: Situation) -> Iterator[tuple[str, dict[str, FloatArray]]]:
    """Every weight and input along the vector of ones, for several norms; and nearly dead nodes."""
    net = NETS[situation.settings["net"]]
    samples, k, d = (situation.shape[name] for name in ("n", "k", "d"))
    logs = np.array([-0.5, 0.0, 0.3, 0.6, 1.0, 1.3])
    for words, tilt in {"all aligned": 0.0, "one weight tilted": 1.0}.items():
        arrays: dict[str, FloatArray] = {}
        for layer, (nodes, size) in enumerate(net.shapes(k, d), start=1):
            v = np.ones((nodes, size, logs.size))
            v[0, 0] += tilt
            arrays[f"s{layer}"], arrays[f"v{layer}"] = np.tile(logs, (nodes, 1)), v
        numbers = {"x": np.ones((samples, k, d, logs.size)), "label": np.ones((samples, logs.size))}
        z = np.arange(1.0, max(k, d) + 1)[:, None] * np.ones(logs.size)
        yield words, {**arrays, **numbers, "eta": np.full(logs.size, 0.3), "z": z}


class Homogeneous(Family):
    """Small homogeneous networks of four kinds with n samples."""

    name = "homogeneous"
    quantities: Mapping[str, Quantity] = QUANTITIES
    settings: Mapping[str, tuple[str, ...]] = {
        "net": ("block_linear", "relu", "squared_relu", "deep_linear"),
        "loss": ("exponential", "logistic"),
        "node": ("first", "last"),
    }
    regimes = ("unit", "separable", "aligned", "mixed")
    cost = 5.0

    def shapes(self) -> Sequence[Shape]:
        """From one sample, one node and one input to six samples, three nodes and four inputs."""
        sizes = ((1, 1, 1), (1, 2, 1), (2, 1, 2), (1, 2, 2), (3, 2, 2), (4, 3, 2), (6, 3, 4))
        return [{"n": samples, "k": k, "d": d} for samples, k, d in sizes]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random networks; see `draw_network` for the regimes."""
        arrays = draw_network(situation, regime, count, rng)
        return Batch(self.name, situation.shape, situation.settings, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Aligned networks; see `structured_networks`."""
        for words, arrays in structured_networks(situation):
            yield words, Batch(self.name, situation.shape, situation.settings, arrays)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes for norms, directions and data."""
        like = self.draw(situation, "separable", 1, np.random.default_rng(0))
        return BoxCoordinates(like, {name: _box(name) for name in like.arrays})

    def check(self, batch: Batch) -> None:
        """Refuse arrays of other shapes than those drawn here, or numbers of the wrong sign.

        Raises:
            RecordError: if the instance cannot have been produced by this family.
        """
        Family.check(self, batch)
        check_like(self, batch, {})


HOMOGENEOUS = Homogeneous()
