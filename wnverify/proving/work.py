"""Work: a piece of a proof as text, and what became of it as text; it is done here, or by a worker elsewhere.

Whoever does it need not be trusted: a tree counts when the checker has accepted it, a point that fails when the
network there is certified.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

import msgspec

from wnverify.errors import RecordError, expected
from wnverify.proving.branch import Grown, Start, Task, grow
from wnverify.proving.domain import Domain
from wnverify.proving.pieces import Piece
from wnverify.proving.tape import Tape
from wnverify.proving.trees import OPEN, is_tree

PIECE, OTHER = "a piece of a proof", "the worker is of another version"
FARTHEST = 4.0
"""No coordinate of a domain is larger than π."""


class Job(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece that is to be halved until it is proved.

    Args:
        L: depth.
        m: width.
        d: input dimension.
        activation: its name.
        goal: what is to be proved.
        scaled: whether the domain has the coordinate u.
        inputs: whether it knows how the rows of layer 1 lie to one another.
        numbers: that the goal needs.
        lows: the least values of the coordinates.
        highs: the greatest.
        most: so many boxes are looked at, about.
        seconds: of processor time that it may take.
        tree: what an earlier search that was ended made of it.
        boxes: that it looked at.
    """

    L: int
    m: int
    d: int
    activation: str
    goal: str
    scaled: bool
    inputs: bool
    numbers: list[Tape]
    lows: list[str]
    highs: list[str]
    most: int
    seconds: float
    tree: str
    boxes: int


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of it.

    Args:
        grown: its tree.
        seconds: of processor time that it took.
    """

    grown: Grown
    seconds: float


Each = Callable[[Iterable[bytes]], Iterator[tuple[int, bytes]]]
"""Does jobs, and tells of each by its number when it is done."""


def job_text(task: Task, piece: Piece, limits: tuple[int, float], begun: Grown | None = None) -> bytes:
    """A job as JSON; floats stand in it in hexadecimal.

    Args:
        task: what is to be proved.
        piece: where.
        limits: of boxes, and of processor time.
        begun: what an earlier search that was ended made of it.
    """
    lows, highs = ([end.hex() for end in ends] for ends in (piece.lows, piece.highs))
    domain = task.domain
    sizes = (domain.L, domain.m, domain.d, domain.activation)
    start = (begun.tree, begun.boxes) if begun else (OPEN, 0)
    return msgspec.json.encode(
        Job(*sizes, task.goal, domain.scaled, domain.inputs, list(task.numbers), lows, highs, *limits, *start)
    )


def done(text: bytes, stopped: Callable[[], bool] = lambda: False) -> bytes:
    """Do a job.

    Args:
        text: it.
        stopped: whether it is to end with what it has found so far.
    """
    job = msgspec.json.decode(text, type=Job)
    domain = Domain(job.L, job.m, job.d, job.activation, job.scaled, job.inputs)
    lows, highs = ([float.fromhex(end) for end in ends] for ends in (job.lows, job.highs))
    begin, start = time.process_time(), Start(lows, highs, job.tree, job.boxes)
    spent = lambda: stopped() or _passed(begin) > job.seconds  # noqa: E731
    grown = grow(Task(domain, job.goal, job.numbers), start, spent, job.most)
    return msgspec.json.encode(Done(grown, _passed(begin)))


def _passed(begin: float) -> float:
    return time.process_time() - begin


def done_from(text: bytes, size: int) -> Done:
    """What became of a job.

    Args:
        text: as a worker told it.
        size: coordinates of the domain.

    Raises:
        RecordError: if the text is damaged, or is about another domain.
    """
    try:
        found = msgspec.json.decode(text, type=Done)
    except msgspec.DecodeError as error:
        raise RecordError(expected(PIECE, str(error), OTHER)) from error
    failing = found.grown.failing
    if not is_tree(found.grown.tree, size):
        raise RecordError(expected(PIECE, f"the tree {found.grown.tree[:20]!r}", OTHER))
    if failing is not None and not (len(failing) == size and all(abs(each) <= FARTHEST for each in failing)):
        raise RecordError(expected(PIECE, f"the point {failing[:4]}", OTHER))
    return found


def here(stopped: Callable[[], bool] = lambda: False) -> Each:
    """What does jobs in this process, one after the other.

    Args:
        stopped: whether they are to end with what they have found so far.
    """

    def each(jobs: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
        for number, job in enumerate(jobs):
            yield number, done(job, stopped)

    return each
