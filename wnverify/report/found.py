"""A theorem with its evidence, of the same text."""

from __future__ import annotations

from dataclasses import dataclass

from wnverify.catalogue import Loaded
from wnverify.errors import RecordError, expected
from wnverify.evidence import TheoremEvidence


@dataclass(frozen=True)
class Found:
    """A theorem with its evidence."""

    read: Loaded
    evidence: TheoremEvidence

    @property
    def name(self) -> str:
        """The name of the file, which links to it from the folder of reports."""
        entry = self.read.entry
        return f"[`{entry.path.stem}`](../theorems/{entry.paper}/{entry.path.name})"


def matched(read: Loaded, evidence: TheoremEvidence) -> Found:
    """A theorem file and its evidence, of the same text.

    Raises:
        RecordError: if another version of the file was checked.
    """
    if read.digest != evidence.digest:
        remedy = "check the paper again"
        raise RecordError(expected(f"the text of {read.entry.path} that was checked", "another one", remedy))
    return Found(read, evidence)
