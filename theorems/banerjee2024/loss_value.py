"""Value of the square loss: bounded by the size of the targets and the output layer, whatever the hidden layers do.

Statement:   𝓛(θ) ≤ (((1/n)Σ y_i²)^{1/2} + (1+ρ₁)a_L)² ≤ (2/n)Σ y_i² + 2(1+ρ₁)²a_L², a_L = 1 + L√m c0.
Hypotheses:  |φ′| ≤ 1, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; attained by the identity with aligned rows and targets of the other sign
Label:       corollary
Paper:       setting (recollection): the second bound, of which constants that hold in the ball are made.
Relation:    stronger: the first bound is below it, and attained.
Ours:        the first bound, by Minkowski's inequality; a_L where φ(0) ≠ 0.
Tags:        loss, width
"""

from sympy import Integer

from wnverify import Claim, Theorem, below, free_of, increasing
from wnverify.bounds.banerjee2024 import activation_norm
from wnverify.families.networks.regression import LIPSCHITZ, REGRESSION, L, c0, loss, m, n, omega, rho, target_size

reach = (1 + rho) * activation_norm(L)
bound = (target_size + reach) ** 2
printed = below(2 * target_size**2 + 2 * reach**2)

theorem = Theorem(
    claim=Claim(loss, "<=", bound, given=LIPSCHITZ),
    family=REGRESSION,
    about_bound=[
        printed,
        increasing(rho),
        increasing(target_size),
        free_of(omega),
        free_of(n),
        free_of(m, given={c0: 0}),
    ],
    mutants={
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "without the cross term": target_size**2 + reach**2,
        "without the term of c0": bound.subs(c0, 0),
        "without the targets": reach**2,
    },
    paper_says={"in the ball the loss is at most (2/n)Σ y_i² + 2(1+ρ₁)²a_L²": printed},
    corollary_of="banerjee2024/output",
)
