"""One node in the plane on two samples of which the first's margin falls while the loss does, under EWN.

A batch holds what `Bend` names, the angle `begin` in units of `width`, and the time `t`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np
import scipy
from autograd import grad

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import bent_node as engine
from wnverify.engine.homogeneous.bent_node import Bend
from wnverify.families.kit.parts import Views, read, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.family import Shape, Situation

TABLE = {
    "start": Array("", 0.7, 1.0),
    "low": Array("", 0.1, 0.6),
    "rise": Array("", 3.0, 8.0),
    "width": Array("", 0.02, 0.5),
    "begin": Array("", 0.005, 0.1),
    "t": Array("", 0.05, 6.0),
}


def _bends(batch: Batch) -> list[tuple[Bend, float, float]]:
    """Network, angle at the start and time of every instance."""
    rows = zip(*(batch.arrays[name] for name in TABLE), strict=True)
    return [(Bend(*map(float, row[:4])), float(row[3] * row[4]), float(row[5])) for row in rows]


def _ends(batch: Batch) -> FloatArray:
    """(LL, least margin) at the time, (2, B)."""
    ends = [engine.loss_and_time(bend, begin, end)[:2] for bend, begin, end in _bends(batch)]
    return np.array(ends).T


def _margins(bend: Bend, alpha: float, v: FloatArray) -> FloatArray:
    """f (2,) at w = e^α v/‖v‖, in autograd's NumPy."""
    u = anp.minimum(anp.maximum(anp.arctan2(v[1], v[0]) / bend.width, 0.0), 1.0)
    step = 3 * u**2 - 2 * u**3
    second = bend.start + bend.rise * step
    total = 2 * anp.exp(-bend.start) * (1 - step) + anp.exp(-bend.low) * step
    return anp.exp(alpha) * anp.array([-anp.log(total - anp.exp(-second)), second])


def _flow(slope: Callable[[FloatArray], FloatArray], first: FloatArray, end: float) -> Any:
    """The gradient flow from `first` by LSODA."""

    def rates(_: float, state: FloatArray) -> FloatArray:
        return -slope(state)

    return scipy.integrate.solve_ivp(rates, (0.0, end), first, "LSODA", rtol=1e-9, atol=1e-11)


def _ends_by_autograd(batch: Batch) -> FloatArray:
    """The same by LSODA on (α, v), with the gradient by autograd."""
    found = []
    for bend, begin, end in _bends(batch):
        slope = grad(lambda state, bend=bend: anp.sum(anp.exp(-_margins(bend, state[0], state[1:]))))
        first = np.array([0.0, np.cos(begin), np.sin(begin)])
        path = _flow(slope, first, end)
        f = _margins(bend, path.y[0, -1], path.y[1:, -1])
        found.append((np.exp(-f).sum(), f.min()))
    return np.array(found).T


def _start(batch: Batch) -> FloatArray:
    """f at the start, (2, B)."""
    return np.array([engine.profile(bend, begin)[0] for bend, begin, _ in _bends(batch)]).T


ENDS = Views(_ends, _ends_by_autograd)

t = read("t", "time", low=0, strict=True)
start_margin = two_routes(
    "start_margin",
    "least margin at the start",
    lambda b: _start(b).min(axis=0),
    lambda b: np.array([_margins(bend, 0.0, np.array([np.cos(a), np.sin(a)])).min() for bend, a, _ in _bends(b)]),
    low=0,
    strict=True,
    latex=r"\gamma(0)",
)
start_loss = two_routes(
    "start_loss",
    "loss at the start",
    lambda b: np.exp(-_start(b)).sum(axis=0),
    lambda b: np.array(
        [np.exp(-_margins(bend, 0.0, np.array([np.cos(a), np.sin(a)]))).sum() for bend, a, _ in _bends(b)]
    ),
    low=0,
    strict=True,
    latex=r"\mathcal{L}(0)",
)
end_loss = ENDS.quantity(
    "end_loss", "loss at the time t", lambda ends: ends[0], low=0, strict=True, latex=r"\mathcal{L}(t)"
)
end_margin = ENDS.quantity("end_margin", "least margin at the time t", lambda ends: ends[1], latex=r"\gamma(t)")
BELOW_ONE: Mapping[str, tuple[object, str, object]] = {"loss below 1": (start_loss, "<", 1)}
"""A1 of the paper."""


class BentNode(Tabled):
    """A homogeneous function of one node in the plane, bent so that one margin falls."""

    name = "bent_node"
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("any", "sharp")
    cost = 300.0
    boxed = True
    agreement = 1e-6

    def shapes(self) -> Sequence[Shape]:
        """One."""
        return [{"n": 2}]

    def table(self, situation: Situation) -> Table:
        """The network, where the flow starts, and the time."""
        return TABLE

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Log-uniform; `sharp` has the first margin fall far within a small angle."""
        high = 0.3 if regime == "sharp" else 0.6
        arrays = {
            "start": rng.uniform(0.7, 0.9, count),
            "low": rng.uniform(0.1, high, count),
            "rise": rng.uniform(3, 8, count),
            "width": np.exp(rng.uniform(np.log(0.02), np.log(0.06 if regime == "sharp" else 0.5), count)),
            "begin": np.exp(rng.uniform(np.log(0.005), np.log(0.1), count)),
            "t": np.exp(rng.uniform(-3, 1.7, count)),
        }
        return self.within(situation, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """A fall from .72 to .2 within .05."""
        one = {"start": 0.72, "low": 0.2, "rise": 6.0, "width": 0.05, "begin": 0.02}
        arrays = {name: np.full(3, value) for name, value in one.items()}
        yield "sharp", self.batch(situation, {**arrays, "t": np.array([0.1, 2.0, 5.0])})


BENT_NODE = BentNode()
