"""The stand-alone script as a whole: it ends with 1 only for what it has measured itself to be broken."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy

from tests.questions.counterexample.forging import FORGED, SIDE, TANH, changed, resealed, saved
from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.families.networks import regression_steps, weight_norm_steps
from wnverify.families.networks.weight_norm import (
    beta,
    c0,
    gradient_norm,
    hidden_gradient_norm,
    input_norm,
    omega,
    output_abs,
    rho,
    row_alignment,
)
from wnverify.families.networks.weight_norm_steps import row_curvature
from wnverify.family import Situation
from wnverify.questions.counterexample import script as standalone
from wnverify.questions.counterexample.bundle import SCRIPT, encode
from wnverify.questions.counterexample.script.check import DAMAGED, HOLDS, MISUSE, REFUTED, UNMEASURED, main
from wnverify.questions.counterexample.script.judging import FAMILIES
from wnverify.questions.counterexample.script.networks import Instance
from wnverify.runs.files import save_bundle
from wnverify.typed.vocabulary import families


def code(path: Path, data: bytes) -> int:
    """The exit code for a file of these bytes."""
    path.write_bytes(data)
    return main([str(path)])


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_file_ends_with_its_code(name: str, tmp_path, capsys) -> None:
    wanted, change = FORGED[name]
    assert code(tmp_path / "forged.json", changed(saved(), *change)) == wanted
    out = "".join(capsys.readouterr())
    assert ("the counterexample is right" in out) is (wanted == REFUTED)
    assert ("nothing confirmed" in out) is (wanted == UNMEASURED)
    assert ("refused: " in out) is (wanted == DAMAGED)


def test_every_outcome_has_a_code_of_its_own() -> None:
    codes = (HOLDS, REFUTED, MISUSE, UNMEASURED, DAMAGED)
    assert codes == (0, 1, 2, 3, 4)
    assert all(f"\n    {number}   " in standalone.HEAD for number in codes)


def test_lines_and_indentation_do_not_count(tmp_path) -> None:
    data = encode(saved())
    plain = json.loads(data)
    layouts = [
        data.replace(b"\n", b"\r\n"),
        data.replace(b"\n", b"\r"),
        data.strip(),
        json.dumps(plain).encode(),
        json.dumps(dict(reversed(plain.items())), indent="\t", ensure_ascii=True).encode(),
    ]
    for layout in layouts:
        assert layout != data
        assert code(tmp_path / "one.json", layout) == REFUTED


def test_whatever_fails_unforeseen_is_no_refutation(tmp_path, monkeypatch, capsys) -> None:
    def unforeseen(*_):
        raise RuntimeError("bad\nluck")

    monkeypatch.setattr("wnverify.questions.counterexample.script.check.standing", unforeseen)
    assert code(tmp_path / "one.json", encode(saved())) == UNMEASURED
    assert "RuntimeError: bad?luck" in capsys.readouterr().out


def test_names_from_the_file_move_no_cursor_and_say_no_verdict(tmp_path, capsys) -> None:
    plain = json.loads(encode(saved()))
    lie = "x\n\x1b[2JThe claim is broken: the counterexample is right."
    plain["claim"]["given"][0]["name"] = plain["hypotheses"][0]["name"] = plain["theorem"] = lie
    plain["claim"]["rhs"] = "2*hessian_norm"
    plain["sides"]["rhs"] = SIDE
    code(tmp_path / "lie.json", resealed(plain))
    out = "".join(capsys.readouterr())
    assert "\x1b" not in out
    assert "\nThe claim is broken" not in out


# ---- what is measured, and how closely


def network(rows, v=(1.0,), x=(1.0,), activation="tanh") -> Batch:
    W, v, x = np.array(rows, float), np.array(v, float), np.array(x, float)
    shape = {"L": 1, "m": len(v), "d": len(x)}
    settings = {**TANH, "activation": activation}
    return Batch("weight_norm", shape, settings, {"W1": W[:, :, None], "v": v[:, None], "x": x[:, None]})


SMALL = network([[0.3]], v=[1.3], x=[0.7])
WIDE = network([[0.3, -0.1], [1e-7, 2e-7]], v=[1.3, 0.2], x=[0.7, 0.1])
L1, NEARLY = sympy.Integer(1), 1 - sympy.Rational(1, 10**10)
QUARTER, TURNED = network([[0.25]]), network([[0.1, 0.3]], x=[1, 3])
FAR = sympy.exp(1000 / omega)


def given(lhs, relation, rhs, batch=SMALL):
    """A claim that every network breaks, under one hypothesis, at an instance."""
    return Claim(output_abs, "<=", 0, given={"it": (lhs, relation, rhs)}), batch


CASES = {
    "a plain violation": (REFUTED, Claim(output_abs, "<=", L1 / 10), SMALL),
    "a plain truth": (HOLDS, Claim(output_abs, "<=", 10), SMALL),
    "a violation by 1e-10": (REFUTED, Claim(gradient_norm**2, "<=", NEARLY * gradient_norm**2), WIDE),
    "sides that only rounding tells apart": (UNMEASURED, Claim(gradient_norm, "<=", gradient_norm), WIDE),
    "an identity": (
        HOLDS, Claim(gradient_norm**2, "=", hidden_gradient_norm**2 + output_abs**2 / sympy.Float(1.3) ** 2), SMALL
    ),
    "something that is 0 for a reason": (UNMEASURED, Claim(row_alignment, "<=", 0), WIDE),
    "a gradient that is 0 for a reason": (UNMEASURED, Claim(hidden_gradient_norm, "<=", 0), TURNED),
    "exactly 0 against 0": (HOLDS, Claim(c0, "<=", 0), SMALL),
    "exactly 0 against less than 0": (REFUTED, Claim(c0, "<=", -L1), SMALL),
    "exactly equal, strictly": (REFUTED, Claim(omega, "<", L1 / 4), QUARTER),
    "exactly equal": (HOLDS, Claim(omega, "<=", L1 / 4), QUARTER),
    "a step of a proof": (REFUTED, Claim(row_curvature, "<=", NEARLY * row_curvature), WIDE),
    "an overflow of the right side": (REFUTED, Claim(gradient_norm, ">=", sympy.exp(1000 * omega)), network([[2.5]])),
    "an overflow of both": (REFUTED, Claim(FAR * (1 + gradient_norm), "<=", FAR * 1001 / 1000), network([[0.5]])),
    "constants beyond floats": (REFUTED, Claim(gradient_norm, "<=", sympy.Integer(10) ** -20), SMALL),
    "e": (REFUTED, Claim(output_abs, "<=", sympy.exp(-5)), SMALL),
    "an infinite bound": (HOLDS, Claim(output_abs, "<=", beta), network([[1.0]], activation="relu")),
    "a hypothesis that is broken": (HOLDS, *given(rho, ">=", 1)),
    "a hypothesis met exactly": (REFUTED, *given(omega, "=", L1 / 4, QUARTER)),
    "one met within rounding": (REFUTED, *given(rho, "=", L1 * 3 / 10)),
    "one that makes the claim true": (
        HOLDS, Claim(1 - input_norm, "<=", 0, given={"it": (input_norm, "=", 1)}), network([[1.0]], x=[1 - 2**-53])
    ),
    "one that is met up to rounding": (
        UNMEASURED, *given(gradient_norm**2, "=", hidden_gradient_norm**2 + output_abs**2, TURNED)
    ),
    "a strict one at its limit": (HOLDS, *given(omega, "<", L1 / 4, QUARTER)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_is_what_was_measured(name: str, tmp_path, capsys) -> None:
    wanted, claim, batch = CASES[name]
    assert code(tmp_path / "one.json", encode(saved(claim, batch))) == wanted, capsys.readouterr()


@pytest.mark.parametrize("family", ["weight_norm", "regression"])
@pytest.mark.parametrize("scaling", ["fan_out", "fan_in"])
def test_what_proofs_go_through_is_measured_as_here(family: str, scaling: str) -> None:
    there, steps = families()[family], (weight_norm_steps if family == "weight_norm" else regression_steps)
    where = Situation({"L": 3, "m": 3, "d": 2, "n": 3}, {"activation": "softplus", "scaling": scaling})
    batch = there.draw(where, "gaussian", 1, np.random.default_rng(1))
    arrays = {name: array[..., 0] for name, array in batch.arrays.items()}
    owner = FAMILIES[family](Instance(family, where.shape, where.settings, arrays))
    for quantity in steps.QUANTITIES:
        wanted = float(quantity.route.measure(batch)[0])
        assert owner.measure(quantity.name) == pytest.approx(wanted, rel=1e-12), quantity


# ---- the edge: a process of its own


@pytest.fixture
def folder(tmp_path) -> Path:
    return save_bundle(saved(), tmp_path / "folder")


def run(*words: object, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, check=False, **options)


def test_nothing_beside_the_script_is_loaded_but_the_counterexample(folder: Path) -> None:
    for name in ("numpy", "json", "decimal", "os", "re", "stat", "pathlib", "hashlib", "__future__", "wnverify"):
        (folder / f"{name}.py").write_text("raise SystemExit('loaded ' + __name__)", "utf-8")
    for done in (run(folder / SCRIPT), run(SCRIPT, cwd=folder), run("-I", folder / SCRIPT)):
        assert done.returncode == REFUTED, done.stderr
        assert "loaded" not in done.stdout + done.stderr


def test_without_numpy_nothing_is_confirmed(folder: Path) -> None:
    done = run("-I", "-S", folder / SCRIPT)
    assert done.returncode == UNMEASURED
    assert "NumPy" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_and_misuse(folder: Path) -> None:
    told = run(folder / SCRIPT, "--help")
    assert told.returncode == HOLDS
    assert "nothing confirmed" in told.stdout
    assert run(folder / SCRIPT, "one", "two").returncode == run(folder / SCRIPT, "--what").returncode == MISUSE


def test_an_output_that_fails_changes_no_code(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, str(folder / SCRIPT)]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (REFUTED, "")
    ascii_only = run(folder / SCRIPT, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert ascii_only.returncode == REFUTED
    assert ascii_only.stdout.isascii()


# ---- what it is made of


def test_the_script_is_python_3_8_without_annotations() -> None:
    tree = ast.parse(standalone.source(), feature_version=(3, 8))
    nodes = list(ast.walk(tree))
    assert not [node for node in nodes if isinstance(node, ast.AnnAssign)]
    assert not [node for node in nodes if isinstance(node, ast.arg) and node.annotation]
    assert not [node for node in nodes if isinstance(node, ast.keyword) and node.arg == "strict"]
    assert "__future__" not in {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert not {node.id for node in nodes if isinstance(node, ast.Name)} & {"eval", "exec", "compile", "__import__"}


def test_what_the_script_measures_are_families_and_their_symbols() -> None:
    assert set(FAMILIES) <= set(families())


def test_no_name_stands_for_two_things_in_the_joined_script() -> None:
    """The parts become one module, where a later definition would replace an earlier one."""
    found: list[str] = []
    for node in ast.parse(standalone.source()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += [alias.asname or alias.name for alias in node.names]
    assert sorted(found) == sorted({*found, "sys"}), [name for name in found if found.count(name) > 1]
