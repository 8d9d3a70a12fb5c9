"""Bringing a book to the program's schema: what is due in one transaction, after a backup beside the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import BookError, DamagedBookError, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book


def upgrade(book: Book, migrations: Path, latest: int) -> None:
    """Run the migrations that are due. Another till that opens the same book waits, then finds the work done.

    Raises BookError, with the book unchanged, when a copy cannot be made or a migration fails.
    """
    from playhouse.migrations import Runner

    from store.book_file import APPLICATION_ID

    book.execute("PRAGMA foreign_keys=OFF")  # a table that is rebuilt would take its children along
    try:
        with book.database.atomic("IMMEDIATE"):
            version = int(book.rows("PRAGMA user_version")[0][0])
            if version >= latest:
                return
            if version:
                _back_up(book, version)
            Runner(book.database, str(migrations)).up()
            _refuse_orphans(book)
            if not version:
                from store.settings import found

                found(book)
            book.execute(f"PRAGMA application_id={APPLICATION_ID}")
            book.execute(f"PRAGMA user_version={latest}")
    except StoreError:
        raise
    except Exception as error:
        raise BookError(f"{book.path} could not be brought up to date and was left as it was ({error}).") from error
    finally:
        book.execute("PRAGMA foreign_keys=ON")


def _refuse_orphans(book: Book) -> None:
    if book.rows("PRAGMA foreign_key_check"):
        raise DamagedBookError(f"{book.path} has rows whose parents are gone. Put a backup in its place.")


def _back_up(book: Book, version: int) -> None:
    from store.upkeep import copy_book

    copy_book(book.path, backup_path(book.path, version))


def backup_path(path: Path, version: int) -> Path:
    """Where the copy of a book stands that had this version before it was brought up to date."""
    return path.with_name(f"{path.name}.before-{version + 1:04}")
