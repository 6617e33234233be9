"""The claim, the file and the verdict: the end of the stand-alone script."""

from __future__ import annotations

import ast
import hashlib
import json
import math
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wnverify.questions.counterexample.script.networks import FAMILIES, Refused

BROKEN, HOLDS, REFUSED = 1, 0, 3
CLOSE = 1e-8
LARGEST_FILE = 16_000_000

# ---- the claim: text over a whitelist, evaluated in floats

FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "sqrt": math.sqrt, "log": math.log, "exp": math.exp, "sin": math.sin, "cos": math.cos,
    "Abs": abs, "Min": min, "Max": max,
}  # fmt: skip
OPERATORS: Mapping[type, Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b, ast.Pow: lambda a, b: math.pow(a, b),
}  # fmt: skip


def evaluate(text: str, values: Any) -> float:
    """An expression as a float."""
    return _value(ast.parse(text, mode="eval").body, values)


def _value(node: ast.expr, values: Any) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name):
        fixed = {"pi": math.pi, "oo": math.inf}
        return fixed[node.id] if node.id in fixed else values[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, values)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        return FUNCTIONS[node.func.id](*(_value(argument, values) for argument in node.args))
    raise Refused(f"the claim holds something that is no formula: {ast.dump(node)[:80]}")


def holds(lhs: float, relation: str, rhs: float, tolerance: float) -> bool:
    """Whether a relation holds in floats, rounding granted to it."""
    slack = tolerance * max(abs(lhs), abs(rhs)) if math.isfinite(lhs) and math.isfinite(rhs) else 0.0
    if relation == "=":
        return abs(lhs - rhs) <= (slack or tolerance)
    return lhs <= rhs + slack if relation in ("<=", "<") else lhs >= rhs - slack


# ---- the file


def canonical(content: Mapping[str, Any]) -> bytes:
    """The bytes whose SHA-256 is the digest."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def load(path: Path) -> dict[str, Any]:
    """Read the file and check its digest."""
    if path.stat().st_size > LARGEST_FILE:
        raise Refused(f"the file is larger than {LARGEST_FILE} bytes")
    bundle = json.loads(path.read_bytes().decode("utf-8"))
    content = {name: value for name, value in bundle.items() if name != "digest"}
    if hashlib.sha256(canonical(content)).hexdigest() != bundle.get("digest"):
        raise Refused("the digest does not match: the file was changed or is truncated")
    found: dict[str, Any] = bundle
    return found


class Values:
    """Every symbol by name: measured from the instance, or as it was saved where this script has no measure."""

    def __init__(self, bundle: Mapping[str, Any]) -> None:
        self.saved = bundle["quantities"]
        self.taken: set[str] = set()
        family = bundle["instance"]["family"]
        self.measured = FAMILIES[family](bundle["instance"]) if family in FAMILIES else {}

    def __getitem__(self, name: str) -> float:
        try:
            return float(self.measured[name])
        except (KeyError, Refused):
            self.taken.add(name)
            return float.fromhex(self.saved[name]["value"])


def _side(name: str, bundle: Mapping[str, Any], value: float) -> float:
    """Compare a side with the enclosure in the file."""
    stored = bundle["sides"][name]
    low, high = (float.fromhex(stored[key]) for key in ("lower", "upper"))
    slack = CLOSE * max(abs(low), abs(high), abs(value) if math.isfinite(value) else 0.0)
    if not low - slack <= value <= high + slack:
        raise Refused(f"the {name} is {value!r}, but the file says {low!r} to {high!r}")
    return value


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def check(bundle: Mapping[str, Any]) -> int:
    """Print both sides and every hypothesis; the exit code."""
    claim, values = bundle["claim"], Values(bundle)
    sides = {name: _side(name, bundle, evaluate(claim[name], values)) for name in ("lhs", "rhs")}
    _say(f"claim       {claim['lhs']} {claim['relation']} {claim['rhs']}")
    met = True
    for given in claim["given"]:
        left, right = evaluate(given["lhs"], values), evaluate(given["rhs"], values)
        fine = holds(left, given["relation"], right, 1e-12)
        met = met and fine
        words = "met" if fine else "NOT MET"
        _say(f"hypothesis  {given['name']}: {left:.17g} {given['relation']} {right:.17g}  {words}")
    _say(f"left side   {sides['lhs']:.17g}\nright side  {sides['rhs']:.17g}")
    if values.taken:
        _say(f"as saved    {', '.join(sorted(values.taken))}: not measured again, which this script cannot")
    tolerance = float.fromhex(claim["tolerance"]) if claim["relation"] == "=" else 0.0
    broken = met and not holds(sides["lhs"], claim["relation"], sides["rhs"], tolerance)
    _say("The claim is broken: the counterexample is right." if broken else "This instance does NOT break the claim.")
    return BROKEN if broken else HOLDS


def main(arguments: list[str]) -> int:
    """Check the file named, or the one beside this script."""
    path = Path(arguments[0]) if arguments else Path(__file__).with_name("counterexample.json")
    try:
        return check(load(path))
    except Refused as error:
        sys.stderr.write(f"refused: {error}\n")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        sys.stderr.write(f"refused: {path} is damaged or no counterexample ({type(error).__name__}: {error})\n")
    return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
