"""Run the example notebook: `python docs/site/notebook.py` writes what its cells show into it.

The cells are run one after the other in this process, which is much cheaper than a kernel; what stands last in a cell
is shown as a notebook shows it, and what is printed as well.
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).resolve().parents[1] / "notebook.ipynb"
SHOWN = {"text/html": "_repr_html_", "text/latex": "_repr_latex_"}
TIMES = re.compile(r"\d[\d,.]*\u00a0?\s?(?:s|min)\b")


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with what its cells show now; they are run in an empty folder."""
    names: dict[str, Any] = {"__name__": "__main__"}
    cells, number = [], 0
    with _empty_folder():
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                number += 1
                cell = cell | {
                    "execution_count": number,
                    "outputs": list(_run("".join(cell["source"]), names, number)),
                }
            cells.append(cell)
    return notebook | {"cells": cells}


def _run(source: str, names: dict[str, Any], number: int) -> Iterator[dict[str, Any]]:
    """What a cell shows: what it prints, then the value of its last line if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    said, value = io.StringIO(), None
    with redirect_stdout(said):
        exec(compile(tree, f"cell {number}", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
    if said.getvalue():
        yield {"output_type": "stream", "name": "stdout", "text": _lines(said.getvalue())}
    if value is not None:
        yield {"output_type": "execute_result", "execution_count": number, "metadata": {}, "data": _shown(value)}


def _shown(value: object) -> dict[str, list[str]]:
    texts = {kind: getattr(value, name)() for kind, name in SHOWN.items() if hasattr(value, name)}
    return {kind: _lines(str(text)) for kind, text in texts.items() if text} | {"text/plain": _lines(repr(value))}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@contextmanager
def _empty_folder() -> Iterator[None]:
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def timeless(notebook: dict[str, Any]) -> list[Any]:
    """What the cells show, but for how long it took."""
    shown = [cell.get("outputs", []) for cell in notebook["cells"]]
    return list(json.loads(TIMES.sub("… s", json.dumps(shown, ensure_ascii=False))))


def page(notebook: dict[str, Any]) -> str:
    """The notebook as Markdown, with what it shows as HTML."""
    return "\n\n".join(part for cell in notebook["cells"] for part in _told(cell))


def _told(cell: dict[str, Any]) -> Iterator[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield source
        return
    yield f"```python\n{source}\n```"
    for output in cell["outputs"]:
        data = output.get("data", {})
        if "text/html" in data:
            yield f'<div class="shown">{"".join(data["text/html"])}</div>'
        else:
            yield f"```text\n{''.join(data.get('text/plain', output.get('text', []))).rstrip()}\n```"


if __name__ == "__main__":
    found = executed(json.loads(NOTEBOOK.read_text("utf-8")))
    NOTEBOOK.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
