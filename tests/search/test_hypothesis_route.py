"""What Hypothesis draws depends on the seed alone."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

from hypothesis import given, settings

from wnverify.search.hypothesis_route import number

DRAW = """
    from hypothesis import given, seed, settings
    from wnverify.families.networks.weight_norm import WEIGHT_NORM
    from wnverify.search.hypothesis_route import instances

    @seed(11)
    @settings(max_examples=200, database=None)
    @given(instances(WEIGHT_NORM.situations(), WEIGHT_NORM.regimes))
    def look(drawn):
        print(*drawn)

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


@settings(max_examples=50, database=None)
@given(number(5), number(1))
def test_numbers_lie_below_their_limit(five, one):
    assert 0 <= five < 5
    assert one == 0


def test_all_numbers_are_drawn():
    found = set()

    @settings(max_examples=200, database=None)
    @given(number(5))
    def look(value):
        found.add(value)

    look()
    assert found == {0, 1, 2, 3, 4}
