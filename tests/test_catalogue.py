"""The catalogue: headers, names, and one clear message for every way in which a file can be broken."""

import subprocess
import sys
from pathlib import Path

import pytest

from wnverify import catalogue
from wnverify.catalogue import Entry, load, select
from wnverify.errors import TheoremFileError, UsageError
from wnverify.source import SECTIONS, looks_like_theorem, parse_header

HEADER = '"""A title.\n\nStatement:   x ≤ 1\n             always\nHypotheses:  none\nKind: upper bound\n' + (
    'References: me\nTags: a, b\n"""\n'
)
IMPORTS = (
    "from wnverify import Claim, Theorem\n"
    "from wnverify.families.networks.weight_norm import STANDARD, WEIGHT_NORM, omega, output_abs, rho\n"
)
GOOD = "theorem = Theorem(claim=Claim(output_abs, '<=', 1 + rho, given=STANDARD), family=WEIGHT_NORM)\n"


@pytest.fixture
def write(tmp_path):
    def write(body, name="mine.py", header=HEADER):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(header + body)
        return path

    return write


def test_every_header_of_the_catalogue_is_complete_and_a_theorem_of_each_folder_loads():
    """The others are loaded as pytest collects their files."""
    entries = catalogue.catalogue()
    assert len(entries) >= 10
    for entry in entries:
        assert entry.header().tags, entry.id
    for entry in {entry.paper: entry for entry in entries}.values():
        assert load(entry).claim is not None, entry.id


def test_the_template_is_a_theorem():
    path = catalogue.builtin_folder() / "_template.py"
    assert Entry("template", path, "").header().title
    assert load(path).mutants
    assert "theorems/_template" not in [entry.id for entry in catalogue.catalogue()]


def test_a_header_is_read_with_its_continuation_lines():
    header = parse_header(HEADER, "x.py")
    assert header.title == "A title."
    assert header.statement == "x ≤ 1\nalways"
    assert header.tags == ("a", "b")


@pytest.mark.parametrize("section", SECTIONS)
def test_a_missing_section_is_named(section):
    with pytest.raises(TheoremFileError, match=f"section {section} in the header"):
        parse_header(HEADER.replace(f"{section}:", "Note:"), "x.py")


@pytest.mark.parametrize("label", ["Paper", "Ours"])
def test_what_is_the_papers_or_ours_does_for_references(label):
    header = parse_header(HEADER.replace("References: me", f"{label}: the statement\n  and more"), "x.py")
    assert getattr(header, label.lower()) == "the statement\nand more"
    assert header.references == ""


def test_no_docstring():
    with pytest.raises(TheoremFileError, match="without docstring"):
        parse_header("x = 1", "x.py")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("theorem = Theorem((claim=3)\n", r"line \d+: Expected Python, .*`theorem = Theorem\(\(claim=3\)`"),
        ("return 3\n", "outside function"),
        ("x = '\0'\n", "Expected Python"),
        ("from wnverify import Claim, Theorm\n", r"line 10: .*Theorm.*did you mean Theorem"),
        ("import nunpy\n", "nunpy"),
        ("from wnverify.families.weight_norm import m\n", r"did you mean wnverify.families.networks.weight_norm"),
        ("from wnverify.familys import m\n", r"No module named 'wnverify.familys'"),
        (IMPORTS + "bound = omga\n", r"line 12: .*'omga' is not defined.*did you mean omega"),
        (
            IMPORTS + "bound = weight_spectral\n",
            r"write `from wnverify.families.networks.weight_norm import weight_spectral`",
        ),
        (
            "from wnverify.families.networks.predictor_and_loss import PREDICTOR_AND_LOSS as NET\nbound = loss\n",
            r'line 11: .*write `loss = NET.symbols\("loss"\)`',
        ),
        (IMPORTS + GOOD.replace(", '<=', 1 + rho", ""), r'missing 2 .*: write Claim\(lhs, "<=", rhs\)'),
        (IMPORTS + GOOD.replace("family=", "mutant={}, family="), r"argument 'mutant': did you mean mutants\?"),
        (
            IMPORTS
            + "from wnverify import decreasing\n"
            + GOOD.replace("family=", "about_bound=[decreasing(omega)], family="),
            r"of the bound, rho \+ 1, but got “decreasing in omega”: omega does not occur .* free_of\(omega\)",
        ),
        (IMPORTS + "bound = hesian_norm\n", r"did you mean hessian_norm"),
        (IMPORTS, "`theorem`, but got none"),
        (IMPORTS + GOOD.replace("theorem =", "result ="), "under the name result"),
        ("theorem = 3\n", "Expected a Theorem as `theorem`, but got 3"),
        (IMPORTS + GOOD + GOOD.replace("theorem =", "another ="), "one theorem a file, but got theorem, another"),
        ("1 / 0\n", r"line 10: .*ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)\n", "SystemExit"),
        ("import os; os._exit(0)\n", "SystemExit"),
        ("raise GeneratorExit\n", "GeneratorExit"),
        ("while True: input()\n", "EOFError"),
        (IMPORTS + GOOD.replace("'<='", "'<<'"), r"line 12: Expected a relation among .*'<<'"),
        (IMPORTS + "import sympy\n" + GOOD.replace("+ rho", "+ sympy.Symbol('omga')"), "omga: did you mean omega"),
    ],
)
def test_a_broken_file_gets_one_clear_message(write, body, message):
    path = write(body)
    with pytest.raises(TheoremFileError, match=message) as caught:
        load(path)
    assert str(caught.value).startswith(str(path))
    assert str(caught.value).count("\n") == 0


def test_what_a_file_prints_stands_beside_the_report(write, capsys):
    load(write("print('a word')\n" + IMPORTS + GOOD))
    assert capsys.readouterr() == ("", "a word\n")


def test_a_theorem_that_is_loaded_has_the_name_of_its_file(write):
    assert load(write(IMPORTS + GOOD)).name == Path(write(IMPORTS + GOOD)).stem


def test_a_file_that_is_gone_is_named(tmp_path):
    with pytest.raises(TheoremFileError, match=r"gone.py: Expected a readable file, but got No such file"):
        load(Entry("gone", tmp_path / "gone.py", ""))


def test_a_changed_file_is_read_anew_and_nothing_stays_in_memory(write):
    before = set(sys.modules)
    assert str(load(write(IMPORTS + GOOD)).claim.rhs) == "rho + 1"
    assert str(load(write(IMPORTS + GOOD.replace("1 + rho", "2 + rho"))).claim.rhs) == "rho + 2"
    assert not [name for name in set(sys.modules) - before if "theorem_" in name]


def test_a_file_may_define_a_dataclass(write):
    body = "from __future__ import annotations\nfrom dataclasses import dataclass\n" + IMPORTS
    assert load(write(body + "@dataclass\nclass Constants:\n    a: float = 1.0\n" + GOOD))


def test_names():
    one = ["banerjee2024/predictor_hessian"]
    assert [entry.id for entry in select(one)] == one
    assert [entry.id for entry in select(["predictor_hessian", *one])] == one
    paper = select(["banerjee2024"])
    assert {entry.paper for entry in paper} == {"banerjee2024"}
    assert select(["banerjee2024/*"]) == paper
    assert select([str(catalogue.builtin_folder() / "banerjee2024")]) == paper
    assert select([str(paper[0].path)]) == paper[:1]
    assert select([]) == catalogue.catalogue()
    assert select([str(catalogue.builtin_folder())]) == catalogue.catalogue()


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("predictor_hesian", "did you mean .*predictor_hessian"),
        ("xqzw", "wnverify list"),
        ("nothing*", "glob"),
        ("missing.py", "no theorem file is there"),
        ("../", "no theorem file is there"),
        ("my_bound", r"did you mean my_bound\.py\?"),
    ],
)
def test_an_unknown_name_is_a_usage_error_with_a_suggestion(word, message, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "my_bound.py").touch()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(UsageError, match=message):
        select([word])


def test_a_folder_gives_its_theorem_files_only(write, tmp_path):
    write(IMPORTS + GOOD, "paper/mine.py")
    write(IMPORTS + GOOD, "paper/_private.py")
    write("print('no theorem')\n", "paper/setup.py", header="")
    write(IMPORTS + "theorem = Theorem((", "paper/broken.py")
    assert [entry.id for entry in select([str(tmp_path)])] == ["paper/broken", "paper/mine"]


def test_two_files_of_one_name_are_refused(write):
    paths = [write(IMPORTS + GOOD, f"{folder}/mine.py") for folder in ("a", "b")]
    with pytest.raises(UsageError, match=r"a/mine.py and .*b/mine.py"):
        select([str(path) for path in paths])


def test_other_packages_add_their_theorems(write, tmp_path, monkeypatch):
    write(IMPORTS + GOOD, "their/paper/bound.py")
    (tmp_path / "theirs.py").write_text(f"def folder():\n    return {str(tmp_path / 'their')!r}\n")
    monkeypatch.syspath_prepend(tmp_path)
    point = catalogue.EntryPoint("theirs", "theirs:folder", catalogue.GROUP)
    monkeypatch.setattr(catalogue, "entry_points", lambda group: [point])
    assert "paper/bound" in [entry.id for entry in catalogue.catalogue()]
    write(IMPORTS + GOOD, "their/banerjee2024/predictor_hessian.py")
    with pytest.raises(TheoremFileError, match=r"two files: .*predictor_hessian.py and .*predictor_hessian.py"):
        catalogue.catalogue()


def test_listing_the_catalogue_imports_no_sympy():
    code = "import sys, wnverify.catalogue as c; c.catalogue()[0].header(); sys.exit('sympy' in sys.modules)"
    root = Path(catalogue.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=root).returncode == 0


def test_a_text_inside_a_string_makes_no_theorem_file():
    assert looks_like_theorem(IMPORTS + GOOD)
    assert not looks_like_theorem(f"import wnverify\nTEXT = '''\n{GOOD}'''\n")
