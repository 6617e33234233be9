"""Property tests repeat themselves exactly, and are never failed for the speed of the machine.

Forty examples suit networks, of which each is a batch; a test that needs more of something cheaper says so.
No run of a test keeps anything, or finds what another run kept, unless it names a store.
"""

import os

from hypothesis import settings

os.environ.setdefault("WNVERIFY_NO_STORE", "1")

settings.register_profile("wnverify", deadline=None, derandomize=True, database=None, max_examples=40)
settings.load_profile("wnverify")
