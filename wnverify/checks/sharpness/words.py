"""Words: what became of the edits of one place, for a reader; all that is said follows from the place."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from wnverify.checks.sharpness.critical import DOWN, EXACT, SHIFTS, TRIED, UP
from wnverify.evidence import Item, Kind, Place

RIGHT = "right side"
UNTESTED = "nothing was drawn that only this hypothesis keeps out"


def begin(side: str, hypotheses: Collection[str]) -> str:
    """How the name of a place begins: with where it stands, unless that is the bound itself, the right side."""
    if side in hypotheses:
        return f"hypothesis “{side}”: "
    return "" if side == RIGHT else f"{side}: "


def unchanged(place: Place) -> float:
    """The value that gives the claim itself back."""
    return 0.0 if place.sort == "exponent" else 1.0


def told(place: Place, tried: tuple[bool, bool], *, exact: bool) -> tuple[Kind, str]:
    """What was refuted; the nearest value on each side is named, an exact claim must be refuted on both.

    Args:
        place: with the nearest refuted values.
        tried: which of the two changes that decide whether it is needed are refuted.
        exact: whether the claim is an identity.

    >>> told(Place("right side", "constant", "2", below=0.95), (True, False), exact=False)[1]
    'times 0.95 is refuted'
    """
    ends = [None if end is None else _change(place, end) for end in (place.below, place.above)]
    if all(tried) if exact else any(tried):
        dead = [end for end, refuted in zip(ends, tried, strict=True) if refuted and end]
        return Kind.NEEDED, f"{' and '.join(dead)} {'is' if len(dead) == 1 else 'are'} refuted"
    if ends == [None, None]:
        factors = f"factor from {DOWN[-1]:g} to {EXACT if exact else UP[-1]:g}"
        shifts = f"shift up to ±{SHIFTS[-1]:g}"
        return Kind.SLACK, f"no {shifts if place.sort == 'exponent' else factors} is refuted"
    words = [
        f"{_change(place, value)} survives, {end} is refuted" if not refuted else f"{end} is refuted"
        for value, end, refuted in zip(TRIED[unchanged(place)], ends, tried, strict=True)
        if end
    ]
    return Kind.SLACK, "; ".join(words)


def _change(place: Place, value: float) -> str:
    """A change in words, rounded away from the unchanged value, on whose side it may not be refuted."""
    start, is_factor = unchanged(place), place.sort != "exponent"
    distance = abs(value - start)
    digits = 4 if 0.01 <= abs(value) < 10 or not is_factor else 3 - math.floor(math.log10(abs(value) or 1.0))
    scaled = round(distance * 10.0**digits, 6)
    rounded = start + math.copysign(math.ceil(scaled) / 10.0**digits, value - start)
    return f"times {max(rounded, 0.0):.6g}" if is_factor else f"shifted by {rounded:+.6g}"


def summary(items: Iterable[Item], hypotheses: Collection[str]) -> str:
    """How many places of the statement are needed, and of the hypotheses."""
    needed = [(item.place.side in hypotheses, item.kind is Kind.NEEDED) for item in items if item.place]
    own, given = ([flag for there, flag in needed if there is inside] for inside in (False, True))
    text = f"{sum(own)} of {len(own)} constants, exponents and terms are needed" if own else "no constant to change"
    return f"{text}, {sum(given)} of {len(given)} in the hypotheses" if given else text
