"""An export in a process of its own, so that the keys never wait for it: `ExportJob` here, its work in `main`.

The two speak in lines of JSON: the order goes in by standard input, progress and the end come out by standard output.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store import child
from store.errors import ExportError, StoreError
from store.exchange import ExportRequest, ExportResult, Progress
from store.records import Actor, ListQuery, Status
from store.workbook.target import partial_path

if TYPE_CHECKING:
    import subprocess

Event = Progress | ExportResult | StoreError

_BETWEEN_REPORTS = 0.1
_NICE = 10
_STOPPED = "The export was stopped before its end. Nothing was written; try again."


class ExportJob:
    """One export that runs beside the program. `start` it, `poll` it until it gives a result or an error."""

    def __init__(self, book_path: Path, target: Path, request: ExportRequest, actor: Actor) -> None:
        target = target.absolute()
        self._partial = partial_path(target)
        self._order = {
            "book": str(book_path.absolute()),
            "target": str(target),
            "partial": str(self._partial),
            "request": asdict(request),
            "actor": asdict(actor),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.running = False
        """Whether `poll` has more to tell."""

    def start(self) -> None:
        """Begin; returns at once. Raises ExportError when no process can be started."""
        try:
            process = child.start(__name__)
        except OSError as error:
            raise ExportError(f"The export could not be started: {error.strerror or error}.") from None
        self._process = process
        self.running = True
        threading.Thread(target=self._listen, args=(process,), daemon=True, name="export").start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Turn the child's lines into events; its end without a last word is an event too."""
        assert process.stdin is not None  # noqa: S101  # both are pipes, as `start` asked
        assert process.stdout is not None  # noqa: S101
        last: Event | None = None
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(self._order).encode())
            process.stdin.close()
        for line in process.stdout:
            last = _event(json.loads(line))
            self._events.put(last)
        process.wait()
        if last is None or isinstance(last, Progress):
            self._partial.unlink(missing_ok=True)
            self._events.put(ExportError(_STOPPED))

    def poll(self) -> list[Event]:
        """What happened since the last time; never waits. The last event is a result or an error."""
        events: list[Event] = []
        while self.running:
            try:
                event = self._events.get_nowait()
            except queue.Empty:
                break
            events.append(event)
            self.running = isinstance(event, Progress)
        return events

    def cancel(self) -> None:
        """Stop; nothing is left behind. What was there under the target's name stays, unless all was written."""
        process = self._process
        if process is None:
            return
        self.running = False
        child.stop(process)
        self._partial.unlink(missing_ok=True)


def _event(line: dict[str, Any]) -> Event:
    if told := line.get("progress"):
        return Progress(**told)
    if told := line.get("result"):
        return ExportResult(told["path"], told["sheets"], tuple(told["notes"]))
    return ExportError(str(line["error"]))


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
