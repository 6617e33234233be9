"""What can be wrong with a function that a user wrote, told in one sentence with the line where it shows."""

from __future__ import annotations

import sys
import sysconfig
from functools import cache
from pathlib import Path
from types import FrameType

import numpy as np

from wnverify.errors import DomainError, TheoremFileError, expected

PACKAGE = str(Path(__file__).resolve().parents[1])
CALLERS = tuple(str(Path(PACKAGE, "arithmetic", f"{name}.py")) for name in ("program", "written"))
"""What calls a user's function; above it on the stack stands nothing of the function's."""
STANDARD = str(Path(sysconfig.get_path("stdlib")))
LONGEST = 200
SIGNS = {
    "__add__": "+", "__sub__": "-", "__rsub__": "-", "__mul__": "*", "__truediv__": "/", "__rtruediv__": "/",
    "__pow__": "**", "__rpow__": "**", "__matmul__": "@", "__rmatmul__": "@", "__abs__": "abs", "__neg__": "-",
    "total": "xp.sum", "most": "xp.max", "least": "xp.min", "norm": "xp.linalg.norm",
}  # fmt: skip
"""How a user writes what our functions are called."""


class FunctionError(TheoremFileError):
    """A function of a user's does what no architecture may do; the message names the line."""


class UnknownOperation(FunctionError):
    """A function uses an operation that an arithmetic does not know; others may know it.

    Args:
        message: the sentence.
        operation: such as `xp.sort`.
        place: the line, such as `my_net.py, line 12`.
    """

    def __init__(self, message: str, operation: str = "", place: str = "") -> None:
        super().__init__(message)
        self.operation, self.place = operation, place


class UnknownMethod(UnknownOperation, AttributeError):
    """A function asks an array for a method that it does not have here."""


class WrongMethod(FunctionError, AttributeError):
    """A function asks an array for a method that no array has."""


class Undecided(DomainError):
    """A function asks balls which of two numbers is the larger, and they cannot tell."""


def where() -> str:
    """The line of the user's function that is being run, such as `my_net.py, line 12`; empty if there is none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and (_ours(frame.f_code.co_filename) or _library(frame.f_code.co_filename)):
        frame = None if frame.f_code.co_filename in CALLERS else frame.f_back
    return "" if frame is None else _place(frame.f_code.co_filename, frame.f_lineno)


def line_of(error: BaseException) -> str:
    """The last line of a user's own that ran before an error."""
    found, traceback = "", error.__traceback__
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if not _ours(name) and not _library(name):
            found = _place(name, traceback.tb_lineno)
        traceback = traceback.tb_next
    return found


def unknown_operation(name: str, arithmetic: str) -> UnknownOperation:
    """The error for an operation that an arithmetic does not know."""
    return UnknownOperation(told(expected(f"operations that {arithmetic} know", name)), name, where())


def operation() -> str:
    """What the user's function asked for that is being run, such as `xp.log` or `/`; empty if there is nothing."""
    frame: FrameType | None = sys._getframe(1)
    found = ""
    while frame is not None and (_ours(frame.f_code.co_filename) or _library(frame.f_code.co_filename)):
        if _ours(frame.f_code.co_filename):
            found = frame.f_locals["name"] if frame.f_code.co_name == "_as_called" else frame.f_code.co_name
            found = SIGNS.get(found, f"xp.{found}")
        frame = None if frame.f_code.co_filename in CALLERS else frame.f_back
    return "" if frame is None else found


def told(message: str) -> str:
    """A message with the line of the user's function in front."""
    place = where()
    return f"{place}: {message}" if place else message


def _told(error: BaseException | None) -> FunctionError | None:
    """The error of ours that led to one of NumPy's, if there is one."""
    while error is not None and not isinstance(error, FunctionError):
        error = error.__cause__ or error.__context__
    return error


def returned(name: str, found: object) -> FunctionError:
    """The error for a function that returns anything else than a real number."""
    kinds = {bool: "a truth value", np.bool_: "a truth value", str: "a text", type(None): "nothing"}
    kinds |= {list: "a list", tuple: "a tuple", complex: "a complex number", np.complex128: "a complex number"}
    shape = getattr(found, "shape", None)
    if isinstance(shape, tuple) and shape:
        return FunctionError(expected(f"a single number from {name}", f"an array of shape {shape}", "sum it up?"))
    kind = getattr(getattr(getattr(found, "value", found), "dtype", None), "kind", "")
    got = {"b": "a truth value", "c": "a complex number"}.get(kind) or kinds.get(type(found), "")
    remedy = "is a `return` missing?" if found is None else ""
    return FunctionError(expected(f"a real number from {name}", got or f"a {type(found).__name__}", remedy))


def misbehaved(error: BaseException, what: str) -> FunctionError:
    """What to raise where running a user's function ended in an error of its own."""
    told_already = _told(error)
    if told_already is not None:
        return told_already
    words = " ".join(str(error).split())[:LONGEST].rstrip(".")
    message = expected(f"{what} that runs", f"{type(error).__name__}: {words}".rstrip(": "))
    if isinstance(error, ValueError) and "read-only" in words:
        message = expected("arrays that stay as they are", "a change in place", "write a = a + b for a += b")
    place = line_of(error)
    return FunctionError(f"{place}: {message}" if place else message)


def endless(error: BaseException, what: str, seconds: float) -> FunctionError:
    """What to raise where a user's function was ended after its time."""
    place = line_of(error)
    message = expected(f"{what} that ends within {seconds:g} s", "one that runs on", "does a loop ever end?")
    return FunctionError(f"{place}: {message}" if place else message)


def _ours(name: str) -> bool:
    return name.startswith(PACKAGE)


@cache
def _library(name: str) -> bool:
    parts = Path(name).parts
    return "site-packages" in parts or name.startswith(("<frozen", "<__array_function__", STANDARD))


def _place(name: str, line: int) -> str:
    return f"{Path(name).name}, line {line}"
