"""The shop's settings: what is asked before receipts read otherwise, and a name that leaves room for the till's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import settings, shop
from tests.tui.conftest import screen_text
from tests.tui.receipts_filled import add_receipt
from tests.tui.settings_bench import SAVED, SIZE, opened, typed_into
from tests.tui.waiting import until, until_first_page
from tui.app import RegularsApp
from tui.widgets.title_bar import fitted

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from store.database import Book


async def choose_code(pilot: Pilot[None], field: str, typed: str, title: str, *texts: str) -> None:
    """Find a code in its list, and take it."""
    pilot.app.screen.query_one(f"#field-{field}").focus()
    await pilot.press(*typed)
    await until(pilot, f"{title}: {typed}")
    await pilot.press("enter")
    await until(pilot, *texts)


async def test_another_currency_or_clock_for_receipts_is_asked_first(book: Book) -> None:
    settings.put(book, "time_zone", "UTC")
    for number in ("3-1001", "3-1002"):
        add_receipt(book, number)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "shop_settings", "Amounts look so")
        await choose_code(pilot, "currency", "euro", "Currency", "Euro (EUR)")
        await pilot.press("ctrl+s")
        await until(pilot, "Change the currency?", "2 receipts are in USD.", "would read as EUR.")
        assert "clock" not in screen_text(app)
        await pilot.press("enter")
        await until(pilot, "Euro (EUR)", "[ Update ]")
        assert shop.of(book).currency == "USD"
        await choose_code(pilot, "time_zone", "Europe/Berlin", "Time Zone", "Berlin")
        await pilot.press("ctrl+s")
        await until(pilot, "Change the currency and the time zone?", "2 receipts are in USD.", "clock of Europe/Berlin")
        await pilot.press("left", "enter")
        await until_first_page(pilot)
        await until(pilot, SAVED)
    assert (shop.of(book).currency, shop.of(book).time_zone) == ("EUR", "Europe/Berlin")


async def test_a_longer_name_from_before_leaves_the_till_in_the_title(book: Book) -> None:
    settings.put(book, "shop_name", "The Great Long Name Of A Shop From Before " * 2)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "shop_settings", "Nothing has changed yet")
        title = (await until(pilot, "The Great Long Name")).splitlines()[0]
        assert "The Great Long Name" in title
        assert title.endswith(f"… / {book.actor.till}")
        await typed_into(pilot, "node", "7")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
    assert shop.of(book).node == 7


@pytest.mark.parametrize(
    ("room", "shown"),
    [(19, "Bella Vita / Till 2"), (18, "Bella Vi… / Till 2"), (15, "Till 2"), (6, "Till 2"), (5, "")],
)
def test_the_till_stands_in_the_title_as_long_as_there_is_room(room: int, shown: str) -> None:
    assert fitted("Bella Vita / Till 2", "Till 2", room) == shown
