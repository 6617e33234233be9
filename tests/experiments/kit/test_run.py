"""The frame: points are kept as they are found, a run that was cut off goes on, and the files say the same."""

import csv
import json
from dataclasses import dataclass, replace

import pytest

from wnverify.errors import RecordError, UsageError
from wnverify.experiments.kit.experiment import Experiment, Told
from wnverify.experiments.kit.lines import Frame, Line, plotted
from wnverify.experiments.kit.run import Order, computed, run


@dataclass(frozen=True)
class Point:
    place: int


@dataclass(frozen=True)
class Row:
    place: int
    value: float
    missing: float | None


class Spy:
    """An experiment that counts what it measures, and stops where it is told to."""

    def __init__(self, stop=None):
        self.calls, self.stop = [], stop

    def measure(self, point, seed):
        self.calls.append(point.place)
        if point.place == self.stop:
            raise KeyboardInterrupt
        return [Row(point.place, 1 / (3 + seed + point.place), None if point.place else 0.1)]

    @property
    def experiment(self):
        def points(quick):
            return [Point(place) for place in range(2 if quick else 5)]

        return Experiment("spy", "Spy", "Is it kept?", Point, Row, points, self.measure, self.tell, self.draw)

    @staticmethod
    def tell(rows):
        return Told([f"The last value is {rows[-1].value:.3f}."], "Set so.", [("All", "| a |")])

    @staticmethod
    def draw(rows):
        line = Line("values", [(row.place, row.value) for row in rows], "random")
        return [plotted("spy", Frame("Values", "place", "value", "y", whole=True), [line], "Values against place")]


def ignored(*_):
    """Told of a point."""


def rows_of(spy, order):
    return computed(spy.experiment, order, spy.experiment.listed(order.quick, order.data), ignored)


def whole(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


def test_a_run_that_was_cut_off_goes_on_and_writes_the_same(tmp_path):
    run(Spy().experiment, Order(tmp_path / "one"), ignored)
    cut, rest = Spy(stop=3), Spy()
    with pytest.raises(KeyboardInterrupt):
        run(cut.experiment, Order(tmp_path / "two"), ignored)
    kept = tmp_path / "two" / ".spy.points"
    kept.write_bytes(kept.read_bytes()[:-7])  # killed while it wrote
    result = run(rest.experiment, Order(tmp_path / "two"), ignored)
    assert rest.calls == [2, 3, 4]
    assert whole(tmp_path / "one") == whole(tmp_path / "two")
    assert result.findings == ["The last value is 0.143."]
    assert {path.suffix for path in result.files} == {".csv", ".json", ".svg", ".md"}


def test_a_torn_line_spoils_none_after_it(tmp_path):
    (tmp_path / ".spy.points").write_bytes(b'{"of": "x", "ro')
    assert rows_of(Spy(), Order(tmp_path, quick=True))
    again = Spy()
    rows_of(again, Order(tmp_path, quick=True))
    assert not again.calls


def test_another_seed_is_computed_anew(tmp_path):
    first = rows_of(Spy(), Order(tmp_path, seed=0, quick=True))
    assert rows_of(Spy(), Order(tmp_path, seed=1, quick=True)) != first
    kept = Spy()
    assert rows_of(kept, Order(tmp_path, seed=0, quick=True)) == first
    assert not kept.calls


def test_data_are_read_back_as_they_were(tmp_path):
    run(Spy().experiment, Order(tmp_path), ignored)
    table = list(csv.DictReader((tmp_path / "spy.csv").read_text().splitlines()))
    data = json.loads((tmp_path / "spy.json").read_text())
    assert (
        [float(row["value"]) for row in table]
        == [row["value"] for row in data["rows"]]
        == [1 / k for k in range(3, 8)]
    )
    assert [row["missing"] for row in table] == ["0.1", "", "", "", ""]
    page = (tmp_path / "spy.md").read_text("utf-8")
    assert "- The last value is 0.143." in page
    assert "![Values against place](spy.svg)" in page


def test_damaged_pictures_leave_no_folder(tmp_path):
    def points(quick, data):
        raise RecordError(data)

    spied = replace(Spy().experiment, pictured=points)
    with pytest.raises(RecordError, match="broken"):
        run(spied, Order(tmp_path / "new", data="broken"), ignored)
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_is_said_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="a folder to write to"):
        run(Spy().experiment, Order(tmp_path / "file" / "in"), ignored)
