"""How homogeneous networks are drawn, and their catalogue of extreme instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.homogeneous import state as engine
from wnverify.engine.homogeneous.state import NETS
from wnverify.family import Situation


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
