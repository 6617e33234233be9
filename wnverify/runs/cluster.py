"""Cluster: workers of Dask that do the units of a run, one at a time each, and are replaced when they die.

Each worker is asked what it is before it gets anything, and a unit is meant for one process: who dies with it is
known for certain, however many threads a worker has. Dask is imported only here, when there is something to do.
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import chain as joined
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

import msgspec

from wnverify import catalogue
from wnverify.errors import TheoremFileError, UsageError, WnverifyError, expected
from wnverify.runs.far import EDITED, Answer, Here, Task, done_far, here, unable
from wnverify.runs.pool import deaf
from wnverify.stopping import heard
from wnverify.store.outside import outside
from wnverify.store.surroundings import Surroundings, surroundings
from wnverify.store.unit import Reading, Result, Unit, result_from_text, result_to_text, unit_to_text

LOCAL = "local"
"""In place of an address: processes on this machine."""
BEAT, CONNECT, FIRST, NONE_LEFT = 1.0, 10.0, 10.0, 60.0
"""Seconds: between two looks at the workers; to find the scheduler; to wait for a worker at first, and later."""
REPLACED = "1 day"
"""Dask gives a place up whose worker died, and whose next one is dead, so much later: 15 seconds, if nobody says."""
ADDRESS = re.compile(r"((tcp|tls|ws|wss|ucx)://)?([\w.-]+|\[[\w:.%]+\]):\d+/?")
DEATHS = 3
"""So many workers a unit may take with it."""
Notify: TypeAlias = Callable[[int, int], None]
"""Is told how many workers there are, and how many units they did, whenever that changes."""
Note: TypeAlias = Callable[[Unit, Result, str], None]
"""Is told what became of a unit, and on which machine."""


class ClusterError(WnverifyError):
    """The cluster is there no more, or none of its workers (exit code 3)."""


@dataclass(frozen=True)
class Cluster:
    """Where workers are to be had.

    Args:
        address: of the scheduler, the name of its scheduler file, or `LOCAL`.
        jobs: processes of a local one; by default as many as cores.
        say: is told of workers that are not used, and why.
    """

    address: str
    jobs: int | None = None
    say: Callable[[str], None] = lambda _: None

    @contextmanager
    def crew(self, notify: Notify) -> Iterator[Crew]:
        """The workers, as long as this lasts; nothing of the run is left on them afterwards.

        Args:
            notify: is told how many there are.

        Raises:
            UsageError: if there is no Dask here, no scheduler there, or no worker that can be used.
        """
        with self.client() as client:
            crew = Crew(client, self.address, surroundings(), self.say, notify)
            crew.gather()
            yield crew

    @contextmanager
    def client(self) -> Iterator[Any]:
        """A client of the scheduler, and the cluster itself if it is a local one."""
        try:
            from distributed import Client, LocalCluster
        except ImportError as error:
            remedy = "python -m pip install 'wnverify[cluster]'"
            raise UsageError(expected("Dask for --dask", f"none that can be imported ({error})", remedy)) from error
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            try:
                server = stack.enter_context(_local(LocalCluster, self.jobs)) if self.address == LOCAL else None
                client = stack.enter_context(
                    Client(server or _address(self.address), timeout=CONNECT, set_as_default=False)
                )
            except (OSError, ValueError, RuntimeError) as error:
                raise UsageError(_unreachable(self.address, error)) from error
            yield client


@contextmanager
def _local(local_cluster: Callable[..., Any], jobs: int | None) -> Iterator[Any]:
    """A cluster of processes on this machine, which end with this one."""
    import dask

    number = jobs or os.cpu_count() or 1
    how = {"host": "127.0.0.1", "dashboard_address": None, "memory_limit": 0, "silence_logs": logging.CRITICAL}
    with deaf():  # what starts here, or later from a thread of this, leaves Ctrl-C to this process
        found = local_cluster(n_workers=number, threads_per_worker=1, processes=True, **how)
    with found, dask.config.set({"distributed.deploy.lost-worker-timeout": REPLACED}):
        yield found


def _address(told: str) -> str:
    """The address of a scheduler, or the one in its scheduler file; for a missing one Dask itself would wait.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it, or the text, holds no address.
    """
    address = json.loads(Path(told).read_bytes())["address"] if told.endswith(".json") else told
    if not ADDRESS.fullmatch(address):
        raise ValueError("that is no address")
    return str(address)


def _unreachable(address: str, error: Exception) -> str:
    why = " ".join(str(error).split())[:200] or type(error).__name__
    if address == LOCAL:
        return expected("a local Dask cluster", f"{type(error).__name__}: {why}", "try --jobs instead of --dask")
    remedy = "start `dask scheduler` there, or name the address that it prints, such as tcp://10.0.0.1:8786"
    return expected("a Dask scheduler", f"none at {address!r} ({why})", remedy)


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask tells of every worker that dies, and of every version that differs: what matters is told here."""
    logs = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    before = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for log, level in zip(logs, before, strict=True):
            log.setLevel(level)


# ---- the work


@dataclass
class _Waiting:
    """Chains of units that nobody follows at the moment; those that were begun come first.

    Args:
        chains: the others, each made when it is asked for.
        begun: those.
    """

    chains: Iterator[Iterator[Unit]]
    begun: deque[Iterator[Unit]] = field(default_factory=deque)

    def next(self) -> Iterator[Unit] | None:
        """The next one; None if there is none."""
        return self.begun.popleft() if self.begun else next(self.chains, None)

    def __bool__(self) -> bool:
        if not self.begun and (chain := self.next()) is not None:
            self.begun.append(chain)
        return bool(self.begun)


@dataclass(frozen=True)
class _Step:
    """A unit that is under way, what follows it, and the future of Dask that stands for it."""

    unit: Unit
    chain: Iterator[Unit]
    future: Any


@dataclass
class Crew:
    """The workers of a cluster that are what this process is.

    Args:
        client: of Dask.
        address: of the scheduler, for messages.
        around: what a worker must be.
        say: is told of workers that are not used.
        notify: is told how many there are.
        workers: by address, the process there.
    """

    client: Any
    address: str
    around: Surroundings
    say: Callable[[str], None]
    notify: Notify
    workers: dict[str, str] = field(default_factory=dict)
    _refused: dict[str, str] = field(default_factory=dict)
    _running: dict[str, _Step] = field(default_factory=dict)
    _deaths: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    _ended: SimpleQueue[str] = field(default_factory=SimpleQueue)
    _listed: set[str] = field(default_factory=set)
    _looked: float = 0.0
    _seen: float = field(default_factory=time.monotonic)
    _did: int = 0
    _told: tuple[int, int] = (0, 0)

    def gather(self) -> None:
        """Wait for a worker.

        Raises:
            UsageError: if there is none, or none that can be used.
        """
        end = time.monotonic() + FIRST
        self._look(at_once=True)
        while not self.workers and not self._refused and time.monotonic() < end:
            time.sleep(BEAT / 10)
            self._look(at_once=True)
        if not self.workers:
            raise UsageError(_nobody(self.address, refused=bool(self._refused)))

    def do(
        self,
        chains: Iterable[Iterator[Unit]],
        begun: Callable[[Unit], None],
        note: Note,
        heed: Callable[[], None] = lambda: None,
    ) -> None:
        """Do what the chains ask for; each worker follows one to its end, then takes the next.

        Args:
            chains: units one after the other; the next is asked for when what became of the one before is noted.
            begun: is told of every unit that is handed out.
            note: is told what became of it.
            heed: is asked again and again, and raises something when the work is to be left.

        Raises:
            ClusterError: if the scheduler is gone, or all workers for longer than a minute.
        """
        waiting = _Waiting(iter(chains))
        try:
            self._employ(waiting, begun)
            while self._running or waiting:
                heed()
                self._listen(waiting, note)
                self._employ(waiting, begun)
        except BaseException as error:
            heard()
            self._let_go()
            if isinstance(error, Exception) and self.client.status != "running":  # Dask makes many things of it
                raise ClusterError(_gone(self.address)) from error
            raise

    # ---- who is there

    def _look(self, *, at_once: bool = False) -> set[str]:
        """Look who is there, and ask those who are new what they are; the addresses of all.

        Who comes while work is done is asked the next time: a worker that dies before its nanny knows that it lives
        is never replaced.
        """
        self._looked = time.monotonic()
        listed: Mapping[str, Mapping[str, Any]] = self.client.scheduler_info(n_workers=-1)["workers"]
        able = {
            address
            for address, each in listed.items()
            if each["status"] == "running" or each["metrics"].get("executing")  # paused, it does nothing new
        }
        for address in self.workers.keys() - able:
            del self.workers[address]
        for address in self._refused.keys() - listed.keys():
            del self._refused[address]
        new = able if at_once else able & self._listed
        self._vet(sorted(new - self.workers.keys() - self._refused.keys()))
        self._listed = set(listed)
        self._tell()
        return self._listed

    def _vet(self, addresses: Sequence[str]) -> None:
        """Ask workers what they are: one of other versions is refused."""
        if not addresses:
            return
        for address, answer in self.client.run(here, workers=list(addresses), on_error="return").items():
            if isinstance(answer, OSError):  # it died, or is not yet there: it is asked again
                continue
            reason = _unfit(answer, self.around) if isinstance(answer, bytes) else _without(answer)
            if reason:
                self._refuse(address, reason)
            else:
                self.workers[address] = msgspec.json.decode(answer, type=Here).process

    def _refuse(self, address: str, reason: str) -> None:
        self.workers.pop(address, None)
        self._refused[address] = reason
        self.say(f"The worker {address} is not used: {reason.rstrip('.')}.")

    def _tell(self) -> None:
        if self.workers:
            self._seen = time.monotonic()
        now = (len(self.workers), self._did)
        if now != self._told:
            self._told = now
            self.notify(*now)

    # ---- who does what

    def _employ(self, waiting: _Waiting, begun: Callable[[Unit], None]) -> None:
        """Give every worker that rests the next unit of a chain that waits."""
        for address in [each for each in self.workers if each not in self._running]:
            while (chain := waiting.next()) is not None and not self._go_on(address, chain, begun):
                pass

    def _go_on(self, address: str, chain: Iterator[Unit], begun: Callable[[Unit], None]) -> bool:
        """Give a worker the next unit of a chain; whether there was one."""
        unit = next(chain, None)
        if unit is None:
            return False
        if not self._deaths[_name(unit)]:
            begun(unit)
        text = unit_to_text(replace(unit, around=self.around.digest))
        task = msgspec.json.encode(Task(text, outside(unit.text), self.workers[address]))
        future = self.client.submit(done_far, task, workers=[address], allow_other_workers=False, pure=False)
        self._running[address] = _Step(unit, chain, future)
        future.add_done_callback(lambda _: self._ended.put(address))
        return True

    def _listen(self, waiting: _Waiting, note: Note) -> None:
        """Wait until something ended, or for a while; now and then look who is still there.

        Raises:
            ClusterError: if nobody was there for too long.
        """
        with suppress(Empty):
            self._settle(self._ended.get(timeout=BEAT if self.workers else BEAT / 10), waiting, note)
        if time.monotonic() < self._looked + BEAT:
            return
        there = self._look()
        for address in self._running.keys() - self.workers.keys():
            self._release(address, waiting, note, died=address not in there)
        if time.monotonic() > self._seen + NONE_LEFT:
            why = next(iter(self._refused.values()), "start others")
            raise ClusterError(expected("workers", f"none any more at {self.address}", f"{why}, and run it again"))

    def _settle(self, address: str, waiting: _Waiting, note: Note) -> None:
        """Note what became of the unit of a worker; a worker that refused it, or died with it, gets no other."""
        step = self._running.get(address)
        if step is None or not step.future.done():  # of a unit that was given elsewhere
            return
        answer = _answer(step)
        if answer.refused:
            self._refuse(address, answer.refused)
        if not answer.result:
            self.workers.pop(address, None)
            self._release(address, waiting, note, died=answer.lost)
            self._tell()
            return
        del self._running[address]
        self._did += 1
        note(step.unit, _followed(step.unit, result_from_text(step.unit, answer.result)), answer.host)
        waiting.begun.appendleft(step.chain)

    def _release(self, address: str, waiting: _Waiting, note: Note, *, died: bool) -> None:
        """Take the unit of a worker back, for another one; if too many died with it, it is told so and left."""
        step = self._running.pop(address)
        self._cancel([step.future])
        name = _name(step.unit)
        self._deaths[name] += died
        if self._deaths[name] < DEATHS:
            waiting.begun.appendleft(joined((step.unit,), step.chain))
            return
        why = f"{DEATHS} workers of the cluster died while they did this (out of memory, or killed)"
        note(step.unit, unable(step.unit, why), "")
        waiting.begun.appendleft(step.chain)

    def _let_go(self) -> None:
        """Leave nothing on the cluster."""
        self._cancel([step.future for step in self._running.values()])
        self._running.clear()

    def _cancel(self, futures: list[Any]) -> None:
        with suppress(OSError, RuntimeError):  # the scheduler is gone
            self.client.cancel(futures, force=True)


def _name(unit: Unit) -> tuple[str, str, int]:
    return unit.id, unit.check, unit.budget.number


def _answer(step: _Step) -> Answer:
    """What a worker answered; where Dask tells something else, it is taken for dead."""
    from distributed import CancelledError, KilledWorker

    try:
        return msgspec.json.decode(step.future.result(timeout=CONNECT), type=Answer)
    except (KilledWorker, CancelledError, OSError):
        return Answer(lost=True)
    except Exception as error:  # whatever a worker cannot deal with is an error of the unit: others may do
        why = f"the worker stopped with {type(error).__name__}: {error}"
        return Answer(result_to_text(unable(step.unit, why)))


def _followed(unit: Unit, result: Result) -> Result:
    """What became of a unit, once the theorems were looked for from which this one follows: they are here."""
    if isinstance(result, Reading) and result.before:
        try:
            catalogue.check_followed(unit.text.entry, result.before.corollary_of)
        except TheoremFileError as error:
            return Reading(unread=str(error), printed=result.printed)
    return result


def _unfit(answer: bytes, around: Surroundings) -> str:
    """Why a worker cannot be used; empty if it can be."""
    try:
        found = msgspec.json.decode(answer, type=Here)
    except msgspec.DecodeError:
        return _without(ValueError("it speaks another language"))
    if found.edited:
        return EDITED
    if found.digest == around.digest:
        return ""
    there, own = ({"wnverify": each.wnverify, **each.versions} for each in (found, around))
    differ = [name for name in sorted(there | own) if there.get(name) != own.get(name)]
    said = ", ".join(f"{name} {there.get(name, 'missing')} instead of {own.get(name, 'none')}" for name in differ)
    return f"it has {said or 'other sources of wnverify'}; install there what is here"


def _without(error: object) -> str:
    why = " ".join(str(error).split())[:200]
    return f"it cannot run wnverify ({type(error).__name__}: {why}); install there what is here"


def _nobody(address: str, *, refused: bool) -> str:
    if refused:
        return expected("a worker that is what is here", "none that can be used", "install there what is here")
    where = f"--scheduler-file {address}" if address.endswith(".json") else address
    return expected("a worker", f"none at {address}", f"start some with `dask worker {where} --nthreads 1`")


def _gone(address: str) -> str:
    return expected("a Dask scheduler", f"none any more at {address}", "start it, and run this again")
