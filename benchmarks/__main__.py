"""Every measurement: without a word of the engine and the searchers, with a word of something else.

`python -m benchmarks --help` lists them, `python -m benchmarks WORD --help` says what one of them takes.
"""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from importlib import import_module
from types import MappingProxyType

WORDS = MappingProxyType({
    "peers": "the engine beside autograd, jax, torch and curvlinops, and the searchers (without a word)",
    "run": "what a whole run costs, and where, beside another revision",
    "power": "what a quick run finds: wrong versions refuted, worst ratios, beside another revision",
    "written": "a network as a user's function, by every route, beside the closed form",
    "steps": "whether an error of 2 % in a step of a proof is located",
    "proofs": "whether `prove` is right about mutants",
})  # fmt: skip
"""What can be measured; the module of that name does it."""
MODULES = MappingProxyType({
    "same": "whether another revision gives the same evidence, and prints the same",
    "attack": "claims of known truth, as many as wanted, against the verdicts",
    "bounds": "how many claims about bounds are proved, folder by folder",
})  # fmt: skip
"""What is run as a module of its own: `python -m benchmarks.same`."""


def page() -> str:
    """Every measurement, a line each."""
    lines = ["usage: python -m benchmarks [WORD] [OPTIONS]   (python -m benchmarks WORD --help: what it takes)", ""]
    lines += [f"  {word:<10}{what}" for word, what in WORDS.items()]
    lines += ["", "python -m benchmarks.MODULE, with MODULE"]
    lines += [f"  {word:<10}{what}" for word, what in MODULES.items()]
    return "\n".join(lines)


def unknown(word: str) -> str:
    """What is said of a word that is none."""
    near = get_close_matches(word, [*WORDS, *MODULES], n=1)
    module = f"python -m benchmarks.{near[0]}" if near and near[0] in MODULES else ""
    hint = f": did you mean {module or near[0]}?" if near else "."
    return f"python -m benchmarks: Expected one of {', '.join(WORDS)}, but got {word!r}{hint}"


def main() -> int:
    """Run what was asked for; the thread counts must be set before NumPy is imported."""
    words = sys.argv[1:]
    if words[:1] in (["-h"], ["--help"]):
        print(page())  # what was asked for
        return 0
    word = "peers" if not words or words[0].startswith("-") else words.pop(0)
    if word not in WORDS:
        print(unknown(word), file=sys.stderr)  # the command's own message
        return 2
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    return int(import_module(f"benchmarks.{word}").main(words))


if __name__ == "__main__":
    sys.exit(main())
