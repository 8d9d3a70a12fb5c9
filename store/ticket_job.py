"""A ticket in a process of its own: the fonts take longer to open than a key may wait.

The order goes in by standard input, and one line of JSON comes out by standard output: where the PDF is, or why not.
"""

from __future__ import annotations

import json
import queue
import secrets
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from store import child
from store.errors import StoreError, TicketError, TicketThereError

if TYPE_CHECKING:
    import subprocess

Event = Path | StoreError

_STOPPED = "The PDF was stopped before its end. Nothing was written; try again."


class TicketJob:
    """One PDF that is made beside the program. `start` it, `poll` it until it gives a path or an error."""

    def __init__(
        self, book_path: Path, receipt_id: int, payment_number: int | None, target: Path, *, force: bool = False
    ) -> None:
        self._target = target.expanduser().absolute()
        self._partial = f".regulars-{secrets.token_hex(8)}.part"
        self._order = {
            "book": str(book_path.absolute()),
            "receipt": receipt_id,
            "payment": payment_number,
            "target": str(self._target),
            "force": force,
            "partial": self._partial,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.running = False
        """Whether `poll` has more to tell."""

    def start(self) -> None:
        """Begin; returns at once. Raises TicketError when no process can be started."""
        try:
            process = child.start(__name__)
        except OSError as error:
            raise TicketError(f"The PDF could not be started: {error.strerror or error}.") from None
        self._process = process
        self.running = True
        threading.Thread(target=self._listen, args=(process,), daemon=True, name="ticket").start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the child's last word; to end without one is an event too."""
        said, _ = process.communicate(json.dumps(self._order).encode())
        if not said:
            self._tidy()
        self._events.put(_event(said))

    def poll(self) -> list[Event]:
        """What happened since the last time; never waits. It is one event: the PDF's path, or an error."""
        if not self.running:
            return []
        try:
            event = self._events.get_nowait()
        except queue.Empty:
            return []
        self.running = False
        return [event]

    def cancel(self) -> None:
        """Stop; nothing is left behind. What was there under the target's name stays, unless all was written."""
        process = self._process
        if process is None:
            return
        self.running = False
        child.stop(process)
        self._tidy()

    def _tidy(self) -> None:
        """Take away what a killed child could not; the target may be a folder, or in one."""
        for folder in (self._target, self._target.parent):
            with suppress(OSError):
                (folder / self._partial).unlink()


def _event(said: bytes) -> Event:
    try:
        told = json.loads(said)
    except ValueError:
        return TicketError(_STOPPED)
    if path := told.get("path"):
        return Path(path)
    return TicketThereError(told["there"]) if told["there"] else TicketError(told["error"])


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
