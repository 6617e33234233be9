"""Networks with other normalizations than that of rows, each declared by one function."""
