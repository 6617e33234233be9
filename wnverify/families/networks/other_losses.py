"""Pairs of parameters (θ, θ′) with another loss than the square: logistic, pseudo-Huber, log-cosh; and the square.

`𝓛(θ) = (1/n) Σ ℓ(f(θ; x_i), y_i)` with the networks and arrays of `regression_pairs`, without a step. The logistic
loss takes the sign of y_i as the label.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from wnverify.batch import Batch
from wnverify.engine.networks.losses import LOSSES
from wnverify.families.kit.parts import constant, two_routes, vocabulary
from wnverify.families.networks import other_losses_fields as fields
from wnverify.families.networks import regression_curvature as curvature
from wnverify.families.networks import regression_fields, regression_pairs_fields
from wnverify.families.networks.regression import OverProblems, input_norm, n, ntk_min
from wnverify.families.networks.regression_curvature import HIGH, LOW
from wnverify.families.networks.regression_pairs import OverPairs, distance, omega, omega_start, rho
from wnverify.families.networks.setting import Given, L, beta, c0, d, hypotheses, m, slope
from wnverify.families.networks.steering import DISPLACEMENT
from wnverify.family import Scaling, Situation
from wnverify.quantities import Quantity, Route

most_curved = constant(
    "most_curved",
    "b = sup ℓ″ of the loss",
    lambda batch: LOSSES[batch.settings["loss"]].most_curved,
    low=0,
    strict=True,
    latex="b",
)
loss = two_routes(
    "loss",
    "𝓛(θ) = (1/n) Σ ℓ(f(θ; x_i), y_i)",
    regression_fields.loss_of,
    regression_fields.loss_by_oracle,
    low=0,
    latex=r"\mathcal{L}(\theta)",
)
loss_gradient_norm = two_routes(
    "loss_gradient_norm",
    "‖∇_θ 𝓛‖₂",
    regression_fields.gradient_length,
    regression_fields.gradient_length_by_oracle,
    low=0,
    latex=r"\|\nabla_\theta\mathcal{L}\|_2",
)
loss_hessian_norm = Quantity(
    "loss_hessian_norm",
    "spectral norm of the loss Hessian, ‖∇²_θ 𝓛‖₂",
    route=Route(regression_fields.hessian_norm, None, regression_fields.hessian_norm_by_oracle, square=True),
    low=0,
    latex=r"\|\nabla^2_\theta\mathcal{L}\|_2",
)
loss_hessian_min = Quantity(
    "loss_hessian_min",
    "least eigenvalue of ∇²_θ 𝓛",
    route=Route(curvature.end(LOW), None, curvature.end_by_oracle(LOW), square=True),
    latex=r"\lambda_{\min}(\nabla^2_\theta\mathcal{L})",
)
loss_hessian_max = Quantity(
    "loss_hessian_max",
    "greatest eigenvalue of ∇²_θ 𝓛",
    route=Route(curvature.end(HIGH), None, curvature.end_by_oracle(HIGH), square=True),
    latex=r"\lambda_{\max}(\nabla^2_\theta\mathcal{L})",
)
loss_hessian_trace = Quantity(
    "loss_hessian_trace",
    "trace of ∇²_θ 𝓛",
    route=Route(curvature.trace, None, curvature.trace_by_oracle, square=True),
    latex=r"\mathrm{tr}(\nabla^2_\theta\mathcal{L})",
)
loss_hessian_frobenius = Quantity(
    "loss_hessian_frobenius",
    "Frobenius norm ‖∇²_θ 𝓛‖_F",
    route=Route(curvature.frobenius, None, curvature.frobenius_by_oracle, square=True),
    low=0,
    latex=r"\|\nabla^2_\theta\mathcal{L}\|_F",
)
slope_mean = fields.SAMPLES.quantity(
    "slope_mean", "(1/n) Σ|ℓ′| at θ", fields.slope_mean, low=0, latex=r"\frac{1}{n}\sum_i|\ell_i'|"
)
slope_square = fields.SAMPLES.quantity(
    "slope_square", "s = (1/n) Σ ℓ′² at θ", fields.slope_square, low=0, strict=True, latex="s"
)
least_curved = fields.SAMPLES.quantity(
    "least_curved", "a, the least ℓ″ between the outputs at θ and at θ′", fields.least_curved, low=0, latex="a"
)
kappa = two_routes(
    "kappa",
    "κ = |⟨δ,∇𝓛⟩|/(‖δ‖‖∇𝓛‖)",
    regression_pairs_fields.kappa,
    regression_pairs_fields.kappa_by_oracle,
    low=0,
    high=1,
    latex=r"\kappa",
)
rsc_gap = two_routes(
    "rsc_gap",
    "𝓛(θ′) − 𝓛(θ) − ⟨δ,∇𝓛(θ)⟩",
    fields.gap,
    fields.gap_in_balls,
    latex=r"\mathcal{L}(\theta')-\mathcal{L}(\theta)-\langle\theta'-\theta,\nabla\mathcal{L}(\theta)\rangle",
)

STANDARD: Given = hypotheses(input_norm, omega, rows="no zero row on the segment")


class OtherLosses(OverPairs):
    """Problems with a displacement δ, and a loss among those of `engine.networks.losses`."""

    name = "other_losses"
    quantities: Mapping[str, Quantity] = vocabulary(
        globals(), L, m, d, n, rho, beta, c0, slope, input_norm, omega, omega_start, distance, ntk_min
    )
    settings: Mapping[str, tuple[str, ...]] = {**OverProblems.settings, "loss": tuple(LOSSES)}

    def scalings(self) -> Mapping[str, Scaling]:
        """By stretching δ; the residual is a factor of no other loss than the square."""
        return {"distance": DISPLACEMENT}

    def extremes(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """None: only the square is measured where numbers are out of range."""
        yield from ()

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls; see `other_losses_balls`, which loads python-flint only when asked."""
        from wnverify.families.networks.other_losses_balls import enclosures

        return enclosures(batch, names)


OTHER_LOSSES = OtherLosses()
