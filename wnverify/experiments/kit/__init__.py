"""What all experiments are made with: what one is, how it is run, kept and written, and what several measure."""
