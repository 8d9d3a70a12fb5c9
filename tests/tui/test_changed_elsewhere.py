"""The pages of one customer while another program writes in the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widget import Widget

from store import customers, loyalty, settings
from store.database import open_book
from store.records import Actor
from tests.tui.conftest import screen_text
from tests.tui.sales import add_sales, fill_with_sales
from tests.tui.waiting import until, until_first_page, until_true
from tui.app import RegularsApp
from tui.screens.metrics import MetricsScreen
from tui.screens.open_customer import OpenCustomer
from tui.widgets.receipt_table import ReceiptTable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from textual.pilot import Pilot

    from store.database import Book

JOSE = 1


@pytest.fixture
async def opened(book: Book, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pilot[None]]:
    """José's metrics with all they show, the looks of the clock held back."""
    fill_with_sales(book, monkeypatch)
    monkeypatch.setattr("tui.screens.open_customer.LOOK_SECONDS", 10_000)
    async with RegularsApp(book).run_test(size=(132, 43)) as pilot:
        await until(pilot, "5 customers")
        await pilot.press("down", "enter")
        await until(pilot, "Regulars · José García", "┼", "1-1001")
        yield pilot


@pytest.fixture
def other(book: Book) -> Iterator[Book]:
    """The same book, opened by another till."""
    opened = open_book(book.path, actor=Actor("Eve", "Till 9"))
    yield opened
    opened.close()


def look(pilot: Pilot[None]) -> None:
    """What the clock would do."""
    page = pilot.app.screen
    assert isinstance(page, OpenCustomer)
    page._look()


async def test_another_tills_receipts_and_points_come_and_the_cursor_stays(opened: Pilot[None], other: Book) -> None:
    await opened.press("ctrl+k", "down", "down")
    loyalty.adjust(other, JOSE, balance=321, reason="Birthday")
    add_sales(other, JOSE, [("1-2001", "2026-11-23T10:00:00Z", 1000)])
    look(opened)
    await until(opened, "321", "7 receipts", "1-2001")
    assert opened.app.screen.query_one(ReceiptTable).cursor == 2
    add_sales(other, JOSE, [("1-2002", "2026-11-23T11:00:00Z", 1000)])
    look(opened)
    await until(opened, "8 receipts", "1-2002")


async def test_what_does_not_concern_the_customer_paints_nothing(
    opened: Pilot[None], other: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened.press("f5")
    await until(opened, "Receipts of which time?")
    await opened.press("home", "down", "enter")
    await until(opened, "past 7 days: 2 receipts")
    await opened.app.workers.wait_for_complete()
    await opened.pause()
    painted: list[object] = []
    monkeypatch.setattr(Widget, "refresh", lambda self, *regions, **_: painted.append((self, regions)))
    settings.put(other, "shop_name", "Somewhere")
    page = opened.app.screen
    assert isinstance(page, MetricsScreen)
    before = page._reader
    look(opened)
    assert page._reader is not before, "it was read again"
    await opened.app.workers.wait_for_complete()
    await opened.pause()
    look(opened)
    assert not page.reading, "nothing has changed since"
    assert not painted


async def test_one_who_is_erased_elsewhere_is_said_to_be_gone(opened: Pilot[None], other: Book) -> None:
    other.execute("PRAGMA foreign_keys = OFF")
    other.execute("DELETE FROM customer WHERE id = ?", (JOSE,))
    look(opened)
    await until_first_page(opened)
    await until(opened, "! ", "no longer in the book")


async def test_one_who_is_deleted_elsewhere_is_inactive_and_gets_no_points(opened: Pilot[None], other: Book) -> None:
    customers.inactivate(other, JOSE)
    await opened.press("f6")
    await until(opened, "! This customer is inactive. Restore the customer first", "José García (inactive)")
    assert customers.get(other, JOSE).points == 120


async def test_one_who_is_deleted_behind_a_dialog_is_inactive_when_it_closes(opened: Pilot[None], other: Book) -> None:
    await opened.press("f6")
    await until(opened, "Balance now:")
    customers.inactivate(other, JOSE)
    await opened.press("escape")
    await until(opened, "Regulars · José García (inactive)")


async def test_the_settings_that_were_changed_over_the_page_show_on_it(opened: Pilot[None], book: Book) -> None:
    settings.put(book, "locale", "en_US")
    await opened.press("f1")
    await until_true(opened, lambda: len(opened.app.screen_stack) == 3)
    settings.put(book, "currency", "EUR")
    await opened.press("escape")
    await until(opened, "\N{EURO SIGN}")


async def test_the_details_follow_too(opened: Pilot[None], other: Book) -> None:
    await opened.press("ctrl+u")
    await until(opened, "Receipts            6")
    add_sales(other, JOSE, [("1-2001", "2026-11-23T10:00:00Z", 1000)])
    look(opened)
    await until(opened, "Receipts            7")
    now = customers.get(other, JOSE)
    customers.update(other, JOSE, {"city": "Salem"}, now.version, base=now)
    look(opened)
    await until_true(opened, lambda: "Salem" in screen_text(opened.app))
