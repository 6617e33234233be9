"""One aligned sample and scalar nodes: margins that obey f′ = A f^p e^{−f}, in time and in steps.

A batch holds the margin `start` and its `rise`, the log-norms `logs` (L, B) of L layers in a product, and for
gradient descent the `size` of its steps (the largest growth of f in one) and their number `steps` (rounded).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

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
    "SCALAR_NODES", "L", "ScalarNodes", "descent_jump", "descent_rise", "descent_time", "ewn_speed", "ewn_time",
    "finish", "margin", "plain_speed", "plain_time", "power_ewn_speed", "power_plain_speed", "start",
]  # fmt: skip

MOST = 40
BOX = {"start": (2.0, 80.0), "rise": (1e-3, 500.0), "logs": (-2.0, 2.0), "size": (1e-3, 3.0), "steps": (1.0, MOST)}


def _degree(batch: Batch) -> FloatArray:
    return np.full(batch.size, float(batch.shape["L"]))


def _finish(batch: Batch) -> FloatArray:
    return batch.arrays["start"] + batch.arrays["rise"]


def _time(batch: Batch, p: float) -> FloatArray:
    return engine.integral(batch.arrays["start"], _finish(batch), np.full(batch.size, p))


def _by_mpmath(low: FloatArray, high: FloatArray, p: float) -> FloatArray:
    """∫ e^s s^{−p} ds in 25 digits."""
    return np.array([_one_integral(float(a), float(b), p) for a, b in zip(low, high, strict=True)])


def _one_integral(low: float, high: float, p: float) -> float:
    with mpmath.workdps(25):
        cuts = [low, *(high - x for x in (60, 30, 15, 7, 3, 1) if high - x > low), high]
        return float(mpmath.quad(lambda s: mpmath.exp(s) * s ** (-mpmath.mpf(p)), cuts))


def _power(batch: Batch) -> float:
    """p = 2 − 2/L."""
    return 2.0 - 2.0 / batch.shape["L"]


def _second_time(batch: Batch, p: float) -> FloatArray:
    return _by_mpmath(batch.arrays["start"], _finish(batch), p)


def _margin(batch: Batch) -> FloatArray:
    return np.exp(batch.arrays["logs"].sum(axis=0))


def _product_speed(batch: Batch, kind: str) -> FloatArray:
    """f′ e^f for f = Π w_l: Σ_l s(w_l)(f/w_l)², s = w² under EWN and 1 else."""
    w = np.exp(batch.arrays["logs"])
    return np.asarray(np.sum((1.0 if kind == "plain" else w**2) * (_margin(batch) / w) ** 2, axis=0))


def _power_speed(batch: Batch, kind: str) -> FloatArray:
    """f′ e^f for one node f = w^L with w = f^{1/L}."""
    L = batch.shape["L"]
    w = _margin(batch) ** (1 / L)
    return np.asarray((1.0 if kind == "plain" else w**2) * (L * w ** (L - 1)) ** 2)


def _speed_by_autograd(batch: Batch, kind: str, *, layers: bool) -> FloatArray:
    """−e^f⟨∇f, θ′⟩·(−1) with θ′ the negative gradient of e^{−f} in the actual parameters, α = log w or w."""
    L, found = batch.shape["L"], []
    for index in range(batch.size):
        logs = batch.arrays["logs"][:, index]
        logs = logs if layers else np.array([logs.sum() / L])

        def f(theta: FloatArray, layers: bool = layers) -> FloatArray:
            w = anp.exp(theta) if kind == "ewn" else theta
            return anp.prod(w) if layers else w[0] ** L

        slope = grad(f)(logs if kind == "ewn" else np.exp(logs))
        found.append(float(slope @ slope))
    return np.array(found)


def _speed(name: str, meaning: str, kind: str, *, layers: bool) -> Quantity:
    first = _product_speed if layers else _power_speed
    second = Route(lambda b: first(b, kind), None, lambda b: _speed_by_autograd(b, kind, layers=layers))
    return Quantity(name, meaning, low=0, route=second)


def _descent(batch: Batch) -> engine.Descent:
    steps = np.clip(np.rint(batch.arrays["steps"]), 1, MOST)
    arguments = float(batch.shape["L"]), batch.arrays["start"], batch.arrays["size"], steps
    return batch.memo("descent", lambda: engine.descend(*arguments))


def _descent_by_autograd(batch: Batch) -> engine.Descent:
    """The same, one instance at a time, on α with the derivative of e^{−e^{Lα}} by autograd."""
    L, rows = float(batch.shape["L"]), []
    slope = grad(lambda a: anp.exp(-anp.exp(L * a)))
    for f, size, steps in zip(*(batch.arrays[name] for name in ("start", "size", "steps")), strict=True):
        alpha, time, jump = np.log(f) / L, 0.0, 0.0
        for t in range(int(np.clip(np.rint(steps), 1, MOST))):
            before = np.exp(L * alpha)
            eta = (0.6 + 0.4 * np.cos(t)) * size * np.exp(before - 2 * np.log(L * before))
            alpha -= eta * slope(alpha)
            time, jump = time + L**2 * eta, max(jump, np.exp(L * alpha) - before)
        rows.append((np.exp(L * alpha), time, jump))
    last, times, jumps = (np.array(column) for column in zip(*rows, strict=True))
    return engine.Descent(last, times, jumps)


def _second_descent(batch: Batch) -> engine.Descent:
    return batch.memo("descent by autograd", lambda: _descent_by_autograd(batch))


L = Quantity("L", "degree, or number of layers", low=1, integer=True, route=Route(_degree))
start = Quantity("start", "margin f at the start", low=0, strict=True, route=Route(lambda b: b.arrays["start"]))
finish = Quantity("finish", "margin f at the end", low=0, strict=True, route=Route(_finish))
ewn_time = Quantity(
    "ewn_time", "A t under EWN, f′ = A f² e^{−f}", low=0,
    route=Route(lambda b: _time(b, 2.0), None, lambda b: _second_time(b, 2.0)),
)  # fmt: skip
plain_time = Quantity(
    "plain_time", "A t without normalization, f′ = A f^p e^{−f}, p = 2 − 2/L", low=0,
    route=Route(lambda b: _time(b, _power(b)), None, lambda b: _second_time(b, _power(b))),
)  # fmt: skip
margin = Quantity("margin", "f = Π‖w_l‖", low=0, strict=True, route=Route(_margin))
ewn_speed = _speed("ewn_speed", "f′e^f for f = Π‖w_l‖ under EWN", "ewn", layers=True)
plain_speed = _speed("plain_speed", "f′e^f for f = Π‖w_l‖ without normalization", "plain", layers=True)
power_ewn_speed = _speed("power_ewn_speed", "f′e^f for one node f = ‖w‖^L under EWN", "ewn", layers=False)
power_plain_speed = _speed("power_plain_speed", "the same without normalization", "plain", layers=False)
descent_time = Quantity(
    "descent_time", "L² Σ η_t of gradient descent under EWN, f = e^{Lα}", low=0,
    route=Route(lambda b: _descent(b).time, None, lambda b: _second_descent(b).time),
)  # fmt: skip
descent_jump = Quantity(
    "descent_jump", "largest growth of f in one step", low=0,
    route=Route(lambda b: _descent(b).jump, None, lambda b: _second_descent(b).jump),
)  # fmt: skip
descent_rise = Quantity(
    "descent_rise", "H(f_T) − H(f_0), H′ = e^f/f²", low=0,
    route=Route(
        lambda b: engine.integral(b.arrays["start"], _descent(b).last, np.full(b.size, 2.0)),
        None,
        lambda b: _by_mpmath(b.arrays["start"], _second_descent(b).last, 2.0),
    ),
)  # fmt: skip


class ScalarNodes(Family):
    """Scalar nodes of degree L, or L of them in a product, on one sample."""

    name = "scalar_nodes"
    quantities: Mapping[str, Quantity] = {
        quantity.name: quantity
        for quantity in (
            L, start, finish, ewn_time, plain_time, margin, ewn_speed, plain_speed, power_ewn_speed,
            power_plain_speed, descent_time, descent_jump, descent_rise,
        )
    }  # fmt: skip
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("far", "near", "slow")
    cost = 5.0

    def shapes(self) -> Sequence[Shape]:
        """Degrees from 1 to 6."""
        return [{"L": degree} for degree in (2, 1, 3, 4, 5, 6)]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Starts from 2 to 50; rises to 500 (`far`), about 1 (`near`), or tiny (`slow`)."""
        low, high = {"far": (1.0, 6.2), "near": (-2.0, 1.5), "slow": (-6.0, -2.0)}[regime]
        arrays = {
            "start": 2.0 + np.exp(rng.uniform(-3, 3.8, count)),
            "rise": np.exp(rng.uniform(low, high, count)),
            "logs": rng.standard_normal((situation.shape["L"], count)) * rng.choice([0.01, 0.6], count),
            "size": np.exp(rng.uniform(-5, 1, count)),
            "steps": rng.integers(1, MOST + 1, count).astype(np.float64),
        }
        return self._batch(situation, {name: np.clip(array, *BOX[name]) for name, array in arrays.items()})

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Every combination of a small or large start, rise, step size and number of steps."""
        rows = list(product((2.0, 10.0, 80.0), (1e-3, 1.0, 500.0), (0.01, 2.0), (1.0, 30.0)))
        columns = [np.array(column) for column in zip(*rows, strict=True)]
        arrays = dict(zip(("start", "rise", "size", "steps"), columns, strict=True))
        logs = np.linspace(-0.4, 0.4, situation.shape["L"])[:, None] * np.arange(len(rows)) / len(rows)
        yield "corners", self._batch(situation, {**arrays, "logs": logs})

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
        return Batch(self.name, situation.shape, situation.settings, {name: arrays[name] for name in BOX})


SCALAR_NODES = ScalarNodes()
