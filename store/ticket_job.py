"""A ticket in a process of its own: the fonts take longer to open than a key may wait."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Any

from store.child_job import Job
from store.child_work import carry_out, ordered_book
from store.errors import StoreError, TicketError, TicketThereError
from store.workbook.target import take_away

Event = Path | StoreError


class TicketJob(Job[Path]):
    """One PDF that is made beside the program; its one event is where it is, or an error."""

    name = "The PDF"
    error = TicketError

    def __init__(
        self, book_path: Path, receipt_id: int, payment_number: int | None, target: Path, *, force: bool = False
    ) -> None:
        self._target = target.absolute()
        self._partial = f".regulars-{secrets.token_hex(8)}.part"
        super().__init__(
            {
                "book": str(book_path.absolute()),
                "receipt": receipt_id,
                "payment": payment_number,
                "target": str(self._target),
                "force": force,
                "partial": self._partial,
            }
        )

    def _event(self, line: dict[str, Any]) -> Event:
        if path := line.get("path"):
            return Path(path)
        return TicketThereError(line["there"]) if line["there"] else TicketError(line["error"])

    def _tidy(self) -> None:
        """The target may be a folder, or in one."""
        take_away(*(folder / self._partial for folder in (self._target, self._target.parent)))


def _work(order: dict[str, Any]) -> dict[str, Any]:
    from store.ticket_file import write_ticket

    with ordered_book(order) as book:
        place = write_ticket(
            book,
            order["receipt"],
            order["payment"],
            Path(order["target"]),
            force=order["force"],
            partial_name=order["partial"],
        )
    return {"path": str(place)}


def _refusal(error: StoreError) -> dict[str, Any]:
    return {"there": error.path if isinstance(error, TicketThereError) else ""}


def main() -> int:
    """The child's work: one PDF, as standard input orders it; its exit code."""
    return carry_out(_work, refusal=_refusal)


if __name__ == "__main__":
    sys.exit(main())
