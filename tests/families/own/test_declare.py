"""What is wrong with a declaration is told in one sentence that shows it, when the file is read or first tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from wnverify import Claim, Theorem, load, verify
from wnverify.errors import WnverifyError
from wnverify.families.own.declare import architecture, on_data
from wnverify.families.own.kinds import ball, box, free, rows
from wnverify.typed.confined import Confined
from wnverify.verdict import Verdict


def right(xp, theta, x):
    return theta.v @ xp.phi(xp.unit_rows(theta.W) @ x)


def nothing(xp, theta, x):
    theta.v @ (theta.W @ x)


def assigned(xp, theta, x):
    z = theta.W @ x
    z[0] = 0.0
    return theta.v @ z


def first(xp, theta, x):
    return theta.v @ x


def theta_is_wide(theta):
    return theta.m > 1


KINDS = {"W": rows("m", "d"), "v": free("m")}
PARTS: Mapping[str, Any] = {
    "name": "net",
    "value": right,
    "theta": KINDS,
    "x": ball("d"),
    "sizes": {"m": (1, 2), "d": (1, 2)},
    "activation": ("tanh",),
}
FUNCTIONS = {
    "a parameter with a typo": (lambda xp, t, x: t.v @ (t.Wv @ x), r"theta\.Wv: did you mean"),
    "shapes that fit at some sizes only": (lambda xp, t, x: t.v @ xp.phi(t.W.T @ x), "shapes that fit for @"),
    "NumPy's own function": (lambda xp, t, x: t.v @ np.tanh(t.W @ x), r"Expected xp\.tanh"),
    "no return": (nothing, "is a `return` missing"),
    "a text": (lambda xp, t, x: "f", "a text"),
    "a list": (lambda xp, t, x: [xp.sum(t.v)], "a list"),
    "a matrix": (lambda xp, t, x: t.W, r"an array of shape \(1, 1\)"),
    "a number or a vector": (lambda xp, t, x: t.v if theta_is_wide(t) else xp.sum(t.v), "at all sizes"),
    "an if on a number": (lambda xp, t, x: xp.sum(t.v) if t.v[0] > 0 else t.v[0], r"xp\.where"),
    "an assignment": (assigned, "an assignment to entries"),
    "two arguments": (lambda t, x: 1.0, "takes 2 positional arguments"),
    "an error": (lambda xp, t, x: 1 / 0, r"test_declare\.py, line \d+: .*ZeroDivisionError"),
}
DECLARATIONS: Mapping[str, tuple[dict[str, Any], str]] = {
    "no sizes": ({"sizes": {}}, "sizes to try"),
    "a size as a text": ({"sizes": {"m": "2", "d": (1,)}}, "as the size m, but got '2'"),
    "sizes as texts": ({"sizes": {"m": ("1",), "d": (1,)}}, "as the size m, but got '1'"),
    "a size below 1": ({"sizes": {"m": (-1,), "d": (1,)}}, "1 or more as the size m, but got -1"),
    "a size of 10⁹": ({"sizes": {"m": (10**9,), "d": (1,)}}, "2,000,000,001 at"),
    "shapes of different sizes": ({"sizes": [{"m": 1, "d": 1}, {"m": 1}]}, "the same sizes in every shape"),
    "a size that is missing": ({"sizes": {"m": (1,)}}, "axes among the sizes m, but got d"),
    "an array and a size": ({"theta": {"m": free("m"), "v": free("m")}}, "m twice: rename one"),
    "a setting and an array": ({"v": ("a",)}, "v twice: rename one"),
    "a size called p": (
        {"sizes": {"p": (1, 2)}, "theta": {"v": free("p")}, "x": ball("p"), "value": first}, "number of parameters",
    ),
    "an array called x": ({"theta": {"x": free("m"), "v": free("m")}}, "other names than the input"),
    "an array called W 1": ({"theta": {"W 1": rows("m", "d")}}, "names of arrays such as W1"),
    "shapes without kinds": ({"theta": {"W": ("m", "d")}}, "a kind for W"),
    "an axis below 0": ({"theta": {**KINDS, "u": free("m-5")}}, "an axis m-5 of 0 or more"),
    "an activation with a typo": ({"activation": ("tahn",)}, "activations among tanh"),
    "an activation as a text": ({"activation": "tanh"}, "a list of values of the setting activation"),
    "no activation": ({"activation": None}, "as xp.phi is used"),
    "no name": ({"name": " "}, "a name for the architecture"),
    "no function": ({"value": 3}, r"a function value\(xp, theta, x\)"),
}  # fmt: skip


def declared(**changed: Any):
    parts = {key: part for key, part in {**PARTS, **changed}.items() if part is not None}
    return architecture(parts.pop("name"), parts.pop("value"), **parts)


@pytest.mark.parametrize("mistake", FUNCTIONS)
def test_a_function_that_cannot_be_is_refused_as_it_is_declared(mistake: str) -> None:
    value, message = FUNCTIONS[mistake]
    with pytest.raises(WnverifyError, match=message):
        declared(value=value)


@pytest.mark.parametrize("mistake", DECLARATIONS)
def test_a_declaration_that_cannot_be_is_refused(mistake: str) -> None:
    changed, message = DECLARATIONS[mistake]
    with pytest.raises(WnverifyError, match=message):
        declared(**changed)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (lambda: rows(), r'an axis, such as rows\("m", "d"\)'),
        (lambda: rows(["m", "d"]), "axes such as"),
        (lambda: free("__import__('os')"), "sizes and whole numbers"),
        (lambda: ball("m", radius=-1), "a radius above 0"),
        (lambda: box("m", 0, 1), "the lower one first"),
    ],
)
def test_a_kind_that_cannot_be_is_refused(kind, message: str) -> None:
    with pytest.raises(WnverifyError, match=message):
        kind()


def test_an_axis_may_need_a_size_that_is_large_enough() -> None:
    assert free("m-5").shape({"m": 6}) == (1,)


def test_what_depends_on_hidden_state_is_an_error_and_never_refuted() -> None:
    calls = []

    def value(xp, theta, x):
        calls.append(1)
        return theta.v @ (theta.W @ x) * len(calls)

    net = declared(value=value)
    claim = Claim(net.symbols("output_abs"), "<=", net.symbols("norm_v"))
    evidence = verify(Theorem(claim=claim, family=net), budget="quick")
    assert evidence.verdict is Verdict.ERROR
    assert "depend on its arguments alone" in evidence.reason


def test_data_fit_the_outputs() -> None:
    with pytest.raises(WnverifyError, match="the length of the vector"):
        on_data(declared(), 3, scores="k")
    with pytest.raises(WnverifyError, match="1 or more as the size n"):
        on_data(declared(), (0,))
    with pytest.raises(WnverifyError, match="made by architecture"):
        on_data("net", 3)


def test_a_file_names_the_line_of_the_function_once(tmp_path) -> None:
    file = tmp_path / "my_net.py"
    lines = [
        "from wnverify import architecture, ball, free",
        "def value(xp, theta, x):",
        "    return theta.u @ x",
        'NET = architecture("net", value, theta={"v": free("d")}, x=ball("d"), sizes={"d": (1, 2)})',
    ]
    file.write_text("\n".join(lines), "utf-8")
    with pytest.raises(WnverifyError, match=r"my_net\.py, line 3: Expected parameters or sizes among v, d") as told:
        load(file)
    assert str(told.value).count(", line ") == 1


def test_shapes_are_few_and_reached_unless_they_are_dear() -> None:
    net = architecture(**PARTS)
    assert (net.reached, Confined(net, {}).reached) == (6, 6)
    net.cost = 3.0
    assert (net.reached, Confined(net, {}).reached) == (1, 1)
