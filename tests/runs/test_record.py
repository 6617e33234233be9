"""The record: it round-trips, it is deterministic, its schema is published, and damage is refused."""

import json
import random

import pytest
from msgspec import structs
from msgspec.structs import replace

from tests.report.made_up_runs import ALL, record, theorem
from wnverify.errors import RecordError
from wnverify.evidence import Acceptance, CheckEvidence, Item, Kind, Subject, Worst
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
    items = [Item(f"place {i}", Kind.SLACK, "HELD", "none", near, {"below": "1"} if i % 2 else {}) for i in range(4)]
    searched = CheckEvidence(
        "sampled", "HELD", "it held", 30, 30, 2, {"small": Acceptance(29, 30)}, far, [(30, 0.9)], {"n=1": 0.9},
        {"x": (0.123456, "inf")}, subject=Subject.CLAIM, independent=True, shared="starts",
    )  # fmt: skip
    places = CheckEvidence("sharpness", "HELD", "all", 30, 7, worst=near, items=items, subject=Subject.PLACES)
    written = to_json(record(theorem("a/b", searched, places), times={"a/b": {"sampled": 0.25, "sharpness": 1.0}}))
    first, second = from_json(written).theorems[0].checks
    assert first == structs.replace(searched, effort=[], by_situation={}, ranges={"x": (0.1235, "inf")})
    assert second.worst is None
    assert sorted(item.name for item in second.items) == [item.name for item in items]
    assert {item.witness.get("below") for item in second.items} == {None, "1"}
    assert from_json(written).times == {"a/b": {"sampled": 0.25, "sharpness": 1.0}}


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
        ({"schema": 3}, "schema 4, but got schema 3.*write it anew by `check --json`"),
        ({"schema": True}, "schema True"),
        ({"seed": "zero"}, "seed"),
        ({"theorems": None}, "theorems"),
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
