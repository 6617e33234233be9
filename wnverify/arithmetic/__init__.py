"""One function of a user's, run on every arithmetic: floats, traced floats, power series, balls."""
