"""`regulars returned`: the sender's own workbook with its faults marked."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from store.answer import OK, PARTLY, REFUSED, STOPPED, fail, say
from store.database import open_book
from store.errors import ExportError, StoreError, WorkbookError
from store.exchange import Progress
from store.workbook.command import metered
from store.workbook.returned import ReturnedJob
from store.workbook.returned_names import proposed_name
from store.workbook.target import chosen_place, typed_place

if TYPE_CHECKING:
    import argparse

    from store.workbook.meter import Meter
    from store.workbook.returned import ReturnedReport

_WAIT = 0.05


def return_file(arguments: argparse.Namespace) -> int:
    """Carry out `regulars returned`; its exit code: 0 nothing at fault, 2 the file is refused, 3 faults are marked."""
    file = arguments.file
    try:
        out = chosen_place(typed_place(arguments.out), lambda: proposed_name(file))
        with metered() as meter:
            book = open_book(arguments.db, create=False, report=meter)
            book.close()
            told = _made(ReturnedJob(book.path, file, out, book.actor), meter)
    except WorkbookError as error:
        if arguments.json:
            say(json.dumps({"error": str(error)}))
        return fail(str(error), REFUSED)
    except KeyboardInterrupt:
        return fail("Stopped. Nothing was written.", STOPPED)
    if arguments.json:
        say(json.dumps(asdict(told)))
    else:
        _say(told)
    return PARTLY if told.refused or told.left_out else OK


def _made(job: ReturnedJob, meter: Meter) -> ReturnedReport:
    job.start()
    try:
        while job.running:
            for event in job.poll():
                if isinstance(event, Progress):
                    meter(event)
                elif isinstance(event, StoreError):
                    raise event
                else:
                    return event
            time.sleep(_WAIT)
    finally:
        job.cancel()
    raise ExportError("Marking the workbook ended without a word. Try again.")


def _say(told: ReturnedReport) -> None:
    if told.rows:
        counts = {"refused": told.refused, "refused in part": told.left_out, "asked about": told.waiting}
        words = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
        rows = "1 row" if told.rows == 1 else f"{told.rows:,} rows"
        say(f"Wrote {told.path}: {rows} marked ({words}).")
    else:
        say(f"Wrote {told.path}: there is nothing to mark.")
    for note in told.notes:
        say(note)
