"""What a benchmark tells is true: every CPU second is counted once, and where it was spent."""

import os
import subprocess
import sys
from fractions import Fraction
from importlib.util import find_spec

import numpy as np
import pytest
import sympy

from benchmarks import power, proofs, written
from benchmarks import run as whole
from benchmarks.__main__ import MODULES, WORDS, main
from benchmarks.asked import planted
from benchmarks.engines import Problem
from benchmarks.revisions import ROOT, Side, Used, in_turn
from benchmarks.sampling.sitecustomize import LOADING, REST, START, layer_of
from wnverify.catalogue import load
from wnverify.claim import Claim
from wnverify.proving.domain import Domain
from wnverify.runs.record import from_json

BURN = "import time\nwhile time.process_time() < {seconds}: pass\n"


def test_every_benchmark_is_listed_and_an_unknown_word_says_which_there_are(monkeypatch, capsys):
    found = []
    for words in (["--help"], ["stesp"]):
        monkeypatch.setattr("sys.argv", ["benchmarks", *words])
        found.append(main())
    told = capsys.readouterr()
    assert found == [0, 2]
    assert told.err.endswith("but got 'stesp': did you mean steps?\n")
    for word in (*WORDS, *MODULES):
        assert find_spec(f"benchmarks.{word}")
        assert f"\n  {word} " in told.out
    assert all(word in told.err for word in WORDS)


@pytest.fixture
def side(tmp_path):
    return Side("here", ROOT, tmp_path)


def test_the_time_of_a_process_is_its_own_and_that_of_its_children(side):
    child = BURN.format(seconds=0.4)
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-S', '-c', {child!r}])\n{child}"
    used = side.run(["-S", "-c", parent])
    assert used.code == 0
    assert used.cpu >= 0.8
    assert side.run(["-c", "raise SystemExit(3)"]).code == 3


def test_samples_account_for_the_time_of_every_process(side):
    record, samples = side.folder / "record.json", side.folder / "samples"
    samples.mkdir()
    command = ["-m", "wnverify", "check", "lemma_normalisation_derivative", "--jobs", "2", "--json", str(record)]
    used = side.run(command, {"WNVERIFY_SAMPLES": str(samples)}, whole.SAMPLING)
    files = list(samples.glob("*.json"))
    assert len(files) >= 3, "this process, its workers, and perhaps the one that tracks semaphores"
    found = whole.Found([used], side.asked(whole.VERDICTS, str(record)))
    found.samples = whole.booked(samples, used)
    assert sum(row[-1] for row in found.samples) == pytest.approx(used.cpu)
    (evidence,) = from_json(record.read_bytes()).theorems
    told = {*found.seconds(1)} - {START, LOADING, REST}
    assert told <= {*evidence.planned}
    assert found.seconds(2)
    assert found.instances == sum(check.tried for check in evidence.checks)
    assert set(found.mutants.values()) == {"REFUTED"}


@pytest.mark.parametrize(
    ("stack", "layer"),
    [
        (
            [("numpy/linalg.py", "norm"), ("/x/wnverify/engine/jets.py", "f"), ("/x/wnverify/judging/j", "g")],
            "engine",
        ),
        ([("<lambdifygenerated-3>", "_f"), ("/x/wnverify/judging/formula.py", "evaluate")], "formulas"),
        ([("/x/wnverify/batch.py", "select"), ("/x/wnverify/search/ascent.py", "climb")], "search"),
        ([("/x/wnverify/families/kit/a.py", "unit"), ("/x/wnverify/families/nets/b.py", "draw")], "drawing"),
        ([("/x/wnverify/families/kit/a.py", "unit"), ("/x/wnverify/judging/judge.py", "call")], "measuring"),
        ([("/x/sympy/core/add.py", "flatten"), ("/x/wnverify/symbolic/prove.py", "prove")], "sympy"),
        ([("/lib/threading.py", "wait")], "other"),
    ],
)
def test_the_innermost_frame_that_belongs_to_a_layer_is_at_work(stack, layer):
    assert layer_of(stack)[0] == layer


def test_sides_take_turns_and_none_is_always_first(side):
    other = Side("other", ROOT, side.folder)
    assert [each.name for each in in_turn([side, other], 2)] == ["here", "other", "other", "here"]


def test_a_changed_verdict_and_a_mutant_that_lives_are_told():
    def found(verdict, mutant):
        one = {
            "verdict": verdict,
            "control": False,
            "tried": 1,
            "random": 3,
            "mutants": {"half": mutant},
            "ratio": 1.0,
        }
        return whole.Found([Used(1.0, 1.0, 0)], {"a/b": one})

    same = found("HELD", "REFUTED")
    assert whole.worse(same, same) == []
    assert whole.worse(found("VACUOUS", "HELD"), same) == ["a/b: HELD -> VACUOUS", "a/b: half: refuted -> held"]


ORDER = """
from benchmarks.asked.planted import versions
from wnverify import catalogue
for name, claim in versions(catalogue.load("depth_free/hessian_offset").claim):
    print(name, claim.rhs)
"""


def test_a_planted_version_has_the_same_name_in_every_process():
    found = {
        subprocess.run(
            [sys.executable, "-c", ORDER],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1
    assert found.pop().count("term") > 30


def test_planted_versions_are_off_by_what_they_say():
    x = sympy.Symbol("x", positive=True)
    upper = dict(planted.versions(Claim(x, "<=", x**2 + 3)))
    assert upper["5 %, whole"].rhs.subs(x, 1) == sympy.Rational(95, 100) * 4
    assert {upper[f"2 %, term {number}"].rhs.subs(x, 1) for number in (0, 1)} == {
        4 - sympy.Rational(2, 100), 4 - sympy.Rational(6, 100)
    }  # fmt: skip
    assert dict(planted.versions(Claim(x, ">=", x / 2)))["1 %, whole"].rhs.subs(x, 1) > sympy.Rational(1, 2)


def test_wrong_versions_are_compared_over_the_theorems_that_both_revisions_have(side, tmp_path):
    told = {"old": {"verdicts": {"a": {"5 %, whole": "REFUTED"}}, "seconds": {"a": 2.0}}}
    told["here"] = {name: {**each, "b": each["a"]} for name, each in told["old"].items()}

    class Told(Side):
        def asked(self, script, *arguments):
            return told[self.name] if arguments[0] == "hunt" else {}

    found = power.planted([Told(name, ROOT, tmp_path) for name in told], tmp_path)
    assert [power.shares(each)["theorems"] for each in found.values()] == [1, 1]
    assert power.shares(found["here"])["CPU s of all of them"] == 2


def test_the_routes_of_a_written_network_are_timed_on_the_same_hessians():
    problem = Problem(2, 3, 2, B=2)
    wanted = written.closed_form(problem)()
    np.testing.assert_allclose(written.power_series(problem)(), wanted, atol=1e-13)
    np.testing.assert_allclose(np.moveaxis(written.instance_by_instance(problem)(), 0, -1), wanted, atol=1e-13)


def test_what_is_proved_and_climbed_over_is_told_as_wrong():
    assert proofs.Decided("PROVED", Fraction(1), 1.0, 1.001).words == "WRONG"
    assert proofs.Decided("PROVED", Fraction(51, 50), 1.0, 1.03).words == "WRONG"
    assert proofs.Decided("PROVED", Fraction(51, 50), 0.99, 1.01).words == "false by less than the slack"
    assert proofs.Decided("REFUTED", Fraction(1), 0.5, 2.0).words == "false"


def test_the_second_route_breaks_a_false_mutant_and_not_a_true_one(monkeypatch):
    monkeypatch.setattr(proofs, "ROUNDS", 20)
    theorem = load("banerjee2024/hidden_gradient")
    domain = Domain(1, 1, 2, "tanh")
    false, true = (theorem.mutant_claims[name] for name in ("0.9 of the bound", "1/m for 1/sqrt(m)"))
    assert proofs.climbed(false, domain) > 1.1
    assert proofs.climbed(true, domain) <= 1 + proofs.NEAR
    assert proofs.share(false, theorem.claim, domain) == pytest.approx(0.9)
