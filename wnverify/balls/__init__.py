"""Certified evaluation in ball arithmetic (python-flint): every value is an enclosure of the exact one."""
