"""Pictures of the program for the documentation, made by the program: `python -m tests.screenshot [FOLDER]`.

The shop is the demo's, with a fixed seed, so that a picture changes only when the program does.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8", REGULARS_THEME="dark")
os.environ.pop("NO_COLOR", None)

from openpyxl import load_workbook

from store import receipts, shop_days
from store.database import open_book
from store.demo import make_shop
from store.exchange import ExportRequest
from store.receipt_records import Period
from store.records import Actor
from store.workbook.exporter import export
from tests.tui.waiting import until
from tui.app import RegularsApp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

    from store.database import Book

IMAGES = Path(__file__).parent.parent / "docs" / "images"
MESSY = Path(__file__).parent / "samples" / "messy-customers.xlsx"
SIZE = (80, 24)
TODAY = date(2026, 11, 22)
"""The demo's day, that of the first pictures."""


async def _list(pilot: Pilot[None]) -> None:
    await until(pilot, "customers")
    await pilot.press("down", "down", "down")


async def _review(pilot: Pilot[None]) -> None:
    """The office's workbook and another shop's list are imported, and ask what they may not decide."""
    assert isinstance(pilot.app, RegularsApp)
    people = pilot.app.book.rows(
        "SELECT first_name, last_name, email, phone FROM customer WHERE active AND phone <> '' ORDER BY ord LIMIT 4"
    )
    lines = [f"{first},{last},{email},{phone},Harbor {at + 1}" for at, (first, last, email, phone) in enumerate(people)]
    lines.append(f"Abby,{people[0][1]},abby@example.com,{people[0][3]},Harbor 1")
    file = Path(os.environ["HOME"]) / "harbor-list.csv"
    file.write_text("\n".join(["First Name,Last Name,E-Mail,Phone Number,City", *lines]), encoding="utf-8")
    for path in (_edited(pilot.app.book), file):
        pilot.app.open_screen("import", path=path)
        await until(pilot, "This is what the workbook would do")
        await pilot.press("ctrl+s")
        await until(pilot, "Import done")
        pilot.app.clear_notice()
    pilot.app.open_screen("review")
    await until(pilot, "questions: ", "1/5")
    await pilot.press("space", *["down"] * 4, "space", "down", "space", "space", *["up"] * 3)


async def _changes(pilot: Pilot[None]) -> None:
    """The office has edited an export."""
    assert isinstance(pilot.app, RegularsApp)
    pilot.app.open_screen("import", path=_edited(pilot.app.book))
    await until(pilot, "This is what the workbook would do")
    await pilot.press("down", "down", "down")


def _edited(book: Book) -> Path:
    """What people do to a sheet: two plain edits, more points, an emptied phone, a phone too short, somebody new."""
    file = Path(os.environ["HOME"]) / "office.xlsx"
    export(book, file, ExportRequest(customers_only=True))
    office = load_workbook(file)
    people = office["Customers"]
    columns = {cell.value: cell.column for cell in people[1]}
    phones = [row for row in range(2, 40) if people.cell(row, columns["Phone Number"]).value]
    members = [row for row in range(2, 40) if people.cell(row, columns["Loyalty"]).value == "YES"]
    edits = {
        (phones[0], "City"): "Riverton",
        (phones[0], "Notes"): "Moved in October.",
        (phones[1], "Phone Number"): None,
        (phones[2], "Phone Number"): "5550",
        (members[3], "Loyalty Points"): people.cell(members[3], columns["Loyalty Points"]).value + 20,
        (members[3], "Reason"): "Birthday",
    }
    newcomer = {"First Name": "Nina", "Last Name": "Abara", "E-Mail": "nina.abara@example.com", "City": "Fairlea"}
    edits |= {(people.max_row + 1, header): value for header, value in newcomer.items()}
    for (row, header), value in edits.items():
        people.cell(row, columns[header]).value = value
    office.save(file)
    return file


async def _import(pilot: Pilot[None]) -> None:
    assert isinstance(pilot.app, RegularsApp)
    pilot.app.open_screen("import", path=MESSY)
    await until(pilot, "This is what the workbook would do")
    await pilot.press("down", "down")


def _best_customer(book: Book) -> int:
    """Who of the loyalty programme has the most receipts."""
    found = book.rows(
        "SELECT customer_id FROM receipt JOIN customer ON customer.id = customer_id WHERE points > 0 AND active "
        "GROUP BY customer_id ORDER BY count(*) DESC, customer_id LIMIT 1"
    )
    return int(found[0][0])


async def _metrics(pilot: Pilot[None]) -> None:
    assert isinstance(pilot.app, RegularsApp)
    pilot.app.open_screen("metrics", customer_id=_best_customer(pilot.app.book))
    await until(pilot, "Last Month Sales", "┼")
    await pilot.press("tab", "left", "left")


async def _receipt(pilot: Pilot[None]) -> None:
    assert isinstance(pilot.app, RegularsApp)
    newest = receipts.page(pilot.app.book, _best_customer(pilot.app.book), Period(), offset=0, limit=1)[0]
    pilot.app.open_screen("receipt", receipt_id=newest.id)
    await until(pilot, "Summary")


PICTURES: dict[str, Callable[[Pilot[None]], Awaitable[None]]] = {
    "customers": _list,
    "changes": _changes,
    "import": _import,
    "metrics": _metrics,
    "receipt": _receipt,
    "review": _review,
}
"""By file name: the keys that lead to what is shown."""


async def take(book: Book, name: str, folder: Path) -> Path:
    """Take one picture; its file."""
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await PICTURES[name](pilot)
        await pilot.pause(0.2)
        target = folder / f"{name}.svg"
        target.write_text(app.export_screenshot(title="Regulars"), encoding="utf-8")
    return target


def main() -> None:
    """Take every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        os.environ["HOME"] = place
        book = open_book(Path(place) / "book.db", actor=Actor("Kim", "Till 1"))
        make_shop(book, customers=2000, receipts=12_000, seed=1, today=TODAY)
        shop_days.today = lambda book: TODAY
        for name in PICTURES:
            print(asyncio.run(take(book, name, folder)))
        book.close()


if __name__ == "__main__":
    main()
