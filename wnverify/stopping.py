"""Stopping: Ctrl-C, a request to terminate or a closed terminal end a command with one line, and once."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TypeAlias

Ask: TypeAlias = Callable[[int, FrameType | None], None]

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
TIMER = hasattr(signal, "setitimer")
AGAIN = 2.0
"""Seconds after which an interruption that nobody heard is raised again; libraries swallow some while they load."""
SOON = 1e-3
"""Seconds after which a time that is over is told."""
PATIENCE = 3
"""So many requests end even what is being saved."""


@dataclass
class Stop:
    """The requests so far.

    Args:
        number: the first signal; 0 if there was none.
        asked: how many there were.
    """

    number: int = 0
    asked: int = 0

    @property
    def code(self) -> int:
        """The exit code that shells give to it."""
        return 128 + (self.number or signal.SIGINT)


@contextmanager
def heeded() -> Iterator[Stop]:
    """The first request interrupts; the next is ignored while what was done is saved; a third interrupts that too."""
    stop = Stop()

    def ask(number: int, _: FrameType | None) -> None:
        stop.number, stop.asked = stop.number or number, stop.asked + 1
        if stop.asked == 1 or stop.asked >= PATIENCE:
            _raise()

    with _handled(ask):
        try:
            yield stop
        finally:
            heard()


@contextmanager
def staying() -> Iterator[None]:
    """While this lasts, `os._exit` raises as `sys.exit` does: it would end the program with a code of its own."""
    leave = os._exit
    os._exit = sys.exit  # type: ignore[assignment]
    try:
        yield
    finally:
        os._exit = leave


class RunsOn(BaseException):
    """What a user wrote used up its time; no `except Exception` of theirs stands in its way."""


@contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """End what runs inside after so many seconds of processor time; only the main thread can.

    Inside of another such span neither lasts longer than it may.

    Raises:
        RunsOn: where the time is over; again and again, until it is heard.
    """
    if not TIMER or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _end)
    left, _ = signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN)
    if 0 < left < seconds:
        signal.setitimer(signal.ITIMER_VIRTUAL, left, AGAIN)
    begin = time.process_time()
    try:
        yield
    finally:
        rest = max(left - (time.process_time() - begin), SOON) if left else 0
        signal.setitimer(signal.ITIMER_VIRTUAL, rest, AGAIN)
        signal.signal(signal.SIGVTALRM, before)


def _end(*_: object) -> None:
    raise RunsOn


@contextmanager
def finishing() -> Iterator[None]:
    """What a command found is saved and printed, which takes a moment: a request to stop changes nothing any more."""
    asked: list[int] = []

    def ask(number: int, _: FrameType | None) -> None:
        asked.append(number)
        if len(asked) >= PATIENCE:
            raise KeyboardInterrupt

    heard()
    with _handled(ask):
        yield


@contextmanager
def noted() -> Iterator[Callable[[], bool]]:
    """While this lasts the first request is only noted, for work that asks between its steps; the next interrupts.

    Only the main thread notes them; elsewhere nothing is ever asked.
    """
    asked: list[int] = []

    def ask(number: int, _: FrameType | None) -> None:
        asked.append(number)
        if len(asked) > 1:
            _raise()

    with _handled(ask):
        yield lambda: bool(asked)


def heard() -> None:
    """Say that the interruption arrived where it is dealt with."""
    if TIMER and signal.getsignal(signal.SIGALRM) is _raise:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _raise(*_: object) -> None:
    """Interrupt, and do so again until somebody hears it."""
    if TIMER:
        signal.signal(signal.SIGALRM, _raise)
        signal.setitimer(signal.ITIMER_REAL, AGAIN)
    raise KeyboardInterrupt


@contextmanager
def _handled(ask: Ask) -> Iterator[None]:
    """Handle the signals that are not ignored, as by `nohup`; only the main thread may."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, ask)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
