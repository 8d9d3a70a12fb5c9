"""Sending what the outbox holds: each mail is claimed, tried once, and then sent, failed, or put off for longer.

Two programs may deliver at once. A claim is written down before the first byte goes out and lapses by itself, so that
no mail is sent twice at the same time, and none is lost with the program that was sending it. When a program dies
between the server's yes and the note of it, the mail is sent again, with the same Message-ID.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store import clock, mail_settings, settings
from store.errors import BookError, FieldError, InvalidSettingsError, MailError, StoreError
from store.mail_address import ascii_address, new_message_id, one_address
from store.mail_faults import RefusedError, ServerFaultError
from store.mail_line import NO_SERVER, MailLine
from store.mail_message import receipt_mail, trial_mail
from store.mail_pauses import BEYOND, CLAIM, PAUSES
from store.mail_records import Delivered

if TYPE_CHECKING:
    from store.database import Book
    from store.mail_records import MailServer

_GIVEN_UP = "Given up after {tries} tries. {why}"
_CUT_OFF = "Each try to send it was cut off."


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A mail that is ours to try until `until`, as the book writes times."""

    id: int
    message_id: str
    receipt_id: int | None
    recipient: str
    message: bytes
    attempts: int
    until: str
    last_error: str


def deliver(book: Book) -> Delivered:
    """Try everything that is due now, each mail once. Raises a BookError kind when the book is at fault.

    When the server itself cannot be reached, what is left is put off without waiting for it again, unless somebody
    chooses another meanwhile.
    """
    started = datetime.now(UTC)
    server: MailServer | None = None
    in_the_way: ServerFaultError | None = None
    ends: Counter[str] = Counter()
    reasons: dict[str, None] = {}
    while (mail := _claim(book, started)) is not None:
        chosen = mail_settings.server(book)
        if chosen != server:
            server, in_the_way = chosen, _wrong_with(chosen)
        try:
            if in_the_way is not None:
                raise in_the_way
            _try(book, server, mail)
        except MailError as fault:
            in_the_way = fault if isinstance(fault, ServerFaultError) else in_the_way
            if isinstance(fault, RefusedError):
                ends[_fail(book, mail, str(fault))] += 1
            else:
                ends[_put_off(book, mail, str(fault), server)] += 1
            reasons[str(fault)] = None
        else:
            ends["sent"] += 1
    return Delivered(ends["sent"], ends["failed"], ends["queued"], tuple(reasons))


def _wrong_with(server: MailServer) -> ServerFaultError | None:
    """What is wrong with a mail server before anybody asks it."""
    if not server.host:
        return ServerFaultError(NO_SERVER)
    try:
        mail_settings.checked(server)
    except InvalidSettingsError as error:
        return ServerFaultError(f"The settings of the mail server are not right. {_told(error)}")
    return None


def _claim(book: Book, started: datetime) -> _Claimed | None:
    """Take the mail that has been due for longest; None when nothing was due at the start of this delivery."""
    now = datetime.now(UTC)
    until = clock.written(now + CLAIM)
    with book.write():
        found = book.rows(
            "SELECT id, message_id, receipt_id, recipient, message, attempts, last_error FROM outbox_mail "
            "WHERE state IN ('queued', 'sending') AND (next_attempt_at <= ? OR next_attempt_at > ?) "
            "ORDER BY next_attempt_at, id LIMIT 1",
            # a clock that was set back since the start must not make every claim and every pause seem over
            (clock.written(min(started, now)), clock.written(started + BEYOND)),
        )
        if not found:
            return None
        row_id, message_id, receipt_id, recipient, message, attempts, last_error = found[0]
        book.execute(
            "UPDATE outbox_mail SET state = 'sending', attempts = attempts + 1, next_attempt_at = ? WHERE id = ?",
            (until, row_id),
        )
    return _Claimed(row_id, message_id, receipt_id, recipient, bytes(message), attempts + 1, until, last_error)


def _try(book: Book, server: MailServer, mail: _Claimed) -> None:
    if mail.attempts > len(PAUSES) + 1:  # the tries themselves never ended
        raise RefusedError(_GIVEN_UP.format(tries=mail.attempts - 1, why=mail.last_error or _CUT_OFF))
    try:
        recipient = one_address(mail.recipient)
    except FieldError as fault:
        raise RefusedError(f"The recipient's address: {fault.message}.") from None
    message = mail.message or _composed(book, server, mail)
    with MailLine(server) as line:
        line.send(ascii_address(recipient), message)
        # before the goodbye, so that as little as can be happens between the yes and this
        with book.write():
            book.execute(
                "UPDATE outbox_mail SET state = 'sent', sent_at = ?, next_attempt_at = NULL, last_error = '', "
                "message = x'' WHERE id = ?",
                (clock.now(), mail.id),
            )


def _composed(book: Book, server: MailServer, mail: _Claimed) -> bytes:
    """What the mail says, written now and kept for the tries that follow."""
    if mail.receipt_id is None:
        raise RefusedError("The receipt is no longer in the book.")
    now = datetime.now(settings.zone(book)).replace(microsecond=0)
    try:
        message = receipt_mail(book, server, mail.receipt_id, mail.recipient, message_id=mail.message_id, at=now)
    except BookError:
        raise  # the book's fault, not the mail's
    except StoreError as fault:
        raise RefusedError(f"The mail could not be written. {fault}") from None
    with book.write():
        book.execute("UPDATE outbox_mail SET message = ? WHERE id = ?", (message, mail.id))
    return message


def _put_off(book: Book, mail: _Claimed, why: str, server: MailServer) -> str:
    """Have it wait for the next pause, or fail after the last; the state it is in now.

    Where another server than `server` was chosen during the try, it is due at once, and written anew.
    """
    if mail.attempts > len(PAUSES):
        return _fail(book, mail, _GIVEN_UP.format(tries=mail.attempts, why=why))
    now = datetime.now(UTC)
    with book.write():
        another = mail_settings.server(book) != server
        due = now if another else now + PAUSES[mail.attempts - 1]
        _settle(book, mail, "queued", why, clock.written(due), keep=not another)
    return "queued"


def _fail(book: Book, mail: _Claimed, why: str) -> str:
    """Have it wait for nothing more; should it begin anew, it is written anew."""
    with book.write():
        _settle(book, mail, "failed", why, None, keep=False)
    return "failed"


def _settle(book: Book, mail: _Claimed, state: str, why: str, due: str | None, *, keep: bool) -> None:
    """Write down how a try ended, unless the claim lapsed and another program tries by now. `keep` what it says."""
    book.execute(
        "UPDATE outbox_mail SET state = ?, last_error = ?, next_attempt_at = ?, message = iif(?, message, x'') "
        "WHERE id = ? AND state = 'sending' AND next_attempt_at = ?",
        (state, why, due, keep, mail.id, mail.until),
    )


def send_test(server: MailServer, recipient: str) -> None:
    """Send a small mail by a server that need not be chosen yet. Raises MailError."""
    try:
        valid, address = mail_settings.checked(server), one_address(recipient)
    except InvalidSettingsError as error:
        raise MailError(_told(error)) from None
    except FieldError as fault:
        raise MailError(f"The address of the test mail: {fault.message}.") from None
    message = trial_mail(valid, address, new_message_id(valid.sender), datetime.now(UTC))
    with MailLine(valid) as line:
        line.send(ascii_address(address), message)


def _told(error: InvalidSettingsError) -> str:
    return " ".join(f"{fault.field.replace('_', ' ').capitalize()}: {fault.message}." for fault in error.faults)
