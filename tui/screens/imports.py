"""The imports of late: who read what and when, what it did, and taking one back."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from store import clock, past_imports, settings
from store.exchange import Progress
from store.fields import show_date
from tui.folders import counted
from tui.jobs import Outcome, run_store
from tui.screens.list_page import ListPage
from tui.widgets.line_list import LineList, fit
from tui.widgets.progress_line import ProgressLine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from store.database import Book
    from store.errors import StoreError
    from store.review_records import PastImport, TakenBack
    from tui.widgets.line_list import Span

MOST = 20
_SAID = 3
"""Sentences about who had to stay that stand below the list; Enter shows them all."""
_DAY, _TIME, _COUNTS, _STATE = 12, 6, 24, 12
STATES = {"applied": "", "taking back": "going back", "taken back": "taken back"}
WARNING = (
    "What it changed is put back, and what it made is removed, points and receipts too. Who was changed since stays "
    "as they are, and is named."
)
WENT_OUT = past_imports.WENT_OUT
AGAIN = "The file can be imported again."
NONE_YET = (
    "No import has ended in this book.\n\nF7 reads a workbook. What an import did stands here from then on, and the "
    f"last {past_imports.KEPT} can be taken back."
)
CAN, TOO_OLD = "Del takes it back.", "It can be taken back no more: the record of it is gone."
GOES_ON = "It goes on; the list of customers shows how far it is."
_BETWEEN_REPORTS = 0.1
"""Seconds between two words about how far it is."""


class Listed(NamedTuple):
    """An import with its day and time on the shop's clock, and what came of taking it back."""

    past: PastImport
    day: str
    time: str
    done: TakenBack | None


class ImportList(LineList):
    """Day and time, file, counts and state of each import."""

    def __init__(self) -> None:
        super().__init__("entries")
        self.imports: Sequence[Listed] = ()

    @property
    def current(self) -> Listed | None:
        """The import under the cursor."""
        return None if self.cursor is None else self.imports[self.cursor]

    def count(self) -> int:
        """How many there are."""
        return len(self.imports)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One import."""
        past, day, time, _ = self.imports[index]
        counts = f"{past.created:,} new, {past.updated:,} changed"
        if not (past.created or past.updated) and past.others:
            counts = f"{counted(past.others, 'row')}, no customer"
        room = max(width - _DAY - _TIME - _COUNTS - _STATE - 2, 1)
        return (
            (f" {day:<{_DAY}}{time:<{_TIME}}", "dim"),
            (f"{fit(past.file_name, room)} ", ""),
            (fit(counts, _COUNTS), ""),
            (fit(STATES.get(past.state, past.state), _STATE), "accent"),
        )


def read(book: Book) -> list[Listed]:
    """The imports of late."""
    zone = settings.zone(book)
    found = []
    for past in past_imports.listed(book, limit=MOST):
        at = clock.read(past.started_at).astimezone(zone)
        done = past_imports.taken_back(book, past.id) if past.state == "taken back" else None
        found.append(Listed(past, show_date(at.date()), f"{at:%H:%M}", done))
    return found


def in_words(listed: Listed) -> str:
    """The whole of an import: who read it, what it did, and what became of it."""
    past, done = listed.past, listed.done
    who = " at ".join(filter(None, (past.employee, past.till))) or "nobody named"
    lines = [f"{past.file_name}, by {who}: {past_imports.in_words(past)}."]
    if done is not None:
        lines += [outcome(done), *done.notes, *done.kept[:_SAID]]
        more = len(done.kept) - _SAID
        lines += [f"... and {more:,} more: Enter shows them all."] if more > 0 else []
    elif past.can_be_taken_back:
        lines += [" ".join((CAN, *([WENT_OUT] if past.went_out else [])))]
    elif past.state == "applied":
        lines += [TOO_OLD]
    return "\n".join(lines)


def outcome(done: TakenBack) -> str:
    """What taking an import back did."""
    stayed = f", {len(done.kept):,} had to stay" if done.kept else ""
    return f"Taken back: {done.restored:,} restored, {done.removed:,} removed{stayed}."


class ImportsScreen(ListPage[ImportList]):
    """The imports that ended, newest first."""

    HEADING = "Imports"
    HELP = (
        "The imports of late, newest first. Del takes the one under the cursor back, after asking: what it changed is "
        "put back, what it made is removed, and who was changed since stays, and is named; Enter shows them all. It "
        "goes on when you leave this page, and when the program is closed meanwhile, with its next start. The record "
        f"of the last {past_imports.KEPT} imports is kept."
    )
    COMMANDS = ("delete", "open", "review")
    WORDS: ClassVar = {
        "delete": ("Take back", "Take the import under the cursor back, after asking."),
        "open": ("Who stayed", "All that had to stay when the import under the cursor was taken back."),
    }

    def __init__(self) -> None:
        super().__init__(ImportList())
        self._progress = ProgressLine(identity="progress")
        self._busy = False

    def body(self) -> ComposeResult:
        """How far taking back is stands below the list."""
        yield self._counts
        yield self._list
        yield self._progress
        yield self._whole

    def on_mount(self) -> None:
        """Read them."""
        self._progress.display = False
        self._list.focus()
        self._read()

    def _read(self) -> None:
        run_store(self, read, self._show, group="imports", exclusive=True)

    def _show(self, imports: Sequence[Listed]) -> None:
        at = self._list.cursor or 0
        self._list.imports = imports
        self._list.display = bool(imports)
        self._list.reset(min(at, max(len(imports) - 1, 0)))
        self.count_in_words(f"{counted(len(imports), 'import')} of late, the newest first." if imports else "")
        self.tell()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the book still has the record of can be taken back, and one at a time."""
        current = self._list.current
        if action == "delete":
            return current is not None and current.past.can_be_taken_back and not self._busy
        if action == "open":
            return current is not None and current.done is not None and bool(current.done.kept)
        return super().check_action(action, parameters)

    def whole(self) -> str:
        """Who read it, and what became of it."""
        current = self._list.current
        return NONE_YET if current is None else in_words(current)

    def action_open(self) -> None:
        """All that had to stay."""
        current = self._list.current
        if current is not None and current.done is not None:
            self.regulars.open_screen("stayed", file=current.past.file_name, sentences=current.done.kept)

    def action_review(self) -> None:
        """The questions that wait."""
        self.regulars.open_screen("review")

    def action_delete(self) -> None:
        """Take the import under the cursor back, after asking."""
        current = self._list.current
        if current is None or not self.check_action("delete", ()):
            return
        past = current.past
        words = (WARNING, *([WENT_OUT] if past.went_out else []), AGAIN)
        self.regulars.open_screen(
            "confirm",
            lambda agreed: self._take_back(past) if agreed else None,
            title="Take this import back?",
            text=f"{past.file_name}, {current.day} {current.time}\n\n{' '.join(words)}",
            yes="Take back",
            no="Keep",
            danger=True,
        )

    def _take_back(self, past: PastImport) -> None:
        self._show_busy(True)
        self._progress.show(None)
        run_store(
            self,
            lambda book: past_imports.take_back(book, past.id, self._reporter()),
            self._done,
            on_error=self._refused,
            group="taking back",
        )

    def _reporter(self) -> Callable[[Progress], None]:
        """Says how far it is, from the thread that does it; not with every slice."""
        due = 0.0

        def report(progress: Progress) -> None:
            nonlocal due
            if monotonic() >= due:
                due = monotonic() + _BETWEEN_REPORTS
                now = Progress("taking back", progress.done, progress.total)
                self.post_message(Outcome(partial(self._progress.show, now)))

        return report

    def _show_busy(self, busy: bool) -> None:
        self._busy = self._progress.display = busy
        self.refresh_bindings()

    def _refused(self, error: StoreError) -> None:
        self._show_busy(False)
        self.announce(str(error), error=True)
        self._read()

    def _done(self, done: TakenBack) -> None:
        self._show_busy(False)
        self.announce(outcome(done))
        self._read()

    def action_back(self) -> None:
        """Leave; what is under way goes on."""
        if self._busy:
            self.announce(GOES_ON, hint=True)
        super().action_back()
