"""The outbox: what is queued, for whom, and how it is told."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from store import clock, outbox, settings
from store.database import open_book
from store.errors import FieldError, MailError, UnknownReceiptError
from store.mail_records import MailServer, MailState
from tests.store.mail.book import add_receipt, again, queue
from tests.tui.hostile import ATTACKS

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

QUEUED, SENT, FAILED = MailState.QUEUED, MailState.SENT, MailState.FAILED


def ahead(hours: int) -> datetime:
    """A time that mails may well wait for."""
    return (datetime.now(UTC) + timedelta(hours=hours)).replace(microsecond=0)


def message_id(book: Book, mail_id: int) -> str:
    return str(book.rows("SELECT message_id FROM outbox_mail WHERE id = ?", (mail_id,))[0][0])


def test_a_mail_is_in_the_book_at_once(book: Book, book_path: Path) -> None:
    settings.put(book, "time_zone", "Asia/Tokyo")
    receipt = add_receipt(book, "1-77")
    mail = outbox.queue_receipt(book, receipt, " Ann@Example.com ")
    assert (mail.receipt_id, mail.receipt_number, mail.recipient) == (receipt, "1-77", "Ann@Example.com")
    assert (mail.state, mail.attempts, mail.last_error, mail.sent_at) == (QUEUED, 0, "", None)
    assert mail.created_at.utcoffset() == timedelta(hours=9)
    assert mail.next_attempt_at == mail.created_at
    with closing(open_book(book_path)) as other:
        assert outbox.of_receipt(other, receipt) == (mail,)
    assert book.rows("SELECT message FROM outbox_mail") == [(b"",)]


def test_queueing_composes_nothing(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: object) -> None:
        raise AssertionError

    monkeypatch.setattr("store.ticket.receipt_pdf", never)
    monkeypatch.setattr("smtplib.SMTP.__init__", never)
    queue(book)


@pytest.mark.parametrize(
    ("recipient", "words"),
    [
        ("", "required"),
        ("   ", "required"),
        ("ann", "not a valid"),
        ("ann@", "not a valid"),
        ("ann@localhost", "not a valid"),
        ("ann@@example.com", "one address"),
        ("ann@example.com,bob@example.com", "one address"),
        ("ann@example.com; bob@example.com", "one address"),
        ("ann@example.com,", "one address"),
        ("ann@example.com bob@example.com", "one address"),
        ("Ann <ann@example.com>", "not a valid"),
        ("<ann@example.com>", "not a valid"),
        ('"ann lee"@example.com', "not a valid"),
        ("ann@[127.0.0.1]", "not a valid"),
        ("ann@example.com\n", "control characters"),
        ("ann@example.com\r\nBcc: bob@example.com", "control characters"),
        ("ann\x00@example.com", "control characters"),
        ("ann@example.com\u2028", "control characters"),
        ("\u202eann@example.com", "control characters"),
        ("ann@" + "x" * 300 + ".com", "not a valid"),
    ],
)
def test_whoever_is_not_one_address_is_refused(book: Book, recipient: str, words: str) -> None:
    receipt = add_receipt(book)
    with pytest.raises(FieldError, match=words) as refused:
        outbox.queue_receipt(book, receipt, recipient)
    assert refused.value.field == "recipient"
    assert not outbox.of_receipt(book, receipt)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_gets_past_the_address(book: Book, attack: str) -> None:
    receipt = add_receipt(book)
    value = ATTACKS[attack]
    for text in (value, f"{value}@example.com", f"ann@example.com{value}", f"ann@example.com {value}"):
        try:
            kept = outbox.queue_receipt(book, receipt, text).recipient
        except FieldError:
            continue
        assert attack in {"wide", "leading-mark"}  # letters of other scripts can be an address
        assert kept.isprintable()
        assert kept.count("@") == 1
        assert not set(" ,;<>") & set(kept)


def test_a_receipt_that_is_not_there_cannot_be_queued(book: Book) -> None:
    with pytest.raises(UnknownReceiptError):
        outbox.queue_receipt(book, 4711, "ann@example.com")
    assert outbox.next_due(book) is None


def test_every_mail_has_a_message_id_of_its_own_in_the_senders_domain(book: Book) -> None:
    first = queue(book)
    second = queue(book, MailServer("mail.example.com", sender="shop@b\u00fccher.example.com"))
    assert message_id(book, first.id).endswith("@regulars.invalid>")
    assert message_id(book, second.id).endswith("@xn--bcher-kva.example.com>")
    assert message_id(book, first.id).partition("@")[0] != message_id(book, second.id).partition("@")[0]


def test_a_damaged_sender_does_not_get_into_a_message_id(book: Book) -> None:
    settings.put(book, "mail_sender", "a@b.example.com\r\nBcc: c@d.example.com")
    assert message_id(book, queue(book).id).isprintable()


def test_the_newest_stands_first(book: Book) -> None:
    receipt = add_receipt(book)
    ids = [outbox.queue_receipt(book, receipt, f"{name}@example.com").id for name in ("a", "b", "c")]
    other = queue(book)
    assert [mail.id for mail in outbox.of_receipt(book, receipt)] == ids[::-1]
    assert [mail.id for mail in outbox.mails(book, offset=0, limit=2)] == [other.id, ids[2]]
    assert [mail.id for mail in outbox.mails(book, offset=2, limit=9)] == [ids[1], ids[0]]


def test_every_state_is_counted(book: Book) -> None:
    assert outbox.counts(book) == {QUEUED: 0, SENT: 0, FAILED: 0}
    for state in ("queued", "sending", "sending", "sent", "failed"):
        book.execute("UPDATE outbox_mail SET state = ? WHERE id = ?", (state, queue(book).id))
    assert outbox.counts(book) == {QUEUED: 3, SENT: 1, FAILED: 1}


def test_what_is_being_sent_waits_for_nothing(book: Book) -> None:
    mail, lapses = queue(book), ahead(1)
    book.execute("UPDATE outbox_mail SET state = 'sending', next_attempt_at = ?", (clock.written(lapses),))
    now = again(book, mail)
    assert (now.state, now.next_attempt_at) == (QUEUED, None)
    assert outbox.next_due(book) == lapses


def test_the_next_try_is_that_of_the_mail_that_waits_least(book: Book) -> None:
    assert outbox.next_due(book) is None
    least = ahead(6)
    for due, state in ((ahead(12), "queued"), (least, "queued"), (ahead(1), "sent")):
        mail = queue(book)
        book.execute(
            "UPDATE outbox_mail SET next_attempt_at = ?, state = ? WHERE id = ?", (clock.written(due), state, mail.id)
        )
    assert outbox.next_due(book) == least


def test_a_time_that_a_wrong_clock_wrote_has_come(book: Book) -> None:
    queue(book)
    book.execute("UPDATE outbox_mail SET next_attempt_at = '2999-01-01T00:00:00Z'")
    due = outbox.next_due(book)
    assert due is not None
    assert due <= datetime.now(UTC)


def test_what_waits_or_failed_is_tried_again_and_nothing_else(book: Book) -> None:
    states = ("queued", "sending", "sent", "failed")
    ids = {state: queue(book).id for state in states}
    for state, mail_id in ids.items():
        book.execute(
            "UPDATE outbox_mail SET state = ?, attempts = 5, next_attempt_at = '2099-01-01T00:00:00Z' WHERE id = ?",
            (state, mail_id),
        )
    assert outbox.retry_now(book, ids["sent"]) == 0
    assert outbox.retry_now(book, ids["failed"]) == 1
    assert outbox.retry_now(book) == 2
    found = {
        mail_id: (state, attempts, due < "2099")
        for mail_id, state, attempts, due in book.rows("SELECT id, state, attempts, next_attempt_at FROM outbox_mail")
    }
    assert found == {
        ids["queued"]: ("queued", 5, True), ids["sending"]: ("sending", 5, False), ids["sent"]: ("sent", 5, False),
        ids["failed"]: ("queued", 0, True),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "due", "refusal"),
    [
        ("queued", "2099-01-01T00:00:00Z", ""),
        ("failed", None, ""),
        ("sending", "2020-01-01T00:00:00Z", ""),  # who sent it is no more
        ("sending", "2099-01-01T00:00:00Z", "on its way"),
        ("sent", None, "sent already"),
    ],
)
def test_a_mail_that_has_not_gone_out_is_cancelled(book: Book, state: str, due: str | None, refusal: str) -> None:
    mail, other = queue(book), queue(book)
    book.execute("UPDATE outbox_mail SET state = ?, next_attempt_at = ? WHERE id = ?", (state, due, mail.id))
    if refusal:
        with pytest.raises(MailError, match=refusal):
            outbox.cancel(book, mail.id)
        assert len(outbox.mails(book, offset=0, limit=9)) == 2
        return
    outbox.cancel(book, mail.id)
    assert outbox.mails(book, offset=0, limit=9) == (other,)
    with pytest.raises(MailError, match="no longer in the outbox"):
        outbox.cancel(book, mail.id)


def test_a_mail_stays_when_its_receipt_goes(book: Book) -> None:
    mail = queue(book)
    book.execute("DELETE FROM receipt")
    now = again(book, mail)
    assert (now.receipt_id, now.receipt_number, now.state) == (None, "", QUEUED)
