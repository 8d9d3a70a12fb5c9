"""The import's child process: reads and plans a file within limits, waits for a yes, then writes.

Its order comes in by standard input as a line of JSON. After the preview it takes lines of JSON as well: `moves` asks
for some of the rows that would change, `apply` brings the answers to the file's questions and is the yes. Progress, the
preview, the moves, the result or an error go out by standard output, a line of JSON each. When the program goes away
before the yes, nothing is written; after it, the import goes on to its end.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import sqlite3
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.errors import StoreError, WorkbookError
from store.exchange import CameBy, ImportPreview, ImportResult, Progress
from store.records import Actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from store.database import Book
    from store.exchange import RowOutcome, SheetCounts
    from store.workbook.plan import Plan
    from store.workbook.reader import Workbook
    from store.workbook.stage import Stage

APPLY, MOVES = "apply", "moves"
MEMORY = 1024**3
"""Bytes of address space that reading a file may take."""
QUIET_SECONDS = 30.0
"""How long reading may go without a sign of progress."""
MOST_QUESTIONS = 5_000
"""Questions that a preview brings; the others wait in the review all the same."""
UNTAKEN = "holds something that the book cannot take, and was refused. Nothing of it was written."
_BETWEEN_REPORTS = 0.1
_NICE = 19


@dataclass(frozen=True, slots=True)
class Order:
    """What the child is asked to do; `memory` in bytes of address space.

    `came_by` says what is to be sent to others of what it brings (see `folder_marks.coming`).
    """

    book: str
    file: str
    employee: str
    till: str
    memory: int = MEMORY
    quiet_seconds: float = QUIET_SECONDS
    came_by: CameBy = CameBy.HAND


def limit(memory: int) -> None:
    """Last in line for the processor, no more memory than this, and no core file with customers in it."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    with suppress(ImportError):
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


class _Watch:
    """Ends this process when it is quiet for too long, even while a library holds the interpreter."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._nowhere = Path(os.devnull).open("w")  # noqa: SIM115  # the watch needs it until the end

    def alive(self) -> None:
        faulthandler.dump_traceback_later(self._seconds, exit=True, file=self._nowhere)

    def stop(self) -> None:
        faulthandler.cancel_dump_traceback_later()


class _Reporter:
    """Sends progress as it comes, but not more often than a screen shows it."""

    def __init__(self, phase: str, watch: _Watch | None = None) -> None:
        self._phase = phase
        self._watch = watch
        self._due = 0.0
        self._last = (0, 0)

    def again(self) -> None:
        """Say the last progress once more: the work goes on."""
        self(*self._last)

    def __call__(self, done: int, total: int) -> None:
        self._last = done, total
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _BETWEEN_REPORTS
            if self._watch is not None:
                self._watch.alive()
            say("progress", asdict(Progress(self._phase, done, total)))


def say(kind: str, told: object) -> None:
    """Tell the program, if it is still there."""
    try:
        sys.stdout.write(f"{json.dumps({kind: told})}\n")
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        with suppress(OSError):
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  # for the rest of this process


def main() -> int:
    """Carry out one order; the exit code."""
    order = Order(**json.loads(sys.stdin.readline()))
    limit(order.memory)
    gc.disable()  # rows by the million and no cycles: looking for some takes half of the time
    watch = _Watch(order.quiet_seconds)
    try:
        watch.alive()
        _carry_out(order, watch)
    except StoreError as error:
        say("error", [type(error).__name__, str(error)])
        return 1
    except (sqlite3.Error, ValueError, LookupError, TypeError, ArithmeticError):
        say("error", [WorkbookError.__name__, f"{Path(order.file).name} {UNTAKEN}"])
        return 1
    except MemoryError:
        name = Path(order.file).name
        message = f"{name} needs more memory than a workbook may take. Split it and import the parts."
        say("error", [WorkbookError.__name__, message])
        return 1
    return 0


def _finishing(watch: _Watch) -> Callable[[Progress], None]:
    """Tells how far an import is that was cut off, and that opening the book finishes."""
    reporters: dict[str, _Reporter] = {}

    def tell(progress: Progress) -> None:
        reporters.setdefault(progress.phase, _Reporter(progress.phase, watch))(progress.done, progress.total)

    return tell


def _carry_out(order: Order, watch: _Watch) -> None:
    from store.database import open_book
    from store.workbook import journal

    actor = Actor(order.employee, order.till)
    book = open_book(Path(order.book), actor=actor, create=False, report=_finishing(watch))
    try:
        journal.refuse_second(book)
        prepared = _prepare(book, order, watch)
        watch.stop()
        say("preview", asdict(prepared.preview()))
        for line in sys.stdin:
            asked = json.loads(line)
            if (answers := asked.get(APPLY)) is not None:
                prepared.write(answers)
                return
            say(MOVES, [asdict(move) for move in prepared.plan.moves(*asked[MOVES])])
        prepared.drop()
    finally:
        book.close()


@dataclass(slots=True)
class _Prepared:
    """A file that was read and staged; without a stage there is nothing to write."""

    book: Book
    name: str
    plan: Plan
    stage: Stage | None

    def preview(self) -> ImportPreview:
        stage = "" if self.stage is None else str(self.stage.path)
        questions = tuple(self.plan.questions[:MOST_QUESTIONS])
        counts, sheets, refused, notes = self._said()
        plan = self.plan
        return ImportPreview(
            self.name, stage, counts, sheets, refused, notes, plan.how_many, questions, plan.made_of, plan.brings
        )

    def write(self, answers: dict[str, str]) -> None:
        """Write, and tell the result; `answers` to the questions of the file are a part of the import."""
        from store.workbook import journal
        from store.workbook.apply import apply
        from store.workbook.stage import Step

        if self.stage is not None:
            try:
                self.stage.add_more(Step.ANSWER, self.plan.answered(answers))
                apply(
                    self.book, self.stage, self.plan.report, _Reporter("writing"), only_thread=True, seen=self.plan.seen
                )
            finally:
                # What could not be taken back just now still needs its stage at the next opening.
                if self.stage.path.name not in {run.stage for run in journal.running(self.book)}:
                    self.drop()
        say("result", asdict(ImportResult(self.name, *self._said(), self.plan.report.answered)))

    def drop(self) -> None:
        if self.stage is not None:
            self.stage.discard()

    def _said(self) -> tuple[SheetCounts, dict[str, SheetCounts], tuple[RowOutcome, ...], tuple[str, ...]]:
        return self.plan.report.said()


def _prepare(book: Book, order: Order, watch: _Watch) -> _Prepared:
    from store.workbook.plan import make_plan
    from store.workbook.reader import open_workbook

    say("progress", asdict(Progress("reading", 0, 0)))
    workbook = open_workbook(Path(order.file))
    checking = _Reporter("checking", watch)
    plan = make_plan(book, workbook, checking)
    return _Prepared(book, workbook.name, plan, _staged(book, workbook, plan, checking, order))


def _staged(book: Book, workbook: Workbook, plan: Plan, checking: _Reporter, order: Order) -> Stage | None:
    from store.workbook.stage import Stage

    if plan.writes_nothing:
        return None
    stage = Stage.create(book.path)
    say("stage", str(stage.path))
    try:
        for kind, steps in plan.steps:
            stage.add(kind, _told(steps, checking))
        stage.finish(
            {
                "file_name": workbook.name, "file_digest": workbook.digest, "sheets": plan.report.counts_by_sheet(),
                "came_by": order.came_by,
            }
        )  # fmt: skip
    except BaseException:
        stage.discard()
        raise
    return stage


def _told(steps: Iterable[Sequence[Any]], checking: _Reporter) -> Iterator[Sequence[Any]]:
    """The steps; while many are staged, a sign of life now and then."""
    for at, step in enumerate(steps):
        if at % 1000 == 0:
            checking.again()
        yield step


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # nothing is open any more; freeing a large workbook cell by cell would take its time
