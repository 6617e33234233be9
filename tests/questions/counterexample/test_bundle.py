"""Bundles: what is saved travels, replays, and is refused as soon as anything in it was changed."""

import ast
import json
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from sympy import Integer, Rational

from tests.questions.counterexample.forging import FALSE, FORGED, ONE, changed, saved
from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.claim import Claim
from wnverify.errors import RecordError, UsageError
from wnverify.families.least_squares import state as linear
from wnverify.families.networks.weight_norm import STANDARD, WEIGHT_NORM, WeightNorm, hessian_norm, omega, rho
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.judging.plain import shrink
from wnverify.questions.counterexample import script as standalone
from wnverify.questions.counterexample.bundle import (
    FILE,
    SCRIPT,
    Origin,
    compose,
    encode,
    sealed,
)
from wnverify.questions.counterexample.provenance import Match
from wnverify.questions.counterexample.reading import load
from wnverify.questions.counterexample.replay import replay
from wnverify.questions.counterexample.script.check import DAMAGED, REFUTED, UNMEASURED
from wnverify.questions.counterexample.script.judging import FAMILIES
from wnverify.questions.trial.ask import try_claim
from wnverify.runs.files import save_bundle
from wnverify.search.hunt import hunt
from wnverify.typed.vocabulary import family_named
from wnverify.verdict import Verdict


@pytest.fixture(scope="module")
def bundle():
    return saved()


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The script in a fresh interpreter that sees neither this project nor the environment."""
    command = [sys.executable, "-I", str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=script.parent, check=False)


def test_a_bundle_survives_as_a_file_and_as_a_folder(bundle, tmp_path):
    for path in (tmp_path / "one.json", tmp_path / "folder"):
        found = replay(save_bundle(bundle, path))
        assert found.verdict is Verdict.REFUTED
        assert found.certified
        assert str(found.claim) == str(FALSE)
        assert all((found.batch.arrays[name] == ONE.arrays[name]).all() for name in ONE.arrays)
        assert "CONFIRMED" in str(found)
    assert (tmp_path / "folder" / SCRIPT).read_text("utf-8") == standalone.source()


def test_what_a_bundle_holds(bundle):
    plain = json.loads(encode(bundle))
    assert plain["claim"]["lhs"] == "hessian_norm"
    assert [each["name"] for each in plain["claim"]["given"]] == list(STANDARD)
    assert {each["standing"] for each in plain["hypotheses"]} == {"holds, certainly"}
    assert plain["seed"] == 7
    assert {"wnverify", "python", "numpy", "python-flint"} <= set(plain["versions"])
    lhs, rhs = (plain["sides"][name] for name in ("lhs", "rhs"))
    assert float.fromhex(lhs["lower"]) > float.fromhex(rhs["upper"])
    assert not any(isinstance(value, float) for value in leaves(plain)), "floats are text, exact to the last bit"


def leaves(value):
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


# ---- the stand-alone script


def test_the_script_needs_nothing_of_this_project():
    imported = set()
    for node in ast.walk(ast.parse(standalone.source())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    assert {name.split(".")[0] for name in imported} - set(sys.stdlib_module_names) == {"numpy"}


def test_the_script_agrees(bundle, tmp_path):
    folder = save_bundle(bundle, tmp_path / "folder")
    done = run(folder / SCRIPT)
    assert done.returncode == 1, done.stderr
    assert "the counterexample is right" in done.stdout


def test_the_script_refuses_a_changed_file(bundle, tmp_path):
    folder = save_bundle(bundle, tmp_path / "folder")
    text = (folder / FILE).read_text("utf-8")
    (folder / FILE).write_text(text.replace('"seed": 7', '"seed": 8'), "utf-8")
    done = run(folder / SCRIPT)
    assert done.returncode == DAMAGED
    assert "refused" in done.stderr
    (folder / FILE).write_text(text[: len(text) // 2], "utf-8")
    assert run(folder / SCRIPT).returncode == DAMAGED


NAMES = ("hessian_weight*", "hessian_wid*", "hessian_without*", "min_norm_*", "norm_identity*", "control_never_f*")
CONTROLS = catalogue.select([*NAMES, "*sparsity_swn"])
REFUTABLE = [entry for entry in CONTROLS if catalogue.load(entry).expect is Verdict.REFUTED]


@pytest.mark.parametrize("entry", REFUTABLE, ids=lambda entry: entry.id)
def test_script_and_replay_agree_on_every_control(entry, tmp_path):
    theorem = catalogue.load(entry)
    (tally,) = hunt(theorem, [theorem.claim], parse_budget("quick"), np.random.default_rng(0))
    candidate, opinion = shrink(tally.judge, tally.best, plainest=True)
    assert opinion.refutes
    saved = compose(theorem.claim, theorem.family, candidate.batch, Origin(theorem=entry.id))
    folder = save_bundle(saved, tmp_path / "folder")
    again = replay(folder)
    assert (again.verdict, again.provenance.match) == (Verdict.REFUTED, Match.SAME)
    done = run(folder / SCRIPT)
    assert done.returncode == (REFUTED if theorem.family.name in FAMILIES else UNMEASURED), done.stderr
    assert ("nothing confirmed" in done.stdout) is (done.returncode == UNMEASURED)


def test_the_script_measures_linear_models(tmp_path):
    """All that it knows of them, in one sum that is bounded by a little more than it is, and by a little less."""
    sizes = linear.error_norm + linear.target_norm + linear.X + linear.om + linear.A_norm + linear.sigma
    situation = Situation({"m": 2, "d": 4}, {"loss": "squared", "rows": "any"})
    batch = linear.LEAST_SQUARES.draw(situation, "gaussian", 1, np.random.default_rng(0))
    total = float(Judge(Claim(sizes, "<=", Integer(1)), linear.LEAST_SQUARES)(batch).lhs[0])
    for relative, outcome in ((1e-7, 0), (-1e-7, REFUTED)):
        claim = Claim(sizes, "<=", Rational(total * (1 + relative)))
        folder = save_bundle(compose(claim, linear.LEAST_SQUARES, batch, Origin()), tmp_path / str(outcome))
        done = run(folder / SCRIPT)
        assert done.returncode == outcome, done.stderr


def test_a_trial_saves_what_replays(tmp_path):
    trial = try_claim("output_abs <= 1", given=["rho >= 1/2"], scaling="fan_in", budget="quick")
    folder = save_bundle(trial.to_bundle(), tmp_path / "folder")
    assert replay(folder).certified
    assert run(folder / SCRIPT).returncode == 1
    with pytest.raises(UsageError, match="refuted"):
        try_claim(
            "output_abs <= 100*(1+rho+m)*(1+L)", given=["L == 1", "m <= 2", "d <= 2"], budget="quick"
        ).to_bundle()


def test_an_instance_that_does_not_break_its_claim_is_said_so(tmp_path):
    true = Claim(hessian_norm, "<=", 100 * (1 + rho) / omega**2, given=STANDARD)
    folder = save_bundle(compose(true, WEIGHT_NORM, ONE, Origin()), tmp_path / "folder")
    assert replay(folder).verdict is Verdict.HELD
    assert run(folder / SCRIPT).returncode == 0


# ---- damage


def refusal(data, path):
    """The message with which a bundle is refused."""
    path.write_bytes(data)
    with pytest.raises(RecordError) as caught:
        replay(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_500_damaged_bundles_are_refused(bundle, tmp_path):
    data, path = encode(bundle), tmp_path / "damaged.json"
    rng = np.random.default_rng(0)
    path.write_bytes(data)
    replay(path)  # what is loaded only now is no memory of a damaged one
    tracemalloc.start()
    try:
        for number in range(500):
            changed = damaged(data, number, rng)
            if not same_content(changed, data):
                assert taken(lambda changed=changed: refusal(changed, path)) < 50e6
    finally:
        tracemalloc.stop()


def taken(call):
    """The bytes that a call takes at most, beside the garbage of those before it."""
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    call()
    return tracemalloc.get_traced_memory()[1] - before


def same_content(one, other):
    """Whether two texts say the same, however they are laid out in lines."""
    try:
        return json.loads(one) == json.loads(other)
    except ValueError:
        return False


def damaged(data, number, rng):
    where, spot = int(rng.integers(len(data))), bytearray(data)
    match number % 5:
        case 0:
            spot[where] ^= 1 << int(rng.integers(8))
        case 1:
            return data[:where]
        case 2:
            del spot[where : where + int(rng.integers(1, 40))]
        case 3:
            spot[where:where] = rng.bytes(int(rng.integers(1, 9)))
        case 4:
            spot[where] = ord("0123456789abcdef"[int(rng.integers(16))])
    return bytes(spot)


@pytest.mark.parametrize("name", FORGED)
def test_forged_bundles_are_refused_although_their_digest_is_right(bundle, tmp_path, name):
    refusal(changed(bundle, *FORGED[name][1]), tmp_path / "forged.json")


@pytest.mark.parametrize(
    "error", [KeyError("z"), ValueError("shapes\ndiffer"), np.linalg.LinAlgError(), IndexError(), ZeroDivisionError()]
)
def test_whatever_a_family_raises_is_one_error_that_names_it(bundle, tmp_path, monkeypatch, error):
    def measure(batch):
        raise error

    def check(family, batch):
        raise error

    path = save_bundle(bundle, tmp_path / "one.json")
    route = omega.route
    for owner, name, strange in ((WeightNorm, "check", check), (omega, "route", replace(route, measure=measure))):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, strange)
            assert "family weight_norm" in refusal(path.read_bytes(), path)


def test_an_instance_without_what_is_measured_is_refused(tmp_path):
    family = family_named("diagonal")
    batch = family.draw(family.situations()[0], family.regimes[0], 1, np.random.default_rng(0))
    saved = compose(Claim(family.quantities["mass_z"], "<=", 0), family, batch, Origin())
    rest = {name: array for name, array in saved.instance["arrays"].items() if name != "z"}
    refusal(changed(saved, "instance", "arrays", rest), tmp_path / "forged.json")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\xff\xfe",
        b'{"kind": 1, "kind": 1}',
        b"NaN",
        b"1e999",
    ],
    ids=range(10),
)
def test_what_is_no_bundle_is_refused(data, tmp_path):
    refusal(data, tmp_path / "none.json")


def test_missing_and_huge_files_are_refused(tmp_path):
    with pytest.raises(RecordError, match="cannot be read"):
        load(tmp_path / "nowhere")
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(10**10)
    with pytest.raises(RecordError, match="larger"):
        load(huge)


def test_a_folder_whose_script_was_changed_is_refused(bundle, tmp_path):
    folder = save_bundle(bundle, tmp_path / "folder")
    (folder / SCRIPT).write_text("print('fine')", "utf-8")
    with pytest.raises(RecordError, match=r"check\.py"):
        replay(folder)
    (folder / SCRIPT).unlink()
    with pytest.raises(RecordError):
        replay(folder)


def test_a_bundle_reads_back_to_the_same_structure(bundle, tmp_path):
    assert msgspec.to_builtins(load(save_bundle(bundle, tmp_path / "one.json"))) == msgspec.to_builtins(bundle)


def test_a_bundle_of_a_loss_holds_balls_and_replays_with_them(tmp_path):
    for index, text in enumerate(("loss <= 10", "rsc_gap >= 0", "loss_gradient_norm <= loss")):
        trial = try_claim(text, budget="quick")
        assert trial.certified
        plain = json.loads(encode(trial.to_bundle()))
        assert plain["route"] == "ball arithmetic"
        assert plain["quantities"][text.split()[0]]["midpoint"]
        folder = save_bundle(trial.to_bundle(), tmp_path / str(index))
        assert replay(folder).certified
        assert run(folder / SCRIPT).returncode == (REFUTED if trial.family.name in FAMILIES else UNMEASURED)


def test_a_bundle_saved_in_floats_replays_in_balls(tmp_path, monkeypatch):
    trial = try_claim("loss <= 10", budget="quick")
    with monkeypatch.context() as patch:
        patch.setattr(type(trial.family.base), "enclosures", lambda self, batch, names: None)
        saved = trial.to_bundle()
    assert saved.route.startswith("float64")
    found = replay(save_bundle(saved, tmp_path / "folder"))
    assert found.certified
    forged = [msgspec.structs.replace(each, standing="certainly broken") for each in saved.hypotheses]
    changed = sealed(msgspec.structs.replace(saved, hypotheses=forged))
    with pytest.raises(RecordError, match="the bundle was changed"):
        replay(save_bundle(changed, tmp_path / "forged"))
