"""wnverify: a theorem checker for weight normalization.

The public names are loaded on first use, so that `import wnverify` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wnverify.auditing import audit
    from wnverify.catalogue import load
    from wnverify.checking import verify
    from wnverify.claim import Claim
    from wnverify.evaluation import evaluate
    from wnverify.quantity import Quantity
    from wnverify.replaying import replay
    from wnverify.report.terminal import render
    from wnverify.symbolic.claims import below, bounded_in, decreasing, free_of, increasing, limit, order, sublinear
    from wnverify.theorem import Theorem
    from wnverify.trial import try_claim
    from wnverify.verdict import Verdict

__version__ = "0.1.0"

__all__ = [
    "Claim",
    "Quantity",
    "Theorem",
    "Verdict",
    "__version__",
    "audit",
    "below",
    "bounded_in",
    "decreasing",
    "evaluate",
    "free_of",
    "increasing",
    "limit",
    "load",
    "order",
    "render",
    "replay",
    "sublinear",
    "try_claim",
    "verify",
]

_HOME = {
    "Claim": "claim",
    "Quantity": "quantity",
    "Theorem": "theorem",
    "Verdict": "verdict",
    "audit": "auditing",
    "evaluate": "evaluation",
    "load": "catalogue",
    "render": "report.terminal",
    "replay": "replaying",
    "try_claim": "trial",
    "verify": "checking",
}
"""Where each public name lives; the claims about a bound live in `symbolic.claims`."""


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name.startswith("_") or name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOME.get(name, "symbolic.claims")
    found = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return found


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
