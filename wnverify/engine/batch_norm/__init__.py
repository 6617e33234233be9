"""A linear model, or a sum of patches, with batch normalization."""
