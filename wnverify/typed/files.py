"""Files that bring families and quantities along: theorem files, or modules that only declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from wnverify.beside import modules
from wnverify.errors import TheoremFileError, expected
from wnverify.execution import executed
from wnverify.families.own.declared import Declared
from wnverify.families.own.own_quantity import Own
from wnverify.family import Family
from wnverify.quantities import Quantity
from wnverify.source import named, read_bytes
from wnverify.theorem import Theorem
from wnverify.typed.vocabulary import BUILT_IN, Vocabulary

Files: TypeAlias = Path | str | Sequence[Path | str]


def vocabulary_with(files: Files) -> Vocabulary:
    """The vocabulary of wnverify and what files add to it; each is run as theorem files are, and forgotten.

    Args:
        files: theorem files, or modules that declare families or quantities; one may stand without brackets.

    Raises:
        TheoremFileError: if one cannot be read or run, declares neither these nor a theorem, or a name twice.
        UsageError: if a quantity has a name that its family knows already.
    """
    families: dict[str, Family] = {}
    quantities: dict[str, Quantity] = {}
    theorems: dict[str, Theorem] = {}
    paths = [Path(file) for file in ([files] if isinstance(files, Path | str) else files)]
    if not paths:
        return BUILT_IN
    for path in paths:
        source = read_bytes(path)
        names = executed(path, source, modules(path, source))
        found, own = list(_families(names)), list(_quantities(names))
        if isinstance(theorem := names.get("theorem"), Theorem):
            theorems[path.stem] = theorem
        elif not found and not own:
            remedy = "declare one by architecture(...) or quantity(...)"
            raise TheoremFileError(f"{named(path)}: {expected('families or quantities', 'none', remedy)}")
        _gather(path, found, families, "family")
        _gather(path, own, quantities, "quantity")
    if clash := sorted(set(families) & set(BUILT_IN.families())):
        raise TheoremFileError(expected("a name that no family of wnverify has", repr(clash[0]), "rename it"))
    return Vocabulary(*_joined(families, quantities.values()), tuple(map(named, paths)), theorems)


def _families(names: Mapping[str, Any]) -> Iterator[Family]:
    """The families that a file declares or imports from beside it, also where only its theorem knows them."""
    plain = [value for value in names.values() if isinstance(value, Family)]
    known = {family.name for family in plain}
    theorems = [value.family for value in names.values() if isinstance(value, Theorem)]
    for family in [*plain, *(family for family in theorems if family.name not in known)]:
        own = isinstance(family, Declared) or type(family).__module__.partition(".")[0] != "wnverify"
        if own and not _built_in(family):
            yield family


def _built_in(family: Family) -> bool:
    """Whether a declared family is one of wnverify's that the file imports, perhaps with further quantities."""
    known = BUILT_IN.families().get(family.name)
    return isinstance(family, Declared) and isinstance(known, Declared) and family.program is known.program


def _quantities(names: Mapping[str, Any]) -> Iterator[Quantity]:
    theorems = [value.family.quantities.values() for value in names.values() if isinstance(value, Theorem)]
    for value in [*names.values(), *(quantity for each in theorems for quantity in each)]:
        if isinstance(value, Quantity) and value.own is not None:
            yield value


def _gather(path: Path, found: Iterable[Any], into: dict[str, Any], what: str) -> None:
    for each in found:
        if into.setdefault(each.name, each) is not each:
            got = f"two of the name {each.name}"
            raise TheoremFileError(f"{named(path)}: {expected(f'one {what} of a name', got, 'rename one')}")


def _joined(
    families: dict[str, Family], quantities: Iterable[Quantity]
) -> tuple[dict[str, Family], dict[str, Quantity]]:
    """Quantities put into the families that they are about; the rest wait for the family of a claim."""
    free: dict[str, Quantity] = {}
    for quantity in quantities:
        about = quantity.own.of if isinstance(quantity.own, Own) else None
        if about is None:
            free[quantity.name] = quantity
        else:
            families[about.name] = families.get(about.name, about).extended([quantity])
    return families, free
