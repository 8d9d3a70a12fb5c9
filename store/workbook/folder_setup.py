"""Choosing the folder that a book exchanges by, taking part no more, and keeping two runs of one book apart."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from store import settings
from store.database import real_path
from store.errors import ExchangeError, FieldError, InvalidSettingsError, WrongWordsError
from store.workbook import folder_marks, folder_tills
from store.workbook.folder_records import Terms
from store.workbook.folder_share import Share, connect, unusable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.database import Book


MOST_DAYS = 3_650


class NoFolderError(ExchangeError, WrongWordsError):
    """No folder was named, and none is in the settings."""

    def __init__(self) -> None:
        super().__init__("This book exchanges by no folder yet. Name one: regulars sync FOLDER.")


class UnderWayError(ExchangeError):
    """Another run of this book is at work."""

    def __init__(self) -> None:
        super().__init__("An exchange of this book is under way already, and does what is to be done.")


def terms(book: Book) -> Terms:
    """The settings of the exchange."""
    days, office = settings.get(book, "sync_days"), settings.get(book, "sync_office")
    return Terms(str(settings.get(book, "sync_folder")), int(str(days)), bool(office))


def choose(book: Book, chosen: Terms) -> None:
    """Keep the settings; without a folder, changes are marked no more. Raises InvalidSettingsError.

    Another folder than before is begun anew, with all of the book.
    """
    text = ""
    if chosen.folder:
        try:
            text = as_kept(Path(chosen.folder))
            there = Path(text).is_dir()
        except (ExchangeError, OSError) as error:
            raise InvalidSettingsError((FieldError("folder", str(error)),)) from None
        if not there:
            raise InvalidSettingsError((FieldError("folder", "no such folder; connect its share, or make it first"),))
    if not 1 <= chosen.days <= MOST_DAYS:
        raise InvalidSettingsError((FieldError("days", f"a whole number from 1 to {MOST_DAYS:,}"),))
    with book.write():
        if text != settings.get(book, "sync_folder"):
            _forget(book)
            settings.put(book, "sync_folder", text)
        settings.put(book, "sync_days", chosen.days)
        settings.put(book, "sync_office", chosen.office)


def _forget(book: Book) -> None:
    """Exchange by no folder, and mark no changes: the next folder gets everything."""
    settings.put(book, "sync_folder", "")
    settings.put(book, "sync_folder_id", "")
    folder_marks.end(book)


def as_kept(folder: Path) -> str:
    """A folder as the settings have it. Raises ExchangeError."""
    try:
        text = str(real_path(folder))
        text.encode()
    except UnicodeEncodeError:
        raise ExchangeError("The folder's name has bytes that are no text. Give it another name.") from None
    except OSError as error:
        raise unusable(folder, error) from None
    return text


def root_of(book: Book, folder: Path | None) -> Path:
    """The folder that was named, or else the one in the settings. Raises ExchangeError."""
    text = str(settings.get(book, "sync_folder")) if folder is None else as_kept(folder)
    if not text:
        raise NoFolderError
    return Path(text)


def opened(book: Book, root: Path, *, make: bool, anew: bool) -> Share:
    """The folder, ready for use; with `make` it is set up where it is new, and kept in the settings.

    Raises ExchangeError, also where another folder stands in the place of the one that is known, unless `anew`.
    """
    same = str(settings.get(book, "sync_folder")) == str(root)
    share = connect(root, expected=str(settings.get(book, "sync_folder_id")) if same and not anew else "", make=make)
    if make and (not same or settings.get(book, "sync_folder_id") != share.id):
        with book.write():
            settings.put(book, "sync_folder", str(root))
            settings.put(book, "sync_folder_id", share.id)
    return share


def leave(book: Book, folder: Path | None = None, *, dry_run: bool = False) -> Path:
    """Take part no more: changes are marked no more, and no till waits for this book; the folder.

    A dry run only tells which folder it would be. Raises ExchangeError, also where the folder cannot be reached: then
    the others wait until the days are over.
    """
    root = root_of(book, folder)
    if dry_run:
        return root
    with alone(book):
        identity, origin = (str(settings.get(book, name)) for name in ("sync_folder_id", "origin"))
        with book.write():
            _forget(book)
        share = connect(root, expected=identity, make=False)
        try:
            folder_tills.leave(share, origin)
        except OSError as error:
            raise unusable(root, error) from None
    return root


@contextmanager
def alone(book: Book) -> Iterator[None]:
    """Keep a second run of the same book out, by a lock that ends with this process. Raises UnderWayError."""
    lock = sqlite3.connect(book.path.with_name(f".{book.path.name}.exchange"), timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise UnderWayError from None
            raise ExchangeError(f"No file can be made beside {book.path}. Allow writing to its folder.") from None
        yield
    finally:
        lock.close()
