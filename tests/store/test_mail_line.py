"""The talk with mail servers that refuse, stall, drop the line or die, at every stage, over real sockets."""

from __future__ import annotations

import email
import socket
import ssl
import threading
from dataclasses import replace
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from store import mail_line, outbox, ticket
from store.mail_records import Delivered, MailServer, MailState, Security
from tests.store.mail.book import PDF, again, let_time_pass, queue
from tests.store.mail.server import CERTIFICATE, DIE, DROP, PASSWORD, STALL, TRICKLE, USER, running

if TYPE_CHECKING:
    from store.database import Book

BEFORE_MAIL = ("CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL")
ABOUT_MAIL = ("RCPT", "DATA", "END")
STAGES = (*BEFORE_MAIL, *ABOUT_MAIL)
SENT, WAITS, FAILED = MailState.SENT, MailState.QUEUED, MailState.FAILED
pytestmark = [
    pytest.mark.usefixtures("_pdf", "_trusted"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]


@pytest.fixture
def _pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticket, "receipt_pdf", lambda book, receipt_id: PDF)


@pytest.fixture
def _trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@pytest.mark.parametrize("login", [True, False])
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_mail_is_sent_over_an_encrypted_line(book: Book, security: Security, login: bool) -> None:
    with running(security, login=login) as box:
        mail = queue(book, box.settings)
        assert outbox.deliver(book) == Delivered(sent=1)
    [envelope] = box.received
    assert (envelope.mail_from, envelope.rcpt_tos) == ("shop@example.com", ["ann@example.com"])
    assert ("AUTH" in box.reached) == login
    assert "STARTTLS" in box.reached or security == Security.TLS
    now = again(book, mail)
    assert (now.state, now.attempts, now.last_error, now.next_attempt_at) == (SENT, 1, "", None)
    assert now.sent_at is not None


def test_a_mail_is_sent_over_a_plain_line_when_the_shop_says_so(book: Book) -> None:
    with running() as box:
        queue(book, box.settings)
        assert outbox.deliver(book).sent == 1
    message = email.message_from_bytes(box.received[0].original_content, policy=default)
    attached = next(iter(message.iter_attachments()))
    assert attached.get_content() == PDF


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("answer", "for_good"), [("451 too busy\x1b[2J", False), ("554 no, thanks\x07", True)])
def test_what_a_server_refuses_waits_or_fails(book: Book, stage: str, answer: str, for_good: bool) -> None:
    with running(Security.STARTTLS, login=True) as box:
        mail = queue(book, box.settings)
        box.rude[stage] = answer
        done = outbox.deliver(book)
        now = again(book, mail)
        final = for_good and stage in ABOUT_MAIL
        assert now.state == (FAILED if final else WAITS)
        assert (done.failed, done.waiting) == ((1, 0) if final else (0, 1))
        assert answer[4:8] in now.last_error
        assert now.last_error.isprintable()
        assert not box.received
        box.rude.clear()
        outbox.retry_now(book)
        assert outbox.deliver(book).sent == 1
    assert len(box.received) == 1


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("rude", "words"), [(STALL, "did not answer in time"), (DROP, "broke off")])
def test_a_server_that_stalls_or_hangs_up_cannot_hold_a_mail(
    book: Book, monkeypatch: pytest.MonkeyPatch, stage: str, rude: str, words: str
) -> None:
    if rude == STALL:
        monkeypatch.setattr(mail_line, "ANSWER_SECONDS", 0.5)
    with running(Security.STARTTLS, login=True) as box:
        mail = queue(book, box.settings)
        box.rude[stage] = rude
        assert outbox.deliver(book) == Delivered(waiting=1, reasons=(f"{again(book, mail).last_error}",))
    now = again(book, mail)
    assert (now.state, now.attempts) == (WAITS, 1)
    assert words in now.last_error
    assert now.next_attempt_at is not None
    assert not box.received


@pytest.mark.parametrize("stage", ["EHLO", "RCPT"])
def test_a_server_that_never_comes_to_an_end_is_cut_off(
    book: Book, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(mail_line, "WHOLE_SECONDS", 1.0)
    with running() as box:
        mail = queue(book, box.settings)
        box.rude[stage] = TRICKLE
        assert outbox.deliver(book).waiting == 1
    assert "did not answer in time" in again(book, mail).last_error


def test_a_server_that_never_finishes_the_handshake_is_cut_off(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_line, "WHOLE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        mail = queue(book, MailServer("localhost", port, Security.TLS, sender="shop@example.com"))
        assert outbox.deliver(book).waiting == 1
    assert "did not answer in time" in again(book, mail).last_error


def test_a_server_that_dies_gets_the_same_mail_when_it_is_back(book: Book) -> None:
    with running() as box:
        mail = queue(book, box.settings)
        box.rude["END"] = DIE
        assert outbox.deliver(book).waiting == 1
        assert box.died.is_set()
    assert "broke off" in again(book, mail).last_error
    let_time_pass(book)
    assert outbox.deliver(book).waiting == 1
    assert "takes no mail at port" in again(book, mail).last_error
    let_time_pass(book)
    with running(port=box.settings.port) as back:
        assert outbox.deliver(book).sent == 1
    [envelope] = back.received
    [[message_id]] = book.rows("SELECT message_id FROM outbox_mail")
    assert email.message_from_bytes(envelope.original_content)["Message-ID"] == message_id


def test_every_try_sends_the_same_bytes(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as box:
        queue(book, box.settings)
        box.rude["DATA"] = "451 later"
        outbox.deliver(book)
        [[first]] = book.rows("SELECT message FROM outbox_mail")
        box.rude.clear()
        let_time_pass(book)
        monkeypatch.setattr(ticket, "receipt_pdf", lambda book, receipt_id: b"another")
        assert outbox.deliver(book).sent == 1
    assert box.received[0].original_content == first


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    book: Book, monkeypatch: pytest.MonkeyPatch, security: Security
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with running(security, login=True) as box:
        mail = queue(book, box.settings)
        assert outbox.deliver(book).waiting == 1
    assert "certificate" in again(book, mail).last_error
    assert "AUTH" not in box.reached
    assert "MAIL" not in box.reached


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_of_another_name_is_refused(book: Book, security: Security) -> None:
    with running(security, login=True) as box:
        mail = queue(book, replace(box.settings, host="127.0.0.1"))
        assert outbox.deliver(book).waiting == 1
    assert "certificate" in again(book, mail).last_error
    assert not {"AUTH", "MAIL"} & set(box.reached)


def test_without_starttls_nothing_is_said(book: Book) -> None:
    with running() as box:
        mail = queue(book, replace(box.settings, security=Security.STARTTLS, user=USER, password=PASSWORD))
        assert outbox.deliver(book).waiting == 1
    assert "offers no STARTTLS" in again(book, mail).last_error
    assert set(box.reached) <= {"CONNECT", "EHLO"}


def test_tls_to_a_server_that_speaks_plainly_is_told(book: Book) -> None:
    with running() as box:
        mail = queue(book, replace(box.settings, security=Security.TLS))
        assert outbox.deliver(book).waiting == 1
    assert "does not speak TLS" in again(book, mail).last_error


def test_no_password_goes_over_an_open_line(book: Book) -> None:
    with running() as box:
        mail = queue(book, box.settings)
        # as a careless hand could have left it in the book
        book.execute("UPDATE setting SET value = json_quote('till') WHERE name = 'mail_user'")
        assert outbox.deliver(book).waiting == 1
        with pytest.raises(mail_line.ServerFaultError, match="anybody on the way"):
            mail_line.MailLine(replace(box.settings, user=USER, password=PASSWORD)).__enter__()
    assert "anybody on the way" in again(book, mail).last_error
    assert not box.reached


@pytest.mark.parametrize(("user", "password"), [(USER, "wrong"), (USER, "wr\u00f6ng"), ("nobody", "x" * 40)])
def test_a_refused_login_waits_and_names_no_password(book: Book, user: str, password: str) -> None:
    with running(Security.STARTTLS, login=True) as box:
        mail = queue(book, replace(box.settings, user=user, password=password))
        assert outbox.deliver(book).waiting == 1
    now = again(book, mail)
    assert "refused the login" in now.last_error
    assert password not in now.last_error
    assert "MAIL" not in box.reached


def test_a_server_that_repeats_the_password_is_not_quoted(book: Book) -> None:
    plain = "AHRpbGwAb3BlbnNlc2FtZQ=="
    with running(Security.STARTTLS, login=True) as box:
        box.rude["AUTH"] = f"535 you said {plain} which is opensesame b3BlbnNlc2FtZQ=="
        mail = queue(book, replace(box.settings, password="opensesame"))
        outbox.deliver(book)
    assert "you said ... which is ... ..." in again(book, mail).last_error


def test_a_password_with_many_spaces_is_not_quoted(book: Book) -> None:
    with running(Security.STARTTLS, login=True) as box:
        box.rude["AUTH"] = "535 you said open  sesame"
        mail = queue(book, replace(box.settings, password="open  sesame"))
        outbox.deliver(book)
    assert again(book, mail).last_error.endswith("you said ...")


def test_a_server_without_login_is_told(book: Book) -> None:
    with running(Security.STARTTLS) as box:
        mail = queue(book, replace(box.settings, user=USER, password="plain"))
        assert outbox.deliver(book).waiting == 1
    assert "offers no login" in again(book, mail).last_error


def test_an_address_in_other_letters_goes_to_a_server_that_takes_it(book: Book) -> None:
    with running() as box:
        mail = queue(book, box.settings, to="m\u00fcller@b\u00fccher.example.com")
        assert outbox.deliver(book).sent == 1, again(book, mail).last_error
        queue(book, to="ann@b\u00fccher.example.com")
        assert outbox.deliver(book).sent == 1
    first, second = box.received
    assert first.rcpt_tos == ["m\u00fcller@xn--bcher-kva.example.com"]
    assert second.rcpt_tos == ["ann@xn--bcher-kva.example.com"]
    assert second.original_content.isascii()


def test_a_sender_in_a_domain_of_other_letters_is_a_sender(book: Book) -> None:
    with running() as box:
        mail = queue(book, replace(box.settings, sender="shop@b\u00fccher.example.com"))
        assert outbox.deliver(book).sent == 1, again(book, mail).last_error
    assert box.received[0].mail_from == "shop@xn--bcher-kva.example.com"


def test_a_name_that_nobody_has_is_told(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*arguments: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    mail = queue(book, MailServer("mail.example.com", sender="shop@example.com"))
    assert outbox.deliver(book).waiting == 1
    assert "cannot be found" in again(book, mail).last_error


def test_no_thread_and_no_socket_is_left_behind(book: Book) -> None:
    with running(Security.STARTTLS) as box:
        before = threading.active_count()
        for stage in ("", "MAIL", "END"):
            box.rude = {stage: DROP}
            queue(book, box.settings)
            outbox.deliver(book)
        assert threading.active_count() == before
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
