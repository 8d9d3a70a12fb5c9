"""Keys that come in one read do what they would do one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from textual import events
from textual.widgets import Input

from store import customers, loyalty
from store.records import Status
from tests.tui.waiting import until, until_true
from tui.app import RegularsApp
from tui.screens.list_filter import FilterChoices
from tui.widgets.country_field import CountryField

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

    from store.database import Book
    from tui.screens.customers import CustomersScreen


@pytest.fixture
async def pilot(book: Book) -> AsyncIterator[Pilot[None]]:
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        yield pilot


def burst(pilot: Pilot[None], *keys: str) -> None:
    """All keys are there before the first is looked at; several letters are so many keys."""
    for key in keys:
        for name in (key,) if key in SPECIAL else key:
            pilot.app.post_message(events.Key(SPECIAL.get(name, name), name if len(name) == 1 else None))


SPECIAL = {
    name: name
    for name in (
        "f2", "f4", "f5", "f6", "f7", "f8", "f12", "tab", "down", "left", "home", "end", "enter", "escape", "delete",
        "backspace", "ctrl+p", "ctrl+s",
    )
} | {" ": "space"}  # fmt: skip


def the_list(pilot: Pilot[None]) -> CustomersScreen:
    return cast("CustomersScreen", pilot.app.screen_stack[0])


def typed_into(pilot: Pilot[None], name: str) -> str:
    return pilot.app.screen.query_one(f"#{name}", Input).value


async def test_what_follows_f2_is_typed_on_the_form(pilot: Pilot[None]) -> None:
    burst(pilot, "f2", "Maria", "tab", "Silva", "tab", "m@example.com")
    await until(pilot, "New Customer", "m@example.com")
    assert typed_into(pilot, "field-first_name") == "Maria"
    assert typed_into(pilot, "field-last_name") == "Silva"
    assert the_list(pilot).box.value == ""


async def test_a_whole_customer_in_one_read_is_saved(book: Book, pilot: Pilot[None]) -> None:
    burst(pilot, "f2", "Maria", "tab", "Silva", "tab", "m@example.com", "ctrl+s")
    await until(pilot, "Customer Created Successfully", "6 customers")
    assert customers.get(book, 6).name == "Maria Silva"


async def test_a_search_then_f4_edits_whom_it_found(pilot: Pilot[None]) -> None:
    burst(pilot, "ann", "f4", "a")
    await until(pilot, "Edit Customer", "Anna")
    assert the_list(pilot).box.value == "ann"


async def test_points_and_reason_in_one_read(book: Book, pilot: Pilot[None]) -> None:
    burst(pilot, "down", "f6", "150", "tab", "Gift", "ctrl+s")
    await until(pilot, "Customer Loyalty Points Updated Successfully")
    assert customers.get(book, 1).points == 150
    assert loyalty.lines(book, 1, offset=0, limit=99)[0].reason == "Gift"


async def test_the_filter_takes_each_space_on_its_own_row(pilot: Pilot[None]) -> None:
    burst(pilot, "f5", "down", " ", "down", "down", "down", " ")
    await until_true(pilot, lambda: bool(pilot.app.screen.query(FilterChoices)))
    wanted = pilot.app.screen.query_one(FilterChoices)
    await until_true(pilot, lambda: wanted.query_wanted.loyalty is True)
    assert wanted.query_wanted.status is Status.INACTIVE


async def test_the_export_form_in_one_read(pilot: Pilot[None]) -> None:
    burst(pilot, "f8", "tab", "down", "tab", "end", "x")
    await until(pilot, ".csvx")


async def test_moving_to_the_other_button_and_pressing_it_in_one_read(book: Book, pilot: Pilot[None]) -> None:
    burst(pilot, "delete", "left", "enter")
    await until(pilot, "Customer inactivated successfully")
    assert not customers.get(book, 2).active


async def test_letters_overtake_no_backspace(pilot: Pilot[None]) -> None:
    burst(pilot, "abc", *["backspace"] * 3, "joseph", "left", "left", "backspace", "z")
    await until_true(pilot, lambda: the_list(pilot).box.value == "joszph")


async def test_a_field_is_corrected_in_one_read(pilot: Pilot[None]) -> None:
    burst(pilot, "f2", "X77", *["backspace"] * 5, "Josef", "backspace", "ph", "tab", "Silvio", "backspace", "a")
    await until(pilot, "Joseph", "Silvia")
    assert typed_into(pilot, "field-first_name") == "Joseph"
    assert typed_into(pilot, "field-last_name") == "Silvia"


async def on_the_country(pilot: Pilot[None]) -> None:
    await pilot.press("f2")
    await until(pilot, "New Customer")
    pilot.app.screen.query_one(CountryField).focus()
    await pilot.pause()


async def test_letters_on_the_country_open_one_list_and_are_typed_in_it(pilot: Pilot[None]) -> None:
    await on_the_country(pilot)
    burst(pilot, "fra")
    await until(pilot, ": fra_")
    assert [type(screen).__name__ for screen in pilot.app.screen_stack[2:]] == ["PickerDialog"]


async def test_a_country_is_chosen_in_one_read(pilot: Pilot[None]) -> None:
    await on_the_country(pilot)
    country = pilot.app.screen.query_one(CountryField)
    burst(pilot, "germ", "enter", "tab")
    await until_true(pilot, lambda: country.entry == "DE" and not country.has_focus)
    assert len(pilot.app.screen_stack) == 2


async def test_what_follows_a_save_is_typed_on_the_page_below(pilot: Pilot[None]) -> None:
    burst(pilot, "f2", "Maria", "tab", "Silva", "tab", "m@example.com", "ctrl+s", "maria")
    await until(pilot, "Customer Created Successfully", "1 of 6")
    await until_true(pilot, lambda: the_list(pilot).box.value == "maria")


async def test_what_follows_a_chosen_command_is_typed_on_its_page(pilot: Pilot[None]) -> None:
    burst(pilot, "ctrl+p", "new cust", "enter", "Maria")
    await until(pilot, "New Customer", "Maria")
    assert typed_into(pilot, "field-first_name") == "Maria"


async def test_a_path_and_enter_after_f7_open_the_file(pilot: Pilot[None], tmp_path: Path) -> None:
    folder = tmp_path / "office" / "today"
    folder.mkdir(parents=True)
    (folder / "people.csv").write_text("First Name,Last Name,Email\nMaria,Silva,m@example.com\n", encoding="utf-8")
    burst(pilot, "f7", str(folder / "people.csv"), "enter")
    await until(pilot, "Nothing is written yet")


async def test_a_screen_that_never_ends_its_work_does_not_hold_up_the_keys_for_ever(
    pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.turns.PATIENCE_WITH_WORK", 60)
    monkeypatch.setattr("tui.screens.customers.CustomersScreen.busy", True)
    burst(pilot, "an")
    await until(pilot, "1 of 5")


async def test_a_key_that_never_comes_to_its_end_does_not_hold_up_the_others_for_long(
    pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.turns.PATIENCE", 40)
    monkeypatch.setattr(pilot.app.focused, "_forward_event", lambda event: event._set_forwarded())
    burst(pilot, "x")
    await pilot.pause()
    monkeypatch.undo()
    burst(pilot, "ann")
    await until(pilot, "1 of 5")


async def test_each_key_of_the_form_comes_to_its_end(pilot: Pilot[None]) -> None:
    await pilot.press("f2")
    await until(pilot, "New Customer")
    for key in ("tab", "down", "tab", "enter", "up", "shift+tab", "pagedown", "ctrl+k", "pageup", "space"):
        await pilot.press(key)
        await until_true(pilot, lambda: cast("RegularsApp", pilot.app)._turns._is_quiet)
