"""What docs/own_networks.md shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from wnverify import catalogue, verify
from wnverify.arithmetic.namespace import KNOWN
from wnverify.errors import WnverifyError
from wnverify.evidence import Kind
from wnverify.families.own import kinds
from wnverify.verdict import Verdict

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "own_networks.md").read_text("utf-8")
NETWORK, QUANTITY, ACTIVATION = re.findall(r"```python\n(.*?)```", TEXT, flags=re.S)


@pytest.fixture
def theorem(tmp_path: Path):
    file = tmp_path / "my_net.py"
    file.write_text(NETWORK, "utf-8")
    return catalogue.load(catalogue.Entry("my_net", file, ""))


def section(title: str) -> str:
    return TEXT.partition(f"# {title}\n")[2].partition("\n#")[0]


def test_the_network_shown_holds_with_its_mutants_dead(theorem) -> None:
    evidence = verify(theorem, budget="quick")
    assert evidence.verdict is Verdict.HELD, evidence.reason
    mutants = [item for check in evidence.checks for item in check.items if item.kind is Kind.MUTANT]
    assert [item.outcome for item in mutants] == [Verdict.REFUTED] * 2


def test_the_quantity_shown_is_measured(theorem) -> None:
    names: dict = {"NET": theorem.family}
    exec("from wnverify import quantity\n" + QUANTITY, names)
    batch = theorem.family.draw(theorem.family.situations()[-1], "gaussian", 3, np.random.default_rng(0))
    W, v = (np.abs(batch.arrays[name]) for name in ("W", "v"))
    assert np.allclose(names["P"].route.measure(batch), np.einsum("ib,ijb->b", v, W))


def test_the_activation_shown_is_proved_and_a_smaller_constant_refused() -> None:
    names: dict = {}
    start = "from sympy import Rational, sqrt\nfrom wnverify import activation\n"
    exec(start + ACTIVATION, names)
    assert [": proved" in line for line in names["squash"].lines()] == [True] * 3
    with pytest.raises(WnverifyError) as told:
        exec(start + ACTIVATION.replace("48 * sqrt(5) / 125", "Rational(1, 2)"), names)
    assert "got |φ″(-0.5)| = 0.8587 (certified by balls): claim beta ≥ 0.8587" in str(told.value)
    assert "got |φ″(-0.5)| = 0.8587 (certified by balls): claim beta ≥ 0.8587" in TEXT


def test_every_symbol_in_the_table_is_one(theorem) -> None:
    words = set(re.findall(r"`([a-zA-Z0-9_]+)`", section("Its symbols").partition("A network with")[0]))
    named = {word for word in words if word not in theorem.family.quantities}
    assert named <= {"rows"}


def test_every_symbol_of_the_network_is_in_the_table(theorem) -> None:
    missing = [
        name for name in theorem.family.quantities if not re.search(rf"`{shown(name)}`", section("Its symbols"))
    ]
    assert set(missing) <= {"m"}


def shown(name: str) -> str:
    """The same symbol of W, where v has one like it."""
    return re.sub("_v$", "_W", name) if not name.endswith("W_v") else name


def test_xp_has_what_the_table_says() -> None:
    rows = [line for line in section("What `xp` has").splitlines() if line.startswith("| ")][1:]
    words = re.findall(r"[a-z][a-z0-9_.]+", " ".join(part for row in rows for part in re.findall(r"`([^`]+)`", row)))
    assert len(words) > 70
    assert {word.partition(".")[0] for word in words} <= KNOWN


def test_every_kind_is_in_the_table() -> None:
    shown_kinds = set(re.findall(r"^\| `([a-z]+)\(", section("Kinds of arrays"), flags=re.M))
    assert shown_kinds == {"rows", "free", "ball", "sphere", "positive", "box"}
    assert all(callable(getattr(kinds, kind)) for kind in shown_kinds)
