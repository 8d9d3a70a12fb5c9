"""Books that the program as it is makes once, and that tests copy: a copy is there ten times sooner than a new book."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from store import settings
from store.database import Book, open_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.records import Actor


class Pattern:
    """A book that was made and filled once by the program, to be copied."""

    def __init__(self, actor: Actor, fill: Callable[[Book], object] = lambda book: None) -> None:
        self._actor = actor
        with TemporaryDirectory() as folder:
            path = Path(folder) / "book.db"
            with closing(open_book(path, actor=actor)) as book:
                fill(book)
            self._bytes = path.read_bytes()

    def copy(self, path: Path) -> Book:
        """A book of its own at a place where there is none, opened as the program opens any."""
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(self._bytes)
        book = open_book(path, actor=self._actor)
        with book.write():
            settings.found(book)
        return book
