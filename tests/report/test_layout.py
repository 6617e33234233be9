from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.text import Text

from wnverify.report.layout import Column, folded, table


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
        "  paper/long_name_       1",
        "   of_a_theorem",
        "  short                 22",
    ]
