"""WeightNorm with gains and biases: the Hessian in rows, gains, biases and output layer together, of any depth.

Statement:   ‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2 as in `gains_hessian`, with p_l = √(a²r_l² + 1/m) for p_l = ar_l, where
             a = ‖α^{l−1}‖/√m of the activations with biases, which may exceed 1/√m, and r_l = max(1, γ_l/ω_l).
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, equal widths, no zero row.
Kind:        upper bound; attained where one layer dominates
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        hessian, smoothness, depth, gains, biases

Proof. That of `gains_hessian`: a step in b adds its length over √m to ż, which with the steps in rows and gains is at
most p_l‖U^l‖, and nothing to z̈, since z is linear in b. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chain_proofs import by_chain
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.gains import BIASES

hessian, V, bend, reach = BIASES.symbols("hessian_norm norm_v bend chain_reach")
hidden, cross = BIASES.symbols("layers_hessian_norm layers_output_hessian_norm")

theorem = Theorem(
    claim=Claim(hessian, "<=", pair(V * bend, reach)),
    family=BIASES,
    about_bound=[increasing(V), increasing(bend), increasing(reach)],
    mutants={
        "without b": V * bend,
        "b alone": reach,
        "without V": pair(bend, reach),
        "0.98 of it": pair(V * bend, reach) * 49 / 50,
    },
    steps=by_chain(hessian, (hidden, cross), (V * bend, reach)),
)
