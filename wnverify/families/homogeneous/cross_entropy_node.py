"""One EWN node on one sample of two classes: f = w^L with the cross-entropy log(1 + e^{−f}), solved exactly.

f′ = L² f²/(1 + e^f), so L² t = ∫ (1 + e^f)/f² df = [−1/f + Ei(f) − e^f/f]. A batch holds the margin `start` and its
`rise`, of which everything is enclosed in balls.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np
import scipy
from autograd import grad

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous.scalar_flows import integral
from wnverify.families.kit.parts import read, size, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.family import Shape, Situation

TABLE = {"start": Array("", 0.02, 3.0), "rise": Array("", 1e-3, 6.0)}


def _ends(batch: Batch) -> tuple[FloatArray, FloatArray]:
    return batch.arrays["start"], batch.arrays["start"] + batch.arrays["rise"]


def _time(batch: Batch) -> FloatArray:
    """∫ (1 + e^f)/f² df, by quadrature where there is an exponential."""
    first, last = _ends(batch)
    return 1 / first - 1 / last + integral(first, last, np.full(batch.size, 2.0))


def _time_by_flow(batch: Batch) -> FloatArray:
    """L² t of the flow of α, f = e^{Lα}, by LSODA with α for a clock: dt/dα = 1/α′, α′ by autograd."""
    L = batch.shape["L"]
    slope = grad(lambda alpha: anp.log1p(anp.exp(-anp.exp(L * alpha))))
    found = []
    for first, last in zip(*_ends(batch), strict=True):
        clocks = np.log([first, last]) / L
        path = scipy.integrate.odeint(lambda _, alpha: -1 / slope(alpha), 0.0, clocks, rtol=1e-11, atol=1e-12)
        found.append(L**2 * float(path[-1, 0]))
    return np.array(found)


def _loss(margin: FloatArray) -> FloatArray:
    return np.log1p(np.exp(-margin))


L = size("L", "degree")
start = read("start", "margin f at the start", low=0, strict=True, latex="f(0)")
start_loss = two_routes(
    "start_loss",
    "log(1 + e^{−f}) at the start",
    lambda b: _loss(_ends(b)[0]),
    lambda b: np.logaddexp(0.0, -_ends(b)[0]),
    low=0,
    strict=True,
    latex=r"\mathcal{L}(0)",
)
end_loss = two_routes(
    "end_loss",
    "log(1 + e^{−f}) at the end",
    lambda b: _loss(_ends(b)[1]),
    lambda b: np.logaddexp(0.0, -_ends(b)[1]),
    low=0,
    strict=True,
    latex=r"\mathcal{L}(t)",
)
time = two_routes("time", "L² t", _time, _time_by_flow, low=0, latex="L^2t")


class CrossEntropyNode(Tabled):
    """Margins of one node on one sample under the cross-entropy."""

    name = "cross_entropy_node"
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("near", "far")
    cost = 2.0
    plentiful = 1
    agreement = 1e-7

    def shapes(self) -> Sequence[Shape]:
        """Degrees 1 to 3."""
        return [{"L": degree} for degree in (1, 2, 3)]

    def table(self, situation: Situation) -> Table:
        """A start and a rise."""
        return TABLE

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Log-uniform; `near` rises by a tenth at most."""
        high = -2.3 if regime == "near" else 1.7
        arrays = {
            "start": np.exp(rng.uniform(-3.9, 1, count)), "rise": np.exp(rng.uniform(-6, high, count)),
        }  # fmt: skip
        return self.within(situation, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """From a tenth to a little more."""
        arrays = {"start": np.full(3, 0.1), "rise": np.array([0.0078125, 0.0625, 0.5])}
        yield "from a tenth", self.batch(situation, arrays)

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Balls around margins, losses and time; Ei is python-flint's."""
        from wnverify.families.homogeneous.cross_entropy_balls import enclosures  # flint loads only where needed

        return enclosures(batch, names)


CROSS_ENTROPY_NODE = CrossEntropyNode()
