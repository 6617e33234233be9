"""Bundles about an author's own: the script re-measures with the author's functions, and runs nothing of the data."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy
from click.testing import CliRunner

from tests.questions.counterexample.forging import changed, resealed
from wnverify.claim import Claim
from wnverify.cli import cli
from wnverify.errors import RecordError
from wnverify.questions.counterexample.bundle import Bundle, Origin, compose
from wnverify.questions.counterexample.carried import carried
from wnverify.questions.counterexample.provenance import Match
from wnverify.questions.counterexample.replay import replay
from wnverify.questions.counterexample.script.check import DAMAGED, HOLDS, REFUTED, UNMEASURED
from wnverify.runs.files import save_bundle
from wnverify.typed.files import vocabulary_with
from wnverify.verdict import Verdict

NET = """
from functools import cache, partial
import math
import numpy as np
from wnverify import ball, free, quantity, rows
from wnverify.families.own.declare import architecture
import helpers
from helpers import SCALE, twice as double
WIDTH = 3

def with_bias(function):
    def wrapper(xp, theta, x):
        return function(xp, theta, x) + theta.b
    return wrapper

@with_bias
def value(xp: "module", theta, x: np.ndarray, *, factor=WIDTH * 1.0) -> float:
    "The network."
    a = xp.phi(xp.unit_rows(theta.W1) @ x) * factor
    return theta.v @ double(xp, a) * SCALE[0] + helpers.ZERO * math.pi * np.exp(0.0)

@cache
def kept(m):
    return 1.0 if m < 2 else kept(m - 1)

NET = architecture("mine", value, theta={"W1": rows("m", "2*d-1"), "v": free("m"), "b": free()}, x=ball("2*d-1"),
                   sizes={"m": (1, 2), "d": (1, 2)}, activation=("tanh", "sin"))
one, two = quantity("one", "1", lambda xp, t, x: xp.sum(t.v**2)), quantity("two", "2", lambda xp, t, x: -xp.sum(t.v))
part = quantity("part", "3", partial(lambda xp, t, x, *, k: k * kept(t.m) * xp.sum(xp.abs(x)), k=2), of=NET)
"""
HELPERS = """
import numpy as np
SCALE, ZERO = np.array([0.5, 0.25]), 0
def twice(xp, a):
    return two_of(a) + xp.zeros(a.shape)
def two_of(a):
    return 2 * a
"""


@pytest.fixture
def files(tmp_path):
    def files(net=NET, helpers=HELPERS) -> Path:
        (tmp_path / "nets.py").write_text(net)
        (tmp_path / "helpers.py").write_text(helpers)
        return tmp_path / "nets.py"

    return files


def saved(path: Path, names: tuple[str, ...] = ("output_abs",), factor: float = 0.5, family: str = "mine") -> Bundle:
    """A claim that an instance breaks if the factor is below 1: some quantities are at most so much."""
    symbols = list(names)
    family_ = vocabulary_with(path).family_named(family, symbols)
    batch = family_.draw(family_.situations()[0 if family != "mine" else -2], "gaussian", 1, np.random.default_rng(0))
    total = sum(float(family_.quantities[name].route.measure(batch)[0]) for name in symbols)
    bound = sympy.Rational(total).limit_denominator(1000) - (1 - factor) * sympy.Rational(abs(total))
    return compose(Claim(sum(family_.quantities[name] for name in symbols), "<=", bound), family_, batch, Origin())


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """The script of a saved bundle in a process of its own, which finds neither wnverify nor the author's files."""
    command = [sys.executable, "-I", "-S", "-c", RUN, str(folder / "check.py"), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


SITE = str(Path(np.__file__).parents[1])
RUN = f"""
import runpy, sys
sys.path.append({SITE!r})
sys.modules["wnverify"] = sys.modules["helpers"] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


CLAIMS = [
    ("output_abs",),
    ("output",),
    ("gradient_norm", "gradient_norm_W1", "input_gradient_norm"),
    ("hessian_norm", "hessian_trace", "hessian_frobenius", "hessian_min", "hessian_max"),
    ("hessian_norm_v", "hessian_norm_W1_v", "input_hessian_norm"),
    ("norm_v", "largest_W1", "spectral_W1", "least_row_W1", "omega", "p", "m", "input_norm"),
    ("one", "two"),
    ("part", "row_alignment"),
]


@pytest.mark.parametrize("names", CLAIMS, ids=lambda names: names[0])
def test_the_script_measures_what_the_author_declared(names, files, tmp_path) -> None:
    path = files()
    folder = save_bundle(saved(path, names), tmp_path / "bundle")
    code, out = run(folder)
    assert code == REFUTED, out
    assert replay(folder, with_=path).verdict is Verdict.REFUTED
    code, out = run(save_bundle(saved(path, names, factor=1.5), tmp_path / "true"))
    assert code == HOLDS, out


@pytest.mark.parametrize("activation", ["softplus0", "sigmoid4", "gelu", "identity", "softplus", "sin"])
def test_the_script_knows_the_activations(activation, files, tmp_path) -> None:
    more = NET.replace('("tanh", "sin")', f'("{activation}", "sin")')
    path = files(more.replace("* factor", "* factor + xp.softplus(x[0]) * xp.sigmoid(x[0]) + xp.tanh(xp.erf(x[0]))"))
    folder = save_bundle(
        saved(path, ("gradient_norm", "hessian_frobenius", "input_hessian_norm")), tmp_path / "bundle"
    )
    code, out = run(folder)
    assert code == REFUTED, out


def test_an_activation_of_an_author_brings_its_constants(files, tmp_path) -> None:
    own = """
import sympy
from wnverify import activation
squash = activation("squash", lambda xp, z: z / xp.sqrt(1 + z * z), slope=1, beta=48 * sympy.sqrt(5) / 125, c0=0.5)
NET = """
    path = files(NET.replace("\nNET = ", own).replace('("tanh", "sin")', "(squash, 'sin')"))
    folder = save_bundle(saved(path, ("hessian_norm", "slope", "beta", "c0")), tmp_path / "bundle")
    code, out = run(folder)
    assert code == REFUTED, out
    assert "read off    beta, c0, slope" in out
    assert replay(folder, with_=path).verdict is Verdict.REFUTED


def test_a_quantity_of_an_author_for_a_family_of_wnverify(files, tmp_path) -> None:
    path = files()
    folder = save_bundle(saved(path, ("one", "output_abs"), family="weight_norm"), tmp_path / "bundle")
    assert run(folder)[0] == REFUTED
    assert replay(folder, with_=[path]).certified
    with pytest.raises(RecordError, match="but got 'one': name the file that declares it: `wnverify"):
        replay(folder)


def test_one_file_holds_the_same_script(files, tmp_path) -> None:
    path = files()
    bundle = saved(path)
    one = save_bundle(bundle, tmp_path / "one.json")
    folder = save_bundle(bundle, tmp_path / "folder")
    assert json.loads(one.read_text())["check.py"] == (folder / "check.py").read_text() == bundle.check
    assert replay(one, with_=path).certified
    ast.parse(bundle.check, feature_version=(3, 8))
    assert "@" not in bundle.check.partition("# ---- written by the author")[2].replace(" @ ", "")


def test_without_the_file_the_remedy_is_named(files, tmp_path) -> None:
    folder = save_bundle(saved(files()), tmp_path / "bundle")
    found = CliRunner().invoke(cli, ["replay", str(folder)])
    assert found.exit_code == 3
    assert (
        "a family that wnverify knows, but got 'mine': name the file that declares it: `wnverify replay"
        in found.output
    )
    assert CliRunner().invoke(cli, ["replay", str(folder), "--with", str(files())]).exit_code == 1


def test_a_changed_function_is_refused(files, tmp_path) -> None:
    folder = save_bundle(saved(files()), tmp_path / "bundle")
    changed_file = files(NET.replace("* factor", "* factor * 1.001"))
    with pytest.raises(RecordError, match="the bundle was changed, or a function that it is about"):
        replay(folder, with_=changed_file)
    with pytest.raises(RecordError, match="the bundle was changed, or a function that it is about"):
        replay(folder, with_=files(helpers=HELPERS.replace("2 * a", "3 * a")))


def test_a_function_that_was_edited_without_effect_is_told(files, tmp_path) -> None:
    folder = save_bundle(saved(files()), tmp_path / "bundle")
    said = ["replay", str(folder), "--with"]
    for same in (files(), files(NET.replace("    a = xp.phi", "\n    # a comment\n    a  =  xp.phi"))):
        assert "saved in check.py" not in CliRunner().invoke(cli, [*said, str(same)]).output
    for edit in ({"net": NET.replace("* factor", "* factor * 1.0")}, {"helpers": HELPERS.replace("2 * a", "a + a")}):
        found = CliRunner().invoke(cli, [*said, str(files(**edit))])
        assert found.exit_code == 1
        assert "another text than the one that was saved in check.py" in " ".join(found.output.split())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("sides", "lhs", "value", (9.0).hex()), DAMAGED),
        (("instance", "arrays", "v", "hex", 0, (9.0).hex()), DAMAGED),
        (("instance", "arrays", "v", {"shape": [3], "hex": [(1.0).hex()] * 3}), DAMAGED),
        (("instance", "shape", {"m": 2}), DAMAGED),
        (("instance", "shape", {"m": 2, "d": 1, "__import__": 1}), DAMAGED),
        (("instance", "settings", {"activation": "__import__('os').abort()"}), UNMEASURED),
        (("instance", "settings", {}), UNMEASURED),
        (("instance", "family", "another"), UNMEASURED),
        (("claim", "lhs", "__import__('os').abort()"), DAMAGED),
        (("claim", "lhs", "own_1"), UNMEASURED),
        (("claim", "lhs", "run"), UNMEASURED),
    ],
    ids=str,
)
def test_a_forged_file_confirms_nothing_and_runs_nothing(change, code, files, tmp_path) -> None:
    path = files()
    bundle = saved(path)
    folder = save_bundle(bundle, tmp_path / "bundle")
    (folder / "counterexample.json").write_bytes(changed(bundle, *change))
    found, out = run(folder)
    assert found == code, out
    with pytest.raises(RecordError):
        replay(folder, with_=path)


def test_code_in_the_data_is_never_run(files, tmp_path) -> None:
    """Neither the script inside of the JSON nor any text of it is run, by the script or by a replay."""
    path, mark = files(), tmp_path / "ran"
    evil = f"open({str(mark)!r}, 'w').close()\n"
    plain = json.loads(save_bundle(saved(path), tmp_path / "one.json").read_text())
    plain["check.py"], plain["check_digest"] = evil, hashlib.sha256(evil.encode()).hexdigest()
    plain["theorem"] = plain["found"] = str(tmp_path / "evil.py")
    (tmp_path / "evil.py").write_text(evil)
    (tmp_path / "one.json").write_bytes(resealed(plain))
    replay(tmp_path / "one.json", with_=path)
    folder = save_bundle(saved(path), tmp_path / "bundle")
    (folder / "counterexample.json").write_bytes(resealed(plain))
    (folder / "helpers.py").write_text(evil)
    (folder / "nets.py").write_text(evil)
    assert run(folder)[0] == REFUTED
    assert not mark.exists()


def test_another_script_beside_the_data_is_refused(files, tmp_path) -> None:
    path = files()
    folder = save_bundle(saved(path), tmp_path / "bundle")
    script = folder / "check.py"
    script.write_text(script.read_text().replace("* factor", "* factor * 2"))
    with pytest.raises(RecordError, match="another one"):
        replay(folder, with_=path)
    assert run(folder)[0] == DAMAGED


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("xp.sum(scipy.special.erf(1.0) * t.v)", "it uses scipy, and the script has NumPy"),
        ("xp.sum(t.v) * Thing.size", "it uses Thing, which is type, not a plain value"),
        ("xp.sum(t.v) * NET.cost", "it uses NET, which is Architecture"),
        ("one_of(xp, t)", "functions call one another in a circle"),
        ("counted(xp, t)", "it assigns the global name COUNT"),
        ("matched(xp, t)", "it is written in newer Python than 3.8"),
    ],
)
def test_what_cannot_travel_confirms_nothing_and_says_why(line, why, files, tmp_path) -> None:
    more = """
import scipy.special
class Thing:
    size = 1.0
COUNT = 0
def one_of(xp, t):
    return other_of(xp, t) if t.m > 9 else xp.sum(t.v)
def other_of(xp, t):
    return one_of(xp, t)
def counted(xp, t):
    global COUNT
    COUNT += 1
    return xp.sum(t.v)
def matched(xp, t):
    match t.m:
        case _:
            return xp.sum(t.v)
"""
    path = files(NET + more + f"stays = quantity('stays', 's', lambda xp, t, x: {line}, of=NET)\n")
    bundle = saved(path, ("stays",))
    folder = save_bundle(bundle, tmp_path / "bundle")
    code, out = run(folder)
    assert code == UNMEASURED
    assert f"the function of stays is not in this script: {why}" in " ".join(out.split())
    assert replay(folder, with_=path).verdict is Verdict.REFUTED


@pytest.mark.parametrize("leave", ["os._exit", "sys.exit"])
def test_a_function_that_ends_the_process_confirms_nothing(leave, files, tmp_path) -> None:
    """It would end with 1, which says that the claim is broken."""
    text = f"""
import sys
import os
def leaves(xp, t, x):
    if "wnverify.errors" not in sys.modules:
        {leave}(1)
    return xp.sum(t.v)
leaves = quantity("leaves", "s", leaves, of=NET)
"""
    folder = save_bundle(saved(files(NET + text), ("leaves",)), tmp_path / "bundle")
    code, out = run(folder)
    assert code == UNMEASURED
    assert "its function ended with SystemExit: 1" in " ".join(out.split())


def test_a_text_that_is_not_to_be_had_stays() -> None:
    scope: dict = {}
    exec("from wnverify import quantity\nq = quantity('q', 'q', lambda xp, t, x: 1.0)", scope)
    assert "its text is not to be had" in carried(None, [scope["q"]], {})
    assert carried(None, [], {}) == ""


def test_a_check_saves_what_breaks_a_theorem_about_an_architecture(tmp_path, monkeypatch, files) -> None:
    path = files().with_name("thm.py")
    path.write_text(
        '"""T.\n\nStatement: s\nHypotheses: none\nKind: upper bound\nReferences: me\nTags: a\n"""\n'
        "from wnverify import Claim, Theorem\nfrom nets import NET, one\n"
        'theorem = Theorem(claim=Claim(NET.symbols("output_abs"), "<=", one), family=NET)\n'
    )
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, ["check", "thm.py", "--quiet"]).exit_code == 1
    one = tmp_path / "counterexamples" / "thm"
    assert run(one)[0] == REFUTED
    again = replay(one, with_="thm.py")
    assert again.certified
    assert again.provenance.match is Match.SAME
    path.write_text(path.read_text().replace('"<=", one', '"<=", one / 2'))
    assert replay(one, with_="thm.py").provenance.match is Match.OTHER
    with pytest.raises(RecordError, match="declares it, that of the theorem thm"):
        replay(one)
