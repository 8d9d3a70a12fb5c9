"""The ticket of one payment, for a till roll of 80 mm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.payments import Effect, effect
from store.ticket import moment
from store.ticket_fonts import Paper
from store.ticket_layout import CENTRE, RIGHT, Column, Line, Setter, Style, draw, height_of, pages_of
from store.ticket_words import NOTHING, describe

if TYPE_CHECKING:
    from store.receipt_records import Receipt, ReceiptPayment
    from store.ticket_words import Letterhead

_WIDTH, _MARGIN, _END = 80.0, 5.0, 6.0
_LONGEST = 1000.0
"""The height at which a roll is cut, for a text that never ends."""
_INNER = _WIDTH - 2 * _MARGIN

_WHOLE = Column(0, _INNER, CENTRE)
_LABEL = Column(0, 28)
_VALUE = Column(29, _INNER - 29, RIGHT)

_SHOP, _STORE = Style(14, bold=True), Style(9)
_NAME, _TEXT = Style(8.5, shade=90), Style(9)
_LOUD, _LOUD_WHY = Style(18, bold=True), Style(9, bold=True)
_PART, _AMOUNT = Style(9, bold=True), Style(13, bold=True)
_RULE = Line(4, rule=0.2)

_WARNINGS = {
    Effect.NONE: "No money was taken by this payment.",
    Effect.BACK: "This money went back to the customer.",
}


def payment_ticket(receipt: Receipt, number: int, letterhead: Letterhead) -> bytes:
    """The PDF of the receipt's payment `number`."""
    paper = Paper(_WIDTH, _LONGEST)
    place, payment = next((n, paid) for n, paid in enumerate(receipt.payments, 1) if paid.number == number)
    describe(paper, receipt, letterhead, f"Ticket {receipt.number}, payment {number}")
    lines = _lines(Setter(paper), receipt, payment, place, letterhead)
    for page in pages_of(lines, _LONGEST - _MARGIN - _END):
        paper.add_page(format=(_WIDTH, height_of(page) + _MARGIN + _END))
        draw(paper, page, _MARGIN, _MARGIN, _INNER)
    return bytes(paper.output())


def _lines(setter: Setter, receipt: Receipt, payment: ReceiptPayment, place: int, letterhead: Letterhead) -> list[Line]:
    def pairs(*values: tuple[str, str]) -> list[Line]:
        return [
            line
            for name, value in values
            for line in (*setter.row((_LABEL, name, _NAME), (_VALUE, value.strip() or NOTHING, _TEXT)), Line(0.6))
        ]

    lines = []
    for name, style in zip(letterhead.names(receipt), (_SHOP, _STORE), strict=False):
        lines += setter.row((_WHOLE, name, style))
    lines.append(_RULE)
    warning = _warning(setter, payment)
    lines += warning
    lines += pairs(
        ("Receipt No", receipt.number),
        ("Date", moment(receipt.paid_at)),
        ("Employee", receipt.employee),
        ("Customer", receipt.customer),
    )
    lines.append(_RULE)
    if len(receipt.payments) > 1:
        lines += [*setter.row((_WHOLE, f"Payment {place} of {len(receipt.payments)}", _PART)), Line(1.5)]
    lines += pairs(
        ("Payment No", str(payment.number)),
        ("Type", payment.type),
        ("Status", payment.status),
        ("Auth Code", payment.auth_code),
        ("Transaction No", payment.transaction_number),
        ("CC Service Charge", letterhead.money(payment.card_service_charge)),
    )
    lines.append(_RULE)
    lines += setter.row((_LABEL, "Amount", _AMOUNT), (_VALUE, letterhead.money(payment.amount), _AMOUNT))
    if len(receipt.payments) > 1:
        lines += [Line(1), *pairs(("Receipt Total", letterhead.money(receipt.total)))]
    return [*lines, Line(3), *warning[:-1]]


def _warning(setter: Setter, payment: ReceiptPayment) -> list[Line]:
    """A payment that brought no money says so, loudly enough that nobody takes its ticket for a receipt."""
    why = _WARNINGS.get(effect(payment.status))
    if why is None:
        return []
    return [
        Line(0.6, filled=True),
        *setter.row((_WHOLE, payment.status.strip().upper(), _LOUD), filled=True),
        *setter.row((_WHOLE, why, _LOUD_WHY), filled=True),
        Line(1.6, filled=True),
        Line(3),
    ]
