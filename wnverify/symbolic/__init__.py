"""Claims about a bound, decided by exact arguments and confirmed by sampling and ball arithmetic."""
