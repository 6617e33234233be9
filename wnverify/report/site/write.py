"""Write a site into a folder: pages, one sheet of style, one script, and the instances to download."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from wnverify.errors import UsageError, expected
from wnverify.report.site.environment import TEMPLATES
from wnverify.report.site.figures import colours
from wnverify.report.site.index import index
from wnverify.report.site.names import stem
from wnverify.report.site.page import Saved, Where, page
from wnverify.report.site.paper import page_of_paper
from wnverify.report.told.account import Account, Told
from wnverify.report.told.paper import paper_page

REMEDY = "name a folder that can be made or written to"


def check_folder(folder: Path) -> None:
    """Find out before a long run whether a site can be written into a folder, and make it.

    Raises:
        UsageError: if it cannot.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(expected("a folder for the pages", f"{str(folder)!r}, a file", REMEDY))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except (OSError, ValueError) as error:
        raise _refused(folder, error) from error


def write_site(told: Told, folder: Path, saved: Callable[[Account], Saved | None] | None = None) -> int:
    """Write the site of a run; the first page is `index.html`.

    Args:
        told: the run.
        folder: where; it is made if need be, and other files in it stay.
        saved: what to offer for download of the worst instance of a theorem; nothing where it is left out.

    Returns:
        How many pages were written.

    Raises:
        UsageError: if they cannot be written.
    """
    check_folder(folder)
    count = 0
    try:
        for name, content in files(told, saved):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            count += path.suffix == ".html"
    except OSError as error:
        raise _refused(folder, error) from error
    return count


def _refused(folder: Path, error: OSError | ValueError) -> UsageError:
    why = getattr(error, "strerror", None) or error
    return UsageError(expected("a folder for the pages", f"{str(folder)!r} ({why})", REMEDY))


def files(told: Told, saved: Callable[[Account], Saved | None] | None = None) -> Iterator[tuple[str, bytes]]:
    """Every file of a site with its content, by its name from the root."""
    yield "assets/style.css", (TEMPLATES / "style.css").read_bytes() + colours().encode()
    yield "assets/site.js", (TEMPLATES / "site.js").read_bytes()
    pages = {account.id: f"theorems/{stem(account.id)}.html" for account in told.accounts}
    beside = {name: path.removeprefix("theorems/") for name, path in pages.items()}
    papers = {name: f"papers/{stem(name)}.html" for name in dict.fromkeys(a.paper for a in told.accounts) if name}
    for account in told.accounts:
        kept = saved(account) if saved else None
        bundle = f"instances/{stem(account.id)}.json" if kept else ""
        if kept:
            yield bundle, kept.file
        where = Where(beside, papers.get(account.paper, ""), bundle)
        yield pages[account.id], page(account, told, where, kept)
    beyond = {name: f"../{path}" for name, path in pages.items()}
    for folder, path in papers.items():
        yield path, page_of_paper(paper_page(told, folder), told, beyond)
    yield "index.html", index(told, pages, papers)
