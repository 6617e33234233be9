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
from wnverify.families.kit.parts import Views, read, size, two_routes, vocabulary
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.family import Arrays, Move, Shape, Situation
from wnverify.quantities import Interval, Quantity

MOST = 40
TABLE = {
    "start": Array("", 2.0, 80.0),
    "rise": Array("", 1e-3, 500.0),
    "logs": Array("L", -2.0, 2.0),
    "size": Array("", 1e-3, 3.0),
    "steps": Array("", 1.0, float(MOST)),
}


def _finish(batch: Batch) -> FloatArray:
    return batch.arrays["start"] + batch.arrays["rise"]


def _time(batch: Batch, p: float) -> FloatArray:
    return engine.integral(batch.arrays["start"], _finish(batch), np.full(batch.size, p))


def _by_series(low: FloatArray, high: FloatArray, p: float) -> FloatArray:
    """∫ e^s s^{−p} ds in 40 digits, by the series of e^s term by term."""
    return np.array([_one_integral(float(a), float(b), p) for a, b in zip(low, high, strict=True)])


def _one_integral(low: float, high: float, p: float) -> float:
    """Σ_k (b^q − a^q)/(k! q), q = k + 1 − p, log(b/a)/k! where q = 0: of terms that are all positive."""
    if not np.isfinite(high):
        return np.nan
    with mpmath.workdps(40):
        a, b, power = mpmath.mpf(low), mpmath.mpf(high), mpmath.mpf(p)
        from_a, from_b = a ** (1 - power), b ** (1 - power)  # a^q/k! and b^q/k!
        total, k = mpmath.mpf(0), 0
        while k < high or from_b > total * 1e-40:
            q = k + 1 - power
            total += (from_b - from_a) / q if q else from_b * mpmath.log(b / a)
            k += 1
            from_a, from_b = from_a * a / k, from_b * b / k
        return float(total)


def _power(batch: Batch) -> float:
    """p = 2 − 2/L."""
    return 2.0 - 2.0 / batch.shape["L"]


def _time_by_series(batch: Batch, p: float) -> FloatArray:
    return _by_series(batch.arrays["start"], _finish(batch), p)


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
    """The same as ⟨∇f, θ′⟩ e^f with θ′ the negative gradient of e^{−f} in the actual parameters, α = log w or w."""
    L, logs = batch.shape["L"], batch.arrays["logs"]
    logs = logs if layers else logs.sum(axis=0, keepdims=True) / L

    def f(theta: FloatArray) -> FloatArray:
        """Margins (B,), of instances that do not see each other."""
        w = anp.exp(theta) if kind == "ewn" else theta
        return anp.prod(w, axis=0) if layers else w[0] ** L

    theta = logs if kind == "ewn" else np.exp(logs)
    ahead = grad(lambda theta: anp.sum(f(theta)))(theta)
    # the loss e^{c − f} with c = f at the state: its gradient is that of e^{−f} times e^f, and does not underflow
    fixed = f(theta)
    flow = -grad(lambda theta: anp.sum(anp.exp(fixed - f(theta))))(theta)
    return np.asarray(np.sum(ahead * flow, axis=0))


def _speed(name: str, meaning: str, kind: str, *, layers: bool, latex: str) -> Quantity:
    """Measured along the flow of the parameters by autograd; the second route is the sum by hand."""
    second = _product_speed if layers else _power_speed
    return two_routes(
        name,
        meaning,
        lambda b: _speed_by_autograd(b, kind, layers=layers),
        lambda b: second(b, kind),
        low=0,
        latex=latex,
    )


def _descent(batch: Batch) -> engine.Descent:
    steps = np.clip(np.rint(batch.arrays["steps"]), 1, MOST)
    return engine.descend(float(batch.shape["L"]), batch.arrays["start"], batch.arrays["size"], steps)


def _descent_by_autograd(batch: Batch) -> engine.Descent:
    """The same, one instance at a time, on α with the derivative of e^{−e^{Lα}} by autograd."""
    L, rows = float(batch.shape["L"]), []
    slope = grad(lambda a: anp.exp(-anp.exp(L * a)))
    for f, growth, steps in zip(*(batch.arrays[name] for name in ("start", "size", "steps")), strict=True):
        alpha, time, jump = np.log(f) / L, 0.0, 0.0
        for t in range(int(np.clip(np.rint(steps), 1, MOST))):
            before = np.exp(L * alpha)
            eta = (0.6 + 0.4 * np.cos(t)) * growth * np.exp(before - 2 * np.log(L * before))
            alpha -= eta * slope(alpha)
            time, jump = time + L**2 * eta, max(jump, np.exp(L * alpha) - before)
        rows.append((np.exp(L * alpha), time, jump))
    last, times, jumps = (np.array(column) for column in zip(*rows, strict=True))
    return engine.Descent(last, times, jumps)


DESCENTS = Views(_descent, _descent_by_autograd)

L = size("L", "degree, or number of layers")
start = read("start", "margin f at the start", low=0, strict=True, latex="f(0)")
finish = read("finish", "margin f at the end", _finish, low=0, strict=True, latex="f(t)")
ewn_time = two_routes(
    "ewn_time",
    "A t under EWN, f′ = A f² e^{−f}",
    lambda b: _time(b, 2.0),
    lambda b: _time_by_series(b, 2.0),
    low=0,
    latex=r"A t_{\mathrm{EWN}}",
)
plain_time = two_routes(
    "plain_time",
    "A t without normalization, f′ = A f^p e^{−f}, p = 2 − 2/L",
    lambda b: _time(b, _power(b)),
    lambda b: _time_by_series(b, _power(b)),
    low=0,
    latex=r"A t_{\mathrm{plain}}",
)
margin = read("margin", "f = Π‖w_l‖", _margin, low=0, strict=True, latex="f")
ewn_speed = _speed("ewn_speed", "f′e^f for f = Π‖w_l‖ under EWN", "ewn", layers=True, latex="f'e^f")
plain_speed = _speed(
    "plain_speed", "f′e^f for f = Π‖w_l‖ without normalization", "plain", layers=True, latex=r"f'e^f_{\mathrm{plain}}"
)
power_ewn_speed = _speed(
    "power_ewn_speed", "f′e^f for one node f = ‖w‖^L under EWN", "ewn", layers=False, latex=r"f'e^f_{\mathrm{EWN}}"
)
power_plain_speed = _speed(
    "power_plain_speed", "the same without normalization", "plain", layers=False, latex=r"f'e^f_{\mathrm{plain}}"
)
descent_time = DESCENTS.quantity(
    "descent_time",
    "L² Σ η_t of gradient descent under EWN, f = e^{Lα}",
    lambda run: run.time,
    low=0,
    latex=r"L^2\sum_t\eta_t",
)
descent_jump = DESCENTS.quantity(
    "descent_jump", "largest growth of f in one step", lambda run: run.jump, low=0, latex=r"\max_t\frac{f_{t+1}}{f_t}"
)
descent_rise = two_routes(
    "descent_rise",
    "H(f_T) − H(f_0), H′ = e^f/f²",
    lambda b: engine.integral(b.arrays["start"], DESCENTS.closed(b).last, np.full(b.size, 2.0)),
    lambda b: _by_series(b.arrays["start"], DESCENTS.oracle(b).last, 2.0),
    low=0,
    latex="H(f_T)-H(f_0)",
)


class ScalarNodes(Tabled):
    """Scalar nodes of degree L, or L of them in a product, on one sample."""

    name = "scalar_nodes"
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("far", "near", "slow")
    cost = 5.0
    plentiful = 1

    def shapes(self) -> Sequence[Shape]:
        """Degrees from 1 to 6."""
        return [{"L": degree} for degree in (2, 1, 3, 4, 5, 6)]

    def table(self, situation: Situation) -> Table:
        """A start, a rise, log-norms, and the steps of a descent."""
        return TABLE

    def moves(self) -> Mapping[str, Move]:
        """The end by the rise, and the margin of a product by its layers alike."""
        return {**Tabled.moves(self), "finish": _move_finish, "margin": _move_margin}

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
        return self.within(situation, arrays)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Every combination of a small or large start, rise, step size and number of steps."""
        rows = list(product((2.0, 10.0, 80.0), (1e-3, 1.0, 500.0), (0.01, 2.0), (1.0, 30.0)))
        columns = [np.array(column) for column in zip(*rows, strict=True)]
        arrays = dict(zip(("start", "rise", "size", "steps"), columns, strict=True))
        logs = np.linspace(-0.4, 0.4, situation.shape["L"])[:, None] * np.arange(len(rows)) / len(rows)
        yield "corners", self.batch(situation, {**arrays, "logs": logs})


def _move_finish(arrays: Arrays, interval: Interval) -> Arrays:
    """Rise to it; where it lies below the start, start half as high as it."""
    finish = arrays["start"] + arrays["rise"]
    wanted = interval.nearest(finish)
    start = np.where(wanted > arrays["start"], arrays["start"], 0.5 * wanted)
    moved = {"start": start, "rise": wanted - start}
    return {**arrays, **{name: np.where(wanted == finish, arrays[name], array) for name, array in moved.items()}}


def _move_margin(arrays: Arrays, interval: Interval) -> Arrays:
    """Add the same to every log-norm."""
    logs = arrays["logs"]
    margin = np.exp(logs.sum(axis=0))
    wanted = np.maximum(interval.nearest(margin), 1e-300)
    return {**arrays, "logs": logs + np.log(wanted / margin) / logs.shape[0]}


SCALAR_NODES = ScalarNodes()
