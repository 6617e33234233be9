"""At the initialisation the two parts of the tangent kernel add up to that of the network without normalisation.

Statement:   V(0) + G(0) = H(0), H_ij = (1/m) Σ_k ⟨x_i, x_j⟩ 1_ik 1_jk, which is the first-layer kernel of
             m^{-1/2} Σ c_k relu(w_k·x) at w = v(0)/α. Measured as quadratic forms, the last by derivatives.
Hypotheses:  g_k = |v_k|/α, the initialisation at scale α, any α > 0.
Kind:        identity
Label:       lemma
Paper:       kernels (recollection): at α = 1 the two parts add up to the kernel without normalisation.
Relation:    stronger: V(0) and G(0) do so for every α, at every width.
Ours:        that it holds before the mean is taken.
Tags:        kernel, relu, initialisation
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import INITIAL, RELU_GAINS, G_energy, V_energy, alpha, kappa, plain_energy, size_z


def version(energy: Expr) -> Claim:
    """The claim with another sum."""
    return Claim((energy - plain_energy) / (kappa * size_z) ** 2, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=version(V_energy + G_energy),
    family=RELU_GAINS,
    settings=INITIAL,
    mutants={
        "V/alpha^2 for V": version(V_energy / alpha**2 + G_energy),
        "V alone": version(V_energy),
        "twice the gain part": version(V_energy + 2 * G_energy),
    },
)
