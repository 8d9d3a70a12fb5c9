"""The schema that migrations make is the one that the models describe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from peewee import SqliteDatabase

from store.models import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book


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
