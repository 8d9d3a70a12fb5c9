"""What tickets and receipts say of the shop, in the shop's own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import currency, settings
from store.ticket_text import printed

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from store.database import Book
    from store.receipt_records import Receipt
    from store.ticket_fonts import Paper

_LONGEST = 120
"""Letters of a title or an author; a window's title shows no more."""
NOTHING = "-"
"""Printed where a receipt has no value."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who gives the receipt, and how amounts are written there."""

    shop: str
    money: Callable[[Decimal], str]

    @classmethod
    def of(cls, book: Book) -> Letterhead:
        """The shop's, as its settings say."""
        return cls(str(settings.get(book, "shop_name")), currency.of(book).show)

    def names(self, receipt: Receipt) -> tuple[str, ...]:
        """The shop and the store, each once, and only what there is."""
        return tuple(dict.fromkeys(name for name in (self.shop, receipt.store) if name.strip()))


def describe(paper: Paper, receipt: Receipt, letterhead: Letterhead, title: str) -> None:
    """Write what a PDF says of itself. Its time is the receipt's: the same receipt gives the same bytes."""
    paper.set_title(_told(title))
    paper.set_author(_told(" ".join(letterhead.names(receipt)[:1])))
    paper.set_creator("Regulars")
    paper.set_lang("en")
    paper.set_creation_date(receipt.paid_at)


def _told(text: str) -> str:
    """A text as a PDF's properties hold it: of any script, short, and nothing that acts."""
    return printed(text[:_LONGEST], lambda _: True)
