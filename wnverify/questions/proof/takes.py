"""Takes: which theorems can be proved for all networks of a shape, how, and why others cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from rich.text import Text

from wnverify import catalogue
from wnverify.errors import WnverifyError
from wnverify.families.networks.weight_norm import WeightNorm
from wnverify.proving.domain import ACTIVATIONS, Domain
from wnverify.proving.laws import LAWS, Law, law
from wnverify.questions.proof.ask import family_of
from wnverify.report.layout import Column, field, table
from wnverify.report.words import counted
from wnverify.theorem import Theorem

SHAPES = ((1, 2, 2), (2, 2, 2), (3, 2, 2))
"""At which a theorem is asked what it demands, until it says something of one."""
HOW: Mapping[str, str] = {
    "output": "|f| ≤ T",
    "input": "‖∇_x f‖ ≤ T",
    "rows": "‖p‖ ≤ T",
    "rows values": "‖α‖ ≤ S and ‖p‖ ≤ T",
    "corner rows values": "‖α‖ ≤ S, ‖p‖ ≤ T, and where lines of a maximum cross",
    "curvature mixed": "‖A‖ ≤ C and ‖B‖ ≤ b",
    "hessian": "the whole matrix, over all shares u of ω",
}
"""What is left of a claim, by its goals."""

OTHERS = "It is about something else than single networks with rows of any length, or about a chance."
SIDES = f"Its left side is none of {', '.join(LAWS)}, or it is no upper bound: nobody says how it scales."
"""Why most theorems cannot."""


@dataclass(frozen=True)
class Taken:
    """What `prove` says of a theorem before it begins.

    Args:
        id: of the theorem.
        how: what is left of the claim; empty if it cannot be proved.
        activations: with which.
        why: it cannot; empty if it can.
    """

    id: str
    how: str = ""
    activations: Sequence[str] = ()
    why: str = ""


def taken(words: Sequence[str]) -> Iterator[Taken]:
    """What is said of theorems, in the order of the catalogue; what cannot be loaded is told with its reason.

    Args:
        words: ids, patterns or files; none for all.
    """
    for entry in catalogue.select(words):
        try:
            theorem = catalogue.load(entry)
        except WnverifyError as error:
            yield Taken(entry.id, why=str(error))
            continue
        yield _taken(entry.id, theorem)


def _taken(identifier: str, theorem: Theorem) -> Taken:
    """By the first shape of which it says something; otherwise the reason why there is none."""
    if type(theorem.family) is not WeightNorm or theorem.is_probabilistic:
        return Taken(identifier, why=OTHERS)
    if getattr(theorem.claim.lhs, "name", "") not in LAWS or theorem.claim.relation != "<=":
        return Taken(identifier, why=SIDES)
    laws: dict[str, Law] = {}
    reasons: list[str] = []
    for activation, shape in product(ACTIVATIONS, SHAPES):
        if activation in laws:
            continue
        try:
            domain = Domain(*shape, activation)
            family_of(theorem, domain)
            found = law(theorem.claim, domain)
        except WnverifyError as error:
            reasons.append(str(error))
            continue
        if found.broken:
            reasons.append(f"The bound does not scale as its quantity does: {found.broken}.")
            break
        laws[activation] = found
    if not laws:
        return Taken(identifier, why=reasons[0])
    goals = sorted({demand.goal for demand in next(iter(laws.values())).demands.values()})
    return Taken(identifier, HOW[" ".join(goals)], list(laws))


def lines(found: Sequence[Taken], width: int) -> list[Text]:
    """Those that can be proved, then the reasons of the others, each with their number and first names.

    Args:
        found: what is said of theorems.
        width: of the page.
    """
    able = [each for each in found if each.how]
    told = table(
        [
            Column("can be proved", [Text(each.id) for each in able]),
            Column("what is proved of unit rows", [Text(each.how) for each in able]),
            Column("activations", [Text(", ".join(each.activations)) for each in able], drop=1),
        ],
        width,
    )
    reasons: dict[str, list[str]] = {}
    for each in found:
        if not each.how:
            reasons.setdefault(each.why, []).append(each.id)
    for why, ids in reasons.items():
        few = ", ".join(ids[:MOST]) + (" …" if len(ids) > MOST else "")
        told += [Text(""), *field("not", f"{counted(len(ids), 'theorem')}: {few}", width), *field("why", why, width)]
    return told if able else told[2:]


MOST = 6
