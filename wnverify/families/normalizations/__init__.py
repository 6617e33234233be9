"""Networks with other normalizations than that of weights, each declared by one function."""
