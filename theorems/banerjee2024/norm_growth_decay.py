"""Row norms under gradient descent with weight decay: a share is lost, and the squared gradient is gained.

Statement:   ‖W_i(t+1)‖² = (1 − η_tλ)²‖W_i(t)‖² + η_t²‖∂𝓛_t/∂W_i‖² for every row, step size, mini-batch and λ ≥ 0
             (measured: the largest defect over the larger norm squared).
Hypotheses:  (stochastic) gradient descent, no momentum; the decay acts on the rows as they are.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the answer to its open question under weight decay: Pythagoras, since ⟨W_i, ∂𝓛/∂W_i⟩ = 0.
References:  known for scale-invariant weights, e.g. Wan, Zhu, Zhang and Sun, Spherical Motion Dynamics,
             arXiv:2006.08419.
Tags:        gradient descent, weight decay, identity, minimum weight norm
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.networks.training_run import TRAINING_RUN, decay_defect, growth_defect, momentum

claim = Claim(decay_defect, "=", Integer(0), given={"no momentum": (momentum, "=", 0)}, tolerance=1e-8)

theorem = Theorem(
    claim=claim,
    family=TRAINING_RUN,
    mutants={
        "with momentum": claim.without("no momentum"),
        "the share forgotten": Claim(growth_defect, "=", Integer(0), given=claim.given, tolerance=1e-8),
    },
    paper_says={
        "(here) how fast the weight norms change under gradient descent with weight decay": None,
    },
)
