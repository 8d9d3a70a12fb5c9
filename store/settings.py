"""The book's settings, typed: one table says what there is, and what holds until somebody chooses otherwise."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from store.database import Book

Setting = str | int | bool | list[str]
"""What a setting may hold."""


class SettingError(StoreError):
    """A value that its setting does not take."""


def _machine_zone() -> str:
    """The IANA name of this computer's time zone; 'UTC' when it does not tell."""
    parts = Path("/etc/localtime").resolve().parts
    linked = "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else ""
    names = (os.environ.get("TZ", "").lstrip(":"), linked)
    return next((name for name in names if name and _is_zone(name)), "UTC")


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # no such zone; no name of one; a folder of zones
        return False
    return True


@dataclass(frozen=True, slots=True)
class Description:
    """One setting: its name, what it is for, its value at first, and what is settled when a book is made."""

    name: str
    words: str
    default: Setting
    at_founding: Callable[[], Setting] | None = None


DESCRIPTIONS: dict[str, Description] = {
    description.name: description
    for description in (
        Description("origin", "this book's own id among books that exchange workbooks", "", lambda: uuid.uuid4().hex),
        Description("shop_name", "the business, as on receipts", ""),
        Description("currency", "ISO 4217 code of all money in the book", "USD"),
        Description("minor_digits", "decimal places of the currency", 2),
        Description("time_zone", "IANA name of the zone whose days the book counts", "UTC", _machine_zone),
        Description("node", "this till's number, the first part of its receipt numbers", 1),
        Description("reasons", "offered when points are changed", ["Birthday", "Complaint", "Correction", "Welcome"]),
        Description("mail_host", "the mail server's name; empty for none", ""),
        Description("mail_port", "the mail server's port", 587),
        Description("mail_security", "starttls, tls or none", "starttls"),
        Description("mail_user", "logs in at the mail server; empty for no login", ""),
        Description("mail_password", "its password; leaves the book for the mail server alone", ""),
        Description("mail_sender", "the address that mail comes from", ""),
        Description("mail_sender_name", "the name beside it; empty for the shop's", ""),
        Description("columns", "the list's columns, in order; empty for the manual's", list[str]()),
        Description("order", "the column the list is sorted by", "name"),
        Description("descending", "whether the list is sorted from high to low", False),
        Description("recent_folders", "where files were chosen, the last first, percent-encoded", list[str]()),
    )
}


def _described(name: str) -> Description:
    return DESCRIPTIONS[name.partition("@")[0]]


def get(book: Book, name: str) -> Setting:
    """A setting's value, or what holds at first. Raises KeyError for a name that is in no description.

    `columns@Till 2` is what one till chose for itself: described as `columns`.
    """
    default = _described(name).default
    found = book.rows("SELECT value FROM setting WHERE name = ?", (name,))
    return json.loads(found[0][0]) if found else default


def zone(book: Book) -> ZoneInfo:
    """The time zone on whose clock the shop lives: that of its receipts and workbooks."""
    from zoneinfo import ZoneInfo

    name = str(get(book, "time_zone"))
    return ZoneInfo(name if _is_zone(name) else "UTC")


def put(book: Book, name: str, value: Setting) -> None:
    """Choose a setting. Raises SettingError when the value is of another type than the setting's."""
    if type(value) is not type(_described(name).default):
        raise SettingError(f"The setting {name} takes no {value!r}.")
    book.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, json.dumps(value, ensure_ascii=False)),
    )


def found(book: Book) -> None:
    """Settle what a new book takes from the computer it is made on."""
    for description in DESCRIPTIONS.values():
        if description.at_founding is not None:
            put(book, description.name, description.at_founding())
