"""Memory that is freed stays with the process: fresh pages cost more than the arithmetic done in them."""

from __future__ import annotations

from functools import cache

import numpy as np

LARGEST_BYTES = 32 * 2**20 - 8192  # glibc adapts its thresholds to freed blocks below 32 MB


@cache
def keep_freed_memory() -> None:
    """Have the allocator keep what is freed, once for the process.

    glibc returns freed blocks above a threshold to the system, and every temporary pays its page faults anew
    (measured: half the time of small Hessians). The threshold follows the largest block seen freed, so one is
    freed here, untouched. Elsewhere this does nothing.
    """
    np.empty(LARGEST_BYTES, dtype=np.uint8)
