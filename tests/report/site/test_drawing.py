"""Drawings of instances: what a family draws, or else the small arrays; every text in them is text."""

from __future__ import annotations

from xml.etree import ElementTree

from wnverify.batch import from_data
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.pictures import Course, Fan
from wnverify.report.site.drawing import caption, drawing

ARRAYS = {
    "x": {"shape": [2], "hex": ["0x1p+0", "0x0p+0"]},
    "W1": {"shape": [2, 2], "hex": ["0x0p+0", "0x1p+0", "0x1p+0", "0x0p+0"]},
    "v": {"shape": [2], "hex": ["0x1p+0", "0x0p+0"]},
}
INSTANCE = {
    "family": "weight_norm",
    "shape": {"L": 1, "m": 2, "d": 2},
    "settings": {"activation": "identity", "scaling": "fan_out"},
    "arrays": ARRAYS,
}


def test_rows_are_drawn_by_their_angles() -> None:
    rows, output = WEIGHT_NORM.pictures(from_data(INSTANCE))
    assert isinstance(rows, Fan)
    assert rows.degrees == (90.0, 0.0)
    assert isinstance(output, Fan)
    assert "2 × 90°" not in drawing([rows], INSTANCE)
    assert "0°, 90° from x" in drawing([rows], INSTANCE)


def test_every_drawing_is_sound_and_its_texts_are_escaped() -> None:
    course = Course("<script>", "time", ("a&b", "c"), ((0.0, 1.0), (float("nan"), 2.0)))
    fan = Fan("<b>", "x", (10.0, 10.0), (1.0, 0.5), (1.0, -1.0))
    for pictures in ([course], [fan], []):
        panel = ElementTree.fromstring(f"<all>{drawing(pictures, INSTANCE)}</all>")
        assert {part.tag for part in panel.iter()} <= {"all", "svg", "path", "text", "rect"}
        assert caption(pictures)
    assert drawing([], {"arrays": {}}) == ""
