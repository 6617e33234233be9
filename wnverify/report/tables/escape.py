"""Text from data in Markdown: escaped once, here, whatever it holds."""

from __future__ import annotations

import re

from wnverify.report.site.text import visible

LONGEST = 10_000
_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~$!])")
_LINKS = re.compile(r"://|\bwww\.|@")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def markdown_text(text: str) -> str:
    r"""A text as Markdown shows it: on one line, in a table or outside of one, and nothing in it is more than text.

    >>> print(markdown_text("a_b | <b> *x*\n`y`"))
    a\_b \| &lt;b&gt; \*x\* \`y\`
    """
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    shown = str(visible(" ".join(cut.split())))
    escaped = "".join(_ENTITIES.get(char, char) for char in shown)
    escaped = _LINKS.sub(_unlinked, escaped)
    escaped = _SPECIAL.sub(r"\\\1", escaped).replace("&\\#", "&#")
    return re.sub(r"^([-+=]|\d+[.)])", r"\\\1", escaped)


def _unlinked(found: re.Match[str]) -> str:
    """What would become a link or a mention by itself, in signs that do not."""
    return "".join(f"&#{ord(char)};" if char in ":.@" else char for char in found[0])
