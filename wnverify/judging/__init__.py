"""Judging: one instance against one claim; in floats, in balls, and by the one rule that weighs both."""
