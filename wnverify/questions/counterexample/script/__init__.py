"""The stand-alone `check.py` of a counterexample: NumPy and the standard library, no other part of wnverify.

The parts are joined to one script that runs on Python 3.8; between themselves they import only one another. Their
annotations are left out: `from __future__` would load whatever stands under that name beside the script.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from graphlib import TopologicalSorter
from itertools import pairwise
from pathlib import Path

HEAD = '''"""Re-evaluate both sides of a saved counterexample with NumPy and the standard library alone.

    python check.py [counterexample.json]

This script shares no code with what the program measures: derivatives are taken by the complex step, or carried along
with every number; formulas are evaluated in decimals that are rounded outwards. Functions that the claim's author
wrote stand at its end; nothing that the counterexample holds is run. It confirms nothing that it did not measure
itself, and loads nothing from its folder but the counterexample. It ends with

    0   the claim is not broken: it holds at this instance, or the instance does not meet a hypothesis
    1   the claim is broken: the counterexample is right
    2   this script was called with other arguments than the name of one file
    3   cannot measure this, or not closely enough: nothing confirmed; `wnverify replay` may
    4   the file is damaged, was changed, or is no counterexample
"""

import sys

if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    sys.path[:] = [entry for entry in sys.path[1:] if entry != sys.path[0]]  # the folder of this script

'''
NUMPY = """
try:
    import numpy as np
except Exception as error:  # a traceback would end with the code of "broken"
    sys.stderr.write("cannot measure this: nothing confirmed (NumPy is missing or broken: %s)\\n" % error)
    sys.exit(3)
"""


def parts() -> list[str]:
    """The files of this folder, each after those that it imports."""
    read = _read()
    graph = {name: [each for each in _own(tree) if each in read] for name, (_, tree) in sorted(read.items())}
    return list(TopologicalSorter(graph).static_order())


@cache
def _read() -> dict[str, tuple[str, ast.Module]]:
    """The text and the syntax tree of every file, by its name."""
    texts = {file.stem: file.read_text("utf-8") for file in Path(__file__).parent.glob("*.py")}
    return {name: (text, ast.parse(text)) for name, text in texts.items() if name != "__init__"}


def _own(tree: ast.Module) -> Iterator[str]:
    """The parts that one of them imports."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{__name__}."):
            yield (node.module or "").rpartition(".")[2]


def source(own: str = "") -> str:
    """The script.

    Args:
        own: the functions of an author's own, as `carried` writes them; they come last, before anything is run.
    """
    if not own:
        return _joined()
    whole, guard, end = _joined().rpartition('\n\nif __name__ == "__main__":\n')
    return f"{whole}\n\n{own}{guard}{end}"


@cache
def _joined() -> str:
    """The parts as one script: imports first, each name once and only if it occurs, then everything else."""
    read = [_read()[part] for part in parts()]
    body = "\n\n\n".join(plain(text, tree) for text, tree in read) + "\n"
    used = set(re.findall(r"[^\W\d]\w*", body))
    named: dict[str, set[str]] = {}
    for _, tree in read:
        for node in _imports(tree.body):
            for name in (alias.name for alias in node.names if alias.name in used):
                named.setdefault("" if isinstance(node, ast.Import) else node.module or "", set()).add(name)
    whole = [f"import {name}" for name in sorted(named.pop("", set()) - {"sys"})]
    froms = [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(named.items())
        if not module.startswith(("wnverify", "__future__"))
    ]
    return "\n".join([HEAD.rstrip("\n"), "", *whole, *froms]) + f"\n{NUMPY}\n\n{body}"


def _imports(nodes: Sequence[ast.stmt]) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


# ---- a part without what only checkers of types read


def plain(text: str, tree: ast.Module | None = None) -> str:
    """A part without its docstring, imports, aliases of types and annotations.

    Args:
        text: the part.
        tree: its syntax tree, if it is known already.

    >>> lines = ("'About.'", "from typing import Any", "def f(a: int = 1, *b: Any) -> int:", "    return a")
    >>> print(plain(chr(10).join(lines)))
    def f(a = 1, *b):
        return a
    """
    tree = tree or ast.parse(text)
    dropped = [tree.body[0], *_imports(tree.body), *(node for node in tree.body if _is_alias(node))]
    cuts = sorted([*(_whole(node) for node in dropped), *_annotations(tree)])
    lines = [line.encode() for line in text.splitlines()]  # the columns of a syntax tree count bytes
    kept = b"\n".join(lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    ends = [(starts[row - 1] + column, starts[until - 1] + end) for (row, column), (until, end) in cuts]
    edges = [0, *(place for pair in ends for place in pair), len(kept)]
    pieces = [kept[low:high] for low, high in list(pairwise(edges))[::2]]
    return _few_blanks(b"".join(pieces).decode())


def _whole(node: ast.stmt) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, 0), (node.end_lineno or 0, node.end_col_offset or 0)


def _is_alias(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias"


def _annotations(tree: ast.Module) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """From where to where an annotation goes, with its colon or arrow."""
    for node in _statements(tree.body):
        if isinstance(node, ast.FunctionDef):
            yield from _signature(node)
        elif isinstance(node, ast.AnnAssign) and not _is_alias(node):
            yield _end(node.target), _end(node.annotation)


def _signature(function: ast.FunctionDef) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    every = function.args
    for node in filter(None, [*every.posonlyargs, *every.args, every.vararg, *every.kwonlyargs, every.kwarg]):
        if node.annotation is not None:
            yield (node.lineno, node.col_offset + len(node.arg.encode())), _end(node.annotation)
    if function.returns is not None:
        yield (function.returns.lineno, function.returns.col_offset - len(" -> ")), _end(function.returns)


def _statements(nodes: Iterable[ast.stmt | ast.ExceptHandler | ast.match_case]) -> Iterator[ast.AST]:
    """Every statement, also those within others; what is an expression has no annotations."""
    for node in nodes:
        yield node
        for name in ("body", "orelse", "handlers", "finalbody", "cases"):
            yield from _statements(getattr(node, name, ()))


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno or 0, node.end_col_offset or 0


def _few_blanks(text: str) -> str:
    """At most two blank lines in a row, none with blanks on it."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or lines[-2:] != ["", ""]:
            lines.append(line.rstrip())
    return "\n".join(lines)
