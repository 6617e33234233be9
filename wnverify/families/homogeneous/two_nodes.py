"""Two nodes on two samples: f_A = w_1^L and f_B = c w_2^L with the loss e^{−f_A} + e^{−f_B}.

A batch holds the margins `f_A`, `f_B`, the factor `c`, and the margin `far` to which f_A is followed under SWN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import autograd.numpy as anp
import mpmath
import numpy as np
from autograd import grad

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import scalar_flows as engine
from wnverify.families.kit.parts import Views, read, size, vocabulary
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.family import Shape, Situation

TABLE = {
    "f_A": Array("", 2.0, 40.0),
    "f_B": Array("", 2.0, 40.0),
    "c": Array("", 0.1, 10.0),
    "far": Array("", 100.0, 400.0),
}
EWN, PLAIN = 1.0, -1.0
"""Whether the products ‖w‖‖G‖ are compared, or the quotients ‖w‖/‖G‖."""


def _near(batch: Batch) -> tuple[FloatArray, FloatArray]:
    return batch.arrays["f_A"], batch.arrays["f_B"]


def _k(batch: Batch) -> FloatArray:
    """k = c^{2/L}, by how much faster the second node grows under SWN."""
    return np.asarray(batch.arrays["c"] ** (2.0 / batch.shape["L"]))


def _power(batch: Batch, kind: float) -> float:
    """p = 2 under EWN, 2 − 2/L without normalization."""
    return 2.0 if kind == EWN else 2.0 - 2.0 / batch.shape["L"]


def _log_parts(batch: Batch, f: FloatArray, c: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    """(log w, log G) of a node with margin f = c w^L and gradient norm G = L c w^{L−1} e^{−f}."""
    L = batch.shape["L"]
    log_w = (np.log(f) - np.log(c)) / L
    return log_w, np.log(L * c) + (L - 1) * log_w - f


def _log_ratio(batch: Batch, kind: float, f_A: FloatArray, f_B: FloatArray) -> FloatArray:
    """log of (‖w_1‖‖G_1‖^kind)/(‖w_2‖‖G_2‖^kind)."""
    (w1, G1), (w2, G2) = _log_parts(batch, f_A, 1.0), _log_parts(batch, f_B, batch.arrays["c"])
    return w1 - w2 + kind * (G1 - G2)


@dataclass(frozen=True)
class _Closed:
    """What is measured, in logarithms and by quadrature."""

    batch: Batch

    def ratio(self, kind: float) -> FloatArray:
        """log of (‖w_1‖‖G_1‖^kind)/(‖w_2‖‖G_2‖^kind)."""
        return _log_ratio(self.batch, kind, *_near(self.batch))

    def rate(self, kind: float, node: int) -> FloatArray:
        """e^f f^{−p} f′ of one node; w′ = −w²G under EWN, −G without normalization."""
        batch = self.batch
        L, c = batch.shape["L"], np.ones(batch.size) if node == 0 else batch.arrays["c"]
        f = _near(batch)[node]
        log_w, log_G = _log_parts(batch, f, c)
        # f′ = (L f/w)·w′, in logarithms
        speed = np.log(L * f) - log_w + (2 * log_w if kind == EWN else 0.0) + log_G
        return np.asarray(np.exp(f - _power(batch, kind) * np.log(f) + speed))

    @property
    def H_gap(self) -> FloatArray:
        """H(f_A) − H(f_B) with H′ = e^f/f²."""
        f_A, f_B = _near(self.batch)
        return engine.integral(f_B, f_A, np.full(self.batch.size, 2.0))

    @cached_property
    def partner(self) -> FloatArray:
        """f_B when f_A has grown to `far`."""
        p = np.full(self.batch.size, _power(self.batch, PLAIN))
        return engine.partner(*_near(self.batch), self.batch.arrays["far"], _k(self.batch), p)


@dataclass(frozen=True)
class _Oracle:
    """The same by autograd, in many digits, and by an integrator."""

    batch: Batch

    @cached_property
    def parts(self) -> list[tuple[FloatArray, FloatArray]]:
        """(w, ∂Loss/∂w) of every instance, each (2,)."""
        L, found = self.batch.shape["L"], []
        for f_A, f_B, c in zip(*_near(self.batch), self.batch.arrays["c"], strict=True):
            w = np.array([f_A ** (1 / L), (f_B / c) ** (1 / L)])
            factors = np.array([1.0, c])
            slope = grad(lambda w, factors=factors: anp.sum(anp.exp(-factors * w**L)))(w)
            found.append((w, slope))
        return found

    def ratio(self, kind: float) -> FloatArray:
        """log of (‖w_1‖‖G_1‖^kind)/(‖w_2‖‖G_2‖^kind)."""
        logs = [np.log(w) + kind * np.log(-G) for w, G in self.parts]
        return np.array([pair[0] - pair[1] for pair in logs])

    def rate(self, kind: float, node: int) -> FloatArray:
        """e^f f^{−p} f′ of one node, by the chain rule."""
        L, p, found = self.batch.shape["L"], _power(self.batch, kind), []
        for (w, G), c, f in zip(self.parts, self.batch.arrays["c"], _near(self.batch)[node], strict=True):
            velocity = -(w[node] ** 2 if kind == EWN else 1.0) * G[node]
            slope = (1.0 if node == 0 else c) * L * w[node] ** (L - 1)
            found.append(np.exp(f) * f**-p * slope * velocity)
        return np.array(found)

    @property
    def H_gap(self) -> FloatArray:
        """H(f_A) − H(f_B) with H(f) = Ei(f) − e^f/f, in 40 digits."""
        with mpmath.workdps(40):
            pairs = [(mpmath.mpf(float(a)), mpmath.mpf(float(b))) for a, b in zip(*_near(self.batch), strict=True)]
            ends = [[mpmath.ei(f) - mpmath.exp(f) / f for f in pair] for pair in pairs]
            return np.array([float(a - b) for a, b in ends])

    @cached_property
    def partner(self) -> FloatArray:
        """f_B when f_A has grown to `far`."""
        p, arrays = _power(self.batch, PLAIN), self.batch.arrays
        rows = zip(*_near(self.batch), arrays["far"], _k(self.batch), strict=True)
        return np.array(
            [engine.partner_by_flow(float(a), float(b), float(end), float(k), p) for a, b, end, k in rows]
        )


def _far_ratio(at: _Closed | _Oracle, kind: float) -> FloatArray:
    return _log_ratio(at.batch, kind, at.batch.arrays["far"], at.partner)


VIEWS = Views[_Closed | _Oracle](_Closed, _Oracle)

L = size("L", "degree")
f_A = read("f_A", "first margin, w_1^L", low=0, strict=True, latex="f_A")
f_B = read("f_B", "second margin, c w_2^L", low=0, strict=True, latex="f_B")
c = read("c", "factor of the second node", low=0, strict=True)
far = read("far", "the margin f_A at the end", low=0, strict=True, latex=r"f_A^{\mathrm{far}}")
ewn_log_ratio = VIEWS.quantity(
    "ewn_log_ratio",
    "log(‖w_1‖‖G_1‖/(‖w_2‖‖G_2‖))",
    lambda at: at.ratio(EWN),
    latex=r"\log\frac{\|w_1\|\|G_1\|}{\|w_2\|\|G_2\|}",
)
plain_log_ratio = VIEWS.quantity(
    "plain_log_ratio",
    "log((‖w_1‖/‖G_1‖)/(‖w_2‖/‖G_2‖))",
    lambda at: at.ratio(PLAIN),
    latex=r"\log\frac{\|w_1\|/\|G_1\|}{\|w_2\|/\|G_2\|}",
)
ewn_rate_A = VIEWS.quantity(
    "ewn_rate_A", "H(f_A)′ under EWN, H′ = e^f/f²", lambda at: at.rate(EWN, 0), latex="H(f_A)'"
)
ewn_rate_B = VIEWS.quantity("ewn_rate_B", "H(f_B)′ under EWN", lambda at: at.rate(EWN, 1), latex="H(f_B)'")
plain_rate_A = VIEWS.quantity(
    "plain_rate_A", "H_p(f_A)′ under SWN, H_p′ = e^f f^{2/L−2}", lambda at: at.rate(PLAIN, 0), latex="H_p(f_A)'"
)
plain_rate_B = VIEWS.quantity("plain_rate_B", "H_p(f_B)′ under SWN", lambda at: at.rate(PLAIN, 1), latex="H_p(f_B)'")
H_gap = VIEWS.quantity("H_gap", "H(f_A) − H(f_B), H(f) = Ei(f) − e^f/f", lambda at: at.H_gap, latex=r"\Delta H")
far_partner = VIEWS.quantity(
    "far_partner",
    "f_B under SWN when f_A has grown to `far`",
    lambda at: at.partner,
    low=0,
    strict=True,
    latex=r"f_B^{\mathrm{far}}",
)
far_quotient_ratio = VIEWS.quantity(
    "far_quotient_ratio",
    "log((‖w_1‖/‖G_1‖)/(‖w_2‖/‖G_2‖)) there",
    lambda at: _far_ratio(at, PLAIN),
    latex=r"\log\frac{\|w_1\|/\|G_1\|}{\|w_2\|/\|G_2\|}",
)
far_product_ratio = VIEWS.quantity(
    "far_product_ratio",
    "log(‖w_1‖‖G_1‖/(‖w_2‖‖G_2‖)) there",
    lambda at: _far_ratio(at, EWN),
    latex=r"\log\frac{\|w_1\|\|G_1\|}{\|w_2\|\|G_2\|}",
)


class TwoNodes(Tabled):
    """Two nodes of degree L, one on each of two samples."""

    name = "two_nodes"
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("apart", "close")
    cost = 1.0
    plentiful = 1
    agreement = 1e-8

    def shapes(self) -> Sequence[Shape]:
        """Degrees from 1 to 6."""
        return [{"L": degree} for degree in (2, 1, 3, 4, 5, 6)]

    def table(self, situation: Situation) -> Table:
        """Two margins, a factor, and where to follow the first margin to."""
        return TABLE

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Margins from 2 to 40; `close` has them nearly equal."""
        first = 2.0 + np.exp(rng.uniform(-3, 3.6, count))
        gap = np.exp(rng.uniform(-4, 0 if regime == "close" else 3, count)) * rng.choice([-1.0, 1.0], count)
        c, far = np.exp(rng.uniform(-2, 2, count)), rng.uniform(100, 400, count)
        return self.within(situation, {"f_A": first, "f_B": first + gap, "c": c, "far": far})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Margins at their least and greatest, at the end of the range."""
        f_A, f_B = np.array([2.0, 2.0, 2.0, 30.0, 2.01]), np.array([2.5, 2.01, 30.0, 2.0, 2.0])
        c = np.array([1.5, 10.0, 0.1, 3.0, 0.5])
        yield "ends", self.batch(situation, {"f_A": f_A, "f_B": f_B, "c": c, "far": np.full(5, 400.0)})


TWO_NODES = TwoNodes()
