"""Certificates in the reports: readable at any width, cut with a count, whole on demand."""

import numpy as np
import pytest

from wnverify.budget import BUDGETS
from wnverify.catalogue import one, read
from wnverify.checks import symbolic
from wnverify.evidence import Item, Kind
from wnverify.report.proofs import MOST_LINES, proofs
from wnverify.report.show import page

HELD = Item("free of d", Kind.BOUND, "HELD", "no exact argument found")


@pytest.fixture(scope="module")
def items():
    theorem = read(one("banerjee2024/generalization")).theorem
    return symbolic.check(theorem, BUDGETS["quick"], np.random.default_rng(0)).items


def test_every_proved_item_has_its_certificate(items):
    proved = [item for item in items if item.verdict == "PROVED"]
    assert len(proved) > 3
    assert all(item.certificate.startswith("for integers L ≥ 1") for item in proved)
    text = "\n".join(line.plain for line in proofs(items, 80))
    assert "1/√n falls in n" in text
    assert "it tends to 0" in text


@pytest.mark.parametrize("width", [60, 80, 140])
def test_they_fit_the_width(items, width):
    assert max(len(line.plain) for line in proofs(items, width, whole=True)) <= width


def test_a_long_one_is_cut_with_a_count_and_whole_on_demand():
    long = Item("at most 1", Kind.BOUND, "PROVED", "", certificate="\n".join(["for x > 0:", *["  a step"] * 40]))
    short = [line.plain for line in proofs([long], 80)]
    assert len(short) == 1 + MOST_LINES
    assert f"… {41 - (MOST_LINES - 1)} more lines" in short[-1]
    assert len(proofs([long], 80, whole=True)) == 1 + 41


def test_what_is_not_proved_is_told_by_its_reason():
    assert [line.plain for line in proofs([HELD], 80)] == ["  ✓ free of d: held", "    no exact argument found"]


def test_the_page_of_a_theorem_shows_them(items):
    loaded = read(one("banerjee2024/generalization"))
    assert "∎ decreasing in n: proved" in "\n".join(line.plain for line in page(loaded, 80, items, whole=True))
    short = " ".join(" ".join(line.plain for line in page(loaded, 80, items)).split())
    assert "∎ proved: " in short
    assert "decreasing in n" in short
    assert "1/√n falls in n" not in short
