"""The folders in which files were chosen last, kept in the book: each till has its own.

A path is any bytes but NUL, so it is kept percent-encoded.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, unquote_to_bytes

from store import settings
from store.errors import StoreError

if TYPE_CHECKING:
    from store.database import Book
    from tui.app import RegularsApp

SETTING = "recent_folders"
KEPT = 8
"""More would not be seen beside the list at 80x24."""


def recent_folders(book: Book) -> tuple[Path, ...]:
    """The last first. Whether they are still there is not asked: a drive that is gone must not be touched.

    A book that cannot be read has none; whoever goes on with it is told.
    """
    kept: object = None
    with suppress(StoreError):
        kept = settings.get(book, SETTING)
    names = kept if isinstance(kept, list) else []
    return tuple(Path(os.fsdecode(unquote_to_bytes(name))) for name in names)


def remember_folder(book: Book, folder: Path) -> None:
    """Put a folder in front of the others."""
    others = [path for path in recent_folders(book) if path != folder]
    kept = [folder, *others][:KEPT]
    settings.put(book, SETTING, [quote_from_bytes(os.fsencode(path)) for path in kept])


def keep_folder(app: RegularsApp, folder: Path) -> None:
    """Remember a folder without making anybody wait; while the book is busy it is not worth remembering."""

    def keep() -> None:
        with app.book.connection() as book, suppress(StoreError):
            remember_folder(book, folder)

    app.run_worker(keep, thread=True, group="recent folders")
