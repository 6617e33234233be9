"""Display: values that a notebook shows as mathematics and tables; who draws them is said from above.

The values stand at the bottom of the tree, and the drawing near its top: `wnverify` itself brings the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

LONGEST = 240
"""As long as a value is at a prompt."""


class Artist(Protocol):
    """Who draws."""

    def html(self, value: object) -> str | None:
        """A value as HTML; None if it is not one of those that are drawn."""

    def latex(self, value: object) -> str | None:
        """A value as LaTeX between dollar signs; None where there is none."""


_artists: list[Callable[[], Artist]] = []


def drawn_by(artist: Callable[[], Artist]) -> None:
    """Say who draws; it is asked when a notebook first shows something."""
    _artists[:] = [artist]


class Displayed:
    """Base of a value that a notebook shows."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        return _artists[0]().html(self) if _artists else None

    def _repr_latex_(self) -> str | None:
        return _artists[0]().latex(self) if _artists else None


def short(name: str, *parts: object) -> str:
    """A value at a prompt, in one line and never long.

    >>> short("Claim", "x ≤ 1"), len(short("Claim", "x" * 10_000))
    ('Claim(x ≤ 1)', 240)
    """
    text = f"{name}({', '.join(' '.join(str(part).split()) for part in parts if part != '')})"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]}…)"
