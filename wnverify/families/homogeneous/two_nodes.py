"""Two nodes on two samples: f_A = w_1^L and f_B = c w_2^L with the loss e^{−f_A} + e^{−f_B}.

A batch holds the margins `f_A`, `f_B`, the factor `c`, and the margin `far` to which f_A is followed under SWN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import autograd.numpy as anp
import mpmath
import numpy as np
from autograd import grad

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import scalar_flows as engine
from wnverify.families.kit.boxes import BoxCoordinates, check_like
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity, Route

__all__ = [
    "TWO_NODES", "H_gap", "L", "TwoNodes", "c", "ewn_log_ratio", "ewn_rate_A", "ewn_rate_B", "f_A", "f_B", "far",
    "far_partner", "far_product_ratio", "far_quotient_ratio", "plain_log_ratio", "plain_rate_A", "plain_rate_B",
]  # fmt: skip

BOX = {"f_A": (2.0, 40.0), "f_B": (2.0, 40.0), "c": (0.1, 10.0), "far": (100.0, 400.0)}


def _degree(batch: Batch) -> FloatArray:
    return np.full(batch.size, float(batch.shape["L"]))


def _log_parts(batch: Batch, f: FloatArray, c: Any) -> tuple[FloatArray, FloatArray]:
    """(log w, log G) of a node with margin f = c w^L and gradient norm G = L c w^{L−1} e^{−f}."""
    L = batch.shape["L"]
    log_w = (np.log(f) - np.log(c)) / L
    return log_w, np.log(L * c) + (L - 1) * log_w - f


def _log_ratio(batch: Batch, sign: float, f_A: FloatArray, f_B: FloatArray) -> FloatArray:
    """log of (‖w_1‖‖G_1‖^sign)/(‖w_2‖‖G_2‖^sign)."""
    (w1, G1), (w2, G2) = _log_parts(batch, f_A, 1.0), _log_parts(batch, f_B, batch.arrays["c"])
    return w1 - w2 + sign * (G1 - G2)


def _near(batch: Batch) -> tuple[FloatArray, FloatArray]:
    return batch.arrays["f_A"], batch.arrays["f_B"]


def _autograd_parts(batch: Batch) -> list[tuple[FloatArray, FloatArray]]:
    """(w, ∂Loss/∂w) of every instance, each (2,), by autograd."""

    def build() -> list[tuple[FloatArray, FloatArray]]:
        L, found = batch.shape["L"], []
        for f_A, f_B, c in zip(*_near(batch), batch.arrays["c"], strict=True):
            w = np.array([f_A ** (1 / L), (f_B / c) ** (1 / L)])
            factors = np.array([1.0, c])
            slope = grad(lambda w, factors=factors: anp.sum(anp.exp(-factors * w**L)))(w)
            found.append((w, slope))
        return found

    return batch.memo("autograd parts", build)


def _second_log_ratio(batch: Batch, sign: float) -> FloatArray:
    logs = [np.log(w) + sign * np.log(-G) for w, G in _autograd_parts(batch)]
    return np.array([pair[0] - pair[1] for pair in logs])


def _rate(batch: Batch, kind: str, node: int) -> FloatArray:
    """e^f f^{−p} f′ of one node, p = 2 under EWN (w′ = −w²G), 2 − 2/L without normalization (w′ = −G)."""
    L, c = batch.shape["L"], np.ones(batch.size) if node == 0 else batch.arrays["c"]
    f = _near(batch)[node]
    log_w, log_G = _log_parts(batch, f, c)
    p = 2.0 if kind == "ewn" else 2.0 - 2.0 / L
    # f′ = (L f/w)·w′, in logarithms
    speed = np.log(L * f) - log_w + (2 * log_w if kind == "ewn" else 0.0) + log_G
    return np.asarray(np.exp(f - p * np.log(f) + speed))


def _second_rate(batch: Batch, kind: str, node: int) -> FloatArray:
    L, found = batch.shape["L"], []
    p = 2.0 if kind == "ewn" else 2.0 - 2.0 / L
    for (w, G), c, f in zip(_autograd_parts(batch), batch.arrays["c"], _near(batch)[node], strict=True):
        velocity = -(w[node] ** 2 if kind == "ewn" else 1.0) * G[node]
        slope = (1.0 if node == 0 else c) * L * w[node] ** (L - 1)
        found.append(np.exp(f) * f**-p * slope * velocity)
    return np.array(found)


def _H_gap(batch: Batch) -> FloatArray:
    f_A, f_B = _near(batch)
    return engine.integral(f_B, f_A, np.full(batch.size, 2.0))


def _H_gap_by_mpmath(batch: Batch) -> FloatArray:
    """H(f_A) − H(f_B) with H(f) = Ei(f) − e^f/f, in 40 digits."""
    with mpmath.workdps(40):
        pairs = [(mpmath.mpf(float(a)), mpmath.mpf(float(b))) for a, b in zip(*_near(batch), strict=True)]
        ends = [[mpmath.ei(f) - mpmath.exp(f) / f for f in pair] for pair in pairs]
        return np.array([float(a - b) for a, b in ends])


def _k(batch: Batch) -> FloatArray:
    """k = c^{2/L}, by how much faster the second node grows under SWN."""
    return np.asarray(batch.arrays["c"] ** (2.0 / batch.shape["L"]))


def _partner(batch: Batch) -> FloatArray:
    p = np.full(batch.size, 2.0 - 2.0 / batch.shape["L"])
    return batch.memo("partner", lambda: engine.partner(*_near(batch), batch.arrays["far"], _k(batch), p))


def _partner_by_flow(batch: Batch) -> FloatArray:
    p = 2.0 - 2.0 / batch.shape["L"]
    rows = zip(*_near(batch), batch.arrays["far"], _k(batch), strict=True)
    return batch.memo(
        "partner by flow",
        lambda: np.array(
            [engine.partner_by_flow(float(a), float(b), float(end), float(k), p) for a, b, end, k in rows]
        ),
    )


def _far_ratio(sign: float) -> Route:
    def by(partner: Callable[[Batch], FloatArray], batch: Batch) -> FloatArray:
        return _log_ratio(batch, sign, batch.arrays["far"], partner(batch))

    return Route(lambda b: by(_partner, b), None, lambda b: by(_partner_by_flow, b))


def _defined(
    name: str, meaning: str, first: Callable[..., FloatArray], second: Callable[..., FloatArray], *arguments: Any
) -> Quantity:
    route = Route(lambda b: first(b, *arguments), None, lambda b: second(b, *arguments))
    return Quantity(name, meaning, route=route)


def _near_ratio(batch: Batch, sign: float) -> FloatArray:
    return _log_ratio(batch, sign, *_near(batch))


L = Quantity("L", "degree", low=1, integer=True, route=Route(_degree))
f_A = Quantity("f_A", "first margin, w_1^L", low=0, strict=True, route=Route(lambda b: b.arrays["f_A"]))
f_B = Quantity("f_B", "second margin, c w_2^L", low=0, strict=True, route=Route(lambda b: b.arrays["f_B"]))
c = Quantity("c", "factor of the second node", low=0, strict=True, route=Route(lambda b: b.arrays["c"]))
far = Quantity("far", "the margin f_A at the end", low=0, strict=True, route=Route(lambda b: b.arrays["far"]))
ewn_log_ratio = _defined("ewn_log_ratio", "log(‖w_1‖‖G_1‖/(‖w_2‖‖G_2‖))", _near_ratio, _second_log_ratio, 1.0)
plain_log_ratio = _defined(
    "plain_log_ratio", "log((‖w_1‖/‖G_1‖)/(‖w_2‖/‖G_2‖))", _near_ratio, _second_log_ratio, -1.0
)
ewn_rate_A = _defined("ewn_rate_A", "H(f_A)′ under EWN, H′ = e^f/f²", _rate, _second_rate, "ewn", 0)
ewn_rate_B = _defined("ewn_rate_B", "H(f_B)′ under EWN", _rate, _second_rate, "ewn", 1)
plain_rate_A = _defined("plain_rate_A", "H_p(f_A)′ under SWN, H_p′ = e^f f^{2/L−2}", _rate, _second_rate, "swn", 0)
plain_rate_B = _defined("plain_rate_B", "H_p(f_B)′ under SWN", _rate, _second_rate, "swn", 1)
H_gap = Quantity("H_gap", "H(f_A) − H(f_B), H(f) = Ei(f) − e^f/f", route=Route(_H_gap, None, _H_gap_by_mpmath))
far_partner = Quantity(
    "far_partner", "f_B under SWN when f_A has grown to `far`", low=0, strict=True,
    route=Route(_partner, None, _partner_by_flow),
)  # fmt: skip
far_quotient_ratio = Quantity("far_quotient_ratio", "log((‖w_1‖/‖G_1‖)/(‖w_2‖/‖G_2‖)) there", route=_far_ratio(-1.0))
far_product_ratio = Quantity("far_product_ratio", "log(‖w_1‖‖G_1‖/(‖w_2‖‖G_2‖)) there", route=_far_ratio(1.0))


class TwoNodes(Family):
    """Two nodes of degree L, one on each of two samples."""

    name = "two_nodes"
    quantities: Mapping[str, Quantity] = {
        quantity.name: quantity
        for quantity in (
            L, f_A, f_B, c, far, ewn_log_ratio, plain_log_ratio, ewn_rate_A, ewn_rate_B, plain_rate_A, plain_rate_B,
            H_gap, far_partner, far_quotient_ratio, far_product_ratio,
        )
    }  # fmt: skip
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("apart", "close")
    cost = 12.0
    agreement = 1e-8

    def shapes(self) -> Sequence[Shape]:
        """Degrees from 1 to 6."""
        return [{"L": degree} for degree in (2, 1, 3, 4, 5, 6)]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Margins from 2 to 40; `close` has them nearly equal."""
        first = 2.0 + np.exp(rng.uniform(-3, 3.6, count))
        gap = np.exp(rng.uniform(-4, 0 if regime == "close" else 3, count)) * rng.choice([-1.0, 1.0], count)
        arrays = {
            "f_A": first,
            "f_B": first + gap,
            "c": np.exp(rng.uniform(-2, 2, count)),
            "far": rng.uniform(100, 400, count),
        }
        clipped = {name: np.clip(array, *BOX[name]) for name, array in arrays.items()}
        return Batch(self.name, situation.shape, situation.settings, clipped)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Margins at their least and greatest, at the end of the range."""
        f_A, f_B = np.array([2.0, 2.0, 2.0, 30.0, 2.01]), np.array([2.5, 2.01, 30.0, 2.0, 2.0])
        arrays = {"f_A": f_A, "f_B": f_B, "c": np.array([1.5, 10.0, 0.1, 3.0, 0.5]), "far": np.full(5, 400.0)}
        yield "ends", Batch(self.name, situation.shape, situation.settings, arrays)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes."""
        like = self.draw(situation, "close", 1, np.random.default_rng(0))
        return BoxCoordinates(like, {name: BOX[name] for name in like.arrays})

    def check(self, batch: Batch) -> None:
        """Refuse arrays of other shapes than those drawn here, or numbers of the wrong sign.

        Raises:
            RecordError: if the instance cannot have been produced by this family.
        """
        Family.check(self, batch)
        check_like(self, batch, BOX)


TWO_NODES = TwoNodes()
