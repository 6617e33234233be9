"""`python -m wnverify`: the command line."""

from wnverify.cli import main

if __name__ == "__main__":
    main()
