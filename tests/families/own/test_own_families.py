"""What families that a user declares satisfy beyond what every family must: narrow balls for all they measure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.families import domains
from tests.families.domains import drawn, ends, measurable, places, single, value, wrong
from tests.families.own.declared import FAMILIES
from wnverify.batch import Batch
from wnverify.family import Family

each = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name.replace(" ", "_"))


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
