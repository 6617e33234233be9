"""Evaluation: the bound of a theorem at numbers."""
