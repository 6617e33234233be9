"""Checkpoints along training: one line each, in order, with what changes."""

import numpy as np
import pytest
from click.testing import CliRunner

from tests.questions.audit.saved import X, safetensors, state
from wnverify.commands.audit import command
from wnverify.errors import RecordError, UsageError
from wnverify.questions.audit.over import over


@pytest.fixture
def files(tmp_path):
    for step in range(3):
        arrays = state() | {"0.weight_v": state()["0.weight_v"] * (1 + step)}
        (tmp_path / f"step{step}.safetensors").write_bytes(safetensors(arrays))
    np.savez(tmp_path / "data.npz", X=X, y=np.zeros((6, 2)))
    return tmp_path


def test_quantities_are_told_against_the_step(files):
    found = over(sorted(files.glob("*.safetensors")), data=files / "data.npz", activation="tanh")
    assert len(found.quantities["omega"]) == 3
    assert np.ptp(found.quantities["loss"]) < 1e-12, "the length of a row is a gauge"
    assert found.quantities["gradient_norm"][2] < found.quantities["gradient_norm"][0]
    assert "hessian_norm" not in found.quantities
    assert [each["file"][-17:] for each in found.to_json()["over"]][1] == "step1.safetensors"
    assert "never falls" in str(found)
    assert found.latex().count(r"\\") == 3
    assert '<th scope="row">1: step1.safetensors</th>' in found.html()
    assert "Between checkpoints" in found.html()


def test_between_checkpoints_a_step_of_descent_is_known_from_others(tmp_path):
    arrays, said = {"a.weight": np.ones((2, 3))}, {"activation": "tanh", "theorems": ("layered/output",)}
    y = np.zeros((6, 2))
    slope = 2 * (X @ arrays["a.weight"].T - y).T @ X / len(X)
    for step, weight in enumerate((np.ones((2, 3)), np.ones((2, 3)) - 0.01 * slope, np.full((2, 3), 0.5))):
        (tmp_path / f"{step}.safetensors").write_bytes(safetensors({"a.weight": weight}))
    np.savez(tmp_path / "data.npz", X=X, y=y)
    found = over([tmp_path / f"{step}.safetensors" for step in range(3)], data=tmp_path / "data.npz", **said)
    one, other = found.between
    assert one.step == pytest.approx(0.01)
    assert one.brought == pytest.approx(1 - 0.01 * np.sum((X @ slope.T) ** 2) / len(X) / np.sum(slope**2))
    assert other.step is None
    assert other.cosine < 0.999
    assert "1 of 2 pairs is one step of descent" in str(found)
    assert found.to_json()["between"][1]["step"] is None
    still = str(over([tmp_path / "0.safetensors"] * 2, data=tmp_path / "data.npz", **said))
    assert "0 of 1 pair is one step" in still
    assert "nan" not in still


def test_the_command_takes_files_and_ids_and_draws(files):
    names = [str(file) for file in sorted(files.glob("*.safetensors"))]
    said = ["--data", str(files / "data.npz"), "--activation", "tanh", "--over", "--plot", str(files / "plot.svg")]
    ran = CliRunner().invoke(command, [*names, "layered/output", *said])
    assert ran.exit_code == 0, ran.output
    assert "3 bounds hold" in ran.output
    assert (files / "plot.svg").read_text().startswith("<?xml")


def test_checkpoints_of_another_network_are_refused(files):
    other = files / "other.safetensors"
    other.write_bytes(safetensors({"0.weight": np.ones((2, 3)), "1.weight": np.ones((2, 2))}))
    with pytest.raises(RecordError, match=r"as the first file, but got \(3, 2, 2\)"):
        over([files / "step0.safetensors", other], data=files / "data.npz", activation="tanh")


def test_what_goes_wrong_is_told_with_the_file_before_anything_is_measured(files):
    one, bad = str(files / "step0.safetensors"), files / "bad.safetensors"
    bad.write_bytes(safetensors({"0.weight": np.ones((2, 7))}))
    said = ["--data", str(files / "data.npz"), "--activation", "tanh", "--over"]
    drawn = CliRunner().invoke(command, [one, *said, "--plot", str(files / "plot.xyz")])
    assert "ends in .svg, .png, .pdf" in str(drawn.exception)
    with pytest.raises(RecordError, match=r"bad.safetensors with .*data.npz: Expected inputs X of length 7"):
        over([one, bad], data=files / "data.npz", activation="tanh")
    assert "1 checkpoint." in str(over([one], data=files / "data.npz", activation="tanh"))


def test_a_name_too_long_for_a_file_is_no_theorem(files):
    said = ["--data", str(files / "data.npz"), "--activation", "tanh", "--over", "a" * 5000]
    ran = CliRunner().invoke(command, [str(files / "step0.safetensors"), *said])
    assert isinstance(ran.exception, UsageError)
