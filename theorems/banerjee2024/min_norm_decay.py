"""Minimum weight norm under weight decay: it falls no faster than the decay alone would make it.

Statement:   ‖W_i(T)‖ ≥ Π_t |1 − η_tλ| ‖W_i(0)‖ for every row, hence ω(T) ≥ Π_t |1 − η_tλ| ω(0), which is
             |1 − ηλ|^T ω(0) at a constant step.
Hypotheses:  (stochastic) gradient descent with any step sizes and mini-batches, no momentum.
Kind:        lower bound; attained where the gradient vanishes
Label:       corollary
Paper:       open questions (abstract): whether the least row norm stays away from zero during training.
Relation:    answers it: with weight decay it need not, but it is at least the product above.
Ours:        the statement; every step of `norm_growth_decay` keeps at least the share. (Heavy-ball momentum from rest
             keeps it too while η_tλ ≤ 1: with q = ⟨W, u⟩ one has q′ = (1 − ηλ)μq − η‖u′‖² ≤ 0.)
Tags:        gradient descent, weight decay, minimum weight norm
"""

from sympy import Integer

from wnverify import Claim, Theorem, decreasing
from wnverify.families.networks.training_run import (
    TRAINING_RUN,
    T,
    decay,
    momentum,
    rows_kept,
    shrinkage,
    step,
    step_spread,
)

claim = Claim(rows_kept, ">=", shrinkage, given={"no momentum": (momentum, "=", 0)}, tolerance=1e-11)
constant = {**claim.given, "constant step": (step_spread, "=", 0)}
no_overshoot = {**constant, "step below 1/lambda": (step * decay, "<=", 1)}
mild = {decay: 1 / (1 + decay) / step}

theorem = Theorem(
    claim=claim,
    family=TRAINING_RUN,
    about_bound=[decreasing(T, of=(1 - step * decay) ** T, given=mild)],
    mutants={
        "rows never shrink": Integer(1),
        "one step fewer": Claim(rows_kept, ">=", (1 - step * decay) ** (T - 1), given=no_overshoot, tolerance=1e-11),
        "half the decay": Claim(rows_kept, ">=", (1 - step * decay / 2) ** T, given=no_overshoot, tolerance=1e-11),
    },
    paper_says={
        "open question, with weight decay: the minimum weight norm keeps at least the share Π|1 − η_tλ|": None,
    },
    corollary_of="banerjee2024/norm_growth_decay",
)
