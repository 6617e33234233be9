"""Control: BatchNorm as if σ never shrank along descent, as norms of rows do not.

Statement:   σ_k(t+1) ≥ σ_k(t) for every unit of the first layer at every step of full-batch gradient descent.
Hypotheses:  ε = 0; false: inputs (±1, 0), (0, ±.1), w = (1, 1), v = 1, y = (0, 0, 1, −1) take σ from .7106 to .6139,
             while ‖w‖ grows from 1.414 to 1.428.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        why σ has to be assumed along descent, or bounded by `batch_norm_floor`.
Tags:        control, protected norm, descent, BatchNorm
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.batch_norm_on_data import BATCH_NORM_ON_DATA

shrinkage = BATCH_NORM_ON_DATA.symbols("shrinkage")

theorem = Theorem(
    claim=Claim(shrinkage, ">=", Integer(1)),
    family=BATCH_NORM_ON_DATA,
    settings={"activation": ("identity",), "covariance": ("any",)},
    expect=Verdict.REFUTED,
)
