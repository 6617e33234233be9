"""Weight-normalised networks of any depth: values, derivatives, Hessians, losses, training."""
