"""An import as the program sees it: a child process that reads, waits for a yes, and writes (see `worker`)."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store import child, errors
from store.errors import NotNowError, StoreError, WorkbookError
from store.exchange import (
    CameBy,
    CellFault,
    FieldMove,
    ImportPreview,
    ImportResult,
    MadeOf,
    Progress,
    RowMove,
    RowOutcome,
    SheetCounts,
)
from store.review_records import Kind, Question
from store.workbook.target import take_away
from store.workbook.worker import APPLY, MEMORY, MOVES, QUIET_SECONDS, Order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from store.records import Actor
    from store.review_records import Answer

Event = Progress | ImportPreview | ImportResult | StoreError
"""What a session tells; a preview, a result or an error is followed by nothing until somebody answers."""

_WAIT = 0.05


class ImportSession:
    """One import. `start` it, `poll` for the preview, then `apply` or `cancel`, and `poll` for the result.

    After `apply` the import goes on even when the program ends. `quiet_seconds` and `memory` limit the reading;
    `came_by` says how the file came, and so what of it is to be sent to others.
    """

    def __init__(
        self,
        book_path: Path,
        file: Path,
        actor: Actor,
        *,
        quiet_seconds: float = QUIET_SECONDS,
        memory: int = MEMORY,
        command: Sequence[str] | None = None,
        came_by: CameBy = CameBy.HAND,
    ) -> None:
        self._order = Order(
            str(book_path.absolute()),
            str(file.absolute()),
            actor.employee,
            actor.till,
            memory,
            quiet_seconds,
            came_by,
        )
        self._name = file.name
        self._command = list(command or child.command("store.workbook.worker"))
        self._process: subprocess.Popen[str] | None = None
        self._events: queue.SimpleQueue[tuple[str, Any] | None] = queue.SimpleQueue()
        self._stage: Path | None = None
        self._reading = False
        self._applying = False
        self._applied = False
        self._heard = 0.0

    def start(self) -> None:
        """Begin to read; returns at once. Raises NotNowError when no process can be started."""
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**child.environment(), "PYTHONIOENCODING": "utf-8"},
                encoding="utf-8",
                start_new_session=True,  # a line that drops, or Ctrl-C, ends the program and not the import
            )
        except OSError as error:
            raise NotNowError(f"The reader could not be started: {error.strerror or error}.") from None
        self._reading = True
        self._heard = time.monotonic()
        self._tell(json.dumps(asdict(self._order)))
        threading.Thread(target=self._listen, args=(self._process,), daemon=True, name="import").start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        """Put the child's lines in the queue, and None when it has ended."""
        assert process.stdout is not None  # noqa: S101  # it is a pipe, as `start` asked
        with suppress(ValueError, AttributeError):  # no word of ours: the child is not itself any more
            for line in process.stdout:
                ((kind, told),) = json.loads(line).items()
                self._events.put((kind, told))
        process.stdout.close()
        process.wait()
        self._events.put(None)

    def _tell(self, line: str) -> None:
        process = self._process
        if process is not None and process.stdin is not None:
            with suppress(BrokenPipeError, ValueError):
                process.stdin.write(f"{line}\n")
                process.stdin.flush()

    @property
    def running(self) -> bool:
        """Whether `poll` has more to tell without an answer from here."""
        return self._reading or self._applying

    def poll(self) -> list[Event]:
        """What happened since the last time; never waits."""
        events: list[Event] = []
        while self.running:
            try:
                heard = self._events.get_nowait()
            except queue.Empty:
                if self._reading and time.monotonic() - self._heard > self._order.quiet_seconds:
                    events.append(
                        self._give_up(f"took longer than {self._order.quiet_seconds:g} seconds without progress")
                    )
                break
            self._heard = time.monotonic()
            event = self._ended() if heard is None else self._event(*heard)
            if event is not None:
                events.append(event)
                if not isinstance(event, Progress):
                    self._reading = self._applying = False
        return events

    def _event(self, kind: str, told: Any) -> Event | None:
        if kind == "stage":
            self._stage = Path(told)
            return None
        if kind == "progress":
            return Progress(**told)
        if kind == "error":
            name, message = told
            return _error(name, message)
        outcome = _outcome(told)
        if kind != "preview":
            return ImportResult(**outcome, answered=told["answered"])
        questions = tuple(Question(**{**asked, "kind": Kind(asked["kind"])}) for asked in told["questions"])
        made_of = told["made_of"] and MadeOf(**told["made_of"])
        return ImportPreview(
            stage=told["stage"], moves=told["moves"], questions=questions, made_of=made_of,
            brings=tuple(told["brings"]), **outcome,
        )  # fmt: skip

    def _ended(self) -> WorkbookError:
        """The child ended without a last word: the file killed it, or somebody did."""
        if self._applying:
            return NotNowError(
                "The import was cut off. It is finished, or taken back, the next time this book is opened."
            )
        return self._give_up("ended the program that reads it")

    def _give_up(self, why: str) -> WorkbookError:
        self._end()
        return WorkbookError(
            f"{self._name} {why}, and was refused. It may be damaged or far too large: open it in a spreadsheet "
            "program, save it anew, and import that."
        )

    def moves(self, offset: int, limit: int) -> tuple[RowMove, ...]:
        """Some of the customers whom the file would change or make; between preview and yes, by one thread at a time.

        Waits for the child some milliseconds. Raises WorkbookError when the child is gone.
        """
        if self._process is None or self._applied or self._reading:
            return ()
        self._tell(json.dumps({MOVES: [offset, limit]}))
        try:
            heard = self._events.get(timeout=self._order.quiet_seconds)
        except queue.Empty:
            heard = None
        if heard is None:
            raise self._give_up("ended the program that reads it")
        return tuple(_move(told) for told in heard[1])

    def apply(self, answers: Mapping[str, Answer] | None = None) -> None:
        """Write what the preview showed, and the answers to its questions with it."""
        if self._process is None or self._applied:
            return
        self._applying = self._applied = True
        self._stage = None
        self._tell(json.dumps({APPLY: {question: str(answer) for question, answer in (answers or {}).items()}}))

    def cancel(self) -> None:
        """Stop, and leave nothing behind. What is being written goes on to its end, and what was is left to close."""
        if not self._applied:
            self._end()

    discard = cancel

    def wait(self, seconds: float) -> None:
        """Wait until the child has closed the book and ended, but no longer than this."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)

    def _end(self) -> None:
        self._reading = False
        process = self._process
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()
        while not self._events.empty():
            heard = self._events.get_nowait()
            if heard is not None and heard[0] == "stage":
                self._stage = Path(heard[1])
        if self._stage is not None:
            take_away(self._stage)

    def events(self) -> Iterator[Event]:
        """Everything until an answer is needed or all is said; waits."""
        while self.running:
            yield from self.poll()
            time.sleep(_WAIT)


def _outcome(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "file_name": told["file_name"],
        "counts": SheetCounts(**told["counts"]),
        "sheets": {name: SheetCounts(**counts) for name, counts in told["sheets"].items()},
        "refused": tuple(_row(row) for row in told["refused"]),
        "notes": tuple(told["notes"]),
    }


def _move(told: dict[str, Any]) -> RowMove:
    fields = (FieldMove(**{**field, "waiting": tuple(field["waiting"])}) for field in told["fields"])
    return RowMove(**{**told, "fields": tuple(fields)})


def _row(told: dict[str, Any]) -> RowOutcome:
    return RowOutcome(**{**told, "cells": tuple(CellFault(**cell) for cell in told["cells"])})


def _error(name: str, message: str) -> StoreError:
    """The child's error, of its own class where that class takes a sentence."""
    kind = getattr(errors, name, WorkbookError)
    if isinstance(kind, type) and issubclass(kind, WorkbookError | errors.BookError):
        return kind(message)
    return WorkbookError(message)
