"""What a customer may ask for, from the list and from their pages: their data, and to be erased."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest

from store import customers, upkeep
from store.erasure_records import Erased, Unreached
from store.errors import ErasureError
from store.hand_over_job import HandOverJob
from tests.tui.conftest import screen_text
from tests.tui.hostile import STORABLE
from tests.tui.waiting import until, until_first_page, until_true
from tui.app import RegularsApp
from tui.screens.erase import NOT_IT, WHAT_STAYS, ErasedDialog, EraseDialog
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

    from store.database import Book


@pytest.fixture
async def pilot(book: Book) -> AsyncIterator[Pilot[None]]:
    async with RegularsApp(book).run_test(size=(80, 24)) as pilot:
        await until(pilot, "5 customers")
        yield pilot


async def type_text(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*("space" if char == " " else char for char in text))


async def choose(pilot: Pilot[None], words: str) -> None:
    """Open the actions of the customer under the cursor, and take one."""
    await pilot.press("f3")
    await until(pilot, words)
    await pilot.press("end", *(["up"] if words.startswith("Hand") else []), "enter")


async def test_the_menu_and_the_palette_offer_both(pilot: Pilot[None]) -> None:
    await pilot.press("f3")
    shown = await until(pilot, "Hand Over Data...", "Erase...")
    assert shown.index("Delete") < shown.index("Hand Over Data...") < shown.index("Erase...")
    await pilot.press("escape", "ctrl+p")
    await type_text(pilot, "hand over")
    await until(pilot, "Hand over data", "Write all that the book has")


async def test_data_is_saved_where_it_is_wanted(pilot: Pilot[None], book: Book, tmp_path: Path) -> None:
    await choose(pilot, "Hand Over Data...")
    await until(pilot, "Hand over data", "Ann Baker 20")
    await type_text(pilot, f"{tmp_path}/ann")
    await pilot.press("enter")
    await until(pilot, "Data saved:", "ann.xlsx")
    told = openpyxl.load_workbook(tmp_path / "ann.xlsx")["Details"]
    assert ("E-Mail", "ann@example.com") in {row[:2] for row in told.iter_rows(values_only=True)}
    assert "Handing over" not in screen_text(pilot.app)


async def test_data_that_cannot_be_saved_is_said(
    pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "stick"
    place.mkdir()
    start = HandOverJob.start

    def pull_the_stick(job: HandOverJob) -> None:
        place.rmdir()
        start(job)

    monkeypatch.setattr(HandOverJob, "start", pull_the_stick)
    await choose(pilot, "Hand Over Data...")
    await until(pilot, "Ann Baker 20")
    await type_text(pilot, f"{place}/ann")
    await pilot.press("enter")
    await until(pilot, "There is no folder")
    assert "Handing over" not in screen_text(pilot.app)


async def test_erasing_is_asked_in_earnest(pilot: Pilot[None], book: Book) -> None:
    await choose(pilot, "Erase...")
    shown = await until(pilot, "Erase Ann Baker?")
    assert " ".join(WHAT_STAYS.split()[:4]) in " ".join(shown.split())
    button = pilot.app.screen.query_one("#erase", PushButton)
    for typed in ("", "erase", "Ann", "yes"):
        await type_text(pilot, typed)
        assert button.disabled
        await pilot.press("enter")
        await until(pilot, NOT_IT)
        await pilot.press("home", *["delete"] * len(typed))
    await pilot.press("escape")
    await until_first_page(pilot)
    assert customers.get(book, 2).name == "Ann Baker"


@pytest.mark.parametrize("typed", ["ERASE", "ann  baker"])
async def test_the_word_or_the_name_erases(pilot: Pilot[None], book: Book, typed: str) -> None:
    await choose(pilot, "Erase...")
    await until(pilot, "Erase Ann Baker?")
    await type_text(pilot, typed)
    assert not pilot.app.screen.query_one("#erase", PushButton).disabled
    await pilot.press("enter")
    await until(pilot, "Customer erased", "4 customers")
    assert customers.get(book, 2).name == "Erased customer"
    assert "Ann Baker" not in screen_text(pilot.app)
    assert len(pilot.app.screen_stack) == 1


async def test_who_is_erased_on_their_own_page_is_called_so_at_once(pilot: Pilot[None], book: Book) -> None:
    await pilot.press("enter", "ctrl+u")
    await until(pilot, "ann@example.com", "General")
    await choose(pilot, "Erase...")
    await until(pilot, "Erase Ann Baker?")
    await type_text(pilot, "ERASE")
    await pilot.press("tab", "enter")
    await until(pilot, "Customer erased")
    await until_true(pilot, lambda: "ann@example.com" not in screen_text(pilot.app))
    await until_true(pilot, lambda: not {"Restore", "Edit", "Actions"} & set(screen_text(pilot.app).split()))
    pages = list(pilot.app.screen_stack)
    await pilot.press("ctrl+b", "f4", "f3")
    assert pilot.app.screen_stack == pages
    assert not customers.get(book, 2).active


async def test_backups_that_were_not_reached_are_named(pilot: Pilot[None], book: Book, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    upkeep.backup(book, tmp_path / "stick" / "copy.db")
    shutil.move(tmp_path / "stick", tmp_path / "pulled")
    await choose(pilot, "Erase...")
    await until(pilot, "Erase Ann Baker?")
    await type_text(pilot, "ERASE")
    await pilot.press("enter")
    shown = await until(pilot, "This is left:", "Close")
    assert "copy.db" in shown
    assert "Connect the drive" in " ".join(shown.split())
    await pilot.press("enter")
    await until_first_page(pilot)


async def test_an_import_in_the_way_is_said(pilot: Pilot[None], book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_job: object) -> None:
        raise ErasureError("A workbook is being imported.")

    monkeypatch.setattr("store.erasure_job.ErasureJob.start", busy)
    await choose(pilot, "Erase...")
    await until(pilot, "Erase Ann Baker?")
    await type_text(pilot, "ERASE")
    await pilot.press("enter")
    await until(pilot, "! A workbook is being imported.")
    assert customers.get(book, 2).name == "Ann Baker"


async def test_a_name_of_control_characters_can_be_erased_by_the_word(hostile_book: Book) -> None:
    one = customers.get(hostile_book, 1)
    app = RegularsApp(hostile_book)
    told: list[bool | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_screen("erase", told.append, customer=one)
        await until_true(pilot, lambda: isinstance(app.screen, EraseDialog))
        await type_text(pilot, "ERASE")
        await pilot.press("enter")
        await until_first_page(pilot)
        done = Erased(False, (), tuple(Unreached(text, text) for text in STORABLE.values()))
        app.open_screen("erased", done=done)
        await until_true(pilot, lambda: isinstance(app.screen, ErasedDialog))
        await pilot.press("enter")
        await until_first_page(pilot)
    assert told == [True]
