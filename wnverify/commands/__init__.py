"""The commands, one a module: each names its click command `command`, and the command line finds it."""
