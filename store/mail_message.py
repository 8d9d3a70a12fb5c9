"""A mail as the bytes that go to the server: its headers, its text and HTML, and the receipt's PDF."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import TYPE_CHECKING

from store import receipts, settings, ticket
from store.mail_address import ascii_address
from store.mail_body import receipt_body, shown
from store.ticket_words import Letterhead

if TYPE_CHECKING:
    from datetime import datetime

    from store.database import Book
    from store.mail_records import MailServer

_SPECIAL = str.maketrans(dict.fromkeys('()<>[]:;@\\,"', " "))
"""What would have to be quoted in a name, which mail programs get wrong beside letters other than a to z."""


def receipt_mail(
    book: Book, server: MailServer, receipt_id: int, recipient: str, *, message_id: str, at: datetime
) -> bytes:
    """The mail with a receipt, written at `at`. Raises UnknownReceiptError, and what its PDF can raise."""
    receipt = receipts.get(book, receipt_id)
    body = receipt_body(receipt, Letterhead.of(book))
    message = _envelope(server, str(settings.get(book, "shop_name")), recipient, message_id, at)
    message["Subject"] = body.subject
    message.set_content(body.text)
    message.add_alternative(body.html, subtype="html")
    message.add_attachment(
        ticket.receipt_pdf(book, receipt_id),
        maintype="application",
        subtype="pdf",
        filename=ticket.file_name(receipt.number),
    )
    return message.as_bytes()


def trial_mail(server: MailServer, recipient: str, message_id: str, at: datetime) -> bytes:
    """A small mail that shows that the server is set up rightly."""
    message = _envelope(server, "", recipient, message_id, at)
    message["Subject"] = "Test mail from Regulars"
    message.set_content("The mail server is set up rightly: receipts can be sent by mail.\n")
    return message.as_bytes()


def _envelope(server: MailServer, shop: str, recipient: str, message_id: str, at: datetime) -> EmailMessage:
    """A mail with all headers but its subject. Only plain letters go over the line, where the recipient allows it."""
    to = ascii_address(recipient)
    message = EmailMessage((SMTP if to.isascii() else SMTPUTF8).clone(cte_type="7bit"))
    message["From"] = Address(_display_name(server.sender_name or shop), addr_spec=ascii_address(server.sender))
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "en"
    return message


def _display_name(name: str) -> str:
    """A sender's name. Quotes and the like stay where a name is plain enough for them to be safe."""
    line = shown(name)
    return line if line.isascii() else " ".join(line.translate(_SPECIAL).split())
