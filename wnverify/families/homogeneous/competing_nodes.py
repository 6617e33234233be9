"""Nodes that compete under one loss: two aligned nodes of degree 1, and scalar nodes f = Σ c_u w_u^L.

A batch holds the nodes' norms `w` (k, B), factors `c` (k, B), a `wobble` that makes the first of two gradients larger
for a while, and the `share` of the time to blow-up for which the flow runs, in the clock ∫LL dt, in which the loss
does not occur. For two aligned nodes c_u is the norm of the input of node u, so ‖G_u‖ = LL c_u and d = c_1/c_2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import scalar_flows as engine
from wnverify.families.kit.boxes import BoxCoordinates, check_like
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity, Route

__all__ = [
    "COMPETING", "CompetingNodes", "L", "c1", "c2", "ewn_lead", "ewn_w1", "ewn_w2", "ewn_winner", "largest_factor",
    "plain_lead", "plain_w1", "plain_w2", "plain_winner", "strongest", "strongest_plain", "w1", "w2", "wobbling_w1",
    "wobbling_w2",
]  # fmt: skip

BOX = {"w": (0.1, 5.0), "c": (0.1, 5.0), "wobble": (0.0, 3.0), "share": (0.05, 0.9999)}
LATEST = 0.999999
"""The largest share of the time to blow-up for which a flow is run."""
Grow = Callable[[str, FloatArray, FloatArray, float, float], FloatArray]


def _degree(batch: Batch) -> float:
    return float(batch.settings["degree"])


def _columns(batch: Batch) -> list[tuple[FloatArray, FloatArray, float, float]]:
    """(w, c, wobble, share) of every instance."""
    arrays = batch.arrays
    share = np.minimum(arrays["share"], LATEST)
    rows = zip(arrays["w"].T, arrays["c"].T, arrays["wobble"], share, strict=True)
    return [(w, c, float(wobble), float(share)) for w, c, wobble, share in rows]


def _ends(batch: Batch, kind: str, grow: Grow) -> FloatArray:
    """w (k, B) at the end of the flow."""

    def build() -> FloatArray:
        L, found = _degree(batch), []
        for w, c, _, share in _columns(batch):
            found.append(grow(kind, w, c, L, share * engine.last_clock(kind, w, c, L)))
        return np.stack(found, axis=-1)

    return batch.memo(f"ends {kind} {grow.__name__}", build)


def _end(kind: str, node: int) -> Route:
    return Route(
        lambda b: _ends(b, kind, engine.grow)[node], None, lambda b: _ends(b, kind, engine.grow_exactly)[node]
    )


def _pull(c: FloatArray, wobble: float) -> Callable[[float], FloatArray]:
    """Gradient norms per unit loss: the first is c_1 or more, between c_1 and c_1 + wobble c_2."""
    return lambda s: np.array([c[0] + wobble * c[1] * np.sin(5 * s) ** 2, c[1]])


def _wobbling(batch: Batch) -> FloatArray:
    """Norms (2, B) of the first two nodes under EWN, with the wobble; run within the time that is surely finite."""

    def build() -> FloatArray:
        found = []
        for w, c, wobble, share in _columns(batch):
            clock = share * float(np.min(1 / (w[:2] * np.array([c[0] + wobble * c[1], c[1]]))))
            found.append(engine.two_nodes("ewn", w[:2], _pull(c, wobble), clock))
        return np.stack(found, axis=-1)

    return batch.memo("wobbling", build)


def _inverse_norms(pull: Callable[[float], FloatArray], first: FloatArray, clock: float) -> FloatArray:
    """1/w (2,) at the clock."""

    def rate(s: float, _: FloatArray) -> FloatArray:
        return -pull(s)

    path = solve_ivp(rate, (0.0, clock), first, "DOP853", rtol=1e-12, atol=1e-14)
    return np.asarray(path.y[:, -1])


def _wobbling_by_dop853(batch: Batch) -> FloatArray:
    """The same on 1/w, whose derivative is minus the gradient norm."""

    def build() -> FloatArray:
        found = []
        for w, c, wobble, share in _columns(batch):
            pull = _pull(c, wobble)
            clock = share * float(np.min(1 / (w[:2] * np.array([c[0] + wobble * c[1], c[1]]))))
            found.append(1 / _inverse_norms(pull, 1 / w[:2], clock))
        return np.stack(found, axis=-1)

    return batch.memo("wobbling by dop853", build)


def _index(values: FloatArray) -> FloatArray:
    return np.argmax(values, axis=0).astype(np.float64)


def _strength(batch: Batch, power: float) -> FloatArray:
    """c_u w_u^power, (k, B)."""
    return np.asarray(batch.arrays["c"] * batch.arrays["w"] ** power)


def _lead(batch: Batch, power: float) -> FloatArray:
    """Largest over second largest c_u w_u^power."""
    ordered = np.sort(_strength(batch, power), axis=0)
    return ordered[-1] / ordered[-2]


def _winner(kind: str) -> Route:
    def by(grow: Grow, batch: Batch) -> FloatArray:
        """The largest node where the flow has come close to the blow-up."""
        late = Batch(batch.family, batch.shape, batch.settings, {**batch.arrays, "share": np.ones(batch.size)})
        return _index(_ends(late, kind, grow))

    return Route(lambda b: by(engine.grow, b), None, lambda b: by(engine.grow_exactly, b))


def _number(name: str, meaning: str, read: Callable[[Batch], FloatArray], **domain: Any) -> Quantity:
    return Quantity(name, meaning, route=Route(read), **domain)


L = _number("L", "degree", lambda b: np.full(b.size, _degree(b)), low=1, integer=True)
w1 = _number("w1", "norm of the first node at the start", lambda b: b.arrays["w"][0], low=0, strict=True)
w2 = _number("w2", "norm of the second node at the start", lambda b: b.arrays["w"][1], low=0, strict=True)
c1 = _number("c1", "factor of the first node", lambda b: b.arrays["c"][0], low=0, strict=True)
c2 = _number("c2", "factor of the second node", lambda b: b.arrays["c"][1], low=0, strict=True)
ewn_w1 = Quantity("ewn_w1", "‖w_1‖ later, EWN", low=0, strict=True, route=_end("ewn", 0))
ewn_w2 = Quantity("ewn_w2", "‖w_2‖ later, EWN", low=0, strict=True, route=_end("ewn", 1))
plain_w1 = Quantity("plain_w1", "‖w_1‖ later, SWN or unnormalised", low=0, strict=True, route=_end("plain", 0))
plain_w2 = Quantity("plain_w2", "‖w_2‖ later, SWN or unnormalised", low=0, strict=True, route=_end("plain", 1))
wobbling_w1 = Quantity(
    "wobbling_w1", "‖w_1‖ later, EWN, ‖G_1‖/‖G_2‖ ≥ c_1/c_2 varying", low=0, strict=True,
    route=Route(lambda b: _wobbling(b)[0], None, lambda b: _wobbling_by_dop853(b)[0]),
)  # fmt: skip
wobbling_w2 = Quantity(
    "wobbling_w2", "‖w_2‖ later, the same", low=0, strict=True,
    route=Route(lambda b: _wobbling(b)[1], None, lambda b: _wobbling_by_dop853(b)[1]),
)  # fmt: skip
ewn_winner = Quantity("ewn_winner", "index of the node that becomes infinite first, EWN", low=0, route=_winner("ewn"))
plain_winner = Quantity("plain_winner", "the same, unnormalised", low=0, route=_winner("plain"))
strongest = _number("strongest", "argmax c_u w_u^L at the start", lambda b: _index(_strength(b, _degree(b))), low=0)
strongest_plain = _number(
    "strongest_plain", "argmax c_u w_u^{L−2} at the start", lambda b: _index(_strength(b, _degree(b) - 2)), low=0
)
largest_factor = _number("largest_factor", "argmax c_u", lambda b: _index(b.arrays["c"]), low=0)
ewn_lead = _number("ewn_lead", "largest over second largest c_u w_u^L", lambda b: _lead(b, _degree(b)), low=1)
plain_lead = _number(
    "plain_lead", "largest over second largest c_u w_u^{L−2}", lambda b: _lead(b, _degree(b) - 2), low=1
)


class CompetingNodes(Family):
    """Two or three scalar nodes of degree L."""

    name = "competing_nodes"
    quantities: Mapping[str, Quantity] = {
        quantity.name: quantity
        for quantity in (
            L, w1, w2, c1, c2, ewn_w1, ewn_w2, plain_w1, plain_w2, wobbling_w1, wobbling_w2, ewn_winner, plain_winner,
            strongest, strongest_plain, largest_factor, ewn_lead, plain_lead,
        )
    }  # fmt: skip
    settings: Mapping[str, tuple[str, ...]] = {"degree": ("1", "2", "3", "4", "5")}
    regimes = ("any", "close")
    cost = 20.0
    agreement = 1e-7

    def shapes(self) -> Sequence[Shape]:
        """Two to four nodes."""
        return [{"k": nodes} for nodes in (2, 3, 4)]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Norms and factors log-uniform; `close` has nearly equal strengths c_u w_u."""
        size = situation.shape["k"], count
        w = np.exp(rng.uniform(-1.2, 1.2, size))
        c = np.exp(rng.uniform(-1.2, 1.2, size))
        if regime == "close":
            c = np.exp(0.2 * rng.standard_normal(size)) / w
        share = 1 - np.exp(rng.uniform(-9, -0.1, count))
        arrays = {"w": w, "c": c, "wobble": rng.uniform(0, 2, count) * (rng.random(count) < 0.7), "share": share}
        return self._batch(situation, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """A node with a large norm and a small factor against the reverse."""
        k = situation.shape["k"]
        w = np.array([[2.0, 0.5, 1.0], [0.5, 2.0, 1.1], [0.6, 0.6, 0.9], [0.3, 0.3, 0.8]])[:k]
        c = np.array([[0.5, 1.0, 1.0], [1.0, 0.5, 1.0], [0.7, 0.7, 1.0], [0.2, 0.2, 1.0]])[:k]
        yield (
            "norm against factor",
            self._batch(
                situation,
                {"w": w, "c": c, "wobble": np.array([0.0, 0.0, 1.0]), "share": np.array([0.9999, 0.99, 0.5])},
            ),
        )

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes."""
        like = self.draw(situation, "any", 1, np.random.default_rng(0))
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


COMPETING = CompetingNodes()
