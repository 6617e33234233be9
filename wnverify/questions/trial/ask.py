"""Trial: a typed claim is attacked; the outcome is a certified counterexample, or how far the search got."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from wnverify.budget import Budget, parse_budget, parse_seed
from wnverify.claim import Claim, Relation
from wnverify.errors import TheoremFileError, UsageError, expected
from wnverify.family import Family, Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.opinion import Opinion, estimates
from wnverify.questions.trial.exponents import Exponent, exponents
from wnverify.questions.trial.outcome import Trial
from wnverify.search import plan
from wnverify.search.hunt import one_shape
from wnverify.search.settle import NEAR, contradiction, decide
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem
from wnverify.typed.confined import Confined
from wnverify.typed.parser import NotAClaim, read, relation_of, suggestion
from wnverify.typed.vocabulary import family_named, family_of
from wnverify.verdict import Verdict

SEARCH, SMALLER = 0.5, 0.15
"""Shares of the seconds for the search, and for a smaller shape once a claim is broken."""


def try_claim(
    text: str,
    *,
    given: Sequence[str] = (),
    family: str | None = None,
    budget: str = "15s",
    seed: int = 0,
    **settings: str | None,
) -> Trial:
    """Try to refute a typed claim.

    Args:
        text: the claim, such as "hessian_norm <= 2*(1+rho)*L**2/(sqrt(m)*omega**2)".
        given: further hypotheses, such as "rho == 0"; those of the paper's setting always hold.
        family: the family by name; by default the first whose vocabulary has every symbol.
        budget: quick, standard, deep, or seconds such as "15s".
        seed: seed of the search.
        settings: the choices of the family that are not numbers, such as `activation="tanh"`; all smooth
            activations and the paper's scaling, `fan_out`, by default. Symbols are taken as they are under it.

    Raises:
        NotAClaim: if the text is no claim over known symbols, or is undefined on some network.
        UsageError: for an unknown setting or budget, or hypotheses that no shape meets.
    """
    begin = time.monotonic()
    effort, seed = parse_budget(budget), parse_seed(seed)
    theorem = posed(text, given=given, family=family, **settings)
    try:
        with threadpool_limits(1):
            return _attack(text, theorem, budget=effort, begin=begin, seed=seed)
    except TheoremFileError as error:
        raise NotAClaim(f"The claim is not defined on every network: {error}") from error


def posed(text: str, *, given: Sequence[str] = (), family: str | None = None, **settings: str | None) -> Theorem:
    """The typed claim as a theorem about a family confined to its hypotheses; see `try_claim`."""
    if isinstance(given, str):
        given = (given,)
    main, hypotheses = read(text), [read(each) for each in given]
    names = [name for sentence in (main, *hypotheses) for name in sentence.names]
    base = family_of(names) if family is None else family_named(family)
    kept = _settings(base, settings)
    relation = relation_of(main, base.quantities)
    if not relation.free_symbols:
        raise NotAClaim(expected("a claim about at least one symbol", repr(text[:60]), "see `wnverify symbols`"))
    typed = {" ".join(each.text.split()): relation_of(each, base.quantities) for each in hypotheses}
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


# ---- the attack


def _attack(text: str, theorem: Theorem, *, budget: Budget, begin: float, seed: int) -> Trial:
    rng = np.random.default_rng(seed)
    end = math.inf if budget.seconds is None else begin + budget.seconds
    groups = plan.by_shape(plan.within(theorem, budget))
    tally = _search(theorem, groups, budget, _share(begin, end, SEARCH), rng)
    verdict, reason, worst, found = _settled(tally, theorem, groups, _share(begin, end, SEARCH + SMALLER), rng)
    fitted: list[Exponent] = []
    if worst is not None and verdict is not Verdict.REFUTED:
        fitted = exponents(theorem.claim, _steered(theorem), worst.situation, end, rng)
    return Trial(
        text=text, claim=theorem.claim, family=_steered(theorem), verdict=verdict, reason=reason,
        worst=worst, opinion=found, tried=tally.tried, accepted=tally.accepted, acceptance=tally.acceptance,
        effort=tally.effort, by_situation=tally.by_situation, exponents=fitted, seed=seed, budget=budget.name,
        seconds=time.monotonic() - begin,
    )  # fmt: skip


def _steered(theorem: Theorem) -> Confined:
    family = theorem.family
    if not isinstance(family, Confined):
        raise UsageError(expected("a family confined to typed hypotheses", family.name))
    return family


def _share(begin: float, end: float, share: float) -> float:
    return end if math.isinf(end) else begin + share * (end - begin)


def _search(
    theorem: Theorem, groups: list[list[Situation]], budget: Budget, end: float, rng: np.random.Generator
) -> Tally:
    """Shape by shape from the smallest, round after round, until the claim breaks or the time is over."""
    tally = Tally(Judge(theorem.claim, theorem.family))
    for number in budget.pace():
        for group in groups:
            one_shape(tally, group, rng, ascents=2 + 2 * number, end=end)
            if tally.violated() or time.monotonic() > end:
                return tally
    return tally


Settled = tuple[Verdict, str, Candidate | None, Opinion | None]


def _settled(
    tally: Tally, theorem: Theorem, groups: list[list[Situation]], end: float, rng: np.random.Generator
) -> Settled:
    """The verdict as a check would give it, of the smallest shape that breaks the claim, in the plainest numbers."""
    verdict, worst, found = decide(tally, _smaller(tally, theorem, groups, end, rng), plainest=True)
    if worst is None or found is None:
        return Verdict.VACUOUS, _untested(tally), worst, None
    if verdict is Verdict.HELD:
        return _held(tally.judge, worst, found)
    if worst.ratio > tally.judge.limit:
        return verdict, _broken(worst, found), worst, found
    if verdict is Verdict.REFUTED and min(worst.ratio, 2 - found.ratio) > 1 - NEAR:
        return verdict, f"broken by less than {NEAR:g}, certified by ball arithmetic", worst, found
    return verdict, contradiction(worst, found), replace(worst, ratio=found.ratio), found


def _broken(worst: Candidate, found: Opinion) -> str:
    if not found.refutes:
        why = found.obstacle or "closer than rounding"
        return f"a violation of ratio {worst.ratio:.15g} that could not be confirmed: {why}"
    how = "certified by ball arithmetic" if found.certified else "confirmed by an independent float route"
    return f"ratio {worst.ratio:.6g} at {worst.situation}, {how}"


def _held(judge: Judge, best: Candidate, found: Opinion) -> Settled:
    """What no route breaks; a typed claim has no tolerance, and within rounding only balls decide."""
    reason = f"no admissible instance breaks it; worst ratio {best.ratio:.6g}"
    if best.ratio > 1 - NEAR and judge.claim.relation != "=":
        if not (found.certified and found.holds):
            apart = abs(1 - best.ratio)
            words = f"the sides come within {apart:.0e} of each other, closer than this arithmetic can tell"
            return Verdict.UNDECIDED, words, best, found
        short = max(1 - best.ratio, 0.0)
        worst = f"1 - {short:.1e}" if short else "1 but for rounding, certified not to exceed it"
        reason = f"no admissible instance breaks it; worst ratio {worst}"
    return Verdict.HELD, "; ".join([reason, *estimates(judge)]), best, found


def _untested(tally: Tally) -> str:
    if tally.accepted:
        return f"all {tally.accepted:,} admissible instances meet it trivially: it says nothing about them"
    name = min(tally.met, key=lambda key: tally.met[key], default="")
    seldom = f"; {name!r} held for {tally.met[name]:,}" if name else ""
    return f"none of {tally.tried:,} instances met all hypotheses{seldom}"


def _smaller(
    tally: Tally, theorem: Theorem, groups: list[list[Situation]], end: float, rng: np.random.Generator
) -> Iterator[Candidate]:
    """A violation in a smaller shape than the one found, if a harder search of these finds one."""
    best = tally.best
    for group in groups:
        if best is None or dict(group[0].shape) == dict(best.situation.shape) or time.monotonic() > end:
            return
        again = Tally(tally.judge)
        one_shape(again, group, rng, ascents=6)
        if again.best is not None and again.violated():
            yield again.best
            return
