"""Over a run of gradient descent the squared lengths of the steps add up.

Statement:   |v_k(S)|² = |v_k(0)|² + η² Σ_{s<S} |∂L/∂v_k(s)|², for the first neuron and S = 5.
Hypotheses:  v_k ≠ 0, no step ends within 1e-6 of a kink.
Kind:        identity
Label:       corollary
Paper:       orthogonality (recollection): |v_k| never falls under descent.
Relation:    stronger: by how much it grows over a run.
Ours:        the formula, telescoped.
Tags:        gradient descent, norm growth, relu
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import OFF_KINKS, RELU_GAINS, norm, run_growth, run_norm, step

theorem = Theorem(
    claim=Claim(run_norm**2, "=", norm**2 + run_growth, given=OFF_KINKS, tolerance=1e-12),
    family=RELU_GAINS,
    mutants={
        "the norm is kept": norm**2,
        "eta for eta^2": norm**2 + run_growth / step,
        "half the increments": norm**2 + run_growth / 2,
    },
    corollary_of="dukler2020/step_norm",
)
