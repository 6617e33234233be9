"""Certificate: a proof as data, a JSON text; the boxes follow from the outermost one and a tree of halvings.

A tree is a text in preorder: a digit k for a box that is halved in its coordinate k at the float (low + high)/2, and
a point for a box that is proved. So the proved boxes cover the outermost one whatever the text, and a box costs one
letter; the outermost box stands there in hexadecimal floats.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256

import msgspec

from wnverify.errors import RecordError, expected
from wnverify.proving.domain import Domain

FORM = 2
KIND = "proof for all networks of a shape"
WHAT = "a certificate of wnverify"


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A proof.

    Args:
        theorem: the identifier of what is proved.
        claim: what it claims, as text.
        L: depth.
        m: width.
        d: input dimension.
        activation: its name.
        slack: by which the bound is multiplied, a fraction such as `51/50`.
        box: the outermost box: the ends of every coordinate.
        trees: of every goal.
        kind: what this is.
        form: version of the text.
        seal: SHA-256 of everything else.
    """

    theorem: str
    claim: str
    L: int
    m: int
    d: int
    activation: str
    slack: str
    box: dict[str, tuple[str, str]]
    trees: dict[str, str]
    kind: str = KIND
    form: int = FORM
    seal: str = ""

    @property
    def domain(self) -> Domain:
        """The networks that it is about.

        Raises:
            UsageError: if there is no domain of this shape and activation.
        """
        return Domain(self.L, self.m, self.d, self.activation)

    @property
    def factor(self) -> Fraction:
        """The slack as a number.

        Raises:
            RecordError: if it is none, or below 1.
        """
        top, slash, bottom = self.slack.partition("/")
        plain = slash == "/" and top.isascii() and top.isdecimal() and bottom.isascii() and bottom.isdecimal()
        if not plain or max(len(top), len(bottom)) > 30 or int(bottom) == 0 or int(top) < int(bottom):
            raise RecordError(expected(f"a slack of at least 1 as a fraction in {WHAT}", repr(self.slack[:60])))
        return Fraction(int(top), int(bottom))

    @property
    def leaves(self) -> int:
        """How many boxes are said to be proved."""
        return sum(tree.count(".") for tree in self.trees.values())

    def text(self) -> bytes:
        """The certificate with its seal, as JSON."""
        return msgspec.json.format(msgspec.json.encode(self.sealed()), indent=1) + b"\n"

    def sealed(self) -> Certificate:
        """The same with the seal that it should have."""
        plain = msgspec.structs.replace(self, seal="")
        return msgspec.structs.replace(plain, seal=sha256(msgspec.json.encode(plain)).hexdigest())


def box_of(domain: Domain) -> dict[str, tuple[str, str]]:
    """The outermost box of a domain, as it is written down."""
    return {name: (low.hex(), high.hex()) for name, (low, high) in domain.box.items()}


def certificate_from(text: bytes) -> Certificate:
    """Read a certificate.

    Raises:
        RecordError: if the text is damaged, was changed, or is of another version.
    """
    try:
        found = msgspec.json.decode(text, type=Certificate)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(expected(WHAT, str(error), "the file is damaged, or none")) from error
    if found.form != FORM or found.kind != KIND:
        raise RecordError(expected(f"{WHAT} of version {FORM}", f"one of version {found.form}"))
    if found != found.sealed():
        raise RecordError(expected(f"the seal of {WHAT} to fit", "another one", "the file was changed"))
    return found
