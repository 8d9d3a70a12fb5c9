"""What stands on a ticket and on a receipt, read back from the PDF."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from store import settings, ticket
from store.errors import UnknownPaymentError, UnknownReceiptError
from store.receipt_records import Receipt, ReceiptTax
from store.ticket_payment import payment_ticket
from store.ticket_receipt import whole_receipt
from store.ticket_words import Letterhead
from tests.store.papers import CARD, CASH, LETTERHEAD, VOIDED, item, pages, receipt, text
from tests.store.tills import ring
from tests.tui.hostile import ATTACKS

if TYPE_CHECKING:
    from store.database import Book

ROOT = Path(ticket.__file__).parents[1]


def test_a_receipt_has_every_value() -> None:
    printed = text(whole_receipt(receipt(), LETTERHEAD))
    for expected in (
        "Söhne & Co", "Downtown", "3-1001", "José García", "20-06-2026 11:53 PM", "Mei Tan", "Dine In",
        "Running socks $8.99 2.5 $22.48", "Linen shirt $8.99 2.5 $22.48", "Sub Total $44.96",
        "State tax 6.25 $9.78", "Tax Total $9.79", "Gratuity $1.01", "Discount -$2.02", "CC Service Charge $3.03",
        "Online Order Service Charge $4.04", "Total Tip $5.05", "Cash Discount -$6.06", "Item Service Charge $7.07",
        "Total $1,172.60", "1 Cash Success - - $0.00 $20.00", "3 CC Success 771204 T0A1B2C3D4E $0.36 $41.00",
        "Paid $61.00", "Page 1 of 1",
    ):  # fmt: skip
        assert expected in printed


def test_a_payment_that_brought_nothing_is_marked_on_the_receipt() -> None:
    assert "2 CC VOIDED 448443" in text(whole_receipt(receipt(), LETTERHEAD))


def test_a_receipt_says_what_does_not_add_up() -> None:
    fault = "The payments come to $61.00, but the total is $1,172.60."
    assert fault in text(whole_receipt(receipt(faults=(fault,)), LETTERHEAD))


def test_a_receipt_without_items_or_taxes_has_their_sums_alone() -> None:
    nothing = Decimal(0)
    bare = receipt(items=(), taxes=(), payments=(), sub_total=nothing, tax_total=nothing, paid=nothing)
    printed = text(whole_receipt(bare, LETTERHEAD))
    assert "Order Sub Total $0.00 Tax Tax Total $0.00" in printed
    assert "Payment Paid $0.00" in printed


def test_every_payment_of_a_split_says_which_it_is() -> None:
    whole = receipt()
    for place, payment in enumerate(whole.payments, 1):
        printed = text(payment_ticket(whole, payment.number, LETTERHEAD))
        for expected in (
            "Söhne & Co", "Downtown", "Receipt No 3-1001", "Date 20-06-2026 11:53 PM", "Employee Mei Tan",
            "Customer José García", f"Payment {place} of 3", f"Payment No {payment.number}", f"Type {payment.type}",
            f"Status {payment.status}", f"Auth Code {payment.auth_code or '-'}",
            f"Transaction No {payment.transaction_number or '-'}", f"CC Service Charge ${payment.card_service_charge:.2f}",
            f"Amount ${payment.amount:.2f}", "Receipt Total $1,172.60",
        ):  # fmt: skip
            assert expected in printed


def test_the_only_payment_is_no_part() -> None:
    assert " of 1" not in text(payment_ticket(receipt(payments=(CASH,)), 1, LETTERHEAD))


@pytest.mark.parametrize(
    ("status", "loud", "why"),
    [
        ("Voided", "VOIDED", "No money was taken by this payment."),
        ("Declined", "DECLINED", "No money was taken by this payment."),
        ("Refunded", "REFUNDED", "This money went back to the customer."),
    ],
)
def test_what_brought_no_money_says_so_loudly_at_both_ends(status: str, loud: str, why: str) -> None:
    printed = text(payment_ticket(receipt(payments=(replace(VOIDED, status=status),)), 2, LETTERHEAD))
    assert [printed.count(loud), printed.count(why)] == [2, 2]


def test_a_good_payment_has_no_warning() -> None:
    printed = text(payment_ticket(receipt(), 3, LETTERHEAD))
    assert "VOIDED" not in printed
    assert "money" not in printed


@pytest.mark.parametrize(
    "name",
    [
        "José Muñoz", "Đặng Thị Ngọc Ế", "Łukasz Żółć", "Αλέξανδρος Παπαδόπουλος", "Дмитрий Ёлкин", "张伟", "山口 知実",
        "김철수 뷁", "さくら サクラ", "สมชาย ใจดี", "प्रिया शर्मा", "Հայկ", "გიორგი", "€ £ ¥ ₹ ₩ ₺ ₽ ₿ ₪ ฿ −",
    ],
)  # fmt: skip
def test_names_of_every_script_are_read_back(name: str) -> None:
    whole = receipt(customer=name, items=(item(name),))
    assert text(whole_receipt(whole, LETTERHEAD)).count(name) == 2
    assert name in text(payment_ticket(whole, 1, Letterhead(name, LETTERHEAD.money)))


@pytest.mark.parametrize("name", ["محمد علي", "פנחס כהן", "پریا گچ", "Cohen שלום 12 (VIP)", "محمد Smith 42"])
def test_names_from_the_right_are_read_back_word_by_word(name: str) -> None:
    printed = text(whole_receipt(receipt(customer=name), LETTERHEAD))
    for word in re.findall(r"\w+", name):
        assert word in printed


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_values_are_shown_and_do_nothing(attack: str) -> None:
    value = ATTACKS[attack]
    paid = tuple(replace(p, type=value, status=value, auth_code=value, transaction_number=value) for p in (CASH, CARD))
    whole = receipt(
        number=value, store=value, customer=value, service_type=value, employee=value, items=(item(value),),
        taxes=(ReceiptTax(value, Decimal(1), Decimal(1)),), payments=paid, faults=(value,),
    )  # fmt: skip
    letterhead = Letterhead(value, LETTERHEAD.money)
    for pdf in (whole_receipt(whole, letterhead), payment_ticket(whole, 1, letterhead)):
        reader = PdfReader(BytesIO(pdf))
        printed = "\n".join(page.extract_text() for page in reader.pages)
        told = f"{printed}{reader.metadata.title}{reader.metadata.author}" if reader.metadata else printed
        assert not [char for char in told if unicodedata.category(char) in {"Cc", "Cs"} and char != "\n"]
        assert not set("\u202e\u2066\u200b") & set(told)
        if any(unicodedata.category(char) == "Cc" and char not in "\t\n\r\v\f\x85" for char in value):
            assert "\ufffd" in printed, "what cannot be printed leaves a trace"


def test_what_no_font_has_leaves_a_trace() -> None:
    printed = text(whole_receipt(receipt(customer="Ann 👍 \U000e0041\ue000 Lee"), LETTERHEAD))
    assert "Ann \ufffd \ufffd\ufffd Lee" in printed


def test_an_item_named_like_a_mark_of_the_pdf_library_stays_as_it_is() -> None:
    printed = text(whole_receipt(receipt(items=(item("{nb} **bold** --x--"),)), LETTERHEAD))
    assert "{nb} **bold** --x--" in printed


def test_a_long_receipt_goes_over_pages_with_heads_and_numbers() -> None:
    names = [f"Item number {number}" for number in range(300)]
    sheets = pages(whole_receipt(receipt(items=tuple(map(item, names))), LETTERHEAD))
    assert len(sheets) > 5
    lines = [line for sheet in sheets for line in sheet.splitlines()]
    assert [line.partition(" $")[0] for line in lines if line.startswith("Item number")] == names
    for at, sheet in enumerate(sheets, 1):
        assert f"Page {at} of {len(sheets)}" in sheet
        assert ("Item Price Qty Amount" in sheet) == ("Item number" in sheet)


def test_a_sum_never_stands_alone_on_a_page() -> None:
    for count in range(30, 46):
        sheets = pages(whole_receipt(receipt(items=tuple(item(f"Socks {n}") for n in range(count))), LETTERHEAD))
        summed = next(sheet for sheet in sheets if "Sub Total $44.96" in sheet)
        assert f"Socks {count - 1}" in summed


def test_a_value_that_is_longer_than_a_page_fills_its_pages() -> None:
    wide = "\N{ARABIC LIGATURE BISMILLAH AR-RAHMAN AR-RAHEEM}" * 255
    assert len(pages(whole_receipt(receipt(payments=(replace(CARD, auth_code=wide),)), LETTERHEAD))) < 15


def test_a_long_name_wraps_and_keeps_every_word() -> None:
    name = " ".join(f"word{number}" for number in range(60))
    assert name in text(whole_receipt(receipt(items=(item(name),)), LETTERHEAD)).replace(" $8.99 2.5 $22.48", "")


def test_a_pdf_says_what_it_is() -> None:
    reader = PdfReader(BytesIO(whole_receipt(receipt(), LETTERHEAD)))
    assert reader.metadata is not None
    assert reader.metadata.title == "Receipt 3-1001"
    assert reader.metadata.author == "Söhne & Co"
    assert reader.metadata.creation_date == receipt().paid_at
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_all_fonts_are_in_the_file() -> None:
    whole = receipt(customer="محمد 张伟 김철수")
    reader = PdfReader(BytesIO(whole_receipt(whole, LETTERHEAD)))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert len(fonts) == 5
    for font in fonts:
        assert "/ToUnicode" in font
        assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"]


_PRINTED_BY_ANOTHER = """
import hashlib
from store.ticket_payment import payment_ticket
from store.ticket_receipt import whole_receipt
from tests.store.papers import LETTERHEAD, receipt
whole = receipt(customer="محمد 张伟 김철수 प्रिया")
print(hashlib.sha256(whole_receipt(whole, LETTERHEAD) + payment_ticket(whole, 2, LETTERHEAD)).hexdigest())
"""


def test_the_same_receipt_gives_the_same_bytes_in_any_process() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", _PRINTED_BY_ANOTHER],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert said != {b""}


def test_the_program_knows_file_names_without_the_pdf_library() -> None:
    words = "import sys, store.ticket, store.ticket_job; print('fpdf' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", words], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=True
    )
    assert done.stdout.split() == [b"False"]


@pytest.mark.parametrize(
    ("number", "payment", "name"),
    [
        ("3-1001", None, "receipt-3-1001.pdf"),
        ("3-1001", 2, "ticket-3-1001-2.pdf"),
        ("../../etc/passwd", None, "receipt-etc-passwd.pdf"),
        ("a\\b:c*?\x00\n", 1, "ticket-a-b-c-1.pdf"),
        ("收据", None, "receipt-x.pdf"),
        ("9" * 500, None, f"receipt-{'9' * 60}.pdf"),
    ],
)
def test_a_file_name_is_safe_anywhere(number: str, payment: int | None, name: str) -> None:
    assert ticket.file_name(number, payment) == name


@pytest.fixture
def split(book: Book) -> int:
    """A receipt in the book, paid in two parts."""
    settings.put(book, "shop_name", "Corner Shop")
    return ring(
        book, None, "30.00", number="3-1001", items=[("Socks", "10.00", "3", "30.00")],
        payments=[("Success", "10.00"), ("Voided", "20.00")],
    )  # fmt: skip


def test_receipts_of_a_book_are_printed_in_its_words(book: Book, split: int) -> None:
    printed = text(ticket.receipt_pdf(book, split))
    for expected in ("Corner Shop", "Downtown", "Socks $10.00 3 $30.00", "2 CC VOIDED - - $0.00 $20.00"):
        assert expected in printed
    assert "Payment 2 of 2" in text(ticket.payment_pdf(book, split, 2))


def test_what_is_not_there_is_refused_in_words(book: Book, split: int) -> None:
    with pytest.raises(UnknownPaymentError, match=r"Receipt 3-1001 has no payment 3. Its payments: 1, 2."):
        ticket.payment_pdf(book, split, 3)
    with pytest.raises(UnknownReceiptError):
        ticket.receipt_pdf(book, split + 1)


def test_morning_and_noon(book: Book) -> None:
    day: Receipt = receipt()
    assert [ticket.moment(day.paid_at.replace(hour=hour, minute=5))[-8:] for hour in (0, 9, 12, 13)] == [
        "12:05 AM", "09:05 AM", "12:05 PM", "01:05 PM",
    ]  # fmt: skip
