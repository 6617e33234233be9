"""Reports: the evidence of a run, rendered to the terminal, JSON and LaTeX."""
