"""A few pictures that need no package, two kinds that overlap: their file, and their digest."""

import numpy as np
import pytest

from wnverify.experiments.images.load import load_images
from wnverify.experiments.images.pictures import digest


@pytest.fixture(scope="session")
def few_pictures(tmp_path_factory):
    rng = np.random.default_rng(0)
    labels = np.arange(90) % 2
    X = rng.random((90, 5)) + 0.4 * labels[:, None] * np.array([1.0, 0.0, -1.0, 0.5, 0.0])
    path = tmp_path_factory.mktemp("pictures") / "few.npz"
    np.savez(path, X=X, y=labels)
    return str(path), digest(load_images(str(path)))
