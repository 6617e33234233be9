"""`wnverify prove` proves, refutes, or says what is left; a saved certificate is checked again."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from wnverify.cli import cli
from wnverify.proving.certificate import certificate_from

FILE = '''"""A bound that is too small.

Statement:   |f| ≤ (1 + ρ₁)/2.
Hypotheses:  ‖x‖ ≤ 1.
Kind:        upper bound
Label:       lemma
Paper:       none.
Ours:        the statement.
Tags:        output
"""

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, output_abs, rho

theorem = Theorem(claim=Claim(output_abs, "<=", (1 + rho) / 2, given=LIPSCHITZ), family=WEIGHT_NORM)
'''


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(cli, ["prove", *words], env={"COLUMNS": "100"})
    return found.exit_code, " ".join(found.output.split())


def test_a_proof_is_saved_checked_again_and_refused_once_it_was_altered(tmp_path: Path) -> None:
    file, store = str(tmp_path / "proof.json"), str(tmp_path / "proofs.db")
    code, text = run("input_lipschitz", "--shape", "L=1,m=1,d=2", "--slack", "1.02", "--save", file, "--store", store)
    assert code == 0
    assert "∎ PROVED for L=1, m=1, d=2 tanh (slack 1.02)" in text
    assert "left side ≤ 1.02 times right side" in text
    code, text = run(file)
    assert code == 0
    assert "PROVED for L=1, m=1, d=2 tanh (slack 1.02)" in text
    code, text = run("output", "--shape", "L=1,m=1,d=1", "--no-store", "--save", str(tmp_path / "in" / "at"))
    assert code == 0
    code, text = run("output", "--shape", "L=1,m=1,d=1", "--no-store", "--save", f"{file}/at")
    assert code == 3  # proved, but what was asked for is not there
    assert "nothing was saved" in text
    altered = json.loads(Path(file).read_text()) | {"slack": "1/1"}
    Path(file).write_text(json.dumps(altered))
    code, text = run(file)
    assert code == 3
    assert "the file was changed" in text


def test_a_false_theorem_is_refuted_with_a_counterexample_that_replays(tmp_path: Path) -> None:
    (tmp_path / "half.py").write_text(FILE)
    saved = str(tmp_path / "wrong.json")
    code, text = run(str(tmp_path / "half.py"), "--shape", "L=1,m=1,d=1", "--no-store", "--save", saved)
    assert code == 1
    assert "✗ REFUTED for L=1, m=1, d=1 tanh" in text
    assert CliRunner().invoke(cli, ["replay", saved]).exit_code == 1


def test_a_bound_that_is_reached_is_undecided_with_advice_and_a_spent_budget_tells_how_to_go_on(
    tmp_path: Path,
) -> None:
    words = ["input_lipschitz", "--shape", "L=1,m=1,d=1"]
    code, text = run(*words, "--no-store")
    assert code == 3
    assert "? UNDECIDED for L=1, m=1, d=1 tanh" in text
    assert "--slack 1.02 proves it" in text
    assert "so far left side ≤ 1.01 times right side everywhere, says the search alone" in text
    told, store = tmp_path / "told.json", str(tmp_path / "p.db")
    code, text = run(*words, "--slack", "1.02", "--budget", ".000001s", "--json", str(told), "--store", store)
    assert code == 3
    assert "why the budget is spent" in text
    assert "0.0 % proved" in text
    assert "go on wnverify prove input_lipschitz --shape L=1,m=1,d=1 --slack 1.02 --budget .000001s" in text
    (proof,) = json.loads(told.read_text())["proofs"]
    assert (proof["verdict"], proof["goals"][0]["share_proved"], proof["kept"]) == ("UNDECIDED", 0.0, store)
    assert proof["nearest"]["ratio"] > 0.9
    assert proof["interrupted"] is False


def test_a_certificate_of_ones_own_theorem_needs_its_file_and_what_it_names_is_never_run(tmp_path: Path) -> None:
    own, saved = tmp_path / "own.py", tmp_path / "own.json"
    own.write_text(FILE.replace("(1 + rho) / 2", "2 * (1 + rho)"))
    code, text = run(str(own), "--shape", "L=1,m=1,d=1", "--no-store", "--save", str(saved))
    assert code == 0
    code, text = run(str(saved), "--with", str(own))
    assert code == 0
    assert "∎ PROVED for L=1, m=1, d=1 tanh" in text
    code, text = run(str(saved))
    assert code == 3
    assert "--with" in text
    own.write_text("raise SystemExit('run')")
    named = certificate_from(saved.read_bytes())
    saved.write_bytes(msgspec.structs.replace(named, theorem=str(own)).text())
    code, text = run(str(saved))
    assert code == 3
    assert "a theorem of the catalogue" in text


def test_several_proofs_make_a_table_and_a_folder_of_certificates(tmp_path: Path) -> None:
    shapes = ["--shape", "L=1,m=1,d=1", "--shape", "L=2,m=1,d=1"]
    code, text = run("output", "hidden_gradient.py", *shapes, "--no-store")
    assert code == 2
    words = [*shapes, "--activation", "tanh", "--activation", "sin", "--no-store"]
    code, text = run("output", *words, "--save", str(tmp_path))
    assert code == 0
    assert "∎ PROVED for L=2, m=1, d=1 sin 2" in text
    found = sorted(file.name for file in tmp_path.iterdir())
    assert found[0] == "banerjee2024-output-L1-m1-d1-sin.json"
    assert len(found) == 4
    code, text = run(*(str(tmp_path / name) for name in found))
    assert code == 0
    assert text.count("∎ PROVED") == 4


def test_what_can_be_proved_is_listed_and_why_the_rest_cannot() -> None:
    code, text = run("--list", "depth_free/gradient", "lemma_unit_rows", "predictor_hessian_rate", "gd_descent")
    assert code == 0
    assert "depth_free/gradient ‖α‖ ≤ S, ‖p‖ ≤ T, and where lines of a maximum cross" in text
    assert "not 1 theorem: banerjee2024/lemma_unit_rows why Its left side is none of" in text
    assert "not 1 theorem: banerjee2024/predictor_hessian_rate why The bound does not scale" in text
    assert "not 1 theorem: banerjee2024/gd_descent why It is about something else" in text


WRONG = [
    ([], "`wnverify prove --list`"),
    (["predictor_hesian", "--shape", "L=1,m=1,d=1"], "did you mean"),
    (["output"], "--shape L=1,m=2,d=2"),
    (["output", "--shape", "m=2"], "a shape such as"),
    (["output", "--shape", "L=1,m=9,d=1"], "1 ≤ m ≤ 2, or 3 for L = 1"),
    (["output", "--shape", "L=1,m=1,d=1", "--activation", "relu"], "among identity, tanh, sin, sigmoid4, softplus"),
    (["output", "--shape", "L=1,m=1,d=1", "--slack", "0.9"], "a slack from 1 to 2"),
    (["output", "--shape", "L=1,m=1,d=1", "--budget", "soon"], "a time such as"),
    (["output", "--shape", "L=1,m=1,d=1", "--shard", "3/2"], "a share I/K"),
    (["wu2020/error_field", "--shape", "L=1,m=1,d=1"], "a theorem about single WeightNorm networks"),
]


@pytest.mark.parametrize(("words", "told"), WRONG, ids=[told for _, told in WRONG])
def test_what_cannot_be_asked_is_told_in_a_sentence(words: list[str], told: str) -> None:
    code, text = run(*words)
    assert code == 2
    assert told in text


def test_a_certificate_never_names_a_file_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(FILE.replace("/2", "").replace(" / 2", ""))
    code, text = run("mine.py", "--shape", "L=1,m=1,d=1", "--no-store", "--save", "mine.json")
    assert code == 0
    assert run("mine.json", "--with", "mine.py")[0] == 0
    Path("mine.py").write_text("raise SystemExit('run')")
    for name in ("mine", "mine.py", str(tmp_path / "mine.py"), "banerjee2024/*", "output"):
        certificate = certificate_from(Path("mine.json").read_bytes())
        Path("other.json").write_bytes(msgspec.structs.replace(certificate, theorem=name).text())
        code, text = run("other.json")
        assert code == 3
        assert "Expected a theorem of the catalogue" in text
        assert "--with FILE" in text


def test_the_slack_is_told_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    assert run("output", "--shape", "L=1,m=1,d=1", "--no-store", "--save", str(file))[0] == 0
    certificate = certificate_from(file.read_bytes())
    file.write_bytes(msgspec.structs.replace(certificate, slack="100000001/100000000").text())
    _, text = run(str(file))
    assert "(slack 1.00000001)" in text
    assert "left side ≤ 1.00000001 times right side" in text


def test_other_networks_under_the_same_names_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(
        FILE.replace("family=WEIGHT_NORM", "family=type('Other', (type(WEIGHT_NORM),), {})()")
    )
    code, text = run(str(tmp_path / "other.py"), "--shape", "L=1,m=1,d=1", "--no-store")
    assert code == 2
    assert "Expected a theorem about single WeightNorm networks" in text


def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, text = run(str(tmp_path / "none.json"))
    assert code == 3
    assert "Expected a certificate that can be read" in text
