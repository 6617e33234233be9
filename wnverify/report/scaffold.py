"""A new file to start from, a theorem, a quantity or an architecture of one's own, and its test."""

from __future__ import annotations

import keyword
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from wnverify.catalogue import builtin_folder
from wnverify.errors import UsageError, expected

TEST = '''"""The theorem in {name}.py: it passes its checks, and {what}."""

from pathlib import Path

{imports}
THEOREM = Path(__file__).parent / "{relative}"


def test_the_theorem_is_not_refuted_and_its_mutants_are():
    evidence = wnverify.verify(wnverify.load(THEOREM), budget="quick")
    assert evidence.verdict.passes, evidence.reason


{test}'''
THEOREM_TEST = """def test_the_bound_has_the_value_worked_out_by_hand():
    theorem = wnverify.load(THEOREM)
    point = {"L": 2, "m": 4, "rho": 1, "c0": sympy.Rational(1, 2)}
    values = {theorem.family.quantities[name]: value for name, value in point.items()}
    assert theorem.claim.rhs.subs(values) == 6  # (1 + 1)(1 + 2·√4·½)
"""
QUANTITY_TEST = """def test_the_quantity_has_the_value_worked_out_by_hand():
    family = wnverify.load(THEOREM).family
    arrays = {"W1": [[3.0, 4.0], [0.0, 2.0]], "v": [1.0, -2.0], "x": [0.0, 1.0]}
    batch = Batch(
        family.name,
        {"L": 1, "m": 2, "d": 2},
        {"activation": "tanh", "scaling": "fan_out"},
        {name: np.array(array)[..., None] for name, array in arrays.items()},
    )
    (value,) = family.quantities["P"].route.measure(batch)
    assert abs(value - (1 * 1.4 + 2 * 1) / 2**0.5) < 1e-12  # |v_1|(3/5 + 4/5) + |v_2|·1, over √m
"""
ARCHITECTURE_TEST = """def test_the_network_has_the_value_worked_out_by_hand():
    family = wnverify.load(THEOREM).family
    arrays = {"W": [[3.0, 4.0]], "g": [2.0], "b": [0.5], "v": [-3.0], "x": [0.0, 1.0]}
    batch = Batch(
        family.name,
        {"m": 1, "d": 2},
        {"activation": "identity"},
        {name: np.array(array)[..., None] for name, array in arrays.items()},
    )
    (value,) = family.quantities["output"].route.measure(batch)
    assert abs(value + 6.3) < 1e-12  # −3(2·4/5 + ½)
"""
SYMPY = "import sympy\n\nimport wnverify\n"
BATCH = "import numpy as np\n\nimport wnverify\nfrom wnverify.batch import Batch\n"
PARTS: Mapping[str, tuple[str, str, str, str]] = {
    "theorem": ("_template.py", "its bound has a value worked out by hand", SYMPY, THEOREM_TEST),
    "quantity": ("_template_quantity.py", "its quantity has a value worked out by hand", BATCH, QUANTITY_TEST),
    "architecture": (
        "_template_architecture.py", "its network has a value worked out by hand", BATCH, ARCHITECTURE_TEST,
    ),
}  # fmt: skip
"""By kind: the file to start from, what its test is about, what it imports, and its second function."""
KINDS = tuple(PARTS)


def scaffold(target: Path, kind: str = "theorem") -> tuple[Path, Path]:
    """Write the theorem file and its test: into `tests/` if there is such a folder here, else beside the theorem.

    Args:
        target: where, with or without its ending.
        kind: theorem, about a family that ships; quantity or architecture, with one that the file declares.

    Raises:
        UsageError: if the name is not one that Python can import, a file is there already or cannot be written, or
            the kind is unknown.
    """
    if kind not in PARTS:
        raise UsageError(expected(f"one of {', '.join(KINDS)}", repr(kind)[:60]))
    theorem = target.with_suffix(".py") if target.name else target
    _check_name(theorem.stem)
    beside = Path("tests") if Path("tests").is_dir() else theorem.parent
    test = beside / f"test_{theorem.stem}.py"
    for path in (theorem, test):
        if path.exists():
            raise UsageError(expected("a new name", f"{path}, which is there already", "nothing was written"))
    template = (builtin_folder() / PARTS[kind][0]).read_text("utf-8")
    for path, text in ((theorem, template), (test, _test(theorem, test, kind))):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        except OSError as error:
            with suppress(OSError):
                path.unlink(missing_ok=True)  # not half of it
            raise UsageError(expected("a file that can be written", f"{path} ({error.strerror})")) from error
    return theorem, test


def _check_name(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith(("_", "test_")):
        remedy = "use letters, digits and underscores, such as my_bound"
        raise UsageError(expected("a name for a theorem file", repr(name), remedy))


def _test(theorem: Path, test: Path, kind: str) -> str:
    relative = Path(os.path.relpath(theorem, test.parent)).as_posix()
    _, what, imports, function = PARTS[kind]
    return TEST.format(name=theorem.stem, relative=relative, what=what, imports=imports, test=function)
