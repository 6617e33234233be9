"""Two runs side by side: what is compared, and how it is shown."""
