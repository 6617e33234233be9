"""Families that a user declares satisfy what every family must."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain

import pytest

from tests.families import domains
from tests.families.domains import drawn, ends, measurable, places, shapes, single, structured, value, wrong
from tests.families.own.declared import FAMILIES
from wnverify.batch import Batch
from wnverify.family import Family

TOWARDS = {"every kind": ("input_norm", "norm_b", "largest_b", "largest_r", "norm_r", "largest_x")}
"""Norms of what a box or a ball holds: a stretch leads towards the interval, and stops at the limit."""
FIXED = {"every kind": {"largest_s": "of an array of norm 1"}}
each = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name.replace(" ", "_"))


@each
def test_draws_and_structured_instances_lie_in_the_domain(family: Family) -> None:
    everywhere = [*places(family), *shapes(family)]
    assert not wrong(family, domains.outside, drawn(family, everywhere, 3), structured(family, everywhere))


@each
def test_a_structured_instance_stays_what_it_was(family: Family) -> None:
    assert not [complaint for place in places(family) for complaint in domains.restless(family, place)]


@each
def test_two_routes_agree(family: Family) -> None:
    instances = chain(drawn(family, places(family), 1), structured(family, ends(family)))
    assert not wrong(family, domains.disagreements, single(instances))


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
def test_whatever_is_read_off_an_instance_can_be_moved(family: Family) -> None:
    assert not list(domains.unmovable(family, FIXED.get(family.name, {})))


@each
def test_sizes_that_are_not_listed_work_or_are_refused(family: Family) -> None:
    assert not [complaint for place in domains.odd(family) for complaint in domains.unready(family, place)]


def not_enclosed(family: Family, words: str, batch: Batch) -> Iterator[str]:
    """Quantities without a ball, or with one that is far from the float, or wide."""
    names = [quantity.name for quantity in measurable(family)]
    for name in names:
        balls = family.enclose(batch, [name])
        if balls is None:
            yield f"{words}: no ball for {name}"
            continue
        found, ball = float(value(family.quantities[name], batch)[0]), balls[name]
        if not abs(found - float(ball.mid())) - float(ball.rad()) <= family.agreement * max(1.0, abs(found)):
            yield f"{words}: {name} is {found!r}, and its ball {ball}"
        if not float(ball.rad()) <= 1e-6 * max(1.0, abs(found)):
            yield f"{words}: the ball of {name} is wide, {ball}"


@each
def test_balls_contain_the_floats_and_are_narrow(family: Family) -> None:
    assert not wrong(family, not_enclosed, single(drawn(family, ends(family), 1)))


@each
def test_quantities_are_what_they_say(family: Family) -> None:
    assert not wrong(family, domains.wrong_sources, drawn(family, places(family), 1, family.regimes[:1]))
    assert not [complaint for place in places(family) for complaint in domains.wrong_constants(family, place)]


def slopes_of_what_there_is(family: Family, words: str, batch: Batch) -> Iterator[str]:
    """Wrong slopes; norms of an array that has no entry at these sizes may have none."""
    absent = tuple(
        f"_{name} has a derivative with respect to nothing" for name in family.kinds if name not in batch.arrays
    )
    yield from (
        complaint for complaint in domains.wrong_slopes(family, words, batch) if not complaint.endswith(absent)
    )


@each
def test_gradients_are_those_of_the_measured_values(family: Family) -> None:
    instances = single(drawn(family, places(family), 1, family.regimes[:1]))
    assert not wrong(family, slopes_of_what_there_is, instances)


@each
def test_instances_come_back_from_their_data(family: Family) -> None:
    assert not wrong(family, domains.not_saved, single(drawn(family, places(family), 1)))
