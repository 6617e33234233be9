"""What the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from wnverify import catalogue, verify
from wnverify.verdict import Verdict

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.S)
THEOREMS = [block for block in BLOCKS if block.startswith('"""')]


def test_the_readme_shows_theorem_files() -> None:
    assert len(THEOREMS) == 2


@pytest.mark.parametrize("text", THEOREMS, ids=lambda text: text.partition("\n")[0][3:40])
def test_theorems_of_the_readme_hold_and_their_mutants_die(text, tmp_path) -> None:
    file = tmp_path / "my_bound.py"
    file.write_text(text, "utf-8")
    entry = catalogue.Entry("my_bound", file, "")
    assert entry.header().title
    evidence = verify(catalogue.load(entry), budget="quick")
    assert evidence.verdict is Verdict.HELD, evidence.reason
    assert "mutants" in evidence.planned


def test_the_network_of_the_readme_has_the_symbols_shown() -> None:
    (text,) = (block for block in BLOCKS if "NET = architecture(" in block)
    names: dict = {}
    exec(text, names)
    batch = names["NET"].draw(names["NET"].situations()[-1], "gaussian", 3, np.random.default_rng(0))
    assert np.allclose(names["l1"].route.measure(batch), np.abs(batch.arrays["v"]).sum(axis=0))
    assert (names["slope"].route.measure(batch) <= 2 * names["v"].route.measure(batch)).all()
