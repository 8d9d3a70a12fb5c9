"""Seconds to read a workbook with calamine and put its rows into a bare table, without any check or index."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from tests.bench.references.age import seconds_alive
from tests.bench.references.read_calamine import read


def insert(rows: list[list[object]], target: Path) -> None:
    """One `executemany` in one transaction, with the pragmas of a book."""
    header, *data = rows
    database = sqlite3.connect(target, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    columns = ", ".join(f'"{name}"' for name in header)
    database.execute(f"CREATE TABLE customer (id INTEGER PRIMARY KEY, {columns})")
    database.execute("BEGIN IMMEDIATE")
    marks = ", ".join("?" * len(header))
    database.executemany(
        f"INSERT INTO customer ({columns}) VALUES ({marks})",
        ([value if isinstance(value, (str, int, float)) else str(value) for value in row] for row in data),
    )
    database.execute("COMMIT")
    database.close()


if __name__ == "__main__":
    insert(read(Path(sys.argv[1])), Path(sys.argv[2]))
    sys.stdout.write(f"{seconds_alive()}\n")
