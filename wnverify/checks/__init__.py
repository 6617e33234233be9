"""Checks: one file each, which ends with its `CHECK` and is found by it; they never import one another."""
