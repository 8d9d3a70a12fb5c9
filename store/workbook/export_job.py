"""An export in a process of its own, so that the keys never wait for it: `ExportJob` here, its work in `main`.

The two speak in lines of JSON: the order goes in by standard input, progress and the end come out by standard output.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from store import child
from store.child_job import Job
from store.errors import ExportError, StoreError
from store.exchange import ExportRequest, ExportResult, Progress
from store.records import Actor, ListQuery, Status
from store.workbook.target import partial_path

Event = Progress | ExportResult | StoreError

_BETWEEN_REPORTS = 0.1
_NICE = 10


class ExportJob(Job[Progress | ExportResult]):
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

    def _event(self, line: dict[str, Any]) -> Event:
        if told := line.get("progress"):
            return Progress(**told)
        if told := line.get("result"):
            return ExportResult(told["path"], told["sheets"], tuple(told["notes"]))
        return ExportError(str(line["error"]))

    def _is_last(self, event: Event) -> bool:
        return not isinstance(event, Progress)

    def _tidy(self) -> None:
        self._partial.unlink(missing_ok=True)


def _request(told: dict[str, Any]) -> ExportRequest:
    query = told["query"]
    if query is not None:
        told["query"] = ListQuery(**{**query, "columns": tuple(query["columns"]), "status": Status(query["status"])})
    return ExportRequest(**told)


class _Reporter:
    """Sends progress as it comes, but not more often than a screen shows it."""

    def __init__(self) -> None:
        self._due = 0.0

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _BETWEEN_REPORTS
            child.say(progress=asdict(progress))


def main() -> int:
    """The child's work: one export, as standard input orders it; its exit code."""
    child.end_tidily()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    order = json.load(sys.stdin)
    from store.database import open_book
    from store.workbook.exporter import export

    try:
        book = open_book(Path(order["book"]), actor=Actor(**order["actor"]), create=False, recover=False)
        try:
            result = export(
                book,
                Path(order["target"]),
                _request(order["request"]),
                report=_Reporter(),
                partial=Path(order["partial"]),
            )
        finally:
            book.close()
    except StoreError as error:
        child.say(error=str(error))
        return 1
    child.say(result=asdict(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
