"""`wnverify suggest`: values, forms and files; what is refuted is dropped, and nothing is more than a conjecture."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from wnverify.catalogue import one, read
from wnverify.cli import cli


def suggested(*arguments: str):
    return CliRunner().invoke(cli, ["suggest", *arguments])


def test_a_suggestion_is_a_conjecture_and_its_file_is_one(tmp_path: Path) -> None:
    data, out = tmp_path / "found.json", tmp_path / "out"
    asked = ["depth_free/conjecture_cross_term", "--setting", "normalization=frobenius", "--shape", "L=4,m=2"]
    result = suggested(*asked, "--json", str(data), "--out", str(out))
    assert result.exit_code == 0, result.output
    (form,) = json.loads(data.read_text("utf-8"))["suggestions"]
    assert (form["form"], form["status"], form["digits"]) == ("2", "conjecture, not refuted", 40)
    read_back = read(one(form["file"]))
    assert read_back.theorem.conjecture
    assert read_back.header.label == "conjecture"
    assert not [line for line in result.output.splitlines() if "theorem" in line.lower() or "proved" in line.lower()]


def test_a_form_that_a_larger_shape_refutes_is_dropped_and_kept_for_the_smaller_ones(tmp_path: Path) -> None:
    claim = "hidden_gradient_norm <= (1+rho)/(sqrt(m)*omega)"
    asked = [claim, "--setting", "activation=identity", "--shape", "L=1,m=2,d=1", "--shape", "L=1,m=3,d=2"]
    result = suggested(*asked, "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "✗ hidden_gradient_norm ≤ (ρ + 1)/(√m·ω)\n" in result.output
    assert "dropped     refuted: ratio" in result.output
    assert "◇ hidden_gradient_norm ≤ (ρ + 1)/(√m·ω) for L ≤ 1\n" in result.output
    assert len(list(tmp_path.glob("*.py"))) == 1, "the file of what was refuted is gone"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["depth_free/hidden_gradient", "--shape", "L=2"], "a shape such as L=2,m=2,d=2"),
        (["depth_free/hidden_gradient", "--shape", "deep"], "a shape such as"),
        (["depth_free/hidden_gradient", "--setting", "activation"], "a setting such as"),
        (["depth_free/hidden_gradient", "--setting", "activation=cube"], "'cube'"),
        (["depth_free/hidden_gradient", "--budget", "10s"], "rounds such as 12r"),
        (["depth_free/hidden_gradient", "--given", "rho == 0"], "hypotheses of a typed claim"),
        (["depth_free/hidden_gradient", "--out", "/dev/null/no"], "a folder to write conjectures to"),
        (["omega <= 2*sigma"], "sigma"),
        (["no_such_theorem"], "no_such_theorem"),
    ],
)
def test_what_cannot_be_asked_is_said(arguments: list[str], said: str) -> None:
    result = suggested(*arguments)
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert "Traceback" not in result.output
