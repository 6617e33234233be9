"""Typed claims: what a user types, the symbols it may use, and the family confined to what it supposes."""
