"""Linear models under weight normalization."""
