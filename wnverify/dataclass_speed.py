"""Lets methods of dataclasses be compiled when they are first called; most never are.

Python writes five methods for each of the two hundred dataclasses that a check loads, and compiles them as the class
is made: a tenth of what it takes to load everything. Of most of these classes there is no instance in a process, and
of hardly any two are compared or hashed. Python 3.13 and later compile the methods of a class at once, and are left
alone, as are all classes that are not of this package.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, wraps
from importlib import import_module
from typing import Any, TypeAlias

OURS = "wnverify."
Method: TypeAlias = Callable[..., Any]


def spare() -> None:
    """Put off what Python compiles for dataclasses from here on; for processes that are ours."""
    module: Any = import_module("dataclasses")
    compile_now = getattr(module, "_create_fn", None)
    if compile_now is not None and not hasattr(compile_now, "__wrapped__"):
        module._create_fn = _put_off(compile_now)


def _put_off(compile_now: Callable[..., Method]) -> Callable[..., Method]:
    @wraps(compile_now)
    def create(name: str, args: Sequence[str], body: Sequence[str], **more: Any) -> Method:
        make = partial(compile_now, name, args, body, **more)
        return _later(name, make) if str(more.get("globals", {}).get("__name__")).startswith(OURS) else make()

    return create


def _later(name: str, make: Callable[[], Method]) -> Method:
    """What makes the method when it is called, and lets it take its own place in the class."""
    made: list[Method] = []

    def method(self: object, /, *given: Any, **named: Any) -> Any:
        if not made:
            made.append(make())
            made[0].__qualname__ = method.__qualname__
            for cls in type(self).__mro__:
                if cls.__dict__.get(name) is method:
                    setattr(cls, name, made[0])
        return made[0](self, *given, **named)

    method.__name__ = name
    return method
