"""What a run found, told as plain data: every page, table and plot of a report is drawn from it."""
