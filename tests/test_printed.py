"""What papers print: every header says it, from which text, and how what is checked differs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from wnverify import papers
from wnverify.catalogue import Entry, builtin_folder, catalogue, load, read
from wnverify.errors import TheoremFileError
from wnverify.printed import LABELS, Printed, parse_printed
from wnverify.report.latex import fragment
from wnverify.report.show import page
from wnverify.source import Header, parse_header
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

HEADER = '"""A title.\n\nStatement: x ≤ 1\nHypotheses: A1, n ≥ 2\nKind: upper bound\n{more}Tags: a\n"""\n'
FULL = "Label: lemma\nPaper: Lemma 4 (read): x is at most 1,\n  always.\nRelation: other constants: 1 for 2.\n"
ENTRIES = catalogue()
IDS = [entry.id for entry in ENTRIES]
FOLLOWING = [entry for entry in ENTRIES if b"corollary_of" in entry.path.read_bytes()]
LISTED = {entry.paper: papers.paper_of(entry) for entry in ENTRIES}


def header_of(more: str) -> Header:
    return parse_header(HEADER.format(more=more), "x.py")


def test_a_header_says_what_is_printed_where_and_how_the_claim_differs() -> None:
    header = header_of(FULL)
    assert header.label == "lemma"
    assert header.printed == Printed("Lemma 4", "read", "x is at most 1,\nalways.")
    assert str(header.difference) == "other constants: 1 for 2."
    assert header_of("Ours: all of it.\n").printed is None
    assert header_of("Paper: not in it.\n").printed is None


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Theorem 3", ["Theorem 3"]),
        ("Lemma 4.1 and eq. (5)", ["Lemma 4.1", "eq. (5)"]),
        ("§2; App. I", ["§2", "App. I"]),
    ],
)
def test_several_places_are_told_apart(text: str, places: Sequence[str]) -> None:
    found = parse_printed(f"{text} (abstract): so.")
    assert found
    assert list(found.places) == places


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("Label: lema\nOurs: x\n", "Expected Label as one of theorem, lemma, .*, but got 'lema'"),
        (
            "Paper: Theorem 3 (skimmed): x\n",
            "Expected Paper as 'PLACE .SOURCE.: what is printed', .*, but got 'Theorem 3",
        ),
        ("Paper: Theorem 3 (read):\n", "Expected Paper as"),
        ("Paper: Theorem 3: x\n", "Expected Paper as"),
        ("Paper: (read): x\n", "Expected Paper as"),
        ("Paper: not in it. Theorem 3 (read): x\n", "Expected Paper as"),
        ("Paper: not in it.\nRelation: weaker: x\n", "Expected no Relation to a paper that does not print it"),
        ("Relation: nearly: x\nOurs: x\n", "Expected Relation to begin with one of same, .*, but got 'nearly'"),
    ],
)
def test_a_word_that_means_nothing_is_refused(more: str, message: str) -> None:
    with pytest.raises(TheoremFileError, match=f"x.py: {message}"):
        header_of(more)


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_every_theorem_says_what_is_printed(entry: Entry) -> None:
    header, paper = entry.header(), LISTED[entry.paper]
    assert header.label in LABELS
    assert header.paper, "a section Paper is missing; `not in it.` if the statement is ours"
    assert paper
    if header.printed is None:
        assert header.difference is None
        assert header.ours or header.references
    else:
        assert header.printed.source, header.paper
        assert header.difference, "how the claim differs is missing"
        assert set(header.printed.places) <= _known(entry, paper)
        assert paper.text != "abstract" or header.printed.source != "read"


def _known(entry: Entry, paper: papers.Paper) -> set[str]:
    """Where the paper, and those that its folder names, print statements; theirs are written `folder, place`."""
    others = {name: papers.read(builtin_folder() / name) for name in paper.related}
    theirs = {f"{name}, {place}" for name, found in others.items() if found for place in found.printed}
    return {*paper.printed, *theirs}


@pytest.mark.parametrize("entry", FOLLOWING, ids=lambda entry: entry.id)
def test_a_theorem_that_follows_from_others_is_labelled_so(entry: Entry) -> None:
    """That no label says what the theorem does not is looked at wherever a file is read, as each is to be checked."""
    header, theorem = entry.header(), load(entry)
    assert set(theorem.corollary_of) <= set(IDS) - {entry.id}
    only = bool(theorem.corollary_of) and theorem.expect is Verdict.HELD and not theorem.conjecture
    assert (header.label == "corollary") == only


@pytest.mark.parametrize("name", LISTED)
def test_every_printed_statement_is_checked_or_left_out_with_a_reason(name: str) -> None:
    paper = LISTED[name]
    assert paper
    assert paper.printed or paper.text == "own"
    headers = [entry.header() for entry in ENTRIES if entry.paper == name]
    checked = {place for header in headers if header.printed for place in header.printed.places}
    assert set(paper.left_out) <= set(paper.printed)
    assert set(paper.printed) - checked == set(paper.left_out)


def test_a_corollary_names_the_theorem_it_follows_from() -> None:
    theorem = load(ENTRIES[0])
    again = Theorem(theorem.claim, theorem.family, corollary_of="mine/first")
    assert again.corollary_of == ("mine/first",)
    with pytest.raises(TheoremFileError, match="Expected ids of theorems as corollary_of, but got 3"):
        Theorem(theorem.claim, theorem.family, corollary_of=[3])
    with pytest.raises(TheoremFileError, match="Expected ids of theorems as corollary_of, but got 3"):
        Theorem(theorem.claim, theorem.family, corollary_of=3)


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("control", "Expected expect=Verdict.REFUTED in the theorem, but got none: or another Label than control"),
        ("conjecture", "Expected conjecture=True in the theorem"),
        ("corollary", 'Expected corollary_of="..." in the theorem'),
    ],
)
def test_a_label_that_the_theorem_contradicts_is_refused(mine: Entry, label: str, message: str) -> None:
    mine.path.write_text(mine.path.read_text("utf-8").replace("Label: lemma", f"Label: {label}"), "utf-8")
    with pytest.raises(TheoremFileError, match=message):
        read(mine)


def following(mine: Entry, name: str) -> Entry:
    """The same theorem as a corollary of another."""
    text = mine.path.read_text("utf-8").replace("Label: lemma", "Label: corollary")
    mine.path.write_text(
        text.replace("theorem = Theorem(\n", f"theorem = Theorem(\n    corollary_of={name!r},\n"), "utf-8"
    )
    return mine


@pytest.mark.parametrize("name", ["banerjee2024/rsc", "noether1930/other", "other"])
def test_a_corollary_of_the_catalogue_or_of_a_file_beside_it_is_read(mine: Entry, name: str) -> None:
    (mine.path.parent / "other.py").write_bytes(mine.path.read_bytes())
    assert read(following(mine, name)).theorem.corollary_of == (name,)
    assert read(Entry("mine", mine.path, "")).theorem.corollary_of == (name,)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("banerjee2024/rcs", "did you mean banerjee2024/rsc"),
        ("noether1930/othre", "did you mean noether1930/other"),
        ("/", "see `wnverify list`"),
        ("x\0y/z", "see `wnverify list`"),
    ],
)
def test_a_corollary_of_nothing_is_refused_with_what_was_meant(mine: Entry, name: str, remedy: str) -> None:
    (mine.path.parent / "other.py").write_bytes(mine.path.read_bytes())
    with pytest.raises(TheoremFileError, match="Expected a known theorem in corollary_of, but got") as caught:
        read(following(mine, name))
    assert remedy in str(caught.value)
    assert str(caught.value).startswith(str(mine.path))
    assert "\n" not in str(caught.value)


@pytest.fixture
def mine(tmp_path: Path) -> Entry:
    """A theorem of a paper that numbers its assumptions."""
    path = tmp_path / "noether1930" / "mine.py"
    path.parent.mkdir()
    text = (builtin_folder() / "_template.py").read_text("utf-8")
    text = text.replace("Hypotheses:  ", "Hypotheses:  A1; ").replace("Label:       theorem\n", FULL)
    path.write_text(text, "utf-8")
    paper = 'authors = ["A. Noether"]\ntitle = "On Norms"\nyear = 1930\ntext = "read"\n'
    (path.parent / papers.FILE).write_text(paper + '[assumptions]\nA1 = "smooth"\nA2 = "convex"\n', "utf-8")
    return Entry("noether1930/mine", path, "noether1930")


def test_the_page_prints_it_next_to_what_is_checked(mine: Entry) -> None:
    found = read(mine)
    shown = " ".join(" ".join(line.plain for line in page(found, 90, whole=True)).split())
    assert "In the paper Lemma 4 (read): x is at most 1, always. here: other constants: 1 for 2." in shown
    assert "label lemma" in shown
    assert "assumptions A1: smooth" in shown
    assert "A2" not in shown
    assert "In the paper: Lemma 4 (read): $x$ is at most 1" in fragment(found)
    assert "\nSupposed: A1; " in fragment(found)
