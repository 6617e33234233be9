"""Control: BatchNorm as if a batch could not be narrow.

Statement:   ‖w‖·‖∂F/∂W‖₂ ≤ 100V for one layer, w the longest row, which no rescaling of W changes.
Hypotheses:  L = 1, ε = 0, s ≤ 1; false: rows along a direction in which the inputs have the spread t have 1/t.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        why the bounds need σ.
Tags:        control, gradient, BatchNorm, one layer
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.batch_norm_layers import BATCH_NORM

gradient, V, row, L, s = BATCH_NORM.symbols("gradient_norm_W norm_v largest_row_W L spread")
given = {"one layer": (L, "<=", 1), "inputs of unit spread": (s, "<=", 1)}

theorem = Theorem(
    claim=Claim(row * gradient, "<=", 100 * V, given=given),
    family=BATCH_NORM,
    settings={"activation": ("identity",), "epsilon": ("none",)},
    expect=Verdict.REFUTED,
)
