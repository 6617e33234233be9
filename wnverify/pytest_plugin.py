"""The pytest plugin: theorem files are collected, one node a theorem and check; a broken file fails alone.

Only pytest is imported here until a theorem file is found, so that other projects pay nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from fnmatch import fnmatch
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from wnverify.catalogue import Entry, Known
    from wnverify.evidence import CheckEvidence, TheoremEvidence
    from wnverify.theorem import Theorem

FOLDER = "theorems"
INI = "wnverify_theorems"
PROPERTY = "wnverify"
DEFAULT_BUDGET = "quick"
NARROWEST = 20
"""The fewest columns that the table is laid out for."""


class Broken(Exception):
    """A theorem that failed a check; its text is all that the reader needs, without a traceback."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("wnverify", "theorems about weight normalization")
    group.addoption(
        "--wnverify-budget",
        default=DEFAULT_BUDGET,
        metavar="BUDGET",
        help="effort of each check: quick, standard, deep, a time such as 30s, or 12r for 12 rounds (default: quick)",
    )
    group.addoption(
        "--wnverify-seed", type=int, default=0, metavar="N", help="seed of the checks; the same gives the same"
    )
    parser.addini(INI, "globs of theorem files outside a folder named `theorems`", type="args", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Refuse an unknown budget at once.

    Raises:
        pytest.UsageError: if the budget or the seed is not one.
    """
    budget, seed = config.getoption("--wnverify-budget"), config.getoption("--wnverify-seed")
    if seed < 0:
        raise pytest.UsageError(f"Expected --wnverify-seed >= 0, but got {seed}.")
    if budget == DEFAULT_BUDGET:
        return
    from wnverify.budget import parse_budget
    from wnverify.errors import UsageError

    try:
        parse_budget(budget)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Take theorem files over, so that nobody else imports them as test modules or for their doctests."""
    found = yield
    if not _is_theorem_file(file_path, parent):
        return found
    return [TheoremFile.from_parent(parent, path=file_path)]


def _is_theorem_file(path: Path, parent: pytest.Collector) -> bool:
    """A test module stays one, whatever it holds."""
    if path.suffix != ".py" or path.name.startswith(("_", "test_", "conftest.")) or not _in_reach(path, parent):
        return False
    from wnverify.errors import TheoremFileError
    from wnverify.source import looks_like_theorem, read_bytes

    try:
        return looks_like_theorem(read_bytes(path))
    except TheoremFileError:
        return path.is_file() and parent.session.isinitpath(path)  # one that was asked for says why it cannot be read


def _in_reach(path: Path, parent: pytest.Collector) -> bool:
    """Under a folder named `theorems`, named on the command line, or matched by the ini option."""
    root = parent.config.rootpath
    inside = path.relative_to(root) if path.is_relative_to(root) else path
    return (
        FOLDER in (root.name, *inside.parts[:-1])
        or parent.session.isinitpath(path)
        or any(fnmatch(inside.as_posix(), pattern) for pattern in parent.config.getini(INI))
    )


class TheoremFile(pytest.File):
    """A theorem file; its nodes are the checks, one node for a control, or one that says why it is broken."""

    def collect(self) -> Iterator[pytest.Item]:
        """The nodes."""
        from wnverify import catalogue
        from wnverify.errors import WnverifyError
        from wnverify.evidence import Subject
        from wnverify.runs.theorem import CHECKS, planned, unchecked
        from wnverify.verdict import Verdict

        try:
            read = catalogue.read(_entry(self.path, self.config))
        except WnverifyError as error:
            told = partial(_unread, str(error))
            yield TheoremItem.from_parent(self, name="load", label=self.path.stem, told=told)
            return
        before = cache(partial(unchecked, read))  # dear to write, and needed by the nodes that run here
        nodes = {check: [check] for check in planned(read.theorem)}
        if read.theorem.expect is not Verdict.HELD:
            nodes = {"control": [c for c in planned(read.theorem) if CHECKS[c].subject is not Subject.MUTANTS]}
        for name, checks in nodes.items():
            told = partial(_told, read.theorem, before, checks)
            yield TheoremItem.from_parent(self, name=name, label=read.entry.id, told=told)


KNOWN: pytest.StashKey[Known] = pytest.StashKey()
"""The catalogue as this run found it: hundreds of files, looked for once."""


def _entry(path: Path, config: pytest.Config) -> Entry:
    """The entry in the catalogue if the file is there, so that ids and random streams are those of `check`."""
    from wnverify.catalogue import Entry, Known, catalogue

    if KNOWN not in config.stash:
        config.stash[KNOWN] = Known(catalogue())
    found = config.stash[KNOWN].named(str(path))[0]
    if not found.paper and FOLDER in path.parts[:-2]:
        return Entry(f"{path.parent.name}/{path.stem}", path, path.parent.name)
    return found


class TheoremItem(pytest.Item):
    """One check of one theorem, a control as a whole, or a file that cannot be loaded.

    Args:
        label: the theorem, or the file.
        told: runs the node, and says in words why it fails; empty if it does not.
        rest: what pytest wants to know.
    """

    def __init__(self, *, label: str, told: Callable[[pytest.Item], str], **rest: Any) -> None:
        pytest.Item.__init__(self, **rest)
        self.label, self.told = label, told

    def runtest(self) -> None:
        """Run the node.

        Raises:
            Broken: if the outcome is not the expected one.
        """
        text = self.told(self)
        if text:
            raise Broken(text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The reason and the counterexample, without a traceback."""
        if isinstance(excinfo.value, Broken):
            return str(excinfo.value)
        return pytest.Item.repr_failure(self, excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the node is."""
        return self.path, 0, f"{self.label}::{self.name}"


def _unread(message: str, item: pytest.Item) -> str:
    """Why a file could not be loaded; a mark without evidence goes into the report."""
    item.user_properties.append((PROPERTY, ""))
    return message


def _told(theorem: Theorem, before: Callable[[], TheoremEvidence], checks: list[str], item: pytest.Item) -> str:
    """Why a node fails; its evidence goes into the report."""
    from msgspec.structs import replace

    from wnverify.report.pytest_text import as_property, failure

    evidence = replace(before(), checks=_until_decided(theorem, before(), checks, item.config.getoption))
    item.user_properties.append((PROPERTY, as_property(evidence)))
    return failure(evidence)


def _until_decided(
    theorem: Theorem, before: TheoremEvidence, checks: list[str], option: Callable[[str], Any]
) -> list[CheckEvidence]:
    """The checks of the node in order, until the expected failure of a control, or a refutation, appears."""
    from wnverify.budget import parse_budget
    from wnverify.runs.theorem import CHECKS, carry_out
    from wnverify.verdict import Verdict

    budget = parse_budget(option("--wnverify-budget")).shared(len(CHECKS), 1)
    decisive = {Verdict[before.expected], Verdict.REFUTED}
    found: list[CheckEvidence] = []
    for check in checks:
        found.append(carry_out(check, theorem, before.id, budget, option("--wnverify-seed")))
        if found[-1].outcome in decisive:
            break
    return found


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where the terminal lacks signs, let it write what is told of theorems in others, before anything is told."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not _found(reporter.stats):
        return
    from wnverify.commands.outlet import Outlet

    reporter._tw._file = Outlet(reporter._tw._file)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of worst ratios, if theorems were checked."""
    texts = [(file, text) for file, text in _found(terminalreporter.stats) if text]
    if not texts:
        return
    from wnverify.report.pytest_text import summary_lines
    from wnverify.report.signs import written_in

    terminalreporter.section("weight-normalization theorems")
    writer = terminalreporter._tw
    with written_in(writer._file.encoding):
        for line in summary_lines(texts, max(writer.fullwidth, NARROWEST)):
            terminalreporter.write_line(line)


def _found(stats: dict[str, list[Any]]) -> list[tuple[str, str]]:
    """File and evidence of every node of a theorem; no evidence where the file could not be loaded."""
    return [
        (report.nodeid.partition("::")[0], str(value))
        for report in _reports(stats)
        for name, value in report.user_properties
        if name == PROPERTY
    ]


def _reports(stats: dict[str, list[Any]]) -> Iterable[pytest.TestReport]:
    reports = [report for group in stats.values() for report in group]
    return [report for report in reports if isinstance(report, pytest.TestReport) and report.when == "call"]
