"""wnverify: a theorem checker for weight normalization.

The public names are loaded on first use, so that `import wnverify` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wnverify.display import drawn_by

if TYPE_CHECKING:
    from wnverify.arithmetic.activation import activation
    from wnverify.batch import Batch
    from wnverify.catalogue import load
    from wnverify.claim import Claim
    from wnverify.families.kit.parts import Views, constant, read, size, two_routes, vocabulary
    from wnverify.families.kit.table import Array, Tabled
    from wnverify.families.own.declare import architecture, on_data
    from wnverify.families.own.kinds import ball, box, free, positive, rows, sphere
    from wnverify.families.own.own_quantity import quantity
    from wnverify.family import Coordinates, Family, Levels, Situation
    from wnverify.quantities import Interval, Quantity, Route, Side
    from wnverify.questions.audit.ask import audit
    from wnverify.questions.counterexample.replay import replay
    from wnverify.questions.evaluation.ask import evaluate
    from wnverify.questions.proof.ask import prove
    from wnverify.questions.training.log import monitor
    from wnverify.questions.trial.ask import try_claim
    from wnverify.report.terminal import render
    from wnverify.runs.theorem import verify
    from wnverify.steps import Step
    from wnverify.symbolic.claims import below, bounded_in, decreasing, free_of, increasing, limit, order, sublinear
    from wnverify.theorem import Theorem
    from wnverify.verdict import Verdict


__version__ = "0.1.0"

__all__ = [
    "Array", "Batch", "Claim", "Coordinates", "Family", "Interval", "Levels", "Quantity", "Route", "Side",
    "Situation", "Step", "Tabled", "Theorem", "Verdict", "Views", "__version__", "activation", "architecture",
    "audit", "ball", "below", "bounded_in", "box", "constant", "decreasing", "evaluate", "free", "free_of",
    "increasing", "limit", "load", "monitor", "on_data", "order", "positive", "prove", "quantity", "read",
    "render", "replay", "rows", "size", "sphere", "sublinear", "try_claim", "two_routes", "verify",
    "vocabulary",
]  # fmt: skip
_HOME = {
    **dict.fromkeys(("Array", "Tabled"), "families.kit.table"),
    "Batch": "batch",
    "Claim": "claim",
    **dict.fromkeys(("Coordinates", "Family", "Levels", "Situation"), "family"),
    **dict.fromkeys(("Interval", "Quantity", "Route", "Side"), "quantities"),
    "Step": "steps",
    "Theorem": "theorem",
    "Verdict": "verdict",
    "activation": "arithmetic.activation",
    **dict.fromkeys(("architecture", "on_data"), "families.own.declare"),
    "audit": "questions.audit.ask",
    **dict.fromkeys(("ball", "box", "free", "positive", "rows", "sphere"), "families.own.kinds"),
    **dict.fromkeys(("Views", "constant", "read", "size", "two_routes", "vocabulary"), "families.kit.parts"),
    "evaluate": "questions.evaluation.ask",
    "load": "catalogue",
    "monitor": "questions.training.log",
    "prove": "questions.proof.ask",
    "quantity": "families.own.own_quantity",
    "render": "report.terminal",
    "replay": "questions.counterexample.replay",
    "try_claim": "questions.trial.ask",
    "verify": "runs.theorem",
}
"""Where each public name lives; the claims about a bound live in `symbolic.claims`."""


drawn_by(lambda: import_module(f"{__name__}.report.notebook.draw").ARTIST)


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
