"""Names of the images that packages ship; a file of its own, since the command line needs no more."""

DIGITS, MNIST = "digits", "mnist5k"
NAMES = (DIGITS, MNIST)
