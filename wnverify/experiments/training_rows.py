"""The points of the experiment on training: one network on pictures, trained in one way, looked at now and then.

A picture is of one of two kinds, those with an even label and those with an odd one, and the network has to say +1 or
−1: one output, as in the paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from threadpoolctl import threadpool_limits

from wnverify.bounds.compiled import Certified, Scales, certified_at
from wnverify.experiments.images.load import pictures_of
from wnverify.experiments.images.pictures import some_of
from wnverify.experiments.kit.trained import Recipe, Stage, certain, fall, moved, trained, value_of
from wnverify.questions.audit.convexity import convexity
from wnverify.questions.audit.understood import Understood
from wnverify.questions.training.given import Said, of_arrays
from wnverify.questions.training.step import Moment, moment, step_between

DEPTH, WIDTH, ACTIVATION = 3, 128, "tanh"
"""L, m where nothing else is said, and φ."""
BATCH, SHARE, LEAST = 512, 4, 1e-300
"""Of a mini-batch, at most, and never more than one part in so many of all pictures; a loss as good as 0."""
CERTIFIED, FULL, STOCHASTIC, MOMENTUM, DECAY = "1/β_𝓛", "full batch", "mini-batches", "momentum", "decay"
RECIPES: Mapping[str, Recipe] = MappingProxyType({
    CERTIFIED: Recipe(0.0),
    FULL: Recipe(30.0),
    STOCHASTIC: Recipe(10.0, BATCH),
    MOMENTUM: Recipe(3.0, BATCH, momentum=0.9),
    DECAY: Recipe(10.0, BATCH, decay=3e-4),
})  # fmt: skip
"""Long steps, but for the first: in the paper's scaling every layer shortens what reaches it by 1/√m or so."""


@dataclass(frozen=True)
class Point:
    """What is computed at once.

    Args:
        data: a name in `images.names.NAMES`, or a path.
        digest: of all its pictures.
        pictures: how many of them are trained on.
        kind: a name in `RECIPES`.
        width: m.
        steps: T.
    """

    data: str
    digest: str
    pictures: int
    kind: str
    width: int
    steps: int


@dataclass(frozen=True)
class Row:
    """One step of a run; what is not certain, or could not be measured, is None.

    Args:
        source: the pictures, in words.
        pictures: n.
        pixels: d.
        kind: of training.
        width: m.
        time: t.
        step: η_t.
        loss: 𝓛(θ_t).
        loss_certified: what that is at most.
        correct: the share of pictures with an output of the right sign.
        omega: ω, the least norm of a row.
        omega_certified: what that is at least.
        distance: ‖v − v₀‖.
        distance_certified: what that is at most.
        rho: ρ₁, the least with ‖v‖ ≤ 1 + ρ₁.
        ratio: R = ‖∇𝓛‖²/𝓛.
        ratio_certified: 4G², which that is at most.
        cost: 2H√𝓛 of `banerjee2024`; α = R/2 − 2H√𝓛.
        cost_free: the same with the depth-free H.
        curvature: ⟨g, ∇²𝓛 g⟩, g = ∇𝓛/‖∇𝓛‖, which is at least α.
        smoothness: ‖∇²𝓛‖₂ by Lanczos, from below.
        smoothness_certified: β_𝓛 of `banerjee2024`.
        smoothness_free: the depth-free β_𝓛.
        smoothness_layers: β_𝓛 from norms of layers and activations.
        rate: −log 𝓛(θ_{t+1})/𝓛(θ_t) of the step that was taken.
        rate_certified: what that is at least.
        short_rate: the same of one step of size 1/β_𝓛 from θ_t.
        short_certified: what that is at least.
        crossed: steps so far after which 𝓛 was above what is certain.
    """

    source: str
    pictures: int
    pixels: int
    kind: str
    width: int
    time: int
    step: float
    loss: float
    loss_certified: float | None
    correct: float
    omega: float
    omega_certified: float
    distance: float
    distance_certified: float
    rho: float
    ratio: float
    ratio_certified: float
    cost: float
    cost_free: float
    curvature: float | None
    smoothness: float
    smoothness_certified: float
    smoothness_free: float
    smoothness_layers: float | None
    rate: float | None
    rate_certified: float | None
    short_rate: float
    short_certified: float | None
    crossed: int

    @property
    def alpha(self) -> float:
        """α = R/2 − 2H√𝓛, with the smaller H."""
        return self.ratio / 2 - min(self.cost, self.cost_free)


def measure(point: Point, seed: int) -> list[Row]:
    """The rows of a point: at times 0, 1, 2, 3, 4, 6, 8, 12, … and the last.

    Args:
        point: which.
        seed: of the choice of pictures, the network and the mini-batches.

    Raises:
        RecordError: if the pictures are no longer those of the point.
    """
    with threadpool_limits(1):
        start, source = problem(point, seed)
        rng = np.random.default_rng([seed, list(RECIPES).index(point.kind), point.width])
        stages = trained(start, recipe_of(point), point.steps, rng)
        return [_row(point, source, start, stage) for stage in stages if is_looked_at(stage.time, point.steps)]


def is_looked_at(time: int, steps: int) -> bool:
    """Whether a step is recorded: 2^k, 3·2^k, the first and the last.

    >>> [time for time in range(20) if is_looked_at(time, 20)]
    [0, 1, 2, 3, 4, 6, 8, 12, 16, 19]
    """
    third = time // 3 if time % 3 == 0 else time
    return time & (time - 1) == 0 or third & (third - 1) == 0 or time == steps - 1


def recipe_of(point: Point) -> Recipe:
    """How a point is trained, with mini-batches that are small beside its data."""
    recipe = RECIPES[point.kind]
    return replace(recipe, batch=max(1, min(BATCH, point.pictures // SHARE))) if recipe.batch else recipe


def problem(point: Point, seed: int) -> tuple[Understood, str]:
    """A network of the paper's kind with pictures, and where these come from.

    Args:
        point: which.
        seed: of the choice of pictures and of the network.
    """
    found = some_of(pictures_of(point.data, point.digest), point.pictures, seed)
    rng = np.random.default_rng([seed, point.width])
    sizes = [found.X.shape[1], *[point.width] * DEPTH]
    W = [rng.uniform(-1, 1, (m, below)) / below**0.5 for below, m in pairwise(sizes)]
    v = rng.standard_normal(point.width)
    y = np.where(found.labels % 2 == 0, 1.0, -1.0)
    return of_arrays(W, v / np.linalg.norm(v), found.X, y, Said(ACTIVATION, "fan_out", "square")), found.source


# ---- one row


def _row(point: Point, source: str, start: Understood, stage: Stage) -> Row:
    now, after, sure = moment(stage.time, stage.before), moment(stage.time + 1, stage.after), stage.assured
    holds, free = certain(stage.before), free_of_depth(stage.before)
    step, short = step_between(now, after), _short(stage.before, now)
    curved, ratio = convexity(now.measuring), float(now.slope @ now.slope) / now.loss
    return Row(
        source, len(now.found.X), now.net.sizes[0], point.kind, point.width, stage.time, stage.size,
        loss=now.loss,
        loss_certified=sure.loss,
        correct=_correct(now),
        omega=holds.omega,
        omega_certified=sure.floor,
        distance=float(np.linalg.norm(now.output - start.net.output.V)),
        distance_certified=sure.way,
        rho=holds.rho,
        ratio=ratio,
        ratio_certified=4 * min(holds.gradient_squared, free.gradient_squared),
        cost=holds.cost(now.loss),
        cost_free=free.cost(now.loss),
        curvature=curved.measured if curved else None,
        smoothness=now.measuring.loss_hessian,
        smoothness_certified=holds.smoothness(now.loss),
        smoothness_free=free.smoothness(now.loss),
        smoothness_layers=now.measuring.loss_bounds(now.measuring.by_layers)[1],
        rate=step.measured if step else None,
        rate_certified=step.certified if step else None,
        short_rate=short[0],
        short_certified=short[1],
        crossed=sure.crossed,
    )  # fmt: skip


def free_of_depth(found: Understood) -> Certified:
    """The depth-free G² and H at a network."""
    net, phi, holds = found.net, found.net.phi, certain(found)
    scales = Scales(len(net.hidden), net.sizes[1], holds.omega, holds.rho, phi.beta, phi.c0)
    return certified_at(scales, "depth-free", found.scaling)


def _correct(now: Moment) -> float:
    y = now.found.loss.y if now.found.loss else np.zeros(1)
    return float(np.mean((now.measuring.values > 0) == (y > 0)))


def _short(found: Understood, now: Moment) -> tuple[float, float | None]:
    """By how much log 𝓛 falls in one step of size 1/β_𝓛, and at least."""
    size = 1 / certain(found).smoothness(now.loss)
    ahead = moved(found, size * now.slope)
    return float(np.log(now.loss / max(value_of(ahead), LEAST))), fall(size, now.loss, now.slope, (found, ahead))
