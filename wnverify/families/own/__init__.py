"""Families that a user declares: a network written as one function, and quantities of one's own."""
