"""The fenced blocks of a page of the documentation, and how a page says what is to be done with each.

A comment on the line above a block says so where the block is not simply run:

    <!-- not run: needs PyTorch -->                       nothing is tried, for this reason
    <!-- parsed: takes minutes -->                        the words of each command are parsed, for this reason
    <!-- run by: tests/examples/test_documented.py -->    that test takes the blocks of this page itself

A block with a title, as in ```python title="my_bound.py"```, is written to a file of that name.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(
    r"^(?:<!-- (?P<mode>not run|parsed|run by): (?P<reason>[^\n]+?) -->\n)?"
    r"```(?P<language>[a-z]*)(?: title=\"(?P<title>[^\"\n]+)\")?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
SECONDS = re.compile(r"\b\d[\d,.]* (?:ms|s|min)\b")
SPACE = re.compile(r"[ \t]+")


@dataclass(frozen=True)
class Block:
    """One fenced block.

    Args:
        page: the file that it stands in.
        line: the number of its fence in the page.
        language: the word behind the fence.
        title: the name of the file that it is written to; empty if it is none.
        text: what it holds.
        mode: `run`, or what the comment above says.
        reason: what the comment says after it.
    """

    page: Path
    line: int
    language: str
    title: str
    text: str
    mode: str
    reason: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """All blocks of a page, in its order."""
    text = page.read_text("utf-8")
    return [_block(page, text, found) for found in FENCE.finditer(text)]


def _block(page: Path, text: str, found: re.Match[str]) -> Block:
    line = text.count("\n", 0, found.start("language")) + 1
    parts = {name: found[name] or "" for name in ("language", "title", "text", "reason")}
    return Block(page, line, mode=found["mode"] or "run", **parts)


def commands(text: str) -> Iterator[tuple[list[str], str]]:
    r"""Each command of a console block as words, with the lines that it is said to print.

    >>> list(commands("$ wnverify new a  # a file\n$ wnverify try 'x' \\\n    --seed 1\n✓ held\n  …\n"))
    [(['wnverify', 'new', 'a'], ''), (['wnverify', 'try', 'x', '--seed', '1'], '✓ held\n  …\n')]
    """
    for part in re.split(r"^\$ ", text.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        line, _, printed = part.partition("\n")
        yield shlex.split(line, comments=True), printed


def same(shown: str, printed: str) -> bool:
    r"""Whether the lines shown are printed one after the other.

    `…` alone stands for any number of lines, and within a line for anything. Runs of spaces, the ends of
    lines and times are not compared.

    >>> same("a  b  0.3 s\n…\nz …\n", "first\na b 12 s\nc\nd\nz 12\nlast")
    True
    >>> same("a\nz\n", "a\nc\nz\n")
    False
    """
    parts = (_line(line) for line in _lines(shown))
    return re.search("^" + "".join(parts), "\n".join([*_lines(printed), ""]), re.MULTILINE) is not None


def _lines(text: str) -> list[str]:
    return [SPACE.sub(" ", SECONDS.sub("0 s", line)).rstrip() for line in text.strip("\n").splitlines()]


def _line(line: str) -> str:
    if line.strip() in {"…", "..."}:
        return r"(?:[^\n]*\n)*?"
    return re.escape(line).replace("…", r"[^\n]*") + r"\n"
