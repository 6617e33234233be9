"""The theorem that a bundle names is compared with its claim, and a name is never a path."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy

from tests.questions.counterexample.forging import ONE, TANH
from wnverify import catalogue
from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.families.networks.weight_norm import STANDARD, output_abs
from wnverify.judging.judge import Judge
from wnverify.questions.counterexample import provenance as module
from wnverify.questions.counterexample.provenance import Match, provenance
from wnverify.typed.claim_text import claim_of, claim_text

NAME = "banerjee2024/predictor_hessian"


@pytest.fixture(scope="module")
def theorem():
    return catalogue.load(NAME)


def test_the_theorem_s_own_claim_is_known_under_every_scaling(theorem) -> None:
    for scaling in ("fan_out", "fan_in"):
        batch = Batch(ONE.family, ONE.shape, {**TANH, "scaling": scaling}, ONE.arrays)
        stated = Judge(theorem.claim, theorem.family).stated(batch.settings)
        again = claim_of(claim_text(stated), theorem.family.quantities)
        assert provenance(NAME, again, batch).match is Match.SAME


CHANGES = {
    "an unrelated claim": lambda claim: Claim(output_abs, "<=", 11, given=STANDARD),
    "a smaller constant": lambda claim: claim.with_bound(claim.rhs * sympy.Rational(999, 1000)),
    "a hypothesis dropped": lambda claim: claim.without(next(iter(claim.given))),
    "a smaller tolerance": lambda claim: Claim(
        claim.lhs, claim.relation, claim.rhs, given=claim.given, tolerance=1e-14
    ),
    "strict": lambda claim: Claim(claim.lhs, "<", claim.rhs, given=claim.given),
}


@pytest.mark.parametrize("name", CHANGES)
def test_any_other_claim_is_not_that_theorem_s(name: str, theorem) -> None:
    found = provenance(NAME, CHANGES[name](theorem.claim), ONE)
    assert found.match is Match.OTHER
    assert found.why
    assert "NOT that theorem's" in str(found)


def test_another_family_is_not_that_theorem_s(theorem) -> None:
    plain = Batch("plain_network", ONE.shape, TANH, ONE.arrays)
    assert provenance(NAME, theorem.claim, plain).match is Match.OTHER


def test_what_is_not_in_the_catalogue_is_not_compared_and_not_run(theorem, tmp_path, monkeypatch) -> None:
    trap = tmp_path / "trap.py"
    trap.write_text("raise SystemExit('this file was run')", "utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("nobody/nothing", str(trap), "trap.py", "*", "banerjee2024", "../trap", "/etc/passwd", "\x1b[2J"):
        found = provenance(name, theorem.claim, ONE)
        assert (found.match, "--with FILE" in found.why) == (Match.UNKNOWN, True)
    assert provenance("", theorem.claim, ONE).match is Match.UNNAMED


def test_a_theorem_that_cannot_be_loaded_is_said_so(theorem, tmp_path, monkeypatch) -> None:
    file = tmp_path / "broken.py"
    file.write_text("1/0", "utf-8")
    entry = catalogue.Entry("some/broken", Path(file), "some")
    monkeypatch.setattr(module.catalogue, "catalogue", lambda: [entry])
    found = provenance("some/broken", theorem.claim, ONE)
    assert found.match is Match.UNKNOWN
    assert "ZeroDivisionError" in found.why
