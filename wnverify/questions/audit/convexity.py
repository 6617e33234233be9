"""Whether a layered network's loss is certified to curve upwards along its gradient, and what would do if not.

Along g = ∇𝓛/‖∇𝓛‖, with Ḟ = (∂F/∂θ)g at each of n inputs and ℓ the loss there,

    ⟨g, ∇²𝓛 g⟩ = mean⟨Ḟ, ∂²ℓ Ḟ⟩ + mean⟨∂ℓ/∂F, F̈⟩ ≥ R − mean ‖∂ℓ/∂F‖H, H ≥ ‖∇²⟨w, F⟩‖₂ of unit w,

where R is ‖∇𝓛‖²/(2𝓛) for ‖F − y‖², and ‖∇𝓛‖²/mean((1 − q_y)/q_y) for the cross-entropy of q = softmax(F) to a label
y. `normalizations/several_outputs_rsc` checks the former.

Proof. ‖∇𝓛‖ = mean⟨∂ℓ/∂F, Ḟ⟩. For the square loss that is at most 2√(𝓛·mean‖Ḟ‖²) and ⟨Ḟ, ∂²ℓ Ḟ⟩ = 2‖Ḟ‖². For the
cross-entropy D_k = Ḟ_k − Ḟ_y has ⟨∂ℓ/∂F, Ḟ⟩ = E_q D and ⟨Ḟ, ∂²ℓ Ḟ⟩ = E_q D² − (E_q D)², and D_y = 0, so that
(E_q D)² ≤ (1 − q_y)E_q D²: it is at least (E_q D)²q_y/(1 − q_y). Cauchy and Schwarz over the inputs give R. ∎
It is `banerjee2024/rsc` near θ along the gradient, for any layers, any number of outputs and both losses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.engine.layered.products import gradient, product
from wnverify.questions.audit.layered_bounds import Measuring


@dataclass(frozen=True)
class Convexity:
    """What is known of ⟨g, ∇²𝓛 g⟩ at θ.

    Args:
        measured: itself.
        R: what the loss's own curvature gives at least.
        cost: mean ‖∂ℓ/∂F‖H, what the curvature of the network may take away; infinite where there is no H.
    """

    measured: float
    R: float
    cost: float

    @property
    def alpha(self) -> float:
        """What is certified: R − cost."""
        return self.R - self.cost

    def __str__(self) -> str:
        told = f"the loss curves by ⟨g, ∇²𝓛 g⟩ = {self.measured:.4g} along its gradient"
        if not np.isfinite(self.cost):
            return f"{told}; no bound of Hessians holds here that could certify it"
        parts = f"{self.R:.4g} of the loss itself, less {self.cost:.4g} that the network's curvature may take"
        if self.alpha > 0:
            return f"{told}, and by {self.alpha:.4g} at least: {parts}. So restricted strong convexity holds near θ"
        if not self.R > 0:
            return f"{told}; nothing is certified: {parts}"
        times = f"{self.cost / self.R:.3g} times"
        return f"{told}; a positive number is not certified: {parts}. It would be with H or ‖∂ℓ/∂F‖ {times} smaller"


def convexity(m: Measuring) -> Convexity | None:
    """The curvature along the gradient, measured and certified; None at rest, or with soft targets of cross-entropy.

    Args:
        m: what is measured of a network with targets.
    """
    net, X, loss = m.of.net, m.of.X, m.of.loss
    if loss is None or (loss.kind == "cross_entropy" and not np.isin(loss.y, (0.0, 1.0)).all()):
        return None
    flat = gradient(net, X, loss.cotangent)
    size = float(np.linalg.norm(flat))
    if not 0 < size < np.inf:
        return None
    unit = flat / size
    measured = float(unit @ product(net, X, unit, loss.cotangent))
    own = 2 * m.loss
    if loss.kind == "cross_entropy":
        own = float(np.mean(np.expm1(loss.values(m.values))))  # ℓ = −log q_y
    chain = m.by_layers if np.isfinite(net.phi.beta) else m.piece
    return Convexity(measured, size**2 / own, float(np.mean(m.loss_slopes * chain.hessian())))
