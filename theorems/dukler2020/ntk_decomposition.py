"""The tangent kernel of a network with normalised directions splits into a direction part and a gain part.

Statement:   JJᵀ = V/α² + G for J = [∂f/∂v, ∂f/∂g], V_ij = (1/m) Σ_k (α g_k/|v_k|)² ⟨P_k x_i, P_k x_j⟩ 1_ik 1_jk,
             G_ij = (1/m) Σ_k a_ik a_jk 1_ik 1_jk. Measured as quadratic forms in an arbitrary vector z.
Hypotheses:  |x_i| = 1, v_k ≠ 0, gains of any sign; 1_ik = 1{g_k a_ik > 0}, a_ik = ⟨v_k/|v_k|, x_i⟩.
Kind:        identity
Label:       theorem
Paper:       kernels (recollection): the flow of f is f′ = −Λr with Λ = V/α² + G, V from the directions, G from the
             gains.
Relation:    same: for gains of any sign.
Tags:        kernel, relu, normalisation
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import (
    RELU_GAINS,
    G_energy,
    G_energy_by_direction,
    V_energy,
    V_energy_by_direction,
    V_energy_unprojected,
    alpha,
    kappa,
    ntk_energy,
    size_z,
    steepness,
)


def version(energy: Expr) -> Claim:
    """The claim with another kernel."""
    return Claim((ntk_energy - energy) / (kappa**2 * size_z**2 * steepness), "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=version(V_energy / alpha**2 + G_energy),
    family=RELU_GAINS,
    mutants={
        "V + G without 1/alpha^2": version(V_energy + G_energy),
        "without the projections": version(V_energy_unprojected / alpha**2 + G_energy),
        "indicators of v.x for negative gains": version(V_energy_by_direction / alpha**2 + G_energy_by_direction),
    },
    paper_says={
        "(first version) the tangent kernel is split by the decoupling of length and direction": None,
    },
)
