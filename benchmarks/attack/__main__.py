"""Attack the program with claims of known truth, and count its wrong verdicts.

    python -m benchmarks.attack 2000                 claims about bounds, decided by the symbolic check
    python -m benchmarks.attack claims 10000         claims about networks, as typed for `wnverify try`
    python -m benchmarks.attack file claims.tsv      the typed claims of a table

A true claim is true by construction, a false one has a violation that was planted and certified. Exit 1 if a verdict
is wrong: a false claim PROVED, a true one REFUTED, or an error that nobody foresaw.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.attack import run
from benchmarks.attack.claims import FALSE, TRUE, numbers


def main(words: Sequence[str]) -> int:
    """Attack, and print what came of it."""
    about_bounds = not words or words[0].isdigit()
    options = _options(["bounds", *words] if about_bounds else words)
    if options.what == "bounds":
        return run.bounds(options.count, options.seed, show_open=options.open)
    effort = run.Effort(options.budget, options.seed, options.jobs)
    if options.what == "file":
        return run.file(options.path, effort)
    effort = replace(effort, narrow=options.narrow)
    truth = None if options.only is None else options.only == "true"
    chosen = numbers(options.count, options.start, kind=options.kind, truth=truth)
    return run.networks(chosen, effort, options.log)


def _options(words: Sequence[str]) -> argparse.Namespace:
    as_written = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(prog="benchmarks.attack", description=__doc__, formatter_class=as_written)
    what = parser.add_subparsers(dest="what", required=True)
    about_bounds = what.add_parser("bounds")
    about_bounds.add_argument("count", type=int, nargs="?", default=200)
    about_bounds.add_argument("--open", action="store_true", help="print what was left open")
    about_bounds.add_argument("--seed", type=int, default=0)
    about_networks, table = what.add_parser("claims"), what.add_parser("file")
    about_networks.add_argument("count", type=int, nargs="?", default=200)
    about_networks.add_argument("--kind", default="", choices=["", *dict.fromkeys([*FALSE, *TRUE])], metavar="KIND")
    about_networks.add_argument("--narrow", action="store_true", help="networks of one activation, which is cheaper")
    about_networks.add_argument("--only", choices=["true", "false"])
    about_networks.add_argument("--start", type=int, default=0, help="number of the first claim")
    about_networks.add_argument("--log", type=Path, help="file of answers; what stands in it is not asked again")
    table.add_argument("path", type=Path)
    for each in (about_networks, table):
        each.add_argument("--budget", default="quick", help="as for `wnverify try`")
        each.add_argument("--seed", type=int, default=0)
        each.add_argument("--jobs", type=int, default=2)
    return parser.parse_args(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
