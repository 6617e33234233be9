"""Audit: a user's own network against every theorem that speaks of it."""
