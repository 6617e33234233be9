"""`wnverify experiment`: experiments are found, named after their files, and run from one command."""

import pkgutil

from click.testing import CliRunner

from wnverify import experiments
from wnverify.commands.experiment import command, found, named
from wnverify.experiments import depth_rows


def test_every_experiment_is_named_after_its_file():
    files = {info.name for info in pkgutil.iter_modules(experiments.__path__)}
    assert {"depth", "normalizations"} <= set(found())
    assert all(module == name.replace("-", "_") and module in files for name, module in found().items())
    assert named("depth_rows") is None


def test_list_says_what_each_asks():
    result = CliRunner().invoke(command, ["list"])
    assert result.exit_code == 0, result.output
    assert [line.partition(":")[0] for line in result.output.splitlines()] == sorted(found())
    assert result.output.count("?") >= len(found())


def test_an_unknown_one_is_refused():
    assert CliRunner().invoke(command, ["nothing"]).exit_code == 2


def test_one_command_writes_all(tmp_path, monkeypatch):
    point = depth_rows.Point(depth_rows.START, True, 1.0, "tanh", 2, 2)
    experiment = named("depth")
    monkeypatch.setattr("wnverify.commands.experiment.named", lambda _: experiment)
    monkeypatch.setitem(vars(experiment), "points", lambda quick: [point])
    result = CliRunner().invoke(command, ["depth", "--quick", "--seed", "3", "--out", str(tmp_path / "made")])
    assert result.exit_code == 0, result.output
    assert "- No bound is crossed: at all 1 points" in result.output
    assert "--quick --seed 3" in (tmp_path / "made" / "depth.md").read_text("utf-8")
    assert (tmp_path / "made" / ".depth.points").is_file()
