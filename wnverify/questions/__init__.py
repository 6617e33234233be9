"""Questions: what a command asks, the value that answers it, and its text, a folder each."""
