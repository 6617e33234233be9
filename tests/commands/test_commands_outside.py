"""Every command over encodings and widths: the same words, the same exit code, no sign lost and no line too long."""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from wnverify.cli import cli
from wnverify.evidence import (
    RECORD_SCHEMA,
    CheckEvidence,
    ClaimText,
    Event,
    Item,
    Kind,
    Record,
    TheoremEvidence,
    Worst,
)
from wnverify.questions.audit import ask as audit_of
from wnverify.questions.counterexample import replay as replay_of
from wnverify.questions.trial import ask as trial_of
from wnverify.runs import run as running
from wnverify.runs.files import save_bundle

ENCODINGS = ["ascii", "cp1252"]
WIDTHS = ["20", "44", "1000"]
CLICKS = ["help", "help of try", "unknown command"]
"""What click lays out by itself, on at least 50 columns."""
DRAWN = {"omega", "logarithmic", "theorem"}
"""Words of a drawn formula, of a plot, and the head of a table: these are told otherwise where there is no room."""
GARBAGE = ["", "0", "-7", "1", "²", "many", "1e3", "9" * 30]
INSTANCE = {"family": "f", "shape": {"m": 1}, "settings": {}, "arrays": {"v": {"shape": [1], "hex": ["0x1.8p+0"]}}}
AT = ["L=1", "omega=1", "rho=1/2", "activation=tanh"]
TRUE = ["try", "output_abs <= 20*(1+rho)*(1+L*sqrt(m)*c0)", "--given", "m <= 2", "--budget", "quick"]
TRIED, REPLAY = trial_of.tried, replay_of.replay
FALSE = ["try", "gradient_norm <= 1/rho", "--budget", "quick", "--save", "found.json"]


@dataclass(frozen=True)
class Case:
    """A command line and its exit code."""

    words: list[str]
    code: int = 0


CASES = {
    "help": Case(["--help"]),
    "help of try": Case(["try", "--help"]),
    "unknown command": Case(["lisst"], 2),
    "list": Case(["list", "depth_free", "wu2020"]),
    "unknown tag": Case(["list", "--tag", "hesian"], 2),
    "unknown theorem": Case(["show", "hesian"], 2),
    "symbols": Case(["symbols", "weight_norm", "training_run"]),
    "show": Case(["show", "depth_free/gradient", "--all"]),
    "latex": Case(["show", "depth_free/gradient", "--latex"]),
    "eval": Case(["eval", "depth_free/gradient", "m=4", *AT]),
    "eval with a plot": Case(["eval", "depth_free/gradient", "m=4,16,64", *AT]),
    "eval outside": Case(["eval", "depth_free/gradient", "m=1/2", *AT], 2),
    "audit": Case(["audit", "net.json", "depth_free"]),
    "check": Case(["check", "depth_free", "wu2020/limit_unique"], 1),
    "check with a record": Case(["check", "depth_free", "--quiet", "--json", "record.json"], 1),
    "try refuted": Case(FALSE, 1),
    "try not refuted": Case(TRUE),
    "try no claim": Case(["try", "ρ ≈ √m"], 2),
    "replay": Case(["replay", "saved.json"], 1),
    "replay nothing": Case(["replay", "μ.json"], 3),
    "new": Case(["new", "1st"], 2),
}


def made_up(entry, verdict):
    worst = Worst(1.5, 3.0, 2.0, 1.5, "balls", "random", "m=1 tanh", INSTANCE)
    doubt = Item("decreasing in ω", Kind.BOUND, "REFUTED", "it increases at ρ ≥ 1", {"omega": "1/2"})
    check = CheckEvidence("sampled", verdict, "‖∇²f‖₂ ≤ 2ρ was searched", tried=10, accepted=10, worst=worst)
    symbolic = CheckEvidence("symbolic", "HELD", "", items=[doubt])
    claim = ClaimText("a", "<=", "b", [], (1e-10).hex())
    return TheoremEvidence(
        entry.id,
        "Title of ω.",
        "hessian_norm ≤ rho*sqrt(m)/omega**2",
        claim,
        "00",
        "HELD",
        ["sampled"],
        [check, symbolic],
    )


NET = {"W1": [[0.5, -1.0], [2.0, 0.25]], "v": [0.6, -0.8], "X": [[0.5, 0.5], [0.0, 0.25]], "activation": "tanh"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What the costly questions answer, asked once; in a folder with a network and a counterexample."""
    path = tmp_path_factory.mktemp("outside")
    (path / "net.json").write_text(json.dumps(NET))
    trials = {
        FALSE[1]: trial_of.try_claim(FALSE[1], budget="quick"),
        TRUE[1]: trial_of.try_claim(TRUE[1], given=["m <= 2", "d <= 2", "L <= 2"], budget="quick"),
    }
    trial = trials[FALSE[1]]
    save_bundle(trial.to_bundle(), path / "saved.json")
    audit = audit_of.audit(path / "net.json", theorems=["depth_free"], inputs=None)
    return path, trials, audit, replay_of.replay(path / "saved.json")


@pytest.fixture(scope="module")
def told():
    """What every case has said, by its name, encoding and width: the plain one is compared with all others."""
    return {}


@pytest.fixture
def command(answers, told, monkeypatch):
    """Run a case; what is costly was asked before, and the search of `check` is replaced by made-up evidence."""
    folder, trials, audit, replayed = answers

    def run(entries, budget, *, seed=0, jobs=None, notify=lambda _: None):
        found = [made_up(entry, "REFUTED" if number else "HELD") for number, entry in enumerate(entries)]
        for evidence in found:
            notify(Event("planned", evidence.id, checks=1))
            notify(Event("finished", evidence.id, "sampled", evidence.checks[0], 0.1))
        return Record(RECORD_SCHEMA, "0.1.0", {}, seed, budget.name, found, unread={"lost": "müde, ρ ≤ 1"})

    def replay(path, **files):
        return replayed if path.name == "saved.json" else REPLAY(path, **files)

    monkeypatch.setattr(running, "run", run)
    monkeypatch.setattr(trial_of, "tried", lambda text, *rest: trials.get(text) or TRIED(text, *rest))
    monkeypatch.setattr(audit_of, "audit", lambda *_, **__: audit)
    monkeypatch.setattr(replay_of, "replay", replay)
    monkeypatch.chdir(folder)

    def said(name, encoding, columns):
        monkeypatch.setenv("COLUMNS", columns)
        done = CliRunner(charset=encoding).invoke(cli, CASES[name].words)
        assert done.exit_code == CASES[name].code, done.output
        assert done.exception is None or isinstance(done.exception, SystemExit)
        output = done.output_bytes.decode(encoding)
        assert "Traceback" not in output
        assert "Internal error" not in output
        return output

    def command(name, encoding="utf-8", columns="100", *, again=False):
        case = name, encoding, columns
        if again or case not in told:
            told[case] = said(*case)
        return told[case]

    return command


def words(text):
    """What is said, whatever lines it stands in: runs of at least three letters."""
    return set(re.findall(r"[a-z]{3,}", text))


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", CASES)
def test_every_encoding_gets_every_sign(command, name, encoding):
    whole, output = command(name), command(name, encoding)
    assert output.count("?") == whole.count("?")
    assert not re.search(r"\\u[0-9a-f]{4}", output)
    assert not words(whole) - words(output)
    for sign, form in ("≤", "<="), ("≥", ">="), ("→", "->"):
        assert output.count(form) + output.count(sign) >= whole.count(form) + whole.count(sign)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", CASES)
def test_every_width_gets_every_word_and_its_lines_fit(command, name, columns):
    whole, output = command(name), command(name, columns=columns)
    lost = words(whole) - words(output) - DRAWN
    assert columns == "1000" or name in CLICKS or not lost, lost
    lines = [line for line in output.splitlines() if not line.startswith("[")]  # one a finished theorem, never more
    for line in lines if CASES[name].code < 2 and name not in (*CLICKS, "latex") else []:
        longest = max(map(len, line.split()), default=0)
        indent = len(line) - len(line.lstrip())
        assert len(line) <= max(int(columns), indent + longest) or longest > int(columns) - indent - 2, line


@pytest.mark.parametrize("columns", GARBAGE)
def test_a_width_that_is_none_is_ignored(command, columns):
    assert command("list", columns=columns).startswith("depth_free\n")


def test_narrow_and_ascii_at_once(command):
    for name in CASES:
        assert command(name, "ascii", "20").isascii()


def test_a_record_is_utf_8_whatever_the_terminal(command):
    command("check with a record", "ascii", again=True)
    assert json.loads(Path("record.json").read_bytes())["unread"] == {"lost": "müde, ρ ≤ 1"}


def test_the_streams_are_as_before(command):
    before = sys.stdout, sys.stderr
    command("list", "ascii", again=True)
    assert (sys.stdout, sys.stderr) == before
