"""The workbook of one customer's data, made in a process of its own: the keys never wait for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from store.child_job import Job
from store.child_work import carry_out, ordered_book
from store.errors import ExportError, StoreError
from store.workbook.target import partial_path, take_away

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
        take_away(self._partial)


def _work(order: dict[str, Any]) -> dict[str, Any]:
    from store.hand_over import hand_over

    with ordered_book(order) as book:
        return {"path": str(hand_over(book, order["customer"], Path(order["target"]), partial=Path(order["partial"])))}


def main() -> int:
    """The child's work: one workbook, as standard input orders it; its exit code."""
    return carry_out(_work)


if __name__ == "__main__":
    sys.exit(main())
