"""BatchNorm after one layer: the Hessian of a whole batch in whitened coordinates.

Statement:   ‖Σ_i t_i ∇²_{y,v}F_i‖₂ ≤ 2(b² + h²)(T + √(T² + 4b² + 3h²))/(4b² + 3h²) for F = (f_1, …, f_n)/√n, ‖t‖ = 1
             and y_k = Σ^{1/2}w_k, with h = V/(√mσ²), b = 1/(√mσ), T = √nβh and σ = min_k σ_k = min_k ‖y_k‖, Σ the
             batch covariance.
Hypotheses:  L = 1, |φ′| ≤ 1, |φ″| ≤ β < ∞, ε = 0, full batch, no unit divides by 0.
Kind:        upper bound, tight for the identity
Label:       theorem
Paper:       not in it.
Ours:        the statement: for the identity that of `depth_free/one_layer_hessian`, for a batch in place of an input.
Tags:        hessian, smoothness, depth-free, BatchNorm, one layer

Proof. With u_k of `batch_norm_white_gradient` let y_k move by a_k along itself and by e_k across: u̇_k ⟂ u_k with
‖u̇_k‖ = e_k/‖y_k‖, as ξ/√n keeps lengths, and ü_k = −2a_ku̇_k/‖y_k‖ − ‖u̇_k‖²u_k; let v_k move by q_k. With c and p
the cosine and the sine of φ′∘t and u_k, the second derivative along this has at most
    m^{-1/2}(2|q_k|e_kp/σ + V(2|a_k|e_kp + e_k²c)/σ² + V√nβΣ_i|t_i|u̇_ik²)
of a unit, where the last sum is at most e_k²/σ².
So the largest value λ over unit (q_k, a_k, e_k) is at most hc + (1 − c²)(b² + h²)/λ + T for some c; over all c this
is at most T + (b² + h²)/λ + h²λ/(4(b² + h²)). Solve for λ. ∎
"""

from sympy import Expr, sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.families.normalizations.batch_norm_whitened import BATCH_NORM_WHITE

hessian, V, sigma, m, n, beta = BATCH_NORM_WHITE.symbols("predictor_hessian_norm norm_v omega m n beta")
h, b = V / (sqrt(m) * sigma**2), 1 / (sqrt(m) * sigma)
T = sqrt(n) * beta * h


def version(own: Expr, cross: Expr, bent: Expr) -> Expr:
    """The bound with other h, b and T."""
    both, wide = cross**2 + own**2, 4 * cross**2 + 3 * own**2
    return 2 * both * (bent + sqrt(bent**2 + wide)) / wide


bound = version(h, b, T)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=BATCH_NORM_WHITE,
    about_bound=[decreasing(sigma), increasing(V)],
    mutants={
        "without b": 2 * (T + sqrt(T**2 + 3 * h**2)) / 3,
        "without V": version(h / V, b, T / V),
        "b alone": b,
        "0.95 of it": bound * 19 / 20,
    },
)
