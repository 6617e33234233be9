"""The generator of typed claims: its labels are certain, and a short run of it finds no wrong verdict.

The long run is `python -m benchmarks.attack claims 10000`.
"""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.attack import networks
from benchmarks.attack.claims import FALSE, TRUE, claim_at, kind_at, numbers
from benchmarks.attack.factors import Factor
from benchmarks.attack.facts import FACTS
from benchmarks.attack.planted import breaks
from benchmarks.attack.run import Score
from benchmarks.attack.trial import REFUTED, TypedClaim, asked

SEED = 20260101
DEAR = {
    *((False, kind) for kind in ("one integer", "odd sizes", "additive", "natural constant")),
    *((truth, "two sizes") for truth in (False, True)),
    *((True, kind) for kind in ("joint window", "below rounding", "difference form", "edge", "other families")),
    *((True, kind) for kind in ("catalogue", "theorem of the catalogue")),
}
"""Kinds that only the long run tries."""


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_fact_holds_and_is_attained(fact):
    """At its instance for a random plan: not broken, and broken by a constant 1e-8 smaller."""
    rng = np.random.default_rng(SEED)
    batch = fact.build(networks.plan_of(rng, fact, Factor("1", "1")))
    assert not breaks(batch, f"{fact.small} <= (1 + 1e-12)*({fact.large})", fact.given, fact.options)
    assert breaks(batch, f"{fact.small} <= (1 - 1e-8)*({fact.large})", fact.given, fact.options)


@pytest.mark.parametrize("kind", networks.PLACES)
def test_the_twin_of_a_false_claim_is_true_where_that_is_broken(kind):
    rng = np.random.default_rng(SEED)
    compared = 0
    for fact in FACTS:
        factor = networks.PLACES[kind](rng, fact)
        if factor is None or compared == 3:
            continue
        batch = fact.build(networks.plan_of(rng, fact, factor))
        nearly = replace(fact, large=f"(1 + 1e-12)*({fact.large})")  # the instance attains it up to rounding
        false = networks.written(rng, "plain", fact, factor, factor.text)
        true = networks.written(rng, "plain", nearly, factor, factor.twin)
        if breaks(batch, false, fact.given, fact.options):
            assert not breaks(batch, true, fact.given, fact.options), true
            compared += 1
    assert compared == 3


def test_a_number_stands_for_the_same_claim_for_ever():
    assert str(claim_at(0, 16)) == str(claim_at(0, 16))
    assert str(claim_at(0, 16)) != str(claim_at(1, 16))


def test_numbers_of_one_kind_are_of_that_kind():
    chosen = list(numbers(5, 3, kind="window", truth=False))
    assert len(chosen) == 5
    assert {kind_at(number) for number in chosen} == {(False, "window")}
    assert not list(numbers(5, kind="window of another house"))


def test_a_size_that_a_claim_names_is_not_confined_again():
    claim = TypedClaim("output_abs <= 1 + rho", True, "edge", ("m >= 9", "c0 == 0"), home="tanh")
    assert claim.narrowed.given == ("m >= 9", "c0 == 0", "L == 1", "d <= 2")
    assert replace(claim, truth=False).narrowed.given == claim.given


@pytest.fixture(scope="module")
def score() -> Score:
    """A claim of every kind, about networks of one activation, the true ones about small ones."""
    found = Score()
    for number in range(2 * len(FALSE)):
        if kind_at(number) in DEAR or (number > 2 * len(TRUE) and number % 2):
            continue
        claim = claim_at(SEED, number).narrowed
        found.add(claim, asked(claim, "quick"))
    return found


def test_every_kind_has_its_turn(score):
    kinds = {(False, kind) for kind in FALSE} | {(True, kind) for kind in TRUE}
    assert set(score.verdicts) == kinds - DEAR


def test_no_verdict_is_wrong(score):
    assert not score.errors


def test_nearly_every_false_claim_is_refuted(score):
    missed = [kind for (truth, kind), found in score.verdicts.items() if not truth and not found[REFUTED]]
    assert len(missed) <= len(FALSE) // 10, missed
