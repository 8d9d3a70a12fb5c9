"""An export in a process of its own, so that the keys never wait for it: `ExportJob` here, its work in `main`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.child_job import ProgressJob
from store.child_work import BESIDE, Reporter, carry_out, ordered_book
from store.errors import ExportError
from store.exchange import ExportRequest, ExportResult
from store.records import ListQuery, Status
from store.workbook.target import partial_path, take_away

if TYPE_CHECKING:
    from store.records import Actor


class ExportJob(ProgressJob[ExportResult]):
    """One export that runs beside the program; it tells its progress, then the result or an error."""

    name = "The export"
    error = ExportError

    def __init__(self, book_path: Path, target: Path, request: ExportRequest, actor: Actor) -> None:
        target = target.absolute()
        self._partial = partial_path(target)
        super().__init__(
            {
                "book": str(book_path.absolute()),
                "target": str(target),
                "partial": str(self._partial),
                "request": asdict(request),
                "actor": asdict(actor),
            }
        )

    def _result(self, told: dict[str, Any]) -> ExportResult:
        return ExportResult(told["path"], told["sheets"], tuple(told["notes"]))

    def _tidy(self) -> None:
        take_away(self._partial)


def _request(told: dict[str, Any]) -> ExportRequest:
    query = told["query"]
    if query is not None:
        told["query"] = ListQuery(**{**query, "columns": tuple(query["columns"]), "status": Status(query["status"])})
    return ExportRequest(**told)


def _work(order: dict[str, Any]) -> dict[str, Any]:
    from store.workbook.exporter import export

    target, partial = Path(order["target"]), Path(order["partial"])
    with ordered_book(order) as book:
        done = export(book, target, _request(order["request"]), report=Reporter(), partial=partial)
    return {"result": asdict(done)}


def main() -> int:
    """The child's work: one export, as standard input orders it; its exit code."""
    return carry_out(_work, nice=BESIDE)


if __name__ == "__main__":
    sys.exit(main())
