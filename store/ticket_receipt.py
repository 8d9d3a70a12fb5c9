"""A whole receipt on A4, as a customer gets it by mail and prints it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from store.payments import Effect, effect
from store.ticket import moment
from store.ticket_fonts import Paper
from store.ticket_layout import RIGHT, Column, Line, Setter, Style, draw, pages_of, together
from store.ticket_words import NOTHING, describe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from store.receipt_records import Receipt, ReceiptPayment
    from store.ticket_layout import Cell
    from store.ticket_words import Letterhead

_WIDTH, _HEIGHT = 210.0, 297.0
_LEFT, _TOP, _BOTTOM = 18.0, 16.0, 20.0
_INNER = _WIDTH - 2 * _LEFT

_SHOP, _TITLE = Style(18, bold=True), Style(18, shade=90)
_PART, _TEXT, _NAME = Style(11, bold=True), Style(9.5), Style(8, shade=100)
_SUM, _TOTAL, _NOTE = Style(9.5, bold=True), Style(13, bold=True), Style(8, shade=100)
_FAINT = Style(9.5, shade=120)
_THIN, _THICK = Line(2.4, rule=0.15, joined=True), Line(5, rule=0.4)


def _columns(*widths: float) -> tuple[Column, ...]:
    """Columns beside each other; a negative width is a column of numbers, set from the right."""
    columns, x = [], 0.0
    for width in widths:
        columns.append(Column(x, abs(width) - 3, RIGHT if width < 0 else "L"))
        x += abs(width)
    columns[-1] = columns[-1]._replace(width=columns[-1].width + 3)
    return tuple(columns)


_HEADS = _columns(110, -64)
_FACTS = _columns(58, 44, 40, 32)
_ORDER = _columns(90, -28, -24, -32)
_TAXES = _columns(90, -52, -32)
_PAYMENTS = _columns(10, 22, 25, 26, 34, -30, -27)
_SUMS = (Column(90, 52), Column(142, _INNER - 142, RIGHT))
_WHOLE = Column(0, _INNER)


def whole_receipt(receipt: Receipt, letterhead: Letterhead) -> bytes:
    """The PDF of a receipt."""
    paper = Paper(_WIDTH, _HEIGHT)
    describe(paper, receipt, letterhead, f"Receipt {receipt.number}")
    setter = Setter(paper)
    lines = _lines(setter, receipt, letterhead)
    name = " \N{MIDDLE DOT} ".join((*letterhead.names(receipt)[:1], f"Receipt {receipt.number}"))
    foot = setter.row((_HEADS[0], name, _NOTE))[0]
    pages = pages_of(lines, _HEIGHT - _TOP - _BOTTOM)
    for number, page in enumerate(pages, 1):
        paper.add_page()
        draw(paper, page, _LEFT, _TOP, _INNER)
        where = setter.row((_HEADS[1], f"Page {number} of {len(pages)}", _NOTE))[0]
        draw(paper, [replace(foot, marks=foot.marks + where.marks)], _LEFT, _HEIGHT - _BOTTOM + 6, _INNER)
    return bytes(paper.output())


def _lines(setter: Setter, receipt: Receipt, letterhead: Letterhead) -> list[Line]:
    return [
        *_head(setter, receipt, letterhead),
        *_order(setter, receipt, letterhead),
        *_taxes(setter, receipt, letterhead),
        *_totals(setter, receipt, letterhead),
        *_payments(setter, receipt, letterhead),
        *_faults(setter, receipt),
    ]


def _head(setter: Setter, receipt: Receipt, letterhead: Letterhead) -> list[Line]:
    shop, *store = letterhead.names(receipt) or ("",)
    facts = (
        ("Customer", receipt.customer), ("Date", moment(receipt.paid_at)), ("Employee", receipt.employee),
        ("Service Type", receipt.service_type),
    )  # fmt: skip
    return [
        *setter.row((_HEADS[0], shop, _SHOP), (_HEADS[1], "Receipt", _TITLE)),
        *setter.row((_HEADS[0], " ".join(store), _TEXT), (_HEADS[1], receipt.number, _TEXT)),
        _THICK,
        *setter.row(*_cells(_FACTS, [name for name, _ in facts], _NAME)),
        *setter.row(*_cells(_FACTS, [value.strip() or NOTHING for _, value in facts], _TEXT)),
    ]


def _cells(columns: Sequence[Column], texts: Sequence[str], style: Style) -> list[Cell]:
    return [(column, text, style) for column, text in zip(columns, texts, strict=True)]


def _part(setter: Setter, name: str) -> list[Line]:
    """A part's title; it never ends a page."""
    return together([Line(4), *setter.row((_WHOLE, name, _PART)), Line(0.6)])


def _sum(name: str, amount: str, style: Style = _SUM) -> list[Cell]:
    return _cells(_SUMS, (name, amount), style)


def _number(value: Decimal) -> str:
    """A quantity or rate without the zeros that say nothing: `2`, `0.25`."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _order(setter: Setter, receipt: Receipt, letterhead: Letterhead) -> list[Line]:
    money = letterhead.money
    rows = [
        _cells(_ORDER, (item.item, money(item.price), _number(item.quantity), money(item.amount)), _TEXT)
        for item in receipt.items
    ]
    return [
        *_part(setter, "Order"),
        *setter.table(
            _cells(_ORDER, ("Item", "Price", "Qty", "Amount"), _NAME), rows, _sum("Sub Total", money(receipt.sub_total))
        ),
    ]


def _taxes(setter: Setter, receipt: Receipt, letterhead: Letterhead) -> list[Line]:
    money = letterhead.money
    rows = [_cells(_TAXES, (tax.type, _number(tax.rate), money(tax.amount)), _TEXT) for tax in receipt.taxes]
    return [
        *_part(setter, "Tax"),
        *setter.table(
            _cells(_TAXES, ("Type", "Rate %", "Amount"), _NAME), rows, _sum("Tax Total", money(receipt.tax_total))
        ),
    ]


def _totals(setter: Setter, receipt: Receipt, letterhead: Letterhead) -> list[Line]:
    money = letterhead.money
    sums = (
        ("Sub Total", receipt.sub_total), ("Discount", _less(receipt.discount)), ("Tax", receipt.tax_total),
        ("Gratuity", receipt.gratuity), ("CC Service Charge", receipt.card_service_charge),
        ("Online Order Service Charge", receipt.online_order_service_charge),
        ("Item Service Charge", receipt.item_service_charge), ("Cash Discount", _less(receipt.cash_discount)),
        ("Total Tip", receipt.total_tip),
    )  # fmt: skip
    lines = _part(setter, "Summary")
    for name, amount in sums:
        lines += together(setter.row(*_sum(name, money(amount), _TEXT)))
    return [*lines, _THIN, *setter.row(*_sum("Total", money(receipt.total), _TOTAL))]


def _less(amount: Decimal) -> Decimal:
    """What is taken off a sum."""
    return -amount if amount else amount


def _status(paid: ReceiptPayment) -> str:
    return paid.status if effect(paid.status) is Effect.IN else paid.status.upper()


def _payments(setter: Setter, receipt: Receipt, letterhead: Letterhead) -> list[Line]:
    money = letterhead.money
    names = ("No", "Type", "Status", "Auth Code", "Transaction No", "CC Service Charge", "Amount")
    rows = [
        _cells(
            _PAYMENTS,
            (
                str(paid.number), paid.type, _status(paid),
                paid.auth_code or NOTHING, paid.transaction_number or NOTHING, money(paid.card_service_charge),
                money(paid.amount),
            ),
            _TEXT if paid.counts else _FAINT,
        )
        for paid in receipt.payments
    ]  # fmt: skip
    return [
        *_part(setter, "Payment"),
        *setter.table(_cells(_PAYMENTS, names, _NAME), rows, _sum("Paid", money(receipt.paid))),
    ]


def _faults(setter: Setter, receipt: Receipt) -> list[Line]:
    """What does not add up, said quietly."""
    return [Line(4), *(line for fault in receipt.faults for line in setter.row((_WHOLE, fault, _NOTE)))]
