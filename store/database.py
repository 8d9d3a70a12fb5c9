"""Opening a book, and the handle that every service takes."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.book_file import MIGRATIONS, fault_of, judge, latest_version, refuse_newer
from store.errors import BookError, BusyBookError
from store.folding import search_words
from store.payments import share
from store.records import Actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from peewee import SqliteDatabase

    from store.exchange import Progress

BUSY_SECONDS = 5.0
"""How long a write waits for another program before BusyBookError."""
RETRY_SECONDS = 0.0007
"""How often a waiting write looks for its turn: SQLite's own handler sleeps up to 0.1 s and misses an import's gaps."""
CHECKPOINT_PAGES = 8_000
"""Write-ahead pages (32 MB) before a save has to fold them into the book; long jobs fold them in between."""
_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=FULL",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA secure_delete=ON",  # what is deleted is gone from the file as well
    f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}",
    "PRAGMA journal_size_limit=33554432",
)


class Book:
    """A book that is open: its path, who writes in it, and one connection for each thread that uses it.

    A thread that is not the opener's must end with `close_thread`, or work inside `connection()`.
    """

    def __init__(self, path: Path, actor: Actor, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        """Where the book is, absolute."""
        self.actor = actor
        """Stands on what is written through this handle."""
        self.checked_origin = ""
        """The id of the book that `origin` found to be its own."""
        self._busy_seconds = busy_seconds
        self._own = threading.local()
        self._peewee: SqliteDatabase | None = None
        self._making = threading.Lock()

    @property
    def database(self) -> SqliteDatabase:
        """The book for Peewee queries; shares this thread's connection and transaction with `execute`."""
        if self._peewee is None:
            from store.orm import BookDatabase

            with self._making:
                self._peewee = self._peewee or BookDatabase(self)
        return self._peewee

    def raw(self) -> sqlite3.Connection:
        """This thread's connection, opened at its first use."""
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            with self.faults():
                # mode=rw: a book whose disk was unplugged must not come back as an empty file
                name = f"{self.path.as_uri()}?mode=rw"
                connection = sqlite3.connect(name, uri=True, timeout=self._busy_seconds, isolation_level=None)
                for pragma in _PRAGMAS:
                    connection.execute(pragma)
            connection.create_function("search_words", 10, search_words, deterministic=True)
            connection.create_function("share", 3, share, deterministic=True)
            self._own.connection = connection
        return connection

    def execute(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> sqlite3.Cursor:
        """Run one statement on this thread's connection. Raises BookError kinds for what the file is at fault for."""
        connection = self.raw()
        try:
            return connection.execute(sql, parameters)
        except sqlite3.DatabaseError as error:
            self._tell(error)
            raise

    def rows(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> list[tuple[Any, ...]]:
        """Every row of a query; as `execute`, but faults met while reading are told as well."""
        connection = self.raw()
        try:
            return connection.execute(sql, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            self._tell(error)
            raise

    @contextmanager
    def read(self) -> Iterator[None]:
        """One snapshot for all queries inside; joins a transaction that is open in this thread."""
        with self._transaction(lambda connection: connection.execute("BEGIN DEFERRED")):
            yield

    @contextmanager
    def write(self) -> Iterator[None]:
        """A write transaction: all of it, or nothing. Joins one that is open in this thread.

        Raises BusyBookError when another program writes for longer than the busy timeout.
        """
        with self._transaction(self._begin_writing):
            yield

    def _begin_writing(self, connection: sqlite3.Connection) -> None:
        """Wait for the turn to write; a busy book is asked again and again until the busy timeout has passed."""
        until = time.monotonic() + self._busy_seconds
        connection.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                        raise
                    time.sleep(RETRY_SECONDS)
                else:
                    return
        finally:
            self._wait_again(connection)

    def _wait_again(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA busy_timeout={int(self._busy_seconds * 1000)}")

    @contextmanager
    def _transaction(self, begin: Callable[[sqlite3.Connection], object]) -> Iterator[None]:
        connection = self.raw()
        if connection.in_transaction:
            yield
            return
        with self.faults():
            begin(connection)
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Tell SQLite's faults inside as BookError kinds, where it is the file that is at fault."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            self._tell(error)
            raise

    def _tell(self, error: sqlite3.DatabaseError) -> None:
        if (told := fault_of(error, self.path)) is not None:
            raise told from error

    def data_version(self) -> int:
        """A number that changes when another connection wrote in the book."""
        return int(self.rows("PRAGMA data_version")[0][0])

    def changes(self) -> tuple[int, int]:
        """What is another after anybody wrote in the book: another connection, or this one."""
        return self.data_version(), int(self.rows("SELECT total_changes()")[0][0])

    def checkpoint(self, *, truncate: bool = False) -> None:
        """Fold the write-ahead log into the book as far as nobody is in the way; never waits for a reader."""
        connection = self.raw()
        with self.faults():
            if truncate:
                connection.execute("PRAGMA busy_timeout=0")
            try:
                connection.execute(f"PRAGMA wal_checkpoint({'TRUNCATE' if truncate else 'PASSIVE'})").fetchall()
            finally:
                self._wait_again(connection)

    @contextmanager
    def connection(self) -> Iterator[Book]:
        """The book for the length of a thread's work; its connection is closed at the end."""
        try:
            yield self
        finally:
            self.close_thread()

    def close_thread(self) -> None:
        """Close this thread's connection, if it has one."""
        if self._peewee is not None and not self._peewee.is_closed():
            self._peewee.close()
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is not None:
            self._own.connection = None
            connection.close()

    def close(self) -> None:
        """Close the opener's connection; other threads close their own."""
        self.close_thread()


def default_path() -> Path:
    """The book that opens when none is named: $REGULARS_DB, else `book.db` in the user's data folder."""
    if named := os.environ.get("REGULARS_DB"):
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("regulars", appauthor=False) / "book.db"


def real_path(path: Path) -> Path:
    """Where a book truly is. Its log and the stages of imports stand beside it, by whatever link it is opened.

    Raises OSError for links that go in circles.
    """
    try:
        return path.expanduser().resolve()
    except RuntimeError:  # Python before 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None


def open_book(
    path: Path | None = None,
    *,
    actor: Actor | None = None,
    create: bool = True,
    recover: bool = True,
    report: Callable[[Progress], None] | None = None,
    busy_seconds: float = BUSY_SECONDS,
    migrations: Path = MIGRATIONS,
) -> Book:
    """Open the book, make it when it is not there, bring it up to date after a backup, finish a cut-off import
    and the points that it gives.

    `report` is told how far the latter is, from its beginning on: much may be left of a large one. Who gives it
    opens the book before anything else in this process does.

    Raises a BookError kind, with a sentence that says what to do; the file is then as it was before.
    """
    latest = latest_version(migrations)
    try:
        place = real_path(path or default_path())
        if path is None and create and "REGULARS_DB" not in os.environ:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        judge(place, latest, create=create)
    except OSError as error:
        named = path or default_path()
        raise BookError(f"{named} cannot be reached ({error.strerror}). Name another place for the book.") from None
    book = Book(place, actor or _this_till(), busy_seconds=busy_seconds)
    try:
        version = int(book.rows("PRAGMA user_version")[0][0])
        refuse_newer(place, version, latest)
        if version < latest:
            from store.upgrade import upgrade

            upgrade(book, migrations, latest)
        _keep_log(book, busy_seconds)
        cut_off = book.rows(
            "SELECT 1 FROM import_run WHERE state IN ('applying', 'taking back') "
            "UNION ALL SELECT 1 FROM import_run WHERE award_cursor IS NOT NULL "
            "UNION ALL SELECT 1 FROM setting WHERE name = 'stores_renamed' AND value <> '[]' LIMIT 1"
        )
        with os.scandir(place.parent) as entries:
            left_over = any(entry.name.startswith(f".{place.name}.import-") for entry in entries)
        if recover and (cut_off or left_over):
            from store.workbook import apply

            if report is None:
                apply.recover(book)
            else:
                apply.recover(book, report, only_thread=True)
    except BaseException:
        book.close()
        raise
    return book


def _keep_log(book: Book, busy_seconds: float) -> None:
    """Have the book use a write-ahead log. Who is just doing the same is waited for, which SQLite does not do here."""
    until = time.monotonic() + busy_seconds
    while True:
        try:
            book.execute("PRAGMA journal_mode=WAL")
        except BusyBookError:
            if time.monotonic() >= until:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def _this_till() -> Actor:
    return Actor(os.environ.get("USER") or os.environ.get("USERNAME") or "", socket.gethostname())
