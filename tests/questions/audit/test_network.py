"""Files and values that are no networks: one clear sentence each."""

import json
import os
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from wnverify.errors import RecordError
from wnverify.questions.audit.network import read_network

GOOD = {"W1": [[1.0, 0.5]], "v": [0.5], "X": [[0.6, 0.8]], "activation": "tanh"}
REFUSED = {
    "a huge integer": ({"v": [10**400]}, "integers in v that double precision holds"),
    "an integer that would be another": ({"v": np.array([2**62 + 1])}, "4611686018427387905 at index"),
    "an integer that would be another, in a list": ({"X": [[2**53 + 1, 1]]}, "integers in X"),
    "an unsigned one": ({"v": np.array([2**64 - 1], np.uint64)}, "integers in v"),
    "a decimal": ({"v": [Decimal("0.5")]}, "of type Decimal"),
    "a truth value": ({"v": [True]}, "True of type bool"),
    "truth values": ({"v": np.array([True])}, "bool"),
    "complex numbers": ({"v": np.array([1j])}, "complex"),
    "objects": ({"v": np.array([Fraction(1, 2)], object)}, "dtype object"),
    "masked entries": ({"v": np.ma.array([1.0], mask=[True])}, "masked"),
    "too long doubles": ({"v": np.array([np.longdouble(2) ** 1500])}, "finite numbers in v"),
    "a number": ({"v": np.float64(0.5)}, r"v of shape \(1,\)"),
    "nothing": ({"v": None}, "numbers as v"),
    "text": ({"v": "abc"}, "numbers as v"),
    "no columns": ({"X": np.ones((1, 0)), "W1": np.ones((1, 0))}, r"n, d ≥ 1"),
    "a row without a norm": ({"W1": [[1.7e308, 1.7e308]]}, "norm inf in row 0"),
}


@pytest.mark.skipif(np.finfo(np.longdouble).max == np.finfo(np.float64).max, reason="long doubles are doubles here")
def test_long_doubles_beyond_double_precision_are_refused():
    change, words = REFUSED["too long doubles"]
    with pytest.raises(RecordError, match=words):
        read_network(GOOD | change)


@pytest.mark.parametrize(
    ("change", "words"),
    [value for name, value in REFUSED.items() if "long doubles" not in name],
    ids=[name for name in REFUSED if "long doubles" not in name],
)
def test_values_that_are_no_numbers_are_refused_in_one_sentence(change, words):
    with pytest.raises(RecordError, match=words) as caught:
        read_network(GOOD | change)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "v", [(0.5,), [np.float32(0.5)], [Fraction(1, 2)], np.array([0.5], np.float16), np.array([0.5], ">f8")], ids=repr
)
def test_other_numbers_are_read(v):
    assert read_network(GOOD | {"v": v}).v.tolist() == [0.5]


@pytest.mark.parametrize("source", [5, None, b"network.npz", "a\0b", ["W1"]], ids=repr)
def test_what_is_neither_a_file_nor_a_mapping_is_refused(source):
    with pytest.raises(RecordError, match="a file or a mapping"):
        read_network(source)


def test_folders_pipes_and_devices_are_refused_before_they_are_opened(tmp_path):
    with pytest.raises(RecordError, match="a folder"):
        read_network(tmp_path)
    pipe = tmp_path / "pipe"
    if hasattr(os, "mkfifo"):
        os.mkfifo(pipe)
        with pytest.raises(RecordError, match="a pipe"):
            read_network(pipe)


def test_a_byte_order_mark_is_no_damage_and_thousands_of_digits_are_told(tmp_path):
    file, text = tmp_path / "network.json", json.dumps(GOOD)
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_network(file).X.tolist() == [[0.6, 0.8]]
    file.write_text(text.replace("0.6", "1" + "0" * 5000))
    with pytest.raises(RecordError, match="thousands of digits"):
        read_network(file)
