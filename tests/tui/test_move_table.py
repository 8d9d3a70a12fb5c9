"""What a workbook would change, line by line: a window over customers who come by the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from textual.app import App

from store.exchange import FieldMove, RowMove
from tests.tui.conftest import screen_lines
from tests.tui.hostile import ATTACKS
from tests.tui.reviews import changed
from tui.widgets.move_table import MOST_PAGES, PAGE_ROWS, MoveTable, lines_of

if TYPE_CHECKING:
    from textual.app import ComposeResult

CUSTOMERS = 1000
LINES = [line for at in range(CUSTOMERS) for line in lines_of(at, changed(at))]


class Bench(App[None]):
    """One table whose customers come when the test says so, or at once."""

    def __init__(self, *, late: bool = False) -> None:
        super().__init__()
        self.late = late
        self.asked: list[tuple[int, int]] = []
        self.table = MoveTable("moves")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"muted": "ansi_default"}

    def compose(self) -> ComposeResult:
        yield self.table

    def ask(self, offset: int, limit: int) -> None:
        self.asked.append((offset, limit))
        if not self.late:
            self.call_next(self.tell)

    def tell(self) -> None:
        offset, limit = self.asked[-1]
        self.table.arrived(offset, [changed(at) for at in range(offset, min(offset + limit, CUSTOMERS))])

    def begin(self) -> None:
        self.table.show(CUSTOMERS, self.ask)
        self.table.focus()


async def test_the_window_slides_under_the_cursor_and_misses_no_line() -> None:
    app = Bench()
    async with app.run_test(size=(80, 20)) as pilot:
        app.begin()
        await pilot.pause()
        for at in range(47, len(LINES), 47):
            app.table.move(47)
            await pilot.pause()
            assert app.table.current == LINES[at]
            assert len(app.table._pages) <= MOST_PAGES
        await pilot.press("home")
        await pilot.pause()
        assert app.table.current == LINES[0]
        assert screen_lines(app)[0].split()[:3] == ["2", "Person", "00001"]


async def test_up_from_the_end_comes_back_line_by_line() -> None:
    app = Bench()
    async with app.run_test(size=(80, 20)) as pilot:
        app.begin()
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        assert app.table.current == LINES[-1]
        assert app.table.cursor_place == "1,000/1,000"
        assert "Person 01000" in screen_lines(app)[-1]
        at = len(LINES) - 1
        for _ in range(12):
            await pilot.press("pageup")
            await pilot.pause()
            at -= 19
            assert app.table.current == LINES[at]
        assert max(offset for offset, _ in app.asked) == CUSTOMERS // PAGE_ROWS * PAGE_ROWS


async def test_keys_are_owed_until_the_lines_are_there() -> None:
    app = Bench(late=True)
    async with app.run_test(size=(80, 20)) as pilot:
        app.begin()
        await pilot.press("down", "end")
        assert app.table.current is None
        app.tell()
        await pilot.pause()
        assert app.table.current == LINES[0]
        held = len(app.table._lines)
        app.table.move(held - 1)
        await pilot.press("down", "down", "up", "down", "down")
        assert app.table.current == LINES[held - 1]
        app.tell()
        await pilot.pause()
        assert app.table.current == LINES[held + 2]
        await pilot.press("end", "home")
        app.tell()
        await pilot.pause()
        assert app.table.current == LINES[0]


async def test_a_customer_of_many_fields_is_named_where_the_view_begins() -> None:
    fields = tuple(FieldMove(f"Field {at}", "", "", "x") for at in range(30))
    app = Bench(late=True)
    async with app.run_test(size=(80, 10)) as pilot:
        app.begin()
        app.table.arrived(0, [RowMove(7, "uid", "Ann Baker", "updated", fields)])
        await pilot.press("end")
        await pilot.pause()
        lines = screen_lines(app)
        assert lines[0].split()[:3] == ["7", "Ann", "Baker"]
        assert "Ann" not in "".join(lines[1:])


def shown(fields: tuple[FieldMove, ...], width: int) -> list[str]:
    """The lines of one customer whose fields change."""
    table = MoveTable("moves")
    table._lines = lines_of(0, RowMove(7, "uid", "Ann Baker", "updated", fields))
    return ["".join(text for text, _ in table.line(at, width)).rstrip() for at in range(table.count())]


def test_a_conflict_is_one_line_that_says_what_waits() -> None:
    why = "changed in two places at once"
    moved = FieldMove("Phone Number", "", "111", "222", why, waiting=("111",))
    held = FieldMove("City", "", "Rome", "", "the cell is empty", held=True)
    lines = shown((moved, held), 80)
    assert [line.split(maxsplit=3)[3] for line in lines[:1]] == ["? Phone Number 111          222; 111 waits"]
    assert lines[1].split() == ["?", "City", "Rome", "(empty)", "waits"]
    assert shown((moved,), 132)[0].endswith(why)


@pytest.mark.parametrize("width", [80, 132])
def test_columns_have_the_room_of_the_screen(width: int) -> None:
    fields = (
        FieldMove("Loyalty Points", "", "1,234,567", "2,345,678"),
        FieldMove("E-Mail", "", "ann@example.com", "ann.baker@harbor-foods.example", "the row is somebody else's"),
    )
    text = "\n".join(shown(fields, width))
    assert "Loyalty Points" in text
    assert ("…" in text) is (width == 80)
    assert ("the row is somebody else's" in text) is (width == 132)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("width", [40, 80, 132])
def test_every_line_is_of_the_tables_width(attack: str, width: int) -> None:
    table = MoveTable("moves")
    field = FieldMove(attack, attack, attack[::-1], attack, attack, held=True)
    for kind in ("created", "updated"):
        table._lines = lines_of(0, RowMove(1, attack, attack, kind, (field,)))
        assert sum(cell_len(text) for text, _ in table.line(0, width)) == width
    assert cell_len(table.heading(width)) == width
