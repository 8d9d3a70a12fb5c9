"""Whether a file may be opened as a book, and the sentences for what is wrong with one.

A file is judged before SQLite may write beside it: its header is read through an immutable connection, which takes no
lock and leaves no `-wal` or `-shm` file, so that another program's database is not changed by a byte. (Reading it with
`open()` would drop the locks that this process holds on the same file: POSIX forgets them when any descriptor closes.)
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from store.errors import (
    BookError,
    BusyBookError,
    DamagedBookError,
    NewerBookError,
    NotABookError,
    ReadOnlyBookError,
)

APPLICATION_ID = 0x52474C52
"""Stands in the header of every book ('RGLR'), so that no other program's file is taken for one."""
MIGRATIONS = Path(__file__).parent / "migrations"
_LEAST_PAGE = 512
"""Bytes of SQLite's smallest page; it takes shorter files for new ones."""

_READ_ONLY = (ReadOnlyBookError, "{} cannot be written to. Allow writing to the file and to its folder.")
_BUSY = (BusyBookError, "Another program is busy with {}. Wait for it or close it, then try again.")
_DAMAGED = (DamagedBookError, "{} is damaged. Put a backup in its place; keep the damaged file for support.")
_FAULTS: dict[int, tuple[type[BookError], str]] = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FULL: (BookError, "There is no room left on the disk of {}. Free some and try again."),
    sqlite3.SQLITE_IOERR: (BookError, "The disk of {} fails to read or write. Copy the book to another disk."),
}
"""SQLite's faults that are the file's, and the sentence for each."""


def fault_of(error: sqlite3.DatabaseError, path: Path) -> BookError | None:
    """The sentence for a fault of the file; None for a fault of the query (a constraint, wrong SQL)."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_CANTOPEN and not path.exists():
        return BookError(f"{path} is gone. Plug its disk in again, or put the book back.")
    kind, sentence = _FAULTS.get(code, (None, ""))
    return None if kind is None else kind(sentence.format(path))


def latest_version(migrations: Path = MIGRATIONS) -> int:
    """The number of the last migration: the schema that the program knows."""
    return max(int(file.name[:4]) for file in migrations.iterdir() if file.name[:4].isdigit())


def refuse_newer(path: Path, version: int, latest: int) -> None:
    """Raise NewerBookError when a book's version is beyond what the program knows."""
    if version > latest:
        raise NewerBookError(
            f"{path} was last opened by a newer Regulars. Update Regulars on this computer to open it."
        )


def judge(path: Path, latest: int | None = None, *, create: bool = False) -> None:
    """Refuse what is no book, with a BookError kind; with `create` make the file of a new one.

    `latest` is the schema that the program knows. Nothing that exists is changed.
    """
    if not path.parent.is_dir():
        raise BookError(f"There is no folder {path.parent}. Make it first, or name another place for the book.")
    if path.is_dir():
        raise NotABookError(f"{path} is a folder. Name a file in it, such as {path / 'book.db'}.")
    if not path.exists():
        if not create:
            raise BookError(f"There is no book at {path}. Check the name.")
        _make_file(path)
        return
    if not path.is_file():
        raise NotABookError(f"{path} is no file. Name a file for the book.")
    if not os.access(path, os.R_OK):
        raise BookError(f"{path} cannot be opened for reading. Ask its owner to let you read it.")
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise ReadOnlyBookError(f"{path} cannot be written to. Allow writing to the file and to its folder.")
    if path.stat().st_size:
        _judge_header(path, latest_version() if latest is None else latest)


def _judge_header(path: Path, latest: int) -> None:
    stranger = f"{path} is no Regulars book. Choose another file; a spreadsheet is imported."
    if path.stat().st_size < _LEAST_PAGE:
        raise NotABookError(stranger)
    probe = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)
    try:
        if _has_log(path):  # a file that lacks its end is whole with its log: folding that in was cut off, or goes on
            probe.execute("PRAGMA writable_schema=ON")
        application = probe.execute("PRAGMA application_id").fetchone()[0]
        version = probe.execute("PRAGMA user_version").fetchone()[0]
        mine = application == APPLICATION_ID
        if not mine and (application or version or probe.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()):
            raise NotABookError(f"{path} belongs to another program. Choose another file for the book.")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_NOTADB:
            raise NotABookError(stranger) from None
        raise fault_of(error, path) or error from None
    finally:
        probe.close()
    if mine:
        refuse_newer(path, version, latest)


def _has_log(path: Path) -> bool:
    log = Path(f"{path}-wal")
    return log.exists() and log.stat().st_size > 0


def _make_file(path: Path) -> None:
    """An empty file that only its owner may read: SQLite gives its companions the same mode."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return  # another till made it this moment
    except OSError:
        raise ReadOnlyBookError(f"No file can be made in {path.parent}. Name another place for the book.") from None
