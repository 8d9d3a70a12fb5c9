"""A mail as the bytes that go to the server: its headers, its text and HTML, and the receipt's PDF.

The headers that hold data are written here and not by `email.message`: that undoes encoded words in a name, line ends
inside them included, and loses the quotes of a long one.
"""

from __future__ import annotations

from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from store import receipts, settings, ticket
from store.mail_address import ascii_address
from store.mail_body import receipt_body, shown
from store.patterns import pattern
from store.ticket_words import Letterhead

if TYPE_CHECKING:
    from datetime import datetime

    from store.database import Book
    from store.mail_records import MailServer

_PLAIN_NAME = r"[A-Za-z0-9 !#$%&'*+/^_`{|}~-]{0,60}"
"""A name that stands in an address as it is: no mark that means something there (RFC 5322: atext and spaces)."""
_PLAIN_TEXT = r"(?!.*=\?)[ -~]{0,60}"
"""A text that stands in a header as it is: one line of ASCII that is not taken for an encoded word."""
_POLICY = SMTP.clone(cte_type="7bit")


def receipt_mail(
    book: Book, server: MailServer, receipt_id: int, recipient: str, *, message_id: str, at: datetime
) -> bytes:
    """The mail with a receipt, written at `at`. Raises UnknownReceiptError, and what its PDF can raise."""
    receipt = receipts.get(book, receipt_id)
    body = receipt_body(receipt, Letterhead.of(book))
    name = server.sender_name or str(settings.get(book, "shop_name"))
    message = EmailMessage(_POLICY)
    message.set_content(body.text)
    message.add_alternative(body.html, subtype="html")
    message.add_attachment(
        ticket.receipt_pdf(book, receipt_id),
        maintype="application",
        subtype="pdf",
        filename=ticket.file_name(receipt.number),
    )
    return _headers(server.sender, name, recipient, body.subject, message_id, at) + message.as_bytes()


def trial_mail(server: MailServer, recipient: str, message_id: str, at: datetime) -> bytes:
    """A small mail that shows that the server is set up rightly."""
    message = EmailMessage(_POLICY)
    message.set_content("The mail server is set up rightly: receipts can be sent by mail.\n")
    subject = "Test mail from Regulars"
    return _headers(server.sender, server.sender_name, recipient, subject, message_id, at) + message.as_bytes()


def _headers(sender: str, name: str, recipient: str, subject: str, message_id: str, at: datetime) -> bytes:  # noqa: PLR0917
    """Every header that is not about the parts. A value is one line whatever it holds; a long one is folded."""
    name, address = shown(name), shown(ascii_address(sender))
    lines = {
        "From": f"{_encoded('From', name, _PLAIN_NAME)} <{address}>" if name else address,
        "To": shown(ascii_address(recipient)),
        "Subject": _encoded("Subject", shown(subject), _PLAIN_TEXT),
        "Date": format_datetime(at),
        "Message-ID": shown(message_id),
        "Auto-Submitted": "auto-generated",
    }
    return "".join(f"{header}: {value}\r\n" for header, value in lines.items()).encode()


def _encoded(header: str, text: str, plain: str) -> str:
    """A text as it is where that is safe, else as encoded words (RFC 2047)."""
    if pattern(plain).fullmatch(text):
        return text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")
