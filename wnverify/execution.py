"""Execution: the text of a theorem file is run, apart from all else; what goes wrong is told in one sentence."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, redirect_stdout
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from wnverify.beside import SOURCE, Beside, importable
from wnverify.errors import TheoremFileError, WnverifyError, expected
from wnverify.source import compiled, named
from wnverify.stopping import RunsOn, ended_after, staying

LONGEST_RUN = 60.0
"""Seconds of processor time after which a file that still runs is ended."""
LONGEST_MESSAGE = 300
"""As much as is told of an error in a theorem file."""
CALLS = {
    "Claim": 'Claim(lhs, "<=", rhs)',
    "Step": 'Step("why", lhs, "<=", rhs)',
    "Theorem": "Theorem(claim=Claim(...), family=...)",
}
"""How the classes that every theorem file needs are called."""


def executed(path: Path, source: bytes, beside: Beside = ()) -> dict[str, Any]:
    """The names that a text defines; the module is thrown away and never cached.

    Args:
        path: where the text comes from, for messages and `__file__`.
        source: the text.
        beside: the modules of its folder that it imports.

    Raises:
        TheoremFileError: if it cannot be run; names the line, in the text or in a module beside it.
    """
    code = compiled(source, str(path), run=True)
    module = ModuleType(f"_wnverify_theorem_{sha256(source).hexdigest()[:16]}")
    module.__file__ = str(path)
    vars(module)[SOURCE] = source
    sys.modules[module.__name__] = module  # a dataclass in the file looks its own module up
    try:
        with _apart(), importable(beside), ended_after(LONGEST_RUN):
            exec(code, module.__dict__)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit above all: a file must not end the program
        files = {str(path), *(str(each.path) for each in beside)}
        raise TheoremFileError(_message(error, _place(error, files, path), vars(module))) from error
    finally:
        del sys.modules[module.__name__]
    return vars(module)


@contextmanager
def _apart() -> Iterator[None]:
    """Keep what a file does while it is read from the report: it has no input, prints aside, and cannot end us."""
    stdin = sys.stdin
    with open(os.devnull, encoding="utf-8") as nothing, redirect_stdout(sys.stderr), staying():
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdin = stdin


def _message(error: BaseException, where: str, names: dict[str, Any]) -> str:
    if isinstance(error, WnverifyError):
        place, _, rest = str(error).partition(": ")
        file, _, line = place.rpartition(", line ")
        known = file.endswith(".py") and line.isdigit() and where.rpartition(", line ")[0].endswith(file)
        return f"{where.rpartition(', line ')[0]}, line {line}: {rest}" if known else f"{where}: {error}"
    if isinstance(error, RunsOn):
        runs = f"a file that runs within {LONGEST_RUN:g} s"
        return f"{where}: {expected(runs, 'one that runs on', 'does a loop ever end?')}"
    if isinstance(error, NameError | ImportError):
        pool = _importable(error) if isinstance(error, ImportError) else _vocabulary(names)
        wanted = _missing_name(error)
        same = [name for name in sorted(pool) if name.rpartition(".")[2] == wanted.rpartition(".")[2]]
        near = same or get_close_matches(wanted, sorted(pool), n=3, cutoff=0.6)
        remedy = f"did you mean {' or '.join(near)}?" if near else ""
        remedy = _import_of(wanted, names) or remedy
        return f"{where}: {expected('known names', str(error).rstrip('.'), remedy)}"
    got = f"{type(error).__name__}: {_words(error)}".rstrip(": .")
    return f"{where}: {expected('a file that runs', got, _call_of(error, names))}"


def _words(error: BaseException) -> str:
    """What an error says, in one line; an error of the theorem file's own may say anything, or fail to."""
    try:
        return " ".join(str(error).split())[:LONGEST_MESSAGE]
    except Exception:
        return ""


def _missing_name(error: NameError | ImportError) -> str:
    quoted = re.findall(r"'([^']*)'", str(error))
    return str(quoted[0]) if quoted else str(error.name or "")


def _importable(error: ImportError) -> set[str]:
    """What could have been meant: the modules of this package, or the names in the module that was found."""
    if isinstance(error, ModuleNotFoundError):
        package = Path(__file__).resolve().parent
        return {".".join(file.relative_to(package.parent).with_suffix("").parts) for file in package.rglob("*.py")}
    module = sys.modules.get(error.name or "")
    return set(dir(module)) if module else set()


def _import_of(wanted: str, names: dict[str, Any]) -> str:
    """How to come by a quantity that was not imported: from beside the class of a family at hand, or from itself."""
    knowing = {name: value for name, value in names.items() if wanted in getattr(value, "quantities", ())}
    for name, value in knowing.items():
        if hasattr(sys.modules.get(home := type(value).__module__), wanted):
            return f"write `from {home} import {wanted}`"
        if hasattr(value, "symbols"):
            return f'write `{wanted} = {name}.symbols("{wanted}")`'
    return ""


def _call_of(error: BaseException, names: dict[str, Any]) -> str:
    """How a class is called whose arguments are wrong: by which ones, or by which name."""
    said = re.match(r"(\w+)\.__init__\(\) (missing|takes|got an unexpected keyword argument '(\w+)')", _words(error))
    if said is None or not isinstance(error, TypeError):
        return ""
    called = next((value for value in names.values() if getattr(value, "__name__", "") == said[1]), None)
    near = get_close_matches(said[3] or "", getattr(called, "__dataclass_fields__", ()), n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"write {CALLS[said[1]]}" if said[1] in CALLS else ""


def _vocabulary(names: dict[str, Any]) -> set[str]:
    """Names of the file itself and of the quantities of the families that it has at hand."""
    families = [
        vars(value).get("quantities") or getattr(type(value), "quantities", {})
        for value in names.values()
        if hasattr(value, "quantities") and hasattr(value, "__dict__")
    ]
    return {name for name in names if not name.startswith("_")}.union(*(dict(found) for found in families))


def _place(error: BaseException, files: Collection[str], path: Path) -> str:
    """The last line of the text, or of a module beside it, that ran before the error."""
    file, line = str(path), 1
    traceback: TracebackType | None = error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename in files:
            file, line = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
    return f"{named(file)}, line {line}"
