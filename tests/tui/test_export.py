"""F8: the list, or everything, written as a file, by keys; with the real exporter."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from store.errors import ExportError
from store.exchange import ExportRequest, ExportResult, Progress
from store.records import ListQuery
from tests.tui.waiting import until, until_first_page
from tui.app import RegularsApp
from tui.export_form import What, file_name, list_choice, request_for, result_words, with_suffix
from tui.widgets.path_box import PathBox

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from store.database import Book
    from store.records import Actor

SIZE = (80, 24)


@pytest.fixture
def home() -> Path:
    """Where an export goes when nothing else is said."""
    return Path(os.environ["HOME"])


async def opened(pilot: Pilot[None], query: ListQuery | None = None) -> None:
    """Open the form, its counts come."""
    assert isinstance(pilot.app, RegularsApp)
    pilot.app.open_screen("export", query=query or ListQuery())
    await until(pilot, "The list as it is shown:")


def rows_of(path: Path, sheet: str = "Customers") -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()


async def test_f8_and_one_key_export_the_list_as_it_is_shown(book: Book, home: Path) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"garcia")
        await pilot.press("f8")
        await until(pilot, "The list as it is shown: 1 customer, 8 columns, matching 'garcia'")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
        await until(pilot, "Exported 1 customer to")
    target = home / file_name(".xlsx")
    rows = rows_of(target)
    assert len(rows) == 2
    assert "García" in rows[1]


async def test_everything_as_a_workbook(book: Book, home: Path) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("down", "ctrl+s")
        await until_first_page(pilot)
    target = home / file_name(".xlsx")
    assert len(rows_of(target)) == 6
    assert "Stores" in CalamineWorkbook.from_path(str(target)).sheet_names


async def test_choosing_csv_changes_the_ending_and_the_file(book: Book, home: Path) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("tab", "down")
        await until(pilot, f"~/{file_name('.csv')}")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
    with (home / file_name(".csv")).open(newline="", encoding="utf-8-sig") as stream:
        assert len(list(csv.reader(stream))) == 6


async def test_a_typed_ending_chooses_the_format(book: Book, home: Path) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("tab", "tab", "ctrl+u", *"~/list.csv")
        await until(pilot, "(•) Plain text")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
    assert (home / "list.csv").exists()


async def test_what_is_typed_replaces_the_proposed_file(book: Book, home: Path, tmp_path: Path) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("tab", "tab", *f"{tmp_path}/list.xlsx.xlsx")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
        await until(pilot, "Exported 5 customers to")
    assert (tmp_path / "list.xlsx").exists()
    assert not list(home.glob("*.xlsx*"))


async def test_a_file_that_is_there_is_only_replaced_when_agreed(book: Book, home: Path) -> None:
    target = home / file_name(".xlsx")
    target.write_text("mine")
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, "Replace the file?", target.name)
        await pilot.press("enter")
        await until(pilot, "The list as it is shown")
        assert target.read_text() == "mine"
        await pilot.press("ctrl+s")
        await until(pilot, "Replace the file?")
        await pilot.press("left", "enter")
        await until_first_page(pilot)
    assert len(rows_of(target)) == 6


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("/nowhere/at/all/x.xlsx", "There is no such folder."), ("~/", "Type a name for the file.")],
)
async def test_a_path_that_cannot_be_is_said(book: Book, typed: str, sentence: str) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("tab", "tab", "ctrl+u", *typed)
        await pilot.press("ctrl+s")
        await until(pilot, sentence)
        assert len(app.screen_stack) == 2


async def test_the_folder_can_be_chosen_and_is_offered_next_time(book: Book, tmp_path: Path) -> None:
    folder = tmp_path / "stick [bold]"
    folder.mkdir()
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f12")
        await until(pilot, "Export to", "Save as")
        await pilot.press("ctrl+u", *f"{folder}/mine")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
        await until(pilot, "Exported 5 customers to")
        assert len(rows_of(folder / "mine.xlsx")) == 6
        await app.workers.wait_for_complete()
        await opened(pilot)
        assert app.screen.query_one(PathBox).value == str(folder / file_name(".xlsx"))


class SlowJob:
    """An export that goes on until it is stopped."""

    made: list[SlowJob]
    says: list[Progress | ExportResult | ExportError]

    def __init__(self, book_path: Path, target: Path, request: ExportRequest, actor: Actor) -> None:
        self.request = request
        self.cancelled = False
        SlowJob.made.append(self)

    def start(self) -> None:
        pass

    def poll(self) -> list[Progress | ExportResult | ExportError]:
        said, SlowJob.says = SlowJob.says, []
        return said

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture
def slow_job(monkeypatch: pytest.MonkeyPatch) -> type[SlowJob]:
    SlowJob.made, SlowJob.says = [], [Progress("writing", 1500, 6000)]
    monkeypatch.setattr("store.workbook.export_job.ExportJob", SlowJob)
    return SlowJob


async def test_progress_is_shown_and_escape_stops(book: Book, slow_job: type[SlowJob]) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, "1,500 of 6,000", "Esc Cancel")
        await pilot.press("escape")
        await until(pilot, "The export was stopped. Nothing was left behind.", "^S Export")
        assert slow_job.made[0].cancelled
        await pilot.press("escape")
        await until_first_page(pilot)


async def test_a_fault_is_said_and_the_form_stays(book: Book, slow_job: type[SlowJob]) -> None:
    slow_job.says = [ExportError("There is no room left on [/x].")]
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, "There is no room left on [/x].", "^S Export")


async def test_notes_about_the_file_are_read_before_one_leaves(book: Book, slow_job: type[SlowJob]) -> None:
    slow_job.says = [ExportResult("/x.csv", {"Customers": 5}, ("A .csv file has one sheet.",))]
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, "Exported 5 customers to /x.csv", "A .csv file has one sheet.")
        await pilot.press("enter")
        await until_first_page(pilot)


def test_the_form_asks_for_what_it_says() -> None:
    query = ListQuery(text="x")
    assert request_for(What.LIST, query) == ExportRequest(query)
    assert request_for(What.EVERYTHING, query) == ExportRequest()
    assert request_for(What.CUSTOMERS, query) == ExportRequest(customers_only=True)
    assert list_choice(ListQuery(loyalty=True), 1234, ()) == (
        "The list as it is shown: 1,234 customers, 8 columns (Only: Loyalty members)"
    )
    assert file_name(".xlsx", date(2026, 11, 22)) == "customers-2026-11-22.xlsx"
    assert with_suffix("a.xlsx.CSV", ".xlsx") == "a.xlsx.xlsx"
    assert with_suffix("noending", ".csv") == "noending"
    result = ExportResult("/x", {"Customers": 1, "Stores": 4})
    assert result_words(result) == "Exported 1 customer and 4 other rows to"
