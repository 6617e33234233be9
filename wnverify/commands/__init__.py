"""Commands about a claim, a network or a counterexample of one's own; each module holds one click command."""
