"""JSON from somebody else, read so that it says one thing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def read_json(data: bytes, **hooks: Any) -> Any:
    """Read JSON in UTF-8 in which no key occurs twice.

    Args:
        data: the bytes.
        hooks: what becomes of numbers, as `json.loads` names it: `parse_float`, `parse_constant`.

    Raises:
        ValueError: if it is no such JSON.
        RecursionError: if it is nested too deeply.
    """
    return json.loads(data.decode("utf-8"), object_pairs_hook=_unrepeated, **hooks)


def _unrepeated(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found
