"""What holds for every family there is: they are found, none is listed, and a failure names the family."""

from __future__ import annotations

from functools import partial
from itertools import chain

import pytest

from tests.families import domains
from tests.families.domains import drawn, ends, places, single, structured, wrong
from wnverify.family import Family
from wnverify.typed.vocabulary import families

UNRESOLVED = {"relu_widths": ("alpha outside", "far targets")}
"""Regimes outside of the hypotheses of every theorem, of which runs in ten steps are not resolved by either route."""
TOWARDS = {"regression_pairs": ("rho", "omega"), "training_run": ("rho", "omega")}
"""Moves towards an interval that do not always lead into it: of extremes over a run, of which the start is moved."""
each = pytest.mark.parametrize("family", families().values(), ids=families().keys())


@each
def test_draws_and_structured_instances_lie_in_the_domain(family: Family) -> None:
    everywhere = places(family)
    assert not wrong(family, domains.outside, drawn(family, everywhere, 3), structured(family, everywhere))


@each
def test_a_structured_instance_stays_what_it_was(family: Family) -> None:
    assert not [complaint for place in places(family) for complaint in domains.restless(family, place)]


@each
def test_two_routes_agree(family: Family) -> None:
    regimes = [regime for regime in family.regimes if regime not in UNRESOLVED.get(family.name, ())]
    extreme = structured(family, ends(family))
    assert not wrong(family, domains.disagreements, single(chain(drawn(family, places(family), 1, regimes), extreme)))


@each
def test_damage_is_refused(family: Family) -> None:
    assert not wrong(family, domains.not_refused, single(drawn(family, places(family), 1, family.regimes[:1])))


@each
def test_coordinates_keep_what_they_are_given_and_the_domain(family: Family) -> None:
    assert not wrong(family, domains.lost_on_the_way, drawn(family, places(family), 3))


@each
def test_slopes_are_pulled_back_by_the_chain_rule(family: Family) -> None:
    assert not wrong(family, domains.wrong_pullback, single(drawn(family, places(family), 1)))


@each
def test_moves_lead_into_the_interval(family: Family) -> None:
    check = partial(domains.wrong_moves, towards=TOWARDS.get(family.name, ()))
    assert not wrong(family, check, drawn(family, places(family), 9))


@each
def test_balls_contain_the_floats(family: Family) -> None:
    assert not wrong(family, domains.not_enclosed, single(drawn(family, ends(family), 1)))


@each
def test_quantities_are_what_they_say(family: Family) -> None:
    assert not wrong(family, domains.wrong_sources, drawn(family, places(family), 1, family.regimes[:1]))
    assert not [complaint for place in places(family) for complaint in domains.wrong_constants(family, place)]


@each
def test_gradients_are_those_of_the_measured_values(family: Family) -> None:
    assert not wrong(family, domains.wrong_slopes, single(drawn(family, places(family), 1, family.regimes[:1])))


@each
def test_a_rescaling_speaks_of_the_family(family: Family) -> None:
    assert not [complaint for place in family.situations() for complaint in domains.strangers(family, place)]


@each
def test_instances_come_back_from_their_data(family: Family) -> None:
    assert not wrong(family, domains.not_saved, single(drawn(family, places(family), 1)))
