"""The stand-alone `check.py` of a counterexample: NumPy and the standard library, no other part of wnverify.

The parts are joined to one script; between themselves they import only one another.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

FIRST, LAST = "networks", "check"
HEAD = '''"""Re-evaluate both sides of a saved counterexample with NumPy and the standard library alone.

    python check.py [counterexample.json]

This script shares no code with the program that wrote the counterexample: derivatives are taken by the complex
step. What it cannot measure it takes as it was saved, and says so. It ends with 1 if the claim is broken (the
counterexample is right), 0 if it is not, 3 if the file cannot be relied on.
"""

from __future__ import annotations

'''


def parts() -> list[str]:
    """The files of this folder in order: what the others build on, what each family needs, and the end."""
    names = sorted(file.stem for file in Path(__file__).parent.glob("*.py"))
    return [FIRST, *(name for name in names if name not in (FIRST, LAST, "__init__")), LAST]


def source() -> str:
    """The parts as one script: imports first, each name once, then everything else in order."""
    plain: set[str] = set()
    named: dict[str, set[str]] = {}
    bodies = []
    for part in parts():
        text = Path(__file__).with_name(f"{part}.py").read_text("utf-8")
        nodes = ast.parse(text).body
        bodies.append(_without(text, [nodes[0], *_imports(nodes)]))
        for node in _imports(nodes):
            if isinstance(node, ast.Import):
                plain.add(ast.unparse(node))
            elif node.module and not node.module.startswith(("wnverify", "__future__")):
                named.setdefault(node.module, set()).update(alias.name for alias in node.names)
    froms = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(named.items())]
    imports = "\n".join([*sorted(plain), *froms])
    return f"{HEAD}{imports}\n\n" + "\n\n\n".join(bodies) + "\n"


def _imports(nodes: Sequence[ast.stmt]) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


def _without(text: str, nodes: Sequence[ast.stmt]) -> str:
    """A text without the lines of these statements."""
    taken = {line for node in nodes for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    return "\n".join(line for number, line in enumerate(text.splitlines(), start=1) if number not in taken).strip()
