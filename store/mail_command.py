"""`regulars mail`: send what waits in the outbox, for a timer of the system or for the program beside its screens."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from store import outbox
from store.answer import FAILED, OK, PARTLY, STOPPED, fail, say
from store.database import open_book
from store.mail_records import MailState

if TYPE_CHECKING:
    import argparse

    from store.mail_records import Delivered, Mail

_PATIENCE = 60.0
"""Seconds to wait for a turn to write: the note that a mail is sent must not be lost to a busy book."""


def send_mail(arguments: argparse.Namespace) -> int:
    """Carry out `regulars mail`; its exit code."""
    with closing(
        open_book(getattr(arguments, "db", None), create=False, recover=False, busy_seconds=_PATIENCE)
    ) as book:
        if arguments.now:
            outbox.retry_now(book)
        try:
            done = outbox.deliver(book)
        except KeyboardInterrupt:
            return fail("Stopped. What is not sent stays in the outbox.", STOPPED)
        with book.read():
            waiting, first, due = (
                outbox.counts(book)[MailState.QUEUED],
                outbox.first_waiting(book),
                outbox.next_due(book),
            )
    if arguments.json:
        say(json.dumps(_as_json(done, waiting, due), ensure_ascii=False))
    else:
        say(f"{done.sent:,} sent, {done.failed:,} failed; {_waiting(waiting, first, due)}.")
    for reason in done.reasons:
        fail(reason)
    if not (done.failed or done.waiting):
        return OK
    return PARTLY if done.sent else FAILED


def _as_json(done: Delivered, waiting: int, due: datetime | None) -> dict[str, object]:
    """What one delivery came to, and what is left: `put_off` of those who wait were tried in it."""
    return {
        "sent": done.sent,
        "failed": done.failed,
        "put_off": done.waiting,
        "reasons": done.reasons,
        "waiting": waiting,
        "next_try": None if due is None else due.isoformat(timespec="seconds"),
    }


def _waiting(waiting: int, first: Mail | None, due: datetime | None) -> str:
    if first is None or due is None:
        return "none waits"
    at = due.strftime("%H:%M" if due.date() == datetime.now(due.tzinfo).date() else "%d-%b-%Y %H:%M")
    why = f" ({first.last_error.rstrip('.')})" if first.last_error else ""
    if waiting == 1:
        return f"1 waits for its next try at {at}{why}"
    return f"{waiting:,} wait for their next try, the first at {at}{why}"
