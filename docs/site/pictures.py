"""The pictures of the README, from real runs: `python docs/site/pictures.py` writes them to docs/pictures.

The terminal is what `wnverify check` prints, the plot one of those that a report has. The page of a theorem needs
Chromium; where it is missing, that picture is left as it is, and a line says so.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from wnverify import load, verify
from wnverify.report.plots.histogram import ratio_histogram
from wnverify.report.plots.style import standalone
from wnverify.spread import histogram

PICTURES = Path(__file__).resolve().parents[1] / "pictures"
THEOREM = "banerjee2024/predictor_hessian"
PLOTTED = "banerjee2024/predictor_gradient"
CHECKED = ("predictor_gradient", "predictor_hessian", "controls/hessian_width")
CLEARED = "\x1b[2K"
"""What ends the progress bar."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SIZE, COLOURS = (1100, 930), 48
PAPER, INK = (30, 33, 41), (222, 225, 230)
RED, GREEN, YELLOW = (239, 109, 97), (126, 200, 120), (229, 192, 95)
BLUE, MAGENTA, CYAN = (110, 168, 240), (198, 140, 220), (95, 195, 200)
THEME = TerminalTheme(PAPER, INK, [PAPER, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, INK])
SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""
"""What rich fills in; its own names fonts of a content delivery network."""


def wnverify(folder: Path, *words: str) -> str:
    """What a command prints in a folder, in colour."""
    told = {"COLUMNS": "80", "FORCE_COLOR": "1", "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "wnverify", *words]
    return subprocess.run(
        command, cwd=folder, env=os.environ | told, check=False, capture_output=True, text=True
    ).stdout


def terminal(folder: Path) -> str:
    """What `wnverify check` prints of a few theorems, as SVG."""
    _, _, printed = wnverify(folder, "check", *CHECKED).rpartition(CLEARED)
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ wnverify check {' '.join(CHECKED)}"))
    console.print(Text.from_ansi(printed.rstrip()))
    picture = console.export_svg(title="wnverify", theme=THEME, code_format=SVG, unique_id="wnverify")
    return re.sub(r"[ \t]+$", "", picture, flags=re.MULTILINE)


def plot() -> str:
    """How near random and searched instances came to a bound, as SVG."""
    random, searched = histogram(verify(load(PLOTTED), budget="quick").checks)
    return standalone(ratio_histogram(random, searched, PLOTTED))


def theorem(folder: Path, browser: str) -> Image.Image:
    """The head of the page of a theorem that was just checked, as a browser shows it."""
    wnverify(folder, "check", THEOREM, "--html", "report")
    page, shot = folder / "report" / "theorems" / f"{THEOREM.replace('/', '--')}.html", folder / "shot.png"
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={folder / 'user'}",
    ]
    size = "--window-size={},{}".format(*SIZE)
    command = [browser, *options, size, f"--screenshot={shot}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True)
    return Image.open(shot).convert("RGB").quantize(COLOURS)


def main() -> None:
    """Write the pictures."""
    PICTURES.mkdir(exist_ok=True)
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    with tempfile.TemporaryDirectory() as folder:
        (PICTURES / "terminal.svg").write_text(terminal(Path(folder)), "utf-8")
        (PICTURES / "plot.svg").write_text(plot(), "utf-8")
        if browser:
            theorem(Path(folder), browser).save(PICTURES / "theorem.png", optimize=True)
    if not browser:
        print(f"theorem.png is left as it is: none of {', '.join(BROWSERS)} was found")


if __name__ == "__main__":
    main()
