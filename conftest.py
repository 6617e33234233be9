"""The tests are spread over processes where pytest-xdist is installed, and run in this one where it is not.

What is collected lives as long as the run: to look through it for garbage again and again took more than a third of
the time of collecting.
"""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest

SELDOM = 20_000
"""So many new objects before garbage is looked for: formulas and tapes make many that live for a moment."""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """As if `-n auto --dist loadfile` were said, unless `-n` is; without the plugin pytest refuses these words."""
    spread = config.pluginmanager.hasplugin("xdist") and not hasattr(config, "workerinput")
    if spread and config.option.numprocesses is None and not config.option.usepdb and config.option.dist == "no":
        config.option.numprocesses, config.option.dist = "auto", "loadfile"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None]:
    """Leave alone what is collected, and what was loaded for it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
        gc.set_threshold(SELDOM)
