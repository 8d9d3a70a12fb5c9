"""The imports of late: who read what and when, what it did, and taking one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from store import clock, past_imports, settings
from store.fields import show_date
from tui.gate import plain
from tui.jobs import run_store
from tui.page import Page
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from store.database import Book
    from store.errors import StoreError
    from store.review_records import PastImport, TakenBack
    from tui.widgets.line_list import Span

MOST = 20
_SAID, _LISTED = 1, 10
"""Sentences about who had to stay that stand below the list, and in the box that opens for more."""
_DAY, _TIME, _COUNTS, _STATE = 12, 6, 24, 12
STATES = {"applied": "", "taking back": "taking back", "taken back": "taken back"}
WARNING = (
    "What it changed is put back, and what it made is removed. Who was changed since stays as they are, and is named. "
    "{}The file can be imported again."
)
WENT_OUT = "The book was exported since: what this import brought may come back with the workbooks of others. "


class ImportList(LineList):
    """Day and time, file, counts and state of each import."""

    def __init__(self) -> None:
        super().__init__("entries")
        self.imports: Sequence[tuple[PastImport, str, str]] = ()
        """Each with its day and its time on the shop's clock."""

    @property
    def past(self) -> PastImport | None:
        """The import under the cursor."""
        return None if self.cursor is None else self.imports[self.cursor][0]

    def count(self) -> int:
        """How many there are."""
        return len(self.imports)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One import."""
        past, day, time = self.imports[index]
        counts = f"{past.created:,} new, {past.updated:,} changed"
        room = max(width - _DAY - _TIME - _COUNTS - _STATE - 2, 1)
        return (
            (f" {day:<{_DAY}}{time:<{_TIME}}", "dim"),
            (f"{fit(past.file_name, room)} ", ""),
            (f"{fit(counts, _COUNTS)}", ""),
            (fit(STATES.get(past.state, past.state), _STATE), "accent"),
        )


def _read(book: Book) -> list[tuple[PastImport, str, str]]:
    zone = settings.zone(book)
    found = []
    for past in past_imports.listed(book, limit=MOST):
        at = clock.read(past.started_at).astimezone(zone)
        found.append((past, show_date(at.date()), f"{at:%H:%M}"))
    return found


class ImportsScreen(Page[None]):
    """The imports that ended, newest first."""

    HEADING = "Imports"
    HELP = (
        "The imports of late, newest first. Del takes the one under the cursor back, after asking: what it changed is "
        "put back, what it made is removed, and who was changed since is named. The record of the last five is kept."
    )
    COMMANDS = ("delete", "review")
    WORDS: ClassVar = {
        "delete": ("Take back", "Take the import under the cursor back, after asking."),
        "review": ("Review", "The questions that wait."),
    }
    CSS_PATH = "settings.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._list = ImportList()
        self._counts = Static("", id="counts", markup=False)
        self._whole = Static("", id="whole", markup=False)
        self._said = ""
        self._busy = False

    def body(self) -> ComposeResult:
        """What this is, the list, and the whole of one."""
        yield self._counts
        yield self._list
        yield self._whole

    def on_mount(self) -> None:
        """Read them."""
        self._list.focus()
        self._read()

    def _read(self) -> None:
        run_store(self, _read, self._show)

    def _show(self, imports: Sequence[tuple[PastImport, str, str]]) -> None:
        at = self._list.cursor or 0
        self._list.imports = imports
        self._list.reset(min(at, max(len(imports) - 1, 0)))
        words = f"{len(imports):,} of late" if imports else "No import has ended in this book"
        self._counts.update(plain(f"{words}."))
        self.on_line_list_moved()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the book still has the record of can be taken back, and one at a time."""
        if action == "delete":
            past = self._list.past
            return past is not None and past.can_be_taken_back and not self._busy
        return super().check_action(action, parameters)

    def on_line_list_moved(self) -> None:
        """Who read it, and what became of it."""
        past = self._list.past
        if self._said:
            words = self._said
        elif past is None:
            words = ""
        else:
            who = " at ".join(filter(None, (past.employee, past.till)))
            words = (
                f"{past.file_name}, by {who or 'nobody known'}: {past.created:,} created, {past.updated:,} updated, "
            )
            words += f"{past.refused:,} refused."
        self._said = ""
        self._whole.update(plain(words))
        self.refresh_bindings()

    def action_review(self) -> None:
        """The questions that wait."""
        self.regulars.open_screen("review")

    def action_delete(self) -> None:
        """Take the import under the cursor back, after asking."""
        past = self._list.past
        if past is None or not self.check_action("delete", ()):
            return
        self.regulars.open_screen(
            "confirm",
            lambda agreed: self._take_back(past) if agreed else None,
            title="Take this import back?",
            text=f"{past.file_name}\n{WARNING.format(WENT_OUT if past.went_out else '')}",
            yes="Take back",
            no="Keep",
            danger=True,
        )

    def _take_back(self, past: PastImport) -> None:
        self._busy = True
        self._counts.update(plain(f"Taking the import of {past.file_name} back..."))
        run_store(
            self,
            lambda book: past_imports.take_back(book, past.id),
            lambda done: self._done(past, done),
            on_error=self._refused,
        )

    def _refused(self, error: StoreError) -> None:
        self._busy = False
        self.announce(str(error), error=True)
        self._read()

    def _done(self, past: PastImport, done: TakenBack) -> None:
        self._busy = False
        stayed = f"; {len(done.kept):,} had to stay" if done.kept else ""
        self.announce(f"Taken back: {done.restored:,} restored, {done.removed:,} removed{stayed}.")
        self._said = " ".join((*done.notes, *done.kept[:_SAID]))
        if len(done.kept) > _SAID:
            more = len(done.kept) - _LISTED
            self.regulars.open_screen(
                "confirm",
                title=f"{len(done.kept):,} of {past.file_name} had to stay",
                text="\n".join((*done.kept[:_LISTED], *([f"... and {more:,} more."] if more > 0 else []))),
                yes="Good",
                no="Close",
            )
        self._read()
