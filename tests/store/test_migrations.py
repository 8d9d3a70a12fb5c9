"""The schema that migrations make is the one that the models describe."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from sqlite3 import IntegrityError
from typing import TYPE_CHECKING

import pytest
from peewee import SqliteDatabase

from store import customers, indexing, loyalty, upkeep
from store.book_file import MIGRATIONS, latest_version
from store.database import Book, open_book
from store.models import TABLES
from store.records import Actor
from store.upgrade import backup_path, upgrade

if TYPE_CHECKING:
    from pathlib import Path


def _columns(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Name, type, NOT NULL and place in the key of every column."""
    return [(row[1], row[2], row[3], row[5]) for row in rows]


def test_every_model_is_a_table_of_the_book(book: Book, tmp_path: Path) -> None:
    modelled = SqliteDatabase(str(tmp_path / "modelled.db"))
    with modelled.bind_ctx(TABLES):
        modelled.create_tables(TABLES)
        for table in (model._meta.table_name for model in TABLES):
            theirs = modelled.execute_sql(f'PRAGMA table_info("{table}")').fetchall()
            assert _columns(book.rows(f'PRAGMA table_info("{table}")')) == _columns(theirs), table
            ours = {row[2:] for row in book.rows(f'PRAGMA foreign_key_list("{table}")')}
            asked = {row[2:] for row in modelled.execute_sql(f'PRAGMA foreign_key_list("{table}")').fetchall()}
            assert ours == asked, table
    modelled.close()


def test_the_book_has_no_table_without_a_model(book: Book) -> None:
    names = {name for (name,) in book.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    own = {name for name in names if not re.match("customer_search|sqlite_|schema_migration", name)}
    assert own == {model._meta.table_name for model in TABLES}


def test_unique_columns_of_the_models_are_unique_in_the_book(book: Book) -> None:
    for model in TABLES:
        table = model._meta.table_name
        unique = set()
        for _, index, is_unique, *_ in book.rows(f'PRAGMA index_list("{table}")'):
            columns = [row[2] for row in book.rows(f'PRAGMA index_info("{index}")')]
            if is_unique and len(columns) == 1:
                unique.add(columns[0])
        asked = {field.column_name for field in model._meta.sorted_fields if field.unique}
        assert asked <= unique, table


def test_the_columns_compare_as_the_models_say(book: Book) -> None:
    for model in TABLES:
        (sql,) = book.rows("SELECT sql FROM sqlite_master WHERE name = ?", (model._meta.table_name,))[0]
        nocase = {line.split()[0] for line in sql.splitlines() if "COLLATE NOCASE" in line}
        assert nocase == {
            field.column_name for field in model._meta.sorted_fields if getattr(field, "collation", None) == "NOCASE"
        }, model._meta.table_name


def _first_schema(path: Path) -> None:
    """A book as the first Regulars left it: with points, a receipt, and an import that has ended."""
    first = path.with_name("migrations")
    first.mkdir()
    shutil.copy(MIGRATIONS / "0001_the_book.py", first)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    old = Book(path, Actor("Mia", "till-1"))
    with closing(old):
        upgrade(old, first, 1)
        old.execute("PRAGMA journal_mode=WAL")
        old.execute(
            "INSERT INTO customer (id, uid, ord, name_key, first_name, last_name, loyalty, points) "
            "VALUES (1, 'a', 1, 'ann lee', 'Ann', 'Lee', 1, 80)"
        )
        indexing.index(old, 1, indexing.stored_words(old, 1))
        old.execute(
            "INSERT INTO loyalty_entry (uid, customer_id, points, at) VALUES ('e', 1, 80, '2026-01-01T00:00:00Z')"
        )
        old.execute("INSERT INTO receipt (number, customer_id, paid_at) VALUES ('1-1', 1, '2026-01-01T00:00:00Z')")
        old.execute(
            "INSERT INTO import_run (uid, file_name, file_digest, started_at, state) "
            "VALUES ('r', 'a.xlsx', '0', '2026-01-01T00:00:00Z', 'applied')"
        )


def test_a_book_of_the_first_schema_is_brought_up_to_date(book: Book, book_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "old" / "book.db"
    path.parent.mkdir()
    _first_schema(path)
    with closing(open_book(path)) as now:
        assert now.rows("PRAGMA user_version") == [(latest_version(),)]
        made = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%migration%' ORDER BY name"
        assert now.rows(made) == book.rows(made)
        assert upkeep.check(now).faults == ()
        (line,) = loyalty.lines(now, 1, offset=0, limit=9)
        assert (line.points, line.balance) == (80, 80)
        assert loyalty.adjust(now, 1, balance=90, reason="Birthday", seen=80) == 90
        assert now.rows("SELECT award_cursor FROM import_run") == [(None,)]
        with pytest.raises(IntegrityError, match="never changed"):
            now.execute("UPDATE loyalty_entry SET points = 1000")
    copy = backup_path(path, 1)
    with closing(sqlite3.connect(copy)) as before:
        assert before.execute("PRAGMA user_version").fetchone() == (1,)
        assert before.execute("SELECT uid, points FROM loyalty_entry").fetchall() == [("e", 80)]
        assert "receipt_id" not in {row[1] for row in before.execute("PRAGMA table_info(loyalty_entry)")}


def test_a_receipt_that_goes_leaves_its_points_in_the_ledger(book: Book) -> None:
    book.execute("INSERT INTO receipt (id, number, paid_at) VALUES (5, '1-1', '2026-01-01T00:00:00Z')")
    ann = customers.create(book, {"first_name": "Ann", "last_name": "Lee", "email": "a@example.com", "loyalty": True})
    with book.write():
        loyalty.enter(book, ann.id, 7, "Receipt 1-1", receipt_id=5)
        book.execute("DELETE FROM receipt")
    assert book.rows("SELECT points, receipt_id FROM loyalty_entry") == [(7, None)]
