"""Property tests repeat themselves exactly, and are never failed for the speed of the machine.

Forty examples suit networks, of which each is a batch; a test that needs more of something cheaper says so.
Nor do they depend on what else is loaded: into numbers and text Hypothesis mixes constants from the source of every
local module, so that an edit anywhere in the package, or another order of the tests, would draw other examples.
What is printed has the width and the colours of a pipe, whatever the surroundings say of those of their terminal.
No run of a test keeps anything, or finds what another run kept, unless it names a store.
"""

import os

from hypothesis import settings
from hypothesis.internal.conjecture import providers

os.environ.setdefault("WNVERIFY_NO_STORE", "1")
for name in ("FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES"):
    os.environ.pop(name, None)

settings.register_profile("wnverify", deadline=None, derandomize=True, database=None, max_examples=40)
settings.load_profile("wnverify")
if hasattr(providers, "is_local_module_file"):
    providers.is_local_module_file = lambda path: False
