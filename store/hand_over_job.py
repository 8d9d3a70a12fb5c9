"""The workbook of one customer's data, made in a process of its own: the keys never wait for it.

The order goes in by standard input, and one line of JSON comes out by standard output: where it is, or why not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from store import child
from store.child_job import Job
from store.errors import ExportError, StoreError
from store.workbook.target import partial_path

Event = Path | StoreError


class HandOverJob(Job[Path]):
    """One workbook that is written beside the program; its one event is where it is, or an error."""

    name = "The workbook"
    error = ExportError

    def __init__(self, book_path: Path, customer_id: int, target: Path) -> None:
        target = target.absolute()
        self._partial = partial_path(target)
        super().__init__(
            {
                "book": str(book_path.absolute()), "customer": customer_id, "target": str(target),
                "partial": str(self._partial),
            }
        )  # fmt: skip

    def _event(self, line: dict[str, Any]) -> Event:
        return Path(line["path"]) if "path" in line else ExportError(line["error"])

    def _tidy(self) -> None:
        self._partial.unlink(missing_ok=True)


def main() -> int:
    """The child's work: one workbook, as standard input orders it; its exit code."""
    child.end_tidily()
    order = json.load(sys.stdin)
    from store.database import open_book
    from store.hand_over import hand_over

    try:
        book = open_book(Path(order["book"]), create=False, recover=False)
        try:
            place = hand_over(book, order["customer"], Path(order["target"]), partial=Path(order["partial"]))
        finally:
            book.close()
    except StoreError as error:
        child.say(error=str(error))
        return 1
    child.say(path=str(place))
    return 0


if __name__ == "__main__":
    sys.exit(main())
