"""Moving the files that all are done with out of the way of those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.workbook import folder_ledger as ledger
from store.workbook.folder_files import numbered, till_name
from store.workbook.folder_records import FileWaiting, Outcome, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from store.database import Book
    from store.workbook.folder_files import Found
    from store.workbook.folder_share import Share
    from store.workbook.folder_tills import Till


class Mover:
    """Moves files of a folder. `tills` are those that take part, this book's own among them."""

    def __init__(self, book: Book, share: Share, origin: str, tills: Mapping[str, Till]) -> None:
        self._book = book
        self._share = share
        self._origin = origin
        self._tills = tills
        self.faults: list[str] = []
        """What could not be moved, and why."""

    def move_all(self) -> tuple[str, ...]:
        """Move what is done; the names of what was moved. Raises ExchangeError when the folder goes away."""
        wanted = [
            *((found, _place(outcomes)) for found, outcomes in self._taken() if None not in outcomes.values()),
            *((found, Place.DONE) for found in self._seen()),
        ]
        return tuple(found.said for found, place in wanted if self._move(found, place))

    def waiting(self) -> tuple[FileWaiting, ...]:
        """The files of the inbox that this book has taken, and who has not yet."""
        return tuple(
            FileWaiting(
                found.said, tuple(sorted(self._called(origin) for origin, made in outcomes.items() if made is None))
            )
            for found, outcomes in self._taken()
            if None in outcomes.values()
        )

    def _called(self, origin: str) -> str:
        """A till's name; with the beginning of its id where another has the same."""
        name = self._tills[origin].name
        same = sum(till.name == name for till in self._tills.values())
        return name if same == 1 else till_name(name, origin)

    def _taken(self) -> Iterator[tuple[Found, dict[str, Outcome | None]]]:
        """The files of the inbox that this book is done with, and what each till made of them."""
        for found in self._share.files(Place.INBOX):
            look = ledger.look_at(self._book, found.path)
            if look is not None and look.digest and (look.size, look.mtime) == (found.size, found.mtime):
                yield found, {origin: till.taken.get(look.digest) for origin, till in self._tills.items()}

    def _seen(self) -> Iterator[Found]:
        """This book's exports that the office has seen and every till has taken."""
        seen = ledger.seen_numbers(self._book, self._origin)
        others = [till.knows.get(self._origin, 0) for origin, till in self._tills.items() if origin != self._origin]
        for found in self._share.files(Place.OUTBOX) if seen else ():
            name = numbered(found.name)
            if name is None or name.origin != self._origin[:8] or name.number not in seen:
                continue
            look = ledger.look_at(self._book, found.path)
            is_as_sent = look is not None and (look.size, look.mtime) == (found.size, found.mtime)
            if is_as_sent and all(number >= name.number for number in others):
                yield found

    def _move(self, found: Found, place: Place) -> bool:
        try:
            return self._share.move(found, place)
        except OSError as error:
            self._share.check()
            self.faults.append(f"{found.said} could not be moved to {place}: {error.strerror or error}.")
            return False


def _place(outcomes: Mapping[str, Outcome | None]) -> Place:
    return Place.REFUSED if Outcome.REFUSED in outcomes.values() else Place.DONE
