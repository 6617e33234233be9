"""Collecting: how often Python looks for garbage that only a search of everything can find.

Claims, tapes and networks are a million objects that live as long as the process, and each search looks at all of
them: with Python's own thresholds that takes a twentieth of a check, and finds next to nothing.
"""

from __future__ import annotations

import gc

RARELY = (20_000, 20, 50)
"""How many objects more than before there must be, and how many searches of the younger ones before the older."""


def collect_rarely() -> None:
    """Look for garbage rarely from here on; for processes that are ours, from their start to their end."""
    gc.set_threshold(*RARELY)
