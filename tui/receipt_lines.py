"""A receipt as lines: what it says, section by section, for a column of some width."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.cells import cell_len

from store.mail_records import MailState
from store.ticket import moment
from tui.wrapped_tables import Column, WrappedTable, pairs_beside, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from decimal import Decimal

    from store.currency import Currency
    from store.mail_records import Mail
    from store.receipt_records import Receipt

ABSENT = "-"
NOBODY = "No customer known"
LABEL = 14
"""Cells of the labels beside the summary's texts."""
INDENT = 1
WIDEST = 100
"""Cells after which a table is not made wider: the eye would lose the line."""
SIDE_BY_SIDE = 72
"""From this width on the summary's texts and amounts stand beside each other."""
PIECE = 3
"""Decimal places of quantities and rates."""

FACTS: tuple[tuple[str, Callable[[Receipt], str]], ...] = (
    ("Receipt Number", lambda receipt: receipt.number),
    ("Customer", lambda receipt: receipt.customer or NOBODY),
    ("Date", lambda receipt: moment(receipt.paid_at)),
    ("Store", lambda receipt: receipt.store),
    ("Service Type", lambda receipt: receipt.service_type),
    ("Employee", lambda receipt: receipt.employee),
)
"""The summary's texts."""
AMOUNTS = (
    ("Gratuity", "gratuity"),
    ("Discount", "discount"),
    ("CC Service Charge", "card_service_charge"),
    ("Online Order Service Charge", "online_order_service_charge"),
    ("Item Service Charge", "item_service_charge"),
    ("Cash Discount", "cash_discount"),
    ("Total Tip", "total_tip"),
    ("Total", "total"),
)
"""The summary's amounts, by their names in the record."""

ORDER = (
    Column("Item", grows=True),
    Column("Price", number=True),
    Column("Qty", number=True),
    Column("Amount", number=True),
)
TAX = (Column("Type", grows=True), Column("Rate %", number=True), Column("Amount", number=True))
PAYMENT = (
    Column("Payment\nNo", number=True), Column("Type"), Column("CC Service\nCharge", number=True),
    Column("Amount", number=True), Column("Status"), Column("Auth\nCode"), Column("Transaction\nNo", grows=True),
    Column("Ticket"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the receipt. `stop` is the name of what the cursor stands on here, '' for a line that it passes.

    `payment` is the number of the payment in the line. `style` is the name of a component class.
    """

    text: str
    style: str = ""
    stop: str = ""
    payment: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its title, and its lines below."""

    title: str
    lines: tuple[Line, ...]


def summary(receipt: Receipt, money: Currency, width: int) -> Part:
    """Who, when and where, and the sums; beside each other where there is room."""
    amounts = _amounts(receipt, money)
    if width < SIDE_BY_SIDE:
        texts = [*_facts(receipt, width), "", *amounts]
    else:
        left = width - max(map(len, amounts)) - 3
        texts = list(pairs_beside(_facts(receipt, left), amounts, left + 3))
    return Part("Summary", tuple(Line(text, stop=f"summary {at}" if text else "") for at, text in enumerate(texts)))


def _facts(receipt: Receipt, width: int) -> list[str]:
    lines = []
    for label, value in FACTS:
        first, *others = wrapped(value(receipt) or ABSENT, width - LABEL - 2)
        lines += [f"{label:<{LABEL}}  {first}", *(f"{'':<{LABEL}}  {other}" for other in others)]
    return lines


def _amounts(receipt: Receipt, money: Currency) -> list[str]:
    amounts = [money.show(getattr(receipt, name)) for _, name in AMOUNTS]
    labels, room = max(len(label) for label, _ in AMOUNTS), max(map(cell_len, amounts))
    return [
        f"{label:<{labels}}  {' ' * (room - cell_len(amount))}{amount}"
        for (label, _), amount in zip(AMOUNTS, amounts, strict=True)
    ]


def said_first(receipt: Receipt, mails: Sequence[Mail], width: int) -> tuple[Line, ...]:
    """What must not be missed: where the receipt does not add up, and where its last mail is."""
    said = [(f"! {fault}", "fault") for fault in receipt.faults]
    if mails:
        said.append((mail_words(mails[0]), "fault" if mails[0].state is MailState.FAILED else "accent"))
    return tuple(
        Line(text if not at else f"  {text}", style, stop=f"said {number}" if not at else "")
        for number, (sentence, style) in enumerate(said)
        for at, text in enumerate(wrapped(sentence, width - 2))
    )


def parts(receipt: Receipt, mails: Sequence[Mail], money: Currency, width: int) -> tuple[Part, ...]:
    """Order, tax and payments, and the mails where there are any."""
    width = min(width, WIDEST)
    order = [
        (item.item, money.plain(item.price), piece(item.quantity, money), money.plain(item.amount))
        for item in receipt.items
    ]
    rates = _aligned([piece(tax.rate, money) for tax in receipt.taxes])
    taxes = [
        (tax.type or ABSENT, rate, money.plain(tax.amount)) for tax, rate in zip(receipt.taxes, rates, strict=True)
    ]
    paid = [
        (
            str(payment.number), payment.type or ABSENT, money.plain(payment.card_service_charge),
            money.plain(payment.amount), payment.status or ABSENT, payment.auth_code or ABSENT,
            payment.transaction_number or ABSENT, "F8 PDF",
        )
        for payment in receipt.payments
    ]  # fmt: skip
    counting = [payment.counts for payment in receipt.payments]
    numbers = [payment.number for payment in receipt.payments]
    found = [
        Part("Order", (*_table("item", ORDER, order, width), *_sum("Sub Total", receipt.sub_total, money, width))),
        Part("Tax", (*_table("tax", TAX, taxes, width), *_sum("Tax Total", receipt.tax_total, money, width))),
        Part("Payment", tuple(_table("payment", PAYMENT, paid, width, numbers, counting))),
    ]
    if mails:
        lines = (
            Line(text if not row else f"  {text}", stop=f"mail {at}" if not row else "")
            for at, mail in enumerate(mails)
            for row, text in enumerate(wrapped(mail_words(mail), width - 2))
        )
        found.append(Part("Mail", tuple(lines)))
    return tuple(found)


def _table(  # noqa: PLR0917 (what a table is made of)
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    width: int,
    payments: Sequence[int] = (),
    counting: Sequence[bool] = (),
) -> Iterator[Line]:
    """The headings and the rows; a row that does not count is dim, and its status says so."""
    if not rows:
        yield Line("None in the book.", "dim", stop=f"{name} none")
        return
    table = WrappedTable(columns, rows, width)
    for heading in table.headings():
        yield Line(heading, "dim")
    for at, row in enumerate(rows):
        style = "dim" if counting and not counting[at] else ""
        payment = payments[at] if payments else None
        for number, text in enumerate(table.lines(row)):
            yield Line(text, style, stop="" if number else f"{name} {at}", payment=payment)


def _sum(label: str, amount: Decimal, money: Currency, width: int) -> Iterator[Line]:
    text = money.plain(amount)
    yield Line(f"{label}{' ' * max(width - len(label) - cell_len(text), 2)}{text}", "sum", stop=label)


def piece(number: Decimal, money: Currency) -> str:
    """A quantity or a rate with the shop's decimal mark and without the zeros that say nothing: `2`, `0.485`."""
    text = replace(money, digits=PIECE).plain(number)
    mark = text[-PIECE - 1]
    return text.rstrip("0").removesuffix(mark)


def _aligned(rates: Sequence[str]) -> list[str]:
    """Rates whose decimal marks stand below each other."""
    behind = [len(rate) - len(rate.rstrip("0123456789")) if not rate.isdigit() else -1 for rate in rates]
    most = max(behind, default=0)
    return [rate + " " * (most - places) for rate, places in zip(rates, behind, strict=True)]


def mail_words(mail: Mail) -> str:
    """Where a mail is, and why it is not further."""
    match mail.state:
        case MailState.SENT:
            return f"Sent to {mail.recipient}{_at(mail.sent_at)}."
        case MailState.FAILED:
            return f"! Not sent to {mail.recipient}: {mail.last_error or 'it failed'}"
    again = f" Next try{_at(mail.next_attempt_at)}." if mail.attempts and mail.next_attempt_at else ""
    why = f" {mail.last_error}" if mail.last_error else ""
    return f"Queued for {mail.recipient}{_at(mail.created_at)}.{why}{again}"


def _at(at: datetime | None) -> str:
    return f", {moment(at)}" if at else ""
