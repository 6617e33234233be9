"""The record: it round-trips, it is deterministic, its schema is published, and damage is refused."""

import json
import random

import pytest
from msgspec import structs
from msgspec.structs import replace

from tests.report.made_up_runs import ALL, record, theorem
from wnverify.checks.sharpness.words import UNTESTED
from wnverify.errors import RecordError
from wnverify.evidence import (
    EDGES,
    Acceptance,
    CheckEvidence,
    Item,
    Kind,
    Place,
    Subject,
    Worst,
    broken,
    held,
    limit,
    of_mutants,
)
from wnverify.report.findings import counterexample
from wnverify.report.terminal import render
from wnverify.runs.record import SCHEMA_FILE, from_json, schema, to_json

DATA = to_json(ALL)


def test_what_is_read_back_says_the_same_and_is_written_alike():
    found = from_json(DATA)
    assert to_json(found) == DATA
    assert render(found) == render(ALL)
    for one, other in zip(found.theorems, ALL.theorems, strict=True):
        assert (one.verdict, one.reason, one.planned) == (other.verdict, other.reason, other.planned)
        assert (one.worst and one.worst.ratio) == (other.worst and other.worst.ratio)
        assert counterexample(one) == counterexample(other)


def test_what_a_search_found_is_read_back_but_for_what_can_be_derived():
    near = Worst(0.5, 1.0, 2.0, 0.5, "balls", "random", "n=1", {"family": "f", "arrays": {}})
    numbers = [0.1, -0.0, 5e-324]
    far = structs.replace(
        near, ratio=0.9, instance={"arrays": {"x": {"shape": [3], "hex": [x.hex() for x in numbers]}}}
    )
    ends = Place("right side", "constant", "2", below=0.95), Place("small", "exponent", "-1", "m", above=0.3)
    names = "constant 2 in 2*x", "hypothesis “small”: exponent of 1/m"
    items = [Item(name, Kind.SLACK, "HELD", "none", place=place) for name, place in zip(names, ends, strict=True)]
    untested = Item("the whole right side", Kind.UNTESTED, "HELD", UNTESTED, place=Place("right side", "side"))
    counts = [0, 3, *[0] * (len(EDGES) - 2), 1]
    searched = CheckEvidence(
        "sampled", "HELD", "it held", 30, 30, 2, {"small": Acceptance(29, 30)}, far, [(30, 0.9)], {"n=1": 0.9},
        {"x": (0.123456, "inf")}, subject=Subject.CLAIM, independent=True, shared="starts", random=counts,
        by_size={"m": [(1, 0.512345), (8, "inf")]},
    )  # fmt: skip
    places = CheckEvidence(
        "sharpness", "HELD", "all", 30, 7, worst=near, items=[*items, untested], subject=Subject.PLACES,
        searched=counts, powers={"m": -0.5},
    )  # fmt: skip
    written = to_json(record(theorem("a/b", searched, places), times={"a/b": {"sampled": 0.25, "sharpness": 1.0}}))
    first, second = from_json(written).theorems[0].checks
    by_size = {"m": [(1, 0.5123), (8, "inf")]}
    rest = {"by_situation": {}, "ranges": {"x": (0.1235, "inf")}, "by_size": by_size, "searched": counts}
    assert first == structs.replace(searched, **rest)
    assert (second.worst, second.powers, second.searched) == (None, {"m": -0.5}, [])
    assert second.items == [*items, untested]
    assert from_json(written).times == {"a/b": {"sampled": 0.25, "sharpness": 1.0}}
    with pytest.raises(RecordError, match=f"counts of {len(EDGES) + 1} bins"):
        from_json(written.replace(b'"random":[1', b'"random":[9'))


def test_sentences_that_follow_are_not_written_and_mutants_keep_what_killed_them():
    near = Worst(0.98765, 1.0, 2.0, 0.5, "balls", "random", "m=1 tanh", {"family": "f", "arrays": {}})
    dead = Worst(1.23456789, 2.0, 1.0, 1.2, "balls", "ascent", "m=2", {"arrays": {}})
    killed = Item("half", Kind.MUTANT, "REFUTED", broken(1.23456789, "m=2", "balls"), dead)
    alive = Item("third", Kind.MUTANT, "HELD", "no violation")
    searched = CheckEvidence(
        "sampled", "HELD", f"{held(90, 0.98765, 'm=1 tanh', exact=False)}; {limit(90)}; and more", 99, 90, worst=near,
        independent=True,
    )  # fmt: skip
    mutants = CheckEvidence("mutants", "UNDECIDED", "", items=[killed, alive, killed], subject=Subject.MUTANTS)
    mutants = structs.replace(mutants, reason=of_mutants(mutants.items)[1])
    written = to_json(record(theorem("a/b", searched, mutants)))
    first, second = from_json(written).theorems[0].checks
    assert b"no violation among" not in written
    assert b"confirmed by" not in written
    assert (first.reason, second.reason) == (searched.reason, mutants.reason)
    told = structs.replace(dead, ratio=1.23457, lhs="nan", rhs="nan", second=None, instance={})
    assert second.items == [structs.replace(killed, worst=told), alive, structs.replace(killed, worst=told)]


def test_a_curve_is_written_with_its_ends_and_its_greatest_steps():
    effort = [(1, 0.1), (2, 0.4), (3, 0.41), (4, 0.42), (9, 0.8), (20, 0.81)]
    written = to_json(record(theorem("a/b", CheckEvidence("sampled", "HELD", "", 30, effort=effort))))
    assert from_json(written).theorems[0].checks[0].effort == [(1, 0.1), (2, 0.4), (9, 0.8), (20, 0.81)]


def test_instances_are_damaged_or_exact():
    one = Worst(0.5, 1.0, 2.0, None, "", "", "", {"arrays": {"x": {"shape": [1], "hex": [(0.1).hex()]}}})
    data = to_json(record(theorem("a/b", CheckEvidence("sampled", "HELD", "", worst=one))))
    assert from_json(data).theorems[0].worst == one
    with pytest.raises(RecordError, match="base 64"):
        from_json(data.replace(b'"f8":"', b'"f8":"%'))


def test_keys_come_in_one_order():
    turned = replace(ALL, unread=dict(reversed({"b": "2", "a": "1"}.items())))
    assert to_json(turned) == to_json(replace(ALL, unread={"b": "2", "a": "1"}))
    assert list(json.loads(to_json(turned))["unread"]) == ["a", "b"]


def test_the_published_schema_is_that_of_the_code():
    remedy = "regenerate it: python -m wnverify.runs.record > wnverify/runs/record.schema.json"
    assert json.loads(SCHEMA_FILE.read_text()) == schema(), remedy


def test_records_meet_the_schema_and_the_schema_refuses_others():
    jsonschema = pytest.importorskip("jsonschema", reason="only with the extra test")
    jsonschema.validate(json.loads(DATA), schema())
    wrong = json.loads(DATA) | {"theorems": [{"id": 3}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 3}, "schema 6, but got schema 3.*write it anew by `check --json`"),
        ({"schema": True}, "schema True"),
        ({"seed": "zero"}, "seed"),
        ({"theorems": None}, "theorems"),
        ({"theorems": [json.loads(DATA)["theorems"][0] | {"by_size": {"m": [[1, "<b>"]]}}]}, "inf.*by_size"),
    ],
)
def test_wrong_values_are_refused_by_name(change, message):
    with pytest.raises(RecordError, match=message):
        from_json(json.dumps(json.loads(DATA) | change).encode())


def test_unknown_verdicts_are_refused():
    with pytest.raises(RecordError, match="SURELY"):
        from_json(DATA.replace(b'"PROVED"', b'"SURELY"'))


def test_damage_is_a_clear_error_and_never_anything_else():
    rng = random.Random(0)
    for _ in range(300):
        broken = bytearray(DATA[: rng.randrange(len(DATA))]) if rng.random() < 0.5 else bytearray(DATA)
        for _ in range(rng.randrange(4)):
            if broken:
                broken[rng.randrange(len(broken))] = rng.randrange(256)
        try:
            from_json(bytes(broken))
        except RecordError as error:
            assert str(error).startswith("Expected")  # noqa: PT017 - undamaged by chance is fine as well
    with pytest.raises(RecordError, match="damaged or truncated"):
        from_json(DATA[:-10])
