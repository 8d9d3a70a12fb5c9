"""Who was erased on request: asked by all that might bring somebody back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store import rows, settings
from store.loyalty import REVERSAL, SIGN_UP

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from store.database import Book

SENTENCE = "erased on request"
"""Why a row of a workbook is left: what follows its column's header."""
FIRST_NAME, LAST_NAME = "Erased", "customer"
"""What lists and receipts call somebody who was erased."""
_OURS = re.compile(rf"{SIGN_UP}|Import|Receipt [\d-]+(?: changed)?")
"""Reasons that Regulars writes by itself, and that say nothing of a person."""
_REVERSAL = REVERSAL.partition("{")[0]


def everybody(book: Book) -> frozenset[str]:
    """The uids of all who were erased."""
    return frozenset(uid for (uid,) in book.rows("SELECT uid FROM erased_person"))


def is_erased(book: Book, customer_id: int) -> bool:
    """Whether this customer is one who was erased."""
    sql = "SELECT 1 FROM customer JOIN erased_person USING (uid) WHERE customer.id = ?"
    return bool(book.rows(sql, (customer_id,)))


def among(book: Book, uids: Iterable[str]) -> set[str]:
    """Those of the uids whose persons were erased."""
    return {
        uid
        for marks, part in rows.in_parts(uids)
        for (uid,) in book.rows(f"SELECT uid FROM erased_person WHERE uid IN ({marks})", part)  # noqa: S608
    }


def known_reasons(book: Book) -> frozenset[str]:
    """The reasons that the shop offers."""
    chosen = settings.get(book, "reasons")
    return frozenset(chosen if isinstance(chosen, list) else ())


def kept_reason(reason: str, known: Collection[str]) -> str:
    """What stays of a reason in the ledger of somebody who was erased: the shop's own words, else nothing.

    What somebody typed may say who it was.
    """
    plain = reason
    while plain.startswith(_REVERSAL):
        plain = plain.removeprefix(_REVERSAL)
    return reason if plain in known or _OURS.fullmatch(plain) else ""
