"""Two-layer ReLU networks with weight normalization at one α, and without normalization, from the same start.

v_k(0) = αu_k and g_k(0) = |u_k|, so that the function at the start does not depend on α: α² is the ratio of the
learning rates of length and direction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.relu import unnormalised
from wnverify.engine.relu.gains import State, eigenvalues, initial, length, unit
from wnverify.engine.relu.kernels import angles, inverse_norm, kernel_G, kernel_V
from wnverify.engine.relu.runs import Run, descend, flow, with_residual
from wnverify.experiments.kit.claimed import met
from wnverify.experiments.kit.measured import Measured
from wnverify.families.relu.certificates import Reach, certified, push
from wnverify.families.relu.starts import resolved, smallest

RANDOM, ORTHONORMAL = "random inputs", "orthonormal inputs"
SAMPLES, INPUTS, RESIDUAL = 4, 10, 0.05
"""n, d and R₀ = |f(0) − y|."""
NORMAL, PLAIN = "weight normalization", "no normalization"
FLOW_STEPS, STEPS, SHARE, FAILURE = 60, 100, 0.9, 0.1
"""Steps of a flow and of descent; η as a share of 1/(κ² max(1, 1/α²)), the largest certified; δ of the widths."""
ALPHAS, SHOWN = tuple(2.0 ** (half / 2) for half in range(-6, 7)), (0.25, 1.0, 4.0)
ROUNDING = 1e-8
"""Share of R₀ below which a residual is not looked at."""
SWEEP, WIDTHS = "alpha", "width"
FLOW, FLOW_V, FLOW_G, CLAIM = "flow", "flow by V", "flow by G", "claimed rate"
DESCENT, BEST, PATH, WIDTH, ASKED, FLIPS = (
    "descent",
    "best step",
    "residual",
    "descent at width",
    "width asked",
    "flips",
)


@dataclass(frozen=True)
class Point:
    """What is computed at once.

    Args:
        part: `SWEEP` for everything at one α, `WIDTHS` for whether descent is certified at one width.
        problem: the inputs.
        alpha: α.
        width: m.
        draws: initialisations, inputs and residuals.
    """

    part: str
    problem: str
    alpha: float
    width: int
    draws: int


def start(point: Point, seed: int) -> State:
    """The networks at the start: the same inputs, u, signs and residuals at every α.

    Args:
        point: which.
        seed: of everything drawn.
    """
    rng, count = np.random.default_rng([seed, point.width]), point.draws
    u = rng.standard_normal((point.width, INPUTS, count))
    c = rng.choice([-1.0, 1.0], (point.width, count))
    drawn = unit(rng.standard_normal((SAMPLES, INPUTS, count)), 1)
    x = drawn if point.problem == RANDOM else np.repeat(np.eye(SAMPLES, INPUTS)[..., None], count, axis=2)
    at = initial(u, x, np.zeros((SAMPLES, count)), c, np.full(count, point.alpha))
    return with_residual(at, RESIDUAL * unit(rng.standard_normal((SAMPLES, count))))


def measure(point: Point, seed: int) -> list[Measured]:
    """The rows of a point.

    Args:
        point: which.
        seed: of everything drawn.
    """
    at = start(point, seed)
    return list(_sweep(point, at) if point.part == SWEEP else _width(point, at))


def _place(point: Point, method: str, draw: int) -> tuple[str, str, int, float]:
    return point.problem, method, draw, point.alpha


def _each(
    kind: str, point: Point, method: str, values: FloatArray, low: FloatArray | None = None
) -> Iterator[Measured]:
    """A row a draw, at x = α; what is certified is left out where nothing is."""
    for draw, value in enumerate(values):
        sure = None if low is None or low[draw] <= 0 else float(low[draw])
        yield Measured(kind, *_place(point, method, draw), point.alpha, value=float(value), low=sure)


def _sweep(point: Point, at: State) -> Iterator[Measured]:
    """Rates of the flow, of descent at the certified step and at the best one, and residuals along descent."""
    run = flow(at, _duration(at.Lambda), FLOW_STEPS)
    rate, sides = run.rate.min(axis=0), (certified(at), *(certified(at, low=_part(index)) for index in (0, 1)))
    for kind, low in zip((FLOW, FLOW_V, FLOW_G), sides, strict=True):
        yield from _each(kind, point, NORMAL, rate, low)
    plain = unnormalised.flow(at, _duration(at.H), FLOW_STEPS)
    yield from _each(FLOW, point, PLAIN, plain.rate.min(axis=0))
    yield from _each(FLIPS, point, NORMAL, run.flips)
    yield from _each(CLAIM, point, NORMAL, _omega(at) / 2)
    yield from _descents(point, at)
    for method, kernel, runs in ((NORMAL, at.Lambda, descend), (PLAIN, at.H, unnormalised.descend)):
        spectrum = eigenvalues(kernel)
        best = runs(at, 2.0 / (spectrum[0] + spectrum[-1]), STEPS)
        yield from _each(BEST, point, method, _per_step(best))


def _part(index: int) -> Callable[[Reach], FloatArray]:
    """The part of a certificate that V has (0), or G (1)."""
    return lambda reach: reach.parts[index]


def _duration(kernel: FloatArray) -> FloatArray:
    """3/λ_min, or as far as the steps reach."""
    spectrum = eigenvalues(kernel)
    return np.minimum(3.0 / spectrum[0], resolved(spectrum, FLOW_STEPS))


def _omega(at: State) -> FloatArray:
    """λ₀/α² for α ≤ 1, else μ₀: |f − y|² falls at this rate at least in wide networks, |r| at half of it."""
    theta, alpha = angles(at.x), at.alpha
    return np.where(alpha <= 1.0, smallest(kernel_V(theta, INPUTS)) / alpha**2, smallest(kernel_G(theta, INPUTS)))


def _per_step(run: Run) -> FloatArray:
    """−log of the mean factor of |r| in a step, as far as |r| is above rounding, (B,)."""
    shares = run.size / run.size[0]
    above = np.maximum((shares > ROUNDING).cumprod(axis=0).sum(axis=0) - 1, 1)
    last = np.take_along_axis(shares, above[None], axis=0)[0]
    return np.asarray(-np.log(np.maximum(last, 1e-300)) / above)


# ---- descent at the certified step


def step(at: State) -> FloatArray:
    """η, a share of 1/(κ² max(1, 1/α²)), (B,).

    Args:
        at: the start.
    """
    return np.asarray(SHARE / (at.kappa**2 * np.maximum(1.0, 1 / at.alpha**2)))


def certified_descent(at: State, eta: FloatArray) -> FloatArray:
    """φ with |r(s)| ≤ (1 − ηφ)^s R₀ for all s, (B,); 0 where there is none, or the step is too long for it.

    Args:
        at: the start.
        eta: η.
    """
    sure = certified(at, eta)
    return np.where(eta * Reach(at, np.minimum(push(at, sure), 1e3)).largest <= 1.0, sure, 0.0)


def _descents(point: Point, at: State) -> Iterator[Measured]:
    eta = step(at)
    sure, run = certified_descent(at, eta), descend(at, eta, STEPS)
    yield from _each(DESCENT, point, NORMAL, run.contraction(ROUNDING), sure)
    other = unnormalised.descend(at, SHARE / at.kappa**2, STEPS)
    yield from _each(DESCENT, point, PLAIN, other.contraction(ROUNDING))
    if point.problem == RANDOM and point.alpha in SHOWN:
        yield from _paths(point, NORMAL, run, 1.0 - eta * sure)
        yield from _paths(point, PLAIN, other, None) if point.alpha == 1.0 else ()


def _paths(point: Point, method: str, run: Run, factor: FloatArray | None) -> Iterator[Measured]:
    """|r(s)|/R₀ of the first draw, as far as it is above rounding, with (1 − ηφ)^s."""
    shares = run.size[:, 0] / run.size[0, 0]
    for index in range(1, STEPS + 1):
        if shares[index] < ROUNDING:
            return
        high = None if factor is None or factor[0] >= 1.0 else float(factor[0]) ** index
        yield Measured(PATH, *_place(point, method, 0), float(index), value=float(shares[index]), high=high)


# ---- widths


def _width(point: Point, at: State) -> Iterator[Measured]:
    eta = step(at)
    sure, run = certified_descent(at, eta), descend(at, eta, STEPS)
    asked = [asked_width(at, draw) for draw in range(point.draws)]
    for draw, value in enumerate(run.contraction(ROUNDING)):
        low = float(sure[draw]) if sure[draw] > 0 else None
        place = _place(point, NORMAL, draw)
        yield Measured(WIDTH, *place, float(point.width), value=float(value), low=low)
        yield Measured(ASKED, *place, float(point.width), value=asked[draw])


def asked_width(at: State, draw: int) -> float | None:
    """The least m from which the hypotheses of the width theorem for the flow hold, to 1 %; None beyond 1e15.

    Args:
        at: the start, for its inputs, α and residual.
        draw: which of its problems.
    """
    alpha, theta = float(at.alpha[draw]), angles(at.x[..., [draw]])
    name = "dukler2020/flow_width_V" if alpha <= 1 else "dukler2020/flow_width_G"
    values = {
        "alpha": alpha, "n": float(SAMPLES), "d": float(INPUTS), "delta": FAILURE, "kappa": float(at.kappa[draw]),
        "lambda_0": float(smallest(kernel_V(theta, INPUTS))[0]), "mu_0": float(smallest(kernel_G(theta, INPUTS))[0]),
        "Rbar": RESIDUAL * (1 + 1e-9), "start_residual": float(length(at.residual)[draw]),
        "mean_inverse": inverse_norm(INPUTS),
    }  # fmt: skip
    widths = np.geomspace(1.0, 1e15, 3472)
    low, high = 0, widths.size - 1
    if not met(name, {**values, "m": float(widths[high])}):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if met(name, {**values, "m": float(widths[middle])}) else (middle, high)
    return float(widths[high])


def points(alphas: Sequence[float], widths: Sequence[int], size: tuple[int, int]) -> list[Point]:
    """All points.

    Args:
        alphas: of the sweep.
        widths: at which descent is certified or not.
        size: m of the sweep, and draws.
    """
    kinds = RANDOM, ORTHONORMAL
    sweep = [Point(SWEEP, problem, alpha, *size) for problem in kinds for alpha in alphas]
    return sweep + [Point(WIDTHS, RANDOM, alpha, width, size[1]) for width in widths for alpha in SHOWN]
