"""The diagonal linear model."""
