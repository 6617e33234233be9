"""Along the gradient flow no direction turns farther than A = (q + q²/2)/α², q = p/|u_k|.

Statement:   the path of v̄_k on the sphere is no longer than (q + q²/2)/α², q = (κ/√m)∫|r|/|u_k|; first neuron.
Hypotheses:  g_k > 0 along the run.
Kind:        upper bound, tight to first order in q
Label:       lemma
Paper:       lemma on movement (recollection): |v_k(t) − v_k(0)| stays below a radius of the order √n |r(0)|α²/(√m
             λ₀).
Relation:    other constants: the path on the sphere, for every α; it falls as 1/α².
Ours:        the constants.
Tags:        gradient flow, relu, movement
"""

from sympy import oo

from wnverify import Claim, Theorem, decreasing, increasing, limit
from wnverify.bounds.dukler2020 import turn
from wnverify.families.relu.paths import POSITIVE, RELU_PATHS, alpha, push, turned, u_norm

A = turn(push)

theorem = Theorem(
    claim=Claim(turned, "<=", A, given=POSITIVE, tolerance=1e-9),
    family=RELU_PATHS,
    about_bound=[increasing(push), decreasing(alpha), decreasing(u_norm), limit(alpha, oo, 0)],
    mutants={"half of it": A / 2, "1/alpha for 1/alpha^2": alpha * A, "without 1/alpha^2": alpha**2 * A},
)
