"""What the site has beyond the pages of `docs`: it is read from the tree, so that nobody has to keep it by hand.

MkDocs calls the functions named `on_…`. The first page is the README; the catalogue is read from the headers of the
theorem files and from the record of the reference run, the commands from the program, the reports and the changes are
the files that the tree has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click
from mkdocs.structure.files import File, Files

from wnverify.catalogue import Entry, catalogue
from wnverify.cli import cli
from wnverify.evidence import TheoremEvidence
from wnverify.papers import TEXTS, paper_of
from wnverify.report.findings import mutants_of, survivors
from wnverify.report.tables.reference import RECORD
from wnverify.report.told.told import sentence
from wnverify.runs.reference import unpacked
from wnverify.source import Header

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / "reports"
THEOREM = re.compile(r"\]\(\.\./theorems/(\w+)/(\w+)\.py\)")
SIGN = re.compile(r"[!-/:-@\[-`{-~]")
"""Whatever Markdown, an extension of it or HTML may take for markup: every sign of ASCII."""

SEARCH = 'data-md-component="search" role="dialog"'
STARTS = """# Files to start from

`wnverify new NAME` writes the first of these files, `--kind architecture` and `--kind quantity` the others, each with
a test of it. Each holds as it is.
"""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages that are made here into the navigation."""
    assert config.nav is not None
    for section in config.nav:
        if "What was found" in section:
            section["What was found"] += [
                {"The catalogue": [{"All folders": "catalogue/index.md"}, *_papers()]},
                {"Reports": _reports()},
            ]
        if "Write" in section:
            section["Write"][1:1] = [{"Files to start from": "starts.md"}]
        if "Reference" in section:
            section["Reference"][1:1] = [{"Commands": "commands.md"}]
            section["Reference"] += [{"Changes": "changes.md"}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made here."""
    for name, text in _pages():
        files.append(File.generated(config, name, content=text))
    for picture in sorted([*REPORTS.rglob("*.png"), *REPORTS.rglob("*.svg")]):
        name = picture.relative_to(REPORTS).as_posix()
        files.append(File.generated(config, f"reports/{name}", abs_src_path=str(picture)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Point at reports and theorems where the site has them; in the tree they stand beside this folder."""
    if page.file.src_uri.startswith("reports/"):
        return THEOREM.sub(r"](../catalogue/\1.md#\2)", markdown).replace("](../docs/", "](../")
    if page.file.src_uri == "examples/README.md":
        return "\n".join([markdown, *map(_file, sorted((ROOT / "docs" / "examples").glob("*.py")))])
    return markdown if "/" in page.file.src_uri else markdown.replace("](../reports/", "](reports/")


def on_post_page(output: str, **_: object) -> str:
    """Name the search for those who hear the page; the theme forgets to."""
    return output.replace(SEARCH, f'{SEARCH} aria-label="Search"')


def _pages() -> Iterator[tuple[str, str]]:
    readme = (ROOT / "README.md").read_text("utf-8")
    yield "index.md", readme.replace("](docs/", "](").replace("](CHANGELOG.md)", "](changes.md)")
    yield "changes.md", (ROOT / "CHANGELOG.md").read_text("utf-8")
    yield "starts.md", "\n".join([STARTS, *map(_file, sorted((ROOT / "theorems").glob("_template*.py")))])
    yield "notebook.md", _notebook()
    yield "commands.md", "\n".join(_commands())
    for report in sorted(REPORTS.glob("*.md")):
        yield f"reports/{report.name}", report.read_text("utf-8")
    papers = [(paper, list(entries)) for paper, entries in groupby(catalogue(), key=lambda entry: entry.paper)]
    yield "catalogue/index.md", "\n".join(_overview(papers))
    for paper, entries in papers:
        yield f"catalogue/{paper}.md", "\n".join(_paper(paper, entries))


def _notebook() -> str:
    """The example notebook as it ran."""
    path = Path(__file__).with_name("notebook.py")
    spec = spec_from_file_location("docs_site_notebook", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.page(json.loads(module.NOTEBOOK.read_text("utf-8"))))


def _file(path: Path) -> str:
    return f"## {plain(path.stem.strip('_'))}\n\n```python\n{path.read_text('utf-8')}```\n"


def _papers() -> list[dict[str, str]]:
    return [{paper: f"catalogue/{paper}.md"} for paper in dict.fromkeys(entry.paper for entry in catalogue())]


def _reports() -> list[dict[str, str]]:
    return [{report.stem: f"reports/{report.name}"} for report in sorted(REPORTS.glob("*.md"))]


def _commands() -> Iterator[str]:
    """A section a command: what `--help` prints."""
    yield "# Commands\n\nWhat `wnverify COMMAND --help` prints.\n"
    with click.Context(cli, info_name="wnverify", terminal_width=80) as above:
        for name in cli.list_commands(above):
            command = cli.get_command(above, name)
            assert command is not None
            with click.Context(command, info_name=name, parent=above, terminal_width=80) as context:
                yield f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"


def _overview(papers: list[tuple[str, list[Entry]]]) -> Iterator[str]:
    yield "# The catalogue\n"
    count = sum(len(entries) for _, entries in papers)
    yield f"{count} theorems in {len(papers)} folders, as their files state them."
    yield "`wnverify check` tries to break each; `wnverify show ID` prints one with its proofs and mutants.\n"
    yield "| folder | paper | theorems |\n|---|---|---|"
    for paper, entries in papers:
        yield f"| [{plain(paper)}]({paper}.md) | {plain(paper_of(entries[0]).title)} | {len(entries)} |"


def _paper(name: str, entries: list[Entry]) -> Iterator[str]:
    paper = paper_of(entries[0])
    yield f"# {plain(name)}\n\n{plain(paper.citation())}\n\nThe statements were read from {TEXTS[paper.text]}."
    report = REPORTS / f"{name}.md"
    yield f"[Claim by claim](../reports/{name}.md).\n" if report.is_file() else ""
    for entry in entries:
        yield from _theorem(entry, entry.header())


def _theorem(entry: Entry, header: Header) -> Iterator[str]:
    """One theorem, as its header states it."""
    name = entry.id.partition("/")[2]
    yield f"## {plain(name)} {{ #{name} }}\n\n{plain(header.title)}\n"
    rows = {
        "Statement": header.statement,
        "Hypotheses": header.hypotheses,
        "Kind": ", ".join(filter(None, (header.label, header.kind))),
        "In the paper": header.paper,
        "Here": header.relation,
        "Ours": header.ours,
        "References": header.references,
        "Tags": ", ".join(header.tags),
        "Found": _found(entry.id),
    }
    yield from (f"{title}\n:   {plain(text)}\n" for title, text in rows.items() if text)


@cache
def _reference() -> dict[str, TheoremEvidence]:
    """What the reference run found, by theorem; nothing where the tree has no such run."""
    record = REPORTS / RECORD
    return {each.id: each for each in unpacked(record).theorems} if record.is_file() else {}


def _found(name: str) -> str:
    """The verdict of the reference run in a sentence, and how many wrong versions it refuted."""
    evidence = _reference().get(name)
    if evidence is None:
        return ""
    planted = len(mutants_of(evidence))
    killed = f"{planted - len(survivors(evidence))} of {planted} mutants refuted" if planted else ""
    return "; ".join(filter(None, (sentence(evidence).rstrip("."), killed)))


def plain(text: str) -> str:
    """A text of a file as Markdown that shows it as it is, on one line; what stands in backticks is code."""
    parts = [SIGN.sub(_entity, part) for part in " ".join(text.split()).split("`")]
    if len(parts) % 2 == 0:  # a single backtick is one
        return "&#96;".join(parts)
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


def _entity(sign: re.Match[str]) -> str:
    return f"&#{ord(sign[0])};"
