"""The shell: bars, banner, help, palette, confirm, jobs, and the way out."""

from __future__ import annotations

import asyncio
import re
import threading
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Input, TextArea

from store import customers
from store.errors import ReadOnlyBookError, UnknownCustomerError
from store.exchange import Progress
from tests.tui.conftest import screen_lines, screen_text
from tests.tui.waiting import until, until_true
from tui import crash
from tui.app import RegularsApp
from tui.commands import BY_ID, COMMANDS, bindings
from tui.jobs import poll_child, run_store
from tui.page import Page
from tui.receipt_period import ChosenPeriod
from tui.screens import SCREENS
from tui.screens.help import KeyTable, keys
from tui.widgets.key_bar import key_line
from tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult

    from store.database import Book
    from tui.commands import Command


class Desk(Page[str]):
    """A page of our own: two inputs and most commands."""

    HEADING = "Desk"
    HELP = "Type into the fields."
    COMMANDS: ClassVar[tuple[str, ...]] = (
        "save", "new_customer", "edit", "delete", "undo", "filter", "points", "import_workbook", "export_workbook",
    )  # fmt: skip
    AUTO_FOCUS = "Input"

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.savable: bool | None = True
        self.typed = False

    def body(self) -> ComposeResult:
        yield Input()
        yield TextArea()

    def words(self, command: Command) -> str:
        return "Update" if command.id == "save" else super().words(command)

    @property
    def unsaved(self) -> bool:
        return self.typed

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "save":
            return self.savable
        return False if action == "points" else super().check_action(action, parameters)

    def action_save(self) -> None:
        self.done.append("save")

    def action_new_customer(self) -> None:
        self.done.append("new")

    def action_edit(self) -> None:
        self.done.append("edit")

    def action_delete(self) -> None:
        self.done.append("delete")


class DeskApp(RegularsApp):
    FIRST_SCREEN = "desk"

    @property
    def desk(self) -> Desk:
        assert isinstance(self.screen_stack[0], Desk)
        return self.screen_stack[0]


@pytest.fixture
def app(book: Book, monkeypatch: pytest.MonkeyPatch) -> DeskApp:
    module = ModuleType("tui.screens.desk")
    module.Desk = Desk  # type: ignore[attr-defined]  # what a screen's module holds
    monkeypatch.setitem(__import__("sys").modules, "tui.screens.desk", module)
    monkeypatch.setitem(SCREENS, "desk", "desk:Desk")
    return DeskApp(book)


def test_a_key_never_means_two_things() -> None:
    keys = [key for command in COMMANDS for key in (command.key, *command.twins) if key]
    assert len(keys) == len(set(keys))


def test_a_command_without_a_key_is_found_in_the_palette_alone() -> None:
    assert bindings(["review"]) == []
    assert keys(BY_ID["review"]) == "^P"


def test_every_f_key_has_a_twin_that_survives_every_terminal() -> None:
    for command in COMMANDS:
        if command.key[:1] == "f" and command.key[1:].isdigit():
            assert any(twin.startswith("ctrl+") for twin in command.twins), command.id


def test_no_command_takes_a_key_that_terminals_send_for_something_else() -> None:
    taken = {"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+c"}
    assert not taken & {key for command in COMMANDS for key in (command.key, *command.twins)}


async def test_the_bars_say_where_one_is_and_what_one_can_do(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await pilot.pause()
        lines = screen_lines(app)
        assert lines[0].startswith("Regulars · Desk")
        assert lines[0].rstrip().endswith("Till 1")
        assert lines[-1].startswith("^S Update  F2 New  F4 Edit")
        assert lines[-1].rstrip().endswith("F1 Help  F10 Quit")
        assert "Points" not in lines[-1]


async def test_what_is_unavailable_is_dimmed_and_does_nothing(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        app.desk.savable = None
        app.desk.refresh_bindings()
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.desk.done == []
        assert "^S Update" in screen_text(app)
        strip = app.screen._compositor.render_strips()[-1]
        (segment,) = (segment for segment in strip if "Update" in segment.text)
        assert segment.style is not None
        assert segment.style.dim or "dim" in str(segment.style)


@pytest.mark.parametrize("width", range(20, 140, 7))
def test_the_key_bar_drops_the_least_important_whole(width: int) -> None:
    entries = [(BY_ID[name], BY_ID[name].words, True) for name in (*Desk.COMMANDS, "help", "quit")]
    line = key_line(entries, width).plain
    assert len(line) <= width
    pieces = re.split(" +(?=F\\d|Del |\\^)", line)
    assert pieces[-2:] == ["F1 Help", "F10 Quit"]
    assert all(piece in {f"{command.key_label} {words}" for command, words, _ in entries} for piece in pieces)


def test_the_key_bar_says_less_before_it_leaves_a_key_out() -> None:
    entries = [(BY_ID[name], BY_ID[name].words, True) for name in ("new_customer", "columns", "help")]
    assert key_line(entries, 40).plain == "F2 New  F9 Columns  F1 Help"
    assert key_line(entries, 24).plain == "F2 New  F9 Cols  F1 Help"
    assert key_line(entries, 23).plain == "F2 New F9 Cols F1 Help"
    assert key_line(entries, 21).plain == "F2 New  F1 Help"


def test_the_narrowest_key_bar_still_has_the_way_to_the_other_keys() -> None:
    entries = [(BY_ID[name], BY_ID[name].words, True) for name in (*Desk.COMMANDS, "help", "palette", "back", "quit")]
    assert key_line(entries, 40).plain == "^S Save  ^P Cmds  F1 Help  F10 Quit"
    assert key_line(entries, 41).plain == "^S Save ^P Cmds Esc Back F1 Help F10 Quit"
    assert key_line(entries, 60).plain == "^S Save F2 New F4 Edit ^P Cmds Esc Back F1 Help F10 Quit"


def test_a_key_bar_of_the_usual_width_gives_room_to_the_screens_own_keys() -> None:
    entries = [(BY_ID[name], BY_ID[name].words, True) for name in (*Desk.COMMANDS, "help", "palette", "back", "quit")]
    line = key_line(entries, 80).plain
    assert "^P" not in line
    assert "Esc" not in line
    assert line.endswith("F6 Points F1 Help F10 Quit")


async def test_a_dialog_has_its_own_keys_on_the_last_line(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        app.open_screen("period", chosen=ChosenPeriod("all"))
        await until(pilot, "^S Apply", "Esc Close")
        assert screen_lines(app)[-1].rstrip().endswith("Esc Close  F1 Help")
        await pilot.press("f1")
        await until_true(pilot, lambda: screen_lines(app)[-1].rstrip() == "Esc Close")
        await pilot.press("escape", "escape")
        await until(pilot, "^S Update  F2 New")


async def test_twins_work_while_something_is_typed(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("a", "ctrl+n", "ctrl+e", "ctrl+d", "ctrl+s", "f2")
        assert app.desk.done == ["new", "edit", "delete", "save", "new"]
        assert app.desk.query_one(Input).value == "a"


async def test_nothing_blinks(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await pilot.pause()
        assert not app.desk.query_one(Input).cursor_blink
        await pilot.press("tab")
        assert not app.desk.query_one(TextArea).cursor_blink


async def test_the_banner_takes_the_title_and_gives_it_back(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        app.desk.announce("Customer Created Successfully")
        await pilot.pause()
        assert screen_lines(app)[0].startswith("✓ Customer Created Successfully")
        app.clear_notice()
        await pilot.pause()
        assert screen_lines(app)[0].startswith("Regulars · Desk")


async def test_the_banner_goes_by_itself(app: DeskApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.announcing.NOTICE_SECONDS", 0.1)
    async with app.run_test() as pilot:
        app.announce("Saved")
        await until(pilot, "✓ Saved")
        await until(pilot, "Regulars · Desk")


async def test_a_fault_differs_in_more_than_colour(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        app.announce("Not saved", error=True)
        await pilot.pause()
        assert screen_lines(app)[0].startswith("! Not saved")
        assert app.desk.query_one(TitleBar).has_class("-error")


async def test_a_fault_of_the_book_is_said_whole_and_without_its_path(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        app.announce(
            f"{app.book.path} is damaged. Put a backup in its place; keep the damaged file for support.", error=True
        )
        await pilot.pause()
        said, more, *others = screen_lines(app)
        assert said.rstrip() == "! The book is damaged. Put a backup in its place; keep the damaged file for"
        assert more.rstrip() == "support."
        assert others[-1].rstrip().endswith("F10 Quit")
        await pilot.resize_terminal(90, 24)
        await pilot.pause()
        assert screen_lines(app)[0].rstrip().endswith("for support.")
        assert screen_lines(app)[1].strip() != "support."
        app.announce("x" * 1000, error=True)
        await pilot.pause()
        assert screen_lines(app)[1].rstrip().endswith("…")
        app.clear_notice()
        await pilot.pause()
        assert screen_lines(app)[0].startswith("Regulars · Desk")
        assert not screen_lines(app)[1].startswith("x")


async def test_undo_lives_as_long_as_its_banner(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        undone = []
        app.announce("Customer inactivated successfully", undo=lambda: undone.append(1))
        await pilot.pause()
        assert screen_lines(app)[0].rstrip().endswith("^Z Undo")
        await pilot.press("ctrl+z", "ctrl+z")
        assert undone == [1]
        assert not app.can_undo


async def test_what_can_be_taken_back_survives_other_notices(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        undone = []
        app.announce("Customer inactivated successfully", undo=lambda: undone.append(1))
        app.announce("No customer matches.", error=True)
        await until(pilot, "! No customer matches.", "^Z Undo")
        await pilot.press("ctrl+z")
        await until_true(pilot, lambda: undone == [1])
        await pilot.press("ctrl+z")
        assert (await until(pilot, "Nothing to take back.")).startswith("Nothing to take back.")
        assert undone == [1]


async def test_what_can_be_taken_back_is_forgotten_in_time(app: DeskApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.announcing.LONG_NOTICE_SECONDS", 0.1)
    async with app.run_test() as pilot:
        app.announce("Customer inactivated successfully", undo=lambda: None)
        app.announce("Saved")
        assert app.can_undo
        await until_true(pilot, lambda: not app.can_undo)
        assert "✓ Saved" in screen_text(app)


async def test_the_palette_lists_what_is_not_possible_now_with_what_it_needs(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        app.open_screen("customers")
        await until(pilot, "5 customers")
        await pilot.press("ctrl+p", *"inac")
        await until(pilot, "Restore", "Needs an inactive customer: F5 shows them.")
        await pilot.press("escape")
        await until(pilot, "5 customers")


async def test_settings_and_the_way_back_are_found_on_every_page(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p", *"sett")
        await until(pilot, "F11")
        await pilot.press("enter")
        await until(pilot, "Regulars · Settings")
        await pilot.press("f11", "ctrl+p", *"back")
        await until(pilot, "Back to the screen before")
        await pilot.press("enter")
        await until(pilot, "Regulars · Desk")


async def test_a_notice_follows_to_the_page_below(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        app.open_screen("customers")
        await pilot.pause()
        app.announce("Said above")
        app.pop_screen()
        await until(pilot, "✓ Said above", "^S Update")


async def test_a_notice_ends_when_the_next_page_is_opened(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        app.announce("Said before", error=True)
        await until(pilot, "! Said before")
        app.open_screen("customers")
        await pilot.pause()
        assert app.notice is None
        app.pop_screen()
        await pilot.pause()
        assert screen_lines(app)[0].startswith("Regulars · Desk")


async def test_what_can_be_taken_back_outlives_the_next_page(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        app.announce("Customer inactivated successfully", undo=lambda: None)
        app.open_screen("customers")
        await pilot.pause()
        assert screen_lines(app)[0].startswith("Regulars · Customers")
        app.pop_screen()
        await until(pilot, "✓ Customer inactivated successfully", "^Z Undo")


async def test_a_notice_stays_under_a_dialog(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        app.announce("Said before")
        await pilot.press("f1", "escape")
        await until(pilot, "✓ Said before")


async def test_what_others_would_pop_up_is_said_in_the_banner(app: DeskApp) -> None:
    async with app.run_test(notifications=True) as pilot:
        app.notify("[b]popped[/b]", title="T", severity="error")
        await pilot.pause()
        assert screen_lines(app)[0].startswith("! T: [b]popped[/b]")


async def test_help_lists_every_key_and_its_twin(app: DeskApp) -> None:
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("f1")
        text = await until(pilot, "Desk", "Type into the fields.", "F2 or ^N", "Update: Save what is on the form.")
        assert "Esc Close" in text
        await pilot.press("f1")
        await pilot.pause()
        assert app.screen is app.desk


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (40, 12)])
async def test_help_hangs_its_lines_and_says_how_to_close_on_any_screen(app: DeskApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        app.open_screen("customers")
        await pilot.pause()
        await pilot.press("f1")
        await until(pilot, "Customers", "Esc Close")
        tables = app.screen.query(KeyTable)
        room = app.screen.query_one(VerticalScroll).scrollable_content_region.width
        for table in tables:
            assert all(len(line) <= room for line in str(table.content).splitlines())
            assert table.size.height == len(str(table.content).splitlines())
        here = str(tables[0].content)
        assert here.startswith("Enter")
        assert here.index("F2") < here.index("^B") < here.index("^X")
        assert "previous field" in " ".join(str(tables[-1].content).split())


def test_help_names_no_key_that_no_keyboard_has() -> None:
    assert keys(BY_ID["choose"]) == "F12"
    assert keys(BY_ID["new_customer"]) == "F2 or ^N"


async def test_the_palette_finds_and_runs(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, "What do you want to do?", "Update")
        await pilot.press(*"new", "enter")
        await pilot.pause()
        assert app.desk.done == ["new"]
        await pilot.press("ctrl+p", *"zzz", "enter", "escape")
        await pilot.pause()
        assert app.desk.done == ["new"]
        assert app.screen is app.desk


async def test_the_palette_has_a_line_an_entry_in_a_narrow_terminal(app: DeskApp) -> None:
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, "F2    New", "Add a customer.")
        lines = [line[1:].strip() for line in screen_lines(app)]
        first = next(at for at, line in enumerate(lines) if "Update" in line)
        assert [line.lstrip("│ ").split()[0] for line in lines[first : first + 4]] == ["^S", "F2", "F4", "Del"]


async def test_the_palette_moves_by_arrows(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p", "down", "enter")
        await pilot.pause()
        assert app.desk.done == ["new"]


@pytest.mark.parametrize(
    ("danger", "keys", "answer"),
    [
        (False, ("enter",), True),
        (True, ("enter",), False),
        (True, ("left", "enter"), True),
        (True, ("shift+tab", "enter"), True),
        (False, ("tab", "enter"), False),
        (False, ("escape",), None),
        (False, ("y", "d", "n", "escape"), None),
    ],
)
async def test_confirm(app: DeskApp, danger: bool, keys: tuple[str, ...], answer: bool | None) -> None:
    answers: list[bool | None] = []
    async with app.run_test() as pilot:
        app.open_screen("confirm", answers.append, title="Sure?", text="Really.", yes="Delete", danger=danger)
        await until(pilot, "Sure?", "[ Delete ]", "[ Cancel ]")
        await pilot.press(*keys)
        await pilot.pause()
        assert answers == [answer]


async def test_quitting_asks_when_something_is_unsaved(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        app.desk.typed = True
        await pilot.press("f10")
        await until(pilot, "Leave Regulars?", "not saved")
        await pilot.press("escape")
        await pilot.pause()
        assert app.is_running
        app.desk.typed = False
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app._exit


async def test_ctrl_c_does_not_quit_but_says_what_does(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        app.desk.set_focus(None)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert "F10" in screen_lines(app)[0]


async def test_too_small_a_terminal_asks_for_room_and_loses_nothing(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("a")
        await pilot.resize_terminal(30, 8)
        await until(pilot, "40 by 10")
        await pilot.press("b", "f2", "escape")
        await pilot.resize_terminal(10, 2)
        await pilot.pause()
        await pilot.resize_terminal(80, 24)
        await until(pilot, "Regulars · Desk")
        assert app.desk.query_one(Input).value == "a"
        assert app.desk.done == []


async def test_store_work_runs_in_a_thread_and_comes_back(app: DeskApp) -> None:
    names: list[str] = []
    threads: list[int] = []
    async with app.run_test() as pilot:

        def work(book: Book) -> str:
            threads.append(threading.get_ident())
            return customers.get(book, 1).name

        run_store(app.desk, work, names.append)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert names == ["José García"]
        assert threads != [threading.get_ident()]


async def test_what_the_store_refuses_becomes_a_notice(app: DeskApp) -> None:
    refused: list[Exception] = []
    async with app.run_test() as pilot:
        run_store(app.desk, lambda book: customers.get(book, 999), lambda customer: None)
        await until(pilot, "! This customer is no longer in the book.")
        run_store(app.desk, lambda book: customers.get(book, 999), lambda customer: None, on_error=refused.append)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert [type(error) for error in refused] == [UnknownCustomerError]


async def test_superseded_work_is_not_delivered(app: DeskApp) -> None:
    delivered: list[int] = []
    gate = threading.Event()
    async with app.run_test() as pilot:

        def slow(book: Book) -> int:
            gate.wait(10)
            return 1

        run_store(app.desk, slow, delivered.append, group="search", exclusive=True)
        await asyncio.sleep(0)
        last = run_store(app.desk, lambda book: 2, delivered.append, group="search", exclusive=True)
        await last.wait()
        gate.set()
        await pilot.pause(0.2)
        assert delivered == [2]


async def test_a_child_is_listened_to_until_it_is_done(app: DeskApp) -> None:
    news = [[Progress("reading", 1, 2)], [], [Progress("reading", 2, 2), "done"], ["never"]]

    class Job:
        def poll(self) -> list[object]:
            return news.pop(0) if news else []

    heard: list[object] = []
    async with app.run_test() as pilot:
        poll_child(app.desk, Job(), heard.append)
        while "done" not in heard:
            await pilot.pause(0.05)
        await pilot.pause(0.3)
        assert heard == [Progress("reading", 1, 2), Progress("reading", 2, 2), "done"]


async def test_a_book_that_breaks_in_a_thread_is_said(app: DeskApp) -> None:
    def broken(book: Book) -> None:
        raise ReadOnlyBookError("The book cannot be written to.")

    async with app.run_test() as pilot:
        run_store(app.desk, broken, lambda nothing: None)
        await until(pilot, "! The book cannot be written to.")


def test_a_fault_of_the_program_is_reported_without_the_data(tmp_path: Path) -> None:
    def fails(customer: str) -> None:
        raise ValueError("of no use")

    secret = "Jane" + " Doe"
    try:
        fails(secret)
    except ValueError as error:
        sentence = crash.report(error, tmp_path)
    report = tmp_path / crash.REPORT
    assert str(report) in sentence
    assert "ValueError: of no use" in report.read_text()
    assert "Jane Doe" not in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600


def test_a_report_that_cannot_be_written_is_not_promised(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    assert "send the report" not in crash.report(ValueError("x"), in_the_way)
