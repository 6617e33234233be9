"""Errors for readers: what was expected, the value that came, and what would do.

A mathematical outcome is a `Verdict`; an exception here always means misuse or a broken input.
"""

from __future__ import annotations

from collections.abc import Sequence

REFUTED, MISUSE, COULD_NOT_CHECK, INTERRUPTED = 1, 2, 3, 130
"""Exit codes: a claim was refuted, the command cannot be carried out, something could not be checked, the user
interrupted; 0 otherwise."""


class WnverifyError(Exception):
    """Base of every error that wnverify raises on purpose; its text is one readable sentence."""


class UsageError(WnverifyError):
    """The command or the call is not one that can be carried out (exit code 2)."""


class TooLarge(UsageError):
    """An array would take more memory than is allowed; fewer instances at a time may fit."""


class TheoremFileError(WnverifyError):
    """A theorem file could not be read, understood or checked (exit code 3)."""


class DomainError(WnverifyError):
    """A value lies outside the domain on which a formula is defined.

    Args:
        message: what was expected, and what was found.
        columns: which columns of an array have such a value, where that is known.
        instances: which instances of a batch do.
    """

    def __init__(self, message: str = "", *, columns: Sequence[int] = (), instances: Sequence[int] = ()) -> None:
        super().__init__(message)
        self.columns, self.instances = tuple(columns), tuple(instances)


class NotEnclosed(WnverifyError):
    """A quantity has no ball: it is made of an operation that balls do not know, or one that they cannot decide."""


class RecordError(WnverifyError):
    """A saved record, instance or counterexample is damaged, truncated or of an unknown version."""


def expected(what: str, got: object, remedy: str = "") -> str:
    """Compose the sentence every error uses.

    >>> expected("omega > 0", "omega=0.0 (row 3 of layer 1)", "rescale the row")
    'Expected omega > 0, but got omega=0.0 (row 3 of layer 1): rescale the row.'
    >>> expected("known symbols", "'omga'", "did you mean omega?")
    "Expected known symbols, but got 'omga': did you mean omega?"
    """
    tail = f": {remedy.rstrip('.')}" if remedy else ""
    return f"Expected {what}, but got {got}{tail}{'' if tail.endswith('?') else '.'}"
