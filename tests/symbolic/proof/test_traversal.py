"""The words of a proof, and where its parts are looked for, are the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import sympy
from wnverify.symbolic.landmarks import nodes
from wnverify.symbolic.proof.domain import box_of
from wnverify.symbolic.proof.ranges import Place
from wnverify.symbolic.proof.words import needs
x, *others = sympy.symbols("x a:f", positive=True)
whole = sympy.Max(*(sympy.log(1 + x + other) for other in others))
print(needs(Place(box_of([x, *others]), {}), [whole]), list(nodes([whole], x)))
"""


def test_the_order_does_not_depend_on_the_hashes_of_a_process() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert "log(" in found.pop()
