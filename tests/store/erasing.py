"""Somebody of whom a book has everything it can have, and looking for what is left of them in its files."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

from PIL import Image

from store import customers, duplicates, loyalty, outbox, photos, settings
from tests.store.tills import ring
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.importing import run_import

if TYPE_CHECKING:
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

MEMBER_EMAIL, OTHER_EMAIL = "zelda@wyxzq-vault.example.org", "zq.other@kwvzj.example.net"
GIVING_AWAY = (
    "zeldaqx", "vwjorgen", "zelda@", "wyxzq", "kwvzj", "zq.other", "5550147799", "555 014 7799", "QX7731ZK", "ZKCARD9917",
    "Gjøvik-Straße 7", "allergic to xylitol", "told us about her divorce", "for the funeral", "Ångrëm",
)  # fmt: skip
"""What nobody else in the book has: of each, and of the photo, nothing may be left."""


def photo(step: int = 37) -> bytes:
    """A picture whose bytes are nobody else's; another step gives another one."""
    made = io.BytesIO()
    Image.frombytes("RGB", (64, 64), bytes((at * step + at // 7) % 251 for at in range(64 * 64 * 3))).save(made, "PNG")
    return photos.prepare(made.getvalue())


OTHER_PHOTO = 41


def others(book: Book, count: int = 30) -> None:
    """Other customers, in no order."""
    for at in range(count):
        customers.create(
            book,
            {
                "first_name": f"Ann{(at * 7) % count}", "last_name": "Lee", "email": f"ann{at}@example.com",
                "phone": f"555 {at:04} 00", "loyalty": True,
            },
        )  # fmt: skip


def somebody(book: Book, folder: Path) -> Customer:
    """A customer with everything: two of them found to be one, edited, imported over, with all that refers to them."""
    made = customers.create(
        book,
        {
            "first_name": "Zeldaqx", "last_name": "Vwjorgen", "email": MEMBER_EMAIL, "phone": "555 014 7799",
            "id_number": "QX7731ZK", "gift_card": "ZKCARD9917", "notes": "allergic to xylitol", "loyalty": True,
            "address_line1": "Gjøvik-Straße 7", "city": "Ångrëm", "date_of_birth": date(1971, 3, 4), "gender": "Female",
            "stores": ("Downtown",), "points": 40, "reason": "Welcome",
        },
        photo(),
    )  # fmt: skip
    loyalty.adjust(book, made.id, balance=90, reason="for the funeral of her father")
    receipt = ring(book, made.id, "12.50", items=[("Tea", "12.50", "1", "12.50")], taxes=[("State", "6.25", "0.78")])
    outbox.queue_receipt(book, receipt, MEMBER_EMAIL)
    book.execute("UPDATE outbox_mail SET message = ?", (f"To: Zeldaqx Vwjorgen <{MEMBER_EMAIL}>".encode(),))
    book.execute(
        "INSERT INTO feedback (uid, customer_id, receipt_id, positive, comment, on_date) VALUES ('f-1', ?, ?, 1, ?, ?)",
        (made.id, receipt, "she told us about her divorce", "2026-03-10"),
    )
    run_import(book, sheet(folder / "list.xlsx", {
        "First Name": "Zeldaqx", "Last Name": "Vwjorgen", "E-Mail": MEMBER_EMAIL, "City": "Ångrëm-Süd",
        "Notes": "allergic to xylitol and dust", "Customer ID Number": "QX7731ZK",
    }))  # fmt: skip
    run_import(book, sheet(folder / "second.xlsx", {
        "First Name": "Zelda", "Last Name": "Vwjorgen", "E-Mail": OTHER_EMAIL, "Loyalty Points": 7,
    }))  # fmt: skip
    [[other, other_id]] = book.rows("SELECT uid, id FROM customer WHERE email = ?", (OTHER_EMAIL,))
    one = customers.get(book, other_id)
    customers.update(book, other_id, {}, one.version, base=one, photo=photo(OTHER_PHOTO))
    both = duplicates.merge(book, made.uid, other)
    return customers.update(book, both.id, {"phone": "5550147799"}, both.version, base=both)


def left(folder: Path, texts: tuple[str, ...] = GIVING_AWAY) -> dict[str, list[str]]:
    """By the names of the files below a folder, what gives somebody away and is found in their bytes."""
    found: dict[str, list[str]] = {}
    pictures = {"the photo": photo()[300:332], "the other photo": photo(OTHER_PHOTO)[300:332]}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in {".xlsx", ".csv"}:
            content = path.read_bytes()
            low = content.lower()
            hits = [text for text in texts if text.lower().encode() in low or text.encode() in content]
            hits += [name for name, part in pictures.items() if part in content]
            if hits:
                found[path.name] = hits
    return found


def shop_reasons(book: Book) -> None:
    """The shop's own reasons."""
    settings.put(book, "reasons", ["Welcome", "Birthday"])
