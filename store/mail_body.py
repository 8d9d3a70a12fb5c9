"""What the mail with a receipt says, as text and as HTML: the same rows in both, readable without the PDF."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from store.fields import clean_line
from store.ticket import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from store.receipt_records import Receipt
    from store.ticket_words import Letterhead

_STEERING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Characters that turn the direction of what follows them."""
_LONGEST = 200
"""Most characters of one value: enough for any name, too few to bury the rest."""
_PAGE = "font-family:sans-serif;font-size:16px;line-height:1.4;max-width:36em;margin:1em auto;padding:0 1em"
_CELLS = ("text-align:start;font-weight:normal", "text-align:start;color:#555", "text-align:end;white-space:nowrap")


class _Row(NamedTuple):
    """A line of the receipt: what it is, how it comes about, and the money."""

    name: str
    detail: str
    amount: str


class Body(NamedTuple):
    """A mail's subject and both its forms."""

    subject: str
    text: str
    html: str


def shown(text: str) -> str:
    """Data as one line that neither acts nor misleads, in a header as in a body."""
    line = clean_line(text).translate(_STEERING)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def receipt_body(receipt: Receipt, letterhead: Letterhead) -> Body:
    """The words of the mail with a receipt."""
    names = tuple(shown(name) for name in letterhead.names(receipt))
    title = f"Receipt {shown(receipt.number)}"
    date = moment(receipt.paid_at)
    parts = {
        "Order": _rows(_order(receipt, letterhead.money)),
        "Tax": _rows(_taxes(receipt, letterhead.money)),
        "Total": _rows(_totals(receipt, letterhead.money)),
        "Payment": _rows(_payments(receipt, letterhead.money)),
    }
    parts = {name: rows for name, rows in parts.items() if rows}
    thanks = "The receipt is attached as a PDF."
    return Body(
        f"{title} from {names[0]}" if names else title,
        "\n".join((*names, "", title, date, *_text(parts), "", thanks, "")),
        _html(names, title, (date, thanks), parts),
    )


def _rows(rows: Iterator[tuple[str, str, str]]) -> list[_Row]:
    return [_Row(*(shown(value) for value in row)) for row in rows]


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _order(receipt: Receipt, money: Callable[[Decimal], str]) -> Iterator[tuple[str, str, str]]:
    for item in receipt.items:
        yield item.item, f"{_plain(item.quantity)} x {money(item.price)}", money(item.amount)
    if receipt.items:
        yield "Sub Total", "", money(receipt.sub_total)


def _taxes(receipt: Receipt, money: Callable[[Decimal], str]) -> Iterator[tuple[str, str, str]]:
    for tax in receipt.taxes:
        yield tax.type, f"{_plain(tax.rate)} %", money(tax.amount)
    if receipt.taxes:
        yield "Tax Total", "", money(receipt.tax_total)


def _totals(receipt: Receipt, money: Callable[[Decimal], str]) -> Iterator[tuple[str, str, str]]:
    for name, amount in (
        ("Discount", -receipt.discount),
        ("Gratuity", receipt.gratuity),
        ("CC Service Charge", receipt.card_service_charge),
        ("Online Order Service Charge", receipt.online_order_service_charge),
        ("Item Service Charge", receipt.item_service_charge),
        ("Cash Discount", -receipt.cash_discount),
        ("Total Tip", receipt.total_tip),
    ):
        if amount:
            yield name, "", money(amount)
    yield "Total", "", money(receipt.total)


def _payments(receipt: Receipt, money: Callable[[Decimal], str]) -> Iterator[tuple[str, str, str]]:
    for paid in receipt.payments:
        yield f"{paid.number}. {paid.type}", paid.status, money(paid.amount)


def _text(parts: dict[str, list[_Row]]) -> Iterator[str]:
    for name, rows in parts.items():
        yield from ("", name)
        for row in rows:
            yield f"  {row.name}{f', {row.detail}' if row.detail else ''}: {row.amount}"


def _html(names: tuple[str, ...], title: str, lines: tuple[str, str], parts: dict[str, list[_Row]]) -> str:
    """One page without pictures, links, scripts or anything from elsewhere; each value runs in its own direction."""
    date, thanks = lines
    return "\n".join((
        '<!DOCTYPE html>',
        f'<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>{escape(title)}</title></head>',
        f'<body style="{_PAGE}">',
        *(f'<p dir="auto" style="margin:0"><strong>{escape(name)}</strong></p>' for name in names),
        f'<h1 style="font-size:1.3em">{escape(title)}</h1>',
        f"<p>{escape(date)}</p>",
        *(line for name, rows in parts.items() for line in _table(name, rows)),
        f"<p>{escape(thanks)}</p>",
        "</body></html>",
        "",
    ))  # fmt: skip


def _table(name: str, rows: list[_Row]) -> Iterator[str]:
    yield f'<h2 style="font-size:1.1em;margin-bottom:0">{escape(name)}</h2>'
    yield '<table style="width:100%;border-collapse:collapse">'
    for row in rows:
        first, *others = (
            f'dir="auto" style="{style}">{escape(value)}' for style, value in zip(_CELLS, row, strict=True)
        )
        yield f'<tr><th scope="row" {first}</th>{"".join(f"<td {cell}</td>" for cell in others)}</tr>'
    yield "</table>"
