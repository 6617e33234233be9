"""Shares of the theorems: every theorem is in one of them, whichever machine asks."""

from __future__ import annotations

import pytest

from tests.runs.test_run import entry, statement
from wnverify.catalogue import catalogue
from wnverify.errors import UsageError
from wnverify.runs.shard import FAMILY, share


def test_the_shares_are_the_whole_and_deal_out_every_family() -> None:
    entries = catalogue()
    shares = [share(entries, f"{place}/7") for place in range(1, 8)]
    together = [each.id for mine in shares for each in mine]
    assert sorted(together) == sorted(each.id for each in entries)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
    kernels = [
        sum(b".relu.kernels" in b"".join(FAMILY.findall(e.path.read_bytes())) for e in mine) for mine in shares
    ]
    assert max(kernels) - min(kernels) <= 1 < sum(kernels)
    assert share(entries[::-1], "3/7") == shares[2][::-1]
    assert share(entries, None) == share(entries, "1/1") == entries


@pytest.mark.parametrize("wrong", ["0/3", "4/3", "3", "a/b", "1/0", "-1/3", "1/3/3"])
def test_what_is_no_share_is_told(wrong: str) -> None:
    with pytest.raises(UsageError, match=r"a share I/K with 1 ≤ I ≤ K, such as 3/8, but got '"):
        share([], wrong)


def test_a_file_that_cannot_be_read_is_in_one_share_and_an_empty_share_is_told(tmp_path) -> None:
    entries = [entry(tmp_path, "right", statement('first_derivative, "<=", 1 / w_norm')), entry(tmp_path, "gone", "")]
    entries[1].path.unlink()
    assert sorted(each.id for place in (1, 2) for each in share(entries, f"{place}/2")) == ["gone", "right"]
    with pytest.raises(UsageError, match="at most as many shares as theorems, 2, but got 3/3: this one is empty"):
        share(entries, "3/3")
