"""A trial, a replay, as text for the terminal and as HTML and LaTeX for a notebook."""

from __future__ import annotations

import html as escaping
from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from wnverify.batch import to_data
from wnverify.claim import Claim
from wnverify.report.layout import field
from wnverify.report.problems import SMALL, array_text
from wnverify.report.words import COLOUR, SYMBOL, formula, ratio_words, seconds_words
from wnverify.verdict import Verdict

if TYPE_CHECKING:
    from wnverify.judging.certificate import Sides
    from wnverify.questions.counterexample.replay import Replay
    from wnverify.questions.trial.ask import Trial

WIDTH = 100


def lines(trial: Trial, width: int) -> list[Text]:
    """The outcome of a trial: the verdict in one line, then what supports it."""
    found = [_headline(trial), *field("claim", formula(str(trial.claim.main)), width)]
    found += field("given", "; ".join(formula(str(r)) for r in trial.claim.given.values()) or "nothing", width)
    found += _refuted(trial, width) if trial.refuted else _not_refuted(trial, width)
    return found + field("effort", _effort(trial), width)


def _headline(trial: Trial) -> Text:
    words = {
        Verdict.REFUTED: "REFUTED (certified)" if trial.certified else "REFUTED (confirmed in floats, not certified)",
        Verdict.HELD: "NOT REFUTED",
        Verdict.UNDECIDED: "UNDECIDED, not refuted",
        Verdict.VACUOUS: "NOT TESTED",
    }
    return Text(f"{SYMBOL[trial.verdict]} {words[trial.verdict]}", f"bold {COLOUR[trial.verdict]}")


def _effort(trial: Trial) -> str:
    counts = f"{trial.tried:,} instances tried, {trial.accepted:,} admissible"
    return f"{counts}; {seconds_words(trial.seconds)}, budget {trial.budget}, seed {trial.seed}"


def _refuted(trial: Trial, width: int) -> list[Text]:
    worst, opinion = trial.worst, trial.opinion
    if worst is None or opinion is None:
        return []
    noun = "network" if "W1" in worst.batch.arrays else "instance"
    found = field("by", f"the smallest {noun} found that breaks it: {worst.situation}", width)
    found += field("sides", sides_words(trial.claim, opinion.sides, worst), width)
    found += field("ratio", ratio_words(worst.ratio), width, style="bold")
    found += instance_lines(to_data(worst.batch), width)
    saved = f"{trial.path}  (re-check: wnverify replay {trial.path})"
    return found + (field("saved", saved, width) if trial.path else [])


def sides_words(claim: Claim, sides: Sides | None, worst: Any) -> str:
    """Both sides in words; with balls, the certified end of each that decides."""
    if sides is None:
        return f"left {worst.lhs:.15g}, right {worst.rhs:.15g} (float64, two independent routes)"
    if sides.lhs.lower > sides.rhs.upper:
        return f"left ≥ {sides.lhs.lower!r} > {sides.rhs.upper!r} ≥ right"
    if sides.rhs.lower > sides.lhs.upper:
        return f"left ≤ {sides.lhs.upper!r} < {sides.rhs.lower!r} ≤ right"
    return f"left in [{sides.lhs.lower!r}, {sides.lhs.upper!r}], right in [{sides.rhs.lower!r}, {sides.rhs.upper!r}]"


def instance_lines(data: dict[str, Any], width: int) -> list[Text]:
    """The arrays of an instance, if they are small."""
    arrays = data["arrays"]
    if sum(len(array["hex"]) for array in arrays.values()) > SMALL:
        return field("arrays", f"{', '.join(arrays)}: in the saved file", width)
    return [line for name, array in arrays.items() for line in field(name, array_text(array), width)]


def _not_refuted(trial: Trial, width: int) -> list[Text]:
    found = field("reason", trial.reason, width)
    if trial.worst is None:
        return found + _acceptance(trial, width)
    found += field("worst ratio", f"{ratio_words(trial.ratio)} at {trial.worst.situation}", width, style="bold")
    if trial.best_constant is not None:
        found += field("constant", _constant(trial, trial.best_constant), width)
    found += [line for text in exponent_words(trial) for line in field("exponent", text, width)]
    return found + (_acceptance(trial, width) if trial.verdict is Verdict.VACUOUS else [])


def _constant(trial: Trial, factor: float) -> str:
    if trial.claim.relation == "<=":
        return (
            f"the right side times {ratio_words(factor)} would not have been refuted either (a smaller factor would)"
        )
    return f"the right side times {ratio_words(factor)} would not have been refuted either (a larger factor would)"


def exponent_words(trial: Trial) -> list[str]:
    """The exponents, one sentence each."""
    return [
        f"{formula(each.variable)}: the left side found goes like power {_power(each.left)}, the right side like "
        f"{_power(each.right)} ({each.low:g} to {each.high:g})"
        for each in trial.exponents
    ]


def _power(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00")


def _acceptance(trial: Trial, width: int) -> list[Text]:
    return [
        line
        for name, share in trial.acceptance.items()
        for line in field("met", f"{name}: {share.met:,} of {share.tried:,}", width)
    ]


def text_of(found: Sequence[Text], width: int = WIDTH) -> str:
    """Lines as plain text."""
    out = StringIO()
    console = Console(file=out, width=width, no_color=True, highlight=False, markup=False, emoji=False)
    for line in found:
        console.print(line, soft_wrap=True)
    return out.getvalue()


def plain(trial: Trial) -> str:
    """A trial as plain text."""
    return text_of(lines(trial, WIDTH)).rstrip("\n")


def preformatted(text: str) -> str:
    """Plain text as HTML."""
    return f"<pre>{escaping.escape(text)}</pre>"


def html(trial: Trial) -> str:
    """A trial as HTML."""
    return preformatted(plain(trial))


def latex(trial: Trial) -> str:
    """The claim of a trial in LaTeX, with its verdict."""
    verdict = rf"\quad\text{{{_headline(trial).plain[2:]}}}"
    return claim_latex(trial.claim).rstrip("$") + verdict + "$"


def claim_latex(claim: Claim) -> str:
    """A claim in LaTeX, between dollar signs."""
    from wnverify.report.latex import RELATION, mathematics

    sign = RELATION.get(claim.relation, claim.relation)
    return f"${mathematics(claim.lhs)} {sign} {mathematics(claim.rhs)}$"


def replay_lines(replay: Replay, width: int) -> list[Text]:
    """The outcome of a replay."""
    how = "certified" if replay.certified else "in floats, by two routes"
    words = {
        Verdict.REFUTED: f"CONFIRMED: it breaks the claim ({how})",
        Verdict.HELD: "NOT A COUNTEREXAMPLE: the claim holds at this instance",
        Verdict.UNDECIDED: "UNDECIDED: closer than rounding",
    }
    verdict = replay.verdict
    style = COLOUR[verdict]
    found = [Text(f"{SYMBOL[verdict]} {words[verdict]}", f"bold {style}")]
    if replay.theorem:
        found += field("theorem", replay.theorem, width)
    found += field("claim", formula(str(replay.claim.main)), width)
    shape = ", ".join(f"{name}={size}" for name, size in replay.batch.shape.items())
    found += field("instance", " ".join([shape, *replay.batch.settings.values()]), width)
    found += field("sides", sides_words(replay.claim, replay.opinion.sides, replay), width)
    found += field("ratio", ratio_words(replay.ratio), width, style="bold")
    for name, standing in replay.met.items():
        found += field("hypothesis", f"{name}: {standing}", width)
    return found + instance_lines(to_data(replay.batch), width)


def plain_replay(replay: Replay) -> str:
    """A replay as plain text."""
    return text_of(replay_lines(replay, WIDTH)).rstrip("\n")
