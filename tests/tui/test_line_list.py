"""The list that draws its own lines, and the lines of those who build on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from textual.app import App

from store.exchange import Progress, RowOutcome
from tests.tui.conftest import screen_lines
from tests.tui.hostile import ATTACKS
from tui.folders import Entry
from tui.widgets.folder_list import FolderList, ending
from tui.widgets.line_list import LineList, fit
from tui.widgets.outcome_table import OutcomeTable, column_of, reason_of
from tui.widgets.progress_line import progress_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from tui.widgets.line_list import Span


class Numbers(LineList):
    """Rows that say their number."""

    rows = 100

    def count(self) -> int:
        return self.rows

    def line(self, index: int, width: int) -> Sequence[Span]:
        return ((fit(f"row {index}", width), "dim"),)


class Bench(App[None]):
    """One list, and what it told."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[int | None] = []
        self.list = Numbers("numbers")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"muted": "ansi_default"}

    def compose(self) -> ComposeResult:
        yield self.list

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        assert message.control is self.list
        self.chosen.append(self.list.cursor)


async def test_the_cursor_moves_within_the_rows_and_the_view_follows() -> None:
    app = Bench()
    async with app.run_test(size=(20, 10)) as pilot:
        app.list.focus()
        await pilot.press("enter", "down")
        assert (app.list.cursor, app.chosen) == (0, [])
        await pilot.press("up", "pagedown", "pagedown")
        assert (app.list.cursor, app.list.top) == (18, 9)
        assert screen_lines(app)[0].startswith("row 9 ")
        await pilot.press("end", "down")
        assert (app.list.cursor, app.list.top) == (99, 90)
        await pilot.press("pageup", "up", "enter")
        assert app.chosen == [89]
        await pilot.press("home")
        assert (app.list.cursor, app.list.top) == (0, 0)


async def test_another_size_keeps_the_cursor_in_view_and_the_last_page_full() -> None:
    app = Bench()
    async with app.run_test(size=(20, 10)) as pilot:
        app.list.focus()
        await pilot.press("end")
        await pilot.resize_terminal(20, 30)
        await pilot.pause()
        assert screen_lines(app)[-1].startswith("row 99")
        assert app.list.top == 70
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        assert screen_lines(app)[-1].startswith("row 99")


async def test_a_list_without_rows_takes_every_key() -> None:
    app = Bench()
    app.list.rows = 0
    async with app.run_test(size=(20, 10)) as pilot:
        app.list.focus()
        await pilot.press("down", "up", "pagedown", "home", "end", "enter")
        assert app.list.cursor is None
        assert app.chosen == []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("width", [0, 1, 2, 7, 40])
def test_data_is_brought_to_exactly_its_width(attack: str, width: int) -> None:
    for right in (False, True):
        text = fit(attack, width, right=right)
        assert cell_len(text) == width
        assert text.isprintable()


def test_a_path_that_is_too_long_keeps_its_end() -> None:
    assert ending("/home/anna", 20) == "/home/anna"
    assert ending("/home/anna/Documents", 10) == "…Documents"
    assert cell_len(ending("/漢字漢字漢字", 6)) <= 6


def test_a_refusal_names_its_column_once() -> None:
    fault = RowOutcome("Customers", 3, "error:E-Mail", "x", "E-Mail: not a valid e-mail address")
    double = RowOutcome("Customers", 4, "error:duplicate of row 3", "", "the same customer stands in row 3")
    assert (column_of(fault), reason_of(fault)) == ("E-Mail", "not a valid e-mail address")
    assert (column_of(double), reason_of(double)) == ("", "the same customer stands in row 3")


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_every_refusal_fills_its_line_and_no_more(attack: str) -> None:
    table = OutcomeTable("outcomes")
    table._outcomes = [RowOutcome(attack, 7, f"error:{attack}", attack, attack)]
    table._notes = [attack]
    table._sheet_width = 17
    for index in range(2):
        assert sum(cell_len(text) for text, _ in table.line(index, 80)) == 80


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (None, "Starting..."),
        (Progress("reading", 0, 0), "Reading "),
        (Progress("checking", 1234, 0), "Checking  1,234"),
        (Progress("writing", 500, 1000), f"Writing   {'█' * 12}{'·' * 12}  500 of 1,000"),
        (Progress("waiting for the import of a.xlsx", 9, 3), "Waiting for the import of a.xlsx: 9 of 3"),
        (Progress("writing", 9, 3), f"Writing   {'█' * 24}  9 of 3"),
    ],
)
def test_progress_is_one_line(progress: Progress | None, text: str) -> None:
    assert progress_text(progress) == text


@pytest.mark.parametrize(("width", "facts"), [(60, ("4.1 KB", "07-Mar-2026")), (40, ("4.1 KB",)), (24, ())])
def test_a_files_name_comes_before_its_size_and_date(width: int, facts: tuple[str, ...]) -> None:
    files = FolderList("files")
    files._entries = (Entry("customers-march-26.xlsx", False, 4100, datetime(2026, 3, 7, tzinfo=UTC), ""),)
    line = "".join(text for text, _ in files.line(0, width))
    assert cell_len(line) == width
    assert line.startswith(" customers-march-26.xls")
    for fact in ("4.1 KB", "07-Mar-2026"):
        assert (fact in line) is (fact in facts)
