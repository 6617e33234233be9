"""Every measurement of the engine and the searchers; with a word, of something else.

`run` measures a whole run, `power` what one finds, `written` what a network costs as a user's function,
`steps` whether a false step of a proof is located, `proofs` whether `prove` is right about mutants.

python -m benchmarks [--rounds N] [--report FILE]
python -m benchmarks run [THEOREM …] [--against REV]
python -m benchmarks power [--against REV]
python -m benchmarks written [--rounds N] [--clock cpu]
python -m benchmarks steps [THEOREM …] [--error 0.02]
python -m benchmarks proofs [THEOREM …] [--activation identity tanh]
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

WORDS = ("run", "power", "written", "steps", "proofs")


def main() -> int:
    """Run what was asked for; the thread counts must be set before NumPy is imported."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    word, words = (sys.argv[1], sys.argv[2:]) if sys.argv[1:2] and sys.argv[1] in WORDS else ("peers", sys.argv[1:])
    return int(import_module(f"benchmarks.{word}").main(words))


if __name__ == "__main__":
    sys.exit(main())
