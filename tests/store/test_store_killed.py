"""Runs that are killed at any moment lose nothing that was finished, and end as if nobody had disturbed them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.killed import NAMES

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="killed processes are forked")


@pytest.mark.parametrize("times", [8, pytest.param(100, marks=pytest.mark.nightly)])
def test_a_run_that_is_killed_goes_on_and_gives_the_undisturbed_record(tmp_path: Path, times: int) -> None:
    command = [sys.executable, "-m", "tests.store.killed", str(tmp_path), str(times)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    found = json.loads(done.stdout or done.stderr)
    assert found["kills"] >= times
    assert found["rows"] == 3 * len(NAMES)
    assert found["wrong"] == []
