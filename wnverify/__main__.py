"""`python -m wnverify` and the console script: an exit code that tells the truth even if nothing can be loaded."""

from __future__ import annotations

import gc
import os
import signal
import sys


def main() -> None:
    """Load and run the command line; nothing but a refutation ends with 1."""
    try:
        code = _run()
    except KeyboardInterrupt:
        code = _said("interrupted.", 128 + signal.SIGINT)
    except BaseException as error:  # a library that is missing or broken, or a bug outside every command
        if os.environ.get("WNVERIFY_DEBUG"):
            raise
        code = _said(f"Could not start, {type(error).__name__}: {error} (is it installed with all it needs?).", 3)
    gc.freeze()  # the interpreter need not sort out what is about to vanish
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # there is nothing left to interrupt but the end of the interpreter
    sys.exit(code)


def _run() -> int:
    from wnverify import dataclass_speed
    from wnverify.collecting import collect_rarely

    collect_rarely()
    dataclass_speed.spare()
    from wnverify.cli import cli
    from wnverify.commands.outlet import occupy

    occupy()
    return int(cli.main(prog_name="wnverify", standalone_mode=False))


def _said(message: str, code: int) -> int:
    if sys.stderr is not None:
        sys.stderr.write(f"wnverify: {message}\n")
    return code


if __name__ == "__main__":
    main()
