"""The tree keeps its shape: imports point down, theorem files open alike, functions stay short."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from wnverify.catalogue import catalogue

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "wnverify"
FLOORS = (
    ("errors", "verdict", "arrays"),
    ("quantity", "claim", "batch", "budget", "engine", "balls", "standalone"),
    ("symbolic", "families"),
    ("bounds",),
    ("theorem", "evidence", "parser"),
    ("catalogue", "judge", "certificate", "vocabulary", "steering", "saved_network"),
    ("search",),
    ("strategies",),
    ("checks",),
    ("checking",),
    ("run", "bundle", "exponents", "audit_subject"),
    ("report",),
    ("experiments", "trial", "replaying", "evaluation", "auditing"),
    ("commands", "notebook"),
    ("cli", "pytest_plugin"),
    ("__init__", "__main__"),
)
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}
FILES = sorted(PACKAGE.rglob("*.py"))


def module(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """First part below `wnverify` of every import in a file, those under TYPE_CHECKING aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("wnverify.")}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    own = module(path)
    assert own in FLOOR, f"give {own} a floor"
    facade = {"__version__"}  # the facade itself is imported by nobody inside
    above = {name for name in imports(path) - facade if name != own and FLOOR.get(name, 99) >= FLOOR[own]}
    assert not above, f"{own} (floor {FLOOR[own]}) imports {sorted(above)}"


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.id)
def test_every_theorem_opens_with_the_same_header(entry) -> None:
    header = entry.header()
    parts = (header.title, header.statement, header.hypotheses, header.kind, header.references, header.tags)
    assert all(parts)
    assert header.title.endswith(".")


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arguments_are_few(path: Path) -> None:
    many = [
        node.name
        for node in functions(path)
        if len([*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]) > 7
    ]
    assert not many


def test_only_the_edges_print() -> None:
    printing = {
        path.name
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert not printing


def test_one_module_imports_hypothesis() -> None:
    importing = {module(path) for path in FILES if "from hypothesis" in path.read_text("utf-8")}
    assert importing == {"strategies"}
