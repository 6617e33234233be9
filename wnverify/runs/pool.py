"""Pool: processes that work for a run, heed no Ctrl-C of their own, and end with the one that started them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from os import _exit
from threading import Thread
from typing import TypeVar

from wnverify.stopping import heard

MASKS = hasattr(signal, "pthread_sigmask")
"""Whether signals can be blocked here; not on Windows."""
PATIENCE = 5.0
"""Seconds that a process which was told to end may take."""
Given = TypeVar("Given")
Result = TypeVar("Result")


@contextmanager
def deaf() -> Iterator[None]:
    """While this lasts, Ctrl-C is blocked in this thread, and for good in processes and threads that start in it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if MASKS else None
    try:
        yield
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass
class Hand:
    """A process of its own, which starts when there is work for it, and again if it died.

    Args:
        ready: what it does before its first work.
    """

    ready: Callable[[], None] | None = None
    pool: ProcessPoolExecutor | None = None

    def submit(self, work: Callable[[Given], Result], given: Given) -> Future[Result]:
        """Hand it work; a process that this starts inherits that Ctrl-C is blocked: the parent alone answers it.

        A process that cannot start, or died, fails the work, not the run.
        """
        try:
            with deaf():
                self.pool = self.pool or _pool(self.ready)
                return self.pool.submit(work, given)
        except (BrokenProcessPool, OSError) as error:
            self.pool = None
            future: Future[Result] = Future()
            future.set_exception(error)
            return future

    def result_of(self, future: Future[Result]) -> Result | None:
        """What came of work that was handed over; None where its process could not start, or died."""
        try:
            return future.result()
        except (BrokenProcessPool, OSError):
            self.pool = None
            return None

    def stop(self) -> None:
        """Abandon what is running: its evidence would be partial."""
        if self.pool is None:
            return
        processes = list((self.pool._processes or {}).values())  # no public way to end a task before Python 3.14
        managers = _managers([self.pool])
        self.pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        for manager in managers:
            manager.join(PATIENCE)


@contextmanager
def hands(jobs: int, ready: Callable[[], None] | None = None, *, least: int = 2) -> Iterator[list[Hand]]:
    """Processes; none for fewer jobs than the least number, or where none can be.

    Each is apart from the others: what one is given stays with it, and where one dies, the others go on.

    Args:
        jobs: the most processes.
        ready: what each does before its first work.
        least: for so many jobs processes are started; for 1, even a single job is apart.
    """
    found = [Hand(ready) for _ in range(jobs)] if jobs >= least and _possible() else []
    try:
        yield found
    except BaseException:
        heard()
        for hand in found:
            hand.stop()
        raise
    pools = [hand.pool for hand in found if hand.pool is not None]
    managers = _managers(pools)
    for pool in pools:
        pool.shutdown(wait=False)
    for manager in managers:
        manager.join()


def _managers(pools: Sequence[ProcessPoolExecutor]) -> list[Thread]:
    """The threads that end processes, of which shutdown lets go.

    Python writes to each of them as it exits, and fails with a traceback where one ends just then; so they are waited
    for.
    """
    threads: list[object] = [pool._executor_manager_thread for pool in pools]
    return [thread for thread in threads if isinstance(thread, Thread)]


def _possible() -> bool:
    """Whether the system has semaphores to share; without shared memory it has none."""
    try:
        _pool(None).shutdown()
    except (OSError, NotImplementedError, ImportError):
        return False
    return True


def _pool(ready: Callable[[], None] | None) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin, initargs=(ready,))


def _begin(ready: Callable[[], None] | None) -> None:
    """In a process of the pool: let the parent alone answer Ctrl-C, and end with it even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tied()
    if ready is not None:
        ready()


def tied() -> None:
    """From here on this process ends with the one that started it, even if that is killed."""
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        _exit(1)  # nobody is left to be told; by this name whatever a function of the user's is kept from
