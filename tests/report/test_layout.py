from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.text import Text

from wnverify.report.layout import Column, folded, hanging, in_signs, table
from wnverify.report.signs import written_in


@pytest.mark.parametrize("width", range(1, 30))
@pytest.mark.parametrize("name", ["paper/a_rather_long_name", "unbroken", "", "two words", "ünï_çode/ｗｉｄｅ"])
def test_a_folded_name_keeps_every_letter(name, width) -> None:
    pieces = folded(name, max(width, 3))
    assert "".join(pieces) == name
    assert all(cell_len(piece.rstrip()) <= max(width, 3) for piece in pieces)


def test_a_name_that_has_no_room_goes_on_below_itself() -> None:
    columns = [
        Column("name", [Text("paper/long_name_of_a_theorem"), Text("short")]),
        Column("number", [Text("1"), Text("22")], right=True),
        Column("more", [Text("dropped"), Text("first")], drop=1),
    ]
    shown = [line.plain for line in table(columns, 26)]
    assert shown == [
        "  name              number",
        "  no room for: more",
        "  paper/long_name_       1",
        "   of_a_theorem",
        "  short                 22",
    ]


def test_a_row_that_has_no_room_is_told_in_words() -> None:
    columns = [
        Column("name", [Text("bound")]),
        Column("measured", [Text("0.170946")], right=True),
        Column("hypotheses", [Text("met by 3 of 4")]),
    ]
    assert [line.plain for line in table(columns, 25)] == [
        "  bound",
        "      measured 0.170946;",
        "      hypotheses met by 3",
        "      of 4",
    ]


def test_columns_fit_the_signs_of_the_output() -> None:
    columns = [Column("a", [Text("ρ"), Text("xy")]), Column("b", [Text("1"), Text("2")])]
    with written_in("ascii"):
        assert [line.plain for line in table(columns, 40, head=False)] == ["  rho  1", "  xy   2"]


def test_a_text_without_room_beside_its_head_stands_below_it() -> None:
    lines = hanging(Text("  a_rather_long_name  "), "what it means in words", 30)
    assert [line.plain for line in lines] == ["  a_rather_long_name", "    what it means in words"]


def test_signs_are_replaced_within_their_styles() -> None:
    with written_in("ascii"):
        found = in_signs(Text.assemble(("✗ refuted", "bold red"), "  ", ("ρ", "cyan")))
    assert found.plain == "X refuted  rho"
    assert [(found.plain[span.start : span.end], span.style) for span in found.spans] == [
        ("X refuted", "bold red"),
        ("rho", "cyan"),
    ]
