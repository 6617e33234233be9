"""Homogeneous networks under standard and exponential weight normalization."""
