"""The initialisation scale is nothing but a ratio of learning rates of directions and gains.

Statement:   gradient descent on (v, g) with step η from v(0) = αu(0) visits v = αu and the same g as gradient
             descent on (u, g) with steps η/α² for u and η for g. Measured over 5 steps, relative to the sizes.
Hypotheses:  no step ends within 1e-6 of a kink, where rounding decides which side is taken.
Kind:        identity
Label:       theorem
Paper:       remark on speed (recollection): a small scale α of the initialisation trains faster, at the rate λ₀/α².
Relation:    conditional: at equal steps for v and g only; α is the ratio of two learning rates, and nothing else.
Ours:        the statement: f depends on v through v/|v| only.
Tags:        gradient descent, initialisation, learning rate, relu
"""

import sympy
from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import OFF_KINKS, RELU_GAINS, twin_defect, twin_defect_both, twin_defect_first_power


def version(defect: sympy.Expr) -> Claim:
    """The claim about another pair of steps."""
    return Claim(defect, "=", Integer(0), given=OFF_KINKS, tolerance=1e-9)


theorem = Theorem(
    claim=version(twin_defect),
    family=RELU_GAINS,
    mutants={
        "eta/alpha on u": version(twin_defect_first_power),
        "eta/alpha^2 on both": version(twin_defect_both),
    },
    paper_says={
        "faster than without normalisation in some settings; conditional: a small α is a larger step of v": None,
    },
)
