"""The record: it round-trips, it is deterministic, its schema is published, and damage is refused."""

import json
import random

import jsonschema
import pytest
from msgspec.structs import replace

from tests.report.made_up_runs import ALL
from wnverify.errors import RecordError
from wnverify.runs.record import SCHEMA_FILE, from_json, schema, to_json

DATA = to_json(ALL)


def test_round_trip():
    assert from_json(DATA) == ALL
    assert to_json(from_json(DATA)) == DATA


def test_keys_come_in_one_order():
    turned = replace(ALL, unread=dict(reversed({"b": "2", "a": "1"}.items())))
    assert to_json(turned) == to_json(replace(ALL, unread={"b": "2", "a": "1"}))
    assert list(json.loads(to_json(turned))["unread"]) == ["a", "b"]


def test_the_published_schema_is_that_of_the_code():
    remedy = "regenerate it: python -m wnverify.runs.record > wnverify/runs/record.schema.json"
    assert json.loads(SCHEMA_FILE.read_text()) == schema(), remedy


def test_records_meet_the_schema_and_the_schema_refuses_others():
    jsonschema.validate(json.loads(DATA), schema())
    wrong = json.loads(DATA) | {"theorems": [{"id": 3}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 1}, "schema 3, but got schema 1"),
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
