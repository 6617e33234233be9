"""Sharpness: what is needed is refuted, and what has slack is reported with the factor that would be refuted."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from sympy import Integer, Rational, sqrt

from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.checks.sharpness import check as sharpness
from wnverify.checks.sharpness.critical import critical
from wnverify.checks.sharpness.rates import Rates, too_many
from wnverify.claim import Claim
from wnverify.evidence import Item, Kind
from wnverify.families.least_squares.normalisation import NORMALISATION, second_derivative, w_norm
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, L, c0, m, output_abs, rho
from wnverify.families.relu.concentration import CONCENTRATION, alpha, d, first_norm, margin
from wnverify.runs.theorem import carry_out, planned
from wnverify.theorem import Theorem

TIGHT = 2 / (sqrt(3) * w_norm**2)


def items(theorem: Theorem) -> dict[str, Item]:
    found = sharpness.check(theorem, parse_budget("quick"), np.random.default_rng(0))
    return {item.name: item for item in found.items}


def kinds(theorem: Theorem) -> dict[str, Kind]:
    return {name: item.kind for name, item in items(theorem).items()}


def test_every_part_of_a_tight_bound_is_needed() -> None:
    found = kinds(Theorem(Claim(second_derivative, "<=", TIGHT), NORMALISATION))
    assert list(found.values()) == [Kind.NEEDED, Kind.NEEDED]


def test_a_constant_too_large_is_slack_with_its_factor() -> None:
    found = items(Theorem(Claim(second_derivative, "<=", 5 * TIGHT / 2), NORMALISATION))
    constant = next(item for name, item in found.items() if name.startswith("constant"))
    assert constant.kind is Kind.SLACK
    assert constant.reason.startswith("times 0.8 survives, times 0.39")
    assert constant.place.below == pytest.approx(0.4, abs=2e-3)
    assert constant.place.above is None


def test_a_lower_bound_is_enlarged() -> None:
    """Of 1/q ≥ √3‖w‖²/4 the tight constant is √3/2, twice as large."""
    found = items(Theorem(Claim(1 / second_derivative, ">=", sqrt(3) * w_norm**2 / 4), NORMALISATION))
    constant = next(item for name, item in found.items() if name.startswith("constant"))
    assert constant.kind is Kind.SLACK
    assert constant.reason.startswith("times 1.25 survives, times 2.0")
    assert constant.place.above == pytest.approx(2.0, abs=1e-2)


def test_a_negative_lower_bound_is_shrunk() -> None:
    found = items(Theorem(Claim(-second_derivative, ">=", -3 * TIGHT), NORMALISATION))
    constant = next(item for name, item in found.items() if name.startswith("constant"))
    assert constant.kind is Kind.SLACK
    assert constant.reason.startswith("times 0.8 survives, times 0.33")
    tight = kinds(Theorem(Claim(-second_derivative, ">=", -TIGHT), NORMALISATION))
    assert set(tight.values()) == {Kind.NEEDED}


def test_a_constant_with_a_minus_sign_and_one_on_the_left_are_edited_too() -> None:
    claim = Claim(5 * second_derivative, "<=", 6 * TIGHT - TIGHT)
    found = items(Theorem(claim, NORMALISATION))
    left = next(item for name, item in found.items() if name.startswith("left side"))
    assert left.kind is Kind.NEEDED
    assert left.reason.startswith("times 1")
    lower = Claim(TIGHT * w_norm**3 - 1, ">=", second_derivative * w_norm**3 - 2)
    negative = items(Theorem(lower, NORMALISATION))
    constant = next(item for name, item in negative.items() if name.startswith("constant -2"))
    assert constant.kind is Kind.SLACK
    assert constant.reason.startswith("times 0.8 survives, times 0.49")


def test_a_superfluous_term_is_seen_as_slack() -> None:
    bound = (1 + rho) * (1 + 7 * L * sqrt(m) * c0)
    found = items(Theorem(Claim(output_abs, "<=", bound, given=LIPSCHITZ), WEIGHT_NORM))
    constant = found["constant 7 in 7*L*c0*sqrt(m)"]
    assert constant.kind is Kind.SLACK
    assert (constant.place.below or 0.0) <= 1 / 7


@pytest.mark.parametrize("scaling", ["fan_out", "fan_in"])
def test_the_bound_as_a_whole_bears_the_factor_that_is_reached(scaling: str) -> None:
    """Under both scalings: the quantities of an edited bound are those of the bound itself."""
    bound = (1 + rho) * (1 + L * sqrt(m) * c0)
    theorem = Theorem(Claim(output_abs, "<=", bound, given=LIPSCHITZ), WEIGHT_NORM, settings={"scaling": (scaling,)})
    found = sharpness.check(theorem, parse_budget("quick"), np.random.default_rng(0))
    whole = next(item for item in found.items if item.name == "the whole right side")
    reached = float(found.reason.partition("the bound times ")[2].split()[0])
    assert whole.place.below == pytest.approx(reached, abs=2e-3)


def test_every_edit_of_an_identity_is_refuted() -> None:
    entry = next(entry for entry in catalogue.catalogue() if entry.id == "dukler2020/orthonormal_lambda")
    found = items(catalogue.load(entry))
    own = [item for name, item in found.items() if not name.startswith("hypothesis")]
    assert len(own) == 7
    assert all(item.kind is Kind.NEEDED and item.reason.endswith("are refuted") for item in own), own


def test_a_hypothesis_is_weakened_until_what_it_keeps_out_refutes() -> None:
    given = {"long": (w_norm, ">=", Rational(1, 2)), "never": (w_norm, ">", Rational(1, 10**9))}
    found = items(Theorem(Claim(second_derivative, "<=", 8 / sqrt(3), given=given), NORMALISATION))
    assert "times 0." in found["hypothesis “long”: constant 1/2"].reason
    assert found["hypothesis “never”: constant 1/1000000000"].kind is Kind.UNTESTED


def test_instances_that_break_the_claim_itself_say_nothing_of_its_constants() -> None:
    false = Theorem(Claim(second_derivative, "<=", TIGHT / 2), NORMALISATION)
    found = sharpness.check(false, parse_budget("quick"), np.random.default_rng(0))
    assert "instances break the claim itself" in found.reason
    exact = sharpness.check(
        Theorem(Claim(second_derivative, "<=", TIGHT), NORMALISATION), parse_budget("quick"), np.random.default_rng(0)
    )
    assert "break the claim" not in exact.reason


@pytest.mark.parametrize(
    ("constant", "kind", "words"), [(1, Kind.NEEDED, "times 0.9"), (2, Kind.SLACK, "times 0.8 survives, times 0.4")]
)
def test_a_constant_of_a_probability_claim(constant: int, kind: Kind, words: str) -> None:
    """|u_1| is a χ of d degrees of freedom, below its root mean square √d with probability a little above 1/2."""
    given = {"many dimensions": (d, ">=", 10)}
    claim = Claim(first_norm, "<=", constant * sqrt(d), given=given, probability=Rational(1, 2))
    found = items(Theorem(claim, CONCENTRATION))
    place = "the whole right side" if constant == 1 else "constant 2 in 2*sqrt(d)"
    assert found[place].kind is kind
    assert found[place].reason.startswith(words)
    assert 0.4 < constant * found[place].place.below < 1.0


def test_a_failure_probability_too_large_is_slack_and_an_exact_one_is_not_refuted_by_chance() -> None:
    """P[|⟨v_1, x_1⟩| > α] = 0.317, the normal law."""
    claim = Claim(margin, "<=", alpha, probability=1 - Rational(3174, 10000))
    wide = Claim(margin, "<=", alpha, probability=1 - Rational(9, 10))
    found = items(Theorem(wide, CONCENTRATION))["failure probability: constant 9/10"]
    assert found.kind is Kind.SLACK
    assert found.reason.startswith("times 0.8 survives, times 0.")
    assert 0.15 < 0.9 * found.place.below < 0.318
    rates = Rates(Theorem(claim, CONCENTRATION))
    rng = np.random.default_rng(5)
    for situation in CONCENTRATION.situations()[:4]:
        rates.gather(CONCENTRATION.draw(situation, "sphere, half", rates.repetitions, rng))
    for edit in rates.parts.edits:
        assert not rates.refuted(edit, np.array([edit.unchanged])).any()


def test_the_level_is_shared_by_edits_directions_and_settings() -> None:
    rates = Rates(Theorem(Claim(margin, "<=", 3 * alpha, probability=Rational(1, 2)), CONCENTRATION))
    alone = rates.level
    for regime in CONCENTRATION.regimes:
        rates.gather(
            CONCENTRATION.draw(CONCENTRATION.situations()[0], regime, rates.repetitions, np.random.default_rng(0))
        )
    assert rates.level == pytest.approx(1e-7 / (2 * len(rates.parts.edits) * 4), rel=1e-6)
    assert rates.level < alone or alone == pytest.approx(1e-7)


def test_too_many_is_the_clopper_pearson_limit() -> None:
    from scipy.stats import binomtest

    for failures in (1, 7, 60, 100):
        for allowed in (0.001, 0.3, 0.5):
            low = binomtest(failures, 100).proportion_ci(1 - 2e-6, method="exact").low
            assert too_many(np.array(failures), np.array(100), np.array(allowed), 1e-6) == (low > allowed)
    assert not too_many(np.array(0), np.array(0), np.array(0.5), 1e-6)


@pytest.mark.parametrize(("low", "high"), [(0.3, 7.0), (0.97, 1.02), (0.0, np.inf), (0.9999, 1.3)])
def test_critical_factors_are_found_from_both_sides(low: float, high: float) -> None:
    found = critical(lambda factor: (factor < low) | (factor > high), 1.0)
    assert found.tried == (low > 0.8, high < 1.25)
    assert (found.below is None) == (low == 0.0)
    assert (found.above is None) == np.isinf(high)
    if found.below is not None:
        assert low - 2e-3 < found.below < low
    if found.above is not None:
        assert high < found.above < high * 1.02


def as_checked(entry: catalogue.Entry) -> dict[str, Item]:
    """What `wnverify check` reports of an entry."""
    found = carry_out(sharpness.NAME, catalogue.load(entry), entry.id, parse_budget("quick"), 0)
    return {item.name: item for item in found.items}


BANERJEE = [entry for entry in catalogue.catalogue() if entry.id.startswith("banerjee2024/")]


@pytest.mark.parametrize("entry", BANERJEE, ids=lambda entry: entry.id)
def test_every_constant_and_exponent_of_the_paper_is_refuted_or_reported_with_its_factor(entry) -> None:
    theorem = catalogue.load(entry)
    if sharpness.NAME not in planned(theorem):
        assert theorem.claim.relation == "="
        assert theorem.claim.rhs == Integer(0)
        assert theorem.claim.lhs.is_Symbol
        return
    found = items(theorem)
    own = {name: item for name, item in found.items() if not name.startswith(("left side", "hypothesis", "failure"))}
    powers = {
        node for node in sympy.preorder_traversal(theorem.claim.rhs) if node.is_Pow and not node.is_number
    }  # fmt: skip
    assert sum(name.startswith("exponent of") for name in own) == len(powers)
    assert any(name.startswith(("constant", "the whole right side")) for name in own)
    for name, item in own.items():
        assert item.kind in (Kind.NEEDED, Kind.SLACK), name
        ends = {item.place.below, item.place.above}
        assert ends != {None} or item.reason.startswith(("no factor from 0 to", "no shift up to")), (
            name,
            item.reason,
        )
        assert item.kind is Kind.SLACK or item.reason.endswith("refuted")


def test_what_the_quick_budget_must_find_in_the_paper() -> None:
    """Tight constants of `predictor_hessian` and `rsc_every_pair`: an edit by a fifth is refuted."""
    by_name = {entry.id: entry for entry in BANERJEE}
    hessian = as_checked(by_name["banerjee2024/predictor_hessian"])
    needed = [name for name, item in hessian.items() if item.kind is Kind.NEEDED]
    assert any(name.startswith("constant 2*sqrt(3)/3") for name in needed)
    assert "exponent of omega**(-2)" in needed
    pairs = as_checked(by_name["banerjee2024/rsc_every_pair"])
    quarter = next(item for name, item in pairs.items() if name.startswith("constant 1/4 in distance"))
    assert quarter.kind is Kind.NEEDED
    assert quarter.reason.startswith("times 1.")
