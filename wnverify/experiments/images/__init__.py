"""Images to train on, read without unpickling anything."""
