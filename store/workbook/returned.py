"""A sender's own workbook with its faults marked, made in a limited child process: `ReturnedJob`, its work in `main`.

The file is read as an import would read it, and nothing is written to the book.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.child_job import ProgressJob
from store.child_work import Reporter, carry_out, ordered_book
from store.errors import ExportError, WorkbookError, WrongEndingError
from store.workbook.returned_marks import Verdict
from store.workbook.returned_names import XLSM, ending
from store.workbook.target import check_target, partial_path, take_away

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.database import Book
    from store.errors import StoreError
    from store.exchange import Progress
    from store.records import Actor

MEMORY = 2 * 1024**3
"""Bytes of address space that marking may take: openpyxl keeps every cell of a workbook at once."""
QUIET_SECONDS = 90.0
"""How long marking may go without a sign of progress."""


@dataclass(frozen=True, slots=True)
class ReturnedReport:
    """Where the marked workbook is, how many rows and cells of it are marked, and the rows by what became of them.

    `notes` are sentences about what is not in it.
    """

    path: str
    rows: int
    cells: int
    refused: int = 0
    left_out: int = 0
    waiting: int = 0
    notes: tuple[str, ...] = ()


class ReturnedJob(ProgressJob[ReturnedReport]):
    """One marked workbook that is made beside the program; it tells its progress, then the report or an error."""

    name = "Marking the workbook"
    error = ExportError

    def __init__(
        self,
        book_path: Path,
        file: Path,
        out: Path,
        actor: Actor,
        *,
        memory: int = MEMORY,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        out = out.absolute()
        self._partial = partial_path(out)
        super().__init__(
            {
                "book": str(book_path.absolute()),
                "file": str(file.absolute()),
                "out": str(out),
                "partial": str(self._partial),
                "actor": asdict(actor),
                "memory": memory,
                "quiet_seconds": quiet_seconds,
            }
        )

    def _result(self, told: dict[str, Any]) -> ReturnedReport:
        return ReturnedReport(**{**told, "notes": tuple(told["notes"])})

    def _refusal(self, line: dict[str, Any]) -> StoreError:
        return _ERRORS.get(line["kind"], ExportError)(line["error"])

    def _tidy(self) -> None:
        take_away(self._partial)


_ERRORS: dict[str, type[StoreError]] = {kind.__name__: kind for kind in (WorkbookError, WrongEndingError)}


def write_returned(
    book: Book,
    file: Path,
    out: Path,
    *,
    report: Callable[[Progress], None] = lambda _: None,
    partial: Path | None = None,
) -> ReturnedReport:
    """Read a workbook as an import would, and write it to `out` with its faults marked; an older `out` is replaced.

    Raises WorkbookError when the file is refused, and ExportError when `out` cannot be written.
    """
    check_target(out, (ending(file),), book.path)
    if out.exists() and out.samefile(file):
        raise ExportError(f"{out.name} is the sender's own file. Choose another name.")
    from store.workbook.returned_writing import Returning

    returning = Returning(file, out, partial or partial_path(out), macros=ending(file) == XLSM, report=report)
    returning.judge(book)
    returning.write()
    rows, cells = returning.verdicts(), returning.cells()
    return ReturnedReport(
        str(out), rows.total(), cells,
        rows[Verdict.REFUSED], rows[Verdict.LEFT_OUT], rows[Verdict.WAITING], tuple(returning.notes),
    )  # fmt: skip


def _work(order: dict[str, Any]) -> dict[str, Any]:
    from store.workbook.worker import limit

    limit(order["memory"])
    os.environ["OPENPYXL_LXML"] = "False"  # another library, where there is one, would write formulas another way
    gc.disable()  # cells by the million and no cycles
    file, out, partial = (Path(order[name]) for name in ("file", "out", "partial"))
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115  # the watch needs it until the end

    def watch() -> None:
        faulthandler.dump_traceback_later(order["quiet_seconds"], exit=True, file=nowhere)

    try:
        with ordered_book(order) as book:
            return {"result": asdict(write_returned(book, file, out, report=Reporter(watch), partial=partial))}
    except MemoryError:
        raise WorkbookError(
            f"{file.name} needs more memory than marking may take. Split it, and have the parts marked."
        ) from None


def main() -> int:
    """The child's work: one marked workbook, as standard input orders it; its exit code."""
    return carry_out(_work, refusal=lambda error: {"kind": type(error).__name__})


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # nothing is open any more; freeing a large workbook cell by cell would take its time
