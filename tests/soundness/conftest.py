"""The theorem files here are inputs of a test, most of them wrong on purpose: none is a theorem to collect."""

collect_ignore = ["theorem_files"]
