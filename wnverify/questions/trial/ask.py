"""Trial: a typed claim is attacked; the outcome is a certified counterexample, or how far the search got."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from threadpoolctl import threadpool_limits

from wnverify.budget import parse_budget, parse_seed
from wnverify.claim import Claim, Relation
from wnverify.errors import TheoremFileError, UsageError, WnverifyError, expected
from wnverify.family import Family
from wnverify.questions.trial.attack import Effort, attack
from wnverify.questions.trial.outcome import Trial
from wnverify.stopping import staying
from wnverify.theorem import Theorem
from wnverify.typed.confined import Confined, check_possible
from wnverify.typed.files import Files, vocabulary_with
from wnverify.typed.parser import read, relation_of
from wnverify.typed.spelling import NotAClaim
from wnverify.typed.syntax import suggestion
from wnverify.typed.vocabulary import BUILT_IN, Vocabulary

FIRST = 0.6
"""Share of the seconds for the first family, where others know the symbols too; these share the rest."""


@dataclass(frozen=True)
class _Asked:
    """A claim as it was typed, with its hypotheses, the settings that are kept, and what its symbols may be."""

    text: str
    given: tuple[str, ...]
    settings: Mapping[str, str | None]
    vocabulary: Vocabulary = field(default=BUILT_IN, repr=False)


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
    """Try to refute a typed claim.

    Args:
        text: the claim, such as "hessian_norm <= 2*(1+rho)*L**2/(sqrt(m)*omega**2)".
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
    begin = time.monotonic()
    effort, seed = parse_budget(budget), parse_seed(seed)
    given = (given,) if isinstance(given, str) else tuple(given)
    asked = _Asked(text, given, dict(settings), vocabulary_with(with_))
    first = _first(asked, family)
    end = math.inf if effort.seconds is None else begin + effort.seconds
    try:
        with threadpool_limits(1), staying():
            if family is not None:
                trial = attack(text, first, Effort(effort, begin, end, seed))
            else:
                trial = _everywhere(asked, first, Effort(effort, begin, end, seed))
            return replace(trial, vocabulary=asked.vocabulary)
    except TheoremFileError as error:
        raise NotAClaim(f"The claim is not defined on every network: {error}") from error


def _everywhere(asked: _Asked, first: Theorem, effort: Effort) -> Trial:
    """The first family, then every other one that knows the symbols, until one of them breaks the claim."""
    unasked: dict[str, str] = {}
    rest = list(_elsewhere(asked, first.family, unasked))
    trial = attack(asked.text, first, replace(effort, end=effort.share(FIRST)) if rest else effort)
    tried: list[Trial] = []
    for index, theorem in enumerate(rest):
        now = time.monotonic()
        if trial.refuted:
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
    for base in asked.vocabulary.others(_names(asked.text, asked.given), first):
        try:
            yield _about(base, asked)
        except WnverifyError as error:  # a setting or a hypothesis that this family cannot meet
            unasked[base.name] = str(error)


def posed(text: str, *, given: Sequence[str] = (), family: str | None = None, **settings: str | None) -> Theorem:
    """The typed claim as a theorem about a family confined to its hypotheses; see `try_claim`."""
    return _first(_Asked(text, (given,) if isinstance(given, str) else tuple(given), dict(settings)), family)


def _first(asked: _Asked, family: str | None) -> Theorem:
    """What was asked, about the family that is named, or the first that knows every symbol."""
    names, known = _names(asked.text, asked.given), asked.vocabulary
    return _about(known.family_of(names) if family is None else known.family_named(family, names), asked)


def _names(text: str, given: Sequence[str]) -> list[str]:
    return [name for sentence in map(read, (text, *given)) for name in sentence.names]


def _about(base: Family, asked: _Asked) -> Theorem:
    """What was asked, about one family."""
    main, hypotheses = read(asked.text), [read(each) for each in asked.given]
    kept = _settings(base, asked.settings)
    relation = relation_of(main, base.quantities)
    if not relation.free_symbols:
        raise NotAClaim(
            expected("a claim about at least one symbol", repr(asked.text[:60]), "see `wnverify symbols`")
        )
    typed = {" ".join(each.text.split()): relation_of(each, base.quantities) for each in hypotheses}
    check_possible(typed, base)
    steered = Confined(base, typed, kept)
    defaults = {name: Relation(*sides) for name, sides in base.standard(kept).items()}
    claim = Claim(relation.lhs, relation.relation, relation.rhs, given={**defaults, **typed})
    return Theorem(claim, steered)


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
