"""Sharpness: the claim is changed one place at a time, until what was found refutes it."""
