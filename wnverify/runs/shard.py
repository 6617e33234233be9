"""Shard: a share of the theorems, for several machines; together the shares are the whole, and none costs much more.

What a theorem costs is decided by its family first of all, so the theorems of each family are dealt out, the long
files after the short ones. The texts alone decide, not what a machine has kept or measured.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from wnverify.catalogue import Entry
from wnverify.errors import TheoremFileError, UsageError, expected
from wnverify.source import read_bytes

WHOLE = re.compile(r"(\d{1,6})/(\d{1,6})", re.ASCII)
FAMILY = re.compile(rb"^from (wnverify\.families\.[\w.]+) import", re.MULTILINE)


def share(entries: Sequence[Entry], which: str | None) -> list[Entry]:
    """The i-th of k shares, in the order of the entries; a theorem with all its checks is in one of them.

    Args:
        entries: all theorems; the same on every machine.
        which: `i/k`; None for the whole.

    Raises:
        UsageError: if it is no share, or there are fewer theorems than shares and this one is empty.
    """
    if which is None:
        return list(entries)
    found = WHOLE.fullmatch(which)
    place, shares = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= place <= shares:
        raise UsageError(expected("a share I/K with 1 ≤ I ≤ K, such as 3/8", repr(which)[:60]))
    mine = {entry.path for entry in sorted(entries, key=_cost)[place - 1 :: shares]}
    if not mine:
        raise UsageError(expected(f"at most as many shares as theorems, {len(entries)}", which, "this one is empty"))
    return [entry for entry in entries if entry.path in mine]


def _cost(entry: Entry) -> tuple[list[bytes], int, str]:
    """Theorems that stand side by side in this order cost about the same."""
    try:
        source = read_bytes(entry.path)
    except TheoremFileError:
        source = b""
    return sorted(set(FAMILY.findall(source))), len(source), entry.id
