"""Several proofs as a table, one a row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version

from rich.text import Text

from wnverify.questions.proof.outcome import Proof
from wnverify.report.layout import Column, table
from wnverify.report.words import COLOUR, SYMBOL

SCHEMA = 1


def lines(proofs: Sequence[Proof], width: int) -> list[Text]:
    """The table.

    Args:
        proofs: its rows.
        width: of the page.
    """
    return table(
        [
            Column("theorem", [Text(proof.id) for proof in proofs]),
            Column("verdict", [_verdict(proof) for proof in proofs]),
            Column("boxes", [Text(f"{_boxes(proof):,}") for proof in proofs], right=True, drop=1),
            Column("time", [Text(f"{sum(proof.found.seconds):.1f} s") for proof in proofs], right=True, drop=2),
        ],
        width,
    )


def plain(proofs: Sequence[Proof]) -> bytes:
    """Proofs for programs, as JSON.

    Args:
        proofs: what is told.
    """
    head = {"schema": SCHEMA, "kind": "wnverify prove", "wnverify": version("wnverify")}
    told = {**head, "proofs": [proof.data() for proof in proofs]}
    return json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n"


def _verdict(proof: Proof) -> Text:
    return Text(f"{SYMBOL[proof.verdict]} {proof.words}", style=COLOUR[proof.verdict])


def _boxes(proof: Proof) -> int:
    """Of the certificate; where there is none, those that were looked at."""
    checked = proof.found.checked
    return checked.certificate.leaves if checked else sum(goal.boxes for goal in proof.found.goals.values())
