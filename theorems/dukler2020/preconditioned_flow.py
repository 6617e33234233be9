"""Weight normalization is a flow of the effective weight that is preconditioned across and along it.

Statement:   w_k = g_k v_k/|v_k| moves by w_k′ = −[(g_k/|v_k|)² (I − w̄w̄ᵀ) + w̄w̄ᵀ] ∂L/∂w_k under the flow of (v, g);
             from the initialisation at scale α, |v_k| = α|u_k| stays, so the weight is |w_k|²/(α²|u_k|²).
             Measured for the first neuron along an arbitrary vector.
Hypotheses:  v_k ≠ 0, g_k ≠ 0; |Xᵀ D_1 r| > 1e-3, for r = f − y has 16 digits of y, and hardly any of a small r.
Kind:        identity
Label:       theorem
Paper:       abstract (abstract): the analysis shows how normalisation changes the landscape of the optimisation.
Relation:    answers it: what changes; the effective weight follows its gradient with one factor across it and 1 along
             it.
Ours:        the statement.
Tags:        flow, preconditioning, relu
"""

import sympy
from sympy import Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import (
    ANY,
    RELU_GAINS,
    across_force,
    along_force,
    alpha,
    effective_rate,
    gain,
    norm,
    seen_residual,
    size_p,
)

seen = {"the neuron sees a residual to speak of": (seen_residual, ">", Rational(1, 1000))}


def version(weight: sympy.Expr) -> Claim:
    """The claim with another weight of the part across."""
    scale = seen_residual * size_p * (1 + (gain / norm) ** 2)
    return Claim(
        (effective_rate + weight * across_force + along_force) / scale, "=", Integer(0), seen, tolerance=1e-12
    )


theorem = Theorem(
    claim=version((gain / norm) ** 2),
    family=RELU_GAINS,
    settings=ANY,
    mutants={
        "first power of g/|v|": version(abs(gain) / norm),
        "the coefficient frozen at the start": version(1 / alpha**2),
        "no preconditioning": version(Integer(1)),
    },
    paper_says={
        "normalisation changes the landscape of the optimisation": None,
    },
)
