"""`regulars mail`: send what waits in the outbox, for a timer of the system or for the program beside its screens."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

from store import outbox
from store.cli import FAILED, OK, PARTLY, STOPPED, fail, say
from store.database import open_book
from store.mail_records import MailState

if TYPE_CHECKING:
    import argparse

    from store.mail_records import Delivered

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
        left = outbox.counts(book)[MailState.QUEUED]
        if arguments.json:
            say(json.dumps(asdict(done) | {"queued": left}, ensure_ascii=False))
        else:
            say(_counts(done, left))
    for reason in done.reasons:
        fail(reason)
    if not (done.failed or done.waiting):
        return OK
    return PARTLY if done.sent else FAILED


def _counts(done: Delivered, left: int) -> str:
    return f"{done.sent:,} sent, {done.waiting:,} to be tried again, {done.failed:,} failed; {left:,} in the outbox."
