"""Methods that are compiled later do what those do that Python compiles at once."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from wnverify import arrays, dataclass_speed

NOW: Callable[..., Any] | None = getattr(dataclasses, "_create_fn", None)
"""Python 3.13 and later have none, and are left alone."""


def _declared(module: str, *, slots: bool) -> type[Any]:
    class Declared:
        __module__ = module
        size: int
        words: Any = dataclasses.field(default_factory=list)

    return dataclasses.dataclass(frozen=True, slots=slots)(Declared)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The methods that were compiled since, while it is put off."""
    names: list[str] = []

    def compile_now(name: str, *given: Any, **named: Any) -> Any:
        names.append(name)
        return NOW(name, *given, **named) if NOW else None

    monkeypatch.setattr(dataclasses, "_create_fn", compile_now if NOW else None, raising=False)
    dataclass_speed.spare()
    return names


@pytest.mark.parametrize("slots", [False, True])
def test_methods_do_the_same_later(compiled: list[str], slots: bool) -> None:
    cls = _declared(arrays.__name__, slots=slots)
    assert not compiled
    one = cls(1, ["a"])
    assert (one == cls(size=1, words=["a"]), one == cls(1), one == 1) == (True, False, False)
    assert repr(one).endswith("Declared(size=1, words=['a'])")
    assert cls(1).words is not cls(1).words
    assert hash(cls(1, ())) == hash((1, ()))
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.size = 2
    with pytest.raises(TypeError, match="size"):
        cls()
    assert repr(dataclasses.replace(type("Below", (cls,), {})(1), size=3)).endswith("Below(size=3, words=[])")
    assert len(compiled) == len(set(compiled))


def test_classes_of_others_are_left_alone(compiled: list[str]) -> None:
    assert _declared("elsewhere", slots=False)(1).size == 1
    assert not NOW or "__eq__" in compiled
