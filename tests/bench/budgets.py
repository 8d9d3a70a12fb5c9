"""What the table shows: every figure, its reference, and the budget that the design sets for their ratio."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Limit(StrEnum):
    """How a budget is meant: the ratio to the reference, the figure itself, or no budget at all."""

    RATIO = "ratio"
    FIGURE = "figure"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `group` is its name for `--only`; `unit` is of the figure and of its reference."""

    key: str
    group: str
    what: str
    reference: str
    unit: str
    budget: float | None
    limit: Limit


ROWS: tuple[Row, ...] = (
    Row("start", "start", "start to full first paint", "bare app", "ms", 1.2, Limit.RATIO),
    Row("start-growth", "start", "start, beside the smallest book's", "smallest book", "ms", 1.1, Limit.RATIO),
    Row("memory", "memory", "memory of the idle list (RSS)", "bare app", "MB", 1.3, Limit.RATIO),
    Row("memory-pss", "memory", "memory of the idle list (PSS)", "bare app", "MB", 1.3, Limit.RATIO),
    Row("idle", "idle", "bytes sent while idle", "-", "bytes", 0.0, Limit.FIGURE),
    Row("arrow", "keys", "arrow key, to the last byte", "DataTable 200", "ms", 0.6, Limit.RATIO),
    Row("arrow-1000", "keys", "arrow key, to the last byte", "DataTable 1,000", "ms", 0.6, Limit.RATIO),
    Row("arrow-bytes", "keys", "arrow key, bytes sent", "DataTable 200", "bytes", 350.0, Limit.FIGURE),
    Row("arrow-bytes-1000", "keys", "arrow key, bytes sent", "DataTable 1,000", "bytes", 350.0, Limit.FIGURE),
    Row("pages", "keys", "page down, End, Home", "DataTable 200", "ms", 0.35, Limit.RATIO),
    Row("pages-1000", "keys", "page down, End, Home", "DataTable 1,000", "ms", 0.35, Limit.RATIO),
    Row("typing", "typing", "typed search character, 95th pct.", "DataTable, 200 anew", "ms", 0.25, Limit.RATIO),
    Row("query", "search", "search query, 99th pct.", "-", "ms", 2.0, Limit.FIGURE),
    Row("metrics", "metrics", "metrics, one receipt in 500 is theirs", "customer with ten", "ms", 3.0, Limit.RATIO),
    Row("import", "import", "import 50,000 x 25, all new", "calamine+executemany", "s", 5.0, Limit.RATIO),
    Row("import-openpyxl", "import", "import 50,000 x 25, all new", "openpyxl reading", "s", None, Limit.NONE),
    Row("again", "import", "the same file again, unchanged", "calamine reading", "s", 2.5, Limit.RATIO),
    Row("export", "export", "export 50,000 x 25", "openpyxl write-only", "s", 1 / 6, Limit.RATIO),
    Row("merge", "merge", "an export back, 1 row in 50 edited", "calamine reading", "s", 3.0, Limit.RATIO),
    Row("merge-state", "merge", "book with everybody's state", "the book without", "MB", 1.25, Limit.RATIO),
    Row("import-keys", "busy", "keys while importing, 95th pct.", "keys at rest", "ms", 1.5, Limit.RATIO),
    Row("import-save-p95", "busy", "save while importing, 95th pct.", "save at rest", "ms", 50.0, Limit.FIGURE),
    Row("import-save-max", "busy", "save while importing, longest", "save at rest", "ms", 50.0, Limit.FIGURE),
)
"""In the order they are printed."""

BY_KEY: dict[str, Row] = {row.key: row for row in ROWS}
GROUPS: tuple[str, ...] = tuple(dict.fromkeys(row.group for row in ROWS))


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement: the row it belongs to, the size of the book, ours and the reference's, in the row's unit."""

    key: str
    customers: int | None
    ours: float
    reference: float | None
    ratio: float | None
    samples: int

    @property
    def kept(self) -> bool | None:
        """Whether the budget was kept; None where there is none."""
        row = BY_KEY[self.key]
        if row.limit is Limit.NONE or row.budget is None:
            return None
        measured = self.ratio if row.limit is Limit.RATIO else self.ours
        return None if measured is None else measured <= row.budget
