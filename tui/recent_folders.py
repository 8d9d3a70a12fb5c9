"""The folders in which files were chosen last, kept in the book: each till has its own.

The list of them is one for all purposes; where choosing begins is another folder for each. A path is any bytes but
NUL, so it is kept percent-encoded.
"""

from __future__ import annotations

import os
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, unquote_to_bytes

from store import settings
from store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Book
    from tui.app import RegularsApp

SETTING = "recent_folders"
KEPT = 8
"""More would not be seen beside the list at 80x24."""


class Purpose(StrEnum):
    """What a file is chosen for: workbooks come by mail or stick, PDFs go elsewhere."""

    IMPORT = "import"
    EXPORT = "export"
    PDF = "pdf"
    PHOTO = "photo"


def recent_folders(book: Book) -> tuple[Path, ...]:
    """The last first. Whether they are still there is not asked: a drive that is gone must not be touched.

    A book that cannot be read has none; whoever goes on with it is told.
    """
    return _kept(book, _own(book))


def last_folder(book: Book, purpose: Purpose | None) -> Path | None:
    """Where a file was chosen last for this purpose, or, without one, for any; None when none was."""
    kept = _kept(book, _own(book, purpose))
    return kept[0] if kept else None


def remember_folder(book: Book, folder: Path, purpose: Purpose | None = None) -> None:
    """Put a folder in front of the others, and begin there the next time that a file is wanted for this purpose."""
    others = [path for path in recent_folders(book) if path != folder]
    with book.write():
        _keep(book, _own(book), [folder, *others][:KEPT])
        if purpose is not None:
            _keep(book, _own(book, purpose), [folder])


def keep_folder(app: RegularsApp, folder: Path, purpose: Purpose | None = None) -> None:
    """Remember a folder without making anybody wait; while the book is busy it is not worth remembering."""

    def keep() -> None:
        with app.book.connection() as book, suppress(StoreError):
            remember_folder(book, folder, purpose)

    app.run_worker(keep, thread=True, group="recent folders")


def _own(book: Book, purpose: Purpose | None = None) -> str:
    """The setting's name for this till, `recent_folders@Till 2`, and for a purpose, `recent_folders@Till 2@pdf`."""
    return "@".join(filter(None, (SETTING, book.actor.till, purpose)))


def _kept(book: Book, name: str) -> tuple[Path, ...]:
    kept: object = None
    with suppress(StoreError):
        kept = settings.get(book, name)
    names = kept if isinstance(kept, list) else []
    return tuple(Path(os.fsdecode(unquote_to_bytes(name))) for name in names)


def _keep(book: Book, name: str, folders: Sequence[Path]) -> None:
    settings.put(book, name, [quote_from_bytes(os.fsencode(path)) for path in folders])
