"""Checks: one file each, all of them `(theorem, budget, rng) -> CheckEvidence`; they never import one another."""
