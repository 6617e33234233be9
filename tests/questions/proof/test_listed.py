"""What `wnverify prove` has proved is kept, and `show` and the reports tell it as long as the claim stays."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec import structs

from tests.commands.test_prove import FILE
from tests.report.made_up_runs import check, record, theorem, worst
from wnverify import catalogue
from wnverify.cli import cli
from wnverify.proving.certificate import certificate_from
from wnverify.proving.whole import DEFAULT, whole_in
from wnverify.questions.proof.listed import listed
from wnverify.questions.proof.standing import standing
from wnverify.report.proved import sentence
from wnverify.runs.record import from_json, timeless, to_json
from wnverify.store.database import existing

OWN = FILE.replace("(1 + rho) / 2", "1 + rho").replace("A bound that is too small", "A bound")
LINE = "∎ L=1, m=1, d=1 tanh 2 boxes checked again now"
SHAPE = ("--shape", "L=1,m=1,d=1")


def run(*words: str) -> str:
    found = CliRunner().invoke(cli, list(words), env={"COLUMNS": "100"})
    assert found.exit_code == 0, (found.output, found.exception)
    return " ".join(found.output.split())


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A theorem of one's own that was proved for a shape in this folder; to check it again may take long."""
    monkeypatch.setattr("wnverify.commands.show.SECONDS", 1e3)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WNVERIFY_NO_STORE", raising=False)
    file = tmp_path / "mine.py"
    file.write_text(OWN, "utf-8")
    run("prove", "mine.py", *SHAPE)
    return file


def test_show_tells_what_is_proved_of_the_claim_as_it_stands(own: Path) -> None:
    assert f"Proved for all networks of a shape {LINE} About" in run("show", "mine.py")
    own.write_text(OWN.replace("1 + rho", "3 + rho"), "utf-8")
    assert "Proved for" not in run("show", "mine.py")
    own.write_text(OWN.replace("family=WEIGHT_NORM", "family=WEIGHT_NORM, settings={'activation': ['sin']}"), "utf-8")
    assert "Proved for" not in run("show", "mine.py")
    own.rename(own.with_name("other.py"))
    assert "Proved for" not in run("show", "other.py")


def test_a_certificate_that_proves_nothing_is_not_told_of(own: Path) -> None:
    found = catalogue.read(catalogue.one("mine.py"))
    (row,) = whole_in()
    certificate = certificate_from(row.result)
    looser = structs.replace(certificate, slack="51/50")
    with existing(DEFAULT) as database:
        for number, result in enumerate(
            (
                b"{}",
                looser.text(),
                certificate.text()[:-9],
                structs.replace(certificate, trees={"output": "0."}).text(),
                structs.replace(certificate, activation="sin", trees={"output": "0."}).text(),
                structs.replace(certificate, activation="none").text(),
            )
        ):
            database.put(replace(row, key=str(number), result=result))
        boxless = structs.replace(certificate, activation="identity", box={})
        database.put(replace(row, key="boxless", seconds=9e3, result=boxless.text()))
        other = structs.replace(certificate, activation="identity", claim="another")
        database.put(replace(row, key="other", seconds=9e3, result=other.text()))
        database.put(
            replace(row, key="slow", seconds=9e3, result=structs.replace(certificate, activation="sin").text())
        )
        database.put(replace(row, key="old", seconds=9e3, around="", result=structs.replace(certificate, L=2).text()))
    told = [sentence(each) for each in listed("mine", found.theorem, seconds=1e3)]
    assert told == [
        "∎ L=1, m=1, d=1 sin: 2 boxes, checked when found",
        "∎ L=1, m=1, d=1 tanh: 2 boxes, checked again now",
        "∎ L=2, m=1, d=1 tanh: 2 boxes, checked by another wnverify",
    ]
    connection = sqlite3.connect(DEFAULT)
    connection.execute("UPDATE finished SET seconds = seconds + 1 WHERE key = 'slow'")
    connection.commit()
    connection.close()
    assert "Proved for" not in run("show", "mine.py")


def test_check_tells_it_and_so_do_pages_and_tables_even_from_the_record_alone(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = theorem("mine", check("sampled", worst=worst(0.5)))
    evidence = structs.replace(evidence, digest=catalogue.read(catalogue.one("mine.py")).digest)
    with monkeypatch.context() as context:
        context.setattr("wnverify.runs.run.run", lambda *_, **__: record(evidence))
        told = run("check", "mine.py", "--json", "run.json", "-v")
    assert "mine ✓ held ∎" in told
    assert "Proved for all networks of a shape ∎ L=1, m=1, d=1 tanh 2 boxes checked when found" in told
    assert "∎ behind a verdict = proved for all networks of a shape" in told
    for _ in range(2):
        run("report", "run.json", "--html", "site", "--markdown", "table.md", "--latex", "table.tex")
        page = Path("site", "theorems", "mine.html").read_text("utf-8")
        assert '<li>∎ L=1, m=1, d=1 tanh <span class="quiet">2 boxes, checked when found</span></li>' in page
        assert "That it is proved beyond the shapes below:" in page
        assert 'theorems/mine.html#proved" title="∎ L=1, m=1, d=1 tanh"' in Path("site/index.html").read_text("utf-8")
        table = Path("table.md").read_text("utf-8")
        assert "| ✓ held ∎ |" in table
        assert "shape:\n\n- mine: ∎ L=1, m=1, d=1 tanh: 2 boxes, checked when found\n" in table
        table = Path("table.tex").read_text("utf-8")
        assert "& held $\\blacksquare$" in table
        assert "shape; mine: $L=1$, $m=1$, $d=1$ tanh." in table
        DEFAULT.unlink(missing_ok=True)
    kept = from_json(Path("run.json").read_bytes())
    assert list(kept.proved) == ["mine"]
    Path("run.json").write_bytes(to_json(timeless(kept)))
    run("report", "run.json", "--markdown", "table.md")
    assert "∎" not in Path("table.md").read_text("utf-8")


def test_a_run_of_checks_asks_a_theorem_file_once(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = catalogue.select(["mine.py"])
    first = standing(entries)
    ((identifier, _), (proof,)) = next(iter(first.items()))
    assert (identifier, proof.boxes, proof.checked) == ("mine", 2, "checked when found")
    with monkeypatch.context() as context:
        context.setattr(catalogue, "loaded", None)
        assert standing(entries) == first
    own.write_text(OWN.replace("1 + rho", "3 + rho"), "utf-8")
    assert standing(entries) == {}
    own.write_text("no theorem", "utf-8")
    assert standing(entries) == {}
