"""What is asked of linear models with batch normalization."""
