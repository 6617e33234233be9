"""What holds for every family there is, found and not listed, and for those that a user declares."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import chain

import pytest

from tests.families import domains
from tests.families.domains import (
    covering,
    drawn,
    ends,
    further,
    in_turn,
    is_dear,
    places,
    shapes,
    single,
    structured,
    taking_turns,
    wrong,
)
from tests.families.own.declared import FAMILIES
from wnverify.families.networks.generalization_class import NAMES
from wnverify.family import Family
from wnverify.typed.vocabulary import families

UNRESOLVED = {"relu_widths": ("far targets",)}
"""Regimes outside of the hypotheses of every theorem, of which runs slide along kinks and are resolved by neither."""
BEYOND = {"generalization": NAMES}
"""Numbers that there are for small sizes only."""
TOWARDS = {
    "every kind": ("input_norm", "norm_b", "largest_b", "largest_r", "norm_r", "largest_x"),
    "cross_terms": tuple(f"{size}_{array}" for size in ("norm", "spectral", "largest_row") for array in "DG"),
    "weight_norm": ("gradient_norm",),
    "training_run": ("rho", "omega", "loss", "loss_next", "loss_gradient_norm"),
    "homogeneous": ("phi", "loss"),
    "diagonal limits": ("unevenness",),
    "least_squares": ("null_part",),
    "least_squares_flow": ("null_part",),
    "least_squares_descent": ("null_part",),
}
"""Moves towards an interval that do not always lead into it: a part of the quantity is stretched, or a limit met."""
ANGLES, FLAG = "of the directions of the inputs alone", "says whether a computation ended"
KERNELS = ("kappa", "lambda_0", "mu_0", "V_norm", "G_norm", "V_variance", "G_variance")
INDEX = "an index, not a size"
OF_TWO, MIXED = "of the directions of z and u", "of terms of different degrees"
FIXED: Mapping[str, Mapping[str, str]] = {
    "batch_norm_layers": {"largest_y": "of a vector of norm 1"},
    "batch_norm_white": {"largest_t": "of a vector of norm 1"},
    "competing_nodes": dict.fromkeys(("strongest", "strongest_plain", "largest_factor"), INDEX),
    "concentration": dict.fromkeys((*KERNELS, "gram_norm", "V_range", "G_range"), ANGLES),
    "every kind": {"largest_s": "of an array of norm 1"},
    "diagonal": {"kl_z": OF_TWO, "bregman_size": MIXED},
    "diagonal flow": {"kl_z": OF_TWO, "kl_floor": MIXED, "start_bregman": MIXED, "start_divergence": MIXED},
    "diagonal limits": {"solved": FLAG, "plain_solved": FLAG},
    "hidden_descent": {"descends": FLAG},
    "hidden_flow": {"finished": FLAG},
    "homogeneous": {"beta": "unchanged by every stretch"},
    "layer_flow": {"settled": FLAG, "timed": FLAG},
    "least_squares_flow": {"drift_finished": FLAG},
    "regression_pairs": {"next_rho": MIXED},
    "training_run": {"shrinkage": "of a whole schedule"},
    "relu_gains": {"kappa": ANGLES, "run_kink": "of a whole run"},
    "relu_widths": dict.fromkeys(("kappa", "lambda_0", "mu_0"), ANGLES),
    **{f"relu_{name}": {"kappa": ANGLES} for name in ("paths", "rotations", "runs", "steps")},
}
"""Quantities that are read off an instance and cannot be moved, with the reason."""
TOGETHER = {
    "diagonal flow": {"floor": ("r0",)},
    "least_squares": {"error_norm": ("g",)},
    "least_squares_descent": {"error_norm": ("g",)},
    "least_squares_flow": {"error_norm": ("g",)},
    "relu_gains": {"steepness": ("alpha",)},
    "scalar_nodes": {"finish": ("start",)},
}
"""Stored numbers that go with another quantity, for it is made of them."""
OWN = {family.name.replace(" ", "_"): family for family in FAMILIES}
each = pytest.mark.parametrize("family", [*families().values(), *OWN.values()], ids=[*families(), *OWN])
built_in = pytest.mark.parametrize("family", families().values(), ids=families().keys())


@each
def test_draws_and_structured_instances_lie_in_the_domain(family: Family) -> None:
    assert not wrong(family, domains.outside, drawn(family, places(family), 3), structured(family, places(family)))
    more = further(family)
    assert not wrong(family, domains.outside, taking_turns(family, more, 3), structured(family, more))


@each
def test_a_structured_instance_stays_what_it_was(family: Family) -> None:
    assert not [complaint for place in places(family) for complaint in domains.restless(family, place)]


@each
def test_two_routes_agree(family: Family) -> None:
    regimes = [regime for regime in family.regimes if regime not in UNRESOLVED.get(family.name, ())]
    check = partial(domains.disagreements, beyond=BEYOND.get(family.name, ()))
    assert not wrong(family, check, single(chain(covering(family, 1, regimes), in_turn(family))))


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
    assert not wrong(family, check, covering(family, 9))


@built_in
def test_moves_leave_other_stored_numbers_alone(family: Family) -> None:
    check = partial(domains.disturbed, together=TOGETHER.get(family.name, {}))
    assert not wrong(family, check, drawn(family, places(family)[:1], 9))


@each
def test_whatever_is_read_off_an_instance_can_be_moved(family: Family) -> None:
    assert not list(domains.unmovable(family, FIXED.get(family.name, {})))


@built_in
def test_further_extreme_instances_lie_in_the_domain(family: Family) -> None:
    batches = ((f"{place} {words}", batch) for place in shapes(family)[:6] for words, batch in family.extremes(place))
    assert not wrong(family, domains.outside, batches)


@each
def test_sizes_that_are_not_listed_work_or_are_refused(family: Family) -> None:
    found = [] if is_dear(family) else domains.odd(family)
    assert not [complaint for place in found for complaint in domains.unready(family, place)]


@built_in
def test_balls_contain_the_floats(family: Family) -> None:
    assert not wrong(family, domains.not_enclosed, single(covering(family, 1, at=ends(family))))


@each
def test_quantities_are_what_they_say(family: Family) -> None:
    assert not wrong(family, domains.wrong_sources, drawn(family, places(family), 1, family.regimes[:1]))
    assert not [complaint for place in places(family) for complaint in domains.wrong_constants(family, place)]


@built_in
def test_gradients_are_those_of_the_measured_values(family: Family) -> None:
    assert not wrong(family, domains.wrong_slopes, single(drawn(family, places(family), 1, family.regimes[:1])))


@built_in
def test_a_rescaling_speaks_of_the_family(family: Family) -> None:
    assert not [complaint for place in family.situations() for complaint in domains.strangers(family, place)]


@each
def test_instances_come_back_from_their_data(family: Family) -> None:
    assert not wrong(family, domains.not_saved, single(drawn(family, places(family), 1)))
