"""Inverse of the mirror map: the radius is a log-sum-exp.

Statement:   θ = ∇Φ(x) determines x: S = r² = (1/η) log Σ e^(θ_i) and x = S·softmax(θ) for L = 2;
             S = (1/η) log Σ (−θ_i)^(−1/a), u_i² = (−θ_i)^(−1/a) e^(−ηS) for L > 2, a = (L − 2)/2 (measured: the
             largest difference relative to max x).
Hypotheses:  x > 0.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement.
Tags:        identity, mirror flow
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.diagonal.point import DIAGONAL, half_inverse_defect, inverse_defect

theorem = Theorem(
    claim=Claim(inverse_defect, "=", Integer(0), tolerance=1e-8),
    family=DIAGONAL,
    mutants={"gradient of half the potential": Claim(half_inverse_defect, "=", Integer(0), tolerance=1e-8)},
)
