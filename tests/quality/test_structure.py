"""The tree keeps its shape: imports point down, nothing goes in circles, theorem files open alike."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from wnverify.catalogue import catalogue

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "wnverify"
FLOORS = (
    (
        "collecting",
        "dataclass_speed",
        "errors",
        "display",
        "arrays",
        "pictures",
        "verdict",
        "stopping",
        "sympy_signs",
        "sympy_speed",
        "shelf",
    ),
    ("notation",),
    ("quantities", "claim", "batch", "budget", "evidence", "printed"),
    ("engine", "balls", "family", "source", "opened", "rounds", "spread"),
    ("beside",),
    ("arithmetic", "execution"),
    ("symbolic", "families", "steps"),
    ("bounds", "theorem"),
    ("catalogue", "judging"),
    ("typed", "papers", "store"),
    ("search", "proving"),
    ("checks",),
    ("report",),
    ("questions",),
    ("runs",),
    ("experiments", "suggesting"),
    ("commands",),
    ("cli", "pytest_plugin"),
    ("__init__", "__main__"),
)
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}
MODELS = ("networks", "relu", "homogeneous", "diagonal", "least_squares", "batch_norm")
FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in FILES}


def dotted(path: Path) -> str:
    """`wnverify/search/plan.py` -> `wnverify.search.plan`; a package goes by its own name."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {dotted(path): path for path in FILES}


def imported(path: Path) -> Iterator[str]:
    """Every module of this package that a file imports, wherever the import stands and whatever it is for."""
    for node in ast.walk(TREES[path]):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else node.module for name in whole]
        yield from (name for name in names if name in MODULES)


@cache
def arrows() -> dict[str, set[str]]:
    return {name: set(imported(path)) - {name} for name, path in MODULES.items()}


def part(name: str) -> str:
    """The first part below `wnverify`; the facade is `__init__`."""
    return name.split(".")[1] if "." in name else "__init__"


def test_every_part_has_a_floor() -> None:
    assert {part(name) for name in MODULES} <= FLOOR.keys()


def test_imports_point_down() -> None:
    upwards = [
        f"{name} (floor {FLOOR[part(name)]}) imports {other}"
        for name, others in arrows().items()
        for other in sorted(others)
        if part(other) != part(name) and FLOOR[part(other)] >= FLOOR[part(name)]
    ]
    assert not upwards


def test_no_file_imports_in_a_circle() -> None:
    try:
        TopologicalSorter(arrows()).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' <- '.join(error.args[1])}")


def test_no_folder_imports_in_a_circle() -> None:
    folders: dict[str, set[str]] = {}
    for name, others in arrows().items():
        own = folder(name)
        folders.setdefault(own, set()).update({folder(other) for other in others} - {own})
    try:
        TopologicalSorter(folders).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' <- '.join(error.args[1])}")


def folder(name: str) -> str:
    """The folder that a module stands in; a file beside the folders is its own."""
    whole = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
    return name if whole == "wnverify" else whole


@pytest.mark.parametrize("place", ["engine", "families"])
def test_no_model_knows_another(place: str) -> None:
    for name, others in arrows().items():
        for model in MODELS:
            if name.startswith(f"wnverify.{place}.{model}."):
                strangers = tuple(f"wnverify.{where}.{other}" for where in ("engine", "families") for other in MODELS)
                known = tuple(f"wnverify.{where}.{model}" for where in ("engine", "families"))
                met = {o for o in others if o.startswith(strangers) and not o.startswith(known)}
                assert not met, f"{name} imports {sorted(met)}"


def test_every_theorem_opens_with_the_same_header() -> None:
    headers = {entry.id: entry.header() for entry in catalogue()}
    assert headers
    lacking = [id for id, h in headers.items() if not all((h.title, h.statement, h.hypotheses, h.kind, h.tags))]
    assert not lacking
    assert not [id for id, header in headers.items() if not header.title.endswith(".")]


# ---- the tests mirror the tree

BESIDE = ("examples", "quality", "soundness")
"""Folders of tests that are about the whole, or about what is shipped beside it."""
TOPICS = ("commands/found", "families/domains", "families/every_family", "families/kit/numbers")
"""Tests of what several files of a folder do together, and that no name of theirs says."""


def test_a_test_is_named_after_what_it_tests() -> None:
    """After a file, or after the folder as a whole: `search/test_search`, with a topic `test_symbolic_theory`."""
    places = [path.relative_to(ROOT / "tests") for path in sorted(ROOT.glob("tests/**/test_*.py"))]
    assert places
    assert not [str(place) for place in places if not is_named_after_something(place)]


def is_named_after_something(place: Path) -> bool:
    """Whether a file of tests, by its path below their folder, has the name of something, or stands beside all."""
    folder, name = PACKAGE / place.parent, place.stem.removeprefix("test_")
    if place.parts[0] in BESIDE or (place.parent / name).as_posix() in TOPICS:
        return True
    whole = name == folder.name or name.startswith(f"{folder.name}_")
    return folder.is_dir() and (whole or (folder / f"{name}.py").is_file())


# ---- nothing is long

LONGEST_FILE, LONGEST_THEOREM, LONGEST_FUNCTION, DEEPEST, MOST_ARGUMENTS = 300, 80, 40, 3, 6
"""In lines of code: no blanks, no comments, no docstrings."""
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
BLOCKS = (ast.For, ast.While, ast.If, ast.With, ast.Try, ast.Match)


@cache
def code_lines(path: Path) -> set[int]:
    """The numbers of the lines that hold code."""
    lines: set[int] = set()
    text = path.read_text("utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in LAYOUT:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            lines.difference_update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return lines


def depth(node: ast.AST, above: int = 0) -> int:
    """How deep blocks stand in one another; an `elif` is no deeper than its `if`, a function inside begins anew."""
    deepest = above
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        deepest = max(deepest, depth(child, above + (isinstance(child, BLOCKS) and not is_elif)))
    return deepest


def too_long(path: Path, first: int, last: int, most: int) -> bool:
    """Whether these lines of a file hold too many of code; it is read by token only if they are too many at all."""
    return last - first + 1 > most and len(code_lines(path) & set(range(first, last + 1))) > most


def files_above(paths: list[Path], most: int) -> list[str]:
    """Those with more lines of code."""
    counts = {path: path.read_text("utf-8").count("\n") + 1 for path in paths}
    return [str(path.relative_to(ROOT)) for path, count in counts.items() if too_long(path, 1, count, most)]


def what_is_wrong(path: Path, node: ast.FunctionDef) -> str:
    """How a function is too large; empty if it is not."""
    arguments = len([*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs])
    if too_long(path, node.lineno, node.end_lineno or 0, LONGEST_FUNCTION):
        return f"has more than {LONGEST_FUNCTION} lines"
    if depth(node) > DEEPEST:
        return f"is nested {depth(node)} deep"
    return f"takes {arguments} arguments" if arguments > MOST_ARGUMENTS else ""


def test_files_are_short() -> None:
    assert not files_above(FILES, LONGEST_FILE)


def test_functions_are_small() -> None:
    functions = [(path, n) for path in FILES for n in ast.walk(TREES[path]) if isinstance(n, ast.FunctionDef)]
    assert not [f"{dotted(path)}.{n.name} {why}" for path, n in functions if (why := what_is_wrong(path, n))]


def test_theorem_files_are_short() -> None:
    theorems = sorted(ROOT.glob("theorems/*/*.py"))
    assert theorems
    assert not files_above(theorems, LONGEST_THEOREM)


def test_only_the_edges_print() -> None:
    printing = {
        path.name
        for path in FILES
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert not printing


def test_one_module_imports_hypothesis() -> None:
    importing = {dotted(path) for path in FILES if "from hypothesis" in path.read_text("utf-8")}
    assert importing == {"wnverify.search.hypothesis_route"}
