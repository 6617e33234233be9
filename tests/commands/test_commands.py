"""The commands about a claim, a network and a counterexample of one's own: output, files and exit codes."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from wnverify.cli import cli


@pytest.fixture
def wnverify(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli, list(words))


def test_a_refuted_claim_is_saved_and_replays(wnverify, tmp_path):
    done = wnverify("try", "gradient_norm <= 1", "--budget", "quick", "--given", "rho <= 3")
    assert done.exit_code == 1
    assert "REFUTED (certified)" in done.output
    (folder,) = (tmp_path / "counterexamples").iterdir()
    assert {file.name for file in folder.iterdir()} == {"counterexample.json", "check.py"}
    again = wnverify("replay", str(folder))
    assert again.exit_code == 1
    assert "CONFIRMED" in again.output
    (folder / "counterexample.json").write_text("{}", "utf-8")
    assert wnverify("replay", str(folder)).exit_code == 3


def test_a_counterexample_can_be_one_file(wnverify, tmp_path):
    done = wnverify("try", "gradient_norm <= 1", "--budget", "quick", "--save", "mine.json")
    assert done.exit_code == 1
    assert wnverify("replay", "mine.json").exit_code == 1


def test_a_refutation_with_a_long_constant_is_saved_and_replays(wnverify, tmp_path):
    done = wnverify("try", "gradient_norm <= 1e-30", "--budget", "quick", "--given", "rho <= 10**30")
    assert done.exit_code == 1
    assert "REFUTED (certified)" in done.output
    (folder,) = (tmp_path / "counterexamples").iterdir()
    assert wnverify("replay", str(folder)).exit_code == 1


def test_a_refutation_that_cannot_be_saved_is_told_all_the_same(wnverify, tmp_path):
    (tmp_path / "counterexamples").write_text("a file where a folder should be", "utf-8")
    done = wnverify("try", "gradient_norm <= 1", "--budget", "quick")
    assert done.exit_code == 1
    assert "REFUTED (certified)" in done.output
    assert "was not saved" in done.stderr


def test_a_true_claim_exits_with_zero(wnverify, tmp_path):
    sizes = ("--given", "L == 1", "--given", "m <= 2", "--given", "d <= 2")
    done = wnverify("try", "output_abs <= 20*(1+rho)*(1+L*sqrt(m)*c0)", *sizes, "--budget", "quick")
    assert done.exit_code == 0
    assert "NOT REFUTED" in done.output
    assert "constant" in done.output
    assert not (tmp_path / "counterexamples").exists()


@pytest.mark.parametrize("claim", ["9**9**9 <= rho", "__import__('os') <= 1", "omga <= 1", "rho"])
def test_what_is_no_claim_exits_with_two_and_one_line(wnverify, claim):
    done = wnverify("try", claim)
    assert done.exit_code == 2
    assert done.output.startswith("wnverify: ")
    assert done.output.count("\n") == 1


def test_nothing_tested_exits_with_three(wnverify):
    given = ("--given", "gradient_norm <= 0", "--given", "output_abs >= 1", "--given", "L == 1", "--given", "m <= 2")
    done = wnverify("try", "output_abs <= 2", *given, "--budget", "quick")
    assert done.exit_code == 3
    assert "NOT TESTED" in done.output


def test_symbols_are_listed_with_meaning_and_domain(wnverify):
    done = wnverify("symbols", "--family", "weight_norm")
    assert done.exit_code == 0
    assert "hessian_norm" in done.output
    assert "real > 0" in done.output


def test_a_bound_is_evaluated(wnverify):
    done = wnverify("eval", "predictor_hessian", "m=512", "L=4", "omega=1", "rho=0", "activation=tanh")
    assert done.exit_code == 0
    assert "0.12260123172484493" in done.output
    table = wnverify("eval", "predictor_hessian", "m=64,128,256", "L=4", "omega=1", "rho=1/2", "beta=1", "c0=0")
    assert "●" in table.output
    assert "0.4657953" in table.output


@pytest.mark.parametrize(
    "values",
    [["m=512"], ["m=0", "L=1"], ["omega=0"], ["omga=1"], ["m"], ["m=1", "m=2"], ["m=1.5"], ["what=1"], ["m=9**9**9"]],
)
def test_values_that_do_not_fit_are_refused(wnverify, values):
    done = wnverify("eval", "predictor_hessian", *values)
    assert done.exit_code == 2
    assert done.output.count("\n") == 1


def test_an_audit_prints_a_table_and_writes_json(wnverify, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4, 3))
    X /= 2 * np.linalg.norm(X, axis=1, keepdims=True)
    np.savez(tmp_path / "net.npz", W1=rng.standard_normal((4, 3)), v=np.ones(4) / 2, X=X, activation="tanh")
    done = wnverify("audit", "net.npz", "banerjee2024", "--json", "out.json")
    assert done.exit_code == 0
    assert "predictor_hessian" in done.output
    assert "hessian_norm" in json.loads((tmp_path / "out.json").read_text())["measured"]
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04")
    bad = wnverify("audit", "bad.npz")
    assert bad.exit_code == 3
    assert bad.output.count("\n") == 1
