from __future__ import annotations

import gc

from wnverify.collecting import RARELY, collect_rarely


def test_garbage_is_looked_for_rarely_but_is_looked_for() -> None:
    before = gc.get_threshold()
    try:
        collect_rarely()
        assert gc.get_threshold() == RARELY
        assert gc.isenabled()
        assert all(RARELY)
    finally:
        gc.set_threshold(*before)
