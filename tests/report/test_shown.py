"""What shows itself says its lines and its LaTeX; the rest follows."""

import pytest
from rich.text import Text

from wnverify.report.layout import WIDTH
from wnverify.report.shown import Shown


class Answer(Shown):
    def lines(self, width):
        return [Text(f"{width} < [b]x[/b]", "bold red"), Text("a" * 2 * width), Text("")]

    def latex(self):
        return "$x$"


def test_lines_become_plain_text_and_html():
    plain = f"{WIDTH} < [b]x[/b]\n{'a' * 2 * WIDTH}"
    assert str(Answer()) == plain
    assert Answer()._repr_html_() == f"<pre>{plain.replace('<', '&lt;')}</pre>"
    assert repr(Answer()) == f"Answer({WIDTH} < [b]x[/b])"
    assert Answer()._repr_latex_() == "$x$"


def test_the_base_alone_says_nothing():
    with pytest.raises(TypeError, match="abstract"):
        Shown()
