"""Minimum weight norm: gradient descent never shrinks a row, with momentum or without.

Statement:   ‖W_i(t+1)‖² ≥ ‖W_i(t)‖² + ‖W_i(t+1) − W_i(t)‖² for every row, hence ω(t+1) ≥ ω(t), at every step of
             (stochastic) gradient descent with any step sizes and mini-batches; also with heavy-ball momentum
             u ← μu + g, θ ← θ − ηu, 0 ≤ μ < 1, and with Nesterov's θ ← θ − η(g + μu) if the step size is constant.
             A step inwards by an angle ε lowers ‖W_i‖ by ε² at most, which no float sees, and this by ε.
Hypotheses:  no weight decay; look-ahead only with a constant step size; the momentum starts from rest.
Kind:        lower bound, tight for small steps
Label:       theorem
Paper:       open questions (abstract): whether the least row norm stays away from zero during training.
Relation:    answers it: without weight decay it never falls, with momentum or without.
Ours:        the answer. Put q = ⟨W, u⟩ for a row; ⟨W, g⟩ = 0.
             Heavy ball: q′ = μq − η‖u′‖² ≤ 0, so ‖W′‖² = ‖W‖² − 2ημq + η²‖u′‖² ≥ ‖W‖² + ‖W′ − W‖².
             Nesterov: q′ = μq − η(1+μ)‖u′‖² + ημ⟨u, u′⟩ keeps q ≤ −η(1+μ)‖u‖²/2 if η is constant, and
             ‖W′‖² = ‖W‖² − 2ημ⟨W, u′⟩ + ‖W′ − W‖².
Tags:        gradient descent, momentum, minimum weight norm
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.networks.training_run import TRAINING_RUN, decay, lookahead, outward_growth, step_spread

given = {
    "no weight decay": (decay, "=", 0),
    "look-ahead only with a constant step": (lookahead * step_spread, "=", 0),
}
claim = Claim(outward_growth, ">=", Integer(1), given=given)

theorem = Theorem(
    claim=claim,
    family=TRAINING_RUN,
    mutants={
        "with weight decay": claim.without("no weight decay"),
        "look-ahead with any steps": claim.without("look-ahead only with a constant step"),
        "it grows by a thousandth": Rational(1001, 1000),
    },
    paper_says={
        "open question: does the minimum weight norm stay away from zero during training?": None,
    },
)
