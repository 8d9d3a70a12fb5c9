"""Receipts to print, and what stands on the pages they come on."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from pypdf import PdfReader

from store.receipt_records import Receipt, ReceiptItem, ReceiptPayment, ReceiptTax
from store.ticket_words import Letterhead

LETTERHEAD = Letterhead("Söhne & Co", lambda amount: f"{'-' if amount < 0 else ''}${abs(amount):,.2f}")

CASH = ReceiptPayment(1, "Cash", Decimal(0), Decimal("20.00"), "Success", "", "", counts=True)
VOIDED = ReceiptPayment(2, "CC", Decimal("0.37"), Decimal("41.11"), "Voided", "448443", "T9FED2F157C", counts=False)
CARD = ReceiptPayment(3, "CC", Decimal("0.36"), Decimal("41.00"), "Success", "771204", "T0A1B2C3D4E", counts=True)


def item(name: str) -> ReceiptItem:
    """A line of the order."""
    return ReceiptItem(name, Decimal("8.99"), Decimal("2.500"), Decimal("22.48"))


def receipt(**values: Any) -> Receipt:
    """A split receipt with every value set, each amount another."""
    whole: dict[str, Any] = {
        "id": 7, "number": "3-1001", "store": "Downtown", "customer_id": 5, "customer": "José García",
        "email": "jose@example.com", "paid_at": datetime(2026, 6, 20, 23, 53, tzinfo=ZoneInfo("America/New_York")),
        "service_type": "Dine In", "employee": "Mei Tan", "gratuity": Decimal("1.01"), "discount": Decimal("2.02"),
        "card_service_charge": Decimal("3.03"), "online_order_service_charge": Decimal("4.04"),
        "total": Decimal("1172.60"), "total_tip": Decimal("5.05"), "cash_discount": Decimal("6.06"),
        "item_service_charge": Decimal("7.07"), "items": (item("Running socks"), item("Linen shirt")),
        "taxes": (ReceiptTax("State tax", Decimal("6.250"), Decimal("9.78")),),
        "payments": (CASH, VOIDED, CARD), "sub_total": Decimal("44.96"), "tax_total": Decimal("9.79"),
        "paid": Decimal("61.00"), "faults": (),
    }  # fmt: skip
    return Receipt(**whole | values)


def pages(pdf: bytes) -> list[str]:
    """The text of each page, without the invisible marks between the strokes of a letter."""
    return [page.extract_text().replace("\u2060", "") for page in PdfReader(BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    """All text, with a single space for whatever stands between words."""
    return " ".join(" ".join(pages(pdf)).split())
