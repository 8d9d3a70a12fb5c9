"""From a sender's file to the marked one: what an import would say of it, and where that goes."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store.errors import WorkbookError
from store.exchange import Progress
from store.workbook import journal, returned_check
from store.workbook.plan import make_plan
from store.workbook.reader import TEXTS, open_workbook
from store.workbook.returned_clean import VISIBLE, Page, clean, mend_escapes, pages
from store.workbook.returned_copy import NotKeptError, SendersFile, open_senders, save
from store.workbook.returned_look import Colours
from store.workbook.returned_marking import mark
from store.workbook.returned_marks import tabs
from store.workbook.target import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from store.database import Book
    from store.workbook.reader import Workbook
    from store.workbook.returned_marks import Tab, Verdict


@dataclass(slots=True)
class Returning:
    """One file on its way back: `judge` it, then `write` it. `notes` are sentences about what is not in the copy.

    With `macros` it keeps them, and can be nothing but a copy of itself.
    """

    file: Path
    out: Path
    partial: Path
    macros: bool
    report: Callable[[Progress], None]
    notes: list[str] = field(default_factory=list)
    _tabs: list[Tab] = field(default_factory=list)
    _workbook: Workbook | None = None
    _height: int = 0
    _written: int = 0

    def judge(self, book: Book) -> None:
        """Find out what an import would say of each row. Raises WorkbookError when the file is refused."""
        if now := journal.running(book):
            raise WorkbookError(
                f"The import of {now[0].file_name} is under way in this book ({now[0].place} rows). "
                "Wait until it has ended, then have the workbook marked."
            )
        self.report(Progress("reading", 0, 0))
        workbook = open_workbook(self.file)
        plan = make_plan(book, workbook, lambda done, total: self.report(Progress("checking", done, total)))
        self._tabs = tabs(workbook.sheets.values(), plan.report.refused)
        self._height = sum(source.height for source in workbook.sheets.values())
        self._workbook = workbook

    def verdicts(self) -> Counter[Verdict]:
        """How many rows are marked, by what became of them."""
        return Counter(marks.verdict for tab in self._tabs for marks in tab.marks.values())

    def cells(self) -> int:
        """How many cells are marked, apart from those that say so."""
        return sum(len(marks.cells) for tab in self._tabs for marks in tab.marks.values())

    def write(self) -> None:
        """Write the sender's file with its marks; a clean one where it cannot be kept.

        Raises WorkbookError and ExportError.
        """
        name, data = self.file.name, self._data()
        if not returned_check.can_be_kept(data):
            if self.macros:
                raise WorkbookError(f"{name} is not what its ending says. Save it anew in a spreadsheet program.")
            self._write_clean(data)
            return
        returned_check.check(name, data)
        try:
            self._write_senders(data)
        except NotKeptError:
            if self.macros:
                raise WorkbookError(
                    f"{name} cannot be kept as it is. Save it as .xlsx, without its macros, and have that marked."
                ) from None
            self.notes = [f"{name} could not be kept as it is: this is a clean workbook with its sheets and values."]
            self._write_clean(data)

    def _data(self) -> bytes:
        data = self.file.read_bytes()
        if hashlib.blake2b(data, digest_size=16).hexdigest() != self._read.digest:
            raise WorkbookError(f"{self.file.name} was changed while it was read. Try again.")
        return data

    @property
    def _read(self) -> Workbook:
        assert self._workbook is not None  # noqa: S101  # it was judged before
        return self._workbook

    def _write_senders(self, data: bytes) -> None:
        senders = open_senders(data, self._opened, macros=self.macros)
        sheets = {sheet.title: sheet for sheet in senders.workbook.worksheets}
        if any(tab.title not in sheets for tab in self._tabs):
            raise NotKeptError
        if senders.escapes:
            mend_escapes(sheets, pages(data))
        self._save(senders, sheets)
        if senders.lost:
            lost = ", ".join(senders.lost)
            self.notes.append(f"Not in the marked copy: {lost}. The sender's own file still has them.")

    def _write_clean(self, data: bytes) -> None:
        source = next(iter(self._read.sheets.values()))
        is_text = self.file.suffix.lower() in TEXTS
        made = clean([Page(source.title, VISIBLE, source.parts[0][1])] if is_text else pages(data), self._tabs)
        try:
            self._save(SendersFile(made.workbook), made.sheets)
        except NotKeptError:
            raise WorkbookError(
                f"{self.file.name} cannot be made a workbook of. Save it anew in a spreadsheet program, and try that."
            ) from None
        if made.left_out:
            self.notes.append(f"Values that no cell can hold were left out: {made.left_out:,}.")

    def _save(self, copy: SendersFile, sheets: Mapping[str, Any]) -> None:
        colours = Colours(copy.workbook)
        for tab in self._tabs:
            mark(sheets[tab.title], tab, colours)
        colours.note()
        self._written = 0
        with replacing(self.out, self.partial) as stream:
            save(copy, stream, self._read.saved_at, self._wrote)

    def _opened(self, part: float) -> None:
        """Say how far it is: a row that was read, and one that was written, count half a row each."""
        self.report(Progress("writing", int(part * self._height / 2), self._height))

    def _wrote(self) -> None:
        self._written += 1
        done = min((self._height + self._written) // 2, self._height)
        self.report(Progress("writing", done, self._height))
