"""Taking an import back, and judging likely pairs, by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import customers, duplicates
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.importing import run_import
from tests.tui.conftest import screen_text
from tests.tui.waiting import until_true
from tui.app import RegularsApp
from tui.screens.duplicates import DuplicatesScreen
from tui.screens.imports import ImportsScreen

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

ADA = {"First Name": "Ada", "Last Name": "Lovelace", "E-Mail": "ada@example.com"}


async def test_an_import_is_taken_back_after_asking(book: Book, tmp_path: Path) -> None:
    run_import(book, sheet(tmp_path / "office.xlsx", ADA))
    assert book.rows("SELECT count(*) FROM customer WHERE first_name = 'Ada'") == [(1,)]
    app = RegularsApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_screen("imports")
        await until_true(pilot, lambda: "office.xlsx" in screen_text(app))
        assert isinstance(app.screen, ImportsScreen)
        await pilot.press("delete")
        await until_true(pilot, lambda: "Take this import back?" in screen_text(app))
        await pilot.press("left", "enter")
        await until_true(pilot, lambda: "1 removed" in screen_text(app) and "taken back" in screen_text(app))
        assert not app.screen.check_action("delete", ())
    assert book.rows("SELECT count(*) FROM customer WHERE first_name = 'Ada'") == [(0,)]


async def test_two_are_made_one_and_two_again(book: Book) -> None:
    for name in ("Zoe", "Zoey"):
        customers.create(
            book, {"first_name": name, "last_name": "Fox", "email": "zoe@fox.example", "phone": "555 0123"}
        )
    app = RegularsApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_screen("duplicates")
        await until_true(pilot, lambda: "share: E-Mail, Phone Number" in screen_text(app))
        assert isinstance(app.screen, DuplicatesScreen)
        await pilot.press("enter")
        await until_true(pilot, lambda: "One person, or two?" in screen_text(app))
        await pilot.press("left", "left", "enter")
        await until_true(pilot, lambda: "put together" in screen_text(app) and duplicates.joined(book) != ())
        await pilot.press("delete")
        await until_true(pilot, lambda: "Take them apart?" in screen_text(app))
        await pilot.press("enter")
        await until_true(pilot, lambda: duplicates.joined(book) == ())
    assert book.rows("SELECT count(*) FROM customer WHERE last_name = 'Fox'") == [(2,)]
