"""The search for counterexamples: tallies, ascent, hunts, and the second route that confirms."""
