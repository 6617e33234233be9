"""Asked of a revision: `verdicts.py RECORD ANSWER` writes verdict, worst ratio and mutants of every theorem."""

import json
import sys
from pathlib import Path

from wnverify.runs.record import from_json

record, answer = map(Path, sys.argv[1:])
found = {}
for theorem in from_json(record.read_bytes()).theorems:
    checks = {check.check: check for check in theorem.checks}
    items = checks["mutants"].items if "mutants" in checks else []
    sampled = checks.get("sampled")
    found[theorem.id] = {
        "verdict": theorem.verdict.name,
        "as_expected": theorem.as_expected,
        "control": theorem.is_control,
        "ratio": float(theorem.worst.ratio) if theorem.worst else None,
        "tried": sum(check.tried for check in theorem.checks),
        "random": sampled.accepted - sampled.trivial if sampled else None,
        "mutants": {item.name: item.verdict for item in items if item.kind.name == "MUTANT"},
    }
answer.write_text(json.dumps(found), "utf-8")
