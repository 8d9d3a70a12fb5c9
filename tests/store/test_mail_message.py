"""A mail as bytes: what stands in it, and what never gets into it."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import compat32, default
from email.utils import getaddresses
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING

import pypdf
import pytest

from store import receipts, settings, stores, ticket
from store.mail_body import receipt_body
from store.mail_message import receipt_mail, trial_mail
from store.mail_records import MailServer
from store.ticket_words import Letterhead
from tests.store.mail.book import PDF, add_receipt
from tests.tui.hostile import ATTACKS, STORABLE

if TYPE_CHECKING:
    from store.database import Book

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SERVER = MailServer("mail.example.com", sender="shop@example.com", sender_name="Joe's")
HEADERS = {"From", "To", "Date", "Message-ID", "Auto-Submitted", "Subject", "MIME-Version", "Content-Type"}
NAMES = {
    "quotes": 'Joe "Best" Pizza, Inc. <x@evil.example>',
    "comma": "Café, Größe; <boss@evil.example>, b@evil.example",
    "encoded": "=?utf-8?q?a=0ABcc:_x=40evil.example?=",
    "colon": "Ünder: a@evil.example;",
    "injection": "Joe\r\nBcc: victim@evil.example\r\n\r\nHello",
    "long": "Größe " * 40,
    "long ascii": 'A "very, long" name ' * 10,
}


@pytest.fixture
def _pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticket, "receipt_pdf", lambda book, receipt_id: PDF)


def compose(book: Book, receipt: int, server: MailServer = SERVER, to: str = "ann@example.com") -> bytes:
    return receipt_mail(book, server, receipt, to, message_id="<1@example.com>", at=AT)


def parse(mail: bytes) -> EmailMessage:
    message = email.message_from_bytes(mail, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def assert_sound(mail: bytes) -> EmailMessage:
    """A mail of our headers and no other, each one line of text, to one person and from the shop."""
    assert mail.isascii()
    assert all(len(line) <= 998 for line in mail.split(b"\r\n"))
    assert b"\r" not in mail.replace(b"\r\n", b"")
    assert b"\n" not in mail.replace(b"\r\n", b"")
    message = parse(mail)
    assert len(message.keys()) == len(set(message.keys()))
    assert set(message.keys()) - {"Content-Transfer-Encoding"} == HEADERS
    for value in message.values():
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 or char in "\u2028\u2029\u202e\u2066" for char in value)
    plain = email.message_from_bytes(mail, policy=compat32)
    assert [address for _, address in getaddresses([plain["From"]])] == ["shop@example.com"]
    assert [address.addr_spec for address in message["From"].addresses] == ["shop@example.com"]
    assert plain["To"] == "ann@example.com"
    assert message["Message-ID"] == "<1@example.com>"
    return message


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.usefixtures("_pdf")
def test_a_mail_has_text_html_and_the_receipt(book: Book) -> None:
    settings.put(book, "shop_name", "Joe's Coffee")
    message = assert_sound(compose(book, add_receipt(book)))
    assert message["Subject"] == "Receipt 1-2001 from Joe's Coffee"
    assert message["From"] == "Joe's <shop@example.com>"
    assert message.get_content_type() == "multipart/mixed"
    both, pdf = message.iter_parts()
    assert both.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in both.iter_parts()] == ["text/plain", "text/html"]
    assert (pdf.get_content_type(), pdf.get_filename()) == ("application/pdf", "receipt-1-2001.pdf")
    assert pdf.get_content_disposition() == "attachment"
    assert pdf.get_content() == PDF


@pytest.mark.usefixtures("_pdf")
def test_both_forms_say_the_same(book: Book) -> None:
    settings.put(book, "shop_name", "Joe's Coffee")
    settings.put(book, "time_zone", "Europe/Oslo")
    message = parse(compose(book, add_receipt(book)))
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    page = _Page()
    page.feed(html)
    for words in (
        "Joe's Coffee", "Receipt 1-2001", "22-11-2026 03:30 PM", "Flat White", "2 x $3.50", "$7.00", "Scone",
        "Sub Total", "$10.99", "Sales Tax", "5.5 %", "$0.60", "Total Tip", "$1.00", "Total", "$12.59", "1. Card",
        "Approved",
    ):  # fmt: skip
        assert words in text
        assert words in page.text
    assert "Gratuity" not in text
    assert '<html lang="en" dir="ltr">' in html
    assert 'charset="utf-8"' in html


@pytest.mark.usefixtures("_pdf")
def test_the_html_asks_for_nothing_from_elsewhere(book: Book) -> None:
    page = _Page()
    page.feed(parse(compose(book, add_receipt(book))).get_body(("html",)).get_content())
    assert set(page.tags) <= {
        "html", "head", "meta", "title", "body", "p", "strong", "h1", "h2", "table", "tr", "th", "td",
    }  # fmt: skip
    assert page.attributes <= {"lang", "dir", "charset", "style", "scope"}


@pytest.mark.usefixtures("_pdf")
@pytest.mark.parametrize("attack", STORABLE | NAMES)
def test_nothing_in_the_book_gets_into_a_header_or_becomes_markup(book: Book, attack: str) -> None:
    value = (STORABLE | NAMES)[attack]
    receipt = add_receipt(book, number=value, item=value)
    settings.put(book, "shop_name", value)
    store = stores.ensure(book, "Downtown")
    book.execute("UPDATE store SET name = ? WHERE id = ?", (value, store.id))
    book.execute("UPDATE receipt SET employee = ?, service_type = ?, store_id = ?", (value, value, store.id))
    book.execute("UPDATE receipt_tax SET type = ?", (value,))
    book.execute("UPDATE receipt_payment SET type = ?, status = ?", (value, value))
    for server in (SERVER, MailServer("mail.example.com", sender="shop@example.com", sender_name=value)):
        message = assert_sound(compose(book, receipt, server))
        html = message.get_body(("html",)).get_content()
        page = _Page()
        page.feed(html)
        assert "script" not in page.tags
        assert page.attributes <= {"lang", "dir", "charset", "style", "scope"}
        assert (page.tags.count("th"), page.tags.count("td")) == (8, 16)
        text = message.get_body(("plain",)).get_content()
        for form in (text.replace("\r\n", "\n"), html.replace("\r\n", "\n")):
            assert not any((ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160 for char in form)
            assert "\u202e" not in form


@pytest.mark.parametrize("attack", ATTACKS | NAMES)
def test_a_hostile_name_of_the_sender_stays_a_name(attack: str) -> None:
    server = MailServer("mail.example.com", sender="shop@example.com", sender_name=(ATTACKS | NAMES)[attack])
    assert_sound(trial_mail(server, "ann@example.com", "<1@example.com>", AT))


@pytest.mark.parametrize("name", ["Café Łódź", "王の店", "مخبز", 'Joe "Best" Pizza, Inc.', "Müller & Söhne"])
def test_a_name_arrives_as_it_is(name: str) -> None:
    server = MailServer("mail.example.com", sender="shop@example.com", sender_name=name)
    message = assert_sound(trial_mail(server, "ann@example.com", "<1@example.com>", AT))
    assert message["From"].addresses[0].display_name == name


@pytest.mark.usefixtures("_pdf")
def test_html_is_escaped(book: Book) -> None:
    receipt = add_receipt(book, item='<script>alert(1)</script> & "x" <img src=http://evil.example>')
    html = parse(compose(book, receipt)).get_body(("html",)).get_content()
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in html


def test_a_receipt_without_parts_has_no_empty_tables(book: Book) -> None:
    receipt = book.execute("INSERT INTO receipt (number, paid_at) VALUES ('9', '2026-11-22T14:30:00Z')").lastrowid
    assert receipt is not None
    body = receipt_body(receipts.get(book, receipt), Letterhead.of(book))
    assert "Order" not in body.text
    assert "Payment" not in body.html
    assert "Total: $0.00" in body.text
    assert body.subject == "Receipt 9"


def test_the_attached_pdf_is_the_receipt(book: Book) -> None:
    message = parse(compose(book, add_receipt(book)))
    attached = next(iter(message.iter_attachments())).get_content()
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(attached)).pages)
    assert "1-2001" in text
    assert "Flat White" in text
