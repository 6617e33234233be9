"""Whether two revisions say the same: `python -m benchmarks.same BEFORE [AFTER] [--only WORD …] [--commands]`.

BEFORE and AFTER are revisions, which are installed side by side in environments of their own, or saved records
(`wnverify check --json`). AFTER is the working tree by default. Records are compared theorem by theorem at seed 0,
budget quick, times and digests aside; a field that only one of them has is told once, and what moved from one schema
to the next is compared where it stands now. `--commands` compares what a list of commands prints, byte for byte.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from benchmarks.revisions import checked_out
from wnverify.evidence import RECORD_SCHEMA, Record
from wnverify.runs.record import from_json, to_json

ASIDE = {"digest", "times", "versions", "schema", "wnverify"}
COMMANDS = (
    "--help", "list", "list --tag hessian", "symbols", "show predictor_hessian", "show predictor_hessian --latex",
    "show wu2020/classical_step_kernel", "show dukler2020/flow_decay", "check output my_bound.py",
    "check no_such_theorem",
    'try "hessian_norm <= (1+rho)*sqrt(L)/(sqrt(m)*omega)" --budget quick',
    'try "hessian_nrom <= 1"', 'try "gradient_norm <= 1+rho" --given "rho == 0" --budget quick',
    "eval predictor_hessian m=64,128 L=4 omega=1 rho=0 beta=1 c0=0", "eval predictor_hessian m=64",
    "audit network.json", "audit nothing.json", "replay nothing.json", "experiment nothing", "new",
)  # fmt: skip
NETWORK = {
    "W1": [[0.5, -1.0], [2.0, 1.0]], "W2": [[1.0, 0.25], [0.0, 3.0]], "v": [0.5, -0.5],
    "X": [[0.6, 0.0], [0.0, -0.7], [0.1, 0.2]], "y": [0.1, -0.2, 0.3], "activation": "tanh",
}  # fmt: skip
WRONG = '''"""My bound: the Hessian without depth.

Statement:   ‖∇²f‖₂ ≤ (1 + ρ₁)/(√m ω²).
Hypotheses:  the paper's setting.
Kind:        upper bound
References:  none
Tags:        hessian
"""

import sympy

from wnverify import Claim, Theorem
from wnverify.families{place}.weight_norm import STANDARD, WEIGHT_NORM, hessian_norm, m, omega, rho

theorem = Theorem(Claim(hessian_norm, "<=", (1 + rho) / (sympy.sqrt(m) * omega**2), given=STANDARD), WEIGHT_NORM)
'''
_SECONDS = re.compile(r"\b\d+(?:\.\d+)? s\b")


def main() -> int:
    """Compare, print the differences, and end with 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", help="a revision, or a record")
    parser.add_argument("after", nargs="?", default=".", help="a revision, or a record; the working tree by default")
    parser.add_argument("--only", nargs="*", default=[], help="theorems, folders or globs")
    parser.add_argument("--commands", action="store_true", help="compare what commands print, not records")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        one, other = (_installed(text, Path(folder) / side) for text, side in zip(
            (options.before, options.after), ("before", "after"), strict=True
        ))  # fmt: skip
        if options.commands:
            return _tell(list(_outputs(one, other)))
        records = [
            _record(each, options.only, Path(folder) / f"{side}.json") for each, side in ((one, 1), (other, 2))
        ]
    return _tell(list(differences(*records)))


def _tell(found: list[str]) -> int:
    """Every difference; theorems and fields that only one side has are no difference of what both say."""
    for line in found:
        print(line)
    count = sum(not line.startswith("(") for line in found)
    print(f"{count} differences" if count else "the same")
    return int(count > 0)


# ---- two installations


def _installed(what: str, folder: Path) -> Path:
    """A record as it is; for a revision the `python` of a new environment that holds it."""
    if what.endswith(".json"):
        return Path(what)
    source = checked_out(what, folder)
    venv.create(folder / "environment", with_pip=True)
    python = folder / "environment" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(source)], check=True, cwd=folder)
    return python


def _environment() -> dict[str, str]:
    alone = {"COLUMNS": "100", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "WNVERIFY_NO_STORE": "1"}
    return os.environ | alone


def _record(what: Path, only: list[str], to: Path) -> Any:
    if what.suffix != ".json":
        with tempfile.TemporaryDirectory() as folder:
            command = [what, "-m", "wnverify", "check", *only, "--seed", "0", "--json", str(to)]
            subprocess.run(command, cwd=folder, env=_environment(), stdout=sys.stderr, check=False)
        what = to
    return read_back(what.read_bytes())


def read_back(data: bytes) -> Any:
    """A record as plain data: of schema 3, which held more, as much as is written now; of schema 4 what it holds."""
    plain = json.loads(data)
    if plain["schema"] == RECORD_SCHEMA - 1:
        data = json.dumps(plain | {"schema": RECORD_SCHEMA}).encode()
    elif plain["schema"] == RECORD_SCHEMA - 2:
        data = to_json(structs.replace(msgspec.json.decode(data, type=Record), schema=RECORD_SCHEMA))
    elif plain["schema"] < RECORD_SCHEMA:
        return _as_schema_2(plain)
    return msgspec.to_builtins(from_json(data))


def _as_schema_2(record: Any) -> Any:
    """A record of schema 1 with what was printed in front of or behind other text there in a field of its own."""
    if record["schema"] == 1:
        for theorem in record["theorems"]:
            theorem["statement"] = theorem["statement"].partition("  given  ")[0]
            for item in (
                item for check in theorem["checks"] if check["check"] == "sharpness" for item in check["items"]
            ):
                item["kind"], _, item["reason"] = item["reason"].partition(": ")
    return record


# ---- records


def differences(before: Any, after: Any) -> Iterator[str]:
    """One line a difference between two records; what only one of them has is told once a field."""
    old, new = ({each["id"]: each for each in record["theorems"]} for record in (before, after))
    for word, names in (("before", set(old) - set(new)), ("after", set(new) - set(old))):
        if names:
            yield f"({len(names)} theorems only {word})"
    lonely: Counter[str] = Counter()
    for name in sorted(set(old) & set(new)):
        yield from _apart(name, old[name], new[name], lonely)
    yield from (f"(field {name}, {count} times)" for name, count in sorted(lonely.items()))


def _apart(where: str, old: Any, new: Any, lonely: Counter[str]) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new} - ASIDE):
            if key in old and key in new:
                yield from _apart(f"{where}.{key}", old[key], new[key], lonely)
            else:
                lonely[f"{key}, only {'before' if key in old else 'after'}"] += 1
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            name = one.get("check") or one.get("name") if isinstance(one, dict) else None
            yield from _apart(f"{where}[{name or index}]", one, other, lonely)
    elif old != new:
        yield f"{where}: {str(old)[:150]} -> {str(new)[:150]}"


# ---- commands


def _outputs(one: Path, other: Path) -> Iterator[str]:
    for command in COMMANDS:
        old, new = (_printed(python, command).splitlines() for python in (one, other))
        if old != new:
            yield f"wnverify {command}"
            yield from (line for line in difflib.unified_diff(old, new, lineterm="", n=0) if line[0] != "(")


def _printed(python: Path, command: str) -> str:
    """What a command prints on either stream and how it ends, seconds aside."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "network.json").write_text(json.dumps(NETWORK), "utf-8")
        place = ".networks" if _has(python, "wnverify.families.networks") else ""
        (Path(folder) / "my_bound.py").write_text(WRONG.replace("{place}", place), "utf-8")
        script = f"{python} -m wnverify {command}"
        done = subprocess.run(
            script, shell=True, cwd=folder, env=_environment(), capture_output=True, text=True, check=False
        )
    return f"{_SECONDS.sub('… s', done.stdout)}{_SECONDS.sub('… s', done.stderr)}exit {done.returncode}"


def _has(python: Path, module: str) -> bool:
    command = [python, "-I", "-c", f"import {module}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
