"""Files of images in each format, written here byte by byte, whole and damaged."""

from __future__ import annotations

import gzip
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from wnverify.errors import RecordError
from wnverify.experiments.images.formats import RECORD, read_images

DEBIAN = Path("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz")
PIXELS = np.random.default_rng(0).integers(0, 256, (5, 2, 3), dtype=np.uint8)
LABELS = np.array([3, 0, 9, 1, 1], dtype=np.uint8)


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">2xBB{array.ndim}I", 8, array.ndim, *array.shape) + array.tobytes()


def cifar(labels: list[int]) -> bytes:
    return b"".join(bytes([label]) + bytes(range(256)) * 12 for label in labels)


def written(folder: Path, images: bytes, labels: bytes | None = None) -> Path:
    path = folder / "t-images-idx3-ubyte"
    path.write_bytes(images)
    if labels is not None:
        (folder / "t-labels-idx1-ubyte").write_bytes(labels)
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_idx_with_the_labels_beside_it(tmp_path: Path, packed: bool) -> None:
    pack = gzip.compress if packed else bytes
    found = read_images(written(tmp_path, pack(idx(PIXELS)), pack(idx(LABELS))))
    norms = np.linalg.norm(PIXELS.reshape(5, 6).astype(float), axis=1)
    np.testing.assert_allclose(found.X * norms.max(), PIXELS.reshape(5, 6), rtol=1e-14)
    assert found.labels.tolist() == LABELS.tolist()
    assert np.linalg.norm(found.X, axis=1).max() <= 1
    assert found.divided == norms.max()


def test_cifar_10_of_which_a_record_begins_as_idx_does(tmp_path: Path) -> None:
    path = tmp_path / "test_batch.bin"
    path.write_bytes(cifar([0, 9]))
    found = read_images(path)
    assert found.X.shape == (2, RECORD - 1)
    assert found.labels.tolist() == [0, 9]
    np.testing.assert_allclose(found.X[0] * found.divided, list(range(256)) * 12, rtol=1e-14)


def test_npz_of_more_axes(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", X=PIXELS, y=LABELS.astype(float))
    found = read_images(tmp_path / "a.npz")
    assert (found.X.shape, found.classes) == ((5, 6), 10)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps({"data": [1]}))
    with pytest.raises(RecordError, match="binary version, but got a pickle"):
        read_images(tmp_path / "data_batch_1")
    np.savez(tmp_path / "o.npz", X=np.array([{"a": 1}, None], dtype=object), y=np.arange(2))
    with pytest.raises(RecordError, match="numbers, but got Object arrays cannot be loaded"):
        read_images(tmp_path / "o.npz")


DAMAGED = {
    "short": (idx(PIXELS)[:-1], idx(LABELS), "Expected 30 bytes for 5 × 2 × 3, but got 29"),
    "long": (idx(PIXELS) + b"1", idx(LABELS), "but got 31"),
    "only a head": (idx(PIXELS)[:9], idx(LABELS), "it is not whole"),
    "other type": (b"\0\0\x0d\x03" + idx(PIXELS)[4:], idx(LABELS), "begins with 00 00 08 03, but got 00 00 0d 03"),
    "labels as images": (idx(LABELS), idx(LABELS), "3 axes, which begins with 00 00 08 03, but got 00 00 08 01"),
    "no labels": (idx(PIXELS), None, "in t-labels-idx1-ubyte, but got no such file"),
    "few labels": (idx(PIXELS), idx(LABELS[:4]), r"one label for each of 5 pictures, but got labels of shape \(4,\)"),
    "a label of 10": (idx(PIXELS), idx(LABELS + 1), "labels from 0 to 9, but got 10 of picture 2"),
    "damaged labels": (idx(PIXELS), b"\0\0\x08", "its labels, t-labels-idx1-ubyte: Expected IDX"),
    "gzip cut": (gzip.compress(idx(PIXELS))[:-9], idx(LABELS), "a whole file of gzip"),
    "black": (idx(0 * PIXELS), idx(LABELS), "not all black"),
    "another file": (b"GIF89a" * 9, None, "54 bytes that begin with 47 49 46 38"),
    "empty": (b"", None, "begin with nothing"),
    "cifar label": (cifar([10]), None, "labels from 0 to 9, but got 10 of picture 0"),
    "zip cut": (b"PK\x03\x04" + b"\0" * 40, None, "a whole .npz of numbers"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_told_in_a_sentence_that_names_the_file(tmp_path: Path, name: str) -> None:
    images, labels, told = DAMAGED[name]
    path = written(tmp_path, images, labels)
    with pytest.raises(RecordError, match=told) as caught:
        read_images(path)
    assert str(caught.value).startswith(f"{path}: Expected ") or "its labels" in told
    assert "\n" not in str(caught.value)


def test_npz_that_does_not_hold_pictures_with_labels(tmp_path: Path) -> None:
    bad = {
        "X and y, but got 'Z'": {"Z": PIXELS},
        "none at pixel 1 of picture 0": {"X": np.array([[1, np.nan]]), "y": np.zeros(1)},
        "labels from 0 to 1, but got 0.5": {"X": np.eye(2), "y": np.array([0.5, 1])},
        "y as labels, one a picture": {"X": np.eye(2), "y": np.array(["a", "b"])},
    }
    for told, arrays in bad.items():
        np.savez(tmp_path / "a.npz", **arrays)
        with pytest.raises(RecordError, match=told):
            read_images(tmp_path / "a.npz")
    with pytest.raises(RecordError, match="a file of images, but got"):
        read_images(tmp_path / "nowhere")


@pytest.mark.skipif(not DEBIAN.is_file(), reason="Debian's dataset-fashion-mnist is not installed")
def test_fashion_mnist_of_debian() -> None:
    found = read_images(DEBIAN)
    assert found.X.shape == (10_000, 784)
    assert np.bincount(found.labels).tolist() == [1000] * 10
