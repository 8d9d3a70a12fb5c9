"""Who takes part in a folder: each book keeps a small file there, and reads those of the others.

How old a file is, is told by the clock of whoever keeps the folder, against this book's own file written just now: the
clocks of two tills need not agree.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store.workbook.folder_records import Outcome

if TYPE_CHECKING:
    from store.workbook.folder_share import Share

FORM = 1
MOST_NUMBER = 999_999_999
MOST_SENT = 500
"""Exports of which a book tells the digests, the last ones."""
_NAME = re.compile(r"book-([0-9a-f]{32})\.json")
_LARGEST = 4 << 20
_MOST = 20_000
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Till:
    """A book that takes part: what it has made of the files in the inbox, by digest, and which numbers it knows.

    `number` is its last export's, `at` when its file was written; `office` says that it is head office's. `sent` are
    the digests of its last exports, as it wrote them.
    """

    origin: str
    name: str = ""
    office: bool = False
    number: int = 0
    taken: dict[str, Outcome] = field(default_factory=dict)
    knows: dict[str, int] = field(default_factory=dict)
    at: float = 0.0
    sent: tuple[str, ...] = ()

    def written(self) -> bytes:
        """As it stands in the folder."""
        told = {
            "form": FORM, "till": self.name, "office": self.office, "number": self.number, "knows": self.knows,
            "taken": self.taken, "sent": self.sent,
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=True, indent=1).encode("ascii")


def publish(share: Share, till: Till) -> float:
    """Write this book's file; the time now by the folder's own clock, in seconds. Raises OSError."""
    name = f"book-{till.origin}.json"
    share.write_own(name, till.written(), till.origin)
    return (share.own / name).stat().st_mtime


def leave(share: Share, origin: str) -> None:
    """Take this book's file away: no till waits for it any more. Raises OSError."""
    (share.own / f"book-{origin}.json").unlink(missing_ok=True)


def all_tills(share: Share) -> dict[str, Till]:
    """Every book that ever took part, by its id. A file that is no such is passed over. Raises OSError."""
    found = {}
    for path in sorted(share.own.iterdir()):
        named = _NAME.fullmatch(path.name)
        if named:
            with suppress(ValueError, LookupError, TypeError, AttributeError, OSError):
                status = path.stat()
                if path.is_symlink() or status.st_size > _LARGEST:
                    continue
                found[named[1]] = _read(named[1], json.loads(path.read_bytes()), status.st_mtime)
    return found


def _read(origin: str, told: Any, at: float) -> Till:
    if told["form"] != FORM:
        raise ValueError("another form")
    return Till(
        origin,
        str(told["till"])[:64],
        told["office"] is True,
        _number(told["number"]),
        {str(digest): Outcome(outcome) for digest, outcome in list(told["taken"].items())[:_MOST]},
        {str(book): _number(number) for book, number in list(told["knows"].items())[:_MOST]},
        at,
        tuple(str(digest) for digest in told["sent"][:MOST_SENT]),
    )


def _number(told: Any) -> int:
    if type(told) is not int or not 0 <= told <= MOST_NUMBER:
        raise ValueError("no number")
    return told


def taking_part(tills: dict[str, Till], now: float, days: int) -> dict[str, Till]:
    """Those who wrote their file within so many days."""
    return {origin: till for origin, till in tills.items() if now - till.at <= days * _DAY}
