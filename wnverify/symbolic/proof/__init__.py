"""What a proof is, and the small checker that re-verifies it: nothing here is shared with the provers."""
