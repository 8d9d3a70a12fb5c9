"""The folder that several tills and the office share: its layout, its files, and moving them without harm to anybody.

No lock is relied upon, for those of network folders hold on one computer and not on another. A file comes into its
place by being renamed, and every book writes only files that bear its own id.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import ExchangeError
from store.workbook.folder_files import Found, is_workbook, shortened
from store.workbook.folder_records import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = ".regulars"
"""Where the books tell one another how far they are."""
_ID = re.compile(r"folder-([0-9a-f]{16})")
_CHUNK = 1 << 20
_MOST_ALIKE = 1000
_RESERVED_SECONDS = 60.0
"""How long an empty file may be one that a till has made to keep a name for what it moves."""
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Share:
    """The folder. `id` tells it from any other, wherever it is connected."""

    def __init__(self, root: Path, identity: str) -> None:
        self.root = root
        self.id = identity

    def place(self, place: Place) -> Path:
        """One of the folders in it."""
        return self.root / place

    @property
    def own(self) -> Path:
        """The folder that is the books' alone."""
        return self.root / OWN

    def check(self) -> None:
        """Raise ExchangeError when the folder is no longer there: its share was disconnected."""
        if self.id and not (self.own / f"folder-{self.id}").exists():
            raise ExchangeError(f"{self.root} went away. What was done stands; the next run goes on from there.")

    # Reading

    def files(self, place: Place) -> list[Found]:
        """The workbooks in one of the folders, oldest first. What is no plain file is passed over."""
        found: list[Found] = []
        if not self.id and not self.place(place).is_dir():  # looked at, and not set up yet
            return found
        with os.scandir(self.place(place)) as entries:
            for entry in entries:
                with suppress(OSError):  # gone meanwhile, or another's alone
                    status = os.lstat(entry.path)
                    if stat.S_ISREG(status.st_mode) and is_workbook(entry.name):
                        found.append(Found(place, entry.name, status.st_size, status.st_mtime_ns))
        return sorted(found, key=lambda one: (one.mtime, one.name))

    def locks(self) -> dict[str, float]:
        """Files in the inbox that a spreadsheet program says it has open, by what their names end with; since when."""
        found: dict[str, float] = {}
        if not self.id:
            return found
        with os.scandir(self.place(Place.INBOX)) as entries:
            for entry in entries:
                name = entry.name
                ends = name[2:] if name.startswith("~$") else name[7:-1] if name.startswith(".~lock.") else ""
                if ends:
                    with suppress(OSError):
                        found[ends] = entry.stat(follow_symlinks=False).st_mtime
        return found

    def look(self, place: Place, name: str) -> Found | None:
        """How a file looks now; None when it is gone, or is no plain file."""
        with suppress(OSError):
            status = os.lstat(self.place(place) / name)
            if stat.S_ISREG(status.st_mode):
                return Found(place, name, status.st_size, status.st_mtime_ns)
        return None

    def copy_in(self, found: Found, target: Path | None) -> str | None:
        """Copy a file to this computer, and give its content's digest; None when it changed meanwhile.

        Without a target it is only read. Raises OSError.
        """
        digest = hashlib.blake2b(digest_size=16)
        descriptor = os.open(self.place(found.place) / found.name, _OPEN)
        with os.fdopen(descriptor, "rb") as stream, (target or Path(os.devnull)).open("wb") as out:
            if not _is(os.fstat(descriptor), found):
                return None
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
            same = _is(os.fstat(descriptor), found)
        now = self.look(found.place, found.name)
        return digest.hexdigest() if same and now == found else None

    # Writing

    def put(self, source: Path, place: Place, name: str, owner: str) -> str:
        """Bring a file of this computer into the folder, whole or not at all; its content's digest. Raises OSError."""
        digest = hashlib.blake2b(digest_size=16)
        part = self.place(place) / f".regulars-{owner[:8]}-{secrets.token_hex(6)}.part"
        try:
            with source.open("rb") as stream, part.open("xb") as out:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            part.replace(self.place(place) / name)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        return digest.hexdigest()

    def write_own(self, name: str, content: bytes, owner: str) -> None:
        """Replace one of this book's own files in one step. Raises OSError."""
        part = self.own / f".regulars-{owner[:8]}-{secrets.token_hex(6)}.part"
        try:
            part.write_bytes(content)
            part.replace(self.own / name)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise

    def write_once(self, place: Place, name: str, text: str, owner: str) -> None:
        """Write a note, unless one of this name is there already. Raises OSError."""
        target = self.place(place) / name
        if not target.exists():
            part = self.place(place) / f".regulars-{owner[:8]}-{secrets.token_hex(6)}.part"
            part.write_text(text, encoding="utf-8")
            part.replace(target)

    def sweep(self, owner: str) -> None:
        """Take away what a run of this book left unfinished."""
        for folder in (self.own, self.place(Place.OUTBOX), self.place(Place.REFUSED)):
            with suppress(OSError):
                for path in folder.glob(f".regulars-{owner[:8]}-*.part"):
                    path.unlink(missing_ok=True)

    def move(self, found: Found, place: Place) -> bool:
        """Move a file to another of the folders, under its own name or that with a number; whether it was moved.

        It stays when it is no longer what was found, and what is there already is never replaced. Raises OSError.
        """
        source = self.place(found.place) / found.name
        if self.look(found.place, found.name) != found:
            return False
        target = self._reserve(place, found.name)
        if target is None:
            return False
        try:
            source.replace(target)
        except FileNotFoundError:  # another till was quicker
            return False
        finally:
            _give_back(target)
        moved = self.look(place, target.name)
        if moved is None or (moved.size, moved.mtime) == (found.size, found.mtime):
            return True
        if (back := self._reserve(found.place, found.name)) is not None:  # somebody wrote it anew in that moment
            target.replace(back)
        return False

    def _reserve(self, place: Place, name: str) -> Path | None:
        """A free name in a folder, taken by an empty file; None where another till does the same at this moment."""
        stem, suffix = Path(name).stem, Path(name).suffix
        for number in range(1, _MOST_ALIKE):
            path = self.place(place) / (name if number == 1 else f"{shortened(stem)} ({number}){suffix}")
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            except FileExistsError:
                there = self.look(place, path.name)
                if there is not None and not there.size and there.age(time.time()) < _RESERVED_SECONDS:
                    return None
            else:
                return path
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)


def _give_back(target: Path) -> None:
    """Take an empty file away, and none that has come into its place."""
    with suppress(OSError):
        if target.stat().st_size == 0:
            target.unlink()


def _is(status: os.stat_result, found: Found) -> bool:
    return stat.S_ISREG(status.st_mode) and (status.st_size, status.st_mtime_ns) == (found.size, found.mtime)


def connect(root: Path, *, expected: str = "", make: bool = True) -> Share:
    """The folder at this path; with `make`, its layout is made where it is missing. Raises ExchangeError.

    `expected` is the id of the folder that stood here before: an empty place where its share is not connected must not
    be taken for it.
    """
    try:
        if not root.is_dir():
            raise ExchangeError(f"There is no folder {root}. Connect its share, or make the folder first.")
        known = sorted(found[1] for found in map(_ID.fullmatch, _names(root / OWN)) if found)
        if expected and expected not in known:
            raise ExchangeError(
                f"{root} is not the folder that this book exchanged by. Connect its share; to begin anew in another "
                "folder, exchange once with --everything."
            )
        if make:
            for place in Place:
                (root / place).mkdir(exist_ok=True)
            (root / OWN).mkdir(exist_ok=True)
            if not known:
                (root / OWN / f"folder-{secrets.token_hex(8)}").touch()
                known = sorted(found[1] for found in map(_ID.fullmatch, _names(root / OWN)) if found)
    except OSError as error:
        raise unusable(root, error) from None
    return Share(root, known[0] if known else "")


def _names(folder: Path) -> Iterator[str]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        yield from (entry.name for entry in entries)


def unusable(root: Path, error: OSError) -> ExchangeError:
    """The sentence for a fault of the folder itself."""
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return ExchangeError(f"{root} cannot be written to. Allow this user to write in it and in the folders in it.")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ExchangeError(f"There is no room left in {root}. Free some; the next run goes on.")
    return ExchangeError(f"{root} cannot be used ({error.strerror or error}). The next run tries again.")


def free_beside(book: Path) -> Path:
    """A new folder beside a book for files on their way; those that a killed run left are taken away."""
    prefix = f".{book.name}.exchange-"
    for left in book.parent.glob(f"{prefix}*"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
    folder = book.parent / f"{prefix}{secrets.token_hex(6)}"
    folder.mkdir(mode=0o700)
    return folder
