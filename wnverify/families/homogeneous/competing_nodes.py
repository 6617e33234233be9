"""Nodes that compete under one loss: two aligned nodes of degree 1, and scalar nodes f = Σ c_u w_u^L.

A batch holds the nodes' norms `w` (k, B), factors `c` (k, B), a `wobble` that makes the first of two gradients larger
for a while, and the `share` of the time to blow-up for which the flow runs, in the clock ∫LL dt, in which the loss
does not occur. For two aligned nodes c_u is the norm of the input of node u, so ‖G_u‖ = LL c_u and d = c_1/c_2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import scalar_flows as engine
from wnverify.errors import RecordError, expected
from wnverify.families.kit.parts import Views, constant, read, two_routes, vocabulary
from wnverify.families.kit.steering import setting_entry
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.family import Move, Scaling, Shape, Situation
from wnverify.quantities import Measure, Quantity

TABLE = {
    "w": Array("k", 0.1, 5.0),
    "c": Array("k", 0.1, 5.0),
    "wobble": Array("", 0.0, 3.0),
    "share": Array("", 0.05, 0.9999),
}
Pick: TypeAlias = Callable[..., Any]
LATEST = 0.999999
"""The largest share of the time to blow-up for which a flow is run."""


def _degree(batch: Batch) -> float:
    return float(batch.settings["degree"])


def _clock(batch: Batch, last: FloatArray) -> FloatArray:
    """A share of the time to blow-up."""
    return np.minimum(batch.arrays["share"], LATEST) * last


def _ends(kind: str, batch: Batch) -> FloatArray:
    """w (k, B) at the end of the flow, by integration."""
    w, c, L = batch.arrays["w"], batch.arrays["c"], _degree(batch)
    return engine.grow_by_steps(kind, w, c, L, _clock(batch, engine.last_clock(kind, w, c, L)))


def _ends_in_closed_form(kind: str, batch: Batch) -> FloatArray:
    """The same from what is conserved."""
    w, c, L = batch.arrays["w"], batch.arrays["c"], _degree(batch)
    return engine.grow(kind, w, c, L, _clock(batch, engine.last_clock(kind, w, c, L)))


def _pull(batch: Batch) -> engine.Wobbling:
    return engine.Wobbling(batch.arrays["c"][:2], batch.arrays["wobble"])


def _sure_clock(batch: Batch) -> FloatArray:
    """A clock within the time that is surely finite."""
    c, wobble = batch.arrays["c"][:2], batch.arrays["wobble"]
    most = np.stack([c[0] + wobble * c[1], c[1]])
    return _clock(batch, np.min(1 / (batch.arrays["w"][:2] * most), axis=0))


def _wobbling(batch: Batch) -> FloatArray:
    """Norms (2, B) of the first two nodes under EWN, with the wobble."""
    return engine.two_nodes(batch.arrays["w"][:2], _pull(batch), _sure_clock(batch))


def _wobbling_by_flow(batch: Batch) -> FloatArray:
    """The same, one flow after the other."""
    c, v, w = batch.arrays["c"][:2].T, batch.arrays["wobble"], batch.arrays["w"][:2].T
    rows = zip(c, v, w, _sure_clock(batch), strict=True)
    found = [engine.two_nodes_by_flow(first, engine.Wobbling(c, v), float(end)) for c, v, first, end in rows]
    return np.stack(found, axis=-1)


def _index(values: FloatArray) -> FloatArray:
    return np.argmax(values, axis=0).astype(np.float64)


def _strength(batch: Batch, power: float) -> FloatArray:
    """c_u w_u^power, (k, B)."""
    return np.asarray(batch.arrays["c"] * batch.arrays["w"] ** power)


def _lead(batch: Batch, power: float) -> FloatArray:
    """Largest over second largest c_u w_u^power."""
    ordered = np.sort(_strength(batch, power), axis=0)
    return ordered[-1] / ordered[-2]


def _lead_stretched(less: float, batch: Batch, factor: FloatArray) -> Batch:
    """The strongest node by c_u w_u^{L−less} with its factor c_u stretched."""
    c = batch.arrays["c"]
    first = np.arange(c.shape[0])[:, None] == np.argmax(_strength(batch, _degree(batch) - less), axis=0)
    return batch.with_arrays({**batch.arrays, "c": np.where(first, c * factor, c)})


def _late(batch: Batch) -> Batch:
    """The same starts, to be followed until close to the blow-up; all that is measured late shares one flow."""
    return batch.memo(_late, lambda: batch.with_arrays({**batch.arrays, "share": np.ones(batch.size)}))


def _limits(batch: Batch, less: float) -> FloatArray:
    """(w_i^{−q} − (c_i/c_j) w_j^{−q})^{−1/q} (k, B), q = L − less, j the strongest; infinite for j, and if q ≤ 0."""
    w, c, q = batch.arrays["w"], batch.arrays["c"], _degree(batch) - less
    if q <= 0:
        return np.full(w.shape, np.inf)
    first = np.argmax(_strength(batch, q), axis=0)[None]
    ahead = np.take_along_axis(w, first, axis=0) ** -q / np.take_along_axis(c, first, axis=0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.maximum(w**-q - c * ahead, 0.0) ** (-1 / q))


def _losers(batch: Batch, less: float, late: FloatArray) -> FloatArray:
    """w_i over its limit of every node but the strongest, NaN for that; late norms (k, B)."""
    strongest = np.arange(late.shape[0])[:, None] == np.argmax(_strength(batch, _degree(batch) - less), axis=0)
    return np.where(strongest, np.nan, late / _limits(batch, less))


def _loser(name: str, meaning: str, ends: Views[FloatArray], less: float, pick: Pick, *, latex: str) -> Quantity:
    def of(view: Callable[[Batch], FloatArray]) -> Measure:
        return lambda b: pick(_losers(b, less, view(_late(b))), axis=0)

    return two_routes(name, meaning, of(ends.closed), of(ends.oracle), low=0, latex=latex)


def _lead_of_strongest(batch: Batch, late: FloatArray) -> FloatArray:
    """Least (w_j/w_i)(limit_i/w_j(0)) over the nodes i but the strongest, j."""
    j = np.argmax(_strength(batch, _degree(batch)), axis=0)[None]
    grown = np.take_along_axis(late / batch.arrays["w"], j, axis=0)
    return np.asarray(np.nanmin(grown / _losers(batch, 0.0, late), axis=0))


def _winner(name: str, meaning: str, ends: Views[FloatArray], latex: str) -> Quantity:
    return two_routes(
        name,
        meaning,
        lambda b: _index(ends.closed(_late(b))),
        lambda b: _index(ends.oracle(_late(b))),
        low=0,
        latex=latex,
    )


EWN, PLAIN = (Views(partial(_ends, kind), partial(_ends_in_closed_form, kind)) for kind in ("ewn", "plain"))
WOBBLING = Views(_wobbling, _wobbling_by_flow)

L = constant("L", "degree", _degree, low=1, integer=True)
w1 = read("w1", "norm of the first node at the start", lambda b: b.arrays["w"][0], low=0, strict=True)
w2 = read("w2", "norm of the second node at the start", lambda b: b.arrays["w"][1], low=0, strict=True)
c1 = read("c1", "factor of the first node", lambda b: b.arrays["c"][0], low=0, strict=True)
c2 = read("c2", "factor of the second node", lambda b: b.arrays["c"][1], low=0, strict=True)
ewn_w1 = EWN.quantity(
    "ewn_w1", "‖w_1‖ later, EWN", lambda w: w[0], low=0, strict=True, latex=r"\|w_1\|_{\mathrm{EWN}}"
)
ewn_w2 = EWN.quantity(
    "ewn_w2", "‖w_2‖ later, EWN", lambda w: w[1], low=0, strict=True, latex=r"\|w_2\|_{\mathrm{EWN}}"
)
plain_w1 = PLAIN.quantity(
    "plain_w1",
    "‖w_1‖ later, SWN or unnormalised",
    lambda w: w[0],
    low=0,
    strict=True,
    latex=r"\|w_1\|_{\mathrm{plain}}",
)
plain_w2 = PLAIN.quantity(
    "plain_w2",
    "‖w_2‖ later, SWN or unnormalised",
    lambda w: w[1],
    low=0,
    strict=True,
    latex=r"\|w_2\|_{\mathrm{plain}}",
)
wobbling_w1 = WOBBLING.quantity(
    "wobbling_w1",
    "‖w_1‖ later, EWN, ‖G_1‖/‖G_2‖ ≥ c_1/c_2 varying",
    lambda w: w[0],
    low=0,
    strict=True,
    latex=r"\|w_1\|_{c}",
)
wobbling_w2 = WOBBLING.quantity(
    "wobbling_w2", "‖w_2‖ later, the same", lambda w: w[1], low=0, strict=True, latex=r"\|w_2\|_{c}"
)
ewn_winner = _winner("ewn_winner", "index of the node that becomes infinite first, EWN", EWN, r"j_{\mathrm{EWN}}")
plain_winner = _winner("plain_winner", "the same, unnormalised", PLAIN, r"j_{\mathrm{plain}}")
ewn_loser_most = _loser(
    "ewn_loser_most",
    "largest w_i over its limit late, i not the strongest, EWN",
    EWN,
    0.0,
    np.nanmax,
    latex=r"\max_{i\ne j}\frac{w_i}{w_i^\infty}",
)
ewn_loser_least = _loser(
    "ewn_loser_least", "least such", EWN, 0.0, np.nanmin, latex=r"\min_{i\ne j}\frac{w_i}{w_i^\infty}"
)
plain_loser_most = _loser(
    "plain_loser_most",
    "largest such, unnormalised, L > 2",
    PLAIN,
    2.0,
    np.nanmax,
    latex=r"\max_{i\ne j}\frac{\tilde{w}_i}{\tilde{w}_i^\infty}",
)
ewn_runaway = two_routes(
    "ewn_runaway",
    "least (w_j/w_i)(limit_i/w_j(0)) late, j the strongest, EWN",
    lambda b: _lead_of_strongest(b, EWN.closed(_late(b))),
    lambda b: _lead_of_strongest(b, EWN.oracle(_late(b))),
    low=0,
    latex=r"\min_i\frac{w_j w_i^\infty}{w_i w_j(0)}",
)
strongest = read(
    "strongest",
    "argmax c_u w_u^L at the start",
    lambda b: _index(_strength(b, _degree(b))),
    low=0,
    latex=r"\mathrm{arg\,max}_u\,c_uw_u^L",
)
strongest_plain = read(
    "strongest_plain",
    "argmax c_u w_u^{L−2} at the start",
    lambda b: _index(_strength(b, _degree(b) - 2)),
    low=0,
    latex=r"\mathrm{arg\,max}_u\,c_uw_u^{L-2}",
)
largest_factor = read(
    "largest_factor", "argmax c_u", lambda b: _index(b.arrays["c"]), low=0, latex=r"\mathrm{arg\,max}_u\,c_u"
)
ewn_lead = read(
    "ewn_lead",
    "largest over second largest c_u w_u^L",
    lambda b: _lead(b, _degree(b)),
    low=1,
    latex=r"\Lambda_{\mathrm{EWN}}",
)
plain_lead = read(
    "plain_lead",
    "largest over second largest c_u w_u^{L−2}",
    lambda b: _lead(b, _degree(b) - 2),
    low=1,
    latex=r"\Lambda_{\mathrm{plain}}",
)


class CompetingNodes(Tabled):
    """Two to four scalar nodes of degree L."""

    name = "competing_nodes"
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {"degree": ("1", "2", "3", "4", "5")}
    regimes = ("any", "close", "tied")
    cost = 1.0
    agreement = 1e-5

    def shapes(self) -> Sequence[Shape]:
        """Two to four nodes."""
        return [{"k": nodes} for nodes in (2, 3, 4)]

    def moves(self) -> Mapping[str, Move]:
        """The norms and factors of the first two nodes."""
        entries = {f"{name}{index + 1}": setting_entry(name, index) for name in "wc" for index in (0, 1)}
        return {**Tabled.moves(self), **entries}

    def scalings(self) -> Mapping[str, Scaling]:
        """A lead is that of the strongest node's factor."""
        less = {"ewn_lead": 0.0, "plain_lead": 2.0}
        return {name: Scaling(partial(_lead_stretched, power)) for name, power in less.items()}

    def table(self, situation: Situation) -> Table:
        """Norms and factors of the nodes, a wobble, and how far to follow the flow.

        Raises:
            RecordError: if there is one node only.
        """
        if situation.shape["k"] < 2:
            raise RecordError(expected("at least two nodes", f"{situation.shape['k']}"))
        return TABLE

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Norms and factors log-uniform; `close` has nearly equal c_u w_u, `tied` two equal c_u w_u^L."""
        shape = situation.shape["k"], count
        w = np.exp(rng.uniform(-1.2, 1.2, shape))
        c = np.exp(rng.uniform(-1.2, 1.2, shape))
        if regime == "close":
            c = np.exp(0.2 * rng.standard_normal(shape)) / w
        if regime == "tied":
            w[:2] = np.exp(rng.uniform(-0.2, 0.2, (2, count)))
            c[0] = np.exp(rng.uniform(-0.4, 0.4, count))
            c[1] = c[0] * (w[0] / w[1]) ** float(situation.settings["degree"])
        share = 1 - np.exp(rng.uniform(-9, -0.1, count))
        wobble = rng.uniform(0, 2, count) * (rng.random(count) < 0.7)
        return self.within(situation, {"w": w, "c": c, "wobble": wobble, "share": share})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """A node with a large norm and a small factor against the reverse; and two nodes that are tied."""
        k = situation.shape["k"]
        w = np.resize([[2.0, 0.5, 1.0], [0.5, 2.0, 1.1], [0.6, 0.6, 0.9], [0.3, 0.3, 0.8]], (k, 3))
        c = np.resize([[0.5, 1.0, 1.0], [1.0, 0.5, 1.0], [0.7, 0.7, 1.0], [0.2, 0.2, 1.0]], (k, 3))
        wobble, share = np.array([0.0, 0.0, 1.0]), np.array([0.9999, 0.99, 0.5])
        arrays = {"w": w, "c": c, "wobble": wobble, "share": share}
        yield "norm against factor", self.batch(situation, arrays)
        tied = c.copy()
        tied[1] = c[0] * (w[0] / w[1]) ** float(situation.settings["degree"])
        yield "tied", self.batch(situation, {**arrays, "c": tied})


COMPETING = CompetingNodes()
