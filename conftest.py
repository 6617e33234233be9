"""The tests are spread over processes where pytest-xdist is installed, and run in this one where it is not."""

from __future__ import annotations

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """As if `-n auto --dist loadfile` were said, unless `-n` is; without the plugin pytest refuses these words."""
    spread = config.pluginmanager.hasplugin("xdist") and not hasattr(config, "workerinput")
    if spread and config.option.numprocesses is None and not config.option.usepdb and config.option.dist == "no":
        config.option.numprocesses, config.option.dist = "auto", "loadfile"
