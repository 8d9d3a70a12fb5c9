"""How a mail goes from queued to sent or failed: claims, pauses, giving up, and two programs at once."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, NoReturn

import pytest

from store import mail_delivery, outbox, ticket
from store.database import open_book
from store.errors import BookError, BusyBookError, MailError, TicketError
from store.mail_pauses import CLAIM, PAUSES
from store.mail_records import Delivered, MailServer, MailState, Security
from tests.store.mail.book import PDF, again, let_time_pass, queue
from tests.store.mail.server import CERTIFICATE, DROP, PASSWORD, running

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path
    from typing import Self

    from store.database import Book

SENT, WAITS, FAILED = MailState.SENT, MailState.QUEUED, MailState.FAILED
NOBODY = MailServer("localhost", 9, Security.NONE, sender="shop@example.com")
"""A server that is not there."""
SLACK = timedelta(minutes=2)
"""What a slow machine may add to a pause."""


@pytest.fixture(autouse=True)
def _pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticket, "receipt_pdf", lambda book, receipt_id: PDF)


def test_without_a_server_a_mail_waits_and_says_so(book: Book) -> None:
    mail = queue(book)
    done = outbox.deliver(book)
    assert (done.sent, done.failed, done.waiting) == (0, 0, 1)
    assert "No mail server is set up" in again(book, mail).last_error
    assert done.reasons == (again(book, mail).last_error,)


def test_an_empty_outbox_is_delivered_at_once(book: Book) -> None:
    assert outbox.deliver(book) == Delivered()


def test_pauses_grow_and_after_five_days_a_mail_has_failed(book: Book) -> None:
    mail = queue(book, NOBODY)
    assert sum(PAUSES, timedelta()) > timedelta(days=4, hours=12)
    for tries, pause in enumerate(PAUSES, 1):
        before = datetime.now(UTC) - timedelta(seconds=1)
        assert outbox.deliver(book).waiting == 1
        now = again(book, mail)
        assert (now.state, now.attempts) == (WAITS, tries)
        assert now.next_attempt_at is not None
        assert pause <= now.next_attempt_at - before < pause + SLACK
        let_time_pass(book)
    assert outbox.deliver(book) == Delivered(failed=1, reasons=(f"{now.last_error}",))
    now = again(book, mail)
    assert (now.state, now.next_attempt_at) == (FAILED, None)
    assert now.last_error.startswith(f"Given up after {len(PAUSES) + 1} tries. ")
    assert outbox.next_due(book) is None


def test_what_is_not_due_is_not_tried(book: Book) -> None:
    mail = queue(book, NOBODY)
    outbox.deliver(book)
    assert outbox.deliver(book) == Delivered()
    assert again(book, mail).attempts == 1


def test_a_failed_mail_can_begin_anew(book: Book) -> None:
    with running() as box:
        mail = queue(book, box.settings)
        box.rude["RCPT"] = "550 nobody of this name"
        assert outbox.deliver(book).failed == 1
        assert outbox.deliver(book) == Delivered()
        box.rude.clear()
        outbox.retry_now(book, mail.id)
        assert outbox.deliver(book).sent == 1
    assert again(book, mail).attempts == 1


def test_one_refused_mail_does_not_hold_the_others(book: Book) -> None:
    with running() as box:
        bad = queue(book, box.settings, to="m\u00fcller@example.com")
        good = [queue(book) for _ in range(3)]
        box.rude["RCPT"] = "550 nobody"
        assert outbox.deliver(book).failed == 4
        box.rude.clear()
        for mail in good:
            outbox.retry_now(book, mail.id)
        assert outbox.deliver(book).sent == 3
    assert again(book, bad).state is FAILED


def test_a_server_out_of_reach_is_asked_once_for_all_mails(book: Book) -> None:
    with running() as box:
        for _ in range(5):
            queue(book, box.settings)
        box.rude["CONNECT"] = "421 too many of you"
        done = outbox.deliver(book)
        assert (done.waiting, len(done.reasons)) == (5, 1)
        assert box.reached == ["CONNECT"]
        let_time_pass(book)
        box.rude = {"DATA": DROP}
        assert outbox.deliver(book).waiting == 5
        assert box.reached.count("DATA") == 5


def test_a_mail_whose_receipt_is_gone_fails(book: Book) -> None:
    with running() as box:
        mail = queue(book, box.settings)
        book.execute("DELETE FROM receipt")
        assert outbox.deliver(book).failed == 1
    assert again(book, mail).last_error == "The receipt is no longer in the book."


def test_a_mail_that_was_written_is_sent_without_its_receipt(book: Book) -> None:
    with running() as box:
        queue(book, box.settings)
        box.rude["DATA"] = "451 later"
        outbox.deliver(book)
        book.execute("DELETE FROM receipt")
        box.rude.clear()
        let_time_pass(book)
        assert outbox.deliver(book).sent == 1


def test_a_mail_that_cannot_be_written_fails(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> NoReturn:
        raise TicketError("No font.")

    monkeypatch.setattr(ticket, "receipt_pdf", broken)
    with running() as box:
        mail = queue(book, box.settings)
        assert outbox.deliver(book).failed == 1
    assert again(book, mail).last_error == "The mail could not be written. No font."


def test_a_book_at_fault_is_no_fault_of_the_mail(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*arguments: object) -> NoReturn:
        raise BusyBookError("busy")

    monkeypatch.setattr(ticket, "receipt_pdf", busy)
    with running() as box:
        mail = queue(book, box.settings)
        with pytest.raises(BookError):
            outbox.deliver(book)
    assert again(book, mail).state is WAITS


def test_a_sent_mail_keeps_no_copy_in_the_book(book: Book) -> None:
    with running() as box:
        queue(book, box.settings)
        outbox.deliver(book)
    assert book.rows("SELECT state, message FROM outbox_mail") == [("sent", b"")]


def test_a_failed_mail_keeps_no_copy_in_the_book(book: Book) -> None:
    with running() as box:
        queue(book, box.settings)
        box.rude["DATA"] = "554 no"
        outbox.deliver(book)
    assert book.rows("SELECT state, message FROM outbox_mail") == [("failed", b"")]


def test_a_server_chosen_during_a_delivery_gets_what_is_left_of_it(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as box:
        better = replace(box.settings, sender="till@example.com")

        def chosen_meanwhile(book: Book, receipt_id: int) -> bytes:
            if outbox.server(book) != better:
                outbox.choose_server(book, better)
            return PDF

        monkeypatch.setattr(ticket, "receipt_pdf", chosen_meanwhile)
        first, _ = queue(book, NOBODY), queue(book)
        done = outbox.deliver(book)
        assert (done.sent, done.failed) == (1 + (again(book, first).state is SENT), 0)
        outbox.deliver(book)
        assert again(book, first).state is SENT, "it does not wait for the server that was given up"
    assert [envelope.mail_from for envelope in box.received] == ["till@example.com"] * 2
    assert all(b"<till@example.com>\r\nTo: ann@" in envelope.original_content for envelope in box.received)


def test_a_clock_set_back_during_a_delivery_uses_up_no_tries(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = count()

    class SetBack(datetime):
        """Right when a delivery begins and claims a mail, a day behind from then on."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) - timedelta(days=next(calls) > 1)

    mail = queue(book, NOBODY)
    monkeypatch.setattr(mail_delivery, "datetime", SetBack)
    assert outbox.deliver(book).waiting == 1
    assert again(book, mail).attempts == 1


def test_settings_that_cannot_be_send_nothing_and_say_why(book: Book) -> None:
    with running() as box:
        mail = queue(book, box.settings)
        book.execute("UPDATE setting SET value = json_quote('nobody') WHERE name = 'mail_sender'")
        assert outbox.deliver(book).waiting == 1
    assert "Sender: not a valid e-mail address." in again(book, mail).last_error
    assert not box.reached


def test_two_programs_send_every_mail_once(book: Book, book_path: Path) -> None:
    results: list[Delivered] = []

    def other() -> None:
        with closing(open_book(book_path, busy_seconds=60)) as own:
            results.append(outbox.deliver(own))

    with running() as box:
        for _ in range(20):
            queue(book, box.settings)
        threads = [threading.Thread(target=other) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(done.sent for done in results) == 20
    assert len(box.received) == 20
    assert outbox.counts(book)[SENT] == 20


def test_a_mail_in_the_middle_is_nobody_elses(book: Book, book_path: Path) -> None:
    def other() -> None:
        with closing(open_book(book_path, busy_seconds=60)) as own:
            outbox.deliver(own)

    with running() as box:
        mail = queue(book, box.settings)
        box.gate = threading.Event()
        thread = threading.Thread(target=other)
        thread.start()
        assert box.at_gate.wait(60)
        assert outbox.deliver(book) == Delivered()
        assert outbox.retry_now(book, mail.id) == 0
        assert again(book, mail).next_attempt_at is None
        box.gate.set()
        thread.join()
    assert again(book, mail).state is SENT
    assert len(box.received) == 1


def test_a_claim_lapses_with_whoever_made_it(book: Book) -> None:
    mail = queue(book, NOBODY)
    dead = mail_delivery._claim(book, datetime.now(UTC))
    assert dead is not None
    assert outbox.deliver(book) == Delivered()
    due = outbox.next_due(book)
    assert due is not None
    assert CLAIM - SLACK < due - datetime.now(UTC) <= CLAIM
    let_time_pass(book)
    assert outbox.deliver(book).waiting == 1
    assert again(book, mail).attempts == 2


def test_a_lapsed_claim_writes_nothing_over_what_came_after(book: Book) -> None:
    mail = queue(book, NOBODY)
    late = mail_delivery._claim(book, datetime.now(UTC))
    assert late is not None
    let_time_pass(book)
    outbox.deliver(book)
    before = again(book, mail)
    mail_delivery._fail(book, late, "too late")
    assert again(book, mail) == before


def test_tries_that_never_end_are_given_up(book: Book) -> None:
    mail = queue(book, NOBODY)
    for _ in range(len(PAUSES) + 1):
        assert mail_delivery._claim(book, datetime.now(UTC)) is not None
        let_time_pass(book)
    assert outbox.deliver(book).failed == 1
    assert "Each try to send it was cut off." in again(book, mail).last_error


def test_a_clock_that_was_wrong_holds_no_mail_for_years(book: Book) -> None:
    mail = queue(book, NOBODY)
    book.execute("UPDATE outbox_mail SET next_attempt_at = '2099-01-01T00:00:00Z'")
    assert outbox.deliver(book).waiting == 1
    assert again(book, mail).attempts == 1


def test_a_test_mail_is_sent_without_the_outbox(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with running(Security.STARTTLS, login=True) as box:
        outbox.test_server(box.settings, " ann@example.com")
    [envelope] = box.received
    assert envelope.rcpt_tos == ["ann@example.com"]
    assert b"Test mail from Regulars" in envelope.original_content
    assert PASSWORD.encode() not in envelope.original_content
    assert not outbox.mails(book, offset=0, limit=1)


@pytest.mark.parametrize(
    ("server", "recipient", "words"),
    [
        (MailServer(), "ann@example.com", "No mail server"),
        (NOBODY, "ann@example.com", "takes no mail at port 9"),
        (NOBODY, "ann", "The address of the test mail: not a valid"),
        (NOBODY, "a@example.com,b@example.com", "one address only"),
        (MailServer("localhost", 9), "ann@example.com", "Sender: required"),
        (MailServer("a..b", 9, sender="shop@example.com"), "ann@example.com", "cannot be found"),
    ],
)
def test_a_test_says_what_is_in_the_way(server: MailServer, recipient: str, words: str) -> None:
    with pytest.raises(MailError, match=words):
        outbox.test_server(server, recipient)


def test_a_test_says_who_was_refused() -> None:
    with running() as box:
        box.rude["RCPT"] = "550 5.1.1 no such person"
        with pytest.raises(MailError, match=r"address ann@example\.com\. It said: 550 5\.1\.1 no such person"):
            outbox.test_server(box.settings, "ann@example.com")
