"""The mail server and the outbox, as they leave the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Security(StrEnum):
    """How the connection to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """How the shop sends mail; an empty `host` is none. `sender` is the address in From, `sender_name` its name.

    The password stands in no `repr`, and so in no message and no report.
    """

    host: str = ""
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    sender_name: str = ""


class MailState(StrEnum):
    """Where a mail is."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of the outbox. Times are aware, on the shop's clock.

    `next_attempt_at` is None unless it waits: not for one that is being sent at this moment either. `last_error` is
    a sentence, '' before the first try and once it is sent; `receipt_id` None when the receipt is no longer there.
    """

    id: int
    receipt_id: int | None
    receipt_number: str
    recipient: str
    state: MailState
    attempts: int
    last_error: str
    created_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one delivery came to: how many were sent, how many failed for good, how many have to wait.

    `reasons` are the sentences of the latter two, each once.
    """

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    reasons: tuple[str, ...] = ()
