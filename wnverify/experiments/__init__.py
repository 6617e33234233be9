"""Experiments: each answers one question of a paper with data, plots and findings, from one command.

An experiment is a file of this folder that ends with `EXPERIMENT = Experiment(...)`; the command finds it by that.
"""
