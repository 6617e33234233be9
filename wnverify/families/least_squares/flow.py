"""Linear models under weight normalization, run: the flow to its limit, or for a given time.

A batch holds the arrays of `least_squares`, with a `clock` in place of the step size (B,): where on the way the rates
are read off, or for how long the flow of a general loss runs. `converged` is 1 where the integrator finished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import erfi

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.least_squares import flow as engine
from wnverify.engine.least_squares.flow import Model, Run
from wnverify.engine.least_squares.model import conditioned, dot, length
from wnverify.families.kit.boxes import check_like
from wnverify.families.least_squares.state import BOXES, ModelCoordinates, draw_model
from wnverify.families.least_squares.state_fields import Fields, by_autograd, closed_form, point
from wnverify.families.least_squares.state_quantities import (
    FIELD_QUANTITIES,
    A_norm,
    X,
    error_norm,
    g,
    null_part,
    om,
    rate_g,
    rate_w,
    sigma,
    target_norm,
)
from wnverify.family import Coordinates, Family, Shape, Situation
from wnverify.quantity import Quantity, Route

__all__ = [
    "CONVERGED", "FLOW", "A_norm", "LeastSquaresFlow", "X", "converged", "drift_finished", "drift_gain",
    "drift_null", "elapsed", "error_norm", "fast_time", "flow_bregman", "g", "limit_distance", "limit_gain",
    "limit_null", "log_drop", "mirror_time", "null_part", "om", "rate_g", "rate_w", "reached_error", "sigma",
    "slow_time", "target_norm",
]  # fmt: skip

CONDITION = 3.0
"""The largest condition number of A here: beyond it the runs become stiff, and the statements no different."""
BOX = {"g": (0.25, 2.0), "rate_g": (0.4, 2.5), "rate_w": (0.4, 2.5), "clock": (0.2, 8.0)}
RESOLVED = 1e-11
"""‖e‖/‖y‖ below which a run counts as converged."""


def models(batch: Batch) -> list[Model]:
    """The instances of a batch, one by one."""

    def build() -> list[Model]:
        at = point(batch)
        columns = zip(np.moveaxis(at.A, -1, 0), at.y.T, at.w.T, at.g, at.rate_g, at.rate_w, strict=True)
        least = at.rows.s[-1] ** 2
        return [
            Model(A, y, w, float(g), float(rate_g), float(rate_w), at.slope, float(floor))
            for (A, y, w, g, rate_g, rate_w), floor in zip(columns, least, strict=True)
        ]

    return batch.memo("models", build)


def _runs(batch: Batch, run: Callable[[Model, float], Run]) -> list[Run]:
    def build() -> list[Run]:
        return [run(model, float(tau)) for model, tau in zip(models(batch), batch.arrays["clock"], strict=True)]

    return batch.memo(run.__name__, build)


def _drifts(batch: Batch, run: Callable[[Model, float], Any]) -> list[Any]:
    def build() -> list[Any]:
        pairs = zip(models(batch), batch.arrays["clock"], strict=True)
        return [run(model, float(time)) for model, time in pairs]

    return batch.memo(run.__name__, build)


def _of_run(name: str, meaning: str, read: Callable[[Run, Model], Any], **domain: Any) -> Quantity:
    """A number of a run to the limit, by both integrators."""

    def by(run: Callable[[Model, float], Run], batch: Batch) -> FloatArray:
        pairs = zip(_runs(batch, run), models(batch), strict=True)
        return np.array([float(read(one, model)) for one, model in pairs])

    route = Route(lambda b: by(engine.to_limit, b), None, lambda b: by(engine.to_limit_in_v, b))
    return Quantity(name, meaning, route=route, **domain)


def _limit_vector(read: Callable[[Fields, FloatArray, FloatArray], FloatArray]) -> Route:
    """Route of a quantity of the fields and of the limit's g (B,) and w (d, B)."""

    def by(run: Callable[[Model, float], Run], fields: Callable[[Batch], Fields], batch: Batch) -> FloatArray:
        found = _runs(batch, run)
        gain = np.array([one.g[-1] for one in found])
        return read(fields(batch), gain, np.stack([one.w[-1] for one in found], axis=-1))

    return Route(
        lambda b: by(engine.to_limit, closed_form, b), None, lambda b: by(engine.to_limit_in_v, by_autograd, b)
    )


def _flow_bregman(at: Fields, gain: FloatArray, w: FloatArray) -> FloatArray:
    """D_Φ(x_∞, x_0) with Φ(x) = √(πc/2) erfi(‖x‖/√(2c)) and ∇Φ(x_0) = e^{g²/2c} w, for g > 0."""
    factor = np.sqrt(np.pi * at.c / 2)
    ends = [factor * erfi(np.abs(r) / np.sqrt(2 * at.c)) for r in (gain, at.g)]
    return ends[0] - ends[1] - np.exp(at.g**2 / (2 * at.c)) * dot(at.w, gain * w - at.g * at.w)


def _drift(read: Callable[[Fields, FloatArray, FloatArray], FloatArray]) -> Route:
    """Route of a quantity of the fields and of g (B,), w (d, B) after the given time."""

    def by(run: Callable[[Model, float], Any], fields: Callable[[Batch], Fields], batch: Batch) -> FloatArray:
        found = _drifts(batch, run)
        return read(fields(batch), np.array([one[0] for one in found]), np.stack([one[1] for one in found], axis=-1))

    return Route(
        lambda b: by(engine.for_time, closed_form, b), None, lambda b: by(engine.for_time_in_v, by_autograd, b)
    )


def _drift_finished(batch: Batch) -> FloatArray:
    return np.array([float(one[2]) for one in _drifts(batch, engine.for_time)])


def _norm(vector: FloatArray) -> float:
    return float(np.linalg.norm(vector))


def _converged(run: Run, model: Model) -> bool:
    return run.finished and _norm(run.error[-1]) < RESOLVED * _norm(model.y)


def _drop(run: Run, model: Model) -> float:
    start = model.g * (model.A @ model.w) - model.y
    return float(np.log(_norm(start) / max(_norm(run.error[0]), 1e-300)))


converged = _of_run("converged", "1 where the run ended with ‖e‖ < 1e-11‖y‖, else 0", _converged, low=0, high=1)
limit_gain = _of_run("limit_gain", "g_∞", lambda run, _: run.g[-1])
limit_null = Quantity(
    "limit_null", "⟨z, x_∞⟩ for a unit z in ker A", route=_limit_vector(lambda at, gain, w: gain * dot(at.null, w))
)
limit_distance = Quantity(
    "limit_distance",
    "‖x_∞ − x*‖, x* = A⁺y",
    low=0,
    route=_limit_vector(lambda at, gain, w: length(gain * w - at.x_star)),
)
flow_bregman = Quantity(
    "flow_bregman", "D_Φ(x_∞, x_0) at the end of the run", low=0, route=_limit_vector(_flow_bregman)
)
log_drop = _of_run("log_drop", "log(‖e(0)‖/‖e(t)‖)", _drop)
reached_error = _of_run("reached_error", "‖e(t)‖", lambda run, _: _norm(run.error[0]), low=0)
elapsed = _of_run("elapsed", "t", lambda run, _: run.integrals[0, 0], low=0)
slow_time = _of_run("slow_time", "∫ min(rate_w g², rate_g) dt", lambda run, _: run.integrals[0, 1], low=0)
fast_time = _of_run("fast_time", "∫ rate_w g² dt", lambda run, _: run.integrals[0, 2], low=0)
mirror_time = _of_run("mirror_time", "∫ rate_w g e^{g²/(2c)} dt", lambda run, _: run.integrals[0, 3])
drift_gain = Quantity("drift_gain", "g(t), any loss", route=_drift(lambda _at, gain, _w: gain))
drift_null = Quantity(
    "drift_null", "⟨z, w(t)⟩ for a unit z in ker A, any loss", route=_drift(lambda at, _gain, w: dot(at.null, w))
)
drift_finished = Quantity(
    "drift_finished", "1 where the integrator reached t, else 0", low=0, high=1, route=Route(_drift_finished)
)
CONVERGED: Mapping[str, Any] = {"the run converged": (converged, "=", 1)}


class LeastSquaresFlow(Family):
    """Runs of linear models of condition at most 3 with a positive gain at the start."""

    name = "least_squares_flow"
    quantities: Mapping[str, Quantity] = {
        **FIELD_QUANTITIES,
        **{
            quantity.name: quantity
            for quantity in (
                converged, limit_gain, limit_null, limit_distance, flow_bregman, log_drop, reached_error, elapsed,
                slow_time, fast_time, mirror_time, drift_gain, drift_null, drift_finished,
            )
        },
    }  # fmt: skip
    settings: Mapping[str, tuple[str, ...]] = {
        "loss": ("squared", "logistic", "quartic", "tanh"),
        "rows": ("any",),
    }
    regimes = ("gaussian", "kernel")
    cost = 500.0
    agreement = 1e-7

    def shapes(self) -> Sequence[Shape]:
        """From one row in the plane to three rows in seven dimensions."""
        return [{"m": rows, "d": size} for rows, size in ((1, 2), (1, 3), (2, 4), (3, 5), (2, 6), (3, 7))]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random models as in `least_squares`, better conditioned, with a clock."""
        arrays = draw_model(situation, regime, count, rng)
        arrays["A"] = conditioned(arrays["A"], CONDITION)
        return self._batch(situation, arrays, np.exp(rng.uniform(-1, 1.5, count)))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """w partly in the kernel; a target against it, so that the gain changes sign; w along the target."""
        rows, columns = situation.shape["m"], situation.shape["d"]
        ones = np.ones(3)
        v, t = np.zeros((columns, 3)), np.zeros((columns, 3))
        v[0], v[-1] = (0.6, -0.95, 1.0), (0.8, 0.31, 0.0)
        t[:rows] = 1.0
        t[-1] = 0.3
        t[:, 2] = 1.8 * v[:, 2]
        numbers = {"g": np.array([0.5, 0.4, 1.5]), "rate_g": np.array([1.0, 1.0, 0.5]), "rate_w": ones}
        tests = {"z": np.ones((columns, 3)), "zeta": np.ones((rows, 3))}
        A = np.eye(rows, columns)[..., None] * ones
        yield "diagonal", self._batch(situation, {"A": A, "v": v, "t": t, **numbers, **tests}, ones)

    def coordinates(self, situation: Situation) -> Coordinates:
        """Boxes with the condition number of A kept."""
        like = self.draw(situation, "gaussian", 1, np.random.default_rng(0))
        boxes = {**BOXES, **BOX, "v": (-3.0, 3.0), "t": (-2.0, 2.0)}
        return ModelCoordinates(like, {name: boxes[name] for name in like.arrays}, CONDITION)

    def check(self, batch: Batch) -> None:
        """Refuse arrays of other shapes than those drawn here, or numbers of the wrong sign.

        Raises:
            RecordError: if the instance cannot have been produced by this family.
        """
        Family.check(self, batch)
        check_like(self, batch, BOX)

    def _batch(self, situation: Situation, arrays: Mapping[str, FloatArray], clock: FloatArray) -> Batch:
        kept = {name: array for name, array in arrays.items() if name != "step"}
        boxed = {name: np.clip(kept[name], *BOX[name]) for name in ("g", "rate_g", "rate_w")}
        target = {"t": np.clip(kept["t"], -2.0, 2.0)}
        return Batch(self.name, situation.shape, situation.settings, {**kept, **boxed, **target, "clock": clock})


FLOW = LeastSquaresFlow()
