"""Certified values of the quantities of one training run: every step of it is taken in ball arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import pairwise
from operator import mul
from typing import Any

from flint import arb

from wnverify.balls import loss as balls
from wnverify.balls import network
from wnverify.balls.ball import at_least
from wnverify.balls.spectrum import euclidean_norm
from wnverify.batch import Batch
from wnverify.families.networks.regression_balls import Problem, input_norm, largest, least, problem_of
from wnverify.families.networks.weight_norm_balls import Routes, collected, excess

PRECISION = 2 * network.PRECISION
"""A step may multiply a radius by ηβ_𝓛; twice the usual precision leaves room for a dozen large ones."""


@dataclass(frozen=True)
class Path:
    """What a run left behind at its times t = 0, …, T (T gradients and steps).

    They are 𝓛, ‖∇𝓛‖, ‖W_i‖, ‖∂𝓛_t/∂W_i‖, ‖W_i(t+1) − W_i(t)‖, ‖v‖ and v.
    """

    loss: list[Any] = field(default_factory=list)
    gradient: list[Any] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    row_gradient: list[list[Any]] = field(default_factory=list)
    row_step: list[list[Any]] = field(default_factory=list)
    output: list[Any] = field(default_factory=list)
    v: list[list[Any]] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Run(Problem):
    """The problem with the schedule of its training."""

    @cached_property
    def steps(self) -> list[Any]:
        """η_t, exact."""
        return [arb(step) for step in self.batch.arrays["steps"][:, 0].tolist()]

    def number(self, name: str) -> Any:
        """A number of the schedule, exact."""
        return arb(float(self.batch.arrays[name][0]))

    @cached_property
    def path(self) -> Path:
        """The run, from u = 0: u ← μu + g, θ ← (1 − ηλ)θ − η·(u, or g + μu with look-ahead)."""
        mu, decay, ahead = (self.number(name) for name in ("momentum", "decay", "lookahead"))
        with at_least(PRECISION):
            path, reg, speed = Path(), self.reg, [arb(0)] * self.reg.p
            for step, shares in zip(self.steps, self.batch.arrays["mask"][..., 0], strict=True):
                own = _read(path, reg, shares.tolist())
                speed = _sum(own, mu, speed)
                move = _sum(own, mu, speed) if ahead > 0 else speed
                change = [-step * part for part in _sum(move, decay, reg.theta)]
                path.row_step.append(_row_norms(reg, change))
                reg = reg.at(_sum(reg.theta, arb(1), change))
            _read_point(path, reg)
        return path


def _sum(first: Sequence[Any], weight: Any, second: Sequence[Any]) -> list[Any]:
    return [one + weight * two for one, two in zip(first, second, strict=True)]


def _read_point(path: Path, reg: balls.Regression) -> None:
    """Note 𝓛, the row norms and ‖v‖."""
    path.loss.append(balls.loss(reg, PRECISION))
    path.rows.append(_row_norms(reg, reg.theta))
    path.v.append(reg.theta[reg.p - reg.v.size :])
    path.output.append(euclidean_norm(path.v[-1]))


def _read(path: Path, reg: balls.Regression, shares: Sequence[float]) -> list[Any]:
    """Note everything at one time; the gradient of the mini-batch."""
    _read_point(path, reg)
    full = balls.gradient(reg, precision=PRECISION)
    own = full if all(share == 1.0 for share in shares) else balls.gradient(reg, shares, PRECISION)
    path.gradient.append(euclidean_norm(full))
    path.row_gradient.append(_row_norms(reg, own))
    return own


def _row_norms(reg: balls.Regression, vector: Sequence[Any]) -> list[Any]:
    """The norm of every row of every layer, of a parameter vector."""
    norms, start = [], 0
    for rows in reg.W:
        for _ in range(rows.shape[0]):
            norms.append(euclidean_norm(vector[start : start + rows.shape[1]]))
            start += rows.shape[1]
    return norms


# ---- what is read off a run


def _min_norm_growth(run: Run) -> Any:
    return least(least(after) / least(before) for before, after in pairwise(run.path.rows))


def _row_growth(run: Run) -> Any:
    pairs = pairwise(run.path.rows)
    return least(late / early for before, after in pairs for early, late in zip(before, after, strict=True))


def _outward_growth(run: Run) -> Any:
    """Least ‖W_i(t+1)‖²/(‖W_i(t)‖² + ‖W_i(t+1) − W_i(t)‖²)."""
    steps = zip(pairwise(run.path.rows), run.path.row_step, strict=True)
    rows = (row for (before, after), moved in steps for row in zip(before, after, moved, strict=True))
    return least(late * late / (early * early + move * move) for early, late, move in rows)


def _growth_defect(run: Run) -> Any:
    """Largest |‖W_i(t+1)‖² − ‖W_i(t)‖² − η_t²‖∂𝓛_t/∂W_i‖²|/‖W_i(t+1)‖²."""
    defects = []
    for step, (before, after), slopes in zip(run.steps, pairwise(run.path.rows), run.path.row_gradient, strict=True):
        for early, late, slope in zip(before, after, slopes, strict=True):
            defects.append(abs(late * late - early * early - step * step * slope * slope) / (late * late))
    return largest(defects)


def _decay_defect(run: Run) -> Any:
    """Largest |‖W_i(t+1)‖² − (1 − η_tλ)²‖W_i(t)‖² − η_t²‖∂𝓛_t/∂W_i‖²| over the larger norm squared."""
    defects = []
    for step, (before, after), slopes in zip(run.steps, pairwise(run.path.rows), run.path.row_gradient, strict=True):
        kept = 1 - step * run.number("decay")
        for early, late, slope in zip(before, after, slopes, strict=True):
            miss = abs(late * late - kept * kept * early * early - step * step * slope * slope)
            defects.append(miss / (late * late).max(early * early))
    return largest(defects)


def _rows_gain(run: Run) -> Any:
    pairs = zip(run.path.rows[0], run.path.rows[-1], strict=True)
    return sum(((late - early) * (late + early) for early, late in pairs), arb(0))


def _output_drift(run: Run) -> Any:
    return euclidean_norm(late - early for early, late in zip(run.path.v[0], run.path.v[-1], strict=True))


def _sphere_gradient(run: Run) -> Any:
    """‖∂𝓛_0/∂W_1‖ of the first row at θ_0 with all rows scaled to norm 1."""
    reg, norms = run.reg, iter(run.path.rows[0])
    with at_least(PRECISION):
        W = [entry / norm for rows in reg.W for row in rows.tolist() for norm in [next(norms)] for entry in row]
        there = reg.at([*W, *reg.theta[len(W) :]])
        found = balls.gradient(there, run.batch.arrays["mask"][0, :, 0].tolist(), PRECISION)
    return euclidean_norm(found[: run.batch.shape["d"]])


def _shrinkage(run: Run) -> Any:
    return reduce(mul, (abs(1 - step * run.number("decay")) for step in run.steps))


def _gradient_ratio(run: Run) -> Any:
    return least(norm * norm / loss for norm, loss in zip(run.path.gradient, run.path.loss, strict=False))


def _step_spread(run: Run) -> Any:
    return largest(abs(step - run.steps[0]) / run.steps[0] for step in run.steps)


MEASURED: Routes[Run] = {
    "rho": lambda run: excess(largest(run.path.output)),
    "omega": lambda run: least(least(norms) for norms in run.path.rows),
    "input_norm": input_norm,
    "loss_start": lambda run: run.path.loss[0],
    "loss": lambda run: run.path.loss[-2],
    "loss_next": lambda run: run.path.loss[-1],
    "loss_gradient_norm": lambda run: run.path.gradient[-1],
    "gradient_ratio": _gradient_ratio,
    "min_norm_growth": _min_norm_growth,
    "row_growth": _row_growth,
    "outward_growth": _outward_growth,
    "growth_defect": _growth_defect,
    "rows_gain": _rows_gain,
    "output_drift": _output_drift,
    "rows_kept": lambda run: least(
        late / early for early, late in zip(run.path.rows[0], run.path.rows[-1], strict=True)
    ),
    "decay_defect": _decay_defect,
    "omega_start": lambda run: least(run.path.rows[0]),
    "rho_start": lambda run: excess(run.path.output[0]),
    "row_start": lambda run: run.path.rows[0][0],
    "row_after": lambda run: run.path.rows[1][0],
    "sphere_gradient": _sphere_gradient,
    "shrinkage": _shrinkage,
    "step": lambda run: run.steps[-1],
    "step_spread": _step_spread,
    "batch_share": lambda run: arb(float(run.batch.arrays["mask"].min())),
    "momentum": lambda run: run.number("momentum"),
    "lookahead": lambda run: run.number("lookahead"),
    "decay": lambda run: run.number("decay"),
}


def enclosures(batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
    """Balls around the named quantities of one run."""
    return collected(batch, names, MEASURED, lambda one: Run(one, problem_of(one).reg))
