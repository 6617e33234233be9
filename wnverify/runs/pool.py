"""Pool: processes that work for a run, heed no Ctrl-C of their own, and end with the one that started them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from os import _exit
from threading import Thread
from typing import TypeVar

from wnverify.stopping import heard

MASKS = hasattr(signal, "pthread_sigmask")
"""Whether signals can be blocked here; not on Windows."""
Given = TypeVar("Given")
Result = TypeVar("Result")


@contextmanager
def workers(jobs: int, ready: Callable[[], None] | None = None) -> Iterator[ProcessPoolExecutor | None]:
    """Processes, each of which starts when there is work for it; None for a single job, or where none can be.

    Args:
        jobs: the most processes.
        ready: what each does before its first work.
    """
    pool = _pool(jobs, ready) if jobs > 1 else None
    if pool is None:
        yield None
        return
    try:
        yield pool
    except BaseException:
        _stop(pool)
        raise
    pool.shutdown()


def _pool(jobs: int, ready: Callable[[], None] | None) -> ProcessPoolExecutor | None:
    """A pool; None where the system has no semaphores to share, as without shared memory."""
    try:
        return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin, initargs=(ready,))
    except (OSError, NotImplementedError, ImportError):
        return None


def submitted(pool: ProcessPoolExecutor, work: Callable[[Given], Result], given: Given) -> Future[Result]:
    """Hand work to the pool; a process that this starts inherits that Ctrl-C is blocked: the parent alone answers it.

    A pool that has broken down, or a process that cannot start, fails the work, not the run.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if MASKS else None
    try:
        return pool.submit(work, given)
    except (BrokenProcessPool, OSError) as error:
        future: Future[Result] = Future()
        future.set_exception(error)
        return future
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def result_of(future: Future[Result]) -> Result | None:
    """What came of work that was handed over; None where its process could not start, or died."""
    try:
        return future.result()
    except (BrokenProcessPool, OSError):
        return None


def _begin(ready: Callable[[], None] | None) -> None:
    """In a process of the pool: let the parent alone answer Ctrl-C, and end with it even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    if ready is not None:
        ready()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        _exit(1)  # nobody is left to be told; by this name whatever a function of the user's is kept from


def _stop(pool: ProcessPoolExecutor) -> None:
    """Abandon what is running: its evidence would be partial."""
    heard()
    processes = list((pool._processes or {}).values())  # no public way to end a running task before Python 3.14
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
