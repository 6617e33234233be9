"""Plots: plain data as SVG text, one kind a file; colours, fonts and what makes a figure SVG stand in `style`."""
