"""Peewee on a book's own connection; apart from `database`, because importing it costs what the list need not pay."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import peewee

from store.book_file import fault_of

if TYPE_CHECKING:
    from store.database import Book


class BookDatabase(peewee.SqliteDatabase):
    """Peewee's view of a book: the same connection, the same transaction, the same sentences for faults."""

    def __init__(self, book: Book) -> None:
        super().__init__(str(book.path))
        self._book = book

    def _connect(self) -> sqlite3.Connection:
        return self._book.raw()

    def _close(self, conn: sqlite3.Connection) -> None:
        """The book closes its connection itself."""

    def atomic(self, *arguments: Any, **options: Any) -> Any:
        """A transaction; inside one that the book began, a savepoint."""
        if self.transaction_depth() == 0 and self._book.raw().in_transaction:
            return self.savepoint()
        return super().atomic(*arguments, **options)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """As Peewee's, but what the file is at fault for raises BookError kinds."""

        try:
            return super().execute_sql(sql, params)  # type: ignore[no-untyped-call]  # Peewee's own is untyped
        except peewee.DatabaseError as error:
            cause = error.args[0] if error.args else None
            told = fault_of(cause, self._book.path) if isinstance(cause, sqlite3.DatabaseError) else None
            if told is None:
                raise
            raise told from error
