"""A question that is interrupted is answered with what there was."""

import pytest

from wnverify.suggesting import ask
from wnverify.suggesting.ask import Order, suggest
from wnverify.suggesting.work import Subject, Task, Value, at_shape


def test_an_interruption_keeps_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(task: Task) -> Value | str:
        if task.shape["L"] == 3:
            raise KeyboardInterrupt
        return at_shape(task)

    monkeypatch.setattr(ask, "at_shape", interrupted)
    subject = Subject("depth_free/cross_term", settings={"normalization": "frobenius", "slopes": "any"})
    found = suggest(subject, Order(shapes=[{"L": 2, "m": 2}, {"L": 3, "m": 2}], budget="1r"))
    assert found.interrupted
    assert [dict(value.shape) for value in found.values] == [{"L": 2, "m": 2}]
    (form,) = found.suggestions
    assert (str(form.candidate.formula), form.status) == ("1", "conjecture, not attacked")
    assert "interrupted" in str(found)
