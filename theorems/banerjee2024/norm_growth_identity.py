"""Row norms under gradient descent: each step adds exactly the squared gradient.

Statement:   ‖W_i(t+1)‖² = ‖W_i(t)‖² + η_t²‖∂𝓛_t/∂W_i‖² for every row, step size and mini-batch
             (measured: the largest defect over ‖W_i(t+1)‖²).
Hypotheses:  (stochastic) gradient descent, no momentum, no weight decay.
Kind:        identity
Label:       lemma
Paper:       open questions (abstract): whether the least row norm stays away from zero during training.
Relation:    answers it: each step of plain gradient descent adds the squared gradient.
References:  Pythagoras, since ⟨W_i, ∂𝓛/∂W_i⟩ = 0; known since Salimans and Kingma, arXiv:1602.07868.
Tags:        gradient descent, identity, minimum weight norm
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.networks.training_run import PLAIN_SGD, TRAINING_RUN, growth_defect

claim = Claim(growth_defect, "=", Integer(0), given=PLAIN_SGD, tolerance=1e-11)

theorem = Theorem(
    claim=claim,
    family=TRAINING_RUN,
    mutants={
        "with momentum": claim.without("no momentum"),
        "with weight decay": claim.without("no weight decay"),
    },
    paper_says={
        "(here) how fast the weight norms grow under gradient descent": None,
    },
)
