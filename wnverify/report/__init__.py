"""Reports: theorems and the evidence of a run, told as lines of text, as Markdown and as LaTeX."""
