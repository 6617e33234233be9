"""A two-layer linear model f_i = aᵀW x_i, each layer one node, run under EWN or SWN: rates and asymptotic relations.

A batch holds `W` (k, d, B), `a` (k, B), inputs times labels `x` (n, d, B) and the `clock` (B,) at which the rate is
read off; the asymptotic relations are read off at a clock of 2.5 (EWN) or 3 (SWN), where the norms have grown by
about e^{2.5} or e^3. `settled` is 1 where all margins were positive at the start and the integrator finished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import layer_flow as engine
from wnverify.engine.homogeneous.layer_flow import Pull, State
from wnverify.families.kit.boxes import BoxCoordinates, check_like
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity, Route

__all__ = [
    "LAYER_FLOW", "SETTLED", "LayerFlow", "elapsed", "end_phi", "imbalance", "least_square", "product_ratio",
    "quotient_ratio", "settled", "start_phi", "timed",
]  # fmt: skip

LATE = {"ewn": 2.5, "swn": 3.0}
BOX = {"W": (-6.0, 6.0), "a": (-6.0, 6.0), "x": (-2.0, 2.0), "clock": (0.02, 1.2)}
POSITIVE = 0.5
"""A start whose least margin is below this, or whose loss is above e^{−2}, is not run: it counts as not settled."""
Run = Callable[..., State]


def _starts(batch: Batch) -> list[tuple[FloatArray, State, float]]:
    """(X, state, clock) of every instance."""
    arrays = batch.arrays
    columns = (np.moveaxis(arrays[name], -1, 0) for name in ("x", "W", "a", "clock"))
    return [(x, State(W, a, 0.0, True), float(clock)) for x, W, a, clock in zip(*columns, strict=True)]


def _run(batch: Batch, run: Run, *, timed: bool) -> list[State]:
    kind = batch.settings["normalization"]

    def one(x: FloatArray, start: State, clock: float) -> State:
        first = engine.pull(x, start.W, start.a)
        if first.least < POSITIVE or first.phi <= 2:
            return State(start.W, start.a, 0.0, False)
        return run(kind, x, start, clock if timed else LATE[kind], timed=timed)

    return batch.memo(f"{run.__name__} {timed}", lambda: [one(*each) for each in _starts(batch)])


def _ended(
    name: str, meaning: str, read: Callable[[Pull, State], float], *, by_clock: bool, **domain: Any
) -> Quantity:
    """A number of the state at the end of a run, by both integrators."""

    def by(run: Run, batch: Batch) -> FloatArray:
        pairs = zip(_starts(batch), _run(batch, run, timed=by_clock), strict=True)
        return np.array([read(engine.pull(x, end.W, end.a), end) for (x, _, _), end in pairs])

    route = Route(lambda b: by(engine.run, b), None, lambda b: by(engine.run_in_parameters, b))
    return Quantity(name, meaning, route=route, **domain)


def _norms(at: Pull, end: State) -> tuple[float, float, float, float]:
    """‖W‖, ‖a‖, ‖Ĝ_W‖, ‖Ĝ_a‖."""
    W, a, G_W, G_a = (float(np.linalg.norm(part)) for part in (end.W, end.a, at.W, at.a))
    return W, a, G_W, G_a


def _product(at: Pull, end: State) -> float:
    W, a, G_W, G_a = _norms(at, end)
    return float(np.log(W * G_W / (a * G_a)))


def _quotient(at: Pull, end: State) -> float:
    W, a, G_W, G_a = _norms(at, end)
    return float(np.log(W / G_W / (a / G_a)))


def _smaller(_: Pull, end: State) -> float:
    return min(float(np.sum(end.W**2)), float(end.a @ end.a))


def _imbalance(batch: Batch) -> FloatArray:
    return np.asarray(np.abs(np.sum(batch.arrays["W"] ** 2, axis=(0, 1)) - np.sum(batch.arrays["a"] ** 2, axis=0)))


def _start_phi(batch: Batch) -> FloatArray:
    return np.array([engine.pull(x, start.W, start.a).phi for x, start, _ in _starts(batch)])


def _start_phi_by_sum(batch: Batch) -> FloatArray:
    f = np.einsum("kb,kdb,ndb->nb", batch.arrays["a"], batch.arrays["W"], batch.arrays["x"])
    return np.asarray(-np.log(np.exp(-f).sum(axis=0)))


def _finished(timed: bool, batch: Batch) -> FloatArray:
    return np.array([float(end.finished) for end in _run(batch, engine.run, timed=timed)])


settled = Quantity(
    "settled", "1 where the long run started positive and finished, else 0", low=0, high=1,
    route=Route(lambda b: _finished(False, b)),
)  # fmt: skip
timed = Quantity(
    "timed", "1 where the timed run started positive and finished, else 0", low=0, high=1,
    route=Route(lambda b: _finished(True, b)),
)  # fmt: skip
start_phi = Quantity("start_phi", "φ = log(1/LL) at the start", route=Route(_start_phi, None, _start_phi_by_sum))
end_phi = _ended("end_phi", "φ at the clock", lambda at, _: at.phi, by_clock=True)
elapsed = _ended("elapsed", "t LL φ² at the clock", lambda _, end: end.q, by_clock=True, low=0)
product_ratio = _ended("product_ratio", "log(‖W‖‖G_W‖/(‖a‖‖G_a‖)) at the end", _product, by_clock=False)
quotient_ratio = _ended("quotient_ratio", "log((‖W‖/‖G_W‖)/(‖a‖/‖G_a‖)) at the end", _quotient, by_clock=False)
least_square = _ended("least_square", "min(‖W‖², ‖a‖²) at the end", _smaller, by_clock=False, low=0, strict=True)
imbalance = Quantity("imbalance", "|‖W‖² − ‖a‖²| at the start", low=0, route=Route(_imbalance))
SETTLED: Mapping[str, Any] = {"the run finished": (settled, "=", 1), "loss below e^-2": (start_phi, ">", 2)}
"""Hypotheses of the asymptotic relations on a run."""


class LayerFlow(Family):
    """Two-layer linear models on separable samples."""

    name = "layer_flow"
    quantities: Mapping[str, Quantity] = {
        quantity.name: quantity
        for quantity in (
            settled, timed, start_phi, end_phi, elapsed, product_ratio, quotient_ratio, least_square, imbalance,
        )
    }  # fmt: skip
    settings: Mapping[str, tuple[str, ...]] = {"normalization": ("ewn", "swn")}
    regimes = ("near", "turned", "tilted")
    cost = 600.0
    agreement = 1e-4

    def shapes(self) -> Sequence[Shape]:
        """From one sample and one hidden unit to six samples in three dimensions."""
        sizes = ((1, 1, 2), (3, 1, 2), (2, 2, 2), (4, 2, 2), (6, 2, 3))
        return [{"n": samples, "k": k, "d": d} for samples, k, d in sizes]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Samples with a positive first coordinate; W near a·e_1ᵀ, or `turned` or `tilted` away from it."""
        samples, k, d = (situation.shape[name] for name in ("n", "k", "d"))
        x = np.clip(rng.standard_normal((samples, d, count)), -1.7, 1.7)
        x[:, 0] = 0.3 + np.abs(x[:, 0])
        a = rng.choice([-1.0, 1.0], (k, count)) * (0.4 + np.abs(rng.standard_normal((k, count))))
        W = {"near": 0.02, "turned": 0.1, "tilted": 0.25}[regime] * rng.standard_normal((k, d, count))
        W[:, 0] += a
        least = np.maximum(np.einsum("kb,kdb,ndb->nb", a, W, x).min(axis=0), 0.05)
        scale = np.sqrt((2.2 + np.log(samples) + np.exp(rng.uniform(-2, 1.5, count))) / least)
        share = np.exp(rng.uniform(-0.5, 0.5, count))
        clock = np.exp(rng.uniform(-3, 0, count))
        return self._batch(situation, {"W": W * scale * share, "a": a * scale / share, "x": x, "clock": clock})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """One direction for all, with equal and with unequal norms."""
        samples, k, d = (situation.shape[name] for name in ("n", "k", "d"))
        W, a, x = np.zeros((k, d, 2)), np.ones((k, 2)), np.zeros((samples, d, 2))
        x[:, 0] = 1.0
        W[:, 0], a[:] = (2.5, 3.5), (2.5, 1.5)
        yield "aligned", self._batch(situation, {"W": W, "a": a, "x": x, "clock": np.array([0.05, 0.5])})

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes."""
        like = self.draw(situation, "near", 1, np.random.default_rng(0))
        return BoxCoordinates(like, {name: BOX[name] for name in like.arrays})

    def check(self, batch: Batch) -> None:
        """Refuse arrays of other shapes than those drawn here, or numbers of the wrong sign.

        Raises:
            RecordError: if the instance cannot have been produced by this family.
        """
        Family.check(self, batch)
        check_like(self, batch, BOX)

    def _batch(self, situation: Situation, arrays: Mapping[str, FloatArray]) -> Batch:
        clipped = {name: np.clip(arrays[name], *BOX[name]) for name in BOX}
        return Batch(self.name, situation.shape, situation.settings, clipped)


LAYER_FLOW = LayerFlow()
