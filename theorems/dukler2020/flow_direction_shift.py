"""Along the gradient flow no direction vector moves farther than (p + p²/(2|u_k|))/α.

Statement:   |v_k(t) − v_k(0)| ≤ (p + p²/(2|u_k|))/α with p = (κ/√m)∫|r|, for the first neuron.
Hypotheses:  g_k > 0 along the run.
Kind:        upper bound, tight to first order in p
Label:       corollary
Paper:       lemma on movement (recollection): |v_k(t) − v_k(0)| stays below a radius of the order √n |r(0)|α²/(√m
             λ₀).
Relation:    other constants: κ ≤ √n in place of √n, ∫|r| in place of a bound of it, for every α.
Ours:        the constants.
Tags:        gradient flow, relu, movement
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.dukler2020 import direction_reach
from wnverify.families.relu.paths import POSITIVE, RELU_PATHS, alpha, direction_shift, push

reach = direction_reach(push)

theorem = Theorem(
    claim=Claim(direction_shift, "<=", reach, given=POSITIVE, tolerance=1e-9),
    family=RELU_PATHS,
    about_bound=[increasing(push)],
    mutants={"half of it": reach / 2, "without 1/alpha": alpha * reach},
    unrefutable={
        "without p^2": "a neuron whose gain grows at full speed does not turn (Pythagoras), so the bound has room"
    },
    corollary_of="dukler2020/flow_turn",
)
