"""One step of a loop, whatever made it: how far the loss has to fall by what holds on the way, and how far it fell.

Let θ′ = θ + Δ, p = −⟨∇𝓛(θ), Δ⟩, and B a bound of ‖∇²𝓛‖₂ at those points between θ and θ′ where 𝓛 ≤ 𝓛(θ). If
p > B‖Δ‖²/2 then 𝓛(θ′) ≤ 𝓛(θ) − p + B‖Δ‖²/2.

Proof. As long as 𝓛 ≤ 𝓛(θ) on the way, Taylor's formula gives 𝓛(θ + tΔ) ≤ 𝓛(θ) − tp + t²B‖Δ‖²/2 < 𝓛(θ) for
0 < t ≤ 1. So 𝓛 never comes back to 𝓛(θ) on the way, and the formula holds up to t = 1. ∎

Of a step −η∇𝓛 that is `banerjee2024/gd_descent`, 𝓛(θ′) ≤ 𝓛(θ) − η(1 − ηB/2)‖∇𝓛‖²; it holds of momentum, decay and
Adam too, which seldom keep p above B‖Δ‖²/2.

B comes from the least norms on the way and the largest gains, biases and plain matrices, which are those at its ends,
as norms are convex; all bounds of `engine.layered.chain` from norms alone are monotone in these. So are those of
`banerjee2024`. Where 𝓛 ≤ 𝓛(θ), mean ‖∂ℓ/∂F‖ is at most 2√𝓛(θ) for ‖F − y‖², and √2(1 − e^(−𝓛(θ))) for the
cross-entropy ℓ = −log q_y of labels, since ‖q − e_y‖ ≤ √2(1 − q_y) and 1 − e^(−ℓ) is concave.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.layered.chain import Chain
from wnverify.engine.layered.losses import Loss
from wnverify.engine.layered.network import Layer, Layered
from wnverify.engine.layered.products import gradient, joined
from wnverify.errors import UsageError, expected
from wnverify.questions.audit.between import ONE_STEP
from wnverify.questions.audit.layered_bounds import Measuring
from wnverify.questions.audit.understood import Understood
from wnverify.questions.training.explicit import explicit, speaks_of


@dataclass(frozen=True, eq=False)
class Moment:
    """The network at one call.

    Args:
        call: its number.
        measuring: of what was handed over.
        loss: 𝓛.
        slope: ∇𝓛 in all that is stored, (p,).
    """

    call: int
    measuring: Measuring
    loss: float
    slope: FloatArray

    @property
    def found(self) -> Understood:
        """What was handed over."""
        return self.measuring.of

    @property
    def net(self) -> Layered:
        """The network."""
        return self.found.net

    @property
    def flat(self) -> FloatArray:
        """θ, (p,)."""
        return joined([dict(layer.parameters) for layer in self.net.layers])

    @property
    def omega(self) -> float | None:
        """The least norm that a hidden layer divides by; None where none does."""
        return min((float(layer.norms.min()) for layer in self.net.hidden if layer.rule != "plain"), default=None)

    @property
    def output(self) -> FloatArray:
        """The output weights as they act, without the factor of the scaling, (K, m)."""
        return self.net.output.M / self.net.output.s


def moment(call: int, found: Understood) -> Moment:
    """Measure the loss and its gradient.

    Args:
        call: its number.
        found: a network with its data.

    Raises:
        UsageError: without targets, or where the loss overflows.
    """
    if found.loss is None:
        raise UsageError(expected("targets y", "none", "a loss is what training is about"))
    measuring = Measuring(found, lambda *_: None)
    if not math.isfinite(measuring.loss):
        raise UsageError(expected("a loss in double precision", f"{measuring.loss}"))
    return Moment(call, measuring, measuring.loss, gradient(found.net, found.X, found.loss.cotangent))


@dataclass(frozen=True)
class Step:
    """What one step did.

    Args:
        size: η where it was one of gradient descent; None otherwise.
        measured: −log 𝓛(θ′)/𝓛(θ).
        certified: what that is at least; None where nothing is certified.
    """

    size: float | None
    measured: float | None
    certified: float | None


def step_between(before: Moment, after: Moment) -> Step | None:
    """The step between two calls; None where they have not the same data, or not the same network.

    Args:
        before: at θ.
        after: at θ′.
    """
    if not _same_data(before.found, after.found) or before.flat.shape != after.flat.shape:
        return None
    delta = after.flat - before.flat
    moved, steep = float(np.linalg.norm(delta)), float(np.linalg.norm(before.slope))
    promised = -float(before.slope @ delta)
    straight = moved * steep > 0 and promised >= (1 - ONE_STEP) * moved * steep
    measured = math.log(before.loss / after.loss) if before.loss > 0 and after.loss > 0 else None
    certified = _certified(before, promised - smoothness_between(before, after) * moved**2 / 2)
    return Step(moved / steep if straight else None, measured, certified)


def _certified(before: Moment, fall: float) -> float | None:
    """−log(1 − fall/𝓛), of a fall that is certain."""
    return -math.log1p(-fall / before.loss) if 0 < fall < before.loss else None


def _same_data(one: Understood, two: Understood) -> bool:
    if one.loss is None or two.loss is None or one.loss.kind != two.loss.kind:
        return False
    return _equal(one.X, two.X) and _equal(one.loss.y, two.loss.y)


def _equal(one: FloatArray, two: FloatArray) -> bool:
    return one is two or np.array_equal(one, two)


def smoothness_between(before: Moment, after: Moment) -> float:
    """B, which bounds ‖∇²𝓛‖₂ between two points wherever 𝓛 is no more than at the first; infinite where φ has a kink.

    Args:
        before: at θ.
        after: at θ′.
    """
    pairs = zip(before.net.layers, after.net.layers, strict=True)
    layers = tuple(_covering(one, two) for one, two in pairs)
    found, loss = before.found, before.found.loss
    if loss is None or not all(layer.rule == "plain" or layer.norms.min() > 0 for layer in layers):
        return math.inf
    chain = Chain(replace(before.net, layers=layers), before.measuring.sizes)
    squares = float(np.mean(chain.gradient() ** 2))
    bound = loss.curvature * squares + steepest(loss, before.loss) * float(chain.hessian().max())
    return min([bound, *_explicit(found, layers, before, after)])


def _explicit(found: Understood, layers: tuple[Layer, ...], before: Moment, after: Moment) -> Iterator[float]:
    """β_𝓛 of the paper, where it speaks of the network."""
    if speaks_of(found):
        shortest = min(float(layer.norms.min()) for layer in layers[:-1])
        longest = max(float(np.linalg.norm(each.output)) for each in (before, after))
        yield explicit(found, shortest, longest).smoothness(before.loss)


def steepest(loss: Loss, value: float) -> float:
    """What mean ‖∂ℓ/∂F‖ is at most where 𝓛 is at most a value.

    Args:
        loss: which one.
        value: of 𝓛.

    >>> steepest(Loss("square", np.zeros((1, 1))), 4.0)
    4.0
    """
    if loss.kind == "square":
        return 2 * math.sqrt(value)
    labels = bool(np.isin(loss.y, (0.0, 1.0)).all())
    return math.sqrt(2) * (-math.expm1(-value) if labels else 1.0)


def _covering(one: Layer, two: Layer) -> Layer:
    """A layer with the least norms between two, and with gains, a bias or a plain matrix as large as any between."""
    shift = max((one.b, two.b), key=lambda b: 0.0 if b is None else float(np.linalg.norm(b)))
    if one.rule == "plain":
        return replace(max((one, two), key=lambda layer: layer.spectral), b=shift)
    gains = None if one.g is None or two.g is None else np.maximum(np.abs(one.g), np.abs(two.g))
    return replace(one, V=one.unit * _least_norms(one, two), g=gains, b=shift)


def _least_norms(one: Layer, two: Layer) -> FloatArray:
    """The least ‖V + t(V′ − V)‖ over 0 ≤ t ≤ 1 of each group, with its axes kept."""
    way = two.V - one.V
    square = np.sum(way * way, axis=one.axes, keepdims=True)
    along = np.sum(one.V * way, axis=one.axes, keepdims=True)
    t = np.clip(np.divide(-along, square, out=np.zeros_like(square), where=square > 0), 0.0, 1.0)
    nearest = one.V + t * way
    return np.asarray(np.sqrt(np.sum(nearest * nearest, axis=one.axes, keepdims=True)))
