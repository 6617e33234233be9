"""`wnverify try`: a claim may begin with a minus sign, and options stay options."""

import json

import pytest
from click.testing import CliRunner

from wnverify.cli import cli


def tried(*arguments):
    return CliRunner().invoke(cli, ["try", *arguments, "--budget", "quick"])


@pytest.mark.parametrize("claim", ["-hessian_norm >= -1e-9", "-gradient_norm>=-1e-9", "--gradient_norm <= 1e-9"])
def test_a_claim_may_begin_with_a_minus_sign(claim, tmp_path):
    result = tried(claim, "--save", str(tmp_path / "saved"))
    assert result.exit_code == 1, result.output
    assert "REFUTED" in result.output


def test_a_hypothesis_may_begin_with_a_minus_sign(tmp_path):
    result = tried("--given", "-rho <= -3", "rho <= 1", "--save", str(tmp_path / "saved"))
    assert result.exit_code == 1, result.output
    assert "-ρ ≤ -3" in result.output


@pytest.mark.parametrize(("option", "said"), [("--budgte", "No such option"), ("-x", "No such option")])
def test_what_is_no_option_is_still_said(option, said):
    result = tried("rho <= 1", option)
    assert result.exit_code == 2
    assert said in result.output


def test_help_is_help():
    assert "Try to refute CLAIM" in CliRunner().invoke(cli, ["try", "-h"]).output
    assert "..." not in CliRunner().invoke(cli, ["-h"]).output.partition("Commands:")[2], (
        "no summary of a command is cut"
    )


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("gradient_norm <= 5*(-8)**(1/3)", "finite real numbers"),
        ("gradient_norm <= A*L + B", "one free constant, but got A and B"),
        ("gradient_norm <= C**2*L", "linear in C, with a positive factor"),
        ("gradient_norm <= nan", "finite numbers, but got 'nan'"),
        ("gradient_norm <= unknown*L", "write a number where a constant is meant"),
        ("hesian_norm <= 1", "did you mean hessian_norm?\n"),
        ("rho <= factorial(200)", "no other function can be called"),
        ("rho <= rho**rho**rho**rho**rho", "powers of powers"),
        ("rho <= " + "1+" * 50_000 + "1", "at most 8000 characters"),
    ],
)
def test_what_is_no_claim_gets_one_sentence(claim, said):
    result = tried(claim)
    assert result.exit_code == 2
    assert said in result.output + result.stderr
    assert "Traceback" not in result.output + result.stderr


def test_the_answer_is_written_for_programs(tmp_path):
    path = tmp_path / "answer.json"
    result = tried("gradient_norm <= 1e-3 and L <= 1", "--json", str(path), "--save", str(tmp_path / "saved"))
    assert result.exit_code == 1
    found = json.loads(path.read_bytes())
    assert (found["verdict"], found["certified"], found["not_tried"]) == ("REFUTED", True, ["L <= 1"])
    assert found["claim"] == "gradient_norm <= 1/1000"
    low, high = found["worst"]["enclosed"]["lhs"]
    assert float(low) <= float(found["worst"]["lhs"]) * (1 + 1e-12)
    assert float(high) > float(found["worst"]["enclosed"]["rhs"][1])
    assert found["worst"]["instance"]["family"] == "weight_norm"
