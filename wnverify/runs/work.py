"""Work: what becomes of a unit in a process; the theorem is loaded here, and with it everything that computes.

Whoever hands the work out imports this file and nothing of that.
"""

from __future__ import annotations

import atexit
import gc
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import lru_cache
from importlib import import_module
from io import StringIO
from typing import TypeAlias

from wnverify import catalogue, dataclass_speed
from wnverify.collecting import collect_rarely, loaded
from wnverify.errors import RecordError, WnverifyError, expected
from wnverify.evidence import CheckEvidence
from wnverify.rounds import Outcome
from wnverify.store.surroundings import surroundings
from wnverify.store.unit import READ, Reading, Result, Unit, result_to_text, unit_from_text

Load: TypeAlias = Callable[[catalogue.Text], catalogue.Loaded]
"""`catalogue.loaded`, or what remembers its results; it raises what that raises."""


def read(text: catalogue.Text, load: Load) -> Reading:
    """Run a theorem file and tell of it; what it prints is kept, for others to show once."""
    from wnverify.runs.theorem import CHECKS, once, unchecked

    said = StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            loaded = load(text)
            before = unchecked(loaded)
    except WnverifyError as error:
        return Reading(unread=str(error), printed=said.getvalue())
    costs = {name: CHECKS[name].cost for name in before.planned}
    return Reading(before, "", said.getvalue(), costs, once(before.planned), loaded.opened)


def done(unit: Unit, load: Load) -> Result:
    """Do a unit.

    Args:
        unit: what to do.
        load: loads the theorem.
    """
    if unit.check == READ:
        return read(unit.text, load)
    from wnverify.runs.theorem import carry_out

    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # what it prints was kept when it was read
            theorem = load(unit.text).theorem
    except WnverifyError as error:  # what could be read once may still not be read here
        return failure(unit.check, str(error))
    begin = time.process_time()
    evidence = carry_out(unit.check, theorem, unit.id, unit.budget, unit.seed)
    return evidence, time.process_time() - begin


def failure(check: str, reason: str) -> Outcome:
    """The outcome of a check that could not be carried out."""
    from wnverify.runs.theorem import failed

    return failed(check, reason), 0.0


def unreached(check: str, reason: str) -> CheckEvidence:
    """The evidence of a check for which there was no time."""
    from wnverify.runs.theorem import undecided

    return undecided(check, reason)


# ---- in a process of the pool


def settle() -> None:
    """Import what computes; it lives as long as the process, so the collector need not look at it, nor at the end."""
    collect_rarely()
    dataclass_speed.spare()
    import_module("wnverify.runs.theorem")
    loaded()
    atexit.register(gc.freeze)


@lru_cache(maxsize=512)
def _loaded(text: catalogue.Text) -> catalogue.Loaded:
    """The theorem of a text, kept for its other checks."""
    return catalogue.loaded(text)


def done_apart(unit: Unit) -> Result:
    """Do a unit in this process of a pool."""
    return done(unit, _loaded)


def done_as_text(text: bytes, load: Load = _loaded) -> bytes:
    """Do a unit that came as text, perhaps from another machine; what becomes of it as text.

    Args:
        text: the unit.
        load: loads the theorem.

    Raises:
        RecordError: if the text is damaged, or wnverify, Python or a library that computes is another where it comes
            from: what is found here would not be what is found there.
    """
    unit, here = unit_from_text(text), surroundings()
    if unit.around != here.digest:
        versions = ", ".join(f"{name} {version}" for name, version in here.versions.items())
        remedy = f"install there what is here: wnverify {here.wnverify} from the same sources, {versions}"
        raise RecordError(expected("a unit of these versions of wnverify and the libraries", "another", remedy))
    return result_to_text(done(unit, load))
