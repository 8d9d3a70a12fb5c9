"""`regulars sync`: one exchange with the folder, for a timer of the system."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

from store.answer import OK, PARTLY, STOPPED, fail, say
from store.database import default_path, open_book
from store.workbook import folder_words
from store.workbook.folder import sync
from store.workbook.folder_setup import UnderWayError, leave
from store.workbook.meter import Meter

if TYPE_CHECKING:
    import argparse

    from store.workbook.folder_records import SyncReport


def sync_folder(arguments: argparse.Namespace) -> int:
    """Carry out `regulars sync`; its exit code: 0 all done, 3 but for what was refused, is missing or failed.

    A second run beside another ends with 0: what it would do is being done.
    """
    if arguments.leave:
        return _leave(arguments)
    meter = Meter()
    try:
        report = sync(
            arguments.db or default_path(),
            arguments.folder,
            report=meter,
            everything=arguments.everything,
            dry_run=arguments.dry_run,
        )
    except UnderWayError as error:
        meter.clear()
        say(json.dumps({"under_way": True}) if arguments.json else str(error))
        return OK
    except KeyboardInterrupt:
        meter.clear()
        return fail("Stopped. What was done stands; the next run goes on.", STOPPED)
    finally:
        meter.clear()
    _say(report, as_json=arguments.json)
    return OK if report.is_whole else PARTLY


def _say(report: SyncReport, *, as_json: bool) -> None:
    if as_json:
        say(json.dumps(asdict(report)))
        return
    sentences = list(folder_words.done(report))
    for sentence in sentences or ["Nothing new."]:
        say(sentence)
    if report.unseen:
        say(folder_words.unseen(report.unseen))
    for sentence in folder_words.wrong(report):
        fail(sentence)


def _leave(arguments: argparse.Namespace) -> int:
    with closing(open_book(arguments.db, create=False)) as book:
        folder = leave(book, arguments.folder, dry_run=arguments.dry_run)
    if arguments.json:
        say(json.dumps({"folder": str(folder), "left": not arguments.dry_run}))
    else:
        say(f"This book {'would take' if arguments.dry_run else 'takes'} part in {folder} no more.")
    return OK
