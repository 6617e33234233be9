"""Normalizations of weights under the mean square loss of two samples, and what its bounds are made of.

Where these know of the state of a network at an input, they take the largest value of all inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from wnverify.families.normalizations import gains, residual, spectral, weight_standardization
from wnverify.families.normalizations.chain import Step, largest_ends
from wnverify.families.normalizations.divisors import divisor
from wnverify.families.normalizations.protected import (
    BIASES_ON_DATA,
    FROBENIUS_ON_DATA,
    RESIDUAL_ON_DATA,
    SPECTRAL_ON_DATA,
    STANDARDIZED_ON_DATA,
    with_square_loss,
)
from wnverify.families.normalizations.resized import resized
from wnverify.families.normalizations.rms_norm_on_data import largest
from wnverify.families.own import vocabulary
from wnverify.families.own.on_data import OnData
from wnverify.families.own.own_quantity import quantity
from wnverify.quantities import Quantity

Steps: TypeAlias = Callable[[Any, Any, Any], list[Step]]
"""(xp, θ, x) -> what each layer adds to `chain`."""
SIZES = [{"L": L, "m": 2, "n": 2} for L in (2, 3)]


def chain(steps: Steps, of: OnData) -> list[Quantity]:
    """b and λ_max(Q) of `chain`.

    Args:
        steps: what each layer adds to it.
        of: the networks.
    """
    reach, bend = largest_ends(steps)
    return [
        quantity("reach", "the largest b of an input", reach, of=of, low=0, latex="b"),
        quantity(
            "bend",
            "the largest λ_max(Q) of an input",
            bend,
            of=of,
            low=0,
            latex=r"\lambda_{\max}(Q)",
        ),
    ]


def _by_weights(of: OnData) -> list[Quantity]:
    """Gradient and Hessian of the loss by W and v, all else held fixed."""
    weights = vocabulary.present("W", "v")
    gradient, hessian = of.at.gradient_norm(weights), of.at.hessian(weights).norm()
    return [
        Quantity(
            "weights_gradient_norm",
            "‖∂𝓛/∂(W, v)‖₂",
            low=0,
            route=gradient,
            latex=r"\|\partial_{(W,v)}\mathcal{L}\|_2",
        ),
        Quantity(
            "weights_hessian_norm",
            "‖∂²𝓛/∂(W, v)²‖₂",
            low=0,
            route=hessian,
            latex=r"\|\partial^2_{(W,v)}\mathcal{L}\|_2",
        ),
    ]


GAINS_LOSS = resized(with_square_loss(gains.GAINS), SIZES)
GAINS_LOSS = GAINS_LOSS.extended([
    quantity("gain_product", "Π γ_l, γ_l the largest |gain| of layer l", gains.all_gains, of=GAINS_LOSS, low=0,
             latex=r"\prod_l\gamma_l"),
    *chain(partial(gains.steps, biased=False), GAINS_LOSS),
])  # fmt: skip
BIASES_LOSS = resized(BIASES_ON_DATA, SIZES).extended([
    quantity("passed", "the largest a_L of an input", partial(largest, gains.reach), of=BIASES_ON_DATA, low=0,
             latex=r"\max_i a_L(x_i)"),
    *chain(partial(gains.steps, biased=True), BIASES_ON_DATA),
])  # fmt: skip
FROBENIUS_LOSS = resized(FROBENIUS_ON_DATA, SIZES)
STANDARDIZED_LOSS = STANDARDIZED_ON_DATA.extended([
    divisor("omega_c", "the least √(‖Cw‖² + ε) of the rows w, C the centring", weight_standardization.least_norm,
            STANDARDIZED_ON_DATA, latex=r"\omega_C"),
])  # fmt: skip
RESIDUAL_LOSS = resized(RESIDUAL_ON_DATA, SIZES).extended([
    *_by_weights(RESIDUAL_ON_DATA), *chain(residual.steps, RESIDUAL_ON_DATA),
])  # fmt: skip
SPECTRAL_LOSS = resized(SPECTRAL_ON_DATA, SIZES).extended([
    quantity("shares", "Σ_l (1 + s_l²)/σ_l², σ_l = ‖W^l‖₂, s_l = σ₂/σ₁", spectral.shares, of=SPECTRAL_ON_DATA, low=0,
             latex=r"\sum_l\frac{1+s_l^2}{\sigma_l^2}"),
    quantity("closeness", "the largest 1/(1 − s_l) of the W^l", spectral.closeness, of=SPECTRAL_ON_DATA, low=1,
             latex=r"\max_l\frac{\sigma_1}{\sigma_1-\sigma_2}"),
    *chain(spectral.steps, SPECTRAL_ON_DATA),
])  # fmt: skip
