"""F7: a workbook's preview, import and result, by keys; the reading itself is a session of our own making."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from dataclasses import replace
from time import monotonic
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar

import pytest

from store import customers, search
from store.errors import ExportError, StoreError, WorkbookError
from store.exchange import CellFault, FieldMove, ImportPreview, ImportResult, Progress, RowMove, RowOutcome, SheetCounts
from store.records import Status
from store.review_records import Answer, Kind, Question
from tests.tui.conftest import screen_lines, screen_text
from tests.tui.reviews import Reviewing, Session, question
from tests.tui.waiting import PATIENCE, until, until_first_page, until_true
from tui.app import RegularsApp
from tui.import_desk import PROCESSING, SHEET_WORDS, ImportDesk, Stage, result_words
from tui.widgets.progress_line import ProgressLine

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from store.database import Book
    from store.records import Actor

SIZE = (80, 24)
TAKE, KEEP = Answer.TAKE, Answer.KEEP

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
        session.news = [ImportPreview("f", "", SheetCounts(unchanged=7), {"Stores": SheetCounts(unchanged=4)}, ())]
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
        session.news = [ImportPreview("f", "", SheetCounts(refused=2), {}, (fault, fault), (note,))]
        text = await until(pilot, "There is nothing to import: every row is refused. Here is why:")
        assert "import this file again." in " ".join(text.split())
        await pilot.press("down")
        await until_true(
            pilot, lambda: "no store is called University; add it to the sheet Stores" in _words(screen_text(app))
        )


async def test_changes_are_shown_field_by_field(app: RegularsApp, session: Session, workbook: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, Session(customers=1000))
        text = await until(pilot, "• Changes 1,000", "Refused 38, notes 1", "+ new   E-Mail p0@example.com")
        rows = [line.split() for line in text.splitlines()]
        assert ["3", "Person", "00002", "City", "Bath", "Salem", "1"] in rows
        assert any(row[:3] == ["?", "Phone", "Number"] for row in rows)
        assert "not an address" not in text
        await until(pilot, "1/1,000   Row 2, Person 00001 is new: E-Mail p0@example.com")
        await pilot.press("down", "down", "down")
        await until(
            pilot, "3/1,000   Row 4, Person 00003, Phone Number (the cell was emptied)",
            "Before: 555 010 1000", "Now: 555 010 2000", "Waits for an answer: (empty)",
        )  # fmt: skip
        await pilot.press("end")
        await until(pilot, "1,000/1,000   Row 1,001, Person 01000 is new")
        await pilot.press("home")
        await until(pilot, "1/1,000 ")


async def previewed(
    app: RegularsApp,
    pilot: Pilot[None],
    session: Session,
    workbook: Path,
    told: Session,
    *questions: Question,
    until_shown: bool = True,
) -> None:
    """Open a preview of as many customers as `told` has, with these questions."""
    session._move, session._customers, session.wait = told._move, told._customers, told.wait
    app.open_screen("import", path=workbook)
    session.news = [replace(PREVIEW, moves=told._customers, questions=questions)]
    if until_shown:
        await until(pilot, "^S Import")


async def test_keys_do_not_wait_for_the_changes_and_the_yes_comes_after_them(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    gate = threading.Event()
    slow = Session(customers=1000)
    slow.wait = lambda: gate.wait(30)
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, slow)
        await until(pilot, "Reading what would change...")
        await pilot.press("right")
        await until(pilot, "• Refused 38, notes 1", "not an address 2")
        await pilot.press("ctrl+k")
        await until(pilot, "• Changes 1,000")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
        assert session.calls == ["start"]
        gate.set()
        await until(pilot, PROCESSING)
        assert session.calls == ["start", "apply"]


async def test_leaving_a_preview_whose_changes_have_not_come_drops_it(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    gate = threading.Event()
    slow = Session(customers=1000)
    slow.wait = lambda: gate.wait(30)
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, slow)
        await pilot.press("escape")
        await until_first_page(pilot)
        gate.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert session.calls == ["start", "cancel"]


async def test_a_reader_that_does_not_answer_ends_the_import(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    gate = threading.Event()

    def fail() -> None:
        gate.wait(30)
        raise WorkbookError("The reader is gone.")

    broken = Session(customers=3)
    broken.wait = fail
    async with app.run_test(size=SIZE) as pilot:
        gate.set()
        await previewed(app, pilot, session, workbook, broken, until_shown=False)
        await until(pilot, "The reader is gone.", "[ Choose another file ]")
        await pilot.press("escape")
        await until_first_page(pilot)
        gate.clear()
        await previewed(app, pilot, session, workbook, broken)
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
        gate.set()
        await until(pilot, "! The reader is gone.")
        assert "apply" not in session.calls


async def test_answers_go_with_the_import(app: RegularsApp, session: Session, workbook: Path) -> None:
    asked = [question(1), question(2), question(3), question(4, Kind.WHO, theirs="Somebody")]
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, Session(customers=3), *asked)
        await until(pilot, "• Changes 3", "  Questions 4 ")
        await pilot.press("space", "enter", "right")
        await until(pilot, "• Questions 4 ", "3 conflicts: ", "1 pair: ", "1/4   Conflict: Person 00001, City")
        await pilot.press("space", "down", "enter", "enter", "down", "space", "space", "space")
        await until(pilot, "• Questions 4, answered 2", "3/4   Conflict")
        await pilot.press("end", "space")
        await until(pilot, "One person  Person 00004", "answered 3")
        assert session.calls == ["start"]
        await pilot.press("ctrl+s")
        await until(pilot, PROCESSING)
        assert session.answers == {"conflict-1": TAKE, "conflict-2": KEEP, "who-4": TAKE}
        session.news = [RESULT]
        await until(pilot, "Import done: 1,962 created, 0 updated, 38 refused. ^X shows which. 1", "^P, Review.")


async def test_questions_of_a_preview_are_answered_alike_after_asking(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    asked = [question(1), question(2), question(3, Kind.BLANK), question(4, Kind.WHO, theirs="Somebody")]
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, Session(), *asked)
        await until(pilot, "• Questions 4")
        await pilot.press("f3", "enter")
        await until(pilot, "Take: all 2 conflicts?", "[ Yes ]")
        await pilot.press("right", "enter")
        await until(pilot, "• Questions 4 ")
        await pilot.press("f3", "enter", "enter")
        await until(pilot, "• Questions 4, answered 2")
        await pilot.press("f3", "end", "enter", "enter")
        await until(pilot, "answered 3")
        await pilot.press("ctrl+s")
        await until(pilot, PROCESSING)
        assert session.answers == dict.fromkeys(("conflict-1", "conflict-2", "blank-3"), KEEP)


async def test_what_was_answered_is_forgotten_with_its_file(app: RegularsApp, session: Session, workbook: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        for answered in ("Questions 1, answered 1", "Questions 1 "):
            await previewed(app, pilot, session, workbook, Session(), question(1))
            if "answered" in answered:
                await pilot.press("space")
            await until(pilot, answered)
            await pilot.press("escape")
            if "answered" in answered:
                await until(pilot, "Leave without answering?", "1 answer marked, and not carried out.")
                await pilot.press("enter")  # the question begins at Stay
                await until(pilot, answered)
                assert session.calls == ["start"]
                await pilot.press("escape", "left", "enter")
            await until_first_page(pilot)


async def test_one_key_answers_all_cells_of_a_slipped_row(app: RegularsApp, session: Session, workbook: Path) -> None:
    cells = [question(at, Kind.PERSON, row="a") for at in (1, 2, 3)] + [question(4, Kind.PERSON, row="b")]
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, Session(), *cells)
        await until(pilot, "4 slipped cells: a row has become somebody else's")
        await pilot.press("space")
        await until(pilot, "Questions 4, decisions 2, answered 1")
        await pilot.press("down", "space", "ctrl+s")
        await until(pilot, PROCESSING)
        assert session.answers == dict.fromkeys((cell.id for cell in cells[:3]), KEEP)


async def test_the_title_of_the_questions_is_seen_first(app: RegularsApp, session: Session, workbook: Path) -> None:
    many = [question(at, Kind.PERSON, row=str(at % 2), ours="", base="") for at in range(34)]
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, Session(), *many)
        text = await until(pilot, "34 slipped cells: a row", "Questions 34, decisions 2", "Person 00000")
        assert any(line.split()[:5] == ["Later", "Person", "00001", "City", "(empty)"] for line in text.splitlines())


async def test_a_title_under_the_cursor_is_a_sentence(app: RegularsApp, session: Session, workbook: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, Session(), question(1, Kind.BLANK))
        await pilot.press("up")
        await until(pilot, "1 emptied cell: a cell was emptied; was it meant? Take empties the field.")


async def test_long_values_are_read_on_below_the_list(app: RegularsApp, session: Session, workbook: Path) -> None:
    note = " ".join(f"word{at}" for at in range(200))
    field = FieldMove("Notes", "", note, note.replace("word150 ", "WORD150 "))
    told = Session(lambda at: RowMove(at + 2, f"uid {at}", f"Person {at}", "updated", (field,)), 3)
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, told)
        text = await until(pilot, "Space Read on", "1/3   Row 2, Person 0, Notes")
        assert " WORD150 " in text.partition("1/3")[2]
        await pilot.press("space")
        await until(pilot, "Now: word0 word1 ")
        await pilot.press("down")
        await until(pilot, "2/3   Row 3, Person 1, Notes", "Now: …")


async def test_sheets_that_bring_nothing_share_one_line(app: RegularsApp, session: Session, workbook: Path) -> None:
    sheets = {
        "Stores": SheetCounts(unchanged=2), "Loyalty": SheetCounts(created=1, unchanged=202), "Settings": SheetCounts(),
        "Receipts": SheetCounts(unchanged=1077), "Feedback": SheetCounts(unchanged=5, refused=1),
    }  # fmt: skip
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [ImportPreview("f", "s", SheetCounts(updated=1), sheets, REFUSED)]
        text = await until(pilot, "Unchanged: Stores 2, Receipts 1,077")
        assert [line.split()[:2] for line in text.splitlines() if line.strip().startswith(("Loy", "Feed", "Sett"))] == [
            ["Loyalty", "1"], ["Feedback", "0"],
        ]  # fmt: skip


async def test_two_customers_of_a_preview_can_be_compared(
    app: RegularsApp, session: Session, workbook: Path, book: Book
) -> None:
    one, other = (customers.get(book, who).uid for who in (1, 2))
    asked = Question("who", Kind.WHO, one, "José García", "E-Mail", "", "", "Ann Baker", "", other)
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, Session(), asked)
        await pilot.press("ctrl+u")
        await until(pilot, "One person, or two?", "Likes the window seat.")
        await pilot.press("left", "left", "enter")
        await until(pilot, "• Questions 1, answered 1", "One person  José García")


async def test_somebody_who_only_comes_is_named_beside_who_is_there(
    app: RegularsApp, session: Session, workbook: Path, book: Book
) -> None:
    uid = customers.get(book, 1).uid
    asked = Question("who", Kind.WHO, uid, "José García", "Phone Number", "", "José García", "Joe [x] Garth", "", "new")
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, Session(), asked)
        await until(pilot, "1 pair: two customers who may be one person", "José García and Joe [x] Garth")
        await pilot.press("ctrl+u")
        await until(
            pilot, "The two share: Phone Number.", "José García", "Joe [x] Garth", "once the workbook is imported"
        )
        await pilot.press("left", "enter")
        await until(pilot, "• Questions 1, answered 1", "Two people  José García")


async def test_a_workbook_that_only_asks_can_be_imported(app: RegularsApp, session: Session, workbook: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        counts = SheetCounts(unchanged=7, held=2)
        session.news = [ImportPreview("f", "s", counts, {}, (), questions=(question(1), question(2)))]
        await until(pilot, "No row would change, but there are questions", "Held", "^S Import")
        await pilot.press("ctrl+s")
        await until(pilot, PROCESSING)
        session.news = [ImportResult("f", counts, {}, ())]
        await until(pilot, "0 refused. 2 questions wait: ^P, Review.")


async def test_a_workbook_that_only_has_the_book_learn_can_be_imported(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    brings = ("1 customer is erased, for good", "1 answer given elsewhere")
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [ImportPreview("f", "s", SheetCounts(unchanged=7), {}, (), brings=brings)]
        text = await until(pilot, "No row would change, but there is more:", "^S Import")
        assert "The book learns: 1 customer is erased, for good; 1 answer given elsewhere." in text
        await pilot.press("ctrl+s")
        session.news = [ImportResult("f", SheetCounts(unchanged=7), {}, ())]
        await until(pilot, "Import done: 1 customer is erased, for good; 1 answer given elsewhere.")
        await pilot.press("ctrl+x")
        await until(pilot, "This is what it did:", "The book learns: 1 customer is erased, for good")


async def test_the_last_import_leads_to_the_questions_it_left(
    app: RegularsApp, session: Session, workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.review.the_book", lambda: Reviewing([question(2)]))
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, Session(), question(1), question(2))
        await pilot.press("space", "ctrl+s")
        session.news = [RESULT]
        await until(pilot, "Import done: ")
        await pilot.press("ctrl+x")
        await until(pilot, "1 question of the workbook went unanswered: Enter opens the review.", "[ Review ]")
        await pilot.press("enter")
        await until(pilot, "Regulars · Review", "1 question: 1 conflict")


async def test_cells_left_out_and_cells_held_are_told_from_refused_rows(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    rows = (
        REFUSED[0],
        RowOutcome("Customers", 7, "part:Phone Number", "12x", "Phone Number: 6 to 28 digits"),
        RowOutcome("Customers", 8, "held:City", "", "City: the cell was emptied"),
    )
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [ImportPreview("f", "s", SheetCounts(updated=2, refused=1, held=1), {}, rows)]
        text = await until(pilot, "• Refused 1, cells 1, held 1")
        lines = [line.split()[:4] for line in text.splitlines()]
        assert ["2", "refused", "E-Mail", "not"] in lines
        assert ["7", "cell", "Phone", "Number"] in lines
        assert ["8", "held", "City", "the"] in lines
        await pilot.press("down")
        await until(pilot, "2/3   Customers, row 7, Phone Number '12x': 6 to 28 digits")


async def test_a_workbook_of_every_sheet_leaves_room_for_the_list(
    app: RegularsApp, session: Session, workbook: Path
) -> None:
    sheets = dict.fromkeys(SHEET_WORDS, SheetCounts(created=12))
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [ImportPreview("f", "s", SheetCounts(created=3), sheets, REFUSED)]
        text = await until(pilot, "Receipt Payments", "[ Import ]", "^S Import", "1/38   Customers, row 2")
        assert text.count("must be an e-mail") > 4
        await pilot.resize_terminal(60, 16)
        text = await until(pilot, "[ Import ]", "1/38   Customers, row 2")
        assert "Receipt Payments" not in text


class ReturnedJob:
    """Writes nothing; its news are the test's."""

    made: ClassVar[list[ReturnedJob]] = []

    def __init__(self, book_path: Path, file: Path, out: Path, actor: Actor) -> None:
        self.given = (book_path, file, out, actor)
        self.news: list[object] = []
        self.made.append(self)

    def start(self) -> None:
        if self.given[2].name == "broken.xlsx":
            raise ExportError("The copy could not be started.")

    def poll(self) -> list[object]:
        news, self.news = self.news, []
        return news


@pytest.fixture
def returned(monkeypatch: pytest.MonkeyPatch) -> list[ReturnedJob]:
    module = ModuleType("store.workbook.returned")
    module.ReturnedJob = ReturnedJob  # type: ignore[attr-defined]  # what the module holds
    monkeypatch.setitem(sys.modules, "store.workbook.returned", module)
    monkeypatch.setattr(ReturnedJob, "made", [])
    return ReturnedJob.made


async def test_a_marked_copy_of_the_senders_file_is_saved_beside_it(
    app: RegularsApp, session: Session, workbook: Path, returned: list[ReturnedJob]
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, Session())
        await pilot.press("f8")
        await until(pilot, "Save a marked copy", "office [bold]␛]0;x␇ returned.xlsx")
        await pilot.press(*"back", "enter")
        await until(pilot, "back.xlsx", "Starting...", "^S Import")
        (job,) = returned
        assert job.given == (app.book.path, workbook, workbook.parent / "back.xlsx", app.actor)
        assert "F8" not in screen_lines(app)[-1]
        job.news = [Progress("writing", 5, 38)]
        await until(pilot, "5 of 38")
        job.news = [object()]
        text = await until(pilot, "✓ Marked copy saved: ", "back.xlsx", "F8 Marked copy")
        assert "5 of 38" not in text
        assert session.calls == ["start"]


async def test_a_copy_goes_on_when_its_screen_is_left_and_faults_are_said(
    app: RegularsApp, session: Session, workbook: Path, returned: list[ReturnedJob]
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await previewed(app, pilot, session, workbook, Session())
        await pilot.press("f8", *"broken", "enter")
        await until(pilot, "! The copy could not be started.", "F8 Marked copy")
        await pilot.press("f8", *"back", "enter")
        await until(pilot, "back.xlsx", "Starting...")
        await pilot.press("escape")
        await until_first_page(pilot)
        returned[-1].news = [ExportError("The disk is full.")]
        await until(pilot, "! The disk is full.")


async def test_without_a_fault_there_is_nothing_to_mark(app: RegularsApp, session: Session, workbook: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("import", path=workbook)
        session.news = [ImportPreview("f", "s", SheetCounts(created=3), {}, ())]
        assert "F8" not in await until(pilot, "^S Import")
        await pilot.press("f8")
        await pilot.pause()
        assert "marked" not in screen_text(app)


async def test_a_marked_workbook_with_macros_keeps_its_ending(
    app: RegularsApp, session: Session, tmp_path: Path, returned: list[ReturnedJob]
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        (tmp_path / "till returned.xlsm").touch()
        await previewed(app, pilot, session, tmp_path / "till returned.xlsm", Session())
        await pilot.press("f8")
        await until(pilot, "Save a marked copy", "till returned 2.xlsm")
        await pilot.press(*"back", "enter")
        await until(pilot, "back.xlsm", "Starting...")
        assert returned[0].given[2] == tmp_path / "back.xlsm"


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
        assert said.startswith("✓ Import done: 2,000 created, 0 updated, 0 refused.")
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


def test_only_what_was_refused_or_left_out_is_said_to_be_shown() -> None:
    """A row that waits for an answer stands in the review, and one that was taken in part was not refused."""
    phone = CellFault("Phone Number", "12", "6 to 28 digits")
    city = CellFault("City", "Rome", "the book has Paris")
    part = RowOutcome("Customers", 2, "part:Phone Number", "12", "Phone Number: 6 to 28 digits", (phone,))
    held = RowOutcome("Customers", 3, "held:City", "Rome", "City: the book has Paris", (city,))
    updated = SheetCounts(updated=1)
    assert result_words(ImportResult("f", updated, {}, (held,))) == "Import done: 0 created, 1 updated, 0 refused."
    assert result_words(ImportResult("f", updated, {}, (part, held)), 1) == (
        "Import done: 0 created, 1 updated, 0 refused; 1 cell left out. ^X shows which. 1 question waits: ^P, Review."
    )
    assert result_words(ImportResult("f", updated, {}, (), answered=2)) == (
        "Import done: 0 created, 1 updated, 0 refused; 2 questions answered."
    )
    sheets = {"Receipts": SheetCounts(created=3)}
    assert result_words(ImportResult("f", SheetCounts(), sheets, (part, part))) == (
        "Imported 3 receipts; 2 cells left out. ^X shows which."
    )
