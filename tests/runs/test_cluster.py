"""Workers of Dask do the same as one process, whoever of them dies; needs `pip install 'wnverify[cluster]'`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs.test_run import QUICK, entry, statement
from wnverify.budget import parse_budget
from wnverify.errors import UsageError
from wnverify.evidence import Event
from wnverify.runs import cluster as here
from wnverify.runs.cluster import Cluster
from wnverify.runs.record import timeless, to_json
from wnverify.runs.run import run
from wnverify.store.keeper import keeper
from wnverify.verdict import Verdict

distributed = pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="other systems kill otherwise"),
    pytest.mark.filterwarnings("ignore"),  # of Dask's own threads and sockets
]
RIGHT = statement('first_derivative, "<=", 1 / w_norm')
DEADLY = """
import os
from wnverify.families.least_squares.normalisation import Normalisation
class Deadly(Normalisation):
    def structured(self, situation):
        if {when}:
            os.kill(os.getpid(), 9)
        return Normalisation.structured(self, situation)
theorem = Theorem(claim=Claim(first_derivative, "<=", 1 / w_norm), family=Deadly())
"""


@pytest.fixture(scope="module")
def scheduler() -> Iterator[distributed.LocalCluster]:
    import dask

    stay = dask.config.set({"distributed.deploy.lost-worker-timeout": here.REPLACED})
    with (
        stay,
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=2, host="127.0.0.1", dashboard_address=None, silence_logs=50
        ) as found,
    ):
        yield found


@pytest.fixture
def client(scheduler) -> Iterator[distributed.Client]:
    with distributed.Client(scheduler, set_as_default=False) as found:
        found.wait_for_workers(2)
        yield found


def same(record) -> bytes:
    return to_json(timeless(record))


def processes(client) -> list[int]:
    return sorted(client.run(os.getpid).values())


def test_a_worker_that_is_killed_in_the_middle_changes_nothing(tmp_path, scheduler, client) -> None:
    (tmp_path / "mine.py").write_text("ONE = 1\n")
    entries = [
        entry(tmp_path, "right", f"from mine import ONE\nprint('read')\n{RIGHT}"),
        entry(tmp_path, "wrong", statement('first_derivative, "<=", 1 / w_norm**2')),
        entry(tmp_path, "follows", RIGHT.replace("family=", 'corollary_of="right", family=')),
        entry(tmp_path, "alone", RIGHT.replace("family=", 'corollary_of="nothing", family=')),
        entry(tmp_path, "broken", "theorem = Theorem(\n"),
    ]
    alone = run(entries, QUICK, jobs=1)
    events: list[Event] = []

    def kill(event: Event) -> None:
        events.append(event)
        if event.kind == "finished" and sum(each.kind == "finished" for each in events) == 5:
            os.kill(processes(client)[0], signal.SIGKILL)

    said: list[str] = []
    store = tmp_path / "evidence.db"
    far = Cluster(scheduler.scheduler_address, say=said.append)
    assert same(run(entries, QUICK, jobs=far, notify=kill, store=keeper(store, said.append))) == same(alone)
    assert {1, 2} <= {event.checks for event in events if event.kind == "workers"}
    assert len([event for event in events if event.kind == "finished"]) == sum(len(t.checks) for t in alone.theorems)
    again = keeper(store, said.append)
    assert same(run(entries[:3], QUICK, jobs=Cluster("nowhere:1"), store=again)) == same(
        run(entries[:3], QUICK, jobs=1)
    )
    assert again.checked == 0
    assert said == []


def test_a_unit_that_kills_three_workers_is_an_error_and_the_rest_goes_on(tmp_path, scheduler, client) -> None:
    deaths = tmp_path / "deaths"
    inside = 'any(each.filename.endswith("structured.py") for each in __import__("inspect").stack())'
    counted = f"{inside} and open({str(deaths)!r}, 'a').write('x')"
    entries = [entry(tmp_path, "deadly", DEADLY.format(when=counted)), entry(tmp_path, "right", RIGHT)]
    record = run(entries, QUICK, jobs=Cluster(scheduler.scheduler_address))
    deadly, right = record.theorems
    (dead,) = (check for check in deadly.checks if check.verdict == "ERROR")
    assert dead.check == "structured"
    assert "3 workers of the cluster died while they did this" in dead.reason
    assert len(deaths.read_text()) == 3
    assert [check.check for check in deadly.checks] == deadly.planned
    assert right.verdict is Verdict.HELD


def test_workers_of_other_versions_are_refused(tmp_path, scheduler, client) -> None:
    said: list[str] = []
    far = Cluster(scheduler.scheduler_address, say=said.append)
    first, second = sorted(client.nthreads())
    client.run(_other_numpy, workers=[first])
    try:
        record = run([entry(tmp_path, "right", RIGHT)], QUICK, jobs=far)
        assert record.theorems[0].verdict is Verdict.HELD
        (told,) = said
        assert told.startswith(f"The worker {first} is not used: it has numpy 1.0.0 instead of ")
        client.run(_other_numpy, workers=[second])
        with pytest.raises(UsageError, match="a worker that is what is here, but got none that can be used: install"):
            run([entry(tmp_path, "right", RIGHT)], QUICK, jobs=far)
    finally:
        client.run(_own_numpy)


def _other_numpy() -> None:
    from dataclasses import replace

    from wnverify.runs import far

    now = far.surroundings()
    far._began = lambda: replace(now, digest="", versions={**now.versions, "numpy": "1.0.0"})


def _own_numpy() -> None:
    from wnverify.runs import far

    far._began = far.surroundings


def test_a_worker_that_becomes_another_is_refused_by_each_unit(tmp_path, scheduler, client) -> None:
    said: list[str] = []
    changed: list[str] = []
    address = min(client.nthreads())

    def edit(event: Event) -> None:
        if event.kind == "finished" and not changed:
            changed.append(address)
            client.run(_edited, workers=[address])

    try:
        record = run(
            [entry(tmp_path, f"r{i}", RIGHT) for i in range(2)],
            QUICK,
            notify=edit,
            jobs=Cluster(scheduler.scheduler_address, say=said.append),
        )
    finally:
        client.run(_own_numpy)
    assert [told.verdict for told in record.theorems] == [Verdict.HELD] * 2
    assert said == [
        f"The worker {address} is not used: its sources of wnverify were edited after it had begun: restart it."
    ]


def _edited() -> None:
    from types import SimpleNamespace

    from wnverify.runs import far

    far._began = lambda: SimpleNamespace(changed=True)


def test_an_interruption_leaves_nothing_on_the_cluster(tmp_path, scheduler, client) -> None:
    def stop(event: Event) -> None:
        if event.kind == "finished":
            raise KeyboardInterrupt

    record = run([entry(tmp_path, "right", RIGHT)], QUICK, notify=stop, jobs=Cluster(scheduler.scheduler_address))
    assert record.interrupted
    assert len(record.theorems[0].checks) == 1
    end = time.monotonic() + 10
    while scheduler.scheduler.tasks and time.monotonic() < end:
        time.sleep(0.05)
    assert not scheduler.scheduler.tasks
    assert len(scheduler.scheduler.clients) <= 2  # ours, and the scheduler's own


def test_no_scheduler_and_no_worker_are_told_in_a_sentence(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(here, "CONNECT", 0.5)
    monkeypatch.setattr(here, "FIRST", 0.5)
    entries = [entry(tmp_path, "right", RIGHT)]
    for address in ("127.0.0.1:1", "nonsense://x:1", str(tmp_path / "none.json")):
        with pytest.raises(
            UsageError, match=r"Expected a Dask scheduler, but got none at .*: start `dask scheduler`"
        ):
            run(entries, QUICK, jobs=Cluster(address))
    with (
        distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None, silence_logs=50) as empty,
        pytest.raises(UsageError, match=r"a worker, but got none at tcp://.*: start some with `dask worker"),
    ):
        run(entries, QUICK, jobs=Cluster(empty.scheduler_address))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_local_cluster_ends_with_its_run(tmp_path: Path, number: int) -> None:
    entry(
        tmp_path,
        "slow",
        DEADLY.format(when="print(os.getpid(), file=open('begun', 'a')) or __import__('time').sleep(30)"),
    )
    command = [sys.executable, "-m", "wnverify", "check", "slow.py", "--dask", "local", "--jobs", "2"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    while not (tmp_path / "begun").exists() and process.poll() is None:
        time.sleep(0.1)
    time.sleep(0.5)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.kill()
    said, _ = process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else -9), said
    assert "Traceback" not in said
    for worker in map(int, (tmp_path / "begun").read_text().split()):
        with pytest.raises(ProcessLookupError):
            _wait_for(worker)


def _wait_for(process: int) -> None:
    for _ in range(100):
        os.kill(process, 0)
        time.sleep(0.1)


def test_rounds_are_the_same(tmp_path, scheduler, client) -> None:
    entries = [entry(tmp_path, f"r{i}", RIGHT) for i in range(2)]
    two = parse_budget("2r")
    assert same(run(entries, two, jobs=Cluster(scheduler.scheduler_address))) == same(run(entries, two, jobs=1))
