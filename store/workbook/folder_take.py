"""Taking the files of a folder into the book: which of them, when they are whole, and what becomes of each."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from store import clock
from store.errors import BookError, ForgedError, NotNowError, StoreError, WorkbookError
from store.exchange import CameBy, ImportPreview, ImportResult, Progress
from store.workbook import folder_ledger as ledger
from store.workbook.folder_files import numbered, shortened
from store.workbook.folder_ledger import Look
from store.workbook.folder_notes import reasons, return_rows, tell_refusal
from store.workbook.folder_records import FileLeft, FileTaken, Outcome, Place
from store.workbook.reader import LARGEST_FILE
from store.workbook.session import ImportSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from store.database import Book
    from store.exchange import MadeOf
    from store.workbook.folder_files import Found
    from store.workbook.folder_records import Gap, Rules
    from store.workbook.folder_share import Share
    from store.workbook.folder_tills import Till

_CLOSING = 10.0
"""Seconds that an import's child gets to close the book."""
_SHARING_VIOLATION = 32
"""Windows' number for a file that another program has open."""
_MEANWHILE = "error:changed meanwhile"
COPYING = "it may still be being copied"
OPEN = "a spreadsheet program has it open"
NOT_YET = "it cannot be read yet; if that stays so, it will be refused"
AGAIN = "somebody changed the same customers at that moment; it is read again"


@dataclass(slots=True)
class Taker:
    """Takes files one after the other. `now` is the time by the folder's clock, `tills` are all books in it.

    `taken`, `left` and `faults` tell what became of them.
    """

    book: Book
    share: Share
    rules: Rules
    origin: str
    now: float
    tills: dict[str, Till]
    beside: Path
    report: Callable[[Progress], None]
    dry_run: bool = False
    taken: list[FileTaken] = field(default_factory=list)
    left: list[FileLeft] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _stopped: str = ""

    def candidates(self, *, deep: bool, gaps: Iterable[Gap] = ()) -> list[Found]:
        """The files that may have to be taken, in order.

        With `deep` also those that others are done with: all, or only the exports that are missing in `gaps`.
        """
        found = [*self.share.files(Place.OUTBOX), *self.share.files(Place.INBOX)]
        missing = list(gaps)
        if deep or missing:
            found += [one for one in self.share.files(Place.DONE) if deep or _is_missing(one, missing)]
        return sorted(found, key=lambda one: (one.place is Place.INBOX, _order(one), one.mtime, one.name))

    def take_all(self, files: Iterable[Found]) -> None:
        """Take what is new and whole. Raises ExchangeError when the folder goes away."""
        locks = self.share.locks()
        for found in files:
            try:
                if self._is_new(found, locks):
                    self._take(found)
            except OSError as error:
                self.share.check()
                if getattr(error, "winerror", None) == _SHARING_VIOLATION:
                    self.left.append(FileLeft(found.said, OPEN))
                else:
                    self.faults.append(f"{found.said}: {error.strerror or error}. It is tried again at the next run.")

    def _is_new(self, found: Found, locks: dict[str, float]) -> bool:
        """Whether a file was not dealt with before, and is ready to be read."""
        look = ledger.look_at(self.book, found.path)
        same = look is not None and (look.size, look.mtime) == (found.size, found.mtime)
        if look is not None and same and look.digest is not None and not self._is_due_again(look.digest, found):
            return False
        if self._is_own(found) and look is None:
            return False
        if self._stopped:
            self.left.append(FileLeft(found.said, self._stopped))
            return False
        if found.place is Place.INBOX and self._is_open(found, locks):
            self.left.append(FileLeft(found.said, OPEN))
            return False
        if self._is_settled(found, look if same else None):
            return True
        self.left.append(FileLeft(found.said, COPYING))
        if not same and not self.dry_run:
            ledger.note_look(self.book, found.path, Look(found.size, found.mtime, int(time.time()), None))
        return False

    def _is_own(self, found: Found) -> bool:
        """Whether it is one of this book's exports, by its name and place."""
        name = numbered(found.name)
        return found.place is not Place.INBOX and name is not None and name.origin == self.origin[:8]

    def _is_due_again(self, digest: str, found: Found) -> bool:
        """A till's export that was refused is tried again: this book may have got the key since."""
        known = ledger.outcome_of(self.book, digest)
        if found.place is Place.INBOX or known is None or known[0] is not Outcome.REFUSED:
            return False
        return time.time() - clock.read(known[1]).timestamp() >= self.rules.again

    def _is_open(self, found: Found, locks: dict[str, float]) -> bool:
        since = locks.get(found.name) or locks.get(found.name[2:])
        return since is not None and self.now - since < self.rules.locked

    def _is_settled(self, found: Found, before: Look | None) -> bool:
        """Whether nobody has written to it for a while: by the folder's clock, or since it was last looked at."""
        wanted = self.rules.settle if found.size else max(self.rules.settle, self.rules.unreadable)
        if found.age(self.now) >= wanted:
            return True
        return before is not None and time.time() - before.at >= wanted

    def _take(self, found: Found) -> None:
        if found.size > LARGEST_FILE:
            why = f"{found.said} is larger than {LARGEST_FILE // 1024**2} MB. Split it and send the parts."
            self._refuse(found, f"size:{found.size}:{found.mtime}", why)
            return
        copy = self.beside / _safe(found)
        digest = self.share.copy_in(found, copy)
        try:
            if digest is None:
                self.left.append(FileLeft(found.said, COPYING))
            elif (sent := ledger.own(self.book, digest)) is not None:
                self._came_back(found, digest, sent)
            elif not self._is_known(found, digest):
                self._import(found, copy, digest)
        finally:
            copy.unlink(missing_ok=True)

    def _is_known(self, found: Found, digest: str) -> bool:
        """Whether the same content was taken under any name; a refused one that is sent once more is tried again."""
        known = ledger.outcome_of(self.book, digest)
        if known is None or known[0] is Outcome.REFUSED:
            return False
        self._note(found, digest)
        return True

    def _came_back(self, found: Found, digest: str, sent: tuple[str, int]) -> None:
        """Our own export as we sent it: where the office put it into the inbox, it has seen it."""
        if not self.dry_run:
            with self.book.write():
                self._note(found, digest)
                if found.place is Place.INBOX:
                    ledger.note_file(self.book, digest, found.said, Outcome.OWN)
                    ledger.see(self.book, sent[0], found.said, number=sent[1])
        if found.place is Place.INBOX:
            self.taken.append(FileTaken(found.said, found.place, Outcome.OWN))

    def _note(self, found: Found, digest: str) -> None:
        if not self.dry_run:
            look = Look(found.size, found.mtime, int(time.time()), digest)
            ledger.note_look(self.book, found.path, look)

    # Importing

    def _import(self, found: Found, copy: Path, digest: str) -> None:
        try:
            is_sent = any(digest in till.sent for till in self.tills.values())
            preview, result = self._run(copy, CameBy.TILL if is_sent else CameBy.OFFICE)
        except (NotNowError, BookError) as error:
            self._stopped = str(error).rstrip(".")
            self.left.append(FileLeft(found.said, self._stopped))
        except WorkbookError as error:
            if found.age(self.now) < self.rules.unreadable and not isinstance(error, ForgedError):
                self.left.append(FileLeft(found.said, f"{NOT_YET} ({str(error).rstrip('.')})"))
            else:
                self._refuse(found, digest, str(error).replace(copy.name, found.said))
        else:
            if any(row.outcome == _MEANWHILE for row in result.refused):
                self.left.append(FileLeft(found.said, AGAIN))
            else:
                self._record(found, copy, digest, preview, result)

    def _run(self, copy: Path, came_by: CameBy) -> tuple[ImportPreview, ImportPreview | ImportResult]:
        """Import a file as `regulars import` does; its questions are left to the review."""
        self.book.close_thread()  # an import that is alone in the book writes faster
        session = ImportSession(self.book.path, copy, self.book.actor, came_by=came_by)
        session.start()
        try:
            preview = self._await(session)
            if not isinstance(preview, ImportPreview):
                raise WorkbookError("The import ended without a word. Try again.")
            if self.dry_run:
                return preview, preview
            session.apply()
            result = self._await(session)
            session.wait(_CLOSING)
            return preview, result
        finally:
            session.cancel()

    def _await(self, session: ImportSession) -> ImportPreview | ImportResult:
        for event in session.events():
            if isinstance(event, Progress):
                self.report(event)
            elif isinstance(event, StoreError):
                raise event
            else:
                return event
        raise NotNowError("The import ended without a word.")

    def _record(
        self, found: Found, copy: Path, digest: str, preview: ImportPreview, result: ImportPreview | ImportResult
    ) -> None:
        """Note that a file was taken, what it is, and what it tells of this book's own exports."""
        refused = result.counts.refused + sum(counts.refused for counts in result.sheets.values())
        left_out = sum(row.outcome.startswith("part:") for row in result.refused)
        is_part = bool(refused or left_out)
        outcome = Outcome.PART if is_part else Outcome.TAKEN
        why = reasons(result)
        if is_part and found.place is Place.INBOX and not self.dry_run:
            return_rows(self, found, copy, digest, result)
        if not self.dry_run:
            with self.book.write():
                self._note(found, digest)
                ledger.note_file(
                    self.book, digest, found.said, outcome, preview.made_of, refused=refused, left_out=left_out,
                    message=why,
                )  # fmt: skip
                if preview.made_of is not None:
                    self._learn(found, preview.made_of)
        self.taken.append(
            FileTaken(
                found.said, found.place, outcome, result.counts.created, result.counts.updated, refused,
                len(preview.questions), message=why, left_out=left_out,
            )
        )  # fmt: skip

    def _learn(self, found: Found, made_of: MadeOf) -> None:
        """Take in which numbers a file stands for.

        The office has seen the export that came back by the inbox, and what its own book knows of.
        """
        writer, name = self.tills.get(made_of.origin), numbered(found.name)
        by_inbox = found.place is Place.INBOX
        if made_of.origin == self.origin:
            if by_inbox and made_of.number:
                ledger.see(self.book, self.origin, found.said, number=made_of.number)
            return
        if name is not None and not by_inbox:
            ledger.know(self.book, made_of, name.till if writer is None else writer.name)
        if by_inbox if writer is None else writer.office:
            ledger.see(self.book, self.origin, found.said, up_to=made_of.knows.get(self.origin, 0))

    def _refuse(self, found: Found, digest: str, why: str) -> None:
        """Note that a file cannot be taken, and say why beside where it will be."""
        if not self.dry_run:
            if found.place is Place.INBOX:
                tell_refusal(self, found, digest, why)
            with self.book.write():
                self._note(found, digest)
                ledger.note_file(self.book, digest, found.said, Outcome.REFUSED, message=why)
        self.taken.append(FileTaken(found.said, found.place, Outcome.REFUSED, message=why))


def _order(found: Found) -> tuple[str, int]:
    """A till's exports come by number."""
    name = numbered(found.name)
    return (name.origin, name.number) if name is not None else ("", 0)


def _is_missing(found: Found, gaps: Iterable[Gap]) -> bool:
    name = numbered(found.name)
    return name is not None and any(
        name.origin == gap.origin[:8] and gap.first <= name.number <= gap.last for gap in gaps
    )


def _safe(found: Found) -> str:
    """A name for a copy, which stands in the ledger of imports: no longer than any disk takes, and text."""
    return f"{shortened(Path(found.said).stem)}{Path(found.said).suffix}"
