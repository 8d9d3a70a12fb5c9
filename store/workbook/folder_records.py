"""What an exchange by a folder tells: the files taken, the export sent, what waits, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Place(StrEnum):
    """The folders in the folder."""

    INBOX = "inbox"
    OUTBOX = "outbox"
    DONE = "done"
    REFUSED = "refused"


class Outcome(StrEnum):
    """What became of a file: taken, taken in part, refused, or our own export that came back as it was."""

    TAKEN = "taken"
    PART = "part"
    REFUSED = "refused"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Rules:
    """How long things may take: seconds, but for `days`.

    `settle`: a file that was written to since may still be being copied. `unreadable`: one that is empty or cannot be
    read, and is younger, is left for later. `locked`: a spreadsheet program's lock that is older is one that it
    forgot. `again`: a till's export that was refused is tried anew. `days`: after so many a till is waited for no
    longer.
    """

    settle: float = 10.0
    unreadable: float = 600.0
    locked: float = 43_200.0
    again: float = 3_600.0
    days: int = 30


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings: the folder as text, '' for none, how many days a till is waited for, and whose book this is."""

    folder: str = ""
    days: int = 30
    office: bool = False


@dataclass(frozen=True, slots=True)
class FileTaken:
    """A file that was dealt with: customers made and changed, rows of any sheet refused, and questions it asks.

    `message` says why it was refused, or why rows and cells were.
    `left_out` counts the rows that were taken but for their faulty cells.
    """

    name: str
    place: Place
    outcome: Outcome
    created: int = 0
    updated: int = 0
    refused: int = 0
    questions: int = 0
    message: str = ""
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class FileLeft:
    """A file that waits for the next run, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class FileWaiting:
    """A file in the inbox that this book has taken, and the tills that have not yet."""

    name: str
    tills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportSent:
    """A numbered export that was written. With `whole` it has everything; else `customers` are those that changed."""

    name: str
    number: int
    customers: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Exports of another till that never came: the first and the last number that is missing."""

    till: str
    origin: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one run did; a dry one, what it would do. `faults` are sentences about what could not be done."""

    folder: str
    taken: tuple[FileTaken, ...] = ()
    sent: ExportSent | None = None
    moved: tuple[str, ...] = ()
    left: tuple[FileLeft, ...] = ()
    waiting: tuple[FileWaiting, ...] = ()
    gaps: tuple[Gap, ...] = ()
    unseen: int = 0
    """How many of this book's exports the office has not seen yet."""
    faults: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing was refused, is missing or went wrong."""
        return not (self.gaps or self.faults or any(file.outcome in _SHORT for file in self.taken))


_SHORT = frozenset({Outcome.PART, Outcome.REFUSED})


@dataclass(frozen=True, slots=True)
class ExportLine:
    """An export in the ledger; `seen_at` is None while the office has not seen it, as far as is known."""

    number: int
    name: str
    sent_at: datetime
    customers: int
    seen_at: datetime | None
    seen_by: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file in the ledger. `till` is whose export it was, '' for the office's; `message` says why it was refused,
    or why rows and cells of it were.

    `refused` counts rows, `left_out` those that were taken but for their faulty cells.
    """

    name: str
    at: datetime
    outcome: Outcome
    refused: int
    left_out: int
    till: str
    number: int
    message: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """How the exchange stands, as the book knows it without looking into the folder."""

    folder: str
    ran_at: datetime | None
    sent: tuple[ExportLine, ...]
    taken: tuple[FileLine, ...]
    gaps: tuple[Gap, ...]
    unseen: int
    changed: int
    """How many rows changed since the last export."""
