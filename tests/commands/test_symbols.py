"""`symbols --with FILE` lists what a file adds."""

from click.testing import CliRunner

from wnverify.cli import cli

FILE = """
from wnverify import ball, free, quantity
from wnverify.families.own.declare import architecture
NET = architecture("line", lambda xp, t, x: xp.sum(t.w * x), theta={"w": free("d")}, x=ball("d"), sizes={"d": (1, 2)},
                   act=("one", "two"))
loose = quantity("path_norm", "sum over paths", lambda xp, t, x: xp.sum(xp.abs(t.v)), low=0)
"""


def test_a_file_adds_families_with_sizes_and_parameters_and_quantities(tmp_path):
    (tmp_path / "nets.py").write_text(FILE)
    found = CliRunner().invoke(cli, ["symbols", "--with", str(tmp_path / "nets.py")], env={"COLUMNS": "100"})
    assert found.exit_code == 0
    lines = [" ".join(line.split()) for line in found.output.splitlines()]
    assert lines[:4] == ["line", "w: free(d); x: ball(d)", "d = 1, 2", "act: one, two"]
    assert any(line.startswith("norm_w real") for line in lines)
    assert lines[-1].startswith("path_norm real")
    assert lines[-2] == "yours, about the first family that knows the other symbols of a claim"
    assert "weight_norm" not in found.output
    named = CliRunner().invoke(cli, ["symbols", "line", "--with", str(tmp_path / "nets.py")])
    assert named.output.startswith("line")
    assert "path_norm" not in named.output


def test_a_file_that_declares_nothing_is_told_so(tmp_path):
    (tmp_path / "none.py").write_text("x = 1\n")
    found = CliRunner().invoke(cli, ["symbols", "--with", str(tmp_path / "none.py")])
    assert found.exit_code == 3
    assert "Expected families or quantities, but got none" in found.output
    gone = CliRunner().invoke(cli, ["symbols", "--with", str(tmp_path / "gone.py")])
    assert gone.exit_code == 2
    assert "does not exist" in gone.output


def test_families_are_found_by_a_part_of_their_names_and_described():
    def listed(*names):
        return CliRunner().invoke(cli, ["symbols", *names], env={"COLUMNS": "100"}).output.splitlines()

    heads = [line for line in listed("regression_") if line and not line.startswith(" ")]
    assert heads == ["regression_gauge", "regression_pairs"]
    assert listed("weight_norm")[1].startswith("  WeightNorm networks: the family of")
    every = listed()
    assert every[0] == "weight_norm"
    assert any(line.startswith("  training_run") and "Training runs of WeightNorm" in line for line in every)
    assert any(line.split()[:2] == ["rsc_gap", "regression_pairs"] for line in listed("rsc_gap"))
    assert "lists the families" in " ".join(listed("nothing_such"))
