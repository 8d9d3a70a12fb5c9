"""What the long jobs are asked and tell: imports, exports and checks of the book."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.records import ListQuery


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `regulars check` found; `faults` holds a sentence each, and is empty for a sound book.

    `imports` are sentences about imports that have not ended: while there are some, no figure is final.
    """

    customers: int
    inactive: int
    loyalty_entries: int
    receipts: int
    faults: tuple[str, ...]
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetCounts:
    """What an import does, or would do, with the rows of one sheet."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """A row that was refused: `row` as the spreadsheet numbers it (the header is row 1).

    `outcome` is 'error:HEADER' with the header of the first faulty field, or 'error:duplicate of row N';
    `value` is the faulty cell as text, `message` the reason in words.
    """

    sheet: str
    row: int
    outcome: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What a workbook would do; the counts are those that applying it gives on an unchanged book.

    `stage` is the path of the staged file, to be given to apply or discard. `notes` are sentences about the
    file as a whole (unknown columns, sheets passed over).
    """

    file_name: str
    stage: str
    counts: SheetCounts
    sheets: dict[str, SheetCounts]
    refused: tuple[RowOutcome, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. The same shape as its preview, without the stage."""

    file_name: str
    counts: SheetCounts
    sheets: dict[str, SheetCounts]
    refused: tuple[RowOutcome, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long job is: `done` of `total` rows in `phase` ('reading', 'checking', 'writing')."""

    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export. Without `query` everything: every customer, inactive too, and every other sheet.

    With `query`, the list as shown: its filter, its order and its `columns` (identity columns are added).
    """

    query: ListQuery | None = None
    customers_only: bool = False


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Where the export went and how many rows each sheet has. `notes` are sentences about what is not in it."""

    path: str
    sheets: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
