"""Where a run spends its CPU time: Python imports this file by itself in every process that finds it on its path.

Every 4 ms of CPU time (user and system) of a process a signal interrupts its main thread, and the CPU time since the
last one is booked on what it then does: long calls of compiled code are interrupted at their end, and booked whole on
the line that called them. What happened before the first signal is the start of the interpreter. The times are booked
by theorem, by check (or what it was outside of checks), by layer and by module, and written to the folder
`WNVERIFY_SAMPLES` when the process ends.

The layer is that of the innermost frame which belongs to one; what NumPy, SciPy or the standard library do belongs to
their caller, and so do the plain containers of wnverify. Sampling costs about 1 % of the time.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

INTERVAL = 0.004
START, LOADING, REST = "(start of processes)", "(loading of theorems)", "(rest)"
"""What a process does outside of checks."""
LAYERS = (
    ("/wnverify/engine/", "engine"),
    ("/wnverify/balls/", "balls"),
    ("/wnverify/judging/", "formulas"),
    ("/wnverify/families/", "families"),
    ("/wnverify/search/plan", "drawing"),
    ("/wnverify/search/", "search"),
    ("/wnverify/checks/", "search"),
    ("/wnverify/symbolic/", "symbolic"),
    ("/wnverify/", "other"),
    ("/sympy/", "sympy"),
    ("/mpmath/", "sympy"),
    ("/hypothesis/", "hypothesis"),
)
"""By part of a path, the first that fits: formulas are compiled claims and who calls them."""
TRANSPARENT = ("/wnverify/batch.py", "/wnverify/arrays.py", "/wnverify/engine/memory.py", "/wnverify/family.py")
"""Containers: what happens in them is their caller's."""
DRAWN = {"draw", "again", "structured", "extremes", "moved", "move"}
"""Functions of families that make instances; the others measure them."""
Code = tuple[str, str]
Key = tuple[str, str, str, str]
"""Theorem, check, layer, module."""


def layer_of(stack: Iterable[Code]) -> tuple[str, str]:
    """The layer that is at work, and its module.

    Args:
        stack: file and function of every frame, the innermost first.

    >>> layer_of([("/numpy/linalg.py", "norm"), ("/x/wnverify/engine/jets.py", "forward")])
    ('engine', 'wnverify/engine/jets.py')
    >>> layer_of([("/x/wnverify/families/kit/rows.py", "unit"), ("/x/wnverify/families/nets.py", "draw")])[0]
    'drawing'
    """
    family = ""
    for file, function in stack:
        layer, module = ("formulas", "generated code") if _generated(file) else (_layer(file), _short(file))
        if layer == "families":
            family = family or module
            if function in DRAWN:
                return "drawing", family
        elif layer:
            return ("drawing" if layer == "drawing" else "measuring", family) if family else (layer, module)
    return ("measuring", family) if family else ("other", "the standard library")


def _generated(file: str) -> bool:
    return file.startswith("<") and not file.startswith(("<frozen", "<string", "<stdin", "<attrs", "<__array"))


def _layer(file: str) -> str:
    if file.endswith(TRANSPARENT):
        return ""
    return next((layer for part, layer in LAYERS if part in file), "")


def _short(file: str) -> str:
    parts = file.split("/")
    for library in ("sympy", "mpmath", "hypothesis"):
        if library in parts:
            return library
    return "/".join(parts[len(parts) - 1 - parts[::-1].index("wnverify") :]) if "wnverify" in parts else file


def place_of(frame: FrameType | None) -> Key:
    """Where a process is; what is imported is no work of whoever asked for it first."""
    theorem, check, importing = "", REST, False
    stack: list[Code] = []
    while frame is not None:
        code = frame.f_code
        stack.append((code.co_filename, code.co_name))
        importing = importing or code.co_filename.startswith("<frozen importlib")
        if code.co_name == "carry_out" and "/wnverify/runs/" in code.co_filename:
            theorem, check = str(frame.f_locals["identifier"]), str(frame.f_locals["check"])
            break
        if code.co_name in ("theorem_of", "unchecked") and "/wnverify/" in code.co_filename and check is REST:
            check = LOADING
        frame = frame.f_back
    if importing:
        return "", START, START, "imports"
    return theorem, check, *layer_of(stack)


class Sampler:
    """Books the CPU time of this process."""

    def __init__(self) -> None:
        self.booked: dict[Key, float] = defaultdict(float)
        self.until = 0.0

    def book(self, key: Key) -> None:
        """Book the time since the last booking."""
        now = time.process_time()
        self.booked[key] += now - self.until
        self.until = now

    def heed(self, _: int, frame: FrameType | None) -> None:
        """Answer the signal."""
        self.book(place_of(frame))

    def write(self, folder: Path) -> None:
        """Write what was booked."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        self.book(("", START, START, "end of the interpreter"))
        rows = [[*key, seconds] for key, seconds in self.booked.items()]
        (folder / f"{os.getpid()}.json").write_text(json.dumps(rows), "utf-8")


def _begin(folder: Path) -> None:
    sampler = Sampler()
    sampler.book(("", START, START, "interpreter"))
    signal.signal(signal.SIGPROF, sampler.heed)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
    atexit.register(sampler.write, folder)


if "WNVERIFY_SAMPLES" in os.environ:
    _begin(Path(os.environ["WNVERIFY_SAMPLES"]))
