"""Proofs for every network of a small shape: branch and bound, certificates, and their checker."""
