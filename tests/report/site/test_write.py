"""The site: everything from a record is text, nothing leaves the folder, and nothing asks the network."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from msgspec import structs

from tests.report.made_up_runs import ALL, check, record, theorem, worst
from wnverify.errors import UsageError
from wnverify.evidence import ClaimText, Item, Kind, RelationText
from wnverify.papers import Paper
from wnverify.report.site.page import Saved, Value
from wnverify.report.site.write import check_folder, files, write_site
from wnverify.report.told.told import told

HOSTILE = (
    "<script>alert(1)</script>\"'><img src=http://evil.test/x onerror=alert(2)>{{7*7}}\\input{/etc/passwd}\u202egnp"
)
LONG = HOSTILE + "w" * 10_000
VOID = {"meta", "link", "br", "input", "img"}


class Page(HTMLParser):
    """The elements of a page, and every address in it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.handlers, self.open = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.addresses += [value for name, value in attrs if name in ("href", "src", "action", "data", "xlink:href")]

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


def hostile(identifier):
    claim = ClaimText(HOSTILE, "<=", HOSTILE, [RelationText(HOSTILE, "<=", HOSTILE, HOSTILE)], (1e-10).hex())
    near = structs.replace(worst(2.0), situation=LONG, found=HOSTILE, route=HOSTILE)
    items = [Item(HOSTILE, kind, "REFUTED", LONG, worst=near, certificate=HOSTILE) for kind in Kind]
    whole = theorem(identifier, check("sampled", worst=near, items=items))
    return structs.replace(whole, title=LONG, statement=LONG, claim=claim, label=HOSTILE, corollary_of=[HOSTILE],
                           printed=HOSTILE, relation=HOSTILE, digest=HOSTILE)  # fmt: skip


@pytest.fixture(scope="module")
def site():
    ids = (HOSTILE, "../../etc/passwd", "/etc/passwd", "a\\b", "", "paper/" + "x" * 500, "A/b", "a/b", "con")
    whole = record(*map(hostile, ids), unread={HOSTILE: LONG})
    run = structs.replace(whole, budget=HOSTILE, versions={HOSTILE: HOSTILE}, wnverify=HOSTILE)
    known = told(run, ())
    papers = {known.accounts[0].paper: Paper(HOSTILE, "read", (HOSTILE,), 1930, HOSTILE)}
    saved = Saved(b"{}", [Value(HOSTILE, HOSTILE)])
    return dict(files(replace(known, papers=papers), lambda _: saved))


def test_nothing_of_a_record_is_more_than_text(site) -> None:
    pages = [Page(content.decode()) for name, content in site.items() if name.endswith(".html")]
    assert len(pages) == 16
    for page in pages:
        assert not page.open
        assert not page.handlers
        assert page.tags.count("script") <= 1
        assert "img" not in page.tags
        assert not [link for link in page.addresses if re.match(r"\w+:|//|/", link)]
    text = b"".join(site.values()).decode()
    assert "&lt;script&gt;alert(1)" in text
    assert "[U+202E]gnp" in text
    assert "\u202e" not in text


def test_pages_stand_in_the_folder(site) -> None:
    assert all(re.fullmatch(r"[a-z]+/[a-z0-9_-]{1,100}\.(html|json|css|js)|index\.html", name) for name in site)
    assert len({name.lower() for name in site}) == len(site)


def test_a_run_of_every_verdict_is_written(tmp_path) -> None:
    assert write_site(told(ALL, ()), tmp_path / "new" / "site") == 11
    index = (tmp_path / "new" / "site" / "index.html").read_text("utf-8")
    assert 'href="theorems/paper--good.html"' in index
    assert "✗ refuted as planned" in index
    assert "x.py, line 3" in index
    good = (tmp_path / "new" / "site" / "theorems" / "paper--good.html").read_text("utf-8")
    assert "<math" in good
    assert "What this does not show" in good


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"a folder for the pages, but got .*, a file"):
        check_folder(tmp_path / "file")
    with pytest.raises(UsageError, match="Not a directory"):
        check_folder(tmp_path / "file" / "below")
