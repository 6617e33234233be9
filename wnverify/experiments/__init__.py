"""Experiments: each answers one question of a paper with a table and a plot, from one command."""
