"""The papers: each named once, in the `_paper.toml` of its folder, and one clear message for a file that is wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from wnverify import papers
from wnverify.catalogue import Entry, builtin_folder, load, read, select
from wnverify.cli import cli
from wnverify.errors import TheoremFileError
from wnverify.papers import paper_of, sources
from wnverify.report.latex import fragment
from wnverify.report.listing import listing
from wnverify.report.show import page

FOLDERS = sorted(path for path in builtin_folder().iterdir() if any(path.glob("[!_]*.py")))
FLOW_TURN = select(["dukler2020/flow_turn"])[0]
MOVEMENT = "lemma on movement"
GOOD = 'authors = ["A. Noether"]\ntitle = "On Norms"\nyear = 1930\ntext = "read"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str | None], Entry]:
    """A user's folder with a theorem and, where a text is given, a `_paper.toml`."""

    def folder(text: str | None) -> Entry:
        path = tmp_path / "noether1930" / "mine.py"
        path.parent.mkdir(exist_ok=True)
        shutil.copy(builtin_folder() / "_template.py", path)
        if text is not None:
            (path.parent / papers.FILE).write_text(text, "utf-8")
        return Entry("noether1930/mine", path, "noether1930")

    return folder


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_every_folder_says_what_its_paper_is(path: Path) -> None:
    paper = papers.read(path)
    assert paper
    assert paper.note
    assert paper.text == "own" or (paper.authors and paper.year and paper.arxiv)


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_no_theorem_repeats_its_paper(path: Path) -> None:
    paper = papers.read(path)
    assert paper
    cited = [papers.read(builtin_folder() / name) for name in paper.related]
    said = {word for one in (paper, *cited) if one for word in (one.title, one.arxiv, *_by(one.authors)) if word}
    for file in path.glob("*.py"):
        text = file.read_text("utf-8").lower()
        assert [word for word in said if word.lower() in text] == [], file


def _by(authors: Sequence[str]) -> list[str]:
    """How a citation names the authors: all last names, or the first with `et al.`."""
    last = [name.split()[-1] for name in authors]
    return [", ".join(last), f"{last[0]} et al"] if last else []


def test_the_paper_in_python() -> None:
    paper = paper_of(FLOW_TURN)
    assert paper
    assert (paper.authors[-1], paper.venue, paper.year, paper.arxiv) == ("Guido Montúfar", "ICML", 2020, "2006.06878")
    assert paper.citation().endswith("Trained with Normalization Layers, ICML 2020, arXiv:2006.06878")


def test_a_theorem_is_shown_with_its_paper_the_place_and_what_is_ours() -> None:
    found = read(FLOW_TURN)
    header, latex = found.header, fragment(found)
    shown = " ".join(" ".join(line.plain for line in page(found, 90, whole=True)).split())
    assert header.printed
    assert (header.printed.place, header.printed.source, header.ours) == (MOVEMENT, "recollection", "the constants.")
    for word in ("Yonatan Dukler", "Trained with Normalization Layers", "2006.06878", "the abstract", MOVEMENT):
        assert word in shown
        assert word in latex
    assert "ours the constants." in shown


def test_a_folder_named_in_a_header_is_cited_in_full() -> None:
    entry = select(["depth_free/gradient"])[0]
    found = sources(entry, entry.header())
    assert "banerjee2024" in found["references"]
    assert found["related"].startswith("banerjee2024: Pedro Cisneros-Velarde, ")
    assert found["related"].endswith("arXiv:2409.08935")


def test_the_list_names_the_paper(folder: Callable[[str | None], Entry]) -> None:
    citation = paper_of(FLOW_TURN).citation()
    assert [line.plain for line in listing([FLOW_TURN], 200)][:2] == ["dukler2020", citation]
    shown = "\n".join(line.plain for line in listing([folder("title = 3\n"), FLOW_TURN], 200))
    assert "Expected title as a text, but got 3." in shown


def test_the_list_cuts_nothing() -> None:
    header = FLOW_TURN.header()
    for width in (60, 140):
        shown = " ".join(" ".join(line.plain for line in listing([FLOW_TURN], width)).split())
        assert header.title in shown
        assert "…" not in shown
        assert (f"· {', '.join(header.tags)}" in shown) == (width == 140)
    assert "flow_turn" in shown


def test_a_folder_without_the_file_has_only_its_headers(folder: Callable[[str | None], Entry]) -> None:
    entry = folder(None)
    assert paper_of(entry) is None
    found = {label: text for label, text in sources(entry, entry.header()).items() if text}
    assert list(found) == ["references"]
    assert found["references"].startswith("where the statement comes from")
    assert "_paper" not in CliRunner().invoke(cli, ["show", str(entry.path)]).output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = \n", r"Expected TOML, but got Invalid value \(at line 1"),
        ("x = " + "[" * 9000, "Expected TOML, but got"),
        ("", "Expected the keys title, text, authors, year, but got no title and no text and no authors and no year"),
        (GOOD.replace("year = 1930\n", ""), "but got no year"),
        (GOOD.replace('"On Norms"', '""'), "but got no title"),
        (GOOD.replace('["A. Noether"]', "[]"), "but got no authors"),
        (GOOD.replace("title", "titel"), r"Expected a key among title, .*, but got 'titel': did you mean title"),
        (GOOD + "pages = 3\n", "but got 'pages'"),
        (GOOD.replace("1930", '"1930"'), "Expected year as a whole number, but got '1930'"),
        (GOOD.replace('["A. Noether"]', '"A. Noether"'), "Expected authors as a list of names, but got 'A. Noether'"),
        (GOOD.replace('"read"', '"skimmed"'), "text as one of read, abstract, recollection, own, but got 'skimmed'"),
        (GOOD + "arxiv = 2409.08935\n", "arxiv as the number alone"),
        (GOOD + 'arxiv = "arXiv:2409.08935"\n', "arxiv as the number alone"),
        (GOOD + 'printed = "Theorem 1"\n', "printed as a list of places, such as .*, but got 'Theorem 1'"),
        (GOOD + 'left_out = ["Theorem 1"]\n', "left_out as a table of a text for a place"),
        (GOOD + "[assumptions]\nA1 = 3\n", "assumptions as a table of a text for a name"),
        (
            GOOD.replace("title =", "title.en ="),
            "title as a text, but got {'en': 'On Norms'}: write title = .* without a dot",
        ),
        (GOOD + '[assumptions]\n2.1 = "smooth"\n', 'write "2.1" = .* with quotes around the key'),
        (
            GOOD + 'printed = ["eq. (5)", "Lemma 1", "eq. (5)"]\n',
            r"every place once in printed, but got 'eq. \(5\)' twice",
        ),
        (
            GOOD + 'printed = ["Lemma 1"]\n[left_out]\n"Lema 1" = "long"\n',
            "left_out to name places of printed, but got 'Lema 1': did you mean Lemma 1",
        ),
        (GOOD + 'left_out = {"a" = "x", "a" = "y"}\n', "Expected TOML, but got"),
        (GOOD + 'related = ["nobody1900"]\n', "related folders that have a paper, but got 'nobody1900'"),
    ],
)
def test_a_wrong_file_gets_one_clear_message(folder: Callable[[str | None], Entry], text: str, message: str) -> None:
    entry = folder(text)
    with pytest.raises(TheoremFileError, match=message) as caught:
        sources(entry, entry.header())
    assert str(caught.value).startswith(str(entry.path.parent / papers.FILE))
    assert str(caught.value).count("\n") == 0
    result = CliRunner().invoke(cli, ["show", str(entry.path)])
    assert result.exit_code == 3
    assert load(entry).mutants  # the theorem itself can still be checked


def test_a_file_that_cannot_be_read_is_named(folder: Callable[[str | None], Entry]) -> None:
    entry = folder(None)
    (entry.path.parent / papers.FILE).write_bytes(b'title = "\xff"\n')
    with pytest.raises(TheoremFileError, match="Expected TOML in UTF-8, but got byte 0xff at 9: save it as UTF-8"):
        paper_of(entry)
    (entry.path.parent / papers.FILE).unlink()
    (entry.path.parent / papers.FILE).mkdir()
    with pytest.raises(TheoremFileError, match="Expected a plain file, but got a folder"):
        paper_of(entry)


def test_a_header_that_read_more_than_the_folder_is_told_in_one_sentence(
    folder: Callable[[str | None], Entry],
) -> None:
    entry = folder(GOOD.replace('"read"', '"abstract"'))
    text = entry.path.read_text("utf-8").replace("Kind:", "Paper:       Lemma 4 (read): x is small.\nKind:", 1)
    entry.path.write_text(text, "utf-8")
    sentence = "Expected (abstract) or (recollection) in Paper, but got '(read)': text in _paper.toml is 'abstract'."
    assert any(line.plain.strip() == f"! mine: {sentence}" for line in listing([entry], 200))
    result = CliRunner().invoke(cli, ["show", str(entry.path)])
    assert (result.exit_code, sentence in " ".join(result.output.split())) == (3, True)
    entry.path.write_text(text.replace("(read)", "(recollection)"), "utf-8")
    assert CliRunner().invoke(cli, ["show", str(entry.path)]).exit_code == 0


def test_a_good_file_of_a_user_is_read(folder: Callable[[str | None], Entry]) -> None:
    entry = folder(GOOD + 'arxiv = "math/9301001"\nrelated = ["banerjee2024"]\n')
    found = sources(entry, entry.header())
    assert found["paper"] == "A. Noether: On Norms, 1930, arXiv:math/9301001"
    assert found["text read"] == "the whole text"
    assert "2409.08935" in found["related"]  # not beside it: from the catalogue


def test_papers_are_read_without_sympy() -> None:
    code = (
        "import sys, wnverify.catalogue as c, wnverify.papers as p; p.paper_of(c.catalogue()[0]);"
        "sys.exit('sympy' in sys.modules)"
    )
    root = Path(papers.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=root).returncode == 0
