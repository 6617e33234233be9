"""Weight-normalised networks of any depth: predictors, losses, training, generalization."""
