"""The files of a folder: how one looked, which are to be read, and what the names of numbered exports say."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from store.workbook.reader import TEXTS, WORKBOOKS

if TYPE_CHECKING:
    from store.workbook.folder_records import Place

_NUMBERED = re.compile(r"regulars-([A-Za-z0-9-]{1,24})-([0-9a-f]{8})-([0-9]{6,9})\.xlsx")
_NO_TILL = re.compile(r"[^A-Za-z0-9]+")
_LONGEST = 180
"""Bytes of a name that something is added to."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file in the folder: `mtime` in nanoseconds, by the clock of whoever keeps the folder."""

    place: Place
    name: str
    size: int
    mtime: int

    @property
    def path(self) -> str:
        """Its path in the folder, as it can be kept."""
        return f"{self.place}/{self.said}"

    @property
    def said(self) -> str:
        """Its name as it can be kept and shown: bytes that are no text are written out."""
        return self.name.encode("utf-8", "backslashreplace").decode()

    def age(self, now: float) -> float:
        """Seconds since it was written."""
        return now - self.mtime / 1e9


@dataclass(frozen=True, slots=True)
class Numbered:
    """What the name of a numbered export says: the till, the beginning of the book's id, and the number."""

    till: str
    origin: str
    number: int


def numbered(name: str) -> Numbered | None:
    """What a name says; None where it is no numbered export's."""
    found = _NUMBERED.fullmatch(name)
    return Numbered(found[1], found[2], int(found[3])) if found else None


def till_name(till: str, origin: str) -> str:
    """What tells a till from another of the same name, as its exports' names have it: `Till-2-9f3a1c20`."""
    plain = _NO_TILL.sub("-", till)[:24].strip("-") or "till"
    return f"{plain}-{origin[:8]}"


def export_name(till: str, origin: str, number: int) -> str:
    """The name of a numbered export: `regulars-Till-2-9f3a1c20-000012.xlsx`."""
    return f"regulars-{till_name(till, origin)}-{number:06}.xlsx"


def is_workbook(name: str) -> bool:
    """Whether a name is one of a file to be read: neither hidden, nor a program's lock or unfinished copy."""
    return not name.startswith((".", "~")) and Path(name).suffix.lower() in (*WORKBOOKS, *TEXTS)


def shortened(name: str) -> str:
    """The beginning of a name to which something can be added."""
    return os.fsdecode(os.fsencode(name)[:_LONGEST].decode("utf-8", "ignore").encode()) if _is_long(name) else name


def _is_long(name: str) -> bool:
    return len(os.fsencode(name)) > _LONGEST
