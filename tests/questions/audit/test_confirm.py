"""Audits at the edge of double precision: raw inputs, tiny rows, zeros, and bounds that are short by a hair."""

import json
from fractions import Fraction

import click.testing
import numpy as np
import pytest

from wnverify.commands.audit import command
from wnverify.questions.audit.ask import audit

PAPERS = ("banerjee2024", "depth_free")
SOME = ("banerjee2024/predictor_hessian", "banerjee2024/lemma*", "banerjee2024/loss_hessian", "banerjee2024/output")


def network(widths=(3, 3), d=2, n=3, activation="tanh", **factors):
    """Factors scale rows, v, X and y; y is absent without one."""
    rng, sizes = np.random.default_rng(3), (d, *widths)
    parts = {f"W{i + 1}": rng.standard_normal((sizes[i + 1], sizes[i])) for i in range(len(widths))}
    parts = {name: factors.get("rows", 1.0) * rows for name, rows in parts.items()}
    v, X = rng.standard_normal(widths[-1]), rng.standard_normal((n, d))
    parts |= {"v": factors.get("v", 1.0) * (v / np.linalg.norm(v))}
    parts |= {"X": factors.get("x", 0.9) * (X / np.linalg.norm(X, axis=1, keepdims=True))}
    if "y" in factors:
        parts["y"] = factors["y"] * rng.standard_normal(n)
    return parts | {"activation": activation}


def rows_of(found):
    return {row.id.split("/")[1]: row for row in found.rows if row.id.startswith("banerjee2024")}


THEOREM = '''"""A planted claim.

Statement:   planted.
Hypotheses:  as given.
Kind:        upper bound
References:  none
Tags:        planted
"""

import sympy

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import *
from wnverify.families.networks.weight_norm import L, m

theorem = Theorem(Claim({claim}, given={given}), WEIGHT_NORM)
'''


def planted(folder, claim, given='{"no zero row": (omega, ">", 0)}'):
    path = folder / "planted.py"
    path.write_text(THEOREM.format(claim=claim, given=given), "utf-8")
    return (str(path),)


def judged(folder, parts, claim, given='{"no zero row": (omega, ">", 0)}'):
    (row,) = audit(parts, theorems=planted(folder, claim, given)).rows
    return row


# ---- magnitudes


@pytest.mark.parametrize("factors", [{"x": 1e7}, {"rows": 1e-80}, {"v": 1e200}, {"x": 1e200, "v": 1e100}], ids=str)
@pytest.mark.parametrize("activation", ["identity", "relu"])
def test_a_proved_identity_is_not_broken_by_rounding(factors, activation):
    (row,) = audit(network(activation=activation, **factors), theorems=("banerjee2024/lemma_scale_invariance",)).rows
    if activation == "relu":
        assert row.status in ("holds", "undecided"), "no balls, and no route that tells rounding from a defect"
    else:
        assert (row.status, row.ratio < 1) == ("holds", True)


def test_the_hessian_of_one_layer_of_tiny_rows():
    rows = [[1e-80, 2e-80], [3e-80, -1e-80]]
    found = audit({"W1": rows, "v": [0.5, 0.5], "X": [[0.6, 0.8]], "activation": "tanh"}, theorems=PAPERS)
    # by differences in 200 digits of mpmath
    assert found.measured["hessian_norm"].value == pytest.approx(4.7002580154625231e158, rel=1e-14)
    assert rows_of(found)["predictor_hessian_rate"].ratio == pytest.approx(0.0939, rel=1e-3)
    assert {row.status for row in found.rows} == {"holds", "does not apply"}


EXTREME = [
    {"rows": 1e-80}, {"rows": 1e-149}, {"rows": 1e-160}, {"rows": 1e149}, {"v": 1e200}, {"v": 1e308, "y": 1e300},
    {"x": 1e-300}, {"x": 1e-300, "rows": 1e-100, "v": 1e-50}, {"y": 1e200}, {"x": 1e200},
]  # fmt: skip


@pytest.mark.parametrize("factors", EXTREME, ids=str)
def test_nothing_is_broken_by_overflow_and_no_ratio_is_nan(factors):
    shape = ({"widths": (2, 2)}, {"widths": (4,)}, {"widths": (1,), "d": 1, "n": 1})[EXTREME.index(factors) % 3]
    found = audit(network(**shape, **({"y": 1.0} | factors)), theorems=SOME)
    assert not found.broken
    for row in found.rows:
        if row.status == "holds":
            assert np.isfinite([row.measured, row.bound, row.ratio]).all(), row
        assert row.status != "undecided" or "nothing was compared" in row.remark, row


def test_what_overflows_is_told_with_its_size():
    found = audit(network(v=1e200, y=1.0), theorems=("banerjee2024/loss_gradient",))
    assert found.measured["loss_gradient_norm"].value == np.inf
    (row,) = found.rows
    assert (row.status, row.ratio) == ("undecided", None)
    assert "right side, 1.16e+400, overflows" in row.remark
    assert "1.16e+400" in str(found)
    json.dumps(found.to_json(), allow_nan=False)


# ---- zeros


@pytest.mark.parametrize(
    ("widths", "zero"),
    [((24, 24), {"x": 0.0, "y": 0.0}), ((3, 3), {"x": 0.0, "y": 0.0}), ((70,), {"v": 0.0, "y": 0.0})],
)
def test_zeros_are_measured_as_zero(widths, zero):
    found = audit(network(widths, d=8, **zero), theorems=PAPERS)
    measured = {name: each.value for name, each in found.measured.items()}
    names = ("loss", "loss_gradient_norm", "row_alignment", "output_abs", "hidden_gradient_norm")
    assert [measured[name] for name in names] == [0.0] * 5
    assert (measured["loss_hessian_norm"] == 0) == (measured["hessian_norm"] == 0) == ("x" in zero)
    assert {row.status for row in found.rows} == {"holds", "does not apply"}


def test_one_of_everything_and_the_same_input_twice():
    one = {"W1": [[1.0]], "v": [1.0], "X": [[1.0], [1.0]], "y": [1.0, 1.0], "activation": "identity"}
    found = audit(one, theorems=PAPERS)
    # f = v·sign(W) x: no curvature in W, and ∇f = (0, 1)
    assert found.measured["hessian_norm"].value == found.measured["loss"].value == 0
    assert found.measured["loss_hessian_norm"].value == pytest.approx(2)
    assert not {row.status for row in found.rows} & {"BROKEN", "undecided"}


# ---- inputs that are unit vectors in single precision


def test_a_hypothesis_that_hardly_fails_is_told_with_the_digits_that_show_it():
    parts = network(n=20, x=1.0)
    X = parts["X"].astype(np.float32)
    parts["X"] = X / np.linalg.norm(X, axis=1, keepdims=True)
    found = audit(parts, theorems=("banerjee2024/output",))
    (why,) = [each.why for row in found.rows for each in row.hypotheses if each.why]
    value = float(why.split("input_norm = ")[1].split()[0])
    assert 1 < value < 1 + 1e-6


# ---- bounds that are short by a hair

SAME = {"W1": np.ones((4, 2)), "v": np.eye(4)[0], "X": [[0.6, 0.0]], "activation": "tanh"}
ONE = {"W1": [[2.0]], "v": [1.0], "X": [[1.0]], "activation": "identity"}


@pytest.mark.parametrize("short", ["1e-9", "1e-11", "1e-24"])
def test_a_bound_that_is_short_by_a_hair_is_broken_and_one_that_is_not_holds(short, tmp_path):
    row = judged(tmp_path, SAME, f"direction_norm, '<=', sympy.sqrt(m) * (1 - sympy.Rational('{short}'))")
    assert row.status == "BROKEN"
    assert "certified" in row.remark
    row = judged(tmp_path, SAME, f"direction_norm, '<=', sympy.sqrt(m) * (1 + sympy.Rational('{short}'))")
    assert row.status == "holds"


def test_a_bound_that_is_attained_holds_unless_it_is_strict(tmp_path):
    assert judged(tmp_path, SAME, "direction_norm, '<=', sympy.sqrt(m)").status == "holds"
    assert judged(tmp_path, SAME, "direction_norm, '<', sympy.sqrt(m)").status == "undecided"
    assert judged(tmp_path, ONE, "output_abs, '<', 1 + rho", "LIPSCHITZ").status == "BROKEN"
    assert (
        judged(tmp_path, ONE | {"activation": "relu"}, "output_abs, '<', 1 + rho", "LIPSCHITZ").status == "undecided"
    )


def test_without_balls_another_route_must_find_a_violation_far_beyond_rounding(tmp_path):
    relu = ONE | {"activation": "relu"}
    row = judged(tmp_path, relu, "output_abs, '<=', (1 + rho) / 2", "LIPSCHITZ")
    assert (row.status, "independent" in row.remark) == ("BROKEN", True)
    row = judged(tmp_path, relu, "output_abs, '<=', (1 + rho) * (1 - sympy.Rational('1e-11'))", "LIPSCHITZ")
    assert (row.status, "rounding" in row.remark) == ("undecided", True)


def test_a_violation_beside_a_hypothesis_that_rounding_alone_meets_is_undecided(tmp_path):
    x = np.random.default_rng(0).standard_normal((40, 3))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    longer = [row for row in x if sum(Fraction(entry) ** 2 for entry in row) > 1][:1]
    parts = {"W1": longer, "v": [1.0], "X": longer, "activation": "identity"}
    row = judged(tmp_path, {name: np.array(part) for name, part in parts.items()} | {"activation": "identity"},
                 "output_abs, '<=', 1 + rho", "LIPSCHITZ")  # fmt: skip
    assert row.status == "undecided"
    assert "unit ball" in row.remark


def test_a_side_of_the_wrong_sign_breaks_a_bound(tmp_path):
    row = judged(tmp_path, network(), "-hidden_gradient_norm, '<=', -gradient_norm")
    assert (row.status, row.ratio) == ("BROKEN", np.inf)


def test_an_equation_that_is_false_by_more_than_its_tolerance_is_broken_at_any_size(tmp_path):
    parts = network(activation="identity", x=1e7)
    assert judged(tmp_path, parts, "hidden_gradient_norm, '=', gradient_norm").status == "BROKEN"
    claim = "gradient_norm * (1 + sympy.Rational('1e-6')) - gradient_norm, '=', 0"
    assert judged(tmp_path, parts, claim).status == "BROKEN"


@pytest.mark.parametrize(("short", "code"), [("1/2", 1), ("1", 0)])
def test_the_exit_code_says_whether_one_is_broken(short, code, tmp_path):
    file = tmp_path / "network.json"
    file.write_text(json.dumps({k: np.asarray(v).tolist() if k != "activation" else v for k, v in SAME.items()}))
    (theorem,) = planted(tmp_path, f"direction_norm, '<=', sympy.sqrt(m) * sympy.Rational('{short}')")
    assert click.testing.CliRunner().invoke(command, [str(file), theorem]).exit_code == code
