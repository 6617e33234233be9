"""What Hypothesis draws depends on the seed alone."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

from hypothesis import given, settings

from wnverify.search.hypothesis_route import numbers, read

DRAW = """
    from hypothesis import given, seed, settings
    from wnverify.search.hypothesis_route import numbers, read

    @seed(11)
    @settings(max_examples=200, database=None)
    @given(numbers(240, 5, 256))
    def look(digits):
        print(*read(digits, 240, 5, 256))

    look()
"""


def drawn(folder, first: str) -> str:
    """Everything drawn by a fresh process that does something else first."""
    place = os.pathsep.join([str(folder), *sys.path])
    words = [sys.executable, "-c", first + textwrap.dedent(DRAW)]
    rest = {"PYTHONPATH": place, "HYPOTHESIS_STORAGE_DIRECTORY": str(folder)}
    return subprocess.run(words, env=os.environ | rest, capture_output=True, text=True, check=True).stdout


def test_a_module_loaded_before_changes_nothing(tmp_path):
    numbers = ", ".join(str(3 * k + 1) for k in range(400))
    (tmp_path / "full_of_constants.py").write_text(f"CONSTANTS = [{numbers}]\n")
    assert drawn(tmp_path, "") == drawn(tmp_path, "import full_of_constants\n")


def test_all_numbers_below_their_limits_are_drawn():
    found = set()

    @settings(max_examples=200, database=None)
    @given(numbers(5, 1))
    def look(digits):
        found.add(tuple(read(digits, 5, 1)))

    look()
    assert found == {(value, 0) for value in range(5)}
