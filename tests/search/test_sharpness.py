from __future__ import annotations

import numpy as np
import pytest
import sympy
from sympy import sqrt

from wnverify.budget import parse_budget
from wnverify.checks import sharpness
from wnverify.claim import Claim
from wnverify.families.normalisation import NORMALISATION, second_derivative, w_norm
from wnverify.families.weight_norm import LIPSCHITZ, WEIGHT_NORM, L, c0, m, output_abs, rho
from wnverify.search.edits import variable
from wnverify.theorem import Theorem

x, y = sympy.symbols("x y", positive=True)


@pytest.mark.parametrize(
    "bound", [3 / x**2, sqrt(2) + x, (1 + 2 * x) * (1 + 2 * x) ** 3 / 7, sqrt(x**2 + 4 * y), x - 1]
)
def test_unchanged_parameters_give_the_bound_back(bound) -> None:
    edited, edits = variable(bound)
    back = edited.subs({edit.parameter: int(edit.unchanged) for edit in edits})
    assert sympy.simplify(back - bound) == 0
    assert len({edit.parameter for edit in edits}) == len(edits)


def test_equal_parts_share_their_parameters() -> None:
    part = 3 * x + y
    edited, edits = variable(part**2 + sqrt(part))
    assert [edit.words for edit in edits] == ["constant 3 in 3*x"]
    assert edited.subs(edits[0].parameter, 2) == (6 * x + y) ** 2 + sqrt(6 * x + y)


def slack(theorem: Theorem) -> dict[str, str]:
    found = sharpness.check(theorem, parse_budget("quick"), np.random.default_rng(0))
    return {item.name: item.reason for item in found.items}


def test_every_part_of_a_tight_bound_is_needed() -> None:
    found = slack(Theorem(Claim(second_derivative, "<=", 2 / (sqrt(3) * w_norm**2)), NORMALISATION))
    assert len(found) == 2
    assert all(reason.startswith("needed") for reason in found.values())


def test_a_superfluous_term_is_seen_as_slack() -> None:
    bound = (1 + rho) * (1 + L * sqrt(m) * c0) + 5 * L * m
    found = slack(Theorem(Claim(output_abs, "<=", bound, given=LIPSCHITZ), WEIGHT_NORM))
    assert found["constant 5 in 5*L*m"].startswith("needed") is False or "0.1" in found["constant 5 in 5*L*m"]
    alone = slack(
        Theorem(Claim(output_abs, "<=", (1 + rho) * (1 + 7 * L * sqrt(m) * c0), given=LIPSCHITZ), WEIGHT_NORM)
    )
    assert alone["constant 7 in 7*L*c0*sqrt(m)"] in {
        f"needed: times {factor:g} is refuted" for factor in (0.1, 0.0)
    } | {"slack: these instances do not need it"}
