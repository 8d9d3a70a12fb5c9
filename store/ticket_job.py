"""A ticket in a process of its own: the fonts take longer to open than a key may wait.

The order goes in by standard input, and one line of JSON comes out by standard output: where the PDF is, or why not.
"""

from __future__ import annotations

import json
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from store import child
from store.child_job import Job
from store.errors import StoreError, TicketError, TicketThereError

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
        for folder in (self._target, self._target.parent):
            with suppress(OSError):
                (folder / self._partial).unlink()


def main() -> int:
    """The child's work: one PDF, as standard input orders it; its exit code."""
    child.end_tidily()
    order = json.load(sys.stdin)
    from store.database import open_book
    from store.ticket_file import write_ticket

    try:
        book = open_book(Path(order["book"]), create=False, recover=False)
        try:
            place = write_ticket(
                book,
                order["receipt"],
                order["payment"],
                Path(order["target"]),
                force=order["force"],
                partial_name=order["partial"],
            )
        finally:
            book.close()
    except StoreError as error:
        child.say(error=str(error), there=error.path if isinstance(error, TicketThereError) else "")
        return 1
    child.say(path=str(place))
    return 0


if __name__ == "__main__":
    sys.exit(main())
