"""Along the gradient flow no gain moves farther than p = (κ/√m)∫|r|.

Statement:   |g_k(t) − g_k(0)| ≤ p(t), for the first neuron.
Hypotheses:  g_k > 0 along the run.
Kind:        upper bound, tight (a neuron along nearly parallel inputs)
Label:       lemma
Paper:       lemma on movement (recollection): |g_k(t) − g_k(0)| stays below a radius of the order √n |r(0)|/(√m ω).
Relation:    other constants: κ ≤ √n in place of √n, ∫|r| in place of a bound of it.
Ours:        the constants.
Tags:        gradient flow, relu, movement
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.paths import POSITIVE, RELU_PATHS, gain_shift, kappa, push

theorem = Theorem(
    claim=Claim(gain_shift, "<=", push, given=POSITIVE, tolerance=1e-9),
    family=RELU_PATHS,
    mutants={"kappa dropped": push / kappa, "0.9 of it": 9 * push / 10},
)
