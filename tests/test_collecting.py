from __future__ import annotations

import gc

from wnverify.collecting import LOADING, RARELY, collect_rarely, loaded


def test_garbage_is_looked_for_rarely_but_is_looked_for() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    try:
        loaded()
        assert (gc.get_threshold(), gc.get_freeze_count()) == (before, frozen)  # the process is not ours
        collect_rarely()
        assert gc.get_threshold() == LOADING
        loaded()
        assert gc.get_threshold() == RARELY
        assert gc.get_freeze_count() > frozen
        assert gc.isenabled()
        assert all((*LOADING, *RARELY))
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
