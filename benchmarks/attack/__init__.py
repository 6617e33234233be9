"""Claims of known truth, made for ever, against the verdicts of the program; see `python -m benchmarks.attack -h`."""
