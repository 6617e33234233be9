"""Steps: the proof of a theorem as data, a chain of links from the left side of its claim to the right side.

A step bounds all that the proof has come to so far, or a part of it: then that part is replaced by its bound, so that
a proof may split a term and bound its parts one after the other. Steps that do not follow one another are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

import sympy

from wnverify.claim import Claim, Relation
from wnverify.display import Displayed, short
from wnverify.errors import TheoremFileError, expected

Given: TypeAlias = "Sequence[str] | Mapping[str, Relation] | None"
RISING, FALLING = ("<=", "<", "="), (">=", ">", "=")
WEAK = {"<": "<=", ">": ">="}
"""What a step that is not strict makes of a strict claim."""
LONGEST = 80
"""A formula in an error is cut to so many characters."""
GAP = "a gap, declared as such"
STRAY = "its parts are bounded as it says, but what the proof has come to is not"
LOOSE = "the hypothesis {name!r} of the step does not follow from those of the theorem"
SPENT = "the steps together fail more often than the theorem may"


@dataclass(frozen=True)
class Step(Displayed):
    """One step of a proof: `lhs relation rhs`, and why.

    Args:
        reason: why it holds, in one line.
        lhs: what the proof has come to, or a part of it.
        relation: one of `<=`, `>=`, `=`, `<`, `>`.
        rhs: what takes its place.
        given: the hypotheses of the theorem that it uses, by name; or by name each `(lhs, relation, rhs)`, as in a
            claim: those that are not the theorem's must follow from them, and are checked. All of the theorem's if
            nothing is said.
        tag: its place in a text, such as "(3.2)".
        gap: whether the proof goes on at `lhs` though it has not come there: the link that is missing is checked
            like a step, and shown as a gap.
        probability: for a step that holds with probability at least p the value p; None for one that holds surely.

    Raises:
        TheoremFileError: if it has no reason, or a part has the wrong type.

    >>> x = sympy.Symbol("x", positive=True)
    >>> print(Step("as 1 ≤ 2", x, "<=", 2 * x))
    x ≤ 2*x: as 1 ≤ 2
    """

    reason: str
    lhs: sympy.Expr
    relation: str
    rhs: sympy.Expr
    given: Given = None
    tag: str = ""
    gap: bool = False
    probability: sympy.Expr | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.reason, str) or not self.reason.strip():
            raise TheoremFileError(expected("the reason of a step, in one line", repr(self.reason)[:LONGEST]))
        tag: object = self.tag
        gap: object = self.gap
        if not (isinstance(tag, str) and isinstance(gap, bool)):
            got = f"tag={tag!r}, gap={gap!r}"[:LONGEST]
            raise TheoremFileError(expected("a text as tag of a step, and True or False as gap", got))
        claim = Claim(self.lhs, self.relation, self.rhs, probability=self.probability)
        object.__setattr__(self, "reason", " ".join(self.reason.split()))
        for name in ("lhs", "rhs", "probability"):
            object.__setattr__(self, name, getattr(claim, name))

    def __str__(self) -> str:
        return f"{Claim(self.lhs, self.relation, self.rhs, probability=self.probability)}: {self.reason}"

    def __repr__(self) -> str:
        return short("Step", self)

    @property
    def main(self) -> Relation:
        """What it states."""
        return Relation(self.lhs, self.relation, self.rhs)


@dataclass(frozen=True)
class Link:
    """A step in its place.

    Args:
        number: from 1.
        reason: why it holds; of a gap, that it is one.
        claim: what the step states, with the hypotheses that it uses.
        whole: what follows of all that the proof has come to, with the hypotheses of the theorem.
        tag: its place in a text.
        gap: whether it stands for a step that is missing.
        supposed: the hypotheses of the step that are not the theorem's, and must follow from them.
        spent: of the last step that holds with a probability only, that all of them together fail as seldom as the
            theorem; None of any other, and where the probabilities add up to that of the theorem as they stand.
    """

    number: int
    reason: str
    claim: Claim
    whole: Claim
    tag: str = ""
    gap: bool = False
    supposed: Mapping[str, Relation] = field(default_factory=lambda: MappingProxyType({}))
    spent: Claim | None = None

    @property
    def is_part(self) -> bool:
        """Whether the step bounds a part of what the proof has come to."""
        return self.claim.main != self.whole.main

    def obligations(self, claim: Claim) -> list[tuple[Claim, str]]:
        """What the step rests on, each with what it means where it is broken; nothing for what the step states.

        Args:
            claim: of the theorem.
        """
        found = [(self.claim, "")]
        for name, each in self.supposed.items():
            follows = Claim(each.lhs, each.relation, each.rhs, claim.given, tolerance=claim.tolerance)
            found.append((follows, LOOSE.format(name=name)))
        found += [(self.whole, STRAY)] if self.is_part else []
        return found if self.spent is None else [*found, (self.spent, SPENT)]

    @property
    def name(self) -> str:
        """How it is referred to.

        >>> x = sympy.Symbol("x", positive=True)
        >>> linked(Claim(x, "<=", 2 * x), [Step("as 1 ≤ 2", x, "<=", 2 * x, tag="(1)")])[0].name
        'step 1 (1)'
        """
        return " ".join(filter(None, ["gap" if self.gap else "step", str(self.number), self.tag]))


def linked(claim: Claim, steps: Iterable[Step]) -> tuple[Link, ...]:
    """The steps one behind the other, from the left side of a claim to the right side.

    Args:
        claim: what is proved.
        steps: in their order.

    Returns:
        The links; none where no step is given.

    Raises:
        TheoremFileError: if a step does not start at what the proof has come to, or at a part of it; if it goes the
            wrong way, may fail where the claim may not, names a hypothesis that the claim does not have, or the last
            does not end at the right side.

    >>> x = sympy.Symbol("x", positive=True)
    >>> claim = Claim(x, "<=", 4 * x)
    >>> [link.name for link in linked(claim, [Step("once", x, "<=", 2 * x), Step("again", 2 * x, "<=", 4 * x)])]
    ['step 1', 'step 2']
    """
    links = tuple(_links(claim, steps := _listed(steps)))
    if not links:
        return links
    last = links[-1].whole.rhs
    if not _same(last, claim.rhs):
        wanted = f"a proof that ends at the right side of the claim, {_cut(claim.rhs)}"
        raise TheoremFileError(expected(wanted, f"{_cut(last)} after step {len(steps)}", "add the steps that lack"))
    if claim.relation in WEAK and not any(link.gap or link.whole.relation in WEAK for link in links):
        wanted = f"a step with < or > in the proof of a strict inequality, {_cut(claim.lhs)} {claim.relation} …"
        raise TheoremFileError(expected(wanted, "none", "state the step that is strict as such"))
    return tuple(_spending((*links[:-1], _ending(links[-1], claim)), claim))


def _spending(links: Sequence[Link], claim: Claim) -> Iterator[Link]:
    """The links, of which the last one that may fail is asked whether all together fail as seldom as the claim."""
    chances = {link.number: 1 - chance for link in links if (chance := link.claim.probability) is not None}
    failures, allowed = sympy.Add(*chances.values()), 1 - (claim.probability or sympy.Integer(1))
    for link in links:
        if link.number != max(chances, default=0) or _same(failures, allowed):
            yield link
        else:
            yield replace(link, spent=Claim(failures, "<=", allowed, claim.given, tolerance=claim.tolerance))


def _same(left: sympy.Expr, right: sympy.Expr) -> bool:
    """Whether two expressions agree, though sympy may have ordered them in two ways."""
    if left == right:
        return True
    from wnverify.balls.same import same_value  # balls take long to load, and few proofs need them

    return same_value(left, right)


def _listed(steps: Iterable[Step]) -> list[Step]:
    if not isinstance(steps, Sequence) or isinstance(steps, str):
        raise TheoremFileError(expected("a list of steps", repr(steps)[:LONGEST], "write steps=[Step(...), ...]"))
    for step in steps:
        if not isinstance(step, Step):
            remedy = 'write Step("why", lhs, "<=", rhs)'
            raise TheoremFileError(expected("steps in steps", repr(step)[:LONGEST], remedy))
    return list(steps)


def _links(claim: Claim, steps: Sequence[Step]) -> Iterator[Link]:
    """Every step in its place, and before one that declares a gap the link that is missing."""
    here, number = claim.lhs, 0
    for index, step in enumerate(steps, start=1):
        _check_direction(claim, step, index)
        if step.gap:
            number += 1
            relation = WEAK.get(claim.relation, claim.relation)
            whole = Claim(here, relation, step.lhs, claim.given, tolerance=claim.tolerance)
            yield Link(number, GAP, whole, whole, gap=True)
            here = step.lhs
        there = replaced(here, step.lhs, step.rhs)
        if there is None:
            start = "where the proof has come to" if index > 1 else "the left side of the claim"
            wanted = f"step {index} (“{step.reason}”) to bound {start}, {_cut(here)}, or a part of it"
            remedy = "add the step that lacks, or say gap=True where it is left open"
            raise TheoremFileError(expected(wanted, f"a bound of {_cut(step.lhs)}", remedy))
        number += 1
        yield _placed(claim, step, number, (here, there))
        here = there


def _placed(claim: Claim, step: Step, number: int, ends: tuple[sympy.Expr, sympy.Expr]) -> Link:
    """A step that takes the proof from one expression to the next."""
    used, supposed = _given(claim, step, number)
    relation = "=" if step.relation == "=" else claim.relation
    relation = relation if step.relation in WEAK else WEAK.get(relation, relation)
    whole = Claim(ends[0], relation, ends[1], claim.given, step.probability, claim.tolerance)
    own = Claim(step.lhs, step.relation, step.rhs, {**used, **supposed}, step.probability, claim.tolerance)
    return Link(number, step.reason, own, whole, step.tag, supposed=MappingProxyType(supposed))


def _ending(link: Link, claim: Claim) -> Link:
    """The last link with the right side as the claim has it; sympy may have ordered it in two ways."""
    if link.whole.rhs == claim.rhs:
        return link
    own = link.claim if link.is_part else link.claim.with_bound(claim.rhs)
    whole = link.whole.with_bound(claim.rhs)
    return replace(link, claim=own, whole=whole)


def _given(claim: Claim, step: Step, number: int) -> tuple[dict[str, Relation], dict[str, Relation]]:
    """The hypotheses of the theorem that a step uses, and those of its own."""
    if step.given is None:
        return dict(claim.given), {}
    if not isinstance(step.given, Mapping):
        names = [step.given] if isinstance(step.given, str) else list(step.given)
        if unknown := [name for name in names if name not in claim.given]:
            wanted = f"hypotheses of the theorem in step {number} ({', '.join(claim.given) or 'it has none'})"
            raise TheoremFileError(expected(wanted, repr(unknown[0]), "give others as {name: (lhs, '<=', rhs)}"))
        return {name: claim.given[name] for name in names}, {}
    read = Claim(step.lhs, step.relation, step.rhs, step.given).given
    used = {name: each for name, each in read.items() if claim.given.get(name) == each}
    return used, {name: each for name, each in read.items() if name not in used}


def _check_direction(claim: Claim, step: Step, number: int) -> None:
    """Of an identity it is one, of what holds surely a sure one; a part may be bounded from the other side."""
    if claim.probability is None and step.probability is not None:
        wanted = f"a step that holds surely as step {number} of a claim that does"
        raise TheoremFileError(expected(wanted, f"the probability {_cut(step.probability)}"))
    if claim.relation == "=" and step.relation != "=":
        raise TheoremFileError(expected(f"an equation as step {number} of an identity", str(step.main)[:LONGEST]))
    whole = step.lhs == claim.lhs and number == 1
    allowed = RISING if claim.relation in RISING else FALLING
    if whole and step.relation not in allowed:
        raise TheoremFileError(expected(f"step 1 to go the way of the claim, {claim.relation}", repr(step.relation)))


def replaced(whole: sympy.Expr, part: sympy.Expr, new: sympy.Expr) -> sympy.Expr | None:
    """An expression with a part replaced wherever it stands; None where it does not.

    A minimum or maximum is left as it is written: sympy would compare all its bounds anew, which takes seconds.

    >>> x, y, z = sympy.symbols("x y z")
    >>> replaced(sympy.sqrt(x + y), x + y, z), replaced(x, y, z)
    (sqrt(z), None)
    """
    if whole == part:
        return new
    found = [replaced(each, part, new) for each in whole.args]
    if all(each is None for each in found):
        return None
    parts = [old if each is None else each for old, each in zip(whole.args, found, strict=True)]
    if isinstance(whole, sympy.Min | sympy.Max):
        return whole.func(*parts, evaluate=False)
    return whole.func(*parts)


def _cut(expression: sympy.Expr) -> str:
    text = str(expression)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
