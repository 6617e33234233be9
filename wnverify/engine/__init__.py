"""The numeric pillar: batched closed forms in NumPy, and autograd as their independent oracle."""
