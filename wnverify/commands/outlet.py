"""The outlets of a command: signs that the output can carry, and an output that fails loses nothing.

Both standard streams are wrapped while a command runs. What is printed is written in signs of the stream's encoding.
A reader that went away (`| head`), a full disk or a closed stream stop neither the command nor its exit code.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from wnverify.report.signs import legible, written_in


class Outlet(io.TextIOBase):
    """A text stream in front of another; it has no `buffer`, so that nobody writes past it.

    Args:
        stream: where everything goes; None if the process has no such stream.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self.gone = False
        self.failure = ""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # read-only here, as it is in io.TextIOWrapper
        """The encoding of the stream."""
        return self._encoding

    def write(self, text: str) -> int:
        """Write a text in signs that the stream carries."""
        with self._kept():
            if self._stream is not None:
                self._stream.write(legible(text, self._encoding))
        return len(text)

    def flush(self) -> None:
        """Hand everything on."""
        with self._kept():
            if self._stream is not None:
                self._stream.flush()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream is not None and not self.gone and self._stream.isatty()

    def writable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """The number of the file below, for those who ask for its size.

        Raises:
            OSError: if there is none.
        """
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Remember a failure; from then on everything goes nowhere."""
        try:
            yield
        except BrokenPipeError:
            self._close()
        except (OSError, ValueError) as error:  # a full disk, a terminal that is gone, a stream that was closed
            self.failure = getattr(error, "strerror", None) or str(error)
            self._close()

    def _close(self) -> None:
        """Point the file at nothing, so that the last flush of the interpreter cannot fail again."""
        stream, self._stream, self.gone = self._stream, None, True
        with suppress(OSError, ValueError, AttributeError):  # no real file: nothing will be flushed to it
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[union-attr]  # None raises AttributeError


@contextmanager
def outlets() -> Iterator[Outlet]:
    """Both standard streams as outlets, and the layout in the signs of the first, which is returned."""
    before = sys.stdout, sys.stderr
    out, err = Outlet(sys.stdout), Outlet(sys.stderr)
    sys.stdout, sys.stderr = out, err
    try:
        with written_in(out.encoding):
            yield out
    finally:
        out.flush()
        err.flush()
        sys.stdout, sys.stderr = before


def occupy() -> None:
    """Open to nothing what is closed of the files 0, 1 and 2; the next file that is opened would be taken for it."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)
