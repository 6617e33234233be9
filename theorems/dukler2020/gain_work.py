"""The gains' gradient, weighted by the gains, is the work of the residual on the output.

Statement:   Σ_k g_k ∂L/∂g_k = ⟨r, f⟩, measured relative to |r|(|r| + |f|).
Hypotheses:  gains of any sign.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement: f is homogeneous of degree 1 in g.
Tags:        gradient, homogeneity, relu
"""

import sympy
from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import RELU_GAINS, gain_work, output_work, residual_norm, work_scale


def version(work: sympy.Expr) -> Claim:
    """The claim with another right side."""
    return Claim((gain_work - work) / work_scale, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=version(output_work),
    family=RELU_GAINS,
    mutants={"|r|^2 for <r, f>": version(residual_norm**2), "twice the work": version(2 * output_work)},
)
