"""Write a workbook of new customers, in the office's 25 columns, with openpyxl's write-only mode."""

from __future__ import annotations

import sys
from datetime import date
from random import Random
from typing import TYPE_CHECKING

from openpyxl import Workbook

from store.demo import places
from store.demo.people import Neighbourhood, Person, uid

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = (
    "Customer UID", "First Name", "Last Name", "E-Mail", "Phone Number", "Gender", "Date of Birth",
    "Customer ID Number", "Nationality", "Gate Code", "Anniversary", "Notes", "Stores", "Loyalty", "Loyalty Points",
    "Reason", "Gift Card Number", "Address Line 1", "Apt, Suite, etc.", "City", "State", "ZipCode", "Country",
    "Enroll Date", "Status",
)  # fmt: skip
_COUNTRIES = {"US": "United States", "CA": "Canada", "MX": "Mexico", "GB": "United Kingdom", "DE": "Germany",
              "FR": "France", "PL": "Poland", "TR": "Turkey", "VN": "Vietnam", "JP": "Japan", "NO": "Norway",
              "PT": "Portugal", "": ""}  # fmt: skip


def row_of(at: int, person: Person, rng: Random) -> tuple[object, ...]:
    """A customer as head office's workbook holds them."""
    line1, line2, city, state, zip_code, country = person.address
    stores = "; ".join(places.STORES[store][1] for store in sorted({person.home, *person.others}))
    born = date.fromisoformat(person.date_of_birth) if person.date_of_birth else None
    wed = date.fromisoformat(person.anniversary) if person.anniversary else None
    points = int(3000 * rng.random()) if person.loyalty else 0
    local, _, domain = person.email.partition("@")
    return (
        uid(rng), person.given, person.family, f"{local}.{at}@{domain}", person.phone, person.gender, born,
        f"X{at}", person.nationality, person.gate_code, wed, person.notes, stores, "YES" if person.loyalty else "NO",
        points, "Purchase" if points else "", person.gift_card and f"7{person.gift_card}", line1, line2, city, state,
        zip_code, _COUNTRIES[country], person.since, "Active" if person.active else "Inactive",
    )  # fmt: skip


def sheet(count: int) -> Iterator[tuple[object, ...]]:
    """The header and so many rows, in no order of name."""
    rng = Random(7)
    rows = [row_of(at, person, rng) for at, person in enumerate(Neighbourhood(count, rng, date(2026, 6, 1)))]
    rng.shuffle(rows)
    yield HEADER
    yield from rows


def main(path: str, count: int) -> None:
    """Write it, with the stores that the rows name."""
    book = Workbook(write_only=True)
    customers = book.create_sheet("Customers")
    for row in sheet(count):
        customers.append(row)
    stores = book.create_sheet("Stores")
    stores.append(("Store Code", "Store"))
    for code, name, *_ in places.STORES:
        stores.append((code, name))
    book.save(path)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
    sys.stdout.write("0\n")
