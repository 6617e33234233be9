"""The diagonal model x = x₊ − x₋, x_± = w_±², from starts small and large, with weight normalization and without.

A sparse vector with Q = ‖x*‖₁ = 1 is to be recovered from few measurements. Where a flow ends is known exactly, as a
projection; how long it takes is integrated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.bounds.chou2023 import log_rho
from wnverify.engine.diagonal.flow import INTEGRALS, Path, integrate
from wnverify.engine.diagonal.limits import entropy_limit, kernel_newton, wn_limit, wn_limit_by_scale
from wnverify.engine.diagonal.model import Model, apply, bregman, divergence, dot, loss
from wnverify.engine.diagonal.programs import Program, least_cost, least_cost_by_linprog
from wnverify.experiments.kit.claimed import bound, number
from wnverify.experiments.kit.measured import Measured

COLUMNS, ROWS, SPARSE = 12, 6, 2
"""Entries of x, measurements, and entries of x* that are not 0."""
PLAIN = "no normalization"
RATES: Mapping[str, float] = {"η = 1/Q": 1.0, "η = 10/Q": 10.0, "η = 100/Q": 100.0}
"""η by the name of its flow; Q = 1."""
METHODS = (PLAIN, *RATES)
STARTS = (1e-6, 1e-4, 1e-2, 0.1, 0.3, 0.5, 0.7, 0.9, 1.5, 3.0)
"""r_0² = ‖x_0‖₁, in units of Q."""
TIMED = (1e-6, 1e-4, 1e-2, 0.1, 0.5, 3.0)
SHOWN = (1e-2, 0.5)
"""Starts from which the loss is shown along the run."""
EPSILON, EVALUATIONS, EVERY = 1e-6, 10000, 5
"""ε, a share of the first loss; of the field in a run; which points of the grid are kept."""
EXACT, INSIDE = 1e-9, 0.1
"""An error that is none; what makes a solution with zeros positive, added to x₊ and x₋ alike."""
PROBLEM = "sparse recovery"
ERROR, EXCESS, RHO, SAME, TIME, LOSS = "error", "excess", "log rho", "same limit", "time", "loss"


@dataclass(frozen=True)
class Task:
    """What is to be recovered.

    Args:
        model: A stacked with −A, and y.
        program: the basis pursuit; its value is Q.
        reduced: its reduced costs c − Aᵀμ (2N, 1), with which ‖x‖₁ − Q is ⟨reduced, x⟩ without cancellation. A
            vertex with fewer than M entries does not say them; HiGHS does.
        wanted: x*, (N,).
    """

    model: Model
    program: Program
    reduced: FloatArray
    wanted: FloatArray

    def error(self, x: FloatArray) -> float:
        """‖x₊ − x₋ − x*‖/‖x*‖ for x of shape (2N, 1)."""
        off = x[:COLUMNS, 0] - x[COLUMNS:, 0] - self.wanted
        return float(np.linalg.norm(off) / np.linalg.norm(self.wanted))


@dataclass(frozen=True)
class Begin:
    """A flow and where it starts: all entries of x₊ and x₋ equal, so that x_0 = 0.

    Args:
        task: what is to be recovered.
        method: a name in `METHODS`.
        mass: r_0² = ‖x_0‖₁, that of x₊ and x₋ together.
    """

    task: Task
    method: str
    mass: float

    @property
    def model(self) -> Model:
        """The problem with the η of the method."""
        return replace(self.task.model, eta=np.array([RATES.get(self.method, 1.0)]))

    @property
    def log_x(self) -> FloatArray:
        """log x_0, (2N, 1)."""
        return np.asarray(2 * np.log(self.r * self.u))

    @property
    def r(self) -> FloatArray:
        """r_0, (1,)."""
        return np.array([np.sqrt(self.mass)])

    @property
    def u(self) -> FloatArray:
        """u_0, (2N, 1)."""
        return np.full((2 * COLUMNS, 1), (2 * COLUMNS) ** -0.5)


def task(seed: int, draw: int) -> Task:
    """A problem that basis pursuit solves: x* is the solution of least ℓ₁ norm, Q = 1.

    Args:
        seed: of the experiment.
        draw: which problem.
    """
    rng = np.random.default_rng([seed, draw, COLUMNS])
    while True:
        A = rng.standard_normal((ROWS, COLUMNS, 1)) / np.sqrt(ROWS)
        wanted = np.zeros(COLUMNS)
        sizes = np.exp(0.3 * rng.standard_normal(SPARSE))
        wanted[rng.choice(COLUMNS, SPARSE, replace=False)] = rng.choice([-1.0, 1.0], SPARSE) * sizes / sizes.sum()
        model = Model(np.concatenate([A, -A], axis=1), apply(A, wanted[:, None]), np.ones(1), 2)
        costs = np.ones((2 * COLUMNS, 1))
        found = Task(model, least_cost(model, costs), least_cost_by_linprog(model, costs)[1], wanted)
        if found.error(found.program.z) < EXACT:
            return found


# ---- where flows end


def limits(seed: int, draw: int) -> Iterator[Measured]:
    """Recovery error, ‖x_∞‖₁ − Q and log ρ of every flow from every start.

    Args:
        seed: of the experiment.
        draw: which problem.
    """
    problem, off = task(seed, draw), 0.0
    for method in METHODS:
        for mass in STARTS:
            begin = Begin(problem, method, mass)
            x = limit(begin)
            yield from _limit(begin, x, draw)
            off = max(off, _apart(begin, x))
    yield Measured(SAME, PROBLEM, "all flows", draw, 0.0, 0.0, value=off)


def _limit(begin: Begin, x: FloatArray, draw: int) -> Iterator[Measured]:
    place = PROBLEM, begin.method, draw, begin.mass, begin.mass
    excess = float(dot(begin.task.reduced, x)[0])
    yield Measured(ERROR, *place, value=begin.task.error(x))
    yield Measured(EXCESS, *place, value=excess, high=certified_excess(begin, x))
    yield Measured(RHO, *place, value=rho(begin, x))


def _apart(begin: Begin, x: FloatArray) -> float:
    """How far x is from the limit of the plain flow from ρx_0, relative; 0 where that is not found."""
    again = entropy_limit(begin.model, begin.log_x + rho(begin, x), begin.task.program)
    return float(np.abs(again.x - x).max() / x.max()) if again.solved[0] else 0.0


def limit(begin: Begin) -> FloatArray:
    """Where a flow ends, (2N, 1).

    By the other route of the engine where the first one finds nothing: at a vertex with fewer than M entries it may
    begin too far away, and where entries underflow its matrix is singular.

    Args:
        begin: the flow.
    """
    if begin.method == PLAIN:
        plain = entropy_limit(begin.model, begin.log_x, begin.task.program)
        inside = begin.task.program.z + INSIDE
        return plain.x if plain.solved[0] else kernel_newton(begin.model, begin.log_x, inside)
    try:
        found = wn_limit(begin.model, begin.r, begin.u)
    except np.linalg.LinAlgError:
        found = None
    return found.x if found and found.solved[0] else wn_limit_by_scale(begin.model, begin.r, begin.u)


def rho(begin: Begin, x: FloatArray) -> float:
    """log ρ at the limit: weight normalization ends as if the plain flow had started from ρ x_0; 0 for that flow.

    Args:
        begin: the flow.
        x: its limit, (2N, 1).
    """
    if begin.method == PLAIN:
        return 0.0
    values = {"r0": float(begin.r[0]), "r": float(np.sqrt(x.sum())), "eta": RATES[begin.method]}
    return number(log_rho(2, *sympy.symbols("eta r0 r", positive=True)), values)


def certified_excess(begin: Begin, x: FloatArray) -> float | None:
    """The least of what theorems say of ‖x_∞‖₁ − Q; None where none of them applies.

    Args:
        begin: the flow.
        x: its limit, (2N, 1).
    """
    Q, share = float(begin.task.program.value[0]), begin.u**2
    spread = float(divergence(begin.task.program.z / Q, share)[0])
    values = {"Q": Q, "K": spread, "u_min": float(share.min()), "r0": float(begin.r[0]), "solved": 1.0}
    if begin.method == PLAIN:
        values |= {"plain_solved": 1.0, "log_plain_room": np.log(Q / begin.mass)}
        return bound("chou2023/l1_excess_plain", values)
    effective = begin.mass * np.exp(rho(begin, x))
    values |= {"eta": RATES[begin.method], "room": Q - begin.mass, "log_room": float(np.log(Q) - np.log(effective))}
    values["r_inf"] = float(np.sqrt(x.sum()))
    names = "chou2023/l1_excess", "chou2023/l1_excess_rho"
    mass = bound("chou2023/l1_mass", values)
    found = [each for each in (*(bound(name, values) for name in names), mass and mass - Q) if each is not None]
    return min(found) if found else None


# ---- how long they take


def timed(seed: int, draw: int, method: str, mass: float) -> Iterator[Measured]:
    """The time at which the loss has come down to ε of the first, and the loss on the way from some starts.

    Args:
        seed: of the experiment.
        draw: which problem.
        method: which flow.
        mass: r_0².
    """
    begin = Begin(task(seed, draw), method, mass)
    plain = method == PLAIN
    path = integrate(begin.model, begin.r, begin.u, integrals=True, plain=plain, evaluations=EVALUATIONS)
    losses = np.array([loss(begin.model, x)[0] for x in path.x(2)])
    if not np.isfinite(losses).all():
        return
    time, shares = path.integrals[:, INTEGRALS.index("time"), 0], losses / losses[0]
    sure = None if plain else certified_losses(begin, path, losses[0]) / losses[0]
    place = PROBLEM, method, draw, mass
    yield Measured(TIME, *place, mass, value=_when(time, shares))
    for index in range(EVERY, time.size, EVERY) if mass in SHOWN else ():
        high = None if sure is None else float(sure[index])
        yield Measured(LOSS, *place, float(time[index]), value=float(shares[index]), high=high)


def certified_losses(begin: Begin, path: Path, first: float) -> FloatArray:
    """What the loss cannot exceed along the run, (K,).

    The least of l(0) exp(−2L²σ²∫min(1, ηr²) min x) and D_Φ(x_∞, x_0)/(2τ), as in `theorems/chou2023/rate_linear.py`
    and `rate_divergence.py`.

    Args:
        begin: the flow.
        path: its run.
        first: l(0).
    """
    at = {name: path.integrals[:, index, 0] for index, name in enumerate(INTEGRALS)}
    sigma = np.linalg.svd(begin.model.A[..., 0], compute_uv=False)[-1]
    linear = first * np.exp(-8 * sigma**2 * at["smallest"])
    start = float(bregman(limit(begin), begin.r, begin.u, begin.model.eta)[0])
    with np.errstate(divide="ignore"):
        return np.asarray(np.minimum(np.minimum(linear, start / (2 * at["tau"])), first))


def _when(time: FloatArray, shares: FloatArray) -> float | None:
    """The first time at which a share is ε, between the points of the grid on logarithms; None if never."""
    below = np.flatnonzero(shares <= EPSILON)
    if not below.size or below[0] == 0:
        return None
    low, high = below[0] - 1, below[0]
    logs = np.log(np.maximum(shares[[low, high]], 1e-300))
    part = (logs[0] - np.log(EPSILON)) / (logs[0] - logs[1])
    return float(time[low] + part * (time[high] - time[low]))
