"""Shown: a value that shows itself at a prompt and in a notebook, from the lines that the terminal gets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape

from rich.text import Text

from wnverify.display import short
from wnverify.report.layout import WIDTH, plain


class Shown(ABC):
    """Base of what the questions answer; a final class below it says its lines and its LaTeX."""

    @abstractmethod
    def lines(self, width: int) -> list[Text]:
        """What the terminal shows, within the width."""

    @abstractmethod
    def latex(self) -> str:
        """What a notebook typesets, between dollar signs."""

    def html(self) -> str:
        """The lines as HTML; a table says its own."""
        return f"<pre>{escape(str(self))}</pre>"

    def __repr__(self) -> str:
        first = next((line.plain for line in self.lines(WIDTH) if line.plain.strip()), "")
        return short(type(self).__name__, first)

    def __str__(self) -> str:
        return plain(self.lines(WIDTH), WIDTH).rstrip("\n")

    def _repr_html_(self) -> str:
        return self.html()

    def _repr_latex_(self) -> str:
        return self.latex()
