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
LOCALE = "en_US"
"""How money is written where nobody chose another way."""


class SettingError(StoreError):
    """A value that its setting does not take."""


def _machine_zone() -> str:
    """The IANA name of this computer's time zone; 'UTC' when it does not tell."""
    parts = Path("/etc/localtime").resolve().parts
    linked = "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else ""
    names = (os.environ.get("TZ", "").lstrip(":"), linked)
    return next((name for name in names if name and is_zone(name)), "UTC")


def is_zone(name: str) -> bool:
    """Whether this is the IANA name of a time zone."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # no such zone; no name of one; a folder of zones
        return False
    return True


def _machine_locale() -> str:
    """The locale that this computer's money is written in; `LOCALE` when it tells none that is known."""
    names = (os.environ.get(name, "").partition(".")[0] for name in ("LC_ALL", "LC_MONETARY", "LANG"))
    return next((known for name in names if "_" in name and (known := known_locale(name))), LOCALE)


def known_locale(name: str) -> str:
    """A locale's name as the book keeps it: `pt-br` is `pt_BR`; '' for one that nobody knows."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(name.strip().replace("-", "_")))
    except (UnknownLocaleError, ValueError, TypeError):
        return ""


@dataclass(frozen=True, slots=True)
class Description:
    """One setting: its name, what it is for, its value at first, and what is settled when a book is made.

    A setting with a `label` stands under it on the sheet Settings of an export. A `secret` never leaves the book
    in any file, and has none.
    """

    name: str
    words: str
    default: Setting
    at_founding: Callable[[], Setting] | None = None
    label: str = ""
    secret: bool = False


DESCRIPTIONS: dict[str, Description] = {
    description.name: description
    for description in (
        Description("origin", "this book's own id among books that exchange workbooks", "", lambda: uuid.uuid4().hex),
        Description("origin_home", "where the book was when it took its id: a copy elsewhere takes another", ""),
        Description("writes", "how often this book wrote under its id", 0),
        Description("lineage", "what this book and all copies of it have in common", "", lambda: uuid.uuid4().hex),
        Description("erasures_cleared", "of how many erased people no trace is left in the file", 0),
        Description(
            "stores_renamed", "former names of stores, each with that now, that states may still have", list[str]()
        ),
        Description("shop_name", "the business, as on receipts", "", label="Shop Name"),
        Description("currency", "ISO 4217 code of all money in the book", "USD", label="Currency"),
        Description("minor_digits", "decimal places of the currency", 2),
        Description("locale", "CLDR name of how money is written", LOCALE, _machine_locale, label="Locale"),
        Description(
            "time_zone", "IANA name of the zone whose days the book counts", "UTC", _machine_zone, label="Time Zone"
        ),
        Description("node", "this till's number, the first part of its receipt numbers", 1, label="Node Number"),
        Description("loyalty_on", "whether the shop has a loyalty programme", True, label="Loyalty Programme"),
        Description("loyalty_currency", "what points are called", "Points", label="Loyalty Currency"),
        Description("sign_up_points", "given once to who enrols", 0, label="Points at Sign-up"),
        Description("visit_points", "given for a visit", 0, label="Points for a Visit"),
        Description("amount_points", "given for each `per_amount` of net sales", 0, label="Points for an Amount"),
        Description("per_amount", "the amount that gives `amount_points`, a decimal", "1", label="Amount for Points"),
        Description("point_value", "what a point is worth, a decimal; 0 for nothing", "0", label="Value of a Point"),
        Description("minimum_redemption", "points below which nothing is redeemed", 0, label="Minimum for Redemption"),
        Description("awards", "who gives points for receipts: office or book", "office", label="Receipts Awarded By"),
        Description("awards_since", "receipts up to this row were there before the book gave points", 0),
        Description(
            "reasons",
            "offered when points are changed",
            ["Birthday", "Complaint", "Correction", "Welcome"],
            label="Reasons",
        ),
        Description("mail_host", "the mail server's name; empty for none", ""),
        Description("mail_port", "the mail server's port", 587),
        Description("mail_security", "starttls, tls or none", "starttls"),
        Description("mail_user", "logs in at the mail server; empty for no login", ""),
        Description("mail_password", "its password; leaves the book for the mail server alone", "", secret=True),
        Description("mail_sender", "the address that mail comes from", ""),
        Description("mail_sender_name", "the name beside it; empty for the shop's", ""),
        Description("exchange_key", "the code of the exchange key that workbooks are signed with", "", secret=True),
        Description("exchange_insist", "whether only workbooks that are signed with it are taken", False),
        Description("sync_folder", "the folder by which workbooks are exchanged; empty for none", ""),
        Description("sync_folder_id", "which folder that is, wherever it is connected", ""),
        Description("sync_days", "days after which a till that does not exchange is waited for no longer", 30),
        Description("sync_office", "whether this book is head office's", False),
        Description("sync_ran_at", "when the folder was last exchanged with; empty for never", ""),
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
    return ZoneInfo(name if is_zone(name) else "UTC")


def minor_digits(book: Book) -> int:
    """How many decimal places the shop's currency has."""
    return int(str(get(book, "minor_digits")))


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
