"""Choosing a file by keys alone: typing, going about, saving, and names that a disk can hold."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from tests.tui.conftest import screen_lines, screen_text
from tests.tui.hostile import ATTACKS
from tests.tui.waiting import PATIENCE, until, until_first_page, until_true
from tui import folders
from tui.app import RegularsApp
from tui.folders import PHOTOS, WORKBOOKS
from tui.recent_folders import Purpose, last_folder, recent_folders, remember_folder

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from store.database import Book

SIZE = (80, 24)


class Answer:
    """What the chooser was dismissed with."""

    def __init__(self) -> None:
        self.path: Path | str | None = "none yet"

    def take(self, path: Path | None) -> None:
        self.path = path


@pytest.fixture
def app(empty_book: Book) -> RegularsApp:
    return RegularsApp(empty_book)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    for name in ("2025", "2026"):
        (folder / name).mkdir(parents=True)
    for name in ("customers.xlsx", "receipts.csv", "photo.png", ".secret.csv", "notes.txt"):
        (folder / name).write_text("x")
    (folder / "2026" / "march.ods").write_text("x")
    return folder


async def choose(pilot: Pilot[None], folder: Path, **arguments: Any) -> Answer:
    answer = Answer()
    assert isinstance(pilot.app, RegularsApp)
    pilot.app.open_screen(
        "file_chooser", answer.take, **{"heading": "Open it", "kinds": WORKBOOKS, "folder": folder, **arguments}
    )
    await until(pilot, "Folder", " folder", " file")
    return answer


async def test_enter_opens_folders_and_chooses_the_file(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office)
        text = screen_text(app)
        assert "2 folders, 2 files" in text
        assert "not shown: 2 of other kinds, 1 hidden" in text
        assert "photo.png" not in text
        assert ".secret.csv" not in text
        await pilot.press("down", "enter")
        await until(pilot, "march.ods")
        await pilot.press("down", "enter")
        await until_first_page(pilot)
    assert answer.path == office / "2026" / "march.ods"


async def test_enter_after_a_folders_path_goes_in_and_takes_nothing(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office.parent)
        await pilot.press(*"office/2026/")
        await until(pilot, "march.ods")
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.query_one("#typed", Input).value == ""
        await until(pilot, "march.ods")
        await pilot.press("enter")
        await until(pilot, "Down chooses in the list; or type the beginning of a name.")
        assert answer.path == "none yet"
        await pilot.press("down", "enter")
        await until_first_page(pilot)
    assert answer.path == office / "2026" / "march.ods"


async def test_a_file_reached_with_the_cursor_is_taken_after_a_typed_folder(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office.parent)
        await pilot.press(*"office/")
        await until(pilot, "customers.xlsx")
        await pilot.press("end", "down", "down", "enter")
        await until_first_page(pilot)
    assert answer.path == office / "customers.xlsx"


async def test_a_folder_that_is_not_there_stays_in_the_line(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await choose(pilot, office)
        await pilot.press(*"2027/")
        await until(pilot, "There is no such folder.")
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.query_one("#typed", Input).value == "2027/"
        assert "There is no such folder." in screen_text(app)


async def test_typing_narrows_and_enter_takes_the_first(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office)
        await pilot.press(*"RECE")
        assert "customers.xlsx" not in await until(pilot, "receipts.csv")
        await pilot.press("enter")
        await until_first_page(pilot)
    assert answer.path == office / "receipts.csv"


async def test_a_typed_path_leads_there(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office.parent)
        await pilot.press(*"office/2026/ma")
        await until(pilot, "march.ods")
        await pilot.press("enter")
        await until_first_page(pilot)
    assert answer.path == office / "2026" / "march.ods"


async def test_the_tilde_is_home_and_a_paste_loses_its_quotes(app: RegularsApp, office: Path) -> None:
    (Path(os.environ["HOME"]) / "mine.csv").write_text("x")
    async with app.run_test(size=SIZE) as pilot:
        await choose(pilot, office)
        await pilot.press(*"~/")
        await until(pilot, "mine.csv")
        await pilot.press("ctrl+u")
        await until(pilot, "customers.xlsx")
        app.screen.post_message(_paste(f"'{office}/2026/march.ods'\n"))
        await until(pilot, f"{office.name}/2026", "march.ods")


def _paste(text: str) -> Any:
    from textual.events import Paste

    return Paste(text)


@pytest.mark.parametrize("key", ["left", "backspace"])
async def test_left_and_backspace_go_up_to_the_folder_one_came_from(app: RegularsApp, office: Path, key: str) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office / "2026")
        await pilot.press(key)
        await until(pilot, "customers.xlsx")
        await pilot.press("enter")
        await until(pilot, "march.ods")
        await pilot.press("escape")
        await until_first_page(pilot)
    assert answer.path is None


async def test_hidden_files_and_the_order_have_keys(app: RegularsApp, office: Path) -> None:
    os.utime(office / "customers.xlsx", (1_600_000_000, 1_600_000_000))
    async with app.run_test(size=SIZE) as pilot:
        await choose(pilot, office)
        await pilot.press("f5")
        await until(pilot, ".secret.csv")
        await pilot.press("f5", "f9")
        await pilot.pause()
        lines = [line.split()[0] for line in screen_lines(app) if ".xlsx " in line or "receipts" in line]
        text = screen_text(app)
        assert ".secret.csv" not in text
        assert text.index("receipts.csv") < text.index("customers.xlsx"), lines
        assert "13-SEP-2020" in text.upper()


async def test_the_places_are_reached_by_tab(app: RegularsApp, office: Path, empty_book: Book) -> None:
    (Path(os.environ["HOME"]) / "mine.csv").write_text("x")
    remember_folder(empty_book, office)
    async with app.run_test(size=SIZE) as pilot:
        answer = Answer()
        app.open_screen("file_chooser", answer.take, heading="Open it", kinds=WORKBOOKS)
        await until(pilot, "customers.xlsx", "Home", "Computer", "office")
        await pilot.press("tab", "home", "enter")
        await until(pilot, "mine.csv")
        await pilot.press("down", "enter")
        await until_first_page(pilot)
        await app.workers.wait_for_complete()
    home = Path(os.environ["HOME"])
    assert answer.path == home / "mine.csv"
    assert recent_folders(empty_book) == (home, office)


async def test_saving_proposes_a_name_and_adds_the_ending(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office, kinds=(".xlsx", ".csv"), save_as="list.xlsx")
        await until(pilot, "list.xlsx", "^S Save")
        await pilot.press("down", "enter")
        await until(pilot, "office/2025")
        await pilot.press("ctrl+u", *"other", "enter")
        await until_first_page(pilot)
    assert answer.path == office / "2025" / "other.xlsx"


async def test_the_first_typed_key_replaces_the_proposed_name(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office, kinds=(".pdf",), save_as="ticket-3-1003-1.pdf")
        await pilot.press(*f"{office}/2026/t2.pdf")
        await until(pilot, "office/2026", "Save as")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
    assert answer.path == office / "2026" / "t2.pdf"


async def test_ctrl_u_empties_the_line_wherever_the_cursor_is(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await choose(pilot, office, kinds=(".pdf",), save_as="ticket.pdf")
        await pilot.press("end", *["left"] * 4, "ctrl+u")
        await until_true(pilot, lambda: app.screen.query_one("#typed", Input).value == "")


async def test_a_pasted_path_replaces_the_proposed_name(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office, kinds=(".pdf",), save_as="ticket.pdf")
        app.screen.post_message(_paste(f"{office}/2026/t.pdf"))
        await until(pilot, "office/2026")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
    assert answer.path == office / "2026" / "t.pdf"


async def test_an_ending_is_never_doubled(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office, kinds=(".pdf",), save_as="t.pdf")
        await pilot.press("end", *".PDF", "ctrl+s")
        await until_first_page(pilot)
    assert answer.path == office / "t.PDF"


async def test_the_proposed_name_is_typed_over_in_the_next_folder_too(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office, kinds=(".pdf",), save_as="ticket.pdf")
        await pilot.press("down", "enter")
        await until(pilot, "office/2025", "Save as ticket.pdf")
        await pilot.press(*"mine", "ctrl+s")
        await until_first_page(pilot)
    assert answer.path == office / "2025" / "mine.pdf"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("{office}/nope.xlsx", "/office/nope.xlsx."),
        ("nobody", "/office/nobody."),
        ("notes.txt", "notes.txt is not a file of these kinds: .xlsx"),
        ("{office}/nowhere/x.csv", "There is no such folder."),
    ],
)
async def test_a_file_that_is_not_there_is_named(app: RegularsApp, tmp_path: Path, typed: str, sentence: str) -> None:
    office = tmp_path / "office"
    office.mkdir()
    (office / "notes.txt").touch()
    async with app.run_test(size=(132, 24)) as pilot:
        answer = await choose(pilot, office)
        await pilot.press(*typed.format(office=office), "enter")
        text = await until(pilot, sentence)
        assert "There is no " in text or "kinds" in text
        assert answer.path == "none yet"


async def test_enter_opens_none_of_several_until_one_is_chosen(app: RegularsApp, office: Path) -> None:
    for name in ("office-customers.xlsx", "office-customers-2.xlsx"):
        (office / name).touch()
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office)
        await pilot.press(*"OFFICE-cus", "enter")
        await until(pilot, "Open    office-customers", "2 match. Down and Up choose, Enter opens the marked one.")
        assert answer.path == "none yet"
        await pilot.press("down", "enter")
        await until_first_page(pilot)
    assert answer.path == office / "office-customers.xlsx"


async def test_the_only_name_that_begins_so_is_opened_though_others_have_it_inside(
    app: RegularsApp, office: Path
) -> None:
    (office / "old customers.xlsx").touch()
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office)
        await pilot.press(*"cust", "enter")
        await until_first_page(pilot)
    assert answer.path == office / "customers.xlsx"


async def test_each_purpose_has_its_own_last_folder(app: RegularsApp, office: Path, empty_book: Book) -> None:
    remember_folder(empty_book, office / "2025", Purpose.PDF)
    remember_folder(empty_book, office, Purpose.IMPORT)
    assert last_folder(empty_book, Purpose.EXPORT) is None
    async with app.run_test(size=SIZE) as pilot:
        answer = Answer()
        app.open_screen(
            "file_chooser", answer.take, heading="Save it", kinds=(".pdf",), save_as="t.pdf", purpose=Purpose.PDF
        )
        await until(pilot, "office/2025", "Computer")
        await pilot.press("ctrl+u", *f"{office}/2026/", "enter")
        await until(pilot, "office/2026", "Save as t.pdf")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
        await app.workers.wait_for_complete()
    assert last_folder(empty_book, Purpose.PDF) == office / "2026"
    assert last_folder(empty_book, Purpose.IMPORT) == office
    assert recent_folders(empty_book) == (office / "2026", office, office / "2025")


async def test_saving_over_a_file_asks(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office, kinds=(".xlsx", ".csv"), save_as="list.xlsx")
        await pilot.press("end")
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, "Save as customers.xlsx")
        await pilot.press("ctrl+s")
        await until(pilot, "Replace the file?")
        await pilot.press("escape")
        await until(pilot, "^S Save")
        assert answer.path == "none yet"
        await pilot.press("ctrl+s")
        await until(pilot, "Replace the file?")
        await pilot.press("left", "enter")
        await until_first_page(pilot)
    assert answer.path == office / "customers.xlsx"


async def test_saving_into_what_is_no_folder_is_said(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office, kinds=(".csv",), save_as="list.csv")
        await pilot.press("ctrl+u", *"nowhere/x", "enter")
        await until(pilot, "There is no such folder.")
        await pilot.press("ctrl+u", "ctrl+s")
        await until(pilot, "Type a name for the file.")
        assert answer.path == "none yet"


async def test_hostile_names_are_shown_harmlessly_and_chosen_as_they_are(app: RegularsApp, tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    made = {}
    for name, attack in ATTACKS.items():
        file = attack.translate({0: "0", 0x2F: "_"})[:50].encode("utf-8", "surrogatepass")[:150]
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name.encode() + b" " + file + b"\xff.csv"))
        path.write_text(name)
        made[name] = path
    async with app.run_test(size=SIZE) as pilot:
        for name, path in made.items():
            answer = await choose(pilot, folder)
            assert "".join(screen_lines(app)).isprintable()
            await pilot.press(*name, "space")  # one name begins as another
            await pilot.press("enter")
            await until_first_page(pilot)
            assert answer.path == path
        await app.workers.wait_for_complete()
    assert recent_folders(app.book)[0] == folder


async def test_a_hostile_folder_is_gone_into_and_remembered(app: RegularsApp, tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\x1b]0;owned\x07[x]\xe9"))
    folder.mkdir()
    (folder / "in.csv").write_text("x")
    async with app.run_test(size=SIZE) as pilot:
        await choose(pilot, tmp_path)
        await pilot.press("enter")
        text = await until(pilot, "in.csv")
        assert "a␛]0;owned␇[x]" in text
        await pilot.press("down", "enter")
        await until_first_page(pilot)
        await app.workers.wait_for_complete()
    assert recent_folders(app.book) == (folder,)


async def test_thousands_of_entries_are_listed_and_searched(app: RegularsApp, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(5000):
        (folder / f"list {number:05}.csv").touch()
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, folder)
        await until(pilot, "5,000 files")
        await pilot.press("end")
        await until(pilot, "list 04999.csv")
        await pilot.press(*"4321", "enter")
        await until_first_page(pilot)
    assert answer.path == folder / "list 04321.csv"


async def test_a_folder_that_does_not_answer_leaves_the_keys_alive(
    app: RegularsApp, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = threading.Event()
    real = folders.read_folder

    def read(path: Path, kinds: Any) -> folders.Folder:
        if path == office / "2026":
            stuck.wait(PATIENCE)
        return real(path, kinds)

    monkeypatch.setattr(folders, "read_folder", read)
    async with app.run_test(size=SIZE) as pilot:
        await choose(pilot, office)
        await pilot.press("down", "enter")
        await until(pilot, "Reading this folder...")
        await pilot.press("left")
        await until(pilot, "customers.xlsx")
        stuck.set()
        await pilot.pause(0.1)
        assert "march.ods" not in screen_text(app)


async def test_a_forbidden_folder_says_so_and_one_gets_out(
    app: RegularsApp, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def refuse(path: Any) -> Any:
        if Path(path) == office / "2025":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(folders.os, "scandir", refuse)
    async with app.run_test(size=SIZE) as pilot:
        await choose(pilot, office)
        await pilot.press("enter")
        await until(pilot, "You may not look into this folder.")
        await pilot.press("left")
        await until(pilot, "customers.xlsx")


async def test_photos_are_chosen_with_the_same_screen(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        answer = await choose(pilot, office, kinds=PHOTOS)
        await pilot.press("end", "enter")
        await until_first_page(pilot)
    assert answer.path == office / "photo.png"


async def test_help_says_what_the_keys_do_here(app: RegularsApp, office: Path) -> None:
    async with app.run_test(size=(80, 40)) as pilot:
        await choose(pilot, office)
        await pilot.press("f1")
        text = await until(pilot, "Choose a file", "Hidden files: Show hidden files and folders")
        assert "loyalty members" not in text
        await pilot.press("escape")
        await until(pilot, "customers.xlsx")
