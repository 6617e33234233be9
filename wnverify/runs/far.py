"""Far: what a worker of a cluster does; a unit comes as bytes, and what became of it goes back as bytes.

Dask moves the call by pickle: it names a function of this file, and what is handed to it and comes back is text.
"""

from __future__ import annotations

import platform
import warnings
from collections.abc import Mapping
from functools import cache, lru_cache
from threading import Lock
from uuid import uuid4

import msgspec

from wnverify import catalogue
from wnverify.errors import RecordError, expected
from wnverify.runs.pool import tied
from wnverify.runs.work import done_as_text, failure
from wnverify.store.outside import outside, packages
from wnverify.store.surroundings import Surroundings, surroundings
from wnverify.store.unit import READ, Reading, Result, Unit, result_to_text, unit_from_text

PROCESS = uuid4().hex
"""Names this process: another one at the same address is another worker."""
EDITED = "its sources of wnverify were edited after it had begun: restart it"
SEEN = "Do not use the `random` module inside strategies"
"""Hypothesis takes for ours what other threads of a worker draw; its own draws do not depend on it."""
_imported: dict[str, str] = {}
"""The installed packages that theorems imported in this process, with the digest of their sources then."""
_alone = Lock()
"""A check needs a process to itself: it redirects what is printed, and limits the threads of BLAS."""


class Here(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a worker says of itself.

    Args:
        process: names it.
        digest: of its surroundings, see `wnverify.store.surroundings`.
        wnverify: version of the package.
        versions: of Python and of the libraries.
        edited: whether its sources are no longer those that it runs.
    """

    process: str
    digest: str
    wnverify: str
    versions: Mapping[str, str]
    edited: bool


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a worker is to do.

    Args:
        unit: as text.
        outside: digest of the installed packages that the theorem imports, see `wnverify.store.outside`.
        process: names the worker that it is meant for.
    """

    unit: bytes
    outside: str
    process: str


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a worker answers.

    Args:
        result: what became of the unit, as text; empty if it was not done.
        refused: why the worker cannot do any unit of this run.
        host: the machine on which it was done.
        lost: whether the process for which it was meant is there no more.
    """

    result: bytes = b""
    refused: str = ""
    host: str = ""
    lost: bool = False


def here() -> bytes:
    """What this process is, for the run that asks."""
    began = _began()
    found = Here(PROCESS, began.digest, began.wnverify, began.versions, edited=began.changed)
    return msgspec.json.encode(found)


@cache
def _began() -> Surroundings:
    """The surroundings when this process was first asked: what it imports from then on are these sources.

    Dask ends a worker whose nanny was killed by `os._exit`, which a check keeps the functions of a user from.
    """
    tied()
    return surroundings()


def done_far(task: bytes) -> bytes:
    """Do a unit, one at a time in this process.

    Args:
        task: a `Task` as JSON.

    Returns:
        An `Answer` as JSON.
    """
    with _alone, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=SEEN)
        return msgspec.json.encode(_answer(msgspec.json.decode(task, type=Task)))


def _answer(task: Task) -> Answer:
    if task.process != PROCESS:  # the worker died, and Dask hands its work to the one that took its place
        return Answer(lost=True)
    if _began().changed:
        return Answer(refused=EDITED)
    try:
        unit = unit_from_text(task.unit)
        unfit = _unfit(unit, task.outside)
        result = result_to_text(unfit) if unfit else done_as_text(task.unit, _loaded)
    except RecordError as error:
        return Answer(refused=str(error))
    return Answer(result, host=platform.node())


@lru_cache(maxsize=512)
def _loaded(text: catalogue.Text) -> catalogue.Loaded:
    """The theorem of a text, kept for its other checks; the files from which it follows are on another machine."""
    return catalogue.loaded(text, followed=False)


def _unfit(unit: Unit, wanted: str) -> Result | None:
    """What is told of a unit whose theorem imports packages that this process does not have; None if it has them.

    What it has imported stays what it was, whatever the sources are by now.
    """
    if outside(unit.text) != wanted:
        return unlike(unit)
    if any(_imported.setdefault(name, found) != found for name, found in packages(unit.text).items()):
        got = f"one that was edited on {platform.node()} after the worker had imported it"
        return unable(unit, expected("the package that the theorem imports", got, "restart the worker"))
    return None


def unlike(unit: Unit) -> Result:
    """What is told of a unit whose theorem imports an installed package that is another one on the worker."""
    got = f"others on {platform.node()}"
    return unable(
        unit, expected("the same installed packages that the theorem imports", got, "install the same there")
    )


def unable(unit: Unit, why: str) -> Result:
    """What is told of a unit that could not be done."""
    return Reading(unread=why) if unit.check == READ else failure(unit.check, why)
