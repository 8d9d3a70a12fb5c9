"""Editing loyalty points: what a balance becomes and is worth, why, and what is said when it cannot be."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from store import customers, loyalty, programme, settings
from store.database import open_book
from store.records import Actor
from tests.tui.conftest import screen_text
from tests.tui.waiting import until, until_true
from tui import gate
from tui.app import RegularsApp
from tui.screens.ledger import LedgerScreen
from tui.screens.loyalty import LoyaltyDialog
from tui.terminal import ASCII, TERMINAL
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

    from store.database import Book

JOSE, ANN = 1, 2
"""Customers of the book: the one with 120 points, and one who is not in the programme."""


def choose(book: Book, **rules: object) -> None:
    """Change the programme's rules, in a shop that writes money the American way."""
    settings.put(book, "locale", "en_US")
    programme.choose(book, replace(programme.of(book), **rules))  # type: ignore[arg-type]  # its own fields


def adjust_elsewhere(book: Book, balance: int) -> None:
    """Somebody at another till gives José another balance."""
    other = open_book(book.path, actor=Actor("Mia", "Till 2"))
    loyalty.adjust(other, JOSE, balance=balance, reason="Meanwhile")
    other.close()


async def open_dialog(pilot: Pilot[None], customer_id: int = JOSE) -> list[bool | None]:
    """Open the dialog; what it dismisses with comes into the list."""
    app, results = pilot.app, list[bool | None]()
    assert isinstance(app, RegularsApp)
    app.open_screen("loyalty", results.append, customer=customers.get(app.book, customer_id))
    await until(pilot, "Balance now:")
    return results


def update_is_off(pilot: Pilot[None]) -> bool:
    return pilot.app.screen.query_one("#update", PushButton).disabled


def _joined(screen: str) -> str:
    """The dialog's text, its lines joined where they were wrapped."""
    return " ".join(screen.replace("│", " ").split())


@pytest.fixture
async def pilot(book: Book) -> AsyncIterator[Pilot[None]]:
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        yield pilot


async def test_a_balance_says_what_it_becomes_is_worth_and_whether_it_can_be_redeemed(
    book: Book, pilot: Pilot[None]
) -> None:
    choose(book, point_value=Decimal("0.05"), minimum=130)
    await open_dialog(pilot)
    await until(pilot, "Balance now: 120 points, worth $6.00", "Redeem from 130: 10 points short")
    await pilot.press("1", "5", "0")
    await until(pilot, "120 +30 = 150 points, worth $7.50", "Redeem from 130: reached")
    await pilot.press("pagedown", "pagedown", "down")
    await until(pilot, "120 +9 = 129 points, worth $6.45", "Redeem from 130: 1 point short")


async def test_points_without_a_value_are_worth_nothing_that_is_said(book: Book, pilot: Pilot[None]) -> None:
    choose(book, point_value=Decimal(0), minimum=0)
    await open_dialog(pilot)
    await pilot.press("up")
    text = await until(pilot, "120 +1 = 121 points")
    assert "worth" not in text
    assert "Redeem" not in text


async def test_points_are_called_as_the_programme_calls_them(book: Book, pilot: Pilot[None]) -> None:
    choose(book, currency="Stars", minimum=121)
    await open_dialog(pilot)
    await until(pilot, "Loyalty stars of José García", "Balance now: 120 stars", "1 star short")


async def test_the_reasons_of_the_programme_are_shown_and_walked(book: Book, pilot: Pilot[None]) -> None:
    choose(book, reasons=("Birthday", "Broken cup", "Welcome"))
    await open_dialog(pilot)
    await until(pilot, "Up/Down: Birthday, Broken cup, Welcome")
    await pilot.press("up", "enter")
    reason = pilot.app.screen.query_one("#reason")
    for key, value in (("down", "Birthday"), ("down", "Broken cup"), ("up", "Birthday"), ("up", "Welcome")):
        await pilot.press(key)
        assert reason.value == value  # type: ignore[attr-defined]  # an input has it
    assert not update_is_off(pilot)


async def test_update_needs_a_balance_that_differs_and_a_reason(book: Book, pilot: Pilot[None]) -> None:
    results = await open_dialog(pilot)
    await pilot.press("tab", *"Gift")
    await until(pilot, "Nothing changes yet.", "Gift")
    await pilot.press("enter", "ctrl+s")
    assert update_is_off(pilot)
    await pilot.press("shift+tab", "1", "2", "5")
    await until(pilot, "120 +5 = 125 points")
    assert not update_is_off(pilot)
    await pilot.press("ctrl+s")
    await until_true(pilot, lambda: results == [True])
    (newest,) = loyalty.lines(book, JOSE, offset=0, limit=1)
    assert (newest.points, newest.reason, newest.balance, newest.employee) == (5, "Gift", 125, "Kim")


async def test_a_balance_that_moved_meanwhile_is_said_before_anything_is_written(
    book: Book, pilot: Pilot[None]
) -> None:
    results = await open_dialog(pilot)
    await pilot.press("1", "0", "0", "tab", *"Gift")
    adjust_elsewhere(book, 130)
    await pilot.press("enter")
    text = await until(pilot, "Balance now: 130", "moved to 130")
    assert "The balance moved to 130 meanwhile: 130 -30 = 100 points. Update again to set it." in _joined(text)
    assert customers.get(book, JOSE).points == 130, "nothing was written"
    assert "Gift" in text
    await pilot.press("enter")
    await until_true(pilot, lambda: results == [True])
    assert [line.points for line in loyalty.lines(book, JOSE, offset=0, limit=9)] == [-30, 10, 120]


async def test_what_the_keys_added_is_added_to_the_balance_that_moved(book: Book, pilot: Pilot[None]) -> None:
    results = await open_dialog(pilot)
    await pilot.press("pageup", "tab", *"Gift")
    await until(pilot, "120 +10 = 130 points")
    adjust_elsewhere(book, 125)
    await pilot.press("enter")
    text = await until(pilot, "Balance now: 125", "125 +10 = 135")
    assert "The balance moved to 125 meanwhile, your +10 stays: 125 +10 = 135 points. Update again" in _joined(text)
    assert customers.get(book, JOSE).points == 125, "nothing was written"
    await pilot.press("shift+tab", "up")
    await until(pilot, "125 +11 = 136 points")
    adjust_elsewhere(book, 100)
    await pilot.press("ctrl+s")
    await until(pilot, "100 +11 = 111 points")
    await pilot.press("ctrl+s")
    await until_true(pilot, lambda: results == [True])
    assert customers.get(book, JOSE).points == 111


@pytest.mark.parametrize("keys", [("1", "2", "9", "up"), ("pageup", "end", "backspace", "0")])
async def test_a_balance_in_which_something_was_typed_stays_as_it_is(
    book: Book, pilot: Pilot[None], keys: tuple[str, ...]
) -> None:
    await open_dialog(pilot)
    await pilot.press(*keys, "tab", *"Gift")
    await until(pilot, "120 +10 = 130 points")
    adjust_elsewhere(book, 125)
    await pilot.press("enter")
    await until(pilot, "Balance now: 125", "125 +5 = 130 points")


async def test_more_points_than_anybody_means_are_refused_at_the_field(book: Book, pilot: Pilot[None]) -> None:
    await open_dialog(pilot)
    await pilot.press(*"99999999", "tab", *"Gift")
    await until(pilot, "New balance: at most 9,999,999 more or less at once")
    assert update_is_off(pilot)
    await pilot.press("enter", "shift+tab", *"130")
    await until(pilot, "120 +10 = 130 points")
    assert not update_is_off(pilot)


async def test_a_customer_who_was_deleted_meanwhile_gets_no_points(book: Book, pilot: Pilot[None]) -> None:
    results = await open_dialog(pilot)
    await pilot.press("pageup", "tab", *"Gift")
    other = open_book(book.path, actor=Actor("Mia", "Till 2"))
    customers.inactivate(other, JOSE)
    other.close()
    await pilot.press("enter")
    text = await until(pilot, "This customer is inactive.")
    assert "Restore the customer first (Ctrl+B)" in _joined(text)
    assert "[ Enroll ]" not in text
    assert customers.get(book, JOSE).points == 120
    await pilot.press("escape")
    await until_true(pilot, lambda: results == [False])


async def test_a_balance_that_moved_to_the_one_typed_needs_no_update(book: Book, pilot: Pilot[None]) -> None:
    results = await open_dialog(pilot)
    await pilot.press("1", "3", "0", "tab", *"Gift")
    adjust_elsewhere(book, 130)
    await pilot.press("enter")
    text = await until(pilot, "Balance now: 130")
    assert "The balance moved to 130 meanwhile: what you typed." in _joined(text)
    assert update_is_off(pilot)
    await pilot.press("escape")
    await until_true(pilot, lambda: results == [False])


async def test_a_button_that_goes_off_gives_the_keys_back(book: Book, pilot: Pilot[None]) -> None:
    await open_dialog(pilot)
    await pilot.press("1", "3", "0", "tab", *"Gift", "tab")
    adjust_elsewhere(book, 130)
    await pilot.press("enter")
    await until(pilot, "Balance now: 130")
    await pilot.press("up")
    await until(pilot, "130 +1 = 131 points")


async def test_closing_after_somebody_else_moved_the_balance_does_not_claim_an_update(
    book: Book, pilot: Pilot[None]
) -> None:
    await pilot.press(*"jos")
    await until(pilot, "1 of")
    await pilot.press("f6")
    await until(pilot, "Balance now: 120")
    await pilot.press("1", "0", "0", "tab", *"Gift")
    adjust_elsewhere(book, 135)
    await pilot.press("enter")
    await until(pilot, "Balance now: 135")
    await pilot.press("escape")
    text = await until(pilot, "135")
    await until_true(pilot, lambda: len(pilot.app.screen_stack) == 1)
    assert "Updated Successfully" not in text + screen_text(pilot.app)


async def test_a_programme_that_is_off_is_said_and_where_it_is_switched_on(book: Book, pilot: Pilot[None]) -> None:
    choose(book, on=False)
    results = await open_dialog(pilot)
    text = await until(pilot, "The loyalty programme is off.", "F11 Settings switches it on.", "[ Cancel ]")
    assert "New balance" not in text
    assert "[ Update ]" not in text
    await pilot.press("ctrl+s", "enter")
    await until_true(pilot, lambda: results == [None])


async def test_somebody_outside_the_programme_can_be_enrolled_and_gets_the_first_points(
    book: Book, pilot: Pilot[None]
) -> None:
    choose(book, sign_up_points=25)
    results = await open_dialog(pilot, ANN)
    text = _joined(await until(pilot, "Ann Baker is not in the loyalty programme.", "[ Enroll ]"))
    assert "Enroll gives 25 points." in text
    assert "New balance" not in text
    await pilot.press("enter")
    await until(pilot, "Balance now: 25 points", "Ann Baker is in the loyalty programme now.", "New balance")
    assert customers.get(book, ANN).loyalty
    await pilot.press("3", "0", "tab", *"Gift", "enter")
    await until_true(pilot, lambda: results == [True])


async def test_nothing_is_promised_to_who_has_entries_already(book: Book, pilot: Pilot[None]) -> None:
    choose(book, sign_up_points=25)
    with book.write():
        loyalty.enter(book, ANN, 40, "Import")
    await open_dialog(pilot, ANN)
    text = _joined(await until(pilot, "Ann Baker is not in the loyalty programme.", "[ Enroll ]"))
    assert "Enroll puts them in, without 25 points: their ledger has entries already." in text
    await pilot.press("enter")
    await until(pilot, "Balance now: 40 points", "Ann Baker is in the loyalty programme now.")


async def test_the_ledger_opens_from_the_dialog_and_gives_back_what_was_typed(book: Book, pilot: Pilot[None]) -> None:
    results = await open_dialog(pilot)
    await pilot.press("9", "9", "tab", *"Gift", "ctrl+u")
    await until_true(pilot, lambda: isinstance(pilot.app.screen, LedgerScreen))
    adjust_elsewhere(book, 50)
    await pilot.press("f6")
    await until_true(pilot, lambda: isinstance(pilot.app.screen, LoyaltyDialog))
    await until(pilot, "Balance now: 50", "50 +49 = 99 points", "Gift")
    assert not results, "it is the same dialog"
    assert len(pilot.app.screen_stack) == 2


async def test_back_from_the_ledger_typing_still_replaces_the_balance(book: Book, pilot: Pilot[None]) -> None:
    await open_dialog(pilot)
    await pilot.press("ctrl+u")
    await until_true(pilot, lambda: isinstance(pilot.app.screen, LedgerScreen))
    await pilot.press("escape", "1", "2", "5")
    await until(pilot, "120 +5 = 125 points")


async def test_the_dialog_speaks_ascii(book: Book, pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TERMINAL, "charset", ASCII)
    monkeypatch.setattr(TERMINAL, "speaks", {})
    gate.forget_terminal()
    choose(book, point_value=Decimal("0.05"), minimum=130)
    await open_dialog(pilot)
    await pilot.press("up")
    await until(pilot, "Loyalty points of Jose Garcia", "120 +1 = 121 points, worth $6.05", "[ Update ]")
    assert screen_text(pilot.app).isascii()
    gate.forget_terminal()


# -- the form's loyalty section


@pytest.mark.parametrize(
    ("rules", "customer_id", "note"),
    [
        pytest.param({"sign_up_points": 25}, None, "Loyalty - joining gives 25 points", id="new"),
        pytest.param(
            {"sign_up_points": 1, "currency": "Stars"}, ANN, "Loyalty - joining gives 1 star", id="not-joined"
        ),
        pytest.param({"on": False}, JOSE, "Loyalty - the programme is off (F11 Settings)", id="off"),
    ],
)
async def test_the_form_says_what_the_programme_means(
    book: Book, pilot: Pilot[None], rules: dict[str, object], customer_id: int | None, note: str
) -> None:
    choose(book, **rules)
    app = pilot.app
    assert isinstance(app, RegularsApp)
    app.open_screen("customer_form", None, customer_id=customer_id)
    await until(pilot, "General")
    await pilot.press("ctrl+k", "ctrl+k")
    await until(pilot, note)


async def test_the_form_says_nothing_of_joining_to_a_member(book: Book, pilot: Pilot[None]) -> None:
    choose(book, sign_up_points=25)
    app = pilot.app
    assert isinstance(app, RegularsApp)
    app.open_screen("customer_form", None, customer_id=JOSE)
    await until(pilot, "General")
    await pilot.press("ctrl+k", "ctrl+k")
    text = await until(pilot, "Loyalty ─")
    assert "joining" not in text
