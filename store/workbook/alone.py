"""Whether any other process has the book open, as far as this system tells."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.database import Book

_LOCKS = Path("/proc/locks")
_OPEN_BYTE = "128"
"""Each process that has a book open in WAL mode holds a shared lock on this byte of its `-shm` file (SQLite's WAL
format: the "dead man switch", 120 + 8)."""


def is_alone(book: Book) -> bool:
    """True when surely no other process of this computer has the book open. Linux alone tells; elsewhere False.

    The kernel's list is read rather than asked through `fcntl`: that needs a descriptor of the file, and closing it
    would drop the locks that SQLite holds in this process.
    """
    try:
        status = book.path.with_name(f"{book.path.name}-shm").stat()
        locks = _LOCKS.read_text(encoding="ascii")
    except OSError:
        return False
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    owners = set()
    for line in locks.splitlines():
        # 1: POSIX  ADVISORY  READ  4711 fe:00:131074 128 128
        words = line.split()
        if len(words) >= 8 and words[1] == "POSIX" and words[5] == place and words[6] == _OPEN_BYTE:
            owners.add(int(words[4]))
    return owners == {os.getpid()}
