"""Which of two states of a receipt counts, the book's or a file's.

An export says of each of its receipts by marks what it said, when it was corrected, and what it said before that. So a
row can be told that nobody touched since, and whose receipt it is even where all of it was corrected since.

- A row that was edited is a correction of the time at which the workbook was saved, and later than that of the row.
- The later correction counts, whatever comes first; where both are of one time, as two that were never corrected, the
  larger mark: the same in every book. What the other one has is not written, but for lines that the receipt lacks.
- Where both give what neither had alone (lines of the one, an amount of the other), that is a new state, later than
  both.
- A row of a list, of which no export says anything, counts when it is imported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store.merge.state import LAST_TIME
from store.workbook import receipt_marks
from store.workbook.headers import Sheet
from store.workbook.receipt_records import RECEIPT_COLUMNS, Edit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.database import Book
    from store.workbook.outcome import Report
    from store.workbook.receipt_marks import Told
    from store.workbook.receipt_records import Key, KnownReceipt, NewReceipt
    from store.workbook.sync_state import Sync

KEPT = "Receipts were corrected in the book after this workbook was saved, and stay as they are: {}."
_NAMED = 5
State = tuple[int, str, int]
"""When a receipt was corrected, and its marks: of two states the greater counts."""


@dataclass(slots=True)
class _Seen:
    """A receipt as the file has it: what its export told of it, its row, and what was read of its lines."""

    told: Told
    row: str
    owner: str
    is_other: bool
    """Whether the row says another customer than the export's."""
    lines: int = 0
    is_read: bool = True
    """Whether all of its lines could be read."""

    @property
    def is_edited(self) -> bool:
        """Whether somebody wrote in the row or its lines; a sheet that is left out says nothing."""
        return self.is_other or self.row != self.told.row or self._lines != self.told.lines

    @property
    def _lines(self) -> int:
        return self.lines if self.is_read and self.lines else self.told.lines

    def state(self, saved: int) -> State:
        """What the file says, and of when it is."""
        at = self.told.at
        return min(max(saved, at + 1), LAST_TIME) if self.is_edited else at, self.row, self._lines

    @property
    def former(self) -> frozenset[str]:
        """What the receipt said before this."""
        return self.told.known_as - {self.row}


@dataclass(slots=True)
class ReceiptPasts:
    """Knows the receipts of a file that its export tells of; `saved` is the time of corrections in it, in seconds."""

    told: Mapping[tuple[str, str], Told] = field(default_factory=dict)
    saved: int = 0
    _seen: dict[Key, _Seen] = field(default_factory=dict)

    @classmethod
    def of(cls, sync: Sync | None, saved: int) -> ReceiptPasts:
        """Those of a file with this state; of a list, none."""
        return cls({} if sync is None else sync.receipts, saved)

    def is_same(self, known: KnownReceipt, called: str) -> bool:
        """Whether a row, of the store that its file calls so, was the book's receipt at some time."""
        told = self.told.get((known.key[0], called))
        return told is not None and not told.known_as.isdisjoint(known.former | {_row(known.values)})

    def see(self, key: Key, called: str, values: Sequence[Any], owner: str | None, shown: str) -> None:
        """Note a row of Receipts: its columns in their order, its customer, and which uid it shows."""
        told = self.told.get((key[0], called))
        if told is None:
            self._seen.pop(key, None)
        else:
            is_other = receipt_marks.of_owner(shown) != told.whose
            self._seen[key] = _Seen(told, receipt_marks.of_row(values), owner or "", is_other)

    def see_line(self, key: Key, mark: int | None) -> None:
        """Note a line of a receipt; None for one that could not be read."""
        if (seen := self._seen.get(key)) is not None:
            seen.is_read &= mark is not None
            seen.lines = receipt_marks.added(seen.lines, mark or 0)

    def settle_new(self, new: Mapping[Key, NewReceipt]) -> None:
        """Give receipts that the book lacks the past that their file tells of."""
        for key, receipt in new.items():
            if (seen := self._seen.get(key)) is not None:
                receipt.corrected_at = seen.state(self.saved)[0]
                receipt.former = _joined(seen.former)

    def settle(self, book: Book, known: Mapping[Key, KnownReceipt], edits: dict[Key, Edit], report: Report) -> bool:
        """Leave of the edits what counts, and note what receipts said before; whether any is noted unseen."""
        concerned = [key for key, seen in self._seen.items() if key in edits or self._is_news(seen, known.get(key))]
        lines = receipt_marks.of_lines(book, (known[key].id for key in concerned))
        learns, kept = False, []
        for key in concerned:
            edit = edits.setdefault(key, Edit())
            is_kept = self._settle(self._seen[key], known[key], lines[known[key].id], edit, report)
            if is_kept and self._seen[key].is_edited:
                kept.append(key[0])
            if not (edit.changes or edit.changed or edit.new):
                del edits[key]
            learns |= key in edits
        for key, edit in edits.items():
            if key not in self._seen:
                self._correct(known[key], edit)
        if kept:
            more = f", and {len(kept) - _NAMED:,} more" if len(kept) > _NAMED else ""
            report.notes.append(KEPT.format(", ".join(kept[:_NAMED]) + more))
        return learns

    def _is_news(self, seen: _Seen, known: KnownReceipt | None) -> bool:
        if known is None:
            return False
        is_full = len(known.former) >= receipt_marks.MOST_FORMER
        later = seen.state(self.saved)[0] > known.corrected_at
        return later or bool(seen.told.former and not is_full and seen.former - known.former - {_row(known.values)})

    def _settle(self, seen: _Seen, known: KnownReceipt, lines: int, edit: Edit, report: Report) -> bool:
        """Settle one receipt; whether the book's state counts against what the file would have otherwise."""
        theirs = seen.state(self.saved)
        before: State = (known.corrected_at, _row(known.values), lines)
        is_kept = (*theirs, seen.owner) <= (*before, known.customer_uid or "")
        differs = bool(edit.changes or edit.changed)
        if is_kept:
            _drop(edit, report)
        row = _row(known.values | edit.changes)
        now = receipt_marks.added(lines, edit.more + (0 if is_kept else edit.moved))
        winner, latest = max(before, theirs), max(before[0], theirs[0])
        at = winner[0] if (row, now) == winner[1:] or not latest else min(latest + 1, LAST_TIME)
        former = known.former | seen.former | {before[1], theirs[1]} - {row}
        _note(known, edit, at, former - {row})
        return is_kept and differs

    def _correct(self, known: KnownReceipt, edit: Edit) -> None:
        """Note what a list corrects."""
        if edit.changes or edit.changed:
            at = min(max(self.saved, known.corrected_at + 1), LAST_TIME)
            row = _row(known.values | edit.changes)
            _note(known, edit, at, (known.former | {_row(known.values)}) - {row})


def _row(values: Mapping[str, Any]) -> str:
    return receipt_marks.of_row(values[name] for name in RECEIPT_COLUMNS)


def _joined(former: frozenset[str]) -> str | None:
    return " ".join(sorted(former)[: receipt_marks.MOST_FORMER]) or None


def _note(known: KnownReceipt, edit: Edit, at: int, former: frozenset[str]) -> None:
    if at != known.corrected_at:
        edit.changes["corrected_at"] = at
    if (joined := _joined(former)) != _joined(known.former):
        edit.changes["former"] = joined


def _drop(edit: Edit, report: Report) -> None:
    """Leave of an edit only the lines that the book lacks."""
    for sheet in [*([Sheet.RECEIPTS] if edit.changes else []), *(sheet for sheet, _ in edit.changed)]:
        report.tally(sheet).updated -= 1
        report.tally(sheet).unchanged += 1
    edit.changes, edit.changed, edit.moved = {}, [], 0
