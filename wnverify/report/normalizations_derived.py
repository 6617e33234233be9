"""What the derivation says of each guarantee for each normalization, read from `theorems/normalizations/_table.toml`.

A cell sets marks and words beside the verdicts of the theorems that stand in it, and says why the two differ where
they do.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec

from wnverify import catalogue
from wnverify.errors import RecordError, expected

FILE = "_table.toml"
HOLDS, FURTHER, FAILS, UNDERIVED = "✓", "H", "✗", "–"


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """What was derived.

    Args:
        marks: some of ✓ (holds as for weight normalization), H (with another constant or one more hypothesis) and
            ✗ (fails), or – alone (not derived).
        words: the constant, the hypothesis or the counterexample.
        differs: why the verdicts say something else; empty where they do not.
    """

    marks: str
    words: str = ""
    differs: str = ""

    @property
    def holds(self) -> bool:
        """Whether something of this kind was derived to hold.

        >>> Cell("H✗").holds, Cell("–").holds
        (True, False)
        """
        return HOLDS in self.marks or FURTHER in self.marks

    @property
    def fails(self) -> bool:
        """Whether something of this kind was derived to fail."""
        return FAILS in self.marks


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A normalization.

    Args:
        name: as the page shows it.
        cells: what was derived, by guarantee.
        tags: those that a theorem about it has.
        without: those that it must not have.
    """

    name: str
    cells: Mapping[str, Cell]
    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def is_about(self, tags: Collection[str]) -> bool:
        """Whether a theorem with these tags is about this normalization.

        >>> Row("deep BatchNorm", {}, ("BatchNorm",), ("one layer",)).is_about(["gradient", "BatchNorm"])
        True
        """
        return all(tag in tags for tag in self.tags) and not any(tag in tags for tag in self.without)


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    row: tuple[Row, ...]


def derived(file: Path | None = None) -> tuple[Row, ...]:
    """The rows in the order of the file.

    Args:
        file: another than that of the catalogue.

    Raises:
        RecordError: if the file cannot be read, or does not say what it should.
    """
    file = file or catalogue.builtin_folder() / "normalizations" / FILE
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _Table).row
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise RecordError(expected(f"a table of what was derived in {file}", str(error), "mend the file")) from None
