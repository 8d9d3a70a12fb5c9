"""The shop's mail server: as the book keeps it, and as a manager chooses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import settings
from store.errors import FieldError, InvalidSettingsError
from store.fields import clean_line
from store.mail_address import ascii_address, one_address
from store.mail_records import MailServer, Security

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.database import Book

MOST_NAME = 100
"""Most characters of the sender's name: the mail programs of customers show fewer."""
USUAL_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
"""The usual port of each way to connect."""
OPEN_LOGIN = "a login needs STARTTLS or TLS: without them anybody on the way could read the password"


def server(book: Book) -> MailServer:
    """The mail server that the book holds; its `host` is '' when there is none."""
    security = str(settings.get(book, "mail_security"))
    return MailServer(
        host=str(settings.get(book, "mail_host")),
        port=int(str(settings.get(book, "mail_port"))),
        security=Security(security) if security in set(Security) else Security.STARTTLS,
        user=str(settings.get(book, "mail_user")),
        password=str(settings.get(book, "mail_password")),
        sender=str(settings.get(book, "mail_sender")),
        sender_name=str(settings.get(book, "mail_sender_name")),
    )


def choose_server(book: Book, chosen: MailServer) -> None:
    """Keep a mail server; an empty `host` sends no mail. What waits is tried with it at once.

    Raises InvalidSettingsError, its faults named by the fields of `MailServer`.
    """
    valid = checked(chosen)
    with book.write():
        for name, value in (
            ("host", valid.host), ("port", valid.port), ("security", str(valid.security)), ("user", valid.user),
            ("password", valid.password), ("sender", valid.sender), ("sender_name", valid.sender_name),
        ):  # fmt: skip
            settings.put(book, f"mail_{name}", value)
        # what was written for the old sender is written anew
        book.execute(
            "UPDATE outbox_mail SET message = x'', "
            "next_attempt_at = iif(state = 'queued', created_at, next_attempt_at) WHERE state IN ('queued', 'sending')"
        )


def checked(chosen: MailServer) -> MailServer:
    """The server with its texts tidied. Raises InvalidSettingsError."""
    values: dict[str, str] = {}
    faults: list[FieldError] = []
    for name, read in _CHECKS.items():
        try:
            values[name] = read(chosen)
        except FieldError as fault:
            faults.append(FieldError(name, fault.message))
    if not 1 <= chosen.port <= 65_535:
        faults.append(FieldError("port", f"a number from 1 to 65535; {USUAL_PORTS[chosen.security]} is usual"))
    if faults:
        raise InvalidSettingsError(tuple(faults))
    return MailServer(port=chosen.port, security=Security(chosen.security), **values)


def _host(chosen: MailServer) -> str:
    host = chosen.host.strip(" ")
    if host and (not host.isprintable() or len(host) > 253 or not set(" /@\\,;\"'<>").isdisjoint(host)):
        raise FieldError("host", "a name such as smtp.example.com")
    return host


def _user(chosen: MailServer) -> str:
    user = chosen.user.strip(" ")
    if not user.isprintable():
        raise FieldError("user", "no line breaks or control characters")
    if user and chosen.security == Security.NONE:
        raise FieldError("user", OPEN_LOGIN)
    return user


def _password(chosen: MailServer) -> str:
    if not chosen.password.isprintable():
        raise FieldError("password", "no line breaks or control characters")
    if chosen.user.strip(" ") and not chosen.password:
        raise FieldError("password", "required with a user")
    return chosen.password


def _sender(chosen: MailServer) -> str:
    if not chosen.host.strip(" ") and not chosen.sender.strip(" "):
        return ""
    address = one_address(chosen.sender, "sender")
    if not ascii_address(address).isascii():
        raise FieldError("sender", "only plain letters (a to z) before the @")
    return address


def _sender_name(chosen: MailServer) -> str:
    name = clean_line(chosen.sender_name)
    if len(name) > MOST_NAME:
        raise FieldError("sender_name", f"at most {MOST_NAME} characters")
    return name


_CHECKS: dict[str, Callable[[MailServer], str]] = {
    "host": _host, "user": _user, "password": _password, "sender": _sender, "sender_name": _sender_name,
}  # fmt: skip
