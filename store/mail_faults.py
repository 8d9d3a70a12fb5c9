"""What can go wrong between the shop and its mail server: which kinds there are, and the sentence for each."""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
from enum import Enum
from typing import TYPE_CHECKING

from store.errors import MailError
from store.fields import clean_line

if TYPE_CHECKING:
    from store.mail_records import MailServer

_MOST_WORDS = 200
"""Most characters of a server's own words that are kept."""


class ServerFaultError(MailError):
    """The server, or the way to it, is in the way: every mail waits, whomever it is for."""


class PutOffError(MailError):
    """This mail could not be sent now; it may be later."""


class RefusedError(MailError):
    """The server refuses this mail for good."""


class Stage(Enum):
    """How far the talk with the server is; the value says what it was asked for, as a sentence's part."""

    CONNECT = "the connection"
    HELLO = "to talk"
    ENCRYPT = "to encrypt the connection"
    LOGIN = "the login; check user and password in the settings"
    SENDER = "the sender {sender}"
    RECIPIENT = "the address {recipient}"
    MESSAGE = "the mail"


MAIL_STAGES = frozenset({Stage.RECIPIENT, Stage.MESSAGE})
"""The stages at which an answer is about this mail, and no other."""
_AUTHENTICATION = frozenset({530, 534, 535, 538})
"""Answers that are about the login at whatever stage they come (RFC 4954)."""


def refusal(server: MailServer, stage: Stage, code: int, reply: bytes, recipient: str = "") -> MailError:
    """A server's answer other than yes as an error of its kind. A code of 5xx is for good, any other for now."""
    for_good = 500 <= code <= 599
    what = stage.value.format(sender=server.sender, recipient=recipient)
    words = server_words(server, code, reply)
    sentence = f"The mail server {server.host} refused {what}{'' if for_good else ' for now'}. It said: {words}"
    if stage not in MAIL_STAGES or code in _AUTHENTICATION:
        return ServerFaultError(sentence)
    return (RefusedError if for_good else PutOffError)(sentence)


def server_words(server: MailServer, code: int, reply: bytes) -> str:
    """What a server said, as one short printable line from which the login is taken out, should it be repeated."""
    text = reply.decode("utf-8", "replace")
    for secret in secrets_of(server):  # before the spaces in one of them are tidied
        text = text.replace(secret, "...")
    words = "".join(char if char.isprintable() else " " for char in clean_line(text))
    return f"{code if code > 0 else ''} {words[:_MOST_WORDS]}".strip() or "nothing"


def secrets_of(server: MailServer) -> tuple[str, ...]:
    """The password in all forms in which it goes to a server."""
    if not server.password:
        return ()
    plain = f"\0{server.user}\0{server.password}"
    return (*(base64.b64encode(text.encode()).decode() for text in (plain, server.password)), server.password)


def trouble(server: MailServer, stage: Stage, error: Exception) -> MailError:
    """What kept the talk from going on, as an error of its kind."""
    if isinstance(error, smtplib.SMTPResponseException) and stage not in MAIL_STAGES:
        return refusal(server, stage, error.smtp_code, reply_of(error))
    # smtplib tells a server that fell silent like one that hung up; what it met first says which it was
    met = error.__context__ if isinstance(error.__context__, TimeoutError) else error
    if type(met) in {smtplib.SMTPNotSupportedError, smtplib.SMTPException}:
        sentence = _NOT_OFFERED.get(stage, _NOT_UNDERSTOOD)
    else:
        sentence = next(told for kind, told in _TROUBLES if isinstance(met, kind))
    why = clean_line(str(getattr(met, "verify_message", "")))
    told = sentence.format(host=server.host, port=server.port, why=why or "unknown")
    return (ServerFaultError if stage in BEFORE_MAIL else PutOffError)(told)


def reply_of(error: smtplib.SMTPResponseException) -> bytes:
    """The server's words in an error of smtplib, which are text where smtplib itself speaks."""
    words = error.smtp_error
    return words if isinstance(words, bytes) else words.encode()


BEFORE_MAIL = frozenset({Stage.CONNECT, Stage.HELLO, Stage.ENCRYPT, Stage.LOGIN})
"""The stages that no mail has a part in."""
_BROKE_OFF = "The connection to the mail server {host} broke off."
_NOT_UNDERSTOOD = "The mail server {host} answers in a way that this program does not understand."
_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "The mail server {host} cannot be found. Check its name, and the network."),
    (UnicodeError, "The mail server {host} cannot be found. Check its name."),
    (ConnectionRefusedError, "The computer {host} takes no mail at port {port}. Check mail server and port."),
    (TimeoutError, "The mail server {host} did not answer in time."),
    (ssl.SSLCertVerificationError, "The certificate of the mail server {host} is not to be trusted ({why})."),
    (smtplib.SMTPServerDisconnected, _BROKE_OFF),
    (ConnectionError, _BROKE_OFF),
    (ssl.SSLEOFError, _BROKE_OFF),
    (ssl.SSLError, "The mail server {host} does not speak TLS at port {port}. Check port and security."),
    (OSError, "The mail server {host} cannot be reached. Check the network."),
    (Exception, _NOT_UNDERSTOOD),
)
"""The first kind that fits tells."""
_NOT_OFFERED = {
    Stage.ENCRYPT: "The mail server {host} offers no STARTTLS at port {port}. Check port and security.",
    Stage.LOGIN: "The mail server {host} offers no login that fits. Leave the user empty if it needs none.",
}
