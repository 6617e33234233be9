"""How many claims about bounds are proved, folder by folder: `python -m benchmarks.bounds [FOLDER …]`.

Each PROVED comes with a certificate that the independent checker accepted; the CPU seconds are those of the check
"symbolic" alone.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict

import numpy as np

from wnverify.budget import BUDGETS, Budget
from wnverify.catalogue import catalogue, load
from wnverify.checks import symbolic
from wnverify.evidence import Item


def decided(folder_prefixes: list[str], budget: Budget) -> dict[str, list[Item]]:
    """The items of every theorem whose id begins with one of the prefixes."""
    chosen = [entry for entry in catalogue() if entry.id.startswith(tuple(folder_prefixes) or "")]
    return {entry.id: symbolic.check(load(entry), budget, np.random.default_rng(0)).items for entry in chosen}


def main() -> None:
    """Print one line a folder, and what is open."""
    start = time.process_time()
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, items in decided(sys.argv[1:], BUDGETS["quick"]).items():
        for item in items:
            verdicts[name.partition("/")[0]][item.verdict] += 1
            if item.verdict == "PROVED" and not item.certificate:
                print(f"no certificate: {name}: {item.name}")
            elif item.verdict != "PROVED":
                print(f"{item.verdict}: {name}: {item.name[:80]}: {item.reason[:80]}")
    for folder, counts in sorted(verdicts.items()):
        print(f"{folder:20} {dict(counts)}")
    total = sum(verdicts.values(), Counter())
    print(f"{dict(total)} of {total.total()}, {time.process_time() - start:.1f} CPU s")


if __name__ == "__main__":
    main()
