"""BatchNorm in every layer over a batch of n: the mean square loss 𝓛 = (1/n) Σ(f_i − y_i)² and its derivatives."""

from __future__ import annotations

from typing import Any

from wnverify.families.normalizations.batch_norm_layers import EPSILON, bend, layers, reach
from wnverify.families.own import vocabulary
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import free, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.quantities import Quantity


def loss(xp: Any, theta: Any, x: Any) -> Any:
    """𝓛 for the inputs x, (n, m), and the targets theta.y, (n,)."""
    return xp.mean((list(layers(xp, theta, x))[-1].after @ theta.v - theta.y) ** 2)


BATCH_NORM_LOSS = architecture(
    "batch_norm_loss",
    loss,
    theta={"W": rows("L", "m", "m"), "v": free("m"), "y": free("n")},
    x=free("n", "m"),
    sizes=[{"L": L, "m": 2, "n": n} for L, n in ((1, 3), (1, 4), (2, 4))],
    activation=("identity", "tanh"),
    epsilon=tuple(EPSILON),
)
BATCH_NORM_LOSS.control, BATCH_NORM_LOSS.cost, BATCH_NORM_LOSS.plentiful = True, 10.0, 1


def _derivatives() -> list[Quantity]:
    """𝓛, and its gradient and Hessian by the weights, the targets held fixed."""
    at, weights = BATCH_NORM_LOSS.at, vocabulary.present("W", "v")
    gradient, hessian = at.gradient_norm(weights), at.hessian(weights).norm()
    return [
        Quantity(
            "loss", "the mean square loss 𝓛 over the batch", low=0, route=at.value(), latex=r"\mathcal{L}(\theta)"
        ),
        Quantity(
            "loss_gradient_norm", "‖∇𝓛‖₂ by W and v", low=0, route=gradient, latex=r"\|\nabla_\theta\mathcal{L}\|_2"
        ),
        Quantity(
            "loss_hessian_norm", "‖∇²𝓛‖₂ by W and v", low=0, route=hessian, latex=r"\|\nabla^2_\theta\mathcal{L}\|_2"
        ),
    ]


BATCH_NORM_LOSS = BATCH_NORM_LOSS.extended(
    [
        *_derivatives(),
        quantity("reach", "b, the root of Σ (p_l T_l)² in `chain`", reach, of=BATCH_NORM_LOSS, low=0, latex="b"),
        quantity("bend", "λ_max(Q) in `chain`", bend, of=BATCH_NORM_LOSS, low=0, latex=r"\lambda_{\max}(Q)"),
    ]
)
"""The loss of BatchNorm, with ε = 0 and ε = 1."""
