"""What a run found as tables: for a paper in LaTeX, for a README or a review in Markdown."""
