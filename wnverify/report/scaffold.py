"""A new theorem file to start from, and its test."""

from __future__ import annotations

import keyword
import os
from pathlib import Path

from wnverify.catalogue import builtin_folder
from wnverify.errors import UsageError, expected

TEST = '''"""The theorem in {name}.py: it passes its checks, and its bound has a value worked out by hand."""

from pathlib import Path

import sympy

import wnverify

THEOREM = Path(__file__).parent / "{relative}"


def test_the_theorem_is_not_refuted_and_its_mutants_are():
    evidence = wnverify.verify(wnverify.load(THEOREM), budget="quick")
    assert evidence.verdict.passes, evidence.reason


def test_the_bound_has_the_value_worked_out_by_hand():
    theorem = wnverify.load(THEOREM)
    point = {{"L": 2, "m": 4, "rho": 1, "c0": sympy.Rational(1, 2)}}
    values = {{theorem.family.quantities[name]: value for name, value in point.items()}}
    assert theorem.claim.rhs.subs(values) == 6  # (1 + 1)(1 + 2·√4·½)
'''


def scaffold(target: Path) -> tuple[Path, Path]:
    """Write the theorem file and its test: into `tests/` if there is such a folder here, else beside the theorem.

    Raises:
        UsageError: if the name is not one that Python can import, or a file is there already.
    """
    theorem = target.with_suffix(".py")
    _check_name(theorem.stem)
    beside = Path("tests") if Path("tests").is_dir() else theorem.parent
    test = beside / f"test_{theorem.stem}.py"
    for path in (theorem, test):
        if path.exists():
            raise UsageError(expected("a new name", f"{path}, which is there already", "nothing was written"))
    template = (builtin_folder() / "_template.py").read_text("utf-8")
    for path, text in ((theorem, template), (test, _test(theorem, test))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return theorem, test


def _check_name(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith(("_", "test_")):
        remedy = "use letters, digits and underscores, such as my_bound"
        raise UsageError(expected("a name for a theorem file", repr(name), remedy))


def _test(theorem: Path, test: Path) -> str:
    relative = Path(os.path.relpath(theorem, test.parent))
    return TEST.format(name=theorem.stem, relative=relative.as_posix())
