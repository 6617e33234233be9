"""Training: what the theory says of a loop of one's own while it runs."""
