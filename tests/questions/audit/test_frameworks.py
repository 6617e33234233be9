"""Damaged files of PyTorch and Keras: one clear error each or a whole network, and never a process that dies."""

import resource

import numpy as np
import pytest

from tests.questions.audit.saved import OUTPUT, X, damaged, state
from wnverify.errors import RecordError
from wnverify.questions.audit.ask import audit

pytestmark = pytest.mark.filterwarnings("ignore")  # PyTorch's own, of what it reads
DAMAGED = 300
MOST_BYTES = 200 * 2**20


def of_torch(file):
    torch = pytest.importorskip("torch")
    torch.save({name: torch.tensor(array) for name, array in state().items()}, file)


def of_keras(file):
    h5py = pytest.importorskip("h5py")
    with h5py.File(file, "w") as opened:
        for layer, suffix in (("0", ""), ("2", "_1"), ("4", "_2")):
            weight = state().get(f"{layer}.weight", state().get(f"{layer}.weight_v"))
            opened[f"layers/dense{suffix}/vars/0"] = weight.T
            opened[f"layers/dense{suffix}/vars/1"] = state()[f"{layer}.bias"]


def somewhere(data, number, rng):
    """Bytes anywhere, or what is done to other formats."""
    if number % 2:
        return damaged(data, number // 2, rng)
    changed = bytearray(data)
    for place in rng.integers(len(data), size=int(rng.integers(1, 4))).tolist():
        changed[place] = int(rng.integers(256))
    return bytes(changed)


@pytest.mark.parametrize(("write", "sure"), [(of_torch, True), (of_keras, False)], ids=["pt", "h5"])
def test_damaged_files_of_frameworks_end_in_one_clear_error_or_a_whole_network(write, sure, tmp_path):
    file, rng = tmp_path / "network", np.random.default_rng(2)
    write(file)
    data, values = file.read_bytes(), outputs(file)
    before, refused = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0
    for number in range(DAMAGED):
        file.write_bytes(somewhere(data, number, rng))
        try:
            found = outputs(file)
        except RecordError as error:
            refused += 1
            assert str(error).startswith(f"{file}: ")  # noqa: PT017  # either outcome is fine; another is not
            assert str(error).isprintable()  # noqa: PT017
            assert "weights_only=False" not in str(error)  # noqa: PT017  # PyTorch's advice, which would run code
        else:
            assert not sure or np.array_equal(found, values)  # HDF5 has no checksums of its own
    assert refused > DAMAGED // 3
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MOST_BYTES


def outputs(file):
    found = audit(file, X, activation="tanh", theorems=OUTPUT).found
    return found.net.values(found.X)


def test_a_damaged_tensor_of_torch_is_no_other_network(tmp_path):
    file = tmp_path / "network.pt"
    of_torch(file)
    data = file.read_bytes()
    number = state()["4.bias"].tobytes()[:8]
    file.write_bytes(data.replace(number, bytes(8)))
    with pytest.raises(RecordError, match=r"other bytes in 'network/data/.*than its checksum tells"):
        audit(file, X, activation="tanh")
