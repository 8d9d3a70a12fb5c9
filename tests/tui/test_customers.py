"""The list as a cashier meets it: by keys, and by what stands on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual import events
from textual.geometry import Offset

from store import customers, loyalty, settings, stores
from store.database import open_book
from store.errors import BookError, BusyBookError
from store.records import Status
from tests.tui.conftest import TILL, screen_lines, screen_text
from tests.tui.waiting import until, until_first_page
from tui.app import RegularsApp
from tui.screens.actions_menu import Entries
from tui.screens.columns import sorted_words
from tui.screens.customers import CustomersScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

    from store.database import Book

CURSOR_STYLE = "customer-table--cursor"


def the_list(pilot: Pilot[None]) -> CustomersScreen:
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, CustomersScreen)
    return screen


def under_cursor(pilot: Pilot[None]) -> str:
    subject = the_list(pilot).subject
    return subject.name if subject else ""


def rows(pilot: Pilot[None]) -> list[str]:
    """The names on the screen, in order."""
    model = the_list(pilot).table.model
    at = model.query.columns.index("name")
    return [str(row.values[at]) for row in model.visible]


async def type_text(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*("space" if char == " " else char for char in text))
    await pilot.pause()


@pytest.fixture
async def pilot(book: Book) -> AsyncIterator[Pilot[None]]:
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        yield pilot


@pytest.fixture
async def wide(book: Book) -> AsyncIterator[Pilot[None]]:
    async with RegularsApp(book).run_test(size=(132, 43)) as pilot:
        await pilot.pause()
        yield pilot


# -- the list


async def test_the_first_screen_shows_everybody_by_name(pilot: Pilot[None]) -> None:
    text = screen_text(pilot.app)
    assert rows(pilot) == ["Ann Baker", "José García", "Zoë O'Brien", "Özlem Yılmaz", "漢 王"] or rows(pilot) == [
        "Ann Baker", "José García", "Özlem Yılmaz", "Zoë O'Brien", "漢 王",
    ]  # fmt: skip
    assert "5 customers" in text
    for heading in ("Name", "E-Mail", "Phone Number", "Points"):
        assert heading in text


async def test_a_wide_screen_has_the_manuals_columns_in_its_order(wide: Pilot[None]) -> None:
    header = screen_lines(wide.app)[2]
    labels = ("Img", "Name", "E-Mail", "Phone Number", "Points", "Reason", "Gift Card", "Stores")
    places = [header.find(label) for label in labels]
    assert -1 not in places
    assert places == sorted(places)


async def test_the_keys_that_work_are_in_the_bar_at_80_columns(pilot: Pilot[None]) -> None:
    every = "F2 New F4 Edit F5 Filter F6 Points F7 Import F8 Export F9 Cols F1 Help F10 Quit"
    assert screen_lines(pilot.app)[-1].rstrip() == every
    assert screen_lines(pilot.app)[2].endswith("F3 "), "over the dots"
    await type_text(pilot, "nobody here")
    assert not {"F4", "F6"} & set(screen_lines(pilot.app)[-1].split())


async def test_up_down_home_and_end_move(pilot: Pilot[None]) -> None:
    await pilot.press("down", "down", "up")
    assert under_cursor(pilot) == "José García"
    await pilot.press("end")
    assert under_cursor(pilot) == "漢 王"
    await pilot.press("home")
    assert under_cursor(pilot) == "Ann Baker"


async def test_the_list_needs_no_more_than_the_smallest_screen(book: Book) -> None:
    async with RegularsApp(book).run_test(size=(60, 15)) as pilot:
        await pilot.pause()
        assert "José García" in screen_text(pilot.app)
        assert all(len(line) <= 60 for line in screen_lines(pilot.app))
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert "José García" in screen_text(pilot.app)


async def test_ten_thousand_customers_keep_a_window_in_memory(empty_book: Book) -> None:
    with empty_book.write():
        for number in range(1000):
            customers.create(
                empty_book,
                {"first_name": f"Ann {number:04}", "last_name": "Baker", "email": f"a{number}@example.com"},
            )
    async with RegularsApp(empty_book).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("end")
        assert under_cursor(pilot) == "Ann 0999 Baker"
        await pilot.press(*["pageup"] * 49)
        assert under_cursor(pilot) == "Ann 0019 Baker"
        await pilot.press(*["pagedown"] * 25)
        assert len(the_list(pilot).table.model.rows) < 400
        assert "1,000 customers" in screen_text(pilot.app)


# -- search


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("jose garcia", "José García"),
        ("garc jo", "José García"),
        ("BAKER", "Ann Baker"),
        ("obrien", "Zoë O'Brien"),
        ("zoe@example.org", "Zoë O'Brien"),
        ("0101005", "Zoë O'Brien"),
        ("a100", "José García"),
        ("王", "漢 王"),
    ],
)
async def test_typing_finds(pilot: Pilot[None], typed: str, found: str) -> None:
    await type_text(pilot, typed)
    assert rows(pilot) == [found]
    assert "1 of 5" in screen_text(pilot.app)


async def test_text_rows_and_count_change_in_one_frame(pilot: Pilot[None]) -> None:
    box = the_list(pilot).box
    box.insert_text_at_cursor("ann")
    assert rows(pilot) == ["Ann Baker"], "the rows do not wait for a message"


async def test_escape_takes_the_search_away_and_stays_on_the_customer(pilot: Pilot[None]) -> None:
    await type_text(pilot, "zo")
    assert "Esc Clear" in screen_text(pilot.app) or the_list(pilot).check_action("back", ())
    await pilot.press("escape")
    await pilot.pause()
    assert under_cursor(pilot) == "Zoë O'Brien"
    assert the_list(pilot).box.value == ""
    assert "5 customers" in screen_text(pilot.app)


async def test_nobody_matches(pilot: Pilot[None]) -> None:
    await type_text(pilot, "nobody here")
    text = screen_text(pilot.app)
    assert "No customer matches." in text
    assert "F2" in text
    assert "0 of 5" in text
    await pilot.press("enter")
    await pilot.pause()
    assert "No customer matches." in screen_lines(pilot.app)[0]


@pytest.mark.parametrize(
    ("typed", "prefill"),
    [
        ("maria da silva", {"first_name": "Maria Da", "last_name": "Silva"}),
        ("new@example.com", {"email": "new@example.com"}),
        ("555 999 8888", {"phone": "555 999 8888"}),
    ],
)
async def test_what_nobody_has_stands_on_the_new_customers_form(
    pilot: Pilot[None], typed: str, prefill: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: dict[str, Any] = {}
    monkeypatch.setattr(pilot.app, "open_screen", lambda name, done=None, **given: opened.update(given, name=name))
    await type_text(pilot, typed)
    await pilot.press("f2")
    await pilot.pause()
    assert opened["name"] == "customer_form"
    assert opened["prefill"] == prefill


async def test_a_name_from_another_search_is_not_put_on_a_new_form(
    pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: dict[str, Any] = {}
    monkeypatch.setattr(pilot.app, "open_screen", lambda name, done=None, **given: opened.update(given))
    await type_text(pilot, "ann")
    await pilot.press("f2")
    await pilot.pause()
    assert opened["prefill"] is None


# -- opening, and the scanner


async def test_enter_opens_the_customer_under_the_cursor_and_escape_returns_there(pilot: Pilot[None]) -> None:
    await pilot.press("down", "enter")
    await until(pilot, "Regulars · José García", "Last Month Sales", "Likes the window seat.")
    await pilot.press("ctrl+u")
    await until(pilot, "Regulars · José García", "A100", "Likes the window seat.")
    await pilot.press("escape")
    await until(pilot, "Last Month Sales")
    await pilot.press("escape")
    await until(pilot, "5 customers")
    assert under_cursor(pilot) == "José García"


@pytest.mark.parametrize("scanned", ["6001", "A100", "15550101001", "jose@example.com"])
async def test_a_scan_opens_its_customer_and_leaves_the_field_empty(pilot: Pilot[None], scanned: str) -> None:
    await pilot.press(*scanned, "enter")
    await until(pilot, "Regulars · José García")
    assert the_list(pilot).box.value == ""
    await pilot.press("escape")
    await until(pilot, "5 customers")
    assert under_cursor(pilot) == "José García"


async def burst(pilot: Pilot[None], text: str) -> None:
    """Keys as a scanner sends them: all are in the queue before the first is looked at."""
    for char in text:
        key = "enter" if char == "\r" else char
        pilot.app.post_message(events.Key(key, char))


async def test_a_scanners_burst_in_one_read_opens_its_customer(pilot: Pilot[None]) -> None:
    await burst(pilot, "6001\r")
    await until(pilot, "Regulars · José García")
    assert the_list(pilot).box.value == ""


async def test_a_second_scan_in_the_same_read_opens_the_second_customer(pilot: Pilot[None]) -> None:
    await burst(pilot, "6001\r5550101002\r")
    await until(pilot, "Regulars · Ann Baker")
    await pilot.press("escape")
    await until(pilot, "5 customers")
    assert the_list(pilot).box.value == ""


async def test_the_next_scan_works_on_the_open_customer(pilot: Pilot[None]) -> None:
    await pilot.press(*"6001", "enter")
    await until(pilot, "Regulars · José García")
    await pilot.press(*"zoe@example.org")
    await until(pilot, "Find zoe@example.org")
    await pilot.press("enter")
    await until(pilot, "Regulars · Zoë O'Brien")
    await pilot.press(*"12345678", "enter")
    await until(pilot, "No customer has 12345678.")
    await pilot.press("escape")
    await until(pilot, "5 customers")
    assert under_cursor(pilot) == "Zoë O'Brien"


async def test_a_cursor_that_was_moved_wins_over_an_exact_match(book: Book, pilot: Pilot[None]) -> None:
    customers.create(
        book, {"first_name": "Bea", "last_name": "Adams", "email": "bea@example.com", "phone": "555 010 1006"}
    )
    await type_text(pilot, "555")
    await pilot.press("down", "enter")
    await until(pilot, "Regulars · Bea Adams")


async def test_two_customers_with_one_number_are_both_shown(book: Book, pilot: Pilot[None]) -> None:
    customers.create(
        book, {"first_name": "Tom", "last_name": "Baker", "email": "tom@example.com", "phone": "555 010 1002"}
    )
    await pilot.press(*"5550101002", "enter")
    await until(pilot, "2 customers have this. Choose one and press Enter.")
    assert rows(pilot) == ["Ann Baker", "Tom Baker"]
    await pilot.press("down", "enter")
    await until(pilot, "Regulars · Tom Baker")


async def test_a_fault_goes_with_what_caused_it(pilot: Pilot[None]) -> None:
    await type_text(pilot, "xyz")
    await pilot.press("enter")
    await until(pilot, "! No customer matches.")
    await pilot.press("backspace")
    await until(pilot, "Regulars · Customers")


async def test_a_key_without_anything_to_work_on_says_so(pilot: Pilot[None]) -> None:
    for key, words in (
        ("ctrl+z", "Nothing to take back."),
        ("ctrl+x", "No import yet since the program was started."),
        ("ctrl+b", "Needs an inactive customer: F5 shows them."),
        ("ctrl+c", "F10 leaves Regulars."),
    ):
        await pilot.press(key)
        await until(pilot, words)
        assert screen_lines(pilot.app)[0].startswith(words)


# -- delete, undo, restore


async def test_delete_asks_inactivates_and_can_be_undone(book: Book, pilot: Pilot[None]) -> None:
    await pilot.press("down", "delete")
    await until(pilot, "[ Delete ]", "[ Cancel ]", "José García")
    await pilot.press("escape")
    await pilot.pause()
    assert "5 customers" in screen_text(pilot.app)
    await pilot.press("delete")
    await until(pilot, "[ Delete ]")
    await pilot.press("left", "enter")
    await until(pilot, "Customer inactivated successfully", "4 customers")
    assert "José García" not in rows(pilot)
    assert under_cursor(pilot) == rows(pilot)[1], "the next customer takes the place"
    await pilot.press("ctrl+z")
    await until(pilot, "5 customers", "Customer restored successfully")
    assert under_cursor(pilot) == "José García"
    assert all(customers.get(book, at).active for at in range(1, 6))


async def test_cancel_has_the_focus_when_deleting(book: Book, pilot: Pilot[None]) -> None:
    await pilot.press("delete")
    await until(pilot, "[ Delete ]")
    await pilot.press("enter")
    await pilot.pause()
    assert customers.get(book, 2).active


async def test_inactive_customers_are_found_by_the_filter_and_restored(book: Book, pilot: Pilot[None]) -> None:
    customers.inactivate(book, 1)
    await pilot.press("f5")
    await until(pilot, "Show only", "( ) Active and inactive")
    await pilot.press("down", "down", "enter")
    text = await until(pilot, "Only: Active and inactive")
    assert "José García (inactive)" in text
    await pilot.press("home", "down")
    assert under_cursor(pilot) == "José García"
    assert the_list(pilot).check_action("delete", ()) is False
    assert "Restore" in screen_text(pilot.app)
    await pilot.press("ctrl+b")
    await until(pilot, "Customer restored successfully")
    assert customers.get(book, 1).active
    assert "(inactive)" not in screen_text(pilot.app)


async def test_the_filter_is_taken_away_step_by_step(pilot: Pilot[None]) -> None:
    await pilot.press("f5")
    await until(pilot, "Show only")
    await pilot.press("down", "down", "down", "down", "space", "end", "enter")
    await until(pilot, "Only: Harbour, Loyalty members")
    assert rows(pilot) == []
    await pilot.press("escape")
    await until(pilot, "Only: Harbour")
    assert "Loyalty members" not in screen_text(pilot.app)
    assert rows(pilot) == ["Özlem Yılmaz"]
    await pilot.press("escape")
    await until(pilot, "5 customers")
    assert the_list(pilot).check_action("back", ()) is False


# -- actions and points


async def test_the_actions_menu_says_the_manuals_words_and_acts(pilot: Pilot[None]) -> None:
    await pilot.press("down", "f3")
    text = await until(pilot, "View Customer Metrics")
    for words in ("Edit Customer", "Edit Loyalty Points", "Delete"):
        assert words in text
    assert "Restore" not in text
    await pilot.press("enter")
    await until(pilot, "Regulars · José García")


async def test_what_takes_a_customer_away_is_red_in_the_actions_menu(pilot: Pilot[None]) -> None:
    await pilot.press("f3")
    await until(pilot, "View Customer Metrics")
    entries = pilot.app.screen.query_one(Entries)
    styles = {name: entries.line(at, 40)[0][1] for at, (name, _) in enumerate(entries.rows)}
    assert {styles.pop("delete"), styles.pop("erase")} == {"fault"}
    assert set(styles.values()) == {""}


async def test_the_actions_menu_offers_restore_for_inactive_customers(book: Book, pilot: Pilot[None]) -> None:
    customers.inactivate(book, 1)
    await pilot.press("f5")
    await until(pilot, "Show only")
    await pilot.press("down", "enter")
    await until(pilot, "José García (inactive)")
    await pilot.press("f3")
    text = await until(pilot, "View Customer Metrics", "Restore")
    assert "Edit Loyalty Points" not in text
    await pilot.press("down", "down", "enter")
    await until(pilot, "Customer restored successfully")
    assert customers.get(book, 1).active


async def test_points_need_a_new_balance_and_a_reason(book: Book, pilot: Pilot[None]) -> None:
    await pilot.press("down", "f6")
    await until(pilot, "Loyalty points of José García", "Balance now: 120", "Nothing changes yet.")
    update = pilot.app.screen.query_one("#update")
    await pilot.press("1", "5", "0")
    await until(pilot, "120 +30 = 150 points")
    assert update.disabled
    await pilot.press("enter", "space")
    await pilot.pause()
    assert update.disabled, "spaces are no reason"
    await pilot.press(*"Present")
    await pilot.pause()
    assert not update.disabled, screen_text(pilot.app)
    await pilot.press("enter")
    await until(pilot, "Customer Loyalty Points Updated Successfully")
    assert customers.get(book, 1).points == 150
    assert (
        loyalty.lines(book, 1, offset=0, limit=99)[0].points,
        loyalty.lines(book, 1, offset=0, limit=99)[0].reason,
    ) == (30, "Present")
    assert "150" in screen_text(pilot.app)


async def test_points_go_up_and_down_by_keys_and_never_below_nothing(pilot: Pilot[None]) -> None:
    await pilot.press("down", "f6")
    await until(pilot, "Balance now: 120")
    await pilot.press("up", "up", "pageup")
    await until(pilot, "120 +12 = 132 points")
    await pilot.press(*["pagedown"] * 20)
    await until(pilot, "120 -120 = 0 points")
    await pilot.press("tab", "down")
    await until(pilot, "Birthday")
    assert not pilot.app.screen.query_one("#update").disabled
    await pilot.press("escape")
    await until(pilot, "5 customers")


@pytest.mark.parametrize("typed", ["x", "1.5", "99999999999999999"])
async def test_a_balance_that_is_none_is_said_and_cannot_be_saved(pilot: Pilot[None], typed: str) -> None:
    await pilot.press("down", "f6")
    await until(pilot, "Balance now: 120")
    await pilot.press(*("full_stop" if char == "." else char for char in typed))
    await until(pilot, "a whole number, 0 or more")
    assert pilot.app.screen.query_one("#update").disabled


async def test_points_of_somebody_outside_the_programme_begin_with_enrolling(book: Book, pilot: Pilot[None]) -> None:
    await pilot.press("f6")
    await until(pilot, "Ann Baker is not in the loyalty programme", "[ Enroll ]")
    await pilot.press("enter")
    await until(pilot, "Balance now: 0 points")
    await pilot.press("escape")
    await until_first_page(pilot)
    assert customers.get(book, 2).loyalty
    assert "Updated Successfully" not in screen_text(pilot.app)


# -- columns


async def test_columns_are_chosen_ordered_sorted_and_kept_for_this_till(book: Book, pilot: Pilot[None]) -> None:
    await pilot.press("f9")
    await until(pilot, "Columns of the list", "[x] Image")
    await pilot.press("space", *["down"] * 4, "s", *["minus"] * 3, "enter")
    await until(pilot, "Points↓")
    header = screen_lines(pilot.app)[2]
    assert header.index("Points↓") < header.index("E-Mail")
    assert rows(pilot)[:2] == ["José García", "漢 王"]
    assert settings.get(book, f"order@{TILL.till}") == "points"
    async with RegularsApp(book).run_test(size=(80, 24)) as again:
        await until(again, "Points↓")
        await again.press("f9")
        await until(again, "Columns of the list")
        await again.press("d", "enter")
        await until(again, "E-Mail")
        assert "↓" not in screen_text(again.app)


async def test_names_are_sorted_from_z_to_a(pilot: Pilot[None]) -> None:
    rising = rows(pilot)
    await pilot.press("f9")
    await until(pilot, "sorted A to Z")
    await pilot.press("down", "s")
    await until(pilot, "sorted Z to A")
    await pilot.press("enter")
    await until(pilot, "Name↓")
    assert rows(pilot) == rising[::-1]


@pytest.mark.parametrize(
    ("column", "rising", "falling"),
    [
        ("name", "sorted A to Z", "sorted Z to A"),
        ("city", "sorted A to Z", "sorted Z to A"),
        ("date_of_birth", "sorted oldest first", "sorted newest first"),
        ("points", "sorted lowest first", "sorted highest first"),
        ("loyalty", "sorted NO first", "sorted YES first"),
    ],
)
def test_sorting_is_said_in_words_of_what_is_sorted(column: str, rising: str, falling: str) -> None:
    assert sorted_words(column, descending=False) == rising
    assert sorted_words(column, descending=True) == falling


async def test_another_till_has_its_own_columns(book: Book) -> None:
    settings.put(book, "columns@Till 2", ["phone", "name", "no such column"])
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await until(pilot, "E-Mail")
    other = open_book(book.path, actor=TILL.__class__("Kim", "Till 2"))
    async with RegularsApp(other).run_test(size=(80, 24)) as pilot:
        text = await until(pilot, "Phone Number")
        assert "E-Mail" not in text
    other.close()


async def test_the_name_cannot_be_hidden(pilot: Pilot[None]) -> None:
    await pilot.press("f9")
    await until(pilot, "Columns of the list")
    await pilot.press("down", "space", "enter")
    await until(pilot, "5 customers")
    assert "name" in the_list(pilot).query_now.columns


async def test_the_columns_stand_still_whoever_is_in_the_list(book: Book) -> None:
    customers.create(book, {"first_name": "W" * 25, "last_name": "M" * 25, "email": "w@example.com"})
    customers.create(book, {"first_name": "W" * 25, "last_name": "Johnson", "email": "wj@example.com"})
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await until(pilot, "W" * 25 + " " + "M" * 25, "W" * 25 + " Johnson  wj@example", "jose@example.com")
        header = screen_lines(pilot.app)[2]
        await type_text(pilot, "ann")
        assert screen_lines(pilot.app)[2] == header
        assert "Name" in header
        assert "E-Mail" in header
        assert "Img" not in header


# -- two programs, one book


async def test_what_another_program_writes_comes_by_itself(book: Book, pilot: Pilot[None]) -> None:
    other = open_book(book.path, actor=TILL)
    await pilot.press("down")
    customers.create(other, {"first_name": "Abe", "last_name": "Adams", "email": "abe@example.com"})
    the_list(pilot)._look()
    await until(pilot, "6 customers", "Abe Adams")
    assert under_cursor(pilot) == "José García"
    other.close()


async def test_an_idle_list_paints_nothing(book: Book, pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[object] = []
    monkeypatch.setattr(type(the_list(pilot).table), "refresh", lambda self, *regions, **_: painted.append(regions))
    other = open_book(book.path, actor=TILL)
    settings.put(other, "shop_name", "Somewhere")
    the_list(pilot)._look()
    await pilot.pause()
    assert not painted
    other.close()


async def test_what_the_store_refuses_is_said_and_ends_nothing(
    pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise BusyBookError("Another program is writing in the book. Try again.")

    monkeypatch.setattr(customers, "inactivate", busy)
    await pilot.press("delete")
    await until(pilot, "[ Delete ]")
    await pilot.press("left", "enter")
    await until(pilot, "Another program is writing in the book.")
    monkeypatch.setattr("store.search.page", busy)
    await pilot.press("a", "end")
    await until(pilot, "Another program is writing in the book.")


async def test_dialogs_open_on_a_book_that_cannot_be_read_and_say_so(
    pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise BookError("The book is gone.")

    monkeypatch.setattr(settings, "get", gone)
    await pilot.press("down", "f6")
    await until(pilot, "Loyalty points of José García", "The book is gone.")
    await pilot.press("escape", "f8")
    await until(pilot, "Choose folder")
    await pilot.press("f12")
    await until(pilot, "Export to")


# -- an empty book


async def test_an_empty_book_offers_three_ways(empty_book: Book) -> None:
    async with RegularsApp(empty_book).run_test(size=(80, 24)) as pilot:
        text = await until(pilot, "There are no customers in this book yet.")
        for words in ("Import a workbook", "Load the demo shop", "Add the first customer"):
            assert words in text
        assert screen_lines(pilot.app)[-1].rstrip() == "F2 New  F7 Import  F11 Settings  ^P Commands  F1 Help  F10 Quit"
        await pilot.press("f5", "f8", "f9")
        assert len(pilot.app.screen_stack) == 1
        await pilot.press("down", "down", "enter")
        await until(pilot, "New Customer")


async def test_the_demo_shop_fills_an_empty_book(empty_book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.demo_filling.CUSTOMERS", 50)
    async with RegularsApp(empty_book).run_test(size=(80, 24)) as pilot:
        await until(pilot, "There are no customers in this book yet.")
        await pilot.press("down", "enter")
        await until(pilot, "The demo shop is being made")
        await until(pilot, "This is the demo shop.")
        await until(pilot, "@", "customers")
        assert len(rows(pilot)) == 20
        assert stores.all_stores(empty_book)


async def test_the_empty_book_gives_way_when_another_program_fills_it(empty_book: Book) -> None:
    async with RegularsApp(empty_book).run_test(size=(80, 24)) as pilot:
        await until(pilot, "There are no customers in this book yet.")
        other = open_book(empty_book.path, actor=TILL)
        customers.create(other, {"first_name": "Abe", "last_name": "Adams", "email": "abe@example.com"})
        other.close()
        the_list(pilot)._look()
        await until(pilot, "Abe Adams", "1 customer")
        assert "no customers in this book" not in screen_text(pilot.app)


# -- mouse


async def test_a_click_moves_and_a_second_click_opens(pilot: Pilot[None]) -> None:
    line = next(at for at, text in enumerate(screen_lines(pilot.app)) if "José" in text)
    await pilot.click(offset=Offset(5, line))
    assert under_cursor(pilot) == "José García"
    assert len(pilot.app.screen_stack) == 1
    await pilot.click(offset=Offset(5, line))
    await until(pilot, "Regulars · José García")


def test_every_status_has_words() -> None:
    from tui.list_words import STATUS_WORDS

    assert set(STATUS_WORDS) == set(Status)
