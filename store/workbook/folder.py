"""Exchanging workbooks by a folder that tills and the office share: `sync`, one run, from beginning to end.

A run takes what is new, writes what changed, moves what every till is done with, and says what is missing. Each step
stands by itself: wherever a run is ended, the next one goes on, and doing a step again does no harm.
"""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store import clock, settings
from store import origin as origins
from store.database import open_book
from store.errors import ExportError
from store.workbook import folder_ledger as ledger
from store.workbook import folder_marks, folder_send, folder_tills
from store.workbook.folder_files import numbered
from store.workbook.folder_move import Mover
from store.workbook.folder_records import ExportSent, Place, Rules, SyncReport
from store.workbook.folder_setup import alone, opened, root_of
from store.workbook.folder_share import free_beside, unusable
from store.workbook.folder_take import Taker
from store.workbook.folder_tills import Till

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from store.database import Book
    from store.exchange import Progress
    from store.records import Actor
    from store.workbook.folder_files import Found
    from store.workbook.folder_records import Gap
    from store.workbook.folder_share import Share


def _silent(_: Progress) -> None:
    """Nobody watches."""


def sync(
    book_path: Path,
    folder: Path | None = None,
    actor: Actor | None = None,
    report: Callable[[Progress], None] = _silent,
    *,
    everything: bool = False,
    dry_run: bool = False,
    rules: Rules | None = None,
) -> SyncReport:
    """Exchange once. Without a folder it is the one in the settings; a folder that is given is kept there.

    With `everything` all of the book is sent once more, for books that lack some of it. A dry run only tells what it
    would do. Raises ExchangeError, UnderWayError, and BookError kinds; what was done until then stands.
    """
    book = open_book(book_path, actor=actor, create=False, report=report)
    try:
        with alone(book):
            root = root_of(book, folder)
            share = opened(book, root, make=not dry_run, anew=everything)
            own = rules or Rules(days=int(str(settings.get(book, "sync_days"))))
            try:
                run = _Run(book, share, own, report, everything=everything)
                return run.told(run.dry()) if dry_run else run.told(run.whole())
            except OSError as error:
                share.check()
                raise unusable(root, error) from None
    finally:
        book.close()


@dataclass(slots=True)
class _Done:
    """What a run did, or would do."""

    taker: Taker
    sent: ExportSent | None
    mover: Mover
    moved: tuple[str, ...] = ()
    faults: list[str] = field(default_factory=list)


class _Run:
    """One run, alone with its book. Everything in it raises OSError for faults of the folder."""

    def __init__(
        self, book: Book, share: Share, rules: Rules, report: Callable[[Progress], None], *, everything: bool
    ) -> None:
        self._book = book
        self._share = share
        self._rules = rules
        self._report = report
        self._everything = everything
        self._tills = folder_tills.all_tills(share) if share.id else {}
        self._origin = str(settings.get(book, "origin"))

    def whole(self) -> _Done:
        """Take, send, move."""
        book, share = self._book, self._share
        self._settle_origin()
        share.sweep(self._origin)
        deep = self._was_away()
        now = self._publish()
        with self._beside() as beside:
            taker = self._taker(now, beside)
            self._take(taker, deep=deep)
        sent, faults = self._send()
        self._publish()
        mover = self._mover(now)
        done = _Done(taker, sent, mover, mover.move_all(), faults)
        with book.write():
            settings.put(book, "sync_ran_at", clock.now())
        return done

    def dry(self) -> _Done:
        """Look what there is to take, and to send."""
        with self._beside() as beside:
            taker = self._taker(time.time(), beside, dry_run=True)
            taker.take_all(taker.candidates(deep=self._was_away()))
        return _Done(taker, self._would_send(), self._mover(time.time()))

    def told(self, done: _Done) -> SyncReport:
        """The report."""
        return SyncReport(
            str(self._share.root),
            tuple(done.taker.taken),
            done.sent,
            done.moved,
            tuple(done.taker.left),
            done.mover.waiting(),
            self._gaps(),
            0 if settings.get(self._book, "sync_office") else ledger.unseen(self._book, self._origin),
            (*done.taker.faults, *done.faults, *done.mover.faults),
            done.taker.dry_run,
        )

    @contextmanager
    def _beside(self) -> Iterator[Path]:
        """A folder beside the book for files on their way."""
        folder = free_beside(self._book.path)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    # Who takes part

    def _settle_origin(self) -> None:
        """Take a new id where the folder knows of exports that the book does not: it was put back from a backup."""
        book = self._book
        with book.write():
            origin = origins.current(book)
            mine = self._tills.get(origin)
            if mine is not None and mine.number > ledger.last_number(book, origin):
                origin = folder_send.renew(book)
        self._origin = origin
        folder_send.finish(book, self._share, origin)

    def _was_away(self) -> bool:
        """Whether the others did not wait for this book: what they are done with may be new to it."""
        mine = self._tills.get(self._origin)
        newest = max((till.at for till in self._tills.values()), default=0.0)
        return mine is None or self._origin not in folder_tills.taking_part(self._tills, newest, self._rules.days)

    def _publish(self) -> float:
        """Write what the other tills need to know of this one; the time by the folder's clock."""
        book = self._book
        return folder_tills.publish(
            self._share,
            Till(
                self._origin,
                book.actor.till,
                bool(settings.get(book, "sync_office")),
                ledger.last_number(book, self._origin),
                ledger.taken_in(book, Place.INBOX),
                ledger.knows(book),
                sent=ledger.sent_of_late(book, self._origin, folder_tills.MOST_SENT),
            ),
        )

    def _mover(self, now: float) -> Mover:
        tills = folder_tills.all_tills(self._share) if self._share.id else {}
        return Mover(self._book, self._share, self._origin, folder_tills.taking_part(tills, now, self._rules.days))

    # Taking

    def _taker(self, now: float, beside: Path, *, dry_run: bool = False) -> Taker:
        return Taker(
            self._book, self._share, self._rules, self._origin, now, self._tills, beside, self._report, dry_run=dry_run
        )

    def _take(self, taker: Taker, *, deep: bool) -> None:
        files = taker.candidates(deep=deep, gaps=self._gaps())
        taker.take_all(files)
        places = (Place.INBOX, Place.OUTBOX, *((Place.DONE,) if deep else ()))
        ledger.forget_looks(self._book, places, (found.path for found in files))
        self._hear(taker, files)

    def _hear(self, taker: Taker, files: list[Found]) -> None:
        """Take in what the other books say of themselves: their last numbers, and what the office's has taken.

        A number whose file is here, and only waits for the next run, is not missing.
        """
        left = {file.name for file in taker.left}
        waiting = [name for found in files if found.said in left and (name := numbered(found.name)) is not None]
        with self._book.write():
            for origin, till in self._tills.items():
                if origin == self._origin:
                    continue
                awaited = [name.number - 1 for name in waiting if name.origin == origin[:8]]
                ledger.tell(self._book, origin, till.name, min([till.number, *awaited]))
                if till.office:
                    ledger.see(self._book, self._origin, till.name, up_to=till.knows.get(self._origin, 0))

    def _gaps(self) -> tuple[Gap, ...]:
        others = (one for one in ledger.known(self._book).values() if one.origin != self._origin)
        return tuple(gap for one in others for gap in ledger.gaps_of(one))

    # Sending

    def _send(self) -> tuple[ExportSent | None, list[str]]:
        with self._beside() as beside:
            try:
                sent = folder_send.send(
                    self._book, self._share, self._origin, beside, self._report, everything=self._everything
                )
            except ExportError as error:
                return None, [str(error)]
        return sent, []

    def _would_send(self) -> ExportSent | None:
        book = self._book
        since = folder_send.what_is_due(book, self._share, self._origin, everything=self._everything)
        if since is None:
            return None
        mark = folder_marks.highest(book)
        everybody = int(book.rows("SELECT count(*) FROM customer")[0][0])
        customers = len(folder_marks.changed(book, mark).customers) if since else everybody
        return ExportSent("", ledger.last_number(book, self._origin) + 1, customers, whole=not since)
