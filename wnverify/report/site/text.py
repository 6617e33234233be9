"""Text from data, as it is shown: nothing in it is hidden, and nothing in it is more than text."""

from __future__ import annotations

import re

from markupsafe import Markup

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Signs that show nothing, or turn the direction of what stands beside them."""


def visible(value: object) -> object:
    r"""A value as it is shown: signs that nobody sees are named, so that no text can look like another.

    >>> visible("a\u202eb"), visible(3)
    ('a[U+202E]b', 3)
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", value)
    return value


def code(text: str) -> Markup:
    """A text as it was typed, in letters of one width; it is escaped here.

    >>> print(code("a < b"))
    <code>a &lt; b</code>
    """
    return Markup("<code>{}</code>").format(visible(text))
