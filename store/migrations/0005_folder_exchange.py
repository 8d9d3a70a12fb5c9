"""What a book keeps that exchanges workbooks through a folder: exports sent, files taken, numbers known, changes."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    # a mark is never used twice, so that clearing up to one can never clear what was marked later
    """CREATE TABLE folder_change (
        mark INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, row_id INTEGER NOT NULL
    )""",
    "CREATE UNIQUE INDEX folder_change_kind_row_id ON folder_change (kind, row_id)",
    "CREATE TABLE folder_quiet (id INTEGER NOT NULL PRIMARY KEY)",
    """CREATE TABLE folder_export (
        origin TEXT NOT NULL, number INTEGER NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,
        since INTEGER NOT NULL, mark INTEGER NOT NULL, made_at TEXT NOT NULL, customers INTEGER NOT NULL DEFAULT 0,
        digest TEXT NOT NULL DEFAULT '', sent_at TEXT, seen_at TEXT, seen_by TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (origin, number)
    ) WITHOUT ROWID""",
    "CREATE INDEX folder_export_digest ON folder_export (digest)",
    """CREATE TABLE folder_file (
        digest TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, origin TEXT NOT NULL DEFAULT '',
        number INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL, outcome TEXT NOT NULL, refused INTEGER NOT NULL DEFAULT 0,
        left_out INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID""",
    "CREATE INDEX folder_file_at ON folder_file (at)",
    """CREATE TABLE folder_path (
        path TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL, mtime INTEGER NOT NULL, looked_at INTEGER NOT NULL,
        digest TEXT
    ) WITHOUT ROWID""",
    """CREATE TABLE folder_book (
        origin TEXT NOT NULL PRIMARY KEY, till TEXT NOT NULL DEFAULT '', highest INTEGER NOT NULL DEFAULT 0,
        later TEXT NOT NULL DEFAULT '[]', told INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the tables. What marks the changes is made with the first exchange: until then it costs nothing."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
