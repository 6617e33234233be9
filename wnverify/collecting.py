"""Collecting: how often Python looks for garbage that only a search of everything can find.

Claims, tapes and networks are a million objects that live as long as the process, and each search looks at all of
them: with Python's own thresholds that takes a twentieth of a check, and finds next to nothing. What is loaded before
the work begins is never garbage: while it loads nothing is looked for, and later it is not looked at.
"""

from __future__ import annotations

import gc

LOADING = (300_000, 20, 50)
"""As `RARELY`, while modules are loaded; those of a check make 200,000 objects."""
RARELY = (20_000, 20, 50)
"""How many objects more than before there must be, and how many searches of the younger ones before the older."""


def collect_rarely() -> None:
    """Look for garbage rarely from here on; for processes that are ours, from their start to their end."""
    gc.set_threshold(*LOADING)


def loaded() -> None:
    """What there is by now lives as long as the process, in one of ours: the collector need not look at it."""
    if gc.get_threshold() == LOADING:
        gc.freeze()
        gc.set_threshold(*RARELY)
