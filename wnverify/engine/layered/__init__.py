"""Feed-forward networks as frameworks save them: gains, biases, unequal widths and several outputs."""
