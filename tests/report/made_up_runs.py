"""Made-up evidence of every kind, for the tests of the reports."""

from wnverify.evidence import (
    RECORD_SCHEMA,
    CheckEvidence,
    ClaimText,
    Item,
    Kind,
    Record,
    RelationText,
    TheoremEvidence,
    Worst,
)  # fmt: skip
from wnverify.runs.theorem import CHECKS

INSTANCE = {
    "family": "weight_norm",
    "shape": {"L": 1, "m": 1, "d": 2},
    "settings": {"activation": "tanh"},
    "arrays": {"W1": {"shape": [1, 2], "hex": ["0x1.0p-1", "-0x1.8p+0"]}, "v": {"shape": [1], "hex": ["0x1.0p+0"]}},
}


STATEMENT = "hessian_norm ≤ sqrt(L)/omega**2"
CLAIM = ClaimText("hessian_norm", "<=", "sqrt(L)/omega**2", [RelationText("rho", "<=", "1", "small")], (1e-10).hex())
PLANNED = ["symbolic", "structured", "sampled", "hypothesis", "adversarial", "mutants", "confirmation"]


def worst(ratio, numbers=1):
    instance = INSTANCE if numbers == 1 else {**INSTANCE, "arrays": {"v": {"shape": [99], "hex": ["0x1.0p+0"] * 99}}}
    return Worst(ratio, ratio * 2.0, 2.0, ratio, "balls", "random, wide", "L=1, m=1, d=2 tanh", instance)


def theorem(name, *checks, expected="HELD"):
    return TheoremEvidence(name, "A title.", STATEMENT, CLAIM, "00", expected, PLANNED, list(checks))


def check(name, verdict="HELD", **rest):
    return made_up(name, verdict, f"reason of {name}", tried=1000, accepted=900, **rest)


def made_up(name, *rest, **more):
    """Evidence that says of its check what the check says of itself."""
    return CheckEvidence(name, *rest, subject=CHECKS[name].subject, independent=CHECKS[name].independent, **more)


def record(*theorems, **rest):
    return Record(RECORD_SCHEMA, "0.1.0", {}, 0, "quick", list(theorems), **rest)


MUTANTS = check("mutants", items=[Item("half", Kind.MUTANT, "REFUTED", "ratio 2")])
ALIVE = check(
    "mutants",
    "UNDECIDED",
    items=[Item("half", Kind.MUTANT, "REFUTED", ""), Item("third", Kind.MUTANT, "HELD", "no violation")],
)
GOOD = theorem("paper/good", check("sampled", worst=worst(0.9731)), MUTANTS)
PROVED = theorem("paper/proved", made_up("symbolic", "PROVED", "exact"))
FALSE = theorem(
    "paper/false", check("sampled", "REFUTED", worst=worst(9.0, 99)), check("hypothesis", "REFUTED", worst=worst(1.5))
)
WEAK = theorem("paper/weak", check("sampled", worst=worst(0.5)), ALIVE)
EMPTY = theorem("paper/empty", check("sampled", "VACUOUS"))
UNTESTED = theorem("paper/untested", made_up("sampled", "VACUOUS", "no instance met it", tried=1000))
FAILED = theorem("paper/failed", check("sampled", "ERROR"))
CONTROL = theorem("controls/wrong", check("sampled", "REFUTED", worst=worst(3.0)), expected="REFUTED")
SURVIVOR = theorem("controls/true_after_all", check("sampled", worst=worst(0.2)), expected="REFUTED")
ALL = record(
    CONTROL, SURVIVOR, GOOD, PROVED, FALSE, WEAK, EMPTY, FAILED, unread={"x": "x.py, line 3: Expected Python"}
)
