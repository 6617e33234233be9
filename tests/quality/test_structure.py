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
    ("errors", "arrays", "verdict", "stopping", "sympy_signs", "sympy_speed", "shelf"),
    ("quantities", "claim", "batch", "budget", "evidence", "printed"),
    ("engine", "balls", "family", "source", "rounds"),
    ("beside",),
    ("arithmetic", "execution"),
    ("symbolic", "families"),
    ("bounds", "theorem"),
    ("catalogue", "judging"),
    ("typed", "papers", "store"),
    ("search",),
    ("checks",),
    ("report",),
    ("questions",),
    ("runs",),
    ("experiments",),
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


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    own = part(name)
    assert own in FLOOR, f"give {own} a floor"
    others = {part(other) for other in arrows()[name] if part(other) != own}
    above = {other for other in others if FLOOR[other] >= FLOOR[own]}
    assert not above, f"{own} (floor {FLOOR[own]}) imports {sorted(above)}"


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


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.id)
def test_every_theorem_opens_with_the_same_header(entry) -> None:
    header = entry.header()
    parts = (header.title, header.statement, header.hypotheses, header.kind, header.tags)
    assert all(parts)
    assert header.title.endswith(".")


# ---- the tests mirror the tree

BESIDE = ("examples", "quality", "soundness")
"""Folders of tests that are about the whole, or about what is shipped beside it."""
TOPICS = ("commands/found", "families/domains", "families/every_family", "families/kit/numbers")
"""Tests of what several files of a folder do together, and that no name of theirs says."""


@pytest.mark.parametrize("path", sorted(ROOT.glob("tests/**/test_*.py")), ids=lambda path: path.stem)
def test_a_test_is_named_after_what_it_tests(path: Path) -> None:
    """After a file, or after the folder as a whole: `search/test_search`, with a topic `test_symbolic_theory`."""
    place = path.relative_to(ROOT / "tests")
    folder, name = PACKAGE / place.parent, place.stem.removeprefix("test_")
    if place.parts[0] in BESIDE or (place.parent / name).as_posix() in TOPICS:
        return
    assert folder.is_dir(), f"there is no {folder.relative_to(ROOT)}"
    whole = name == folder.name or name.startswith(f"{folder.name}_")
    assert whole or (folder / f"{name}.py").is_file(), f"there is no {name}.py in {folder.relative_to(ROOT)}"


# ---- nothing is long

LONGEST_FILE, LONGEST_THEOREM, LONGEST_FUNCTION, DEEPEST, MOST_ARGUMENTS = 300, 80, 40, 3, 6
"""In lines of code: no blanks, no comments, no docstrings."""
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
BLOCKS = (ast.For, ast.While, ast.If, ast.With, ast.Try, ast.Match)


def code_lines(path: Path) -> set[int]:
    """The numbers of the lines that hold code."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type not in LAYOUT:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
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


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path: Path) -> None:
    lines = code_lines(path)
    assert len(lines) <= LONGEST_FILE
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.FunctionDef):
            size = len(lines & set(range(node.lineno, (node.end_lineno or 0) + 1)))
            arguments = len([*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs])
            assert size <= LONGEST_FUNCTION, f"{node.name} has {size} lines"
            assert depth(node) <= DEEPEST, f"{node.name} is nested {depth(node)} deep"
            assert arguments <= MOST_ARGUMENTS, f"{node.name} takes {arguments} arguments"


@pytest.mark.parametrize("path", sorted(ROOT.glob("theorems/*/*.py")), ids=lambda path: path.stem)
def test_theorem_files_are_short(path: Path) -> None:
    assert len(code_lines(path)) <= LONGEST_THEOREM


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
