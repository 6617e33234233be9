"""Certified values of the quantities of one regression problem, and of a pair of parameters of it, in balls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np
from flint import arb, arb_mat

from wnverify.arrays import FloatArray
from wnverify.balls import loss as balls
from wnverify.balls import network
from wnverify.balls.spectrum import euclidean_norm, greatest_eigenvalue, least_eigenvalue, symmetric_norm
from wnverify.batch import Batch
from wnverify.engine.networks.extremes import times
from wnverify.engine.networks.lanczos import norms
from wnverify.families.networks.regression_fields import curvature, exponents, weights
from wnverify.families.networks.setting import scaling_of
from wnverify.families.networks.weight_norm_balls import Routes, collected, excess

POWERS = 60
"""Products with the Hessian that look for its top eigenvector, where it is too large to be written down."""


@dataclass(frozen=True, eq=False)
class Problem:
    """One regression problem, and what several of its quantities share."""

    batch: Batch
    reg: balls.Regression

    @cached_property
    def gradient(self) -> list[Any]:
        """∇𝓛(θ), p balls."""
        return balls.gradient(self.reg)

    @cached_property
    def loss(self) -> Any:
        """𝓛(θ)."""
        return balls.loss(self.reg)

    @property
    def is_small(self) -> bool:
        """Whether ∇²𝓛 can be written down."""
        return self.reg.p <= network.LARGEST_HESSIAN and self.reg.n * self.reg.p <= balls.LARGEST_WORK

    @cached_property
    def hessian(self) -> Any:
        """∇²𝓛(θ), p × p balls."""
        return balls.hessian(self.reg)

    @cached_property
    def most(self) -> Any:
        """A majorant of ‖∇²𝓛‖₂, for any size."""
        return balls.curvature_bound(self.reg)


def problem_of(batch: Batch) -> Problem:
    """The problem of a batch that holds one."""
    arrays, activation, scaling = batch.arrays, batch.settings["activation"], scaling_of(batch.settings)
    W = [rows[..., 0] for rows in weights(batch)]
    X, y = arrays["X"][..., 0], arrays["y"][:, 0]
    loss = batch.settings.get("loss", "square")
    return Problem(batch, balls.Regression(W, arrays["v"][:, 0], X, y, activation, scaling, loss))


def least(values: Iterable[Any]) -> Any:
    """The least of some balls."""
    return reduce(arb.min, values)


def largest(values: Iterable[Any]) -> Any:
    """The largest of some balls."""
    return reduce(arb.max, values)


def input_norm(subject: Problem) -> Any:
    """Largest ‖x_i‖."""
    return largest(network.input_norm(net) for net in subject.reg.networks)


def _start_omega(subject: Problem) -> Any:
    return network.min_row_norm(subject.reg.networks[0])


def _gradient_norm(subject: Problem) -> Any:
    return euclidean_norm(subject.gradient)


def _ratio(subject: Problem, parts: str) -> Any:
    """‖∂𝓛‖²/𝓛 of some layers, letters of "Wv"; NaN where 𝓛 may be zero."""
    reg = subject.reg
    split = reg.p - reg.networks[0].v.size
    chosen = [subject.gradient[:split] if "W" in parts else [], subject.gradient[split:] if "v" in parts else []]
    length = euclidean_norm([*chosen[0], *chosen[1]])
    return length * length / subject.loss


def hessian_norm(subject: Problem) -> Any:
    """‖∇²𝓛‖₂, between a Rayleigh quotient and a majorant where the Hessian is too large."""
    if subject.is_small:
        return symmetric_norm(subject.hessian)
    return balls.hessian_norm_bracket(subject.reg, _top_direction(subject.batch))


def _end(subject: Problem, enclose: Callable[[Any], Any]) -> Any:
    """One end of the spectrum of ∇²𝓛, within a majorant of ‖∇²𝓛‖₂ where the Hessian is too large."""
    return enclose(subject.hessian) if subject.is_small else subject.most.union(-subject.most)


def _trace(subject: Problem) -> Any:
    """tr ∇²𝓛, within p times a majorant where there are too many parameters."""
    if subject.is_small:
        return balls.hessian_trace(subject.reg)
    most = subject.most * subject.reg.p
    return most.union(-most)


def _frobenius(subject: Problem) -> Any:
    """‖∇²𝓛‖_F, below √p times a majorant where the Hessian is too large."""
    if subject.is_small:
        return euclidean_norm(subject.hessian.entries())
    return (subject.most * arb(subject.reg.p).sqrt()).union(arb(0))


HESSIAN: Routes[Problem] = {
    "loss_hessian_norm": hessian_norm,
    "loss_hessian_min": lambda subject: _end(subject, least_eigenvalue),
    "loss_hessian_max": lambda subject: _end(subject, greatest_eigenvalue),
    "loss_hessian_trace": _trace,
    "loss_hessian_frobenius": _frobenius,
    "ntk_min": lambda subject: balls.least_kernel(subject.reg),
}
"""What is read off ∇²𝓛 and the gradients of f, for any loss."""


def _top_direction(batch: Batch) -> FloatArray:
    """Nearly the top eigenvector of ∇²𝓛, by the power method in floats."""
    product, E = curvature(batch), exponents(batch)
    shares = times(np.ones(E.shape), E - E.max(axis=0))
    start = shares * product(shares)
    vector: FloatArray = start if np.any(start) else np.ones_like(start)
    for _ in range(POWERS):
        ahead = shares * product(shares * (vector / norms(vector)))
        if not np.any(ahead):
            break
        vector = ahead
    return np.asarray(vector / norms(vector))[:, 0]


def _target_size(subject: Problem) -> Any:
    return euclidean_norm(map(arb, subject.reg.y.tolist())) / arb(subject.reg.n).sqrt()


def _steep(subject: Problem) -> list[Any]:
    """‖∇f‖ of every sample."""
    return [network.gradient_norm(net) for net in subject.reg.networks]


def _bent(subject: Problem) -> list[Any]:
    """‖∇²f‖₂ of every sample."""
    return [network.hessian_norm(net) for net in subject.reg.networks]


def _root_mean(values: Sequence[Any]) -> Any:
    """The root of the mean square."""
    return euclidean_norm(values) / arb(len(values)).sqrt()


def _weighed(subject: Problem, values: Sequence[Any]) -> Any:
    """(2/n) Σ |e_i|·value_i."""
    pairs = zip(balls.residuals(subject.reg), values, strict=True)
    return 2 * sum((abs(e) * value for e, value in pairs), arb(0)) / subject.reg.n


REGRESSION: Routes[Problem] = {
    "rho": lambda subject: excess(network.output_weight_norm(subject.reg.networks[0])),
    "omega": _start_omega,
    "input_norm": input_norm,
    "target_size": _target_size,
    "loss": lambda subject: subject.loss,
    "loss_gradient_norm": _gradient_norm,
    **HESSIAN,
    "sample_gradient_rms": lambda subject: _root_mean(_steep(subject)),
    "loss_gradient_sum": lambda subject: _weighed(subject, _steep(subject)),
    "gauss_newton_norm": lambda subject: 2 * balls.greatest_kernel(subject.reg) / subject.reg.n,
    "sample_hessian_rms": lambda subject: _root_mean(_bent(subject)),
    "residual_hessian_sum": lambda subject: _weighed(subject, _bent(subject)),
    "ratio_v": lambda subject: _ratio(subject, "v"),
    "ratio_W": lambda subject: _ratio(subject, "W"),
}


def regression_enclosures(batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
    """Balls around the named quantities of one regression problem."""
    return collected(batch, names, REGRESSION, problem_of)


# ---- the rows times s


@dataclass(frozen=True, eq=False)
class Gauge(Problem):
    """The problem with s."""

    @property
    def scale(self) -> Any:
        """s, exact."""
        return arb(float(self.batch.arrays["scale"][0]))

    @cached_property
    def scaled(self) -> Problem:
        """The problem at exactly s times the rows."""
        theta = self.reg.theta
        split = self.reg.p - self.batch.shape["m"]
        return Problem(self.batch, self.reg.at([self.scale * w for w in theta[:split]] + theta[split:]))


GAUGE: Routes[Gauge] = {
    **{name: route for name, route in REGRESSION.items() if name not in HESSIAN},
    "scale": lambda subject: subject.scale,
    "ratio_scaled": lambda subject: _ratio(subject.scaled, "Wv"),
}


def gauge_enclosures(batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
    """Balls around the named quantities of one problem with a scale."""
    return collected(batch, names, GAUGE, lambda one: Gauge(one, problem_of(one).reg))


# ---- pairs θ, θ′ = θ + δ, and the step θ⁺ = θ − η∇𝓛(θ)


@dataclass(frozen=True, eq=False)
class Pair(Problem):
    """The problem with δ and η."""

    @cached_property
    def delta(self) -> FloatArray:
        """δ as a vector, (p,)."""
        parts = (*weights(self.batch, "d"), self.batch.arrays["dv"])
        return np.concatenate([part.ravel() for part in parts])

    @cached_property
    def other(self) -> balls.Regression:
        """The problem at θ′."""
        return balls.shifted(self.reg, self.delta)

    @cached_property
    def samples(self) -> list[tuple[Any, Any, Any]]:
        """f(θ), ⟨∇f, δ⟩ and f(θ′) of every sample."""
        return balls.along(self.reg, self.delta)

    @cached_property
    def after(self) -> balls.Regression:
        """The problem at θ⁺."""
        return balls.stepped(self.reg, self.gradient, self.step)

    @property
    def step(self) -> Any:
        """η, exact."""
        return arb(float(self.batch.arrays["step"][0]))


def pair_of(batch: Batch) -> Pair:
    """The pair of a batch that holds one."""
    return Pair(batch, problem_of(batch).reg)


def _both_ends(pair: Pair) -> Any:
    return largest(excess(network.output_weight_norm(reg.networks[0])) for reg in (pair.reg, pair.other))


def _segment_omega(pair: Pair) -> Any:
    """Least ‖W_i + tΔ_i‖ over rows and 0 ≤ t ≤ 1."""
    layers = zip(weights(pair.batch), weights(pair.batch, "d"), strict=True)
    rows = [zip(W[..., 0].tolist(), step[..., 0].tolist(), strict=True) for W, step in layers]
    return least(_nearest(row, step) for layer in rows for row, step in layer)


def _nearest(row: Sequence[float], step: Sequence[float]) -> Any:
    """Least ‖w + tΔ‖, 0 ≤ t ≤ 1, attained at t = −⟨w,Δ⟩/‖Δ‖² brought into [0, 1]; `row` and `step` are exact."""
    if not any(step):
        return euclidean_norm(map(arb, row))
    t = (-_inner(row, step) / _inner(step, step)).max(arb(0)).min(arb(1))
    return euclidean_norm(w + t * s for w, s in zip(row, step, strict=True))


def _inner(left: Sequence[Any], right: Sequence[Any]) -> Any:
    return (arb_mat(1, len(left), list(left)) * arb_mat(len(right), 1, list(right)))[0, 0]


def _distance(pair: Pair) -> Any:
    return euclidean_norm(map(arb, pair.delta.tolist()))


def _kappa(pair: Pair) -> Any:
    """|⟨δ,∇𝓛⟩|/(‖δ‖‖∇𝓛‖), at most 1 by Cauchy and Schwarz; NaN where ∇𝓛 or δ may be zero."""
    inner = abs(_inner(pair.delta.tolist(), pair.gradient))
    return (inner / (_distance(pair) * euclidean_norm(pair.gradient))).min(arb(1))


PAIRS: Routes[Pair] = {
    "rho": _both_ends,
    "omega": _segment_omega,
    "omega_start": _start_omega,
    "input_norm": input_norm,
    "kappa": _kappa,
    "distance": _distance,
    "loss": lambda pair: pair.loss,
    "loss_gradient_norm": _gradient_norm,
    "loss_other": lambda pair: balls.loss(pair.other),
    "rsc_gap": lambda pair: balls.loss_gap(pair.reg, pair.delta),
    "slope_rms": lambda pair: _root_mean([slope for _, slope, _ in pair.samples]),
    "remainder_rms": lambda pair: _root_mean([far - f - slope for f, slope, far in pair.samples]),
    "step": lambda pair: pair.step,
    "loss_next": lambda pair: balls.loss(pair.after),
    "next_rho": lambda pair: excess(network.output_weight_norm(pair.after.networks[0])),
}


def pair_enclosures(batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
    """Balls around the named quantities of one pair."""
    return collected(batch, names, PAIRS, pair_of)
