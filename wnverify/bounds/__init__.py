"""Bounds that several theorems share, each written once, as sympy over the quantities of a family."""
