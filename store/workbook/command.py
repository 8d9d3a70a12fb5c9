"""`regulars import`: the same session as the program's, with words instead of a screen."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from store.answer import OK, PARTLY, REFUSED, STOPPED, fail, say
from store.database import default_path, open_book
from store.errors import StoreError, WorkbookError
from store.exchange import ImportPreview, ImportResult, Progress
from store.workbook.meter import Meter
from store.workbook.session import ImportSession

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from store.exchange import RowOutcome, SheetCounts
    from store.records import Actor

_CLOSING = 10.0
"""Seconds that the child gets to close the book, so that a script may copy it at once."""
_ROWS_SHOWN = 100
"""Refused rows that are said in words; `--json` gives them all."""

WHERE = "open regulars, ^P, Review"
"""Where what waits for an answer is answered."""


class _StoppedError(StoreError):
    """Somebody ended the command."""


def import_file(arguments: argparse.Namespace) -> int:
    """Carry out `regulars import`; its exit code: 0 applied, 2 the file is refused, 3 applied but for some rows."""
    makes = _missing(arguments.db)
    try:
        with metered() as meter, _book(arguments, meter) as (path, actor):
            outcome = _run(ImportSession(path, arguments.file, actor), meter, dry_run=arguments.dry_run)
    except WorkbookError as error:
        if arguments.json:
            say(json.dumps({"error": str(error)}))
        return fail(str(error), REFUSED)
    except _StoppedError as error:
        return fail(str(error), STOPPED)
    if arguments.json:
        say(json.dumps(as_json(outcome)))
    else:
        _say_outcome(outcome, dry_run=arguments.dry_run, makes=makes)
    return PARTLY if _refused(outcome) else OK


@contextmanager
def metered() -> Iterator[Meter]:
    """A meter whose line is empty again at the end, whatever happens."""
    meter = Meter()
    try:
        yield meter
    finally:
        meter.clear()


def _missing(path: Path | None) -> Path | None:
    """Where the book is to be that is not there yet; None where there is one, or none can be reached."""
    place = (path or default_path()).expanduser()
    with suppress(OSError):
        return None if place.exists() else place
    return None


@contextmanager
def _book(arguments: argparse.Namespace, meter: Meter) -> Iterator[tuple[Path, Actor]]:
    """The book that a file is for, made when there is none; a dry run on no book uses one that is gone afterwards."""
    if arguments.dry_run and _missing(arguments.db):
        with tempfile.TemporaryDirectory(prefix="regulars-") as folder:
            book = open_book(Path(folder) / "book.db")
            book.close()
            yield book.path, book.actor
        return
    book = open_book(arguments.db, report=meter)
    book.close()
    yield book.path, book.actor


def _run(session: ImportSession, meter: Meter, *, dry_run: bool) -> ImportPreview | ImportResult:
    """Read, and write unless it is a dry run."""
    told = "Stopped. Nothing was imported."
    session.start()
    try:
        outcome = _await(session, meter)
        if not dry_run:
            session.apply()
            told = "Stopped. The import goes on to its end without this command: `regulars check` says how far it is."
            outcome = _await(session, meter)
            told = "Stopped. The file was imported; `regulars check` says what the book has."
            session.wait(_CLOSING)
    except KeyboardInterrupt:
        raise _StoppedError(told) from None
    finally:
        session.cancel()
    return outcome


def _await(session: ImportSession, meter: Meter) -> ImportPreview | ImportResult:
    for event in session.events():
        if isinstance(event, Progress):
            meter(event)
        elif isinstance(event, StoreError):
            raise event
        else:
            return event
    raise WorkbookError("The import ended without a word. Try again.")


def _refused(outcome: ImportPreview | ImportResult) -> int:
    """How many rows were refused, in whole or in part."""
    in_part = sum(row.outcome.startswith("part:") for row in outcome.refused)
    return outcome.counts.refused + sum(counts.refused for counts in outcome.sheets.values()) + in_part


def as_json(outcome: ImportPreview | ImportResult) -> dict[str, object]:
    """Counts of customers, of the other sheets, and the refused rows."""
    rows = [
        {"sheet": row.sheet, "row": row.row, "outcome": row.outcome, "message": row.message} for row in outcome.refused
    ]
    sheets = {name: asdict(counts) for name, counts in outcome.sheets.items()}
    return {**asdict(outcome.counts), "sheets": sheets, "rows": rows}


def _say_outcome(outcome: ImportPreview | ImportResult, *, dry_run: bool, makes: Path | None) -> None:
    what = "Would import" if dry_run else "Imported"
    say(f"{what} {outcome.file_name}")
    if makes:
        say(f"There is no book {makes} yet: the import would make it." if dry_run else f"Made the book {makes}.")
    for name, counts in {"Customers": outcome.counts, **outcome.sheets}.items():
        say(f"  {name}: {_words(counts)}")
    for note in outcome.notes:
        say(note)
    for row in outcome.refused[:_ROWS_SHOWN]:
        say(f"{row.sheet}, row {row.row}: {_why(row)}")
    if len(outcome.refused) > _ROWS_SHOWN:
        say(f"... and {len(outcome.refused) - _ROWS_SHOWN:,} more rows; --json names them all.")


def _words(counts: SheetCounts) -> str:
    said = asdict(counts)
    words = ", ".join(f"{said[name]:,} {name}" for name in ("created", "updated", "unchanged", "refused"))
    if not counts.held:
        return words
    return f"{words}; {counts.held:,} {'waits' if counts.held == 1 else 'wait'} for an answer ({WHERE})"


def _why(row: RowOutcome) -> str:
    """What is wrong with a row, each cell with its value; of cells with the same reason, the reason once."""
    waits = "; waits for an answer" if row.outcome.startswith("held:") else ""
    if not row.cells:
        return f"{row.message}{_bracketed(row.value)}{waits}"
    columns: dict[str, list[str]] = {}
    for cell in row.cells:
        columns.setdefault(cell.message, []).append(f"{cell.column}{_bracketed(cell.value)}")
    return "; ".join(f"{', '.join(named)}: {message}" for message, named in columns.items()) + waits


def _bracketed(value: str) -> str:
    return f" ({' '.join(value.split())})" if value else ""
