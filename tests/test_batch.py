from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from wnverify.batch import MAX_NUMBERS, Batch, concatenate, from_data, to_data
from wnverify.errors import RecordError

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(hnp.arrays(np.float64, (2, 3, 1), elements=finite))
def test_instances_survive_json_bit_for_bit(numbers) -> None:
    batch = Batch("toy", {"m": 2, "d": 3}, {"activation": "tanh"}, {"W1": numbers})
    found = from_data(json.loads(json.dumps(to_data(batch))))
    assert found.arrays["W1"].tobytes() == numbers.tobytes()
    assert (found.family, found.shape, found.settings) == (batch.family, batch.shape, batch.settings)


def good() -> dict:
    return to_data(Batch("toy", {"d": 2}, {"scaling": "fan_in"}, {"x": np.array([[0.5], [0.1]])}))


def changed(path: list[str], value: object) -> dict:
    data = json.loads(json.dumps(good()))
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return data


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        "text",
        {"family": "toy"},
        changed(["family"], 3),
        changed(["shape"], []),
        changed(["shape", "d"], -1),
        changed(["shape", "d"], True),
        changed(["shape", "d"], 10**12),
        changed(["arrays"], {}),
        changed(["arrays", "x"], [1, 2]),
        changed(["arrays", "x", "shape"], [3]),
        changed(["arrays", "x", "shape"], [2, MAX_NUMBERS]),
        changed(["arrays", "x", "shape"], [1] * 40),
        changed(["arrays", "x", "hex"], ["0x1p0", "nan"]),
        changed(["arrays", "x", "hex"], ["0x1p0", "inf"]),
        changed(["arrays", "x", "hex"], ["0x1p0", "0x1p99999"]),
        changed(["arrays", "x", "hex"], ["0x1p0", 1.5]),
        changed(["arrays", "x", "hex"], ["0x1p0"]),
    ],
)
def test_damaged_instances_are_refused(data) -> None:
    with pytest.raises(RecordError, match="Expected"):
        from_data(data)


def test_selection_and_joining() -> None:
    batch = Batch("toy", {"d": 2}, {}, {"x": np.arange(6.0).reshape(2, 3)})
    assert batch.size == 3
    joined = concatenate([batch.one(2), batch.select(slice(0, 2))])
    assert joined.arrays["x"].tolist() == [[2.0, 0.0, 1.0], [5.0, 3.0, 4.0]]
    with pytest.raises(RecordError, match="one instance"):
        to_data(batch)


def test_memo_computes_once() -> None:
    batch = Batch("toy", {}, {}, {"x": np.zeros((1, 1))})
    calls = []
    assert [batch.memo("key", lambda: calls.append(1) or 7) for _ in range(2)] == [7, 7]
    assert (calls, "key" in batch, "other" in batch) == ([1], True, False)


def test_what_was_measured_and_what_lasts_is_not_forgotten() -> None:
    batch = Batch("toy", {}, {}, {"x": np.zeros((1, 1))})
    batch.measured("size", lambda each: batch.memo("way", lambda: each.arrays["x"][0]))
    assert batch.memo("result", lambda: 7, lasting=True) == 7
    batch.forget()
    assert [key in batch for key in ("measure size", "way", "result")] == [True, False, True]
