"""Trial: a typed claim is attacked; the outcome is a certified counterexample, or how far the search got."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import sympy
from threadpoolctl import threadpool_limits

from wnverify.arithmetic.faults import FunctionError
from wnverify.budget import parse_budget, parse_seed
from wnverify.claim import Claim, Relation
from wnverify.collecting import loaded
from wnverify.errors import TheoremFileError, UsageError, WnverifyError, expected
from wnverify.family import Family
from wnverify.questions.trial.attack import Effort, attack
from wnverify.questions.trial.chance import by_chance, check_repeats, repeats
from wnverify.questions.trial.constant import freed, least_of
from wnverify.questions.trial.glimpse import Watch, noticing, unwatched
from wnverify.questions.trial.outcome import Trial
from wnverify.questions.trial.several import joined
from wnverify.stopping import staying
from wnverify.theorem import Theorem
from wnverify.typed.confined import Confined, check_possible
from wnverify.typed.files import Files, vocabulary_with
from wnverify.typed.parser import expression_of, read, relation_of
from wnverify.typed.spelling import NotAClaim, clauses
from wnverify.typed.syntax import suggestion
from wnverify.typed.vocabulary import BUILT_IN, Vocabulary
from wnverify.verdict import Verdict

FIRST = 0.6
"""Share of the seconds for the first family, where others know the symbols too; these share the rest."""

CONSTANT = re.compile(r"[A-Zac]\d?")
"""What may be a free constant, where no family knows it."""
FINITE = re.compile(r"\w+\s*<\s*∞")
"""As β < ∞."""
PLAIN = 0.05
BY_DOMAIN = "no admissible instance breaks it; the domains of its symbols alone make it true"
"""The same for one of several claims that the domains of its symbols alone make true, as 0 ≤ |f|."""


@dataclass(frozen=True)
class Terms:
    """What goes with a typed claim: the arguments of `try_claim`, and with which probability it holds at least."""

    given: Sequence[str] | str = ()
    family: str | None = None
    budget: str = "15s"
    seed: int = 0
    with_: Files = ()
    probability: str = ""
    settings: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Asked:
    """A claim as it was typed, with its hypotheses, the settings that are kept, and what its symbols may be.

    `constant` is the name of its free constant, if it has one.
    """

    text: str
    given: tuple[str, ...]
    settings: Mapping[str, str | None]
    vocabulary: Vocabulary = field(default=BUILT_IN, repr=False)
    constant: str = ""
    probability: str = ""

    @property
    def names(self) -> list[str]:
        """The symbols that occur, but for a free constant."""
        chance = read(self.probability, relation=False).names if self.probability else ()
        every = [*chance, *(name for sentence in map(read, (self.text, *self.given)) for name in sentence.names)]
        return [name for name in every if name != self.constant]

    def relation(self, base: Family) -> Relation:
        """The claim in the quantities of a family, a free constant being a positive number."""
        free = {self.constant: sympy.Symbol(self.constant, positive=True)} if self.constant else {}
        return relation_of(read(self.text), {**base.quantities, **free})


def try_claim(
    text: str,
    *,
    given: Sequence[str] = (),
    family: str | None = None,
    budget: str = "15s",
    seed: int = 0,
    with_: Files = (),
    **settings: str | None,
) -> Trial:
    """Try to refute a typed claim; an interruption ends it with what was found so far.

    Args:
        text: the claim, such as "hessian_norm <= 2*(1+rho)*L**2/(sqrt(m)*omega**2)". A chain "a <= b <= c", and
            claims joined by `and`, share the budget; the trial is about the one that decides.
        given: further hypotheses, such as "rho == 0"; those of the paper's setting always hold.
        family: the family by name; by default the first whose vocabulary has every symbol, and then every other one.
        budget: quick, standard, deep, a time such as "15s", or rounds such as "12r".
        seed: seed of the search.
        with_: files that declare further families and quantities: theorem files, or modules without a theorem. Their
            families are asked first; a quantity that is about none joins the first that knows the other symbols.
        settings: the choices of the family that are not numbers, such as `activation="tanh"`; all smooth
            activations and the paper's scaling, `fan_out`, by default. Symbols are taken as they are under it.

    Raises:
        NotAClaim: if the text is no claim over known symbols, or is undefined on some network.
        UsageError: for an unknown setting or budget, or hypotheses that no shape meets.
        TheoremFileError: if a file cannot be run, or declares nothing.
    """
    with noticing() as watch:
        return tried(text, Terms(given, family, budget, seed, with_, settings=settings), watch)


def tried(text: str, terms: Terms, watch: Watch = unwatched) -> Trial:
    """The same with all that goes with the claim in one place, and somebody who watches the search.

    Args:
        text: the claim.
        terms: what goes with it; see `try_claim`.
        watch: is told how far the search is, after every step.

    Raises:
        UsageError: if the claim, or what is given, is no text.
    """
    loaded()
    spent, seed = parse_budget(terms.budget), parse_seed(terms.seed)
    vocabulary = vocabulary_with(terms.with_)
    given = (terms.given,) if isinstance(terms.given, str) else terms.given
    if other := [each for each in (text, *given) if not isinstance(each, str)]:
        raise UsageError(expected("a claim as text, such as 'gradient_norm <= 2*sqrt(L)'", repr(other[0])[:60]))
    text, *given = vocabulary.in_names([text, *given], terms.family)
    asked = _Asked(text, _apart(given), dict(terms.settings), vocabulary, probability=terms.probability)
    every = [_with_constant(replace(asked, text=part), terms.family) for part in clauses(text)]
    posed = [(one, _first(one, terms.family)) for one in every]
    end = math.inf if spent.seconds is None else time.monotonic() + spent.seconds
    try:
        with threadpool_limits(1), staying():
            found = list(_in_turn(posed, Effort(spent, 0.0, end, seed, watch), alone=terms.family is not None))
    except FunctionError:  # of a file that was brought along
        raise
    except TheoremFileError as error:
        raise NotAClaim(f"The claim is not defined on every network: {error}") from error
    return joined(found, [one.text for one in every[len(found) :]])


def _in_turn(posed: Sequence[tuple[_Asked, Theorem]], effort: Effort, *, alone: bool) -> Iterator[Trial]:
    """One claim after the other, until one of them is broken, or the search interrupted."""
    for left, (asked, first) in zip(range(len(posed), 0, -1), posed, strict=True):
        now = replace(effort, begin=time.monotonic())
        share = PLAIN if _is_plain(first.claim.main) and left > 1 else 1 / left
        yield (trial := _tried(asked, first, replace(now, end=now.share(share)), alone=alone))
        if trial.refuted or trial.interrupted:
            return


def _apart(given: Sequence[str] | str) -> tuple[str, ...]:
    """The hypotheses one by one, but for those that a number is finite: these are printed, for they always hold."""
    every = (part for text in ([given] if isinstance(given, str) else given) for part in clauses(text))
    return tuple(part for part in every if not FINITE.fullmatch(part.strip()))


def _with_constant(asked: _Asked, family: str | None) -> _Asked:
    """The claim with its free constant named: a letter that no family knows together with the other symbols.

    Raises:
        NotAClaim: if there are several.
    """
    letters = [name for name in read(asked.text).names if CONSTANT.fullmatch(name)]
    if not letters or _known_together(asked, asked.names, family):
        return asked
    for letter in letters:
        if _known_together(asked, [name for name in asked.names if name != letter], family):
            return replace(asked, constant=letter)
    rest = [name for name in asked.names if name not in letters]
    if _known_together(asked, rest, family):
        strangers = [name for name in letters if name not in _base(asked, rest, family).quantities]
        raise NotAClaim(expected("one free constant", " and ".join(strangers), "write numbers for the others"))
    return asked


def _known_together(asked: _Asked, names: list[str], family: str | None) -> bool:
    try:
        return bool(names) and set(names) <= set(_base(asked, names, family).quantities)
    except NotAClaim:
        return False


def _is_plain(relation: Relation) -> bool:
    """Whether the domains of its symbols make a relation true, as far as sympy sees at once."""
    small, large = relation.oriented(relation.lhs, relation.rhs)
    return relation.relation in ("<=", ">=") and bool((large - small).is_nonnegative)


def _seen_through(trial: Trial) -> Trial:
    """A trial whose budget did not reach every shape, where the domains of the symbols alone make the claim true.

    Where no instance met the hypotheses it stays undecided: they may contradict each other.
    """
    whole = trial.verdict is not Verdict.UNDECIDED or trial.interrupted or trial.unconfirmed or not trial.accepted
    return (
        trial if whole or not _is_plain(trial.claim.main) else replace(trial, verdict=Verdict.HELD, reason=BY_DOMAIN)
    )


def _tried(asked: _Asked, first: Theorem, effort: Effort, *, alone: bool) -> Trial:
    """One claim, in the first family alone or wherever its symbols are known."""
    if asked.probability:
        trial = by_chance(asked.text, first, effort)
    elif asked.constant:
        base = first.family.base if isinstance(first.family, Confined) else first.family
        free = freed(asked.relation(base), asked.constant)
        trial = least_of(asked.text, free, partial(_about, base, asked), effort)
    else:
        trial = attack(asked.text, first, effort) if alone else _everywhere(asked, first, effort)
        trial = _seen_through(trial)
    return replace(trial, vocabulary=asked.vocabulary)


def _everywhere(asked: _Asked, first: Theorem, effort: Effort) -> Trial:
    """The first family, then every other one that knows the symbols, until one of them breaks the claim."""
    unasked: dict[str, str] = {}
    rest = list(_elsewhere(asked, first.family, unasked))
    trial = attack(asked.text, first, replace(effort, end=effort.share(FIRST)) if rest else effort)
    tried: list[Trial] = []
    for index, theorem in enumerate(rest):
        now = time.monotonic()
        if trial.refuted or (tried and tried[-1].interrupted) or trial.interrupted:
            break
        if now >= effort.end:
            unasked[theorem.family.name] = "no time was left"
            continue
        share = replace(effort, begin=now, end=now + (effort.end - now) / (len(rest) - index))
        try:
            tried.append(attack(asked.text, theorem, share))
        except WnverifyError as error:  # undefined, or without an instance there: it says nothing about this family
            unasked[theorem.family.name] = str(error)
            continue
        if tried[-1].refuted:
            return replace(tried[-1], others=(trial, *tried[:-1]), unasked=unasked)
    return replace(trial, others=tuple(tried), unasked=unasked)


def _elsewhere(asked: _Asked, first: Family, unasked: dict[str, str]) -> Iterator[Theorem]:
    """The claim about every other family that knows the symbols; those that it cannot be about are noted."""
    for base in asked.vocabulary.others(asked.names, first):
        try:
            yield _about(base, asked)
        except WnverifyError as error:  # a setting or a hypothesis that this family cannot meet
            unasked[base.name] = str(error)


def posed(
    text: str, *, given: Sequence[str] = (), family: str | None = None, with_: Files = (), **settings: str | None
) -> Theorem:
    """The typed claim as a theorem about a family confined to its hypotheses; see `try_claim`."""
    return _first(_Asked(text, _apart(given), dict(settings), vocabulary_with(with_)), family)


def _first(asked: _Asked, family: str | None) -> Theorem:
    """What was asked, about the family that is named, or the first that knows every symbol."""
    return _about(_base(asked, asked.names, family), asked)


def _base(asked: _Asked, names: list[str], family: str | None) -> Family:
    known = asked.vocabulary
    if asked.probability:
        return _repeating(asked, names, family)
    return known.family_of(names) if family is None else known.family_named(family, names)


def _repeating(asked: _Asked, names: list[str], family: str | None) -> Family:
    """The family in which a claim is tried that holds with a probability."""
    every = {name: each for name, each in asked.vocabulary.usual().items() if repeats(each)}
    known = [each for each in every.values() if set(names) <= set(each.quantities)]
    if family is None and known:
        return known[0]
    base = asked.vocabulary.family_named(family, names) if family else asked.vocabulary.family_of(names)
    check_repeats(base, list(every))
    return base


def _about(base: Family, asked: _Asked, posed: Relation | None = None) -> Theorem:
    """What was asked, about one family; at a value of its free constant what is posed instead."""
    kept = _settings(base, asked.settings)
    relation = posed or asked.relation(base)
    if posed is None and asked.constant:
        relation = freed(relation, asked.constant).at(sympy.Integer(1))
    if not relation.free_symbols:
        raise NotAClaim(
            expected("a claim about at least one symbol", repr(asked.text[:60]), "see `wnverify symbols`")
        )
    typed = {" ".join(each.split()): relation_of(read(each), base.quantities) for each in asked.given}
    check_possible(typed, base)
    chance = expression_of(asked.probability, base.quantities) if asked.probability else None
    steered = Confined(base, typed if chance is None else _choosing(typed, base), kept)
    defaults = {name: Relation(*sides) for name, sides in base.standard(kept).items()}
    claim = Claim(relation.lhs, relation.relation, relation.rhs, given={**defaults, **typed}, probability=chance)
    return Theorem(claim, steered)


def _choosing(typed: Mapping[str, Relation], base: Family) -> dict[str, Relation]:
    """The hypotheses about sizes and settings: to move what is random would make another rate of it."""
    return {
        text: relation
        for text, relation in typed.items()
        if all(base.quantities[symbol.name].source.of_situation for symbol in relation.free_symbols)
    }


def _settings(base: Family, wanted: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """The settings to keep: the first scaling, which is the paper's, and smooth activations, unless asked for."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in wanted.items():
        known = tuple(base.settings.get(name, ()))
        if value is not None and value not in known:
            remedy = suggestion(value, known) if known else f"the family {base.name} has no such setting"
            raise UsageError(expected(f"{name} among {', '.join(known) or 'none'}", repr(value[:60]), remedy))
        if value is not None:
            found[name] = (value,)
    if "activation" in base.settings:
        found.setdefault("activation", tuple(name for name in base.settings["activation"] if name != "relu"))
    if "scaling" in base.settings:
        found.setdefault("scaling", base.settings["scaling"][:1])
    return found
