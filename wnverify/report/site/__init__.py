"""The HTML site of a run: an index, a page a theorem and a page a paper, which ask the network for nothing."""
