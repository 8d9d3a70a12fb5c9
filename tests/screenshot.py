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

from store import receipts, shop_days
from store.database import open_book
from store.demo import make_shop
from store.receipt_records import Period
from store.records import Actor
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
    "import": _import,
    "metrics": _metrics,
    "receipt": _receipt,
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
