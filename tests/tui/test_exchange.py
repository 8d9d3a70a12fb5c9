"""The exchange by folder on the screen: setting it up, exchanging by a key, and what was sent and taken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from store import customers
from store.errors import ExchangeError
from store.exchange import Progress
from store.records import Actor
from store.workbook.folder import sync
from store.workbook.folder_job import Exchanged
from store.workbook.folder_records import FileLine, Outcome, Terms
from store.workbook.folder_setup import choose, terms
from tests.store.workbook.folders import AT_ONCE, imports_inside
from tests.store.workbook.importing import ADA
from tests.store.workbook.importing import customers as sheet
from tests.tui.settings_bench import SAVED, SIZE, opened, typed_into
from tests.tui.waiting import until, until_first_page, until_true
from tui.app import RegularsApp
from tui.exchange_desk import NO_FOLDER, ExchangeDesk
from tui.screens.exchanged import told

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book
    from store.errors import StoreError


class Job:
    """An exchange that tells what a test gives it."""

    def __init__(self) -> None:
        self.news: list[Progress | Exchanged | StoreError] = []
        self.started = 0

    def start(self) -> None:
        """Begin."""
        self.started += 1

    def poll(self) -> list[Progress | Exchanged | StoreError]:
        """What there is."""
        news, self.news = self.news, []
        return news


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    path = tmp_path / "office share"
    path.mkdir()
    return path


def with_job(book: Book) -> tuple[RegularsApp, Job]:
    """A program whose exchange is the test's."""
    app, job = RegularsApp(book), Job()
    app.exchange_desk = ExchangeDesk(app, lambda: job)
    return app, job


async def test_a_folder_is_typed_and_kept(book: Book, folder: Path) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "settings", "No folder yet")
        await pilot.press("end", "up", "enter")
        await until(pilot, "Wait for a till*", "days without an exchange", "Nothing has changed yet")
        await typed_into(pilot, "folder", "share")
        await until(pilot, "! a whole path, such as /mnt/office")
        await typed_into(pilot, "folder", str(folder))
        await typed_into(pilot, "days", "0")
        await until(pilot, "! a whole number from 1 to 3,650")
        await typed_into(pilot, "days", "9")
        app.screen.query_one("#field-office").focus()
        await pilot.press("space", "ctrl+s")
        await until(pilot, SAVED)
    assert terms(book) == Terms(str(folder), 9, office=True)


async def test_a_folder_that_is_not_there_is_said_at_its_field(book: Book, folder: Path) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "exchange_settings", "Nothing has changed yet")
        await typed_into(pilot, "folder", f"{folder}/no")
        await pilot.press("ctrl+s")
        await until(pilot, "! no such folder; connect its share, or make it first")
    assert terms(book).folder == ""


async def test_a_folder_is_found_with_the_keyboard(book: Book, folder: Path) -> None:
    (folder / "shop").mkdir()
    (folder / "a file.txt").touch()
    choose(book, Terms(str(folder)))
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "exchange_settings", "Never exchanged yet.")
        await pilot.press("f12")
        shown = await until(pilot, "Exchange by", "1 folder in here. ^S chooses this one: office share", "shop")
        assert "a file.txt" not in shown
        assert "This folder" in shown
        await pilot.press(*"zzz", "ctrl+s")
        await until(pilot, "There is no folder zzz here.")
        await pilot.press("enter")
        await until(pilot, "There is no folder zzz here.")
        await pilot.press(*["backspace"] * 3, *"sho", "enter")
        await until(pilot, "0 folders in here. ^S chooses this one: shop")
        await pilot.press("ctrl+s")
        await until(pilot, "office share/shop")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
    assert terms(book).folder == str(folder / "shop")


async def test_the_key_exchanges_with_progress_and_its_end_is_said_wherever_one_is(book: Book, folder: Path) -> None:
    choose(book, Terms(str(folder)))
    app, job = with_job(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "exchange_settings", "Never exchanged yet.", "[ Exchange now ]")
        await pilot.press("ctrl+a")
        await until(pilot, "Exchanging... Starting...")
        await pilot.press("ctrl+a")
        job.news = [Progress("writing", 5, 10)]
        await until(pilot, "Exchanging... Writing", "5 of 10")
        await pilot.press("escape")
        await until_first_page(pilot)
        await until(pilot, "Exchange", "5 of 10")
        job.news = [Exchanged("Exchange done: 1 file taken.")]
        await until(pilot, "Exchange done: 1 file taken.")
        await until_true(pilot, lambda: not app.screen.query("ProgressLine"))
    assert job.started == 1


async def test_what_is_not_whole_or_fails_is_said_as_a_fault(book: Book, folder: Path) -> None:
    choose(book, Terms(str(folder)))
    app, job = with_job(book)
    async with app.run_test(size=SIZE) as pilot:
        await until_first_page(pilot)
        app.screen.action_exchange()  # type: ignore[attr-defined]
        job.news = [Exchanged("Exchange done: 1 file refused.", whole=False)]
        await until(pilot, "! Exchange done: 1 file refused.")
        app.screen.action_exchange()  # type: ignore[attr-defined]
        job.news = [ExchangeError("There is no folder [red].")]
        await until(pilot, "! There is no folder [red].")


async def test_the_palette_exchanges_and_says_where_the_folder_is_set_up(book: Book, folder: Path) -> None:
    app, job = with_job(book)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, "Baker")
        await pilot.press("ctrl+p", *"exchange now", "enter")
        await until(pilot, NO_FOLDER)
        choose(book, Terms(str(folder)))
        await pilot.press("ctrl+p", *"exchange now", "enter")
        await until_true(pilot, lambda: job.started == 1)


async def test_settings_that_are_not_kept_are_not_exchanged_by(book: Book, folder: Path) -> None:
    app, job = with_job(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "exchange_settings", "Nothing has changed yet")
        await typed_into(pilot, "folder", str(folder))
        await pilot.press("ctrl+a")
        await until(pilot, "! Update the settings first, then exchange.")
    assert job.started == 0


async def test_what_was_sent_and_taken_is_listed(book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imports_inside(monkeypatch)
    sync(book.path, folder, Actor("Kim", "Till 1"), rules=AT_ONCE)
    sheet(folder / "inbox" / "march [red].xlsx", ADA)
    (folder / "inbox" / "letter.xlsx").write_text("Dear all")
    sync(book.path, folder, Actor("Kim", "Till 1"), rules=AT_ONCE)
    customers.update(book, 1, {"city": "Salem"}, 1, base=customers.get(book, 1))
    book.execute("UPDATE folder_export SET sent_at = '2026-01-01T10:00:00Z'")
    app, job = with_job(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(
            pilot, "exchanged", "Last exchanged", "1 change since then.", "yet seen 1 export.",
            "refused", "letter.xlsx", "taken", "march [red].xlsx", "sent", "regulars-Till-1-",
        )  # fmt: skip
        await until(pilot, "Refused on", "is named .xlsx but is plain text")
        await pilot.press("end")
        await until(pilot, "Number 1: 5 customers. Not yet seen by the office.")
        await pilot.press("ctrl+a")
        await until(pilot, "Exchanging...")
        sync(book.path, folder, Actor("Kim", "Till 1"), rules=AT_ONCE)
        job.news = [Exchanged("Exchange done: number 2 written.")]
        await until(pilot, "Nothing changed since.", "-000002.xlsx")


def test_what_was_left_out_of_a_file_is_told() -> None:
    line = FileLine("back.xlsx", datetime(2026, 3, 1, 10, 0, tzinfo=UTC), Outcome.PART, 2, 1, "", 0, "")
    assert "In part on" in told(line)
    assert "2 rows refused. Faulty cells of 1 row left out." in told(line)


async def test_a_real_exchange_runs_beside_the_program(book: Book, folder: Path) -> None:
    choose(book, Terms(str(folder)))
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, "Baker")
        app.screen.action_exchange()  # type: ignore[attr-defined]
        await until(pilot, "Exchange done: number 1 written.")
    assert len(list((folder / "outbox").iterdir())) == 1
