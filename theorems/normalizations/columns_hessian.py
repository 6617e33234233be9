"""Weight normalization by columns, with gains and biases and any widths: the Hessian in all parameters.

Statement:   ‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2 as in `biases_hessian`, with χ_l = ‖g^l‖, p_l = √(a²r_l² + 1), c_l = r_l
             and o_l = a·max_j 2(B² + J²)/√(4B² + 3J²) for a = ‖α^{l−1}‖, B = 1/‖w_j‖, J = |g_j|/‖w_j‖².
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, no zero column; widths of any size; here L = 2.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement; `biases_hessian` has the same for rows.
Tags:        hessian, smoothness, depth, gains, biases, widths, columns

Proof. First order: `columns_gradient`. Second: (g w̄)¨ = 2ġe/‖w‖ − g(2he + ‖e‖²w̄)/‖w‖², e the part of ẇ across w and
h that along it, has the squared length ‖e‖²(4(ġB − hJ)² + J²‖e‖²) ≤ E(4(B² + J²)(1 − E) + J²E), E = ‖e‖², on unit
(ġ, ẇ). Its maximum over E is the square of 2(B² + J²)/√(4B² + 3J²), which for rows is the maximum along α alone. So
‖M̈α‖ ≤ Σ_j |α_j|·max_j(…)‖U_j‖² ≤ o_l‖U‖², and 2‖Ṁα̇‖ ≤ 2r_l‖U‖‖α̇‖. The rest is `chain`. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.columns import COLUMNS

hessian, V, bend, reach = COLUMNS.symbols("hessian_norm norm_v bend chain_reach")

theorem = Theorem(
    claim=Claim(hessian, "<=", pair(V * bend, reach)),
    family=COLUMNS,
    about_bound=[increasing(V), increasing(bend), increasing(reach)],
    mutants={
        "without b": V * bend,
        "b alone": reach,
        "without V": pair(bend, reach),
        "0.98 of it": pair(V * bend, reach) * 49 / 50,
    },
)
