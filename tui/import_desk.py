"""The one import that may be under way: its reading, preview, writing and result, whichever screen is open.

The work itself is a child process's; the desk asks it for news a few times a second, keeps the last of it, and
tells whoever watches. An import that was agreed to goes on when its screen is left, and when the program is.
Answers to the preview's questions are kept here, and go with the yes.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import astuple
from enum import Enum, auto
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from textual.signal import Signal

from store.errors import StoreError
from store.exchange import ImportPreview, ImportResult, Progress, SheetCounts
from tui.commands import BY_ID
from tui.folders import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from textual.timer import Timer

    from store.exchange import RowMove
    from store.review_records import Answer
    from tui.app import RegularsApp
    from tui.widgets.progress_line import ProgressLine

NEWS_EVERY = 0.1
"""Seconds between two looks at the child process, while one is at work."""
CUSTOMERS = "Customers"
RECEIPTS, LINES = "receipts", "items, taxes and payments"
SHEET_WORDS = {
    "Receipts": RECEIPTS, "Receipt Items": LINES, "Receipt Taxes": LINES, "Receipt Payments": LINES,
    "Loyalty": "points entries", "Feedback": "feedback", "Stores": "stores",
}  # fmt: skip
"""What the rows of each sheet beside Customers are called."""
_PART = "part:"
"""How the outcome of a row begins of which only some cells were left out."""
PROCESSING = "Customer import is processing now."
"""The manual's banner."""


class Stage(Enum):
    """How far the import is."""

    NONE = auto()
    READING = auto()
    REFUSED = auto()
    PREVIEW = auto()
    WRITING = auto()
    DONE = auto()
    FAILED = auto()


class Session(Protocol):
    """What the desk needs of `store.workbook.session.ImportSession`."""

    def start(self) -> None:
        """Begin reading."""

    def poll(self) -> list[Progress | ImportPreview | ImportResult | StoreError]:
        """The news since the last look, without waiting."""

    def moves(self, offset: int, limit: int) -> Sequence[RowMove]:
        """Some of what the preview would change; waits for the child."""

    def apply(self, answers: Mapping[str, Answer] | None = None) -> None:
        """Write what the preview showed, and carry out the answers to its questions, by id."""

    def cancel(self) -> None:
        """Stop, and leave nothing behind."""


def import_desk(app: RegularsApp) -> ImportDesk:
    """The app's desk, made when first needed."""
    if app.import_desk is None:
        from store.workbook.session import ImportSession

        app.import_desk = ImportDesk(app, lambda file: ImportSession(app.book.path, file, app.actor))
    return app.import_desk


def said(counts: SheetCounts) -> str:
    """Counts as a sentence's part: `1,962 created, 0 updated, 38 refused`."""
    return f"{counts.created:,} created, {counts.updated:,} updated, {counts.refused:,} refused"


def all_counts(outcome: ImportPreview | ImportResult) -> dict[str, SheetCounts]:
    """The counts by sheet, customers first; a workbook of other sheets alone has none of customers.

    A sheet without a row is not spoken of.
    """
    others = {name: counts for name, counts in outcome.sheets.items() if name != CUSTOMERS and counts != SheetCounts()}
    return others if others and outcome.counts == SheetCounts() else {CUSTOMERS: outcome.counts} | others


def result_words(result: ImportResult, waiting: int = 0, brings: Sequence[str] = ()) -> str:
    """What the banner says: of customers, or of the rows of other sheets where the workbook has no customers.

    `waiting` is how many of its questions nobody has answered, `brings` what the book learnt beside its rows.
    """
    counts = all_counts(result)
    out = sum(len(row.cells) for row in result.refused if row.outcome.startswith(_PART))
    left_out = f"; {counted(out, 'cell')} left out" if out else ""
    if result.answered:
        left_out += f"; {counted(result.answered, 'question')} answered"
    is_shown = out or any(of_sheet.refused for of_sheet in counts.values())
    more = f" {BY_ID['last_import'].key_label} shows which." if is_shown else ""
    if waiting:
        wait = f"{counted(waiting, 'question')} {'waits' if waiting == 1 else 'wait'}"
        more += f" {wait}: {BY_ID['palette'].key_label}, {BY_ID['review'].words}."
    if brings and not (out or any(each.created or each.updated or each.refused for each in counts.values())):
        return f"Import done: {'; '.join(brings)}.{more}"
    if CUSTOMERS in counts:
        return f"Import done: {said(counts[CUSTOMERS])}{left_out}.{more}"
    total = SheetCounts(*(sum(column) for column in zip(*map(astuple, counts.values()), strict=True)))
    updated = f"; {total.updated:,} updated" if total.updated else ""
    refused = f"; {total.refused:,} refused" if total.refused else ""
    return f"Imported {rows_created(counts)}{updated}{refused}{left_out}.{more}"


def rows_created(counts: Mapping[str, SheetCounts]) -> str:
    """New rows in the words of their sheets: `11,693 receipts and their 72,500 items, taxes and payments`."""
    created = dict.fromkeys(SHEET_WORDS.values(), 0)
    for sheet, of_sheet in counts.items():
        created[SHEET_WORDS[sheet]] += of_sheet.created
    receipts = " and their ".join(f"{created[words]:,} {words}" for words in (RECEIPTS, LINES) if created[words])
    others = (f"{number:,} {words}" for words, number in created.items() if number and words not in (RECEIPTS, LINES))
    return ", ".join(filter(None, (receipts, *others))) or "nothing new"


class ImportDesk:
    """Keeps the import of this program, if there is one. `open_session` makes the session that reads a file.

    `changed` is published whenever anything about it is new. While it writes, a progress line stands on the
    first screen, whatever that is.
    """

    def __init__(self, app: RegularsApp, open_session: Callable[[Path], Session]) -> None:
        self.changed: Signal[ImportDesk] = Signal(app, "import")
        self.stage = Stage.NONE
        self.file: Path | None = None
        self.progress: Progress | None = None
        self.preview: ImportPreview | None = None
        self.result: ImportResult | None = None
        self.fault = ""
        self.answers: dict[str, Answer] = {}
        """Answers to the preview's questions so far, by question id."""
        self.waiting = 0
        """How many of the last import's questions it left unanswered."""
        self._app = app
        self._open_session = open_session
        self._session: Session | None = None
        self._talk = Lock()
        """Held by the thread that waits for the child's word: it is asked one thing at a time."""
        self._asking = 0
        self._agreed = False
        """Whether the yes came while the child was being asked: it is told when that is over."""
        self._timer: Timer | None = None
        self._line: ProgressLine | None = None

    @property
    def under_way(self) -> bool:
        """Whether a file is being read, waits for a yes, or is being written."""
        return self.stage in {Stage.READING, Stage.PREVIEW, Stage.WRITING}

    def read(self, file: Path) -> None:
        """Read a workbook, to see what it would do. Only one at a time: a running one is not disturbed."""
        if self.under_way:
            return
        self.file, self.progress, self.preview, self.result, self.fault = file, None, None, None, ""
        self.answers, self.waiting, self._agreed = {}, 0, False
        self.stage = Stage.READING
        self._session = self._open_session(file)
        try:
            self._session.start()
        except StoreError as error:
            self._finish(Stage.REFUSED, error)
            return
        self._timer = self._app.set_interval(NEWS_EVERY, self._look, name="import")
        self.changed.publish(self)

    def moves(self, offset: int, limit: int, deliver: Callable[[Sequence[RowMove]], None]) -> None:
        """Have some of what the preview would change delivered, unless the preview is over by then.

        A child that does not answer has ended, and the import with it.
        """
        session = self._session
        if self.stage is not Stage.PREVIEW or session is None:
            return
        self._asking += 1

        def ask() -> None:
            found: Sequence[RowMove] | StoreError
            with self._talk:
                try:
                    found = session.moves(offset, limit)
                except StoreError as error:
                    found = error
            with suppress(RuntimeError):  # the program has ended meanwhile
                self._app.call_later(self._told, session, found, deliver)

        self._app.run_worker(ask, thread=True, group="moves")

    def _told(
        self,
        session: Session,
        found: Sequence[RowMove] | StoreError,
        deliver: Callable[[Sequence[RowMove]], None],
    ) -> None:
        self._asking -= 1
        if session is self._session and self.stage is Stage.PREVIEW:
            if isinstance(found, StoreError):
                self._finish(Stage.REFUSED, found)
                if self._agreed:  # its screen is gone already
                    self._app.announce(str(found), error=True)
                return
            deliver(found)
        if self._agreed and not self._asking:
            self._agreed = False
            self.apply()

    def apply(self) -> None:
        """Yes: write what the preview showed, with the answers that were given."""
        if self.stage is not Stage.PREVIEW or self._session is None or self.preview is None:
            return
        if self._asking:
            self._agreed = True
            return
        self.waiting = sum(question.id not in self.answers for question in self.preview.questions)
        try:
            self._session.apply(dict(self.answers))
        except StoreError as error:
            self._finish(Stage.FAILED, error)
            return
        self.stage, self.progress = Stage.WRITING, None
        if self._timer is not None:
            self._timer.resume()
        self._show_line()
        self._app.announce(PROCESSING)
        self.changed.publish(self)

    def cancel(self) -> None:
        """No: stop reading, or drop what was previewed. What is being written cannot be stopped half-way."""
        if self.stage not in {Stage.READING, Stage.PREVIEW}:
            return
        if self._session is not None:
            self._session.cancel()
        self._finish(Stage.NONE)

    def _look(self) -> None:
        """Take in what the child process has said."""
        if self._session is None:
            return
        news = self._session.poll()
        for item in news:
            self._take(item)
            if self._session is None:
                return
        if news:
            self.changed.publish(self)

    def _take(self, item: Progress | ImportPreview | ImportResult | StoreError) -> None:
        match item:
            case Progress():
                self.progress = item
                if self._line is not None:
                    self._line.show(item)
            case ImportPreview():
                self.preview, self.progress, self.stage = item, None, Stage.PREVIEW
                if self._timer is not None:
                    self._timer.pause()
            case ImportResult():
                self.result = item
                self._finish(Stage.DONE)
                brings = () if self.preview is None else self.preview.brings
                self._app.announce(result_words(item, self.waiting, brings))
            case StoreError() if self.stage is Stage.WRITING:
                self._finish(Stage.FAILED, item)
                self._app.announce(str(item), error=True)
            case StoreError():
                self._finish(Stage.REFUSED, item)

    def _finish(self, stage: Stage, fault: StoreError | None = None) -> None:
        self.stage, self.progress, self.fault = stage, None, str(fault) if fault else ""
        self._session = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._line is not None:
            if self._line.is_attached:
                self._line.remove()
            self._line = None
        self.changed.publish(self)

    def _show_line(self) -> None:
        """A line above the keys of the first screen, for as long as the book is written to."""
        from tui.widgets.progress_line import ProgressLine, place_above_keys

        self._line = ProgressLine(self.file.name if self.file else "", identity="importing")
        place_above_keys(self._app.screen_stack[0], self._line)
        self._line.show(None)
