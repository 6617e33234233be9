"""Written: a function as its user wrote it, and what running it in any arithmetic may come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from wnverify.arithmetic.faults import endless, misbehaved, returned
from wnverify.arithmetic.namespace import Phi
from wnverify.batch import Batch
from wnverify.errors import WnverifyError
from wnverify.stopping import RunsOn, ended_after, staying

LONGEST = 10.0
"""Seconds of processor time that one call may take."""
Call: TypeAlias = Callable[[Any, Mapping[str, Any], Batch], Any]
"""(xp, arrays of one instance, the batch for its sizes) -> one number."""


@dataclass(frozen=True, eq=False)
class Written:
    """A function of the arrays of an instance that returns one number.

    Args:
        name: what it computes, for messages.
        call: the function; the arrays it is given are those of the arithmetic that is run.
        phi: settings -> the activation, or None.
    """

    name: str
    call: Call
    phi: Callable[[Mapping[str, str]], Phi | None]

    def called(self, xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Any:
        """What it returns.

        Raises:
            FunctionError: if it fails; names the line.
        """
        try:
            with np.errstate(all="ignore"), staying(), ended_after(LONGEST):
                return self.call(xp, arrays, batch)
        except RunsOn as error:
            raise endless(error, f"a function {self.name}", LONGEST) from error
        except WnverifyError:
            raise
        except MemoryError:
            raise
        except (Exception, SystemExit) as error:
            raise misbehaved(error, f"a function {self.name}") from error

    def of_one(self, xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Any:
        """What it returns for the arrays of one instance.

        Raises:
            FunctionError: if it fails, or that is not a single number.
        """
        found = self.called(xp, arrays, batch)
        kind = getattr(found, "dtype", np.asarray(found).dtype if isinstance(found, (int, float)) else None)
        if getattr(found, "shape", ()) != () or kind is None or kind.kind not in "iuf":
            raise returned(self.name, found)
        return found
