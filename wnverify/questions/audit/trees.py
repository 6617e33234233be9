"""Trees of arrays as Python hands them over: nested mappings, of which the leaves have paths as names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wnverify.errors import RecordError, expected
from wnverify.questions.audit.data import plain

DEEPEST = 16


def flat(tree: Mapping[Any, Any]) -> dict[str, Any]:
    """The leaves of nested mappings by their path: {"a": {"b": 1}} has a/b.

    Raises:
        RecordError: if they are nested too deeply.

    >>> flat({"params": {"Dense_0": {"bias": 1}}})
    {'Dense_0/bias': 1}
    """
    only = tree["params"] if set(tree) == {"params"} and isinstance(tree["params"], Mapping) else tree
    return dict(_leaves(only, "", 0))


def _leaves(tree: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > DEEPEST:
        raise RecordError(expected(f"a tree of at most {DEEPEST} levels", "a deeper one"))
    branches: Mapping[Any, Any] = tree if isinstance(tree, Mapping) else {}
    if isinstance(tree, list | tuple) and tree and all(isinstance(each, Mapping) for each in tree):
        branches = dict(enumerate(tree))
    if not branches:
        yield path, tree if path in ("X", "y", "activation", "scaling") or isinstance(tree, list) else plain(tree)
    for name, branch in branches.items():
        inner = _word(name)
        yield from _leaves(branch, f"{path}/{inner}" if path else inner, depth + 1)


def _word(name: Any) -> str:
    """A key as a part of a path; Flax has ("kernel",) for the gains of a kernel."""
    return "/".join(map(str, name)) if isinstance(name, tuple) else str(name)
