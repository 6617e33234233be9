"""Two-layer ReLU networks with gains, and their kernels."""
