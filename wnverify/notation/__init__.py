"""How quantities are written: the LaTeX of a field read, and the same in Unicode."""
