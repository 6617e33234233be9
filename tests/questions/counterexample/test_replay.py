"""Replay: the counterexamples of every family come back, and floats alone do not call an identity broken."""

from __future__ import annotations

import json

import msgspec
import numpy as np
import pytest
import sympy
from click.testing import CliRunner

from tests.questions.counterexample.forging import FALSE, ONE, changed, resealed, saved
from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.cli import cli
from wnverify.errors import RecordError, UsageError
from wnverify.families.networks.weight_norm import hessian_norm
from wnverify.family import Family
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import opinion
from wnverify.quantities import Quantity, Source
from wnverify.questions.counterexample.bundle import Bundle, Origin, compose, encode
from wnverify.questions.counterexample.replay import replay
from wnverify.questions.counterexample.script.check import REFUTED, UNMEASURED, main
from wnverify.questions.counterexample.script.judging import FAMILIES
from wnverify.typed.vocabulary import families
from wnverify.verdict import Verdict


def drawn(family: Family) -> Batch:
    return family.draw(family.situations()[0], family.regimes[0], 1, np.random.default_rng(0)).one(0)


def broken(family: Family, batch: Batch) -> Bundle:
    """A claim about something measured that the instance breaks, saved; what the script measures comes first."""
    script = FAMILIES.get(family.name)
    measured = [each for each in family.quantities.values() if each.source is Source.MEASURED]
    measured.sort(key=lambda each: not hasattr(script, f"_{each.name}"))
    read = [each for each in family.quantities.values() if each.source is Source.ARRAY]
    for quantity in (*measured, *read):
        claim = Claim(quantity, "<=", below(quantity, batch))
        if opinion(Judge(claim, family, literal=True), batch).refutes:
            return compose(claim, family, batch, Origin(), literal=True)
    pytest.fail(f"nothing of {family.name} can be refuted")


def below(quantity: Quantity, batch: Batch) -> sympy.Expr:
    value = 0.0 if quantity.route is None else float(quantity.route.measure(batch)[0])
    return sympy.Rational(round(value - max(1.0, abs(value)) / 2, 3)) if np.isfinite(value) else sympy.oo


@pytest.mark.parametrize("family", families().values(), ids=families())
def test_what_breaks_a_claim_of_any_family_comes_back(family: Family, tmp_path, capsys) -> None:
    batch = drawn(family)
    path = tmp_path / "one.json"
    path.write_bytes(encode(broken(family, batch)))
    found = replay(path)
    assert found.verdict is Verdict.REFUTED
    assert all((found.batch.arrays[name] == array).all() for name, array in batch.arrays.items())
    assert sum(map(len, found.measured.values())) == len(found.claim.free_symbols)
    assert main([str(path)]) == (REFUTED if family.name in FAMILIES else UNMEASURED), capsys.readouterr()


@pytest.mark.parametrize("name", ["competing_nodes", "homogeneous", "diagonal flow"])
def test_rounding_breaks_no_identity_however_small_its_tolerance(name: str, tmp_path) -> None:
    """An equation that floats alone judge is broken only by more than the two routes ever differ."""
    family = families()[name]
    batch = drawn(family)
    number = next(each for each in family.quantities.values() if each.source is Source.MEASURED)
    value = float(number.route.measure(batch)[0])
    for factor, verdict in ((1 + 1e-11, Verdict.UNDECIDED), (1 + 1e-3, Verdict.REFUTED)):
        claim = Claim(number, "=", sympy.Rational(value * factor), tolerance=1e-13)
        path = tmp_path / "one.json"
        path.write_bytes(encode(compose(claim, family, batch, Origin(), literal=True)))
        assert replay(path).verdict is verdict


def test_it_says_what_was_measured_again_and_how(tmp_path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(encode(saved()))
    text = " ".join(str(replay(path)).split())
    assert "1 symbol measured in floats by two routes, and enclosed in balls: hessian_norm" in text
    assert "read off the instance, and enclosed in balls: L, beta, input_norm, m, omega, rho, slope" in text


@pytest.mark.parametrize("standing", ["holds, certainly", "holds up to rounding: both sides agree to 1e-12"])
def test_a_hypothesis_that_is_met_may_be_met_more_certainly_than_it_was(standing: str, tmp_path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(changed(saved(), "hypotheses", 0, "standing", standing))
    assert replay(path).verdict is Verdict.REFUTED
    path.write_bytes(changed(saved(), "hypotheses", 0, "standing", "as I say"))
    with pytest.raises(RecordError, match="was changed"):
        replay(path)


def test_a_hypothesis_about_numbers_alone_is_kept(tmp_path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(encode(saved(Claim(hessian_norm, "<=", 0, given={"numbers": (1, "<=", 2)}))))
    assert replay(path).verdict is Verdict.REFUTED
    assert main([str(path)]) == REFUTED
    with pytest.raises(UsageError, match="at least one symbol"):
        saved(Claim(sympy.Integer(2), "<=", 1))


# ---- the exit codes


def code(path) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["replay", str(path)])
    return done.exit_code, done.output


def test_exit_codes(tmp_path) -> None:
    path = tmp_path / "one.json"
    closest = Claim(hessian_norm, "<=", hessian_norm, given=FALSE.given)
    for claim, wanted in ((FALSE, 1), (Claim(hessian_norm, "<=", 100), 0), (closest, 3)):
        path.write_bytes(encode(saved(claim)))
        assert code(path)[0] == wanted
    path.write_bytes(b"{}")
    assert code(path)[0] == 3
    told = CliRunner().invoke(cli, ["replay", "--help"]).output
    assert "nothing confirmed" in told
    assert "check.py" in told


def test_what_names_hold_moves_no_cursor(tmp_path) -> None:
    plain = json.loads(msgspec.json.encode(saved(FALSE, ONE)))
    lie = "x\n\x1b[2J✗ CONFIRMED"
    plain["claim"]["given"][0]["name"] = plain["hypotheses"][0]["name"] = plain["theorem"] = lie
    (tmp_path / "lie.json").write_bytes(resealed(plain))
    exit_code, text = code(tmp_path / "lie.json")
    assert exit_code == 1
    assert "\x1b" not in text
    assert text.count("\n✗") == 0
