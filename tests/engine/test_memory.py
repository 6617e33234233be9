"""Freed memory is kept: temporaries of the engine stop paying page faults."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

FAULTS = """
    import resource
    import numpy as np
    from wnverify.engine.memory import keep_freed_memory

    def faults():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(50):
            np.ones(100_000)
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    faults()
    before = faults()
    keep_freed_memory()
    faults()
    print(before, faults())
"""


def test_temporaries_stop_costing_page_faults():
    pytest.importorskip("resource")
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(FAULTS)], capture_output=True, text=True, check=True)
    before, after = map(int, done.stdout.split())
    assert after <= max(before // 2, 100)
