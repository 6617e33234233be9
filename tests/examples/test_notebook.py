"""The example notebook shows what its cells show; they are run here, in one process without a kernel."""

from __future__ import annotations

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "docs" / "site" / "notebook.py"


def test_the_notebook_shows_what_its_cells_show() -> None:
    spec = spec_from_file_location("docs_site_notebook", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    kept = json.loads(module.NOTEBOOK.read_text("utf-8"))
    remedy = "run `python docs/site/notebook.py`, and look at what it changes"
    assert module.timeless(module.executed(kept)) == module.timeless(kept), remedy
    assert "<math" in module.page(kept)
