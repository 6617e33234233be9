"""Names of files for ids: whatever an id holds, its page stands in the folder of pages and nowhere else."""

from __future__ import annotations

import re
from hashlib import sha256

LONGEST = 80
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*)*")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|index)", re.IGNORECASE)


def stem(identifier: str) -> str:
    """The name of the file of an id, without its ending; different ids have different names, on every system.

    An id of another form than the catalogue's is written in plain letters, with a digest of its own.

    >>> stem("banerjee2024/predictor_hessian")
    'banerjee2024--predictor_hessian'
    >>> stem("../../etc/passwd"), stem("A")
    ('etc-passwd-3754d6cb', 'a-559aead0')
    """
    name = identifier.replace("/", "--")
    whole = _PLAIN.fullmatch(identifier) and len(name) <= LONGEST and "--" not in identifier
    if whole and not _RESERVED.fullmatch(name):
        return name
    known = re.sub(r"[^a-z0-9_]+", "-", identifier.lower()[: 4 * LONGEST]).strip("-")[: LONGEST - 9].strip("-")
    digest = sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{known or 'theorem'}-{digest}"
