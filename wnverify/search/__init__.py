"""The search for counterexamples: where to look, ascents, hunts, repetitions, tallies, and what they come to."""
