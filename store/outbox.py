"""The outbox: mail is queued here at once, and sent by `store.mail_delivery` whenever there is a way.

In the table a mail is 'queued', 'sending' (claimed by a deliverer until `next_attempt_at`), 'sent' or 'failed'; for
everybody else one that is being sent is still queued.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store import clock, settings
from store.errors import MailError, UnknownReceiptError
from store.mail_address import new_message_id, one_address
from store.mail_pauses import BEYOND
from store.mail_records import Delivered, Mail, MailServer, MailState
from store.mail_settings import choose_server, server

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from store.database import Book

__all__ = [
    "cancel", "choose_server", "counts", "deliver", "first_waiting", "mails", "next_due", "of_receipt", "queue_receipt",
    "retry_now", "server", "test_server",
]  # fmt: skip

_COLUMNS = (
    "SELECT m.id, m.receipt_id, coalesce(r.number, ''), m.recipient, m.state, m.attempts, m.last_error, m.created_at, "
    "m.next_attempt_at, m.sent_at FROM outbox_mail m LEFT JOIN receipt r ON r.id = m.receipt_id "
)
_STATES = {state.value: state for state in MailState} | {"sending": MailState.QUEUED}
"""What the table's states are to everybody else."""


def queue_receipt(book: Book, receipt_id: int, recipient: str) -> Mail:
    """Queue a copy of a receipt. Instant: what it says is composed when it is first tried.

    Raises FieldError at 'recipient', and UnknownReceiptError.
    """
    address = one_address(recipient)
    message_id = new_message_id(str(settings.get(book, "mail_sender")))
    with book.write():
        if not book.rows("SELECT 1 FROM receipt WHERE id = ?", (receipt_id,)):
            raise UnknownReceiptError
        now = clock.now()
        cursor = book.execute(
            "INSERT INTO outbox_mail (message_id, receipt_id, recipient, message, next_attempt_at, created_at) "
            "VALUES (?, ?, ?, x'', ?, ?)",
            (message_id, receipt_id, address, now, now),
        )
        return _mails(book, "WHERE m.id = ?", cursor.lastrowid)[0]


def of_receipt(book: Book, receipt_id: int) -> tuple[Mail, ...]:
    """The mails of a receipt, newest first."""
    return _mails(book, "WHERE m.receipt_id = ? ORDER BY m.id DESC", receipt_id)


def mails(book: Book, *, offset: int, limit: int) -> tuple[Mail, ...]:
    """A page of the outbox, newest first."""
    return _mails(book, "ORDER BY m.id DESC LIMIT ? OFFSET ?", limit, offset)


def _mails(book: Book, where: str, *parameters: object) -> tuple[Mail, ...]:
    zone = settings.zone(book)
    return tuple(
        Mail(
            id=row_id, receipt_id=receipt_id, receipt_number=number, recipient=recipient, state=_STATES[state],
            attempts=attempts, last_error=last_error, created_at=clock.read(created).astimezone(zone),
            next_attempt_at=_moment(due if state == "queued" else None, zone), sent_at=_moment(sent, zone),
        )
        for row_id, receipt_id, number, recipient, state, attempts, last_error, created, due, sent in book.rows(
            _COLUMNS + where, parameters
        )
    )  # fmt: skip


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    return clock.read(text).astimezone(zone) if text else None


def counts(book: Book) -> dict[MailState, int]:
    """How many mails are in each state; every state is there."""
    found = dict.fromkeys(MailState, 0)
    for state, number in book.rows("SELECT state, count(*) FROM outbox_mail GROUP BY state"):
        found[_STATES[state]] += number
    return found


def retry_now(book: Book, mail_id: int | None = None) -> int:
    """Have a mail that waits or failed tried again at once, or all of them; how many. What is being sent is left alone.

    A failed one begins anew: it is tried for as long as a new one.
    """
    with book.write():
        cursor = book.execute(
            "UPDATE outbox_mail SET next_attempt_at = ?, attempts = iif(state = 'failed', 0, attempts), "
            "state = 'queued' WHERE state IN ('queued', 'failed') AND id = coalesce(?, id)",
            (clock.now(), mail_id),
        )
        return cursor.rowcount


def cancel(book: Book, mail_id: int) -> None:
    """Take a mail that waits or failed out of the outbox: it is never sent.

    Raises MailError for one that was sent, is on its way at this moment (it is again ours when the claim of who sends
    it has lapsed), or is not there.
    """
    with book.write():
        found = book.rows("SELECT state, next_attempt_at > ? FROM outbox_mail WHERE id = ?", (clock.now(), mail_id))
        if not found:
            raise MailError("This mail is no longer in the outbox.")
        [(state, claimed)] = found
        if state == "sent":
            raise MailError("This mail was sent already.")
        if state == "sending" and claimed:
            raise MailError("This mail is on its way at this moment. Look again in a minute.")
        book.execute("DELETE FROM outbox_mail WHERE id = ?", (mail_id,))


def next_due(book: Book) -> datetime | None:
    """When the next try is due, on the shop's clock; it may have passed. None when nothing waits."""
    now = datetime.now(UTC)
    [[earliest]] = book.rows(
        "SELECT min(iif(next_attempt_at > ?, ?, next_attempt_at)) FROM outbox_mail "
        "WHERE state IN ('queued', 'sending')",
        (clock.written(now + BEYOND), clock.written(now)),
    )
    return _moment(earliest, settings.zone(book)) if earliest else None


def first_waiting(book: Book) -> Mail | None:
    """The mail whose next try is due first; None when nothing waits."""
    return next(
        iter(_mails(book, "WHERE m.state IN ('queued', 'sending') ORDER BY m.next_attempt_at, m.id LIMIT 1")), None
    )


def deliver(book: Book) -> Delivered:
    """Send everything that is due, one after the other. Takes its time: never on the thread that reads the keys."""
    from store.mail_delivery import deliver

    return deliver(book)


def test_server(server: MailServer, recipient: str) -> None:
    """Send a small mail by this server, now, without the outbox. Takes its time, as `deliver` does.

    Raises MailError, whose sentence says what is in the way.
    """
    from store.mail_delivery import send_test

    send_test(server, recipient)
