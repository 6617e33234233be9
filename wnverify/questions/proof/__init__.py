"""Proof: a theorem proved for all networks of a small shape, by branch and bound with a certificate."""
