"""Where the backups of a book are: who is erased in the book is erased in them as well."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """CREATE TABLE book_copy (
        path TEXT NOT NULL PRIMARY KEY, made_at TEXT NOT NULL, elsewhere INTEGER NOT NULL, cleared INTEGER NOT NULL
    ) WITHOUT ROWID""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the table."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
