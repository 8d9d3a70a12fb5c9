"""`regulars imports`: the imports of late, and taking one back."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

from store import clock, past_imports, settings
from store.answer import FAILED, OK, PARTLY, STOPPED, fail, say
from store.database import open_book
from store.errors import TakeBackError
from store.fields import show_date
from store.workbook import journal
from store.workbook.command import metered

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from store.review_records import PastImport

NONE_YET = "No import has ended in this book."
_STATES = {journal.TAKING_BACK: "is being taken back", journal.TAKEN_BACK: "was taken back"}


def show_imports(arguments: argparse.Namespace) -> int:
    """Carry out `regulars imports`; its exit code: 3 where something of the import had to stay."""
    with closing(open_book(getattr(arguments, "db", None), create=False)) as book:
        if arguments.take_back is None:
            past = past_imports.listed(book)
            if arguments.json:
                say(json.dumps([asdict(one) for one in past], ensure_ascii=False))
            else:
                _say(*_listed(past, settings.zone(book)))
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
    if arguments.json:
        say(json.dumps(asdict(done), ensure_ascii=False))
    else:
        _say(f"Taken back: {done.restored:,} restored, {done.removed:,} removed.", *done.notes, *done.kept)
    return PARTLY if done.kept else OK


def _say(*sentences: str) -> None:
    for sentence in sentences:
        say(sentence)


def _listed(past: tuple[PastImport, ...], zone: ZoneInfo) -> Iterator[str]:
    """Two lines for each import, times on the shop's clock."""
    if not past:
        yield NONE_YET
    width = max((len(str(one.id)) for one in past), default=0)
    for one in past:
        at = clock.read(one.started_at).astimezone(zone)
        who = " at ".join(filter(None, (one.employee, one.till)))
        yield f"{one.id:>{width}}  {show_date(at.date())} {at:%H:%M}  {one.file_name}{who and f', by {who}'}"
        yield f"{'':{width}}  {past_imports.in_words(one)}; {_state(one)}"


def _state(one: PastImport) -> str:
    if one.state in _STATES:
        return _STATES[one.state]
    if one.can_be_taken_back:
        return "can be taken back"
    return "can no longer be taken back" if one.created or one.updated or one.others else "left nothing to take back"
