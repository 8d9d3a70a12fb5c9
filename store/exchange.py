"""What the long jobs are asked and tell: imports, exports and checks of the book."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.records import ListQuery
    from store.review_records import Question


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
    held: int = 0
    """Rows of which a part waits for an answer; each is also one of those above."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that was not taken: the `column`'s header as we write it, the cell as text, and why in words."""

    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """A row that was refused, in whole or in part, or held: `row` as the spreadsheet numbers it (the header is row 1).

    `outcome` is 'error:HEADER' with the header of the first faulty field, or 'error:duplicate of row N'; 'part:HEADER'
    where only the faulty cells of the row were left out; 'held:HEADER' where a cell waits for an answer.
    `value` is the faulty cell as text, `message` the reason in words; `cells` has every cell of the row at fault.
    """

    sheet: str
    row: int
    outcome: str
    value: str
    message: str
    cells: tuple[CellFault, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldMove:
    """What a workbook does to one field: labels and values as they are shown.

    `base` is what its editor saw, `ours` what the book has, `theirs` what it would have. `why` says in words what the
    move comes of, '' for a plain edit. With `held` nothing changes, and `theirs` waits for an answer; `waiting` are
    values that wait beside one that changes.
    """

    label: str
    base: str
    ours: str
    theirs: str
    why: str = ""
    held: bool = False
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowMove:
    """What a workbook does to one customer: `kind` is 'created' or 'updated'; `row` is 0 for one of no visible row."""

    row: int
    uid: str
    name: str
    kind: str
    fields: tuple[FieldMove, ...]


@dataclass(frozen=True, slots=True)
class MadeOf:
    """Which export a workbook is: of which book, its number, and the one whose changes it goes on from; 0 for none.

    `knows` are the numbers of each book's exports up to which the exporter had taken them all.
    """

    origin: str
    number: int = 0
    since: int = 0
    knows: dict[str, int] = field(default_factory=dict)


class CameBy(StrEnum):
    """How a workbook came: somebody chose it, or it is in the folder, as a till's numbered export or the office's."""

    HAND = ""
    TILL = "till"
    OFFICE = "office"


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
    moves: int = 0
    """How many customers it creates or changes: what `ImportSession.moves` gives by the page."""
    questions: tuple[Question, ...] = ()
    """What the file asks, to be answered before it is applied or at any time after."""
    made_of: MadeOf | None = None
    """Which export it is, or was made of; None for a list."""
    brings: tuple[str, ...] = ()
    """What the book learns beside what the rows change: words for each, such as `1 answer given elsewhere`."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. The same shape as its preview, without the stage and what is only asked before."""

    file_name: str
    counts: SheetCounts
    sheets: dict[str, SheetCounts]
    refused: tuple[RowOutcome, ...]
    notes: tuple[str, ...] = ()
    answered: int = 0
    """How many questions were answered with it. Whom only answers changed is in none of the counts."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long job is: `done` of `total` rows in `phase` ('reading', 'checking', 'writing')."""

    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export. Without `query` everything: every customer, inactive too, and every other sheet.

    With `query`, the list as shown: its filter, its order and its `columns` (identity columns are added). `number` is
    which of the book's numbered exports it is, 0 for none; `knows` goes out with it (see `sync_state.Export`).
    """

    query: ListQuery | None = None
    customers_only: bool = False
    number: int = 0
    knows: Mapping[str, int] = field(default_factory=dict)
    since: int = 0
    """The number after which all changes are in it; 0 for everything."""
    mark: int | None = None
    """Without a query: only what changed up to this mark of `folder_marks`, and the customers that it concerns."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Where the export went and how many rows each sheet has. `notes` are sentences about what is not in it."""

    path: str
    sheets: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
