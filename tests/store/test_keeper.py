"""What is finished is kept and not done again; whatever decides its outcome being another, it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runs.test_run import QUICK, entry, statement
from tests.store.killed import NAMES, made_up
from wnverify.beside import of_text
from wnverify.budget import parse_budget
from wnverify.catalogue import Entry
from wnverify.evidence import CheckEvidence
from wnverify.runs import theorem as one_theorem
from wnverify.runs.record import timeless, to_json
from wnverify.runs.run import run
from wnverify.store import keeper as module
from wnverify.store import surroundings as around
from wnverify.store.database import existing
from wnverify.store.history import states
from wnverify.store.keeper import Keeper, keeper

ALL = 3 * len(NAMES)


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    """Three theorems, of which the first imports a module beside it, with made-up checks."""
    monkeypatch.setattr(one_theorem, "CHECKS", made_up(tmp_path / "log"))
    (tmp_path / "mine.py").write_text("FACTOR = 1\n")
    first = entry(tmp_path, "t0", "from mine import FACTOR" + statement('first_derivative, "<=", FACTOR / w_norm'))
    return [first, *(entry(tmp_path, f"t{i}", statement(f'first_derivative, "<=", {i} / w_norm')) for i in (1, 2))]


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file that stands for the package's sources."""
    package = tmp_path / "package"
    (package / "theorems").mkdir(parents=True)
    (package / "theorems" / "one.py").write_text("")
    (package / "engine.py").write_text("ONE = 1\n")
    monkeypatch.setattr(around, "PACKAGE", package)
    return package / "engine.py"


def kept(entries: list[Entry], folder: Path, budget: str = "quick", seed: int = 0, fresh: bool = False) -> Keeper:
    """The keeper of a run with the store in a folder; its record is that of a run without."""
    said: list[str] = []
    store = keeper(folder / "evidence.db", said.append, fresh=fresh)
    found = run(entries, parse_budget(budget), seed=seed, jobs=1, store=store)
    assert to_json(timeless(found)) == to_json(timeless(run(entries, parse_budget(budget), seed=seed, jobs=1)))
    assert not said
    store.close()
    return store


def counts(store: Keeper) -> tuple[int, int]:
    return store.kept, store.checked


def test_nothing_unchanged_is_checked_twice(entries, sources, tmp_path) -> None:
    assert counts(kept(entries[:2], tmp_path)) == (0, 10)
    assert counts(kept(entries, tmp_path)) == (10, 5)
    assert counts(kept(entries, tmp_path)) == (ALL, 0)
    assert counts(kept(entries, tmp_path, seed=1)) == (0, ALL)
    assert counts(kept(entries, tmp_path, budget="standard")) == (0, ALL)
    again = kept(entries, tmp_path, fresh=True)
    assert counts(again) == (0, ALL)
    assert again.differing == []


def test_an_edit_is_checked_again_and_nothing_else(entries, sources, tmp_path) -> None:
    kept(entries, tmp_path)
    with entries[2].path.open("a") as file:
        file.write("# an edit\n")
    assert counts(kept(entries, tmp_path)) == (10, 5)
    (tmp_path / "mine.py").write_text("FACTOR = 3\n")
    assert counts(kept(entries, tmp_path)) == (10, 5)
    (sources.parent / "theorems" / "one.py").write_text("# a theorem of the package\n")
    assert counts(kept(entries, tmp_path)) == (ALL, 0)
    sources.write_text("ONE = 2\n")
    assert counts(kept(entries, tmp_path)) == (0, ALL)
    sources.write_text("ONE = 1\n")
    assert counts(kept(entries, tmp_path)) == (ALL, 0)


def test_a_library_of_another_version_is_another_key(entries, tmp_path, monkeypatch) -> None:
    kept(entries[:1], tmp_path)
    real = around.version
    monkeypatch.setattr(around, "version", lambda name: "0.0" if name == "scipy" else real(name))
    assert counts(kept(entries[:1], tmp_path)) == (0, 5)


def test_errors_are_not_kept(entries, tmp_path, monkeypatch) -> None:
    def fail(*_: object) -> CheckEvidence:
        raise MemoryError

    checks = dict(one_theorem.CHECKS)
    monkeypatch.setattr(one_theorem, "CHECKS", checks | {"second": replace(checks["second"], run=fail)})
    assert counts(kept(entries[:1], tmp_path)) == (0, 5)
    assert counts(kept(entries[:1], tmp_path)) == (4, 1)


def test_what_differs_under_one_key_is_told(entries, tmp_path, monkeypatch) -> None:
    kept(entries[:1], tmp_path)
    checks = dict(one_theorem.CHECKS)
    wrong = replace(checks["third"], run=lambda *_: CheckEvidence("third", "HELD", "something else"))
    monkeypatch.setattr(one_theorem, "CHECKS", checks | {"third": wrong})
    assert kept(entries[:1], tmp_path, fresh=True).differing == ["t0: third"]
    assert kept(entries[:1], tmp_path, fresh=True).differing == []


@pytest.mark.parametrize("moment", [0.0, 99.0], ids=["at once", "at the end"])
def test_sources_that_are_edited_meanwhile_end_the_keeping(entries, sources, tmp_path, monkeypatch, moment) -> None:
    """The run goes on; what was kept after the last look at the sources is not kept any more."""
    monkeypatch.setattr(module, "MOMENT", moment)
    said: list[str] = []
    store = keeper(tmp_path / "evidence.db", said.append)

    def edit(event) -> None:
        if event.kind == "finished" and (event.id, event.check) == ("t1", "first"):
            sources.write_text("ONE = 'another'\n")

    found = run(entries, QUICK, jobs=1, store=store, notify=edit)
    assert [len(theorem.checks) for theorem in found.theorems] == [5, 5, 5]
    store.close()
    assert len(said) == 1
    assert "not being kept from here on: the sources of wnverify were edited" in said[0]
    sources.write_text("ONE = 1\n")
    assert counts(kept(entries, tmp_path)) == ((5, 10) if moment == 0.0 else (0, 15))


def test_a_full_disk_ends_the_keeping_and_not_the_run(entries, tmp_path) -> None:
    said: list[str] = []
    store = keeper(tmp_path / "evidence.db", said.append)
    store.database._connection.execute("PRAGMA max_page_count = 1")
    found = run(entries, QUICK, jobs=1, store=store)
    assert [len(theorem.checks) for theorem in found.theorems] == [5, 5, 5]
    assert len(said) == 1
    assert "is full. It goes on." in said[0]


def test_a_corollary_of_a_theorem_that_is_gone_is_not_taken_as_known(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(one_theorem, "CHECKS", made_up(tmp_path / "log"))
    parent = entry(tmp_path, "parent", statement('first_derivative, "<=", 1 / w_norm'))
    claim = statement('first_derivative, "<=", 2 / w_norm').replace("family=", 'corollary_of="parent", family=')
    child = entry(tmp_path, "child", claim)
    assert counts(kept([child], tmp_path)) == (0, 5)
    assert counts(kept([child], tmp_path)) == (5, 0)
    parent.path.unlink()
    store = keeper(tmp_path / "evidence.db", str)
    assert "corollary_of" in run([child], QUICK, jobs=1, store=store).unread["child"]


def test_processes_and_what_they_print(tmp_path, capfd) -> None:
    """With two processes the same rows are kept; what a file prints is shown again although it is not run."""
    loud = entry(tmp_path, "loud", "print('once')" + statement('first_derivative, "<=", 1 / w_norm'))
    one, two = (keeper(tmp_path / f"{jobs}.db", str) for jobs in (1, 2))
    found = [run([loud], QUICK, jobs=jobs, store=store) for jobs, store in ((1, one), (2, two), (2, two))]
    assert len({to_json(timeless(each)) for each in found}) == 1
    assert to_json(found[1]) == to_json(found[2])
    assert {(r.key, r.unit) for r in one.database.heads()} == {(r.key, r.unit) for r in two.database.heads()}
    assert counts(two) == (len(found[0].theorems[0].checks),) * 2
    assert capfd.readouterr().err.count("once") == 3


def test_a_package_of_ones_own_that_is_edited_meanwhile_is_not_kept_as_the_other(tmp_path, monkeypatch) -> None:
    """What a process has imported stays what it was, whatever its sources are by now."""
    monkeypatch.setattr(one_theorem, "CHECKS", made_up(tmp_path / "log"))
    package = tmp_path / "packages" / "ours_of_keeper.py"
    package.parent.mkdir()
    package.write_text("FACTOR = 1\n")
    monkeypatch.syspath_prepend(package.parent)
    claim = statement('first_derivative, "<=", FACTOR / w_norm')
    one = entry(tmp_path, "t0", "from ours_of_keeper import FACTOR" + claim)
    plain = entry(tmp_path, "t1", statement('first_derivative, "<=", 1 / w_norm'))
    said: list[str] = []
    store = keeper(tmp_path / "evidence.db", said.append)

    def edit(event) -> None:
        if event.kind == "finished" and (event.id, event.check) == ("t0", "first"):
            package.write_text("FACTOR = 2  # another\n")

    run([one, plain], QUICK, jobs=1, store=store, notify=edit)
    store.close()
    assert len(said) == 1
    assert "t0" in said[0]
    monkeypatch.delitem(sys.modules, "ours_of_keeper")
    assert counts(kept([one, plain], tmp_path)) == (5, 5)
    package.write_text("FACTOR = 1\n")
    monkeypatch.delitem(sys.modules, "ours_of_keeper")
    assert counts(kept([one], tmp_path)) == (1, 4)


def test_data_that_a_theorem_file_reads_decide_as_its_text_does(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(one_theorem, "CHECKS", made_up(tmp_path / "log"))
    data = tmp_path / "factor.txt"
    data.write_text("1")
    head = "from pathlib import Path\nFACTOR = int(Path(__file__).with_name('factor.txt').read_text())\n"
    head += "from contextlib import suppress\nwith suppress(OSError):\n    FACTOR = int(Path('more.txt').read_text())"
    one = entry(tmp_path, "t0", head + statement('first_derivative, "<=", FACTOR / w_norm'))
    monkeypatch.chdir(tmp_path)
    assert counts(kept([one], tmp_path)) == (0, 5)
    assert counts(kept([one], tmp_path)) == (5, 0)
    data.write_text("2")
    assert counts(kept([one], tmp_path)) == (0, 5)
    assert counts(kept([one], tmp_path)) == (5, 0)
    for number in ("1", "2"):
        data.write_text(number)
        assert counts(kept([one], tmp_path)) == (5, 0)
    (tmp_path / "more.txt").write_text("3")  # it was asked for before, and not there
    assert counts(kept([one], tmp_path)) == (0, 5)
    with existing(tmp_path / "evidence.db") as database:
        found = [state.evidence for state in states(database, one.id)]
    assert [each.claim.rhs[0] for each in found] == ["1", "2", "3"]
    assert len({each.digest for each in found}) == 3
    assert len({of_text(each.digest) for each in found}) == 1


def test_data_that_are_edited_meanwhile_are_not_kept_as_the_others(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(one_theorem, "CHECKS", made_up(tmp_path / "log"))
    data = tmp_path / "factor.txt"
    data.write_text("1")
    head = "from pathlib import Path\nFACTOR = int(Path(__file__).with_name('factor.txt').read_text())"
    one = entry(tmp_path, "t0", head + statement('first_derivative, "<=", FACTOR / w_norm'))
    said: list[str] = []
    store = keeper(tmp_path / "evidence.db", said.append)
    run([one], QUICK, jobs=1, store=store, notify=lambda event: data.write_text("2") if event.check == "first" else 0)
    store.close()
    assert len(said) == 1
    assert "a file of data that it reads was edited meanwhile" in said[0]
    assert counts(kept([one], tmp_path)) == (0, 5)
