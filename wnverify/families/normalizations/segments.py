"""Square losses of networks whose pre-activations are normalised, between two points and along gradient descent.

𝓛(θ) = (1/n) Σ(f_i(θ) − y_i)². An instance is θ = (W, v), the errors f_i(θ) − y_i = τe_i, which say what the targets
are, a displacement δ = τ(dW, dv), and a step size η ≤ 1, as what bounds ‖∇²𝓛‖₂ is at least 2; a small τ is near
interpolation. What layers divide by may shrink on the way from θ to θ + δ, and the bounds break with it: a
normalization says what it is at least on the whole segment, from θ and δ alone, as `along` of `rms_norm_descent` and
`batch_norm_descent` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from wnverify.families.normalizations.chain import Step, coupling, reaches
from wnverify.families.own.architecture import Architecture
from wnverify.families.own.own_quantity import Common, Part, quantity
from wnverify.quantities import Quantity

SHARE = 1e-3
"""What layers divide by must keep at least this share of itself on a segment: bounds are about such segments only."""


@dataclass(frozen=True)
class Moved:
    """An instance with other parameters; everything else is that of `start`."""

    start: Any
    W: Any
    v: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.start, name)


@dataclass(frozen=True)
class Held:
    """A layer on a segment: what it divides by at least, as a share of that at its start, and what bounds it there.

    Args:
        share: of the least divisor, which may be below 0 where nothing is known; of several the least share.
        least: the least divisor, but at least `SHARE` of that at the start.
        step: what bounds derivatives, if that is so.
    """

    share: Any
    least: Any
    step: Step


@dataclass(frozen=True)
class Layered:
    """What a normalization says of its networks.

    Args:
        outputs: (xp, theta, x) -> f_1, …, f_n.
        gradient: (xp, theta, x, c) -> Σ c_i ∇f_i by W and by v.
        divisors: (xp, theta, x) -> what the layers divide by.
        along: (xp, theta, x, dW) -> the layers of W + t dW for all 0 ≤ t ≤ 1, by input or for all inputs together.
    """

    outputs: Callable[..., Any]
    gradient: Callable[..., tuple[Any, Any]]
    divisors: Callable[..., list[Any]]
    along: Callable[..., list[list[Held]]]


@dataclass(frozen=True)
class Moment:
    """A point of a run of gradient descent: its errors, ‖∇𝓛‖², and by how much W moves next."""

    theta: Any
    errors: Any
    square: Any
    dW: Any


# ---- between two points


def errors(theta: Any) -> Any:
    """f_i(θ) − y_i."""
    return theta.tau * theta.e


def moves(theta: Any) -> tuple[Any, Any]:
    """δ, by W and by v."""
    return theta.tau * theta.dW, theta.tau * theta.dv


def other(theta: Any) -> Moved:
    """θ + δ."""
    dW, dv = moves(theta)
    return Moved(theta, theta.W + dW, theta.v + dv)


def change(net: Layered, xp: Any, theta: Any, x: Any) -> Any:
    """f_i(θ + δ) − f_i(θ)."""
    return net.outputs(xp, other(theta), x) - net.outputs(xp, theta, x)


def loss(xp: Any, theta: Any, _: Any) -> Any:
    """𝓛(θ)."""
    return xp.mean(errors(theta) ** 2)


def loss_other(net: Layered, xp: Any, theta: Any, x: Any) -> Any:
    """𝓛(θ + δ)."""
    return xp.mean((errors(theta) + change(net, xp, theta, x)) ** 2)


def _squares(xp: Any, W: Any, v: Any) -> Any:
    return xp.sum(W**2) + xp.sum(v**2)


def _gradient(net: Layered, xp: Any, theta: Any, x: Any, errors: Any) -> tuple[Any, Any]:
    """∇𝓛."""
    return net.gradient(xp, theta, x, 2 * errors / theta.n)


def _loss_gradient(net: Layered, xp: Any, theta: Any, x: Any) -> Any:
    return xp.sqrt(_squares(xp, *_gradient(net, xp, theta, x, errors(theta))))


def _tilt(net: Layered, xp: Any, theta: Any, x: Any) -> Any:
    """⟨δ, ∇𝓛(θ)⟩."""
    by_W, by_v = _gradient(net, xp, theta, x, errors(theta))
    dW, dv = moves(theta)
    return xp.sum(by_W * dW) + xp.sum(by_v * dv)


def _distance(xp: Any, theta: Any, _: Any) -> Any:
    return xp.sqrt(_squares(xp, *moves(theta)))


def _gap(net: Layered, xp: Any, theta: Any, x: Any) -> Any:
    """𝓛(θ + δ) − 𝓛(θ) − ⟨δ, ∇𝓛(θ)⟩, without the difference of the first two."""
    changed = change(net, xp, theta, x)
    return xp.mean(changed**2) + 2 * xp.mean(errors(theta) * changed) - _tilt(net, xp, theta, x)


def _extreme(xp: Any, choose: Callable[[Any], Any], values: Sequence[Any]) -> Any:
    """The largest or the least, as `choose` says; no number where one of the values is none."""
    found = xp.stack(values)
    return choose(found) + 0 * xp.sum(found)


def _largest(xp: Any, of: Callable[..., Any], chains: Sequence[Sequence[Held]]) -> Any:
    return _extreme(xp, xp.max, [of(xp, [layer.step for layer in layers]) for layers in chains])


def _room(xp: Any, chains: Sequence[Sequence[Held]]) -> Any:
    """The least share."""
    return _extreme(xp, xp.min, [layer.share for layers in chains for layer in layers])


def held(xp: Any, start: Any, far: Any, floor: float) -> tuple[Any, Any]:
    """The least share of what a layer divides by, and the least divisors, where they move by at most `far`.

    Args:
        xp: the functions of arrays.
        start: the divisors at the start.
        far: by how much they fall at most.
        floor: below which they never are, √ε or √(mε).
    """
    least = xp.maximum(start - far, floor) if floor else start - far
    return xp.min(least / start), xp.maximum(least, SHARE * start)


def _segment(net: Layered, xp: Any, theta: Any, x: Any) -> list[list[Held]]:
    return net.along(xp, theta, x, moves(theta)[0])


def _on_segment(of: Callable[..., Any], xp: Any, _: Any, __: Any, chains: Sequence[Sequence[Held]]) -> Any:
    return _largest(xp, of, chains)


def _length(xp: Any, v: Any) -> Any:
    return xp.sqrt(xp.sum(v**2))


def _longest(xp: Any, theta: Any, _: Any) -> Any:
    return xp.maximum(_length(xp, theta.v), _length(xp, other(theta).v))


def _room_on_segment(xp: Any, _: Any, __: Any, chains: Sequence[Sequence[Held]]) -> Any:
    return _room(xp, chains)


def _margin(net: Layered, xp: Any, theta: Any, x: Any, chains: Sequence[Sequence[Held]]) -> Any:
    """The least of what layers divide by at θ + δ over what is said of it."""
    said = [layer.least for layers in chains for layer in layers]
    pairs = zip(net.divisors(xp, other(theta), x), said, strict=True)
    return _extreme(xp, xp.min, [_extreme(xp, xp.min, [there / least]) for there, least in pairs])


def _shrinkage(net: Layered, xp: Any, theta: Any, x: Any) -> Any:
    """The least of what layers divide by at θ + δ over what they do at θ."""
    pairs = zip(net.divisors(xp, other(theta), x), net.divisors(xp, theta, x), strict=True)
    return _extreme(xp, xp.min, [_extreme(xp, xp.min, [there / here]) for there, here in pairs])


# ---- gradient descent


def run(net: Layered, xp: Any, theta: Any, x: Any) -> Iterator[Moment]:
    """θ_0, …, θ_{T−1}, each with its step; then θ_T, with none."""
    size, start = theta.eta, net.outputs(xp, theta, x)
    at, found = theta, errors(theta)
    for _ in range(int(theta.T)):
        by_W, by_v = _gradient(net, xp, at, x, found)
        yield Moment(at, found, _squares(xp, by_W, by_v), -size * by_W)
        at = Moved(theta, at.W - size * by_W, at.v - size * by_v)
        found = errors(theta) + net.outputs(xp, at, x) - start
    yield Moment(at, found, None, None)


def _whole_run(net: Layered, xp: Any, theta: Any, x: Any) -> list[Moment]:
    return list(run(net, xp, theta, x))


def _loss_next(xp: Any, _: Any, __: Any, every: Sequence[Moment]) -> Any:
    return xp.mean(every[-1].errors ** 2)


def _work(_: Any, __: Any, ___: Any, every: Sequence[Moment]) -> Any:
    return sum(one.square for one in every[:-1])


def _ratio(xp: Any, _: Any, __: Any, every: Sequence[Moment]) -> Any:
    return _extreme(xp, xp.min, [one.square / xp.mean(one.errors**2) for one in every[:-1]])


def _smoothness(net: Layered, xp: Any, theta: Any, x: Any, every: Sequence[Moment]) -> Any:
    """2G² + 2H√𝓛(θ_0) with G² = 1 + V²b², H = (C + √(C² + 4b²))/2, C = V λ_max(Q): the largest over the run."""
    chains = [chain for one in every[:-1] for chain in net.along(xp, one.theta, x, one.dW)]
    V = _extreme(xp, xp.max, [_length(xp, one.theta.v) for one in every])
    b, C = _largest(xp, reaches, chains), V * _largest(xp, coupling, chains)
    H = (C + xp.sqrt(C**2 + 4 * b**2)) / 2
    return 2 + 2 * V**2 * b**2 + 2 * H * xp.sqrt(loss(xp, theta, x))


def _room_on_run(net: Layered, xp: Any, _: Any, x: Any, every: Sequence[Moment]) -> Any:
    return _room(xp, [chain for one in every[:-1] for chain in net.along(xp, one.theta, x, one.dW)])


# ---- symbols


def between(net: Layered, of: Architecture) -> list[Quantity]:
    """The symbols of a pair θ, θ + δ.

    Args:
        net: the normalization.
        of: networks with the value 𝓛(θ + δ).
    """
    return [
        Quantity("loss_other", "𝓛(θ + δ)", low=0, route=of.at.value(), latex=r"\mathcal{L}(\theta+\delta)"),
        quantity("loss", "𝓛(θ)", loss, of=of, low=0, latex=r"\mathcal{L}(\theta)"),
        quantity(
            "loss_gradient_norm",
            "‖∇𝓛(θ)‖₂",
            partial(_loss_gradient, net),
            of=of,
            low=0,
            latex=r"\|\nabla_\theta\mathcal{L}\|_2",
        ),
        quantity(
            "rsc_gap",
            "𝓛(θ + δ) − 𝓛(θ) − ⟨δ, ∇𝓛(θ)⟩",
            partial(_gap, net),
            of=of,
            latex=r"\mathcal{L}(\theta+\delta)-\mathcal{L}(\theta)-\langle\delta,\nabla\mathcal{L}(\theta)\rangle",
        ),
        quantity(
            "tilt",
            "|⟨δ, ∇𝓛(θ)⟩|",
            lambda xp, *at: xp.abs(_tilt(net, xp, *at)),
            of=of,
            low=0,
            latex=r"|\langle\delta,\nabla\mathcal{L}(\theta)\rangle|",
        ),
        quantity("distance", "‖δ‖₂", _distance, of=of, low=0, latex=r"\|\delta\|_2"),
        quantity("V", "the larger of ‖v‖₂ and ‖v + dv‖₂", _longest, of=of, low=0),
        *_on_the_way(net, of),
    ]


def _on_the_way(net: Layered, of: Architecture) -> list[Quantity]:
    """What bounds derivatives on the way from θ to θ + δ, and what the divisors keep."""
    functions = (
        partial(_on_segment, reaches),
        partial(_on_segment, coupling),
        _room_on_segment,
        partial(_margin, net),
    )
    common = Common(partial(_segment, net), functions)
    reach, bend, room, margin = (Part(common, place) for place in range(len(functions)))
    return [
        quantity("reach", "b of `chain` on the whole segment", reach, of=of, low=0, latex="b"),
        quantity("bend", "λ_max(Q) of `chain` on the whole segment", bend, of=of, low=0, latex=r"\lambda_{\max}(Q)"),
        quantity(
            "room",
            "the least share of itself that a divisor keeps",
            room,
            of=of,
            latex=r"\mu_{\mathrm{room}}",
        ),
        quantity(
            "margin",
            "the least of a divisor at θ + δ over its bound",
            margin,
            of=of,
            low=0,
            latex=r"\mu_{\mathrm{margin}}",
        ),
        quantity(
            "shrinkage",
            "the least of a divisor at θ + δ over that at θ",
            partial(_shrinkage, net),
            of=of,
            low=0,
            latex=r"\mu_{\mathrm{shrink}}",
        ),
    ]


def along_run(net: Layered, of: Architecture) -> list[Quantity]:
    """The symbols of T steps θ ← θ − η∇𝓛(θ).

    Args:
        net: the normalization.
        of: networks with a size T and a number eta.
    """
    functions = (partial(_room_on_run, net), _loss_next, _work, _ratio, partial(_smoothness, net))
    common = Common(partial(_whole_run, net), functions)
    room, loss_next, work, ratio, smoothness = (Part(common, place) for place in range(len(functions)))
    return [
        quantity(
            "room_run",
            "the least share that a divisor keeps in a step",
            room,
            of=of,
            latex=r"\mu_{\mathrm{room},t}",
        ),
        quantity("step", "step size η", lambda xp, theta, _: theta.eta, of=of, low=0, latex=r"\eta"),
        quantity("loss_next", "𝓛(θ_T)", loss_next, of=of, low=0, latex=r"\mathcal{L}(\theta^+)"),
        quantity(
            "work",
            "Σ ‖∇𝓛(θ_t)‖² over t < T",
            work,
            of=of,
            low=0,
            latex=r"\sum_t\|\nabla\mathcal{L}(\theta_t)\|^2",
        ),
        quantity(
            "gradient_ratio",
            "R, the least ‖∇𝓛(θ_t)‖²/𝓛(θ_t)",
            ratio,
            of=of,
            low=0,
            latex=r"\min_t\frac{\|\nabla\mathcal{L}(\theta_t)\|^2}{\mathcal{L}(\theta_t)}",
        ),
        quantity(
            "smoothness",
            "β, the largest 2G² + 2H√𝓛(θ_0) of the run",
            smoothness,
            of=of,
            low=2,
            latex=r"\beta_{\mathcal{L}}",
        ),
    ]
