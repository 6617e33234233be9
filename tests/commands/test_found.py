"""Commands are found: a file in the folder is a command, and one that needs no mathematics loads none."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from wnverify import commands
from wnverify.cli import cli

GREET = "import click\n\n\n@click.command('greet')\ndef command():\n    click.echo('hello')\n"


def test_a_file_in_the_folder_is_a_command(tmp_path, monkeypatch):
    (tmp_path / "greeting.py").write_text(GREET)
    assert CliRunner().invoke(cli, ["greet"]).exit_code == 2
    with monkeypatch.context() as patch:
        patch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
        patch.setattr(cli, "commands", {})
        assert CliRunner().invoke(cli, ["greet"]).output == "hello\n"
        assert "greet" in CliRunner().invoke(cli, ["--help"]).output
    del sys.modules[f"{commands.__name__}.greeting"]


@pytest.mark.parametrize("words", [["list"], ["--help"]])
def test_what_needs_no_mathematics_loads_none(words):
    code = (
        f"import sys; from wnverify.cli import cli; cli({words}, standalone_mode=False);"
        "sys.exit(str({'sympy', 'scipy', 'numpy', 'flint', 'hypothesis'} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout
    assert done.stderr.strip() == ""
