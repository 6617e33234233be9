"""Bar: how far something is, in a notebook; anywhere else nothing is shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeAlias

from markupsafe import Markup

Tell: TypeAlias = Callable[[float, str], None]
"""Is told how much is done, from 0 to 1, and what is to be said of it."""


@contextmanager
def bar(begin: str) -> Iterator[Tell]:
    """A bar that is gone when this is over.

    Args:
        begin: what is said at first.
    """
    if not in_notebook():
        yield lambda share, text: None
        return
    display = import_module("IPython.display")
    handle: Any = display.display(display.HTML(drawn(0.0, begin)), display_id=True)

    def tell(share: float, text: str) -> None:
        handle.update(display.HTML(drawn(share, text)))

    try:
        yield tell
    finally:
        handle.update(display.HTML(""))


def in_notebook() -> bool:
    """Whether a kernel shows what this process displays; nothing is imported to find out."""
    core = sys.modules.get("IPython")
    shell = core.get_ipython() if core is not None else None
    return hasattr(shell, "kernel")


def drawn(share: float, text: str) -> str:
    """The bar as HTML.

    >>> print(drawn(0.25, "3 of 12 checks"))
    <div><progress max="1" value="0.25"></progress> 3 of 12 checks</div>
    """
    return str(Markup('<div><progress max="1" value="{:.3g}"></progress> {}</div>').format(share, text))
