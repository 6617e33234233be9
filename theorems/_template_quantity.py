"""A quantity of one's own: the path norm of a WeightNorm network bounds its output.

Statement:   |f(θ;x)| ≤ P = Σ over paths from input to output of |v_i| Π_l |W̄^l|/√m.
Hypotheses:  |φ(t)| ≤ |t|, ‖x‖₂ ≤ 1, no zero row.
Kind:        upper bound
Label:       theorem
References:  where the statement comes from: authors, title, year, arXiv number, number of the theorem.
Tags:        output, path norm

Proof: |α_i^l| ≤ |z_i^l| ≤ Σ_j |W̄_ij^l| |α_j^{l−1}|/√m, and |x_j| ≤ 1.
"""

# A quantity is one function of one instance; docs/own_networks.md says what xp has.
# `wnverify check THIS_FILE` tries to break the theorem; `wnverify symbols --with THIS_FILE` lists the new symbol.

from wnverify import Claim, Theorem, quantity
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, output_abs


def path_norm(xp, theta, x):
    """P. theta has the arrays of the family by name (W1, …, WL, v), its sizes (L, m, d) and its settings.

    Write every function as xp.name: then it is measured, differentiated for the search, and enclosed in balls.
    """
    paths = xp.ones(theta.d)
    for layer in range(theta.L):
        rows = xp.unit_rows(theta[f"W{layer + 1}"])
        paths = xp.abs(rows) @ paths / xp.sqrt(theta.m)
    return xp.abs(theta.v) @ paths


# Its name, one phrase for the reader, the function, and exact limits if it has some.
# Of an architecture of your own, say which: of=NET.
P = quantity("P", "path norm: the sum over paths of |products of weights|", path_norm, low=0)

theorem = Theorem(
    # It stands in claims, bounds and hypotheses like any other symbol.
    claim=Claim(output_abs, "<=", P, given=LIPSCHITZ),
    family=WEIGHT_NORM,
    # The statement is about these; every setting that is not named is tried with all its values.
    settings={"activation": ("identity", "tanh", "sin"), "scaling": ("fan_out",)},
    # Wrong versions, which must be refuted: they show that the search is strong enough.
    mutants={"nine tenths of it": P * 9 / 10, "its square": P**2},
)
