"""Array types shared by the numeric modules.

Shapes in docstrings use axis letters: `B` instances, `n` samples, `p` parameters, `m` width, `d` input.
The batch is the **last** axis of every array unless a docstring says otherwise.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
