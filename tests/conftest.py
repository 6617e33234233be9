"""Property tests repeat themselves exactly, and are never failed for the speed of the machine."""

from hypothesis import settings

settings.register_profile("wnverify", deadline=None, derandomize=True, database=None)
settings.load_profile("wnverify")
