"""The mail server as the book keeps it."""

from __future__ import annotations

import zipfile
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from store import outbox, settings
from store.database import open_book
from store.errors import InvalidSettingsError
from store.exchange import ExportRequest
from store.mail_records import MailServer, Security
from store.workbook.exporter import export
from tests.store.mail.book import again, queue
from tui import crash

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

SECRET = "s3cret w\u00f6rd"
GOOD = MailServer("smtp.example.com", 465, Security.TLS, "till", SECRET, "shop@example.com", "Joe's")


def test_a_new_book_has_no_server(book: Book) -> None:
    assert outbox.server(book) == MailServer()


def test_a_server_is_kept(book: Book, book_path: Path) -> None:
    outbox.choose_server(book, GOOD)
    with closing(open_book(book_path)) as other:
        assert outbox.server(other) == GOOD


def test_what_is_typed_is_tidied(book: Book) -> None:
    outbox.choose_server(
        book, replace(GOOD, host=" smtp.example.com ", user=" till ", sender=" shop@example.com", sender_name="a\n b")
    )
    kept = outbox.server(book)
    assert (kept.host, kept.user, kept.sender, kept.sender_name) == (
        "smtp.example.com",
        "till",
        "shop@example.com",
        "a b",
    )


def test_a_server_can_be_given_up(book: Book) -> None:
    outbox.choose_server(book, GOOD)
    outbox.choose_server(book, MailServer())
    assert outbox.server(book) == MailServer()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "smtp example.com"), ("host", "http://example.com"), ("host", "a\nb"), ("host", "x" * 254),
        ("host", "shop@example.com"), ("port", 0), ("port", 65536), ("port", -1), ("user", "a\nb"),
        ("password", ""), ("password", "a\r\nb"), ("sender", ""), ("sender", "shop"),
        ("sender", "a@example.com, b@example.com"), ("sender", "a@example.com\nBcc: b@example.com"),
        ("sender", "j\u00fcrg@example.com"), ("sender_name", "x" * 101),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(book: Book, field: str, value: object) -> None:
    with pytest.raises(InvalidSettingsError) as refused:
        outbox.choose_server(book, replace(GOOD, **{field: value}))  # type: ignore[arg-type]
    assert [fault.field for fault in refused.value.faults] == [field]
    assert SECRET not in str(refused.value)
    assert outbox.server(book) == MailServer()


def test_no_login_without_encryption(book: Book) -> None:
    with pytest.raises(InvalidSettingsError, match="anybody on the way"):
        outbox.choose_server(book, replace(GOOD, security=Security.NONE))
    outbox.choose_server(book, replace(GOOD, security=Security.NONE, user="", password=""))


def test_every_fault_is_named(book: Book) -> None:
    with pytest.raises(InvalidSettingsError) as refused:
        outbox.choose_server(book, replace(GOOD, host="a b", port=0, sender="x"))
    assert {fault.field for fault in refused.value.faults} == {"host", "port", "sender"}


def test_another_server_has_what_waits_tried_and_written_anew(book: Book) -> None:
    waiting, sent = queue(book), queue(book)
    book.execute("UPDATE outbox_mail SET message = x'41', next_attempt_at = '2099-01-01T00:00:00Z'")
    book.execute("UPDATE outbox_mail SET state = 'sent' WHERE id = ?", (sent.id,))
    outbox.choose_server(book, GOOD)
    due = again(book, waiting).next_attempt_at
    assert due is not None
    assert due <= again(book, waiting).created_at
    assert book.rows("SELECT message FROM outbox_mail ORDER BY id") == [(b"",), (b"A",)]


def test_settings_that_nobody_chose_do_no_harm(book: Book) -> None:
    settings.put(book, "mail_security", "rot13")
    assert outbox.server(book).security is Security.STARTTLS


def test_the_password_leaves_the_book_for_the_server_alone(book: Book, tmp_path: Path) -> None:
    outbox.choose_server(book, GOOD)
    queue(book)
    assert SECRET not in repr(GOOD)
    assert SECRET not in str(GOOD)
    target = tmp_path / "all.xlsx"
    export(book, target, ExportRequest())
    with zipfile.ZipFile(target) as workbook:
        inside = b"".join(workbook.read(name) for name in workbook.namelist())
    assert b"s3cret" not in inside
    crash.report(RuntimeError(repr(outbox.server(book))), tmp_path)
    assert "s3cret" not in (tmp_path / crash.REPORT).read_text(encoding="utf-8")
