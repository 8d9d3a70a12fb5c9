"""What agreeing with other books costs: an edited workbook that comes back, and the state beside the customers."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import openpyxl

from store.merge.codec import dumps
from tests.bench.figures import beside, paired
from tests.bench.setting import reference, timed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.budgets import Figure
    from tests.bench.setting import Setting

EDITED_SHARE = 50
"""One row in so many is edited: 1,000 of 50,000."""
_MOST_RUNS = 3


def merges(setting: Setting) -> Iterator[Figure]:
    """An export that comes back with some rows edited, beside reading the same file; and the size of the state."""
    made, out, edited = (setting.scratch / name for name in ("merged.db", "out.xlsx", "edited.xlsx"))
    timed("import", str(setting.workbook()), "--db", str(made))
    timed("export", str(out), "--customers", "--db", str(made))
    _edit(out, edited)
    as_it_was = setting.scratch / "as-it-was.db"
    shutil.copyfile(made, as_it_was)
    ours, calamine = [], []
    for _ in range(min(setting.runs, _MOST_RUNS)):
        shutil.copyfile(as_it_was, made)  # a copy elsewhere would be another book, which has not sent the file
        calamine.append(reference("read_calamine", str(edited)))
        ours.append(timed("import", str(edited), "--db", str(made)))
    yield paired("merge", None, ours, calamine)
    for size in setting.sizes:
        yield _state_of(setting, size)


def _edit(file: Path, edited: Path) -> None:
    workbook = openpyxl.load_workbook(file)
    sheet = workbook["Customers"]
    city = next(cell.column for cell in sheet[1] if cell.value == "City")
    for row in range(2, sheet.max_row + 1, EDITED_SHARE):
        sheet.cell(row, city, f"Town {row}")
    workbook.save(edited)


def _state_of(setting: Setting, size: int) -> Figure:
    """A book's size in MB when a list brought everybody, which is the longest state of a row that nobody edited."""
    path = setting.copy(size, "state")
    with closing(sqlite3.connect(path, isolation_level=None)) as book:
        book.execute("PRAGMA journal_mode=DELETE")
        book.execute("UPDATE customer SET merge_state = NULL")
        book.execute("VACUUM")
        without = path.stat().st_size
        told = dumps({"l": [1_764_000_000, "office-customers.xlsx"], "p": 1_000}).encode()
        book.execute("UPDATE customer SET merge_state = ?", (told,))
        book.execute("VACUUM")
    return beside("merge-state", size, path.stat().st_size / 1e6, without / 1e6, 1)
