"""Templates in which every value is text: escaped once, here, whatever it holds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wnverify.report import proved
from wnverify.report.site.text import visible
from wnverify.report.words import counted, formula, ratio_words, seconds_words

LONGEST_TITLE = 90
TEMPLATES = Path(__file__).with_name("templates")


def shortened(text: str) -> str:
    """A text that fits the title of a window."""
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"


def after(text: str) -> str:
    """What stands after the name of a hypothesis, of a place in it.

    >>> after("hypothesis “small”: constant 1"), after("constant 1")
    ('constant 1', 'constant 1')
    """
    return text.partition("”: ")[2] or text


@cache
def environment() -> Environment:
    """The templates of the site."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"after": after, "shortened": shortened}
    found.filters |= {"formula": formula, "ratio": ratio_words, "seconds": seconds_words}
    found.filters |= {"shape": proved.words, "boxes": proved.boxes}
    found.globals |= {"proved_sign": proved.SIGN, "proved_meaning": proved.MEANING.replace("`", "")}
    found.globals |= {"counted": counted}
    return found


def rendered(template: str, **values: object) -> bytes:
    """A page."""
    return environment().get_template(template).render(**values).encode("utf-8", "backslashreplace")
