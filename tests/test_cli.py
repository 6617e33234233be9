"""The command line: what it prints, and its exit codes. The search itself is replaced by made-up records."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import wnverify
from wnverify.catalogue import load
from wnverify.cli import cli
from wnverify.evidence import (
    RECORD_SCHEMA,
    CheckEvidence,
    ClaimText,
    Event,
    Item,
    Kind,
    Record,
    Subject,
    TheoremEvidence,
    Worst,
)
from wnverify.runs import run as running
from wnverify.runs.record import from_json
from wnverify.runs.theorem import planned

PLANNED = planned(load("predictor_hessian"))
ROOT = Path(wnverify.__file__).parents[1]
INSTANCE = {"family": "f", "shape": {"m": 1}, "settings": {}, "arrays": {"v": {"shape": [1], "hex": ["0x1.8p+0"]}}}


def evidence(entry, verdict="HELD", expected="HELD", alive=False):
    worst = Worst(1.5 if verdict == "REFUTED" else 0.5, 3.0, 2.0, 1.5, "balls", "random", "m=1", INSTANCE)
    check = CheckEvidence("sampled", verdict, "the reason", tried=10, accepted=10, worst=worst)
    half = Item("half", Kind.MUTANT, "HELD" if alive else "REFUTED", "why")
    mutants = CheckEvidence("mutants", "HELD", "", items=[half], subject=Subject.MUTANTS)
    claim = ClaimText("a", "<=", "b", [], (1e-10).hex())
    return TheoremEvidence(entry.id, "Title.", "a ≤ b", claim, "00", expected, PLANNED, [check, mutants])


@pytest.fixture
def check(monkeypatch, tmp_path):
    """Call `check` in an empty folder with a search that gives every theorem the same made-up evidence."""
    monkeypatch.chdir(tmp_path)

    def check(*arguments, interrupted=False, raises=None, **rest):
        def run(entries, budget, *, seed=0, jobs=None, notify=lambda _: None):
            if raises:
                raise raises
            for entry in entries:
                notify(Event("planned", entry.id, checks=len(PLANNED)))
            for entry in entries:
                for name in PLANNED:
                    notify(Event("started", entry.id, name))
                    notify(Event("finished", entry.id, name, evidence(entry, **rest).checks[0], 0.1))
                if not interrupted:
                    notify(Event("done", entry.id, theorem=evidence(entry, **rest)))
            found = [evidence(entry, **rest) for entry in entries]
            return Record(RECORD_SCHEMA, "0.1.0", {}, seed, budget.name, found, interrupted=interrupted)

        monkeypatch.setattr(running, "run", run)
        return CliRunner().invoke(cli, ["check", *arguments])

    return check


@pytest.mark.parametrize(
    ("made_up", "arguments", "code"),
    [
        ({}, [], 0),
        ({"verdict": "PROVED"}, ["--strict"], 0),
        ({"verdict": "REFUTED"}, [], 1),
        ({"verdict": "REFUTED", "interrupted": True}, [], 1),
        ({"verdict": "REFUTED", "expected": "REFUTED"}, [], 0),
        ({"expected": "REFUTED"}, [], 3),
        ({"verdict": "ERROR"}, [], 3),
        ({"alive": True}, [], 3),
        ({"interrupted": True}, [], 130),
        ({"verdict": "VACUOUS"}, [], 0),
        ({"verdict": "VACUOUS"}, ["--strict"], 3),
        ({"raises": KeyboardInterrupt()}, [], 130),
        ({"raises": RuntimeError("unforeseen")}, [], 3),
        ({"raises": SystemExit(1)}, [], 3),
        ({"raises": GeneratorExit()}, [], 3),
        ({"raises": MemoryError()}, [], 3),
        ({}, ["no_such_theorem"], 2),
        ({}, ["--budget", "forever"], 2),
        ({}, ["--seed", "-1"], 2),
        ({}, ["--jobs", "0"], 2),
        ({}, ["--json", "missing/folder/r.json"], 2),
        ({}, ["--json", "."], 2),
        ({}, ["--json", "-"], 2),
    ],
)
def test_exit_codes_and_never_a_traceback(check, made_up, arguments, code):
    result = check("predictor_hessian", *arguments, **made_up)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_pipe_gets_one_line_a_theorem_then_the_tables_and_no_escape_codes(check):
    result = check("banerjee2024")
    effort, *lines = result.stderr.splitlines()
    assert effort.startswith("quick, 39 theorems in about")
    first = next(line for line in lines if line.startswith("[1/"))
    assert "held, worst ratio 0.5, 10 instances" in first
    assert "banerjee2024" in result.stdout.splitlines()
    assert "\x1b" not in result.stdout
    assert "held = not refuted" in result.stdout


def test_a_refutation_is_shown_and_saved(check):
    result = check("predictor_hessian", verdict="REFUTED")
    path = Path("counterexamples/banerjee2024__predictor_hessian.json")
    assert str(path) in result.stdout
    assert "[1.5]" in result.stdout
    saved = json.loads(path.read_text())
    assert saved["instance"]["arrays"]["v"]["hex"] == ["0x1.8p+0"]
    assert (float.fromhex(saved["ratio"]), saved["statement"], saved["seed"]) == (1.5, "a ≤ b", 0)


def test_quiet_prints_only_what_needs_a_look(check):
    assert check("predictor_hessian", "--quiet").stdout.startswith("1 theorem: 1 held")
    assert "the reason" in check("predictor_hessian", "--quiet", verdict="ERROR").stdout


def test_an_interrupted_run_shows_what_was_finished(check):
    result = check("predictor_hessian", interrupted=True)
    assert f"2 of {len(PLANNED)} checks" in result.stdout
    assert "Interrupted" in result.stdout


def test_the_record_is_written_whole(check):
    assert check("predictor_hessian", "--json", "r.json", "--seed", "7").exit_code == 0
    assert from_json(Path("r.json").read_bytes()).seed == 7
    assert [path.name for path in Path().iterdir()] == ["r.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full exists on Linux only")
def test_a_full_disk_loses_nothing(check):
    result = check("predictor_hessian", "--json", "/dev/full")
    assert result.exit_code == 3
    rescued = Path(result.stderr.rstrip().removesuffix(".").rpartition(" ")[2])
    assert from_json(rescued.read_bytes()).theorems
    rescued.unlink()


def test_list():
    result = CliRunner().invoke(cli, ["list"], env={"COLUMNS": "230"})
    assert result.exit_code == 0
    assert "predictor_hessian" in result.output
    assert "smoothness" in result.output
    assert " lemmas, " in result.output
    tagged = CliRunner().invoke(cli, ["list", "--tag", "hessian"]).output
    assert "predictor_hessian" in tagged
    assert "input_lipschitz" not in tagged
    assert CliRunner().invoke(cli, ["list", "--tag", "nonsense"]).exit_code == 2


def test_list_names_a_broken_header_and_shows_the_others(tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text('"""No sections."""\n')
    result = CliRunner().invoke(cli, ["list", str(broken), "predictor_hessian"])
    assert "section Statement" in result.output
    assert "Hessian of the predictor" in result.output


def test_show():
    page = CliRunner().invoke(cli, ["show", "predictor_hessian"])
    assert page.exit_code == 0
    assert "‖∇²_θ f‖₂ ≤" in page.output
    latex = CliRunner().invoke(cli, ["show", "predictor_hessian", "--latex"])
    assert latex.output.startswith("% Preamble")
    assert CliRunner().invoke(cli, ["show", "banerjee2024"]).exit_code == 2


def test_new_writes_a_theorem_that_loads_and_a_test_that_passes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["new", "theorems/mine/my_bound"])
    assert result.exit_code == 0, result.output
    assert wnverify.load("theorems/mine/my_bound.py").mutants
    names: dict = {"__file__": str(tmp_path / "theorems/mine/test_my_bound.py")}
    exec(Path(names["__file__"]).read_text(), names)
    names["test_the_bound_has_the_value_worked_out_by_hand"]()
    again = CliRunner().invoke(cli, ["new", "theorems/mine/my_bound"])
    assert again.exit_code == 2
    assert "nothing was written" in again.output


@pytest.mark.parametrize("name", ["my-bound", "class", "1st", "_private", "test_it"])
def test_new_refuses_names_that_are_not_importable(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, ["new", name]).exit_code == 2
    assert not list(tmp_path.iterdir())


def process(*arguments, **rest):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-c", "from wnverify.__main__ import main; main()", *arguments]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, **rest)


def test_a_closed_pipe_is_no_refutation_and_no_traceback():
    reader, writer = os.pipe()
    os.close(reader)
    with process("list", stdout=writer) as running_list:
        os.close(writer)
        errors = running_list.communicate()[1]
    assert running_list.returncode == 0
    assert errors == ""


@pytest.mark.skipif(os.name != "posix", reason="shells of other systems cannot close a stream")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams(closed):
    command = f'"{sys.executable}" -m wnverify list depth_free {closed}'
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full exists on Linux only")
def test_an_output_that_cannot_be_written_is_no_success():
    with Path("/dev/full").open("w") as full, process("list", "depth_free", stdout=full) as running_list:
        errors = running_list.communicate()[1]
    assert running_list.returncode == 3
    assert errors == "wnverify: The output could not be written: No space left on device.\n"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("import nothing_of_this_name", 3),
        ("raise KeyboardInterrupt", 130),
        ("raise SystemExit(1)", 3),
        ("raise GeneratorExit", 3),
        ("1 / 0", 3),
    ],
)
def test_a_library_that_cannot_be_loaded_is_no_refutation(tmp_path, monkeypatch, statement, code):
    (tmp_path / "click.py").write_text(statement)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
    done = subprocess.run([sys.executable, "-m", "wnverify", "list"], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr.startswith("wnverify: ")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_ends_a_run_that_keeps_no_record(check, monkeypatch):
    monkeypatch.setattr("wnverify.commands.check.gone", lambda console: True)
    assert check("depth_free", "--quiet", interrupted=True).exit_code == 141
    assert check("depth_free", "--quiet", interrupted=True, verdict="REFUTED").exit_code == 1
    assert check("depth_free", "--json", "r.json").exit_code == 0


def test_a_damaged_paper_is_told(check, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "bound.py").write_bytes((ROOT / "theorems/depth_free/gradient.py").read_bytes())
    (tmp_path / "mine" / "_paper.toml").write_text("title = ")
    done = check("mine")
    assert done.exit_code == 0
    assert done.stderr.startswith("wnverify: ")
    assert "_paper.toml: Expected TOML" in done.stderr
    assert "_paper.toml: Expected TOML" in " ".join(CliRunner().invoke(cli, ["list", "mine"]).output.split())


def test_an_unknown_tag_is_answered_with_tags():
    assert "did you mean hessian?" in CliRunner().invoke(cli, ["list", "--tag", "hesian"]).output
    assert "the tags are" in CliRunner().invoke(cli, ["list", "--tag", "xqzw"]).output


def test_the_facade_is_lazy_and_complete():
    code = """if True:
        import sys, wnverify
        assert not {"sympy", "numpy"} & set(sys.modules)
        import wnverify.commands.check, wnverify.report.terminal
        assert not {"sympy", "scipy", "flint", "hypothesis"} & set(sys.modules)
        from wnverify.questions.trial.ask import BUILT_IN
        BUILT_IN.usual()
        assert not {"scipy.special", "scipy.linalg", "wnverify.symbolic.deciders", "hypothesis"} & set(sys.modules)"""
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0
    assert [name for name in wnverify.__all__ if getattr(wnverify, name) is None] == []
    assert set(wnverify.__all__) <= set(dir(wnverify))
    with pytest.raises(AttributeError, match="nonsense"):
        wnverify.nonsense  # noqa: B018 - the access is the test


NOT_FOR_A_CHECK = {
    "matplotlib", "jinja2", "pytest", "IPython", "asyncio", "distributed", "scipy.stats", "scipy.integrate",
    "wnverify.experiments.depth", "wnverify.commands.try_claim", "wnverify.questions.audit", "wnverify.families.relu",
    "wnverify.families.homogeneous", "wnverify.families.normalizations", "wnverify.suggesting",
    "wnverify.proving.prover",
}  # fmt: skip
CHECKED = """
import atexit, runpy, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
sys.argv[1:] = ["check", "lemma_normalisation_derivative", "--jobs", "1"]
runpy.run_module("wnverify", run_name="__main__")
"""


def test_a_run_leaves_nothing_in_the_folder_of_the_user_and_loads_no_more_than_it_needs(tmp_path):
    rest = {name: value for name, value in os.environ.items() if name != "HYPOTHESIS_STORAGE_DIRECTORY"}
    words = [sys.executable, "-c", CHECKED]
    done = subprocess.run(words, cwd=tmp_path, env=rest, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
    loaded = set(done.stderr.split())
    assert "wnverify.checks.symbolic" in loaded
    assert sorted(loaded & NOT_FOR_A_CHECK) == []
