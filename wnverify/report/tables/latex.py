r"""A run as a table of LaTeX: booktabs, in ASCII, ready for `\input`."""

from __future__ import annotations

import re
from fractions import Fraction

from wnverify.evidence import ShapeProof
from wnverify.report.latex import mathematics, parted
from wnverify.report.prose import prose
from wnverify.report.proved import slack_words
from wnverify.report.tables.markdown import mutants, ratio
from wnverify.report.told.account import Account, Told
from wnverify.verdict import Verdict

HEAD = r"""% Preamble: \usepackage{amsmath,amssymb,booktabs,longtable,array}
\begingroup\small\setlength{\tabcolsep}{4pt}
\begin{longtable}{@{}>{\raggedright\arraybackslash}p{.21\linewidth}>{\raggedright\arraybackslash}p{.48\linewidth}lrr@{}}
\toprule
Theorem & Statement & Verdict & Ratio & Mutants \\
\midrule
\endhead
\bottomrule
\endfoot"""
FOOT = r"""\end{longtable}
\noindent Verdict and worst ratio of the left to the right side found by wnverify %s, budget %s, seed %s; the last
column counts the wrong versions that were refuted. \emph{Held} means: not refuted by the search described, which is
evidence, not proof.%s
\endgroup"""
SIGN = r"\blacksquare"
WORDS = {verdict: verdict.name.lower() for verdict in Verdict}


def latex_table(told: Told) -> str:
    """The theorems of a run with their statements, a row each.

    Args:
        told: the run, or the part of it that is wanted.
    """
    rows = [rf"{_row(account)} \\" for account in told.accounts]
    body = "\n\\addlinespace\n".join(rows)
    run = (prose(told.wnverify), prose(told.budget), prose(str(told.seed)), _shapes(told))
    return f"{HEAD}\n{body}\n{FOOT % run}\n"


def _shapes(told: Told) -> str:
    """What is proved for all networks of a shape; nothing where nothing is."""
    proved = [account for account in told.accounts if account.proved]
    each = [f"{prose(account.id)}: {', '.join(map(_networks, account.proved))}" for account in proved]
    return f"\n${SIGN}$: proved for all networks of a shape; {'; '.join(each)}." if each else ""


def _networks(proof: ShapeProof) -> str:
    """What a certificate is about."""
    shape = f"$L={proof.L}$, $m={proof.m}$, $d={proof.d}$ {proof.activation}"
    slack = Fraction(proof.slack)
    return shape + (f" (slack {slack_words(slack)})" if slack > 1 else "")


def _row(account: Account) -> str:
    due = mutants(account)
    cells = (
        rf"{prose(account.title.rstrip('.'))} {{\footnotesize({prose(account.id)})}}",
        statement(account),
        _verdict(account),
        _number(ratio(account)),
        "--" if due == "–" else due,
    )
    return "\n  & ".join(cells)


def _verdict(account: Account) -> str:
    """The verdict in a word or two."""
    sign = f" ${SIGN}$" if account.proved else ""
    if account.evidence.conjecture and account.verdict.passes:
        return f"not refuted{sign}"
    planned = "" if not account.evidence.is_control or account.evidence.as_expected else ", not as planned"
    return f"{WORDS[account.verdict]}{planned}{sign}"


def _number(text: str) -> str:
    r"""A number as mathematics.

    >>> _number("1-2e-08"), _number("0.4593"), _number("–")
    ('$1-2\\cdot 10^{-8}$', '$0.4593$', '--')
    """
    found = re.sub(r"e([+-]?)0*(\d+)", lambda power: rf"\cdot 10^{{{power[1].strip('+')}{power[2]}}}", text)
    return f"${found}$" if text[:1].isdigit() else prose(text)


def statement(account: Account) -> str:
    """The claim, with named parts where it is long; as the record has it where it cannot be read back."""
    claim, known = account.claim, account.known
    if claim is None:
        return prose(account.evidence.statement)
    told = [parted(claim.main, known, r"\displaystyle ")]
    if claim.probability is not None:
        told.append(f"with probability at least ${mathematics(claim.probability, known)}$")
    return ", ".join(told)
