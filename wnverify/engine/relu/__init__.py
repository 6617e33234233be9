"""Two-layer ReLU networks with gains."""
