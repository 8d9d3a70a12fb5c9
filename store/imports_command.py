"""`regulars imports`: the imports of late, and taking one back."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

from store import past_imports
from store.answer import FAILED, OK, PARTLY, STOPPED, fail, say
from store.database import open_book
from store.errors import TakeBackError
from store.workbook.command import metered

if TYPE_CHECKING:
    import argparse

    from store.review_records import PastImport, TakenBack

NONE_YET = "No import has ended in this book."


def show_imports(arguments: argparse.Namespace) -> int:
    """Carry out `regulars imports`; its exit code: 3 where something of the import had to stay."""
    with closing(open_book(getattr(arguments, "db", None), create=False)) as book:
        if arguments.take_back is None:
            past = past_imports.listed(book)
            say(json.dumps([asdict(one) for one in past], ensure_ascii=False) if arguments.json else _listed(past))
            return OK
        try:
            with metered() as meter:
                done = past_imports.take_back(book, arguments.take_back, meter, only_thread=True)
        except TakeBackError as error:
            if arguments.json:
                say(json.dumps({"error": str(error)}))
            return fail(str(error), FAILED)
        except KeyboardInterrupt:
            return fail("Stopped. What is left of it is taken back when the book is next opened.", STOPPED)
    say(json.dumps(asdict(done), ensure_ascii=False) if arguments.json else told(done))
    return PARTLY if done.kept else OK


def _listed(past: tuple[PastImport, ...]) -> str:
    return "\n".join(map(_line, past)) or NONE_YET


def _line(one: PastImport) -> str:
    state = "can be taken back" if one.can_be_taken_back else one.state
    who = " ".join(filter(None, (one.employee, one.till)))
    counts = f"{one.created:,} created, {one.updated:,} updated, {one.refused:,} refused"
    return f"{one.id}  {one.started_at}  {one.file_name}: {counts}; {who}; {state}"


def told(done: TakenBack) -> str:
    """What taking an import back did, in sentences."""
    first = f"Taken back: {done.restored:,} restored, {done.removed:,} removed."
    return "\n".join((first, *done.notes, *done.kept))
