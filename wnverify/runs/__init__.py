"""Runs: every check of every theorem over processes, the record of it, and the files it leaves."""
