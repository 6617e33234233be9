"""What a worker of a cluster does with a unit, in this process; for a whole cluster see `test_cluster`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tests.runs.test_run import entry, statement
from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.runs import far
from wnverify.store.outside import outside
from wnverify.store.surroundings import surroundings
from wnverify.store.unit import READ, Reading, Unit, reading_from_text, unit_to_text


def test_a_worker_whose_imported_package_is_edited_has_the_old_one(tmp_path: Path, monkeypatch) -> None:
    """A process imports a package once: what it finds afterwards is not found with the sources that are there."""
    monkeypatch.setattr(far, "tied", lambda: None)
    (tmp_path / "packages").mkdir()
    package = tmp_path / "packages" / "ours_of_far.py"
    package.write_text("FACTOR = 1\n")
    monkeypatch.syspath_prepend(package.parent)
    claim = statement('first_derivative, "<=", FACTOR / w_norm')
    text = catalogue.text(entry(tmp_path, "t", "from ours_of_far import FACTOR" + claim))
    unit = Unit(text, READ, parse_budget("quick"), 0, surroundings().digest)

    def done() -> Reading:
        task = far.Task(unit_to_text(unit), outside(text), far.PROCESS)
        answer = msgspec.json.decode(far.done_far(msgspec.json.encode(task)), type=far.Answer)
        assert not answer.refused
        return reading_from_text(answer.result)

    assert done().before
    package.write_text("FACTOR = 2  # another\n")
    assert "restart the worker" in done().unread
    package.write_text("FACTOR = 1\n")
    assert done().before
