"""Ask: attained maxima of a claim, shape by shape, closed forms for them, and what the checks say of these."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TypeAlias, TypeVar

from wnverify.budget import parse_budget, parse_seed
from wnverify.errors import UsageError, expected
from wnverify.runs.pool import Hand, hands
from wnverify.stopping import heard
from wnverify.suggesting.candidates import Candidate, candidates
from wnverify.suggesting.conjecture import About, save
from wnverify.suggesting.maxima import Effort
from wnverify.suggesting.outcome import Suggested, Suggestion, shape_words
from wnverify.suggesting.scale import scale
from wnverify.suggesting.work import Subject, Task, Value, at_shape, attacked, shapes_of
from wnverify.theorem import Theorem

EFFORTS: Mapping[str, tuple[Effort, int]] = {
    "quick": (Effort(2, 250), 8),
    "standard": (Effort(8, 400), 12),
    "deep": (Effort(40, 600), 20),
}
"""By budget: how hard is searched at each shape, and how many shapes there are by default."""
ATTACKS = 3
"""A form that is refuted beyond the shapes that were looked at is attacked again for these alone, and once more."""
NUMBERS = 80
"""Of an instance, at most, in the shapes that are chosen by default."""
MOST_ATTACKED = 6
"""Forms that are attacked, those that explain most first."""
Tell: TypeAlias = Callable[[str], None]
"""Is told what is begun, in words."""
Given = TypeVar("Given")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Order:
    """What is asked for.

    Args:
        shapes: at which; the smallest of the theorem by default.
        budget: quick, standard, deep, or rounds at each shape such as 12r.
        attack: the budget of the checks that attack each suggestion.
        seed: of all randomness.
        jobs: processes.
        out: the folder for the files of the conjectures; none are kept by default.
        command: how it was asked for, for the headers of the files.
    """

    shapes: Sequence[Mapping[str, int]] = ()
    budget: str = "quick"
    attack: str = "quick"
    seed: int = 0
    jobs: int = 1
    out: Path | None = None
    command: str = "wnverify suggest"


@dataclass
class _Course:
    """What has been found so far; an interruption leaves it as it is.

    Args:
        values: by shape; why there is none, where there is none.
        sought: whether closed forms were sought for them, or are being sought.
        suggestions: the forms.
        interrupted: whether it was stopped.
    """

    values: dict[str, Value | str] = field(default_factory=dict)
    sought: bool = False
    suggestions: list[Suggestion] = field(default_factory=list)
    interrupted: bool = False

    @property
    def narrower(self) -> list[Candidate]:
        """Forms that were refuted beyond the shapes that were looked at, for these shapes alone."""
        known = {(each.candidate.formula, each.candidate.range.words) for each in self.suggestions}
        forms = [each.candidate.without(each.beyond) for each in self.suggestions if each.beyond]
        return [form for form in forms if form is not None and (form.formula, form.range.words) not in known]


def suggest(subject: Subject, order: Order, tell: Tell = lambda _: None) -> Suggested:
    """Closed forms for attained maxima, each attacked; an interruption ends it with what there is.

    Where it was stopped in its search for maxima, closed forms are sought for those that it has, and not attacked.
    The result does not depend on the number of processes.

    Args:
        subject: a theorem, or a typed claim.
        order: how, and where to.
        tell: is told what is begun.

    Raises:
        UsageError: for an identity, a claim of a chance, an unknown shape, setting or budget.
    """
    theorem = subject.theorem()
    unit = scale(theorem.claim, theorem.family)
    effort, count = _effort(order.budget)
    parse_seed(order.seed), parse_budget(order.attack)
    shapes = [_checked(theorem, shape) for shape in order.shapes] or shapes_of(theorem, count, NUMBERS)
    about = About(
        subject.place, theorem, unit, order.command, subject.typed, subject.given, subject.settings, subject.with_
    )
    course = _Course()
    if order.out is not None:
        save(order.out, about, [])  # before the search: the folder may be one that cannot be made
    with tempfile.TemporaryDirectory(prefix="wnverify-suggest-") as folder:
        try:
            with hands(min(order.jobs, max(len(shapes), MOST_ATTACKED))) as crew:
                means = _Means(about, order, order.out or Path(folder), crew, tell)
                _follow(course, means, [Task(subject, shape, effort, order.seed) for shape in shapes])
        except KeyboardInterrupt:
            heard()
            course.interrupted = True
        if not course.sought:
            _unattacked(course, about, order, tell)
        return _told(course, about, order)


@dataclass(frozen=True)
class _Means:
    """What is at hand.

    Args:
        about: the theorem.
        order: what is asked for.
        folder: for the files.
        crew: processes; without any the work is done here.
        tell: is told what is begun.
    """

    about: About
    order: Order
    folder: Path
    crew: Sequence[Hand]
    tell: Tell


def _follow(course: _Course, means: _Means, tasks: Sequence[Task]) -> None:
    """Values, forms, files, attacks."""
    named = [(shape_words(task.shape), task) for task in tasks]
    for words, value in _done(means, at_shape, named):
        course.values[words] = value
    forms = _forms(course, means.tell)
    for _ in range(ATTACKS):
        _attack(course, means, forms)
        forms = course.narrower


def _forms(course: _Course, tell: Tell) -> list[Candidate]:
    """Closed forms for the values that there are, those that explain most first."""
    tell("closed forms")
    course.sought = True
    numbers = [value.known for value in course.values.values() if isinstance(value, Value)]
    return candidates(numbers)[:MOST_ATTACKED] if numbers else []


def _unattacked(course: _Course, about: About, order: Order, tell: Tell) -> None:
    """Closed forms for what an interrupted search has found; who insists on its end gets the values alone."""
    with suppress(KeyboardInterrupt):
        forms = _forms(course, tell)
        paths = save(order.out, about, forms) if order.out is not None else [None] * len(forms)
        course.suggestions = [Suggestion(form, path) for form, path in zip(forms, paths, strict=True)]


def _attack(course: _Course, means: _Means, forms: Sequence[Candidate]) -> None:
    """Write the files of some forms, and have the ordinary checks attack them; what is not done is left as it is."""
    order, first = means.order, len(course.suggestions)
    paths = save(means.folder, means.about, forms, first + 1)
    kept = paths if order.out is not None else [None] * len(paths)
    course.suggestions += [Suggestion(form, path) for form, path in zip(forms, kept, strict=True)]
    work = partial(attacked, budget=order.attack, seed=order.seed)
    named = [(f"attack on {form.formula}", str(path)) for form, path in zip(forms, paths, strict=True)]
    for place, (_, evidence) in enumerate(_done(means, work, named), first):
        found = replace(course.suggestions[place], evidence=evidence)
        course.suggestions[place] = found
        if found.dropped:
            paths[place - first].unlink(missing_ok=True)


def _done(
    means: _Means, work: Callable[[Given], Found], given: Sequence[tuple[str, Given]]
) -> Iterator[tuple[str, Found]]:
    """Each with its result, in their order, whoever does them; at an interruption those that are finished.

    Raises:
        UsageError: if a process died.
    """
    if not means.crew:
        for words, one in given:
            means.tell(words)
            yield words, work(one)
        return
    begun = [(w, hand, hand.submit(work, one)) for (w, one), hand in zip(given, cycle(means.crew), strict=False)]
    for place, (words, hand, future) in enumerate(begun):
        means.tell(words)
        try:
            found = hand.result_of(future)
        except KeyboardInterrupt:
            heard()
            done = [(other, each) for other, _, each in begun[place:] if each.done() and not each.exception()]
            yield from ((other, each.result()) for other, each in done)
            raise
        if found is None:
            raise UsageError(expected(f"a process to finish {words}", "that it died", "use fewer --jobs"))
        yield words, found


def _told(course: _Course, about: About, order: Order) -> Suggested:
    """What there is, what was dropped last."""
    suggestions = sorted(course.suggestions, key=lambda each: (each.dropped, -each.candidate.fit.surplus))
    values = [value for value in course.values.values() if isinstance(value, Value)]
    without = {words: value for words, value in course.values.items() if isinstance(value, str)}
    return Suggested(about, values, without, suggestions, order.seed, order.budget, course.interrupted)


def _effort(budget: str) -> tuple[Effort, int]:
    """How hard is searched, and how many shapes.

    Raises:
        UsageError: for a time: what is found must not depend on the machine.
    """
    found = parse_budget(budget)
    if budget in EFFORTS:
        return EFFORTS[budget]
    if found.seconds is not None:
        raise UsageError(expected("a budget: quick, standard, deep, or rounds such as 12r", repr(budget)))
    return Effort(found.rounds, EFFORTS["standard"][0].steps), EFFORTS["standard"][1]


def _checked(theorem: Theorem, shape: Mapping[str, int]) -> Mapping[str, int]:
    """A shape with the sizes of the family, in its order.

    Raises:
        UsageError: if it has others.
    """
    names = list(theorem.family.shapes()[0])
    if set(names) != set(shape) or min(shape.values()) < 1:
        example = ",".join(f"{name}=2" for name in names)
        raise UsageError(expected(f"a shape such as {example}", repr(shape_words(shape))))
    return {name: shape[name] for name in names}
