"""The proof of a generalization bound from a bound on the Rademacher complexity, as steps; two of them may fail.

For a class that is fixed before the sample is, Φ(S) = sup (E ℓ − Ê_S ℓ) and R̂_S change by M/n at the most when one of
the n points does, so that McDiarmid's inequality holds for both: each exceeds its mean, or falls short of it, by more
than M√(log(2/δ)/(2n)) with a probability of at most δ/2.
"""

from __future__ import annotations

import sympy

from wnverify.bounds.banerjee2024 import chance
from wnverify.families.networks.generalization import delta, generalization_gap, lipschitz, span
from wnverify.families.networks.generalization_class import (
    expected_gap,
    loss_complexity,
    loss_rademacher,
    output_rademacher,
    uniform_gap,
)
from wnverify.families.networks.regression import n
from wnverify.steps import Step


def by_symmetrisation(complexity: sympy.Expr) -> list[Step]:
    """E ℓ − Ê ℓ ≤ 2κ·complexity + 3M√(log(2/δ)/(2n)) with probability at least 1 − δ.

    Args:
        complexity: bounds the empirical Rademacher complexity of the outputs on every sample.
    """
    apart, half = chance(span, delta, n) / 3, 1 - delta / 2
    return [
        Step("the predictor is one of the class", generalization_gap, "<=", uniform_gap, given=[]),
        Step(
            "McDiarmid: Φ changes by M/n at the most when one point does",
            uniform_gap,
            "<=",
            expected_gap + apart,
            given=[],
            probability=half,
        ),
        Step("a second sample, and signs that swap the two", expected_gap, "<=", 2 * loss_complexity, given=[]),
        Step(
            "McDiarmid again: so does R̂",
            loss_complexity,
            "<=",
            loss_rademacher + apart,
            given=[],
            probability=half,
        ),
        Step("contraction: ℓ is κ-Lipschitz in f", loss_rademacher, "<=", lipschitz * output_rademacher, given=[]),
        Step("the Rademacher complexity on every sample", output_rademacher, "<=", complexity),
    ]
