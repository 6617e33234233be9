"""BatchNorm on two samples: no weight is ever learned.

Statement:   ∂F/∂W^l = 0 for every layer, every depth and all weights, if n = 2.
Hypotheses:  ε = 0, full batch; σ_k ≥ 1e-3 (where units divide by less, floats do not tell).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement; with three samples it is false.
Tags:        gradient, BatchNorm

Proof. ẑ_k = ±1 for the two samples, and which sign is which changes only where σ_k = 0: F is locally constant in W. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.batch_norm_samples import BATCH_NORM_FEW

learned, by_v, n, sigma = BATCH_NORM_FEW.symbols("learned gradient_norm_v n sigma")
given = {"two samples": (n, "<=", 2), "resolved": (sigma, ">=", 1e-3)}

theorem = Theorem(
    claim=Claim(learned, "=", Integer(0), given=given, tolerance=1e-9),
    family=BATCH_NORM_FEW,
    mutants={
        "three samples": Claim(learned, "=", 0, given={"resolved": given["resolved"]}),
        "nor are output weights": Claim(by_v, "=", 0, given=given),
    },
)
