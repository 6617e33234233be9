"""Weight normalization by columns, with gains and biases and any widths: the gradient in all hidden parameters.

Statement:   Σ_l (‖∂f/∂W^l‖_F² + ‖∂f/∂g^l‖² + ‖∂f/∂b^l‖²) ≤ V²Σ(p_l T_l)², V = ‖v‖, T_l = Π_{j>l} ‖g^j‖,
             p_l = √(a²r_l² + 1), a = ‖α^{l−1}‖ and r_l = max(1, |g_j|/‖w_j‖) over the columns w_j of layer l.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero column; widths of any size; here L = 2.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement; `gains_hessian` has the same for rows.
Tags:        gradient, depth, gains, biases, widths, columns

Proof. A step (ẇ_j, ġ_j) of one column moves g_j w̄_j by at most r_l times its length, and ż by that times |α_j|; so
by at most a r_l‖U‖ over all columns, as a sum over j, and a step in b adds its length: ‖ż‖ ≤ p_l‖U^l‖. A layer
passes on at most ‖W̄ diag(g)‖_F = ‖g‖. ∎
"""

from sympy import sqrt

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.columns import COLUMNS

V, reach = COLUMNS.symbols("norm_v chain_reach")
parts = COLUMNS.symbols(" ".join(f"gradient_norm_{kind}{layer}" for layer in (1, 2) for kind in "Wgb"))
hidden = sqrt(sum(part**2 for part in parts))

theorem = Theorem(
    claim=Claim(hidden, "<=", V * reach),
    family=COLUMNS,
    about_bound=[increasing(V), increasing(reach)],
    mutants={"without V": reach, "0.99 of it": V * reach * 99 / 100, "without the chain": V},
)
