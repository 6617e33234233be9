"""What the pages of the documentation and the README show is what happens.

Each page is followed from its top in an empty folder: files are written, Python is run, commands are called, and the
lines that a command is said to print are looked for in what it prints.
"""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import wnverify
from tests.examples.blocks import Block, blocks, commands, same
from wnverify.cli import cli
from wnverify.families.networks.weight_norm import WEIGHT_NORM

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = [block for page in PAGES for block in blocks(page)]
FOLLOWED = [page for page in PAGES if any(block.mode in {"run", "parsed"} for block in blocks(page))]
FAILS = re.compile(r"✗|refuted|REFUTED|CONFIRMED|BROKEN|violat", re.IGNORECASE)
"""What a command shows that may exit with 1."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a store of its own, as wide as the pages show.

    Budgets of seconds are counted in processor time, four of it for one: what a search finds before they are over is
    shown on the pages, and must not depend on what else the machine does.
    """
    now, used = time.monotonic(), time.process_time()
    monkeypatch.setattr(time, "monotonic", lambda: now + (time.process_time() - used) / 4)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("WNVERIFY_NO_STORE", raising=False)
    return tmp_path


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_happens(page: Path, folder: Path) -> None:
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(page):
        if block.mode == "parsed":
            parsed(block)
        elif block.mode == "run":
            follow(block, folder, names)


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.mode == "not run"], ids=str)
def test_a_block_that_is_not_run_says_why(block: Block) -> None:
    assert len(block.reason.split()) >= 2
    pytest.skip(block.reason)


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.mode == "run by"], ids=str)
def test_a_block_that_another_test_runs_is_read_there(block: Block) -> None:
    assert block.page.name in (ROOT / block.reason).read_text("utf-8")


def test_every_fence_is_read() -> None:
    fences = sum(len(re.findall(r"^ *```", page.read_text("utf-8"), re.MULTILINE)) for page in PAGES)
    assert fences == 2 * len(BLOCKS), "a fence is indented, or holds words that tests/examples does not know"


def test_every_public_name_is_on_the_page_of_names() -> None:
    shown = re.findall(r"^::: wnverify\.[\w.]+\.(\w+)$", (ROOT / "docs" / "api.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(shown) == sorted(name for name in wnverify.__all__ if name != "__version__")


def test_every_symbol_on_the_page_of_symbols_is_one() -> None:
    table = re.findall(r"^\| (`.*?) \| ", (ROOT / "docs" / "symbols.md").read_text("utf-8"), re.MULTILINE)
    words = " ".join(table).replace("`", "").split()
    assert len(words) > 25
    assert set(words) <= WEIGHT_NORM.quantities.keys()


def test_the_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}
    assert sizes
    assert all(size <= 100_000 for size in sizes.values()), sizes


def follow(block: Block, folder: Path, names: dict[str, object]) -> None:
    """Do what a block says."""
    if block.title:
        (folder / block.title).write_text(block.text, "utf-8")
    elif block.language == "console":
        for words, shown in commands(block.text):
            called(block, words, shown)
    elif block.language == "python":
        python(block, names)
    else:
        pytest.fail(f"{block}: nothing is known to do with {block.language or 'a block without language'}")


def python(block: Block, names: dict[str, object]) -> None:
    """Run Python, with what the blocks above it defined; with prompts, compare what it says."""
    if ">>>" not in block.text:
        exec(compile(block.text, str(block), "exec"), names)
        return
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    test = doctest.DocTestParser().get_doctest(block.text, names, str(block), None, block.line)
    said: list[str] = []
    failed = doctest.DocTestRunner(optionflags=flags).run(test, out=said.append, clear_globs=False).failed
    names |= test.globs
    assert not failed, "".join(said)


def called(block: Block, words: list[str], shown: str) -> None:
    """Call a command, and look for what it is said to print."""
    if words[0] == "wnverify":
        one = ["--jobs", "1"] if words[1] == "check" and "--jobs" not in words else []
        done = CliRunner().invoke(cli, [*words[1:], *one], prog_name="wnverify")
        code, printed = done.exit_code, done.output
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
    else:
        words = [sys.executable, *words[1:]] if words[0] == "python" else words
        run = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
        code, printed = run.returncode, run.stdout + run.stderr
    assert code in ({0, 1} if FAILS.search(shown) else {0}), f"{block}: {words} exits with {code}\n{printed}"
    assert same(shown, printed), f"{block}: {words}\n--- shown\n{shown}\n--- printed\n{printed}"


def parsed(block: Block) -> None:
    """Have the words of each command of wnverify parsed, which refuses what it does not know."""
    for words, shown in commands(block.text):
        assert words[0] == "wnverify", f"{block}: {words}"
        assert not shown, f"{block}: what is not run is not said to print anything"
        with click.Context(cli, info_name="wnverify") as above:
            named, command, rest = cli.resolve_command(above, words[1:])
            assert command is not None
            command.make_context(named, rest, parent=above, resilient_parsing=False)
