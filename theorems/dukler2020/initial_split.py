"""At the initialisation normalisation adds a multiple of V to the tangent kernel, and nothing at α = 1.

Statement:   Λ(0) = H(0) + (1/α² − 1) V(0), measured as quadratic forms in an arbitrary vector.
Hypotheses:  g_k = |v_k|/α, the initialisation at scale α > 0.
Kind:        identity
Label:       corollary
Paper:       kernels (recollection): Λ = V/α² + G, which at α = 1 is the kernel without normalisation.
Relation:    stronger: every α, at every width.
Ours:        all α.
Tags:        kernel, relu, initialisation
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem, decreasing, limit
from wnverify.families.relu.gains import INITIAL, RELU_GAINS, H_energy, V_energy, alpha, kappa, ntk_energy, size_z


def version(energy: Expr) -> Claim:
    """The claim with another kernel."""
    scale = (kappa * size_z) ** 2 * (1 + 1 / alpha**2)
    return Claim((ntk_energy - energy) / scale, "=", Integer(0), tolerance=1e-12)


split = H_energy + (1 / alpha**2 - 1) * V_energy

theorem = Theorem(
    claim=version(split),
    family=RELU_GAINS,
    settings=INITIAL,
    about_bound=[decreasing(alpha, of=split), limit(alpha, 1, H_energy, of=split)],
    mutants={
        "the kernel without normalisation for every alpha": version(H_energy),
        "1/alpha for 1/alpha^2": version(H_energy + (1 / alpha - 1) * V_energy),
        "V counted twice": version(H_energy + V_energy / alpha**2),
    },
    corollary_of=("dukler2020/ntk_decomposition", "dukler2020/initial_sum"),
)
