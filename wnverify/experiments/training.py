"""Training: WeightNorm networks on pictures, and how the quantities of the theorems behave along the way."""

from __future__ import annotations

from wnverify.experiments.images.load import load_images
from wnverify.experiments.images.names import DIGITS
from wnverify.experiments.images.pictures import digest
from wnverify.experiments.kit.experiment import Experiment
from wnverify.experiments.training_plots import draw
from wnverify.experiments.training_report import tell
from wnverify.experiments.training_rows import FULL, RECIPES, WIDTH, Point, Row, measure

WIDTHS = (32, 64, WIDTH, 256)
MOST, FEW = 5000, 600
"""Pictures that are trained on, at most; and where it is to be quick."""
STEPS, QUICK_STEPS, LARGE, SLOWER = 1024, 384, 500_000, 4
"""Steps of a run; beyond so many pixels in all it has a fraction of them."""
WIDE_PICTURE, NARROW = 1024, 64
"""Pixels of a picture above which networks are narrower where it is to be quick, and how wide they are then."""


def points(quick: bool) -> list[Point]:
    """All points, on handwritten digits.

    Args:
        quick: fewer pictures and steps, and one width.
    """
    return pictured(quick, DIGITS)


def pictured(quick: bool, data: str) -> list[Point]:
    """All points.

    Args:
        quick: fewer pictures, steps and widths.
        data: name or path of the pictures.

    Raises:
        RecordError: if there are none.
    """
    found = load_images(data)
    count = min(len(found.X), FEW if quick else MOST)
    large = count * found.X.shape[1] > LARGE
    steps = (QUICK_STEPS if quick else STEPS) // (SLOWER if large else 1)
    main = NARROW if quick and found.X.shape[1] > WIDE_PICTURE else WIDTH
    whole = [(kind, main) for kind in RECIPES]
    whole += [(FULL, width) for width in (WIDTHS[:1] if quick else WIDTHS) if width != main]
    return [Point(data, digest(found), count, kind, width, steps) for kind, width in whole]


EXPERIMENT = Experiment(
    "training",
    "Training on pictures: what is certain, and what happens",
    "How do the quantities of the theorems behave while WeightNorm networks learn real images?",
    Point,
    Row,
    points,
    measure,
    tell,
    draw,
    pictured=pictured,
)
