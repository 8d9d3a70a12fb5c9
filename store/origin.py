"""The book's own id among books that exchange workbooks, and the number of each of its writes.

An id must never number two different writes alike: a copy of a book, or one that was put back from a backup, takes a
new id before it writes. Backups made by Regulars carry none; any other copy is known by where it lies, and one that
was put back over its own file by the note that each export leaves beside the book.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from store import settings
from store.merge.writing import Dot

if TYPE_CHECKING:
    from store.database import Book


def next_dot(book: Book, *, at: int | None = None) -> Dot:
    """The next write of this book, inside the transaction that makes it."""
    origin = current(book)
    n = int(str(settings.get(book, "writes"))) + 1
    settings.put(book, "writes", n)
    return Dot(origin, n, int(time.time()) if at is None else at)


def current(book: Book) -> str:
    """The book's id; a new one is taken where the book is a copy. Inside a write transaction."""
    origin = str(settings.get(book, "origin"))
    if origin and book.checked_origin == origin:
        return origin
    if not is_own(book):
        if not origin or settings.get(book, "origin_home") or _was_put_back(book, origin):
            origin = secrets.token_hex(16)
            settings.put(book, "origin", origin)
            settings.put(book, "writes", 0)
        settings.put(book, "origin_home", _home(book.path))
    book.checked_origin = origin
    return origin


def is_own(book: Book) -> bool:
    """Whether the book's id is its own: it lies where it took it, and has all the writes that it sent out."""
    origin = str(settings.get(book, "origin"))
    at_home = settings.get(book, "origin_home") == _home(book.path)
    return bool(origin) and at_home and not _was_put_back(book, origin)


def renew(book: Book) -> None:
    """Take the id from a copy of a book, so that whoever opens it as a book gives it one of its own."""
    settings.put(book, "origin", "")


def leave_note(book: Book) -> None:
    """Note beside the book how far its writes were when they went out in a file."""
    note = _note(book.path)
    with suppress(OSError):  # a folder that takes no file has the two other signs
        descriptor = os.open(note, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(f"{settings.get(book, 'origin')} {settings.get(book, 'writes')}\n")


def sent_at(book: Book) -> float | None:
    """When the book's writes last went out in a file, in seconds; None when nobody knows of any."""
    try:
        return _note(book.path).stat().st_mtime
    except OSError:
        return None


def _was_put_back(book: Book, origin: str) -> bool:
    """Whether the book has fewer writes than it once sent out."""
    try:
        noted, _, writes = _note(book.path).read_text("ascii").strip().partition(" ")
        return noted == origin and int(writes) > int(str(settings.get(book, "writes")))
    except (OSError, ValueError):
        return False


def _note(path: Path) -> Path:
    return path.with_name(f".{path.name}.sent")


def _home(path: Path) -> str:
    """This computer, and the very file on it."""
    status = Path(path).stat()
    return f"{socket.gethostname()}:{path}:{status.st_ino}"
