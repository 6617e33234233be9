"""Claims of known truth, made for ever, against the verdicts of the program; see `python -m benchmarks.attack -h`."""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):  # read when NumPy is imported
    os.environ.setdefault(_name, "1")
