"""The metrics of a customer as a cashier meets them: by keys, and by what stands on the screen."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from textual.geometry import Offset

from store import customers, metrics, receipts, settings
from store.errors import BookError
from tests.tui.conftest import screen_lines, screen_text
from tests.tui.sales import SALES, add_sales, fill_with_sales
from tests.tui.waiting import until, until_first_page, until_true
from tui.app import RegularsApp
from tui.screens.metrics import MetricsScreen
from tui.widgets.receipt_table import ReceiptTable
from tui.widgets.tiles import Tiles

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

    from store.database import Book

SUM = "$1,795.55"
DRAWN = "┼"
"""The corner of a chart: it is drawn when all else is there."""


@pytest.fixture
async def opened(book: Book, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pilot[None]]:
    """José's metrics at 80 by 24, the charts drawn."""
    fill_with_sales(book, monkeypatch)
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await open_jose(pilot)
        yield pilot


async def open_jose(pilot: Pilot[None]) -> None:
    await until(pilot, "5 customers")
    await pilot.press("down", "enter")
    await until(pilot, "Regulars · José García", DRAWN)


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The pages of others that were asked for, by name; they are not opened."""
    asked: list[tuple[str, dict[str, Any]]] = []
    really = RegularsApp.open_screen

    def open_screen(self: RegularsApp, name: str, on_close: Any = None, **arguments: Any) -> object:
        if name in {"receipt", "ledger"}:
            asked.append((name, arguments))
            return None
        return really(self, name, on_close, **arguments)

    monkeypatch.setattr(RegularsApp, "open_screen", open_screen)
    return asked


# -- at a glance


async def test_who_and_what_they_are_worth_stand_on_one_page(opened: Pilot[None]) -> None:
    text = await until(
        opened, "José García", "+1 (555) 010-1001", "jose@example.com", "02134, United States", "Enrolled",
        "Likes the window seat.", SUM, "Loyalty Points", "Last Month Sales", "Avg. Daily Spent: past 7 days",
    )  # fmt: skip
    figures = next(line for line in text.splitlines() if SUM in line).replace("▌", " ").split()
    assert figures == ["6", SUM, "120", "2", "1"]
    assert all(len(line) == 80 for line in screen_lines(opened.app))


async def test_a_large_screen_has_charts_and_receipts_on_one_page(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_with_sales(book, monkeypatch)
    async with RegularsApp(book).run_test(size=(132, 43)) as pilot:
        await open_jose(pilot)
        await until(pilot, "Number of Visits", "Last Month Sales", "Receipt No", "1-1006", "1-1001")


@pytest.mark.parametrize("size", [(60, 15), (40, 10)])
async def test_the_smallest_screens_lose_nothing_but_room(
    size: tuple[int, int], book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_with_sales(book, monkeypatch)
    async with RegularsApp(book).run_test(size=size) as pilot:
        await until(pilot, "José")
        await pilot.press("down", "enter")
        await until(pilot, "José García", SUM)
        await pilot.press("ctrl+k", "end")
        assert all(len(line) == size[0] for line in screen_lines(pilot.app))
        await pilot.press("escape")
        await until_first_page(pilot)


async def test_who_it_is_stands_there_before_the_figures_are_read(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_with_sales(book, monkeypatch)
    go_on, really = threading.Event(), metrics.of

    def slow(*arguments: Any, **more: Any) -> Any:
        go_on.wait()
        return really(*arguments, **more)

    monkeypatch.setattr(metrics, "of", slow)
    try:
        async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
            await until(pilot, "5 customers")
            await pilot.press("down", "enter")
            text = await until(pilot, "jose@example.com", "Number of", "…")
            assert SUM not in text
            await pilot.press("ctrl+k")
            await until(pilot, "Receipts  all time")
            go_on.set()
            await until(pilot, SUM, "1-1006")
    finally:
        go_on.set()


async def test_the_figures_of_one_who_was_scanned_away_are_not_shown(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_with_sales(book, monkeypatch)
    go_on, really = threading.Event(), metrics.of
    read: list[int] = []

    def slow_for_jose(of_book: Book, customer_id: int, **more: Any) -> Any:
        if customer_id == 1:
            go_on.wait()
        found = really(of_book, customer_id, **more)
        read.append(customer_id)
        return found

    monkeypatch.setattr(metrics, "of", slow_for_jose)
    try:
        async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
            await until(pilot, "5 customers")
            await pilot.press("down", "enter")
            await until(pilot, "jose@example.com")
            await pilot.press(*"zoe@example.org", "enter")
            await until(pilot, "Regulars · Zoë O'Brien", "$0.00", DRAWN)
            go_on.set()
            await until_true(pilot, lambda: 1 in read)
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            assert SUM not in screen_text(pilot.app)
            await until(pilot, "$0.00")
    finally:
        go_on.set()


async def test_a_scan_goes_to_the_next_customer_and_escape_back_to_the_list_on_them(opened: Pilot[None]) -> None:
    await opened.press("ctrl+k")
    await until(opened, "6 receipts")
    await opened.press(*"zoe@example.org")
    await until(opened, "Find zoe@example.org_")
    await opened.press("enter")
    text = await until(opened, "Regulars · Zoë O'Brien", "There are no receipts yet.", "$0.00")
    assert "1-1006" not in text
    await opened.press("escape")
    await until(opened, "5 customers")
    assert opened.app.screen_stack[0].subject.name == "Zoë O'Brien"


@pytest.mark.parametrize("at", [(), ("down",), ("ctrl+k",)], ids=["tiles", "chart", "receipts"])
async def test_the_enter_of_a_scan_opens_nothing_else(
    at: tuple[str, ...], opened: Pilot[None], others: list[object]
) -> None:
    await opened.press(*at, *"zoe@example.org", "enter")
    await until(opened, "Regulars · Zoë O'Brien")
    assert not others
    assert len(opened.app.screen_stack) == 2


async def test_a_customer_who_is_gone_is_said_and_the_page_closes(opened: Pilot[None], book: Book) -> None:
    app = opened.app
    assert isinstance(app, RegularsApp)
    app.open_screen("metrics", customer_id=4711)
    await until(opened, "José García")
    await until_true(opened, lambda: len(app.screen_stack) == 2)


async def test_a_book_that_cannot_be_read_is_said(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise BookError("The book is gone.")

    monkeypatch.setattr(metrics, "of", gone)
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await until(pilot, "5 customers")
        await pilot.press("down", "enter")
        await until(pilot, "The book is gone.", "jose@example.com")


# -- the tiles


@pytest.mark.parametrize("steps", [0, 1], ids=["visits", "sales"])
async def test_visits_and_sales_lead_to_the_receipts(steps: int, opened: Pilot[None]) -> None:
    await opened.press(*["right"] * steps, "enter")
    await until(opened, "Receipts  all time: 6 receipts", "1-1006")


async def test_points_open_the_ledger(opened: Pilot[None], others: list[object]) -> None:
    await opened.press("right", "right", "enter")
    await until_true(opened, lambda: others)
    assert others == [("ledger", {"customer_id": 1})]


async def test_feedback_opens_the_comments_and_a_comment_its_receipt(opened: Pilot[None], others: list[object]) -> None:
    await opened.press("end", "enter")
    await until(opened, "Negative Feedback of José García", "Closed too early.")
    await opened.press("escape")
    await until(opened, SUM)
    await opened.press("left", "enter")
    text = await until(opened, "Positive Feedback of José García", "Lovely shop.", "Found everything.", "1-1002")
    assert "Closed too early." not in text
    assert text.index("Found everything.") < text.index("Lovely shop."), "the newest first"
    await opened.press("enter")
    await until_true(opened, lambda: others)
    assert others == [("receipt", {"receipt_id": 2})]


async def test_a_customer_without_a_comment_is_said_to_have_none(opened: Pilot[None]) -> None:
    opened.app.open_screen("comments", customer_id=2, positive=True)
    await until(opened, "Positive Feedback of Ann Baker", "Nothing positive yet.")
    await opened.press("enter")
    await until(opened, "Nothing positive yet.")


async def test_points_have_the_programmes_name_and_worth(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    from decimal import Decimal

    from store import programme
    from store.loyalty_records import Programme

    fill_with_sales(book, monkeypatch)
    programme.choose(book, Programme(currency="Stars", point_value=Decimal("0.05")))
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await open_jose(pilot)
        await until(pilot, "Loyalty Stars", "worth $6.00")


# -- the charts


async def test_left_and_right_walk_the_bars_and_say_the_exact_amount(opened: Pilot[None]) -> None:
    await until(opened, "November 2026  $1,283.06")
    await opened.press("down", "left")
    await until(opened, "October 2026  $99.99")
    await opened.press("home")
    await until(opened, "December 2025  $12.50")
    await opened.press("left")
    await until(opened, "December 2025  $12.50")
    await opened.press("right", "end")
    await until(opened, "November 2026  $1,283.06")


async def test_space_turns_the_chart_of_days(opened: Pilot[None]) -> None:
    await until(opened, "past 7 days", "$8.50", "Wed")
    await opened.press("space")
    await until(opened, "Avg. Daily Spent: by weekday", "Sunday  $8.50")
    await opened.press("tab", "tab", *["left"] * 6)
    await until(opened, "Monday  $667.28")  # (99.99 + 1,234.56) on two Mondays
    await opened.press("space")
    await until(opened, "past 7 days")


async def test_enter_on_a_chart_gives_its_numbers_as_a_table(opened: Pilot[None]) -> None:
    await opened.press("down", "enter")
    text = await until(opened, "The charts as numbers", "November 2026", "$1,283.06", "March 2026", "$400.00")
    assert text.index("November 2026 ") < text.index("October 2026 ")
    await opened.press("end")
    await until(opened, "Sunday", "$8.50")
    await opened.press("enter")
    await until(opened, DRAWN)
    assert "The charts as numbers" not in screen_text(opened.app)


async def test_the_mouse_chooses_a_bar_and_a_tile(opened: Pilot[None]) -> None:
    lines = screen_lines(opened.app)
    foot = next(at for at, line in enumerate(lines) if " D  J  F " in line)
    await opened.click(offset=Offset(lines[foot].index("M  A") + 0, foot - 2))
    await until(opened, "March 2026  $400.00")
    await opened.hover(offset=Offset(lines[foot].index("D  J"), foot - 2))
    await until(opened, "December 2025  $12.50")
    line = next(at for at, text in enumerate(lines) if SUM in text)
    await opened.click(offset=Offset(lines[line].index(SUM), line))
    await opened.click(offset=Offset(lines[line].index(SUM), line))
    await until(opened, "6 receipts")


async def test_one_who_never_bought_is_said_to_have_no_sales(opened: Pilot[None]) -> None:
    await opened.press(*"zoe@example.org", "enter")
    await until(opened, "No sales in the past 12 months.", "No sales in these days.")


# -- the receipts


async def test_receipts_come_newest_first_with_date_and_amount(opened: Pilot[None]) -> None:
    await opened.press("ctrl+k")
    text = await until(opened, "Receipt No", "Date Created", "Receipt Amount", "Store", "6 receipts")
    rows = [line.split() for line in text.splitlines() if line.startswith((" 1-", " 2-"))]
    assert [row[0] for row in rows] == [number for number, _, _ in reversed(SALES)]
    assert rows[0][:3] == ["1-1006", "22-Nov-2026", "$8.50"]
    assert rows[2][:3] == ["1-1004", "02-Nov-2026", "$1,234.56"]
    ends = {line.index(row[2]) + len(row[2]) for line in text.splitlines() for row in rows if f" {row[0]} " in line}
    assert len(ends) == 1, "amounts stand under each other"


async def test_the_store_is_shown_where_there_are_several(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_with_sales(book, monkeypatch)
    book.execute("DELETE FROM customer_store WHERE store_id = 2")
    book.execute("DELETE FROM store WHERE id = 2")
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await open_jose(pilot)
        await pilot.press("ctrl+k")
        text = await until(pilot, "1-1006")
        assert "Downtown" not in text


async def test_enter_opens_the_receipt_and_the_cursor_stays(opened: Pilot[None], others: list[object]) -> None:
    await opened.press("ctrl+k", "down", "down", "enter")
    await until_true(opened, lambda: others)
    wanted = receipts.page(opened.app.book, 1, metrics.period_named("all", metrics.today(None)), offset=2, limit=1)[0]  # type: ignore[attr-defined,arg-type]  # the app of this test, on its frozen day
    assert others == [("receipt", {"receipt_id": wanted.id})]


async def test_a_receipt_comes_back_to_its_row_and_points_to_their_tile(opened: Pilot[None]) -> None:
    await opened.press("ctrl+k", "down", "down", "enter")
    await until(opened, "1-1004", "Total")
    await opened.press("escape")
    await until(opened, "6 receipts", "1-1001")
    assert opened.app.screen.query_one(ReceiptTable).cursor == 2
    await opened.press("ctrl+k", "up", "end", "left", "left", "enter")
    await until(opened, "Balance")
    await opened.press("escape")
    await until(opened, DRAWN, SUM)
    assert opened.app.screen.query_one(Tiles).cursor == 2


@pytest.mark.parametrize(
    ("downs", "words", "count"),
    [
        (0, "today", "1 receipt"),
        (1, "past 7 days", "2 receipts"),
        (2, "past 30 days", "3 receipts"),
        (3, "past 12 months", "6 receipts"),
        (4, "all time", "6 receipts"),
    ],
)
async def test_a_period_is_chosen_and_said(downs: int, words: str, count: str, opened: Pilot[None]) -> None:
    await opened.press("f5")
    await until(opened, "Receipts of which time?")
    await opened.press("home", *["down"] * downs, "enter")
    await until(opened, f"Receipts  {words}: {count}", "1-1006")


async def test_days_are_typed_or_taken_from_the_calendar(opened: Pilot[None]) -> None:
    await opened.press("f5")
    await until(opened, "( ) From a day to another:")
    await opened.press("end", "enter", *"2026-03-01")
    await until(opened, "(•) From a day to another:")
    await opened.press("tab", *"02-nov-2026", "ctrl+s")
    text = await until(opened, "from 01-Mar-2026 to 02-Nov-2026: 3 receipts", "1-1004")
    assert "1-1005" not in text
    await opened.press("f5")
    await until(opened, "01-Mar-2026", "02-Nov-2026")
    await opened.press("enter", "f12")
    await until(opened, "Mar 2026", "arrows: day")
    await opened.press("left", "enter")
    await until(opened, "28-Feb-2026")
    await opened.press("ctrl+s")
    await until(opened, "from 28-Feb-2026 to 02-Nov-2026: 3 receipts")


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("x", "", "From: a date such as"),
        ("", "30-02-2026", "To: no such date"),
        ("2026-02-02", "2026-02-01", "From is later than To."),
        ("", "", "Type the first day, the last, or both."),
    ],
)
async def test_days_that_are_none_are_said_and_nothing_changes(
    first: str, last: str, said: str, opened: Pilot[None]
) -> None:
    await opened.press("f5")
    await until(opened, "Receipts of which time?")
    await opened.press("end", "enter", *first, "tab", *last, "ctrl+s")
    await until(opened, said)
    await opened.press("escape", "ctrl+k")
    await until(opened, "all time: 6 receipts")


async def test_a_period_without_receipts_says_so(opened: Pilot[None]) -> None:
    await opened.press("f5")
    await until(opened, "Receipts of which time?")
    await opened.press("end", "enter", *"2020-01-01", "tab", *"2020-01-02", "ctrl+s")
    await until(opened, "from 01-Jan-2020 to 02-Jan-2020: 0 receipts", "There are no receipts in this period")
    await opened.press("enter", "down", "end")
    await until(opened, "There are no receipts in this period")


async def test_ten_thousand_receipts_scroll_like_ten(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_with_sales(book, monkeypatch)
    add_sales(book, 2, ((f"7-{number}", f"2026-01-{1 + number // 400:02}T10:00:00Z", 100) for number in range(10_000)))
    asked: list[int] = []
    really = receipts.page

    def page(*arguments: Any, offset: int, limit: int) -> Any:
        asked.append(limit)
        return really(*arguments, offset=offset, limit=limit)

    monkeypatch.setattr(receipts, "page", page)
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await until(pilot, "5 customers")
        await pilot.press("enter", "ctrl+k")
        await until(pilot, "all time: 10,000 receipts", "$1.00")
        assert len(asked) == 1
        newest = next(line for line in screen_lines(pilot.app) if " 7-" in line)
        await pilot.press("end")
        await until_true(pilot, lambda: "01-Jan-2026" in screen_text(pilot.app))
        await pilot.press("home")
        await until(pilot, newest.strip())
        assert len(asked) <= 4
        assert max(asked) <= 64


# -- moving about


async def test_up_down_tab_and_section_lead_through_the_page(opened: Pilot[None]) -> None:
    def at() -> str | None:
        return opened.app.focused.id if opened.app.focused is not None else None

    order = []
    for _ in range(4):
        order.append(at())
        await opened.press("tab")
    assert order == ["tiles", "months", "days", "receipts"]
    assert at() == "tiles"
    await opened.press("down", "down")
    assert at() == "receipts"
    await until(opened, "6 receipts")
    await opened.press("up")
    await until(opened, "Last Month Sales")
    await opened.press("up")
    assert at() == "tiles"
    await opened.press("ctrl+k")
    await until(opened, "6 receipts", "^K Charts")
    await opened.press("ctrl+k")
    await until(opened, DRAWN, "^K Receipts")


async def test_left_among_the_receipts_leaves_nothing(opened: Pilot[None]) -> None:
    await opened.press("ctrl+k", "left", "left", "ctrl+k")
    await until(opened, DRAWN, "^K Receipts")
    assert isinstance(opened.app.screen, MetricsScreen)


async def test_somebody_outside_the_programme_has_no_points_rather_than_none(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_with_sales(book, monkeypatch)
    app = RegularsApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_screen("metrics", customer_id=2)
        await until(pilot, "Ann Baker", "not enrolled", "▌-  ")
        customers.update(book, 2, {"loyalty": True}, (ann := customers.get(book, 2)).version, base=ann)
        app.open_screen("metrics", customer_id=2)
        await until(pilot, "Number of")
        await until_true(pilot, lambda: "not enrolled" not in screen_text(app) and "…" not in screen_text(app))


async def test_what_is_done_to_the_customer_shows_at_once(opened: Pilot[None], book: Book) -> None:
    await opened.press("delete")
    await until(opened, "Delete this customer?")
    await opened.press("left", "enter")
    await until(opened, "Customer inactivated successfully", "José García (inactive)")
    await opened.press("ctrl+z")
    await until(opened, "Customer restored successfully")
    assert customers.get(book, 1).active
    await opened.press("f3")
    text = await until(opened, "Edit Customer")
    assert "View Customer Metrics" not in text
    await opened.press("escape", "f4")
    await until(opened, "Edit Customer")


async def test_the_receipts_stay_where_they_are_when_the_customer_is_changed(opened: Pilot[None], book: Book) -> None:
    await opened.press("ctrl+k", "down", "down")
    book.execute("UPDATE customer SET points = 77 WHERE id = 1")
    await opened.press("ctrl+u")
    await until(opened, "A100")
    await opened.press("escape")
    await until(opened, "▌77", "6 receipts")
    assert opened.app.screen.query_one(ReceiptTable).cursor == 2


async def test_money_is_in_the_shops_currency(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_with_sales(book, monkeypatch)
    settings.put(book, "currency", "EUR")
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await open_jose(pilot)
        await until(pilot, "€1,795.55")
