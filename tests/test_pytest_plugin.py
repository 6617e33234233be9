"""The pytest plugin: what it collects and what it leaves alone, how nodes fail, and the table at the end."""

import io
import sys

import pytest

from wnverify.catalogue import load
from wnverify.evidence import CheckEvidence, Item, Kind, Worst
from wnverify.report import pytest_text as _loaded_as_well  # noqa: F401 - the same
from wnverify.runs import run as _loaded_before_the_inner_sessions  # noqa: F401 - numpy must not be loaded twice
from wnverify.runs.theorem import CHECKS, planned

pytest_plugins = ["pytester"]

PLANNED = planned(load("lemma_unit_rows"))  # a theorem without a proof of its own, as those below
HEADER = '"""A title.\n\nStatement: s\nHypotheses: h\nKind: k\nReferences: r\nTags: t\n"""\n'
GOOD = f"""{HEADER}
from wnverify import Claim, Theorem, Verdict
from wnverify.families.networks.weight_norm import STANDARD, WEIGHT_NORM, L, c0, m, output_abs, rho
from sympy import sqrt

bound = (1 + rho) * (1 + L * sqrt(m) * c0)
theorem = Theorem(claim=Claim(output_abs, "<=", bound, given=STANDARD), family=WEIGHT_NORM)
"""
FALSE = GOOD.replace('"<=", bound', '"<=", bound / 4')
CONTROL = FALSE.replace("family=WEIGHT_NORM)", "family=WEIGHT_NORM, expect=Verdict.REFUTED)")
BROKEN = GOOD.replace("theorem = Theorem(", "theorem = Theorem((")
INSTANCE = {"family": "f", "shape": {"m": 1}, "settings": {}, "arrays": {"v": {"shape": [1], "hex": ["0x1.8p+0"]}}}


@pytest.fixture
def session(pytester):
    """Run pytest with the plugin, whether wnverify is installed or not."""

    def session(*arguments):
        return pytester.runpytest("-p", "no:wnverify", "-p", "wnverify.pytest_plugin", "-p", "no:xdist", *arguments)

    return session


@pytest.fixture
def made_up(monkeypatch):
    """Replace the search: `sampled` refutes a claim with a quarter in it, everything else holds."""

    def carry_out(check, theorem, identifier, budget, seed):
        verdict = "REFUTED" if "/4" in str(theorem.claim) and check == "sampled" else "HELD"
        worst = Worst(4.0 if verdict == "REFUTED" else 0.25, 8.0, 2.0, 4.0, "balls", f"seed {seed}", "m=1", INSTANCE)
        items = [Item("half", Kind.MUTANT, "REFUTED", "")] if check == "mutants" else []
        about = {"worst": worst, "items": items, "subject": CHECKS[check].subject}
        return CheckEvidence(check, verdict, f"made up at {budget.name}", tried=9, accepted=9, **about)

    monkeypatch.setattr(sys.modules["wnverify.runs.theorem"], "carry_out", carry_out)


def write(pytester, name, text):
    path = pytester.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_one_node_a_theorem_and_check_one_for_a_control_one_for_a_broken_file(pytester, session, made_up):
    for name, text in {"good": GOOD, "control": CONTROL, "broken": BROKEN, "_private": GOOD}.items():
        write(pytester, f"theorems/paper/{name}.py", text)
    result = session("--doctest-modules", "-v")
    result.assert_outcomes(passed=len(PLANNED) + 1, failed=1)
    result.stdout.fnmatch_lines([
        "theorems/paper/broken.py::load FAILED*",
        "theorems/paper/control.py::control PASSED*",
        *[f"theorems/paper/good.py::{check} PASSED*" for check in PLANNED],
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*_private*")


def test_a_broken_file_fails_with_one_message_and_no_traceback(pytester, session):
    write(pytester, "theorems/paper/broken.py", BROKEN)
    result = session()
    result.stdout.fnmatch_lines(["*broken.py, line *: Expected Python, but got a syntax error in*"])
    result.stdout.no_fnmatch_line("*raise Broken*")
    result.stdout.no_fnmatch_line("*weight-normalization theorems*")


def test_a_failure_shows_the_counterexample_and_no_traceback(pytester, session, made_up):
    write(pytester, "theorems/paper/bound.py", FALSE)
    result = session("--wnverify-seed", "5", "--wnverify-budget", "standard")
    result.assert_outcomes(passed=len(PLANNED) - 1, failed=1)
    result.stdout.fnmatch_lines(
        ["*refuted: A title.*", "*found by*seed 5*", "*ratio*4; 4 by balls*", "*v * [[]1.5]*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*.py:*: Broken*")


def test_a_control_that_survives_fails(pytester, session, made_up):
    write(pytester, "theorems/paper/control.py", CONTROL.replace("bound / 4", "bound"))
    result = session()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*! held, not as planned: A title.*"])


def test_the_table_at_the_end_brings_the_checks_together(pytester, session, made_up):
    write(pytester, "theorems/paper/good.py", GOOD)
    write(pytester, "theorems/paper/control.py", CONTROL)
    result = session()
    result.stdout.fnmatch_lines([
        "*weight-normalization theorems*",
        "paper",
        "*theorem*verdict*worst ratio*",
        "*control*refuted as planned*4*",
        f"*good*held*0.25*{9 * (len(PLANNED) - 1)}*1/1*",
    ])  # fmt: skip


def test_two_files_of_one_name_stay_apart(pytester, session, made_up):
    write(pytester, "theorems/one/bound.py", GOOD)
    write(pytester, "theorems/two/bound.py", FALSE)
    session().stdout.fnmatch_lines(["*theorems ===*", "one", "*bound*held*", "two", "*bound*refuted*"])


@pytest.mark.parametrize("word", ["my_bound.py", "my_bound.py::sampled"])
def test_a_file_named_on_the_command_line_is_never_imported_as_a_test_module(pytester, session, made_up, word):
    write(pytester, "my_bound.py", GOOD + "\ndef test_never():\n    raise AssertionError\n")
    result = session("--doctest-modules", word)
    result.assert_outcomes(passed=1 if "::" in word else len(PLANNED))
    assert "my_bound" not in sys.modules


def test_the_ini_option_adds_files(pytester, session, made_up):
    write(pytester, "bounds/mine.py", GOOD)
    assert session().ret == pytest.ExitCode.NO_TESTS_COLLECTED
    pytester.makeini("[pytest]\nwnverify_theorems = bounds/*.py\n")
    session().assert_outcomes(passed=len(PLANNED))


def test_other_files_are_left_alone(pytester, session):
    write(pytester, "theorems/test_ordinary.py", "def test_it():\n    pass\n")
    write(pytester, "test_other.py", GOOD + "\ndef test_it():\n    assert theorem is not None\n")
    for arguments in ([], ["test_other.py", "theorems/test_ordinary.py"]):
        session(*arguments).assert_outcomes(passed=2)
    result = session()
    result.stdout.no_fnmatch_line("*weight-normalization*")


def test_a_project_without_theorems_pays_nothing(pytester):
    pytester.makepyfile(
        "import sys\ndef test_it():\n    loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "    assert not loaded & {'sympy', 'numpy', 'scipy', 'rich', 'msgspec'}\n"
        "    assert 'wnverify.pytest_plugin' in sys.modules\n"
    )
    arguments = ("-p", "no:wnverify", "-p", "wnverify.pytest_plugin", "-p", "no:hypothesispytest")
    result = pytester.runpytest_subprocess(*arguments)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*weight-normalization*")


@pytest.mark.parametrize("option", ["--wnverify-budget=forever", "--wnverify-seed=-1"])
def test_wrong_options_are_refused_before_anything_runs(pytester, session, option):
    result = session(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*Expected*but got*"])


def test_workers_send_their_results(pytester, made_up):
    pytest.importorskip("xdist", reason="only with pytest-xdist")
    write(pytester, "theorems/paper/good.py", GOOD)
    arguments = ("-p", "no:wnverify", "-p", "wnverify.pytest_plugin", "-n", "1")
    result = pytester.runpytest_subprocess(*arguments, "-k", "structured")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*weight-normalization theorems*", "*good*held*"])


@pytest.mark.parametrize("signs", [("utf-8", "✗ refuted", "✓ held"), ("ascii", "X refuted", "+ held")])
def test_a_terminal_gets_signs_that_it_can_show(pytester, session, made_up, monkeypatch, signs):
    encoding, failed, held = signs
    write(pytester, "theorems/paper/bound.py", FALSE)
    write(pytester, "theorems/paper/good.py", GOOD)
    write(pytester, "theorems/paper/broken.py", BROKEN.replace("bound = ", "ω = "))
    raw = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, errors="strict", write_through=True))
        pytester.inline_run("-p", "no:wnverify", "-p", "wnverify.pytest_plugin", "-p", "no:xdist", "--capture=no")
    output = raw.getvalue().decode(encoding)
    assert f"{failed}: A title." in output
    assert held in output
    assert "\\u" not in output
    assert "broken.py, line " in output


@pytest.mark.parametrize("columns", ["20", "37", "1000"])
def test_the_table_fits_every_terminal(pytester, session, made_up, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    write(pytester, "theorems/paper/good.py", GOOD)
    output = " ".join(session().stdout.str().split())
    assert "held" in output
    assert "0.25" in output


@pytest.mark.parametrize("text", [b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()])
def test_a_file_is_read_as_python_reads_it(pytester, session, made_up, text):
    write(pytester, "theorems/paper/good.py", "")
    (pytester.path / "theorems/paper/good.py").write_bytes(text)
    (pytester.path / "theorems/paper/folder.py").mkdir()
    (pytester.path / "theorems/paper/loop.py").symlink_to("loop.py")
    session().assert_outcomes(passed=len(PLANNED))


def test_the_real_checks_refute_a_false_bound(pytester, session):
    write(pytester, "my_bound.py", FALSE)
    result = session("my_bound.py::structured")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*refuted by*structured*", "*sides*against*"])
