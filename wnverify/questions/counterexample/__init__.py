"""Counterexample: an instance that breaks a claim, as data that travels and is judged again."""
