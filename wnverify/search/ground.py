"""Ground: instances of a family that many searches share, so that what they measure is measured once.

The extreme instances of a family, and its random draws, are the same whichever claim is searched. What was measured
for one claim is there for its mutants, for the other checks of a theorem, and for the other theorems of the family in
the same process. What a check finds does not depend on whether another one was there before: every draw has a random
stream of its own, named after the run's seed, the family, the situation and what it is for.

| what | who shares it |
|---|---|
| extreme instances | all checks of all theorems of a family, and of those that are alike |
| `ground`: these, and random ones to begin from | adversarial, mutants, sharpness, confirmation |
| `drawn` for the sampled check | the sampled checks of the family's theorems: within one they are independent |
| `compared` | the confirmation checks of the family's theorems, beside instances of their own |
| `example` | the Hypothesis checks of the family's theorems, as long as they aim at the same |
| `raised` | the ladders of the proofs of the family's theorems, at the same level |
| `repetitions` | statistical, mutants and sharpness of all its claims with a probability |

Whatever confirms a failure rate draws afresh.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.family import Family, Situation
from wnverify.search.lot import Lot, Part, lot
from wnverify.search.plan import affordable
from wnverify.shelf import Shelf

RANDOM = 96
"""Random instances of a situation to begin from, all regimes together; fewer where each is dear, but one of each."""
ROOM, REPEATED = 320 * 2**20, 64 * 2**20
"""Bytes of the instances that are kept, and of repetitions, which are large and would push out all the others."""
DEAR = 10.0
"""Families whose instances cost as much are integrated: their runs are kept, not only what was read from them."""


def _bytes(kept: Lot | None) -> int:
    return 0 if kept is None else 2 * sum(array.nbytes for array in kept.batch.arrays.values())


_SHELF: Shelf[Lot | None] = Shelf(ROOM, _bytes)
_REPETITIONS: Shelf[Lot | None] = Shelf(REPEATED, _bytes)


@dataclass(frozen=True, eq=False)
class _Joined(Batch):
    """Several batches in a row; a quantity is measured on each of them, unless that has been done."""

    parts: tuple[Batch, ...] = ()

    def measured(self, name: str, measure: Callable[[Batch], FloatArray]) -> FloatArray:
        """The quantity at every instance, (B,), as the parts have it."""
        return self.memo(
            f"measure {name}", lambda: np.concatenate([part.measured(name, measure) for part in self.parts])
        )

    def some(self, chosen: Any) -> Batch:
        """The chosen instances, with what was measured of all parts already."""
        for key in set.intersection(*(set(part.known()) for part in self.parts)):
            self.memo(key, partial(self._joined, key))
        return super().some(chosen)

    def _joined(self, key: str) -> FloatArray:
        return np.concatenate([part.known()[key] for part in self.parts])

    def forget(self) -> None:
        """Keep what was measured, here and of the parts."""
        for part in self.parts:
            part.forget()
        super().forget()


def seed_of(rng: np.random.Generator) -> int:
    """The seed of the run, with which the random stream of every check begins; 0 for a stream without."""
    entropy = getattr(rng.bit_generator.seed_seq, "entropy", 0)
    return int(entropy[0] if isinstance(entropy, list | tuple) else entropy or 0)


def stream(family: Family, seed: int, *words: object) -> np.random.Generator:
    """A random stream of a family, named after what it is for."""
    name = hashlib.sha256(" ".join(map(str, (family.name, *words))).encode()).digest()
    return np.random.default_rng([seed, *np.frombuffer(name[:16], dtype=np.uint32).tolist()])


def structured(family: Family, situation: Situation) -> Lot | None:
    """The extreme instances of a family in one situation; None where it has none."""

    def make() -> Lot | None:
        parts = list(family.structured(situation))
        return _shared(family, parts) if parts else None

    return _SHELF.get((family.alike, str(situation), "structured"), make)


def ground(family: Family, situation: Situation, seed: int, turn: int = 0) -> Lot:
    """Extreme instances, and random ones of every regime, to begin searches from.

    Args:
        family: the family.
        situation: shape and settings.
        seed: of the run.
        turn: which draw it is; another turn has the same extreme instances, and other random ones.
    """

    def make() -> Lot:
        extreme = structured(family, situation)
        random = drawn(family, situation, seed, f"ground {turn}", affordable(RANDOM, family.cost))
        return random if extreme is None else _joined(extreme, random)

    found = _SHELF.get((family, str(situation), seed, turn), make)
    assert found is not None
    return found


def drawn(family: Family, situation: Situation, seed: int, purpose: str, count: int) -> Lot:
    """About `count` random instances, in every regime of the family in turn.

    Args:
        family: the family.
        situation: shape and settings.
        seed: of the run.
        purpose: what they are for; another purpose has others.
        count: how many; at least one of each regime.
    """

    def make() -> Lot:
        each = -(-count // len(family.regimes))
        rng = stream(family, seed, situation, purpose, each)
        parts = [(f"random, regime {regime}", family.draw(situation, regime, each, rng)) for regime in family.regimes]
        return _shared(family, parts)

    found = _SHELF.get((family, str(situation), seed, purpose, count), make)
    assert found is not None
    return found


def compared(family: Family, situation: Situation, seed: int, turn: int) -> Lot:
    """A random instance of the first regime and one of the last, on which two routes to every quantity are compared.

    What either route found is kept with them, for all theorems of the family.
    """

    def make() -> Lot:
        rng = stream(family, seed, situation, f"compared {turn}")
        ends = dict.fromkeys((family.regimes[0], family.regimes[-1]))
        return lot([(regime, family.draw(situation, regime, 1, rng)) for regime in ends])

    found = _SHELF.get((family, str(situation), seed, f"compared {turn}"), make)
    assert found is not None
    return found


def example(family: Family, situation: Situation, regime: str, number: int, count: int) -> Lot:
    """The instances of an example that Hypothesis may draw.

    Args:
        family: the family.
        situation: shape and settings.
        regime: how they are drawn.
        number: the seed.
        count: how many instances.
    """

    def make() -> Lot:
        batch = family.draw(situation, regime, count, np.random.default_rng(number))
        return _shared(family, [(f"Hypothesis, regime {regime}", batch)])

    found = _SHELF.get((family, str(situation), regime, number, count), make)
    assert found is not None
    return found


def raised(family: Family, situation: Situation, seed: int, level: Hashable, make: Callable[[], Batch]) -> Lot:
    """The instances of a rung, from which the ladder of a proof is climbed.

    Args:
        family: the family.
        situation: shape and settings.
        seed: of the run.
        level: names what is held fixed, and so tells how they are made.
        make: makes them.
    """
    found = _SHELF.get((family, str(situation), seed, "raised", level), lambda: _shared(family, [("", make())]))
    assert found is not None
    return found


def repetitions(family: Family, situation: Situation, regime: str, count: int, which: tuple[int, int]) -> Lot:
    """Repetitions at one setting of the parameters, for claims with a probability.

    Args:
        family: the family.
        situation: shape and settings.
        regime: how the parameters are drawn.
        count: how many repetitions.
        which: the seed of the run, and the turn.
    """

    def make() -> Lot:
        rng = stream(family, which[0], situation, regime, f"repetitions {which[1]}", count)
        return _shared(family, [(regime, family.draw(situation, regime, count, rng))])

    found = _REPETITIONS.get((family, str(situation), regime, count, which), make)
    assert found is not None
    return found


def _shared(family: Family, parts: Sequence[Part]) -> Lot:
    return replace(lot(parts), shared=True, dear=family.cost >= DEAR)


def _joined(extreme: Lot, random: Lot) -> Lot:
    both = extreme.batch, random.batch
    whole = concatenate(both)
    joined = _Joined(whole.family, whole.shape, whole.settings, whole.arrays, parts=both)
    ends = np.append(extreme.ends, extreme.ends[-1] + random.ends)
    return Lot(joined, (*extreme.words, *random.words), ends, shared=True, dear=extreme.dear)
