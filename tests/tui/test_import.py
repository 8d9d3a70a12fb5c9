"""F7: a workbook's preview, import and result, by keys; the reading itself is a session of our own making."""

from __future__ import annotations

import asyncio
import json
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from store import search
from store.errors import StoreError, WorkbookError
from store.exchange import ImportPreview, ImportResult, Progress, RowOutcome, SheetCounts
from store.records import Status
from tests.tui.conftest import screen_text
from tests.tui.waiting import PATIENCE, until, until_first_page, until_true
from tui.app import RegularsApp
from tui.import_desk import PROCESSING, ImportDesk, Stage, result_words
from tui.widgets.progress_line import ProgressLine

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from store.database import Book

SIZE = (80, 24)
Item = Progress | ImportPreview | ImportResult | StoreError

REFUSED = tuple(
    RowOutcome("Customers", row, "error:E-Mail", f"not an address {row}", "must be an e-mail address")
    for row in range(2, 40)
)
PREVIEW = ImportPreview(
    "office.xlsx",
    "stage",
    SheetCounts(1962, 0, 0, 38),
    {"Stores": SheetCounts(created=4)},
    REFUSED,
    ("The column 'Shoe Size' is not known and is left out.",),
)
RESULT = ImportResult("office.xlsx", PREVIEW.counts, PREVIEW.sheets, REFUSED, PREVIEW.notes)


class Session:
    """A reading whose news the test decides."""

    def __init__(self) -> None:
        self.news: list[Item] = []
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def poll(self) -> list[Item]:
        news, self.news = self.news, []
        return news

    def apply(self) -> None:
        self.calls.append("apply")

    def cancel(self) -> None:
        self.calls.append("cancel")


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def app(book: Book, session: Session) -> RegularsApp:
    app = RegularsApp(book)
    app.import_desk = ImportDesk(app, lambda file: session)
    return app


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    file = tmp_path / "office [bold]\x1b]0;x\x07.xlsx"
    file.touch()
    return file


async def test_the_preview_says_what_would_happen_and_nothing_happens(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        await until(pilot, "Reading the workbook. Nothing is written yet.")
        session.news = [Progress("reading", 12_300, 50_000)]
        await until(pilot, "12,300 of 50,000")
        assert "office [bold]␛]0;x␇.xlsx" in screen_text(app)
        session.news = [PREVIEW]
        await until(pilot, "Nothing is written yet. This is what the workbook would do:")
        text = screen_text(app)
        rows = [line.split() for line in text.splitlines()]
        assert ["Customers", "1,962", "0", "0", "38"] in rows
        assert ["Stores", "4", "0", "0", "0"] in rows
        assert "Shoe Size" in text
        assert "E-Mail" in text
        assert "^S Import" in text
        assert "Esc Cancel" in text
        assert session.calls == ["start"]


async def test_yes_goes_back_to_the_list_and_the_till_stays_usable(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [PREVIEW]
        await until(pilot, "^S Import")
        await pilot.press("ctrl+s")
        await until(pilot, PROCESSING)
        assert session.calls == ["start", "apply"]
        assert len(app.screen_stack) == 1
        session.news = [Progress("writing", 500, 1962)]
        await until(pilot, "500 of 1,962")
        await pilot.press("f7")
        await until(pilot, f"{PROCESSING} You can go on working.")
        await pilot.press("escape")
        assert "cancel" not in session.calls
        session.news = [RESULT]
        await until(pilot, "Import done: 1,962 created, 0 updated, 38 refused. ^X shows which.")
        await until_true(pilot, lambda: not app.screen_stack[0].query(ProgressLine))
        await pilot.press("ctrl+x")
        await until(pilot, "The import is done. This is what it did:")
        assert "not an address 2" in screen_text(app)


async def test_enter_on_the_button_imports_too(app: RegularsApp, session: Session, workbook: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [PREVIEW]
        await until(pilot, "^S Import")
        await pilot.press("tab", "enter")
        await until(pilot, PROCESSING)
        assert session.calls == ["start", "apply"]


@pytest.mark.parametrize("refused", [(), REFUSED])
async def test_keys_typed_ahead_import_nothing(
    app: RegularsApp, session: Session, workbook: Path, refused: tuple[RowOutcome, ...]
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [ImportPreview("f", "s", SheetCounts(created=3, refused=len(refused)), {}, refused)]
        await until(pilot, "^S imports; or Tab to the button, then Enter")
        await pilot.press("enter", "space", "enter", *"yes", "down", "enter")
        await pilot.pause()
        assert session.calls == ["start"]
        await pilot.press("tab", "enter")
        await until(pilot, PROCESSING)
        assert session.calls == ["start", "apply"]


@pytest.mark.parametrize("stage", [Stage.READING, Stage.PREVIEW])
async def test_escape_drops_what_was_not_agreed_to(
    app: RegularsApp, session: Session, workbook: Path, stage: Stage
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        await until(pilot, "Reading")
        if stage is Stage.PREVIEW:
            session.news = [PREVIEW]
            await until(pilot, "^S Import")
        await pilot.press("escape")
        await until_first_page(pilot)
        assert session.calls == ["start", "cancel"]


async def test_the_refusals_are_walked_through_with_the_arrows(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [PREVIEW]
        await until(pilot, "^S Import")
        await pilot.press("end")
        await until(pilot, "38/38   Customers, row 39, E-Mail 'not an address 39': must be an e-mail")
        await pilot.press("home", "down")
        await until(pilot, "1/38")


async def test_tens_of_thousands_of_refusals_open_at_once(app: RegularsApp, session: Session, workbook: Path) -> None:
    many = tuple(RowOutcome("Customers", row, "error:E-Mail", "x" * 10_000, "no " * 500) for row in range(50_000))
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [ImportPreview("f", "s", SheetCounts(1, 0, 0, len(many)), {}, many)]
        await until(pilot, "^S Import")
        await pilot.press("end")
        await until(pilot, "50,000/50,000")
        await pilot.press("pageup")
        assert "49,9" in screen_text(app)


async def test_a_file_that_changes_nothing_cannot_be_imported(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [ImportPreview("f", "s", SheetCounts(unchanged=7), {"Stores": SheetCounts(unchanged=4)}, ())]
        text = await until(pilot, "There is nothing to import: no row of the workbook would change the book.")
        assert "^S" not in text
        await pilot.press("ctrl+s")
        assert session.calls == ["start"]
        await pilot.press("enter")
        await until_first_page(pilot)
        assert session.calls == ["start", "cancel"]


async def test_the_whole_note_and_the_whole_reason_stand_below_the_table(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    note = (
        "4 stores are not in the book: Airport, Downtown, Harbor, University. Add them in Settings (F11), Stores, or "
        "import the office's workbook that brings them, then import this file again."
    )
    fault = RowOutcome(
        "Customers", 2, "error:Stores", "University; Downtown",
        "Stores: no store is called University; add it to the sheet Stores",
    )  # fmt: skip
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [ImportPreview("f", "s", SheetCounts(refused=2), {}, (fault, fault), (note,))]
        text = await until(pilot, "There is nothing to import: every row is refused. Here is why:")
        assert "import this file again." in " ".join(text.split())
        await pilot.press("down")
        await until_true(
            pilot, lambda: "no store is called University; add it to the sheet Stores" in _words(screen_text(app))
        )


def _words(text: str) -> str:
    return " ".join(text.split())


async def test_a_refused_file_says_why_and_another_can_be_chosen(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [WorkbookError("This file is no workbook [/x].")]
        await until(pilot, "This file is no workbook [/x].")
        await pilot.press("enter")
        await until(pilot, "Import a workbook")
        await pilot.press("escape")
        await until_first_page(pilot)


async def test_an_import_that_breaks_off_is_said(app: RegularsApp, session: Session, workbook: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [PREVIEW]
        await until(pilot, "^S Import")
        await pilot.press("ctrl+s")
        session.news = [StoreError("The disk is full.")]
        await until(pilot, "! The disk is full.")
        await until_true(pilot, lambda: not app.screen_stack[0].query(ProgressLine))


async def test_f7_asks_for_a_file_and_leaving_the_chooser_leaves_the_import(app: RegularsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f7")
        await until(pilot, "Import a workbook")
        await pilot.press("escape")
        await until_first_page(pilot)


async def test_the_last_import_is_no_command_before_there_was_one(app: RegularsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+x")
        await until_first_page(pilot)


async def import_by_keys(app: RegularsApp, pilot: Pilot[None], file: Path) -> str:
    """F7, the path typed, a look at the preview, yes; what the banner says in the end."""
    await pilot.press("f7")
    await until(pilot, "Import a workbook")
    await pilot.press(*f"{file}")
    await until(pilot, file.name, "1 file")
    await pilot.press("enter")
    await until(pilot, "Nothing is written yet. This is what the workbook would do:")
    await pilot.press("ctrl+s")
    text = await until(pilot, "Import done: ")
    return next(line.strip() for line in text.splitlines() if "Import done" in line)


async def test_the_offices_workbook_is_imported_and_its_customers_are_found(
    empty_book: Book, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The list shows the customers when the import is done, not when it next looks what others wrote.
    monkeypatch.setattr("tui.screens.customers.LOOK_SECONDS", 3600.0)
    app = RegularsApp(empty_book)
    async with app.run_test(size=SIZE) as pilot:
        said = await import_by_keys(app, pilot, samples / "office-customers.xlsx")
        assert said == "✓ Import done: 2,000 created, 0 updated, 0 refused."
        await until(pilot, "2,000 customers")
        await pilot.press("f7")
        await until(pilot, "office-customers.xlsx")
        await pilot.press(*"office-customers.xlsx", "enter")
        await until(pilot, "There is nothing to import: no row of the workbook would change the book.", "2,000")


async def test_the_messy_workbook_says_what_it_refuses(empty_book: Book, samples: Path) -> None:
    expected = json.loads((samples / "messy-customers.expected.json").read_text())
    created = sum(row["outcome"] == "created" for row in expected)
    app = RegularsApp(empty_book)
    async with app.run_test(size=(132, 43)) as pilot:
        said = await import_by_keys(app, pilot, samples / "messy-customers.xlsx")
        refused = len(expected) - created
        assert said == f"✓ Import done: {created} created, 0 updated, {refused} refused. ^X shows which."
        await pilot.press("ctrl+x")
        text = await until(pilot, "The import is done. This is what it did:")
        rows = [line.split() for line in text.splitlines()]
        for row in expected:
            if row["outcome"].startswith("error:") and "duplicate" not in row["outcome"]:
                column = row["outcome"].removeprefix("error:").split()
                assert any(line[: 1 + len(column)] == [str(row["row"]), *column] for line in rows), row


async def test_leaving_the_program_while_it_writes_leaves_a_whole_book(empty_book: Book, samples: Path) -> None:
    app = RegularsApp(empty_book)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=samples / "office-customers.xlsx")
        await until(pilot, "^S Import")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
        await pilot.press("f10")
    end = monotonic() + PATIENCE
    while search.total(empty_book, Status.ALL) < 2000:
        assert monotonic() < end
        await asyncio.sleep(0.05)


async def test_a_workbook_of_receipts_counts_its_own_rows(app: RegularsApp, session: Session, workbook: Path) -> None:
    sheets = {"Receipts": SheetCounts(created=11_693), "Feedback": SheetCounts(created=956, refused=1)}
    refused = (RowOutcome("Feedback", 3, "error:Date", "x", "Date: no such date"),)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [ImportPreview("f", "s", SheetCounts(), sheets, refused)]
        text = await until(pilot, "^S Import", "11,693")
        assert "Customers  " not in text
        await pilot.press("ctrl+s")
        session.news = [ImportResult("f", SheetCounts(), sheets, refused)]
        await until(pilot, "Imported 11,693 receipts, 956 feedback; 1 refused. ^X shows which.")


def test_the_rows_of_receipts_are_counted_by_what_they_are() -> None:
    sheets = {
        "Receipts": SheetCounts(created=11_693), "Receipt Items": SheetCounts(created=36_000, updated=3),
        "Receipt Taxes": SheetCounts(created=24_000), "Receipt Payments": SheetCounts(created=12_500),
    }  # fmt: skip
    words = result_words(ImportResult("f", SheetCounts(), sheets, ()))
    assert words == "Imported 11,693 receipts and their 72,500 items, taxes and payments; 3 updated."
    refused = {"Receipts": SheetCounts(refused=84_193)}
    said = result_words(ImportResult("f", SheetCounts(), refused, REFUSED))
    assert said == "Imported nothing new; 84,193 refused. ^X shows which."
