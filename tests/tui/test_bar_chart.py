"""How bars are fitted, drawn and said, whatever the amounts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from textual.app import App

from store.currency import Currency
from store.receipt_records import Bar
from tests.tui.conftest import screen_lines
from tui import gate
from tui.chart_canvas import compact, drawn, scaled
from tui.terminal import ASCII, TERMINAL, UTF_8
from tui.theme import DARK
from tui.widgets.bar_chart import BarChart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

DOLLARS = Currency("USD", 2, "en_US")


def amounts(*numbers: str) -> list[Decimal]:
    return [Decimal(number) for number in numbers]


def bars(*numbers: str) -> list[Bar]:
    return [Bar(f"B{at}", f"Bar {at}", Decimal(number)) for at, number in enumerate(numbers)]


@pytest.fixture(params=[UTF_8, ASCII])
def charset(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(TERMINAL, "charset", request.param)
    monkeypatch.setattr(TERMINAL, "speaks", {})
    gate.forget_terminal()
    return str(request.param)


class ChartApp(App[None]):
    """One chart alone, on the program's colours."""

    def __init__(self, shown: Sequence[Bar]) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self.chart = BarChart("chart", "Sales", nothing="No sales.")
        self.shown = shown

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"muted": "#8a8a8a"}

    def compose(self) -> ComposeResult:
        yield self.chart

    def on_mount(self) -> None:
        self.chart.focus()
        self.call_after_refresh(self.chart.show, self.shown, DOLLARS.show)


async def chart_lines(shown: Sequence[Bar], *keys: str, size: tuple[int, int] = (40, 12)) -> list[str]:
    app = ChartApp(shown)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        return [gate.sendable(line) for line in screen_lines(app)]


# -- fitting


def test_a_bar_is_as_long_as_its_amount() -> None:
    scale = scaled(amounts("25", "50", "100", "0"), 8, 2)
    assert scale.levels == (4, 8, 16, 0)
    assert (scale.up, scale.down, scale.top, scale.bottom) == (8, 0, 100, 0)


def test_the_smallest_amount_is_seen_beside_a_huge_one() -> None:
    assert scaled(amounts("0.01", "9999999.99", "-0.01"), 8, 2).levels == (1, 15, -1) or scaled(
        amounts("0.01", "9999999.99", "-0.01"), 8, 2
    ).levels == (1, 14, -1)


def test_refunds_hang_below_the_axis() -> None:
    scale = scaled(amounts("100", "-50"), 9, 2)
    assert (scale.up, scale.down) == (6, 3)
    assert scale.levels == (12, -6)
    assert scaled(amounts("-1", "-2"), 4, 1).levels == (-2, -4)


def test_nothing_is_drawn_of_nothing() -> None:
    scale = scaled(amounts("0", "0"), 4, 2)
    assert scale.levels == (0, 0)
    assert {line.strip() for line in drawn(scale, 3, 2)} == {""}
    assert scaled([], 4, 2).levels == ()
    assert drawn(scaled([], 4, 2), 3, 2) == []


@pytest.mark.parametrize("parts", [1, 2])
def test_what_is_drawn_has_the_lengths_that_were_computed(parts: int) -> None:
    scale = scaled(amounts("1", "3", "-2", "0", "8", "0.1"), 10, parts)
    lines = drawn(scale, 4, 3)
    assert len(lines) == 10
    for at, level in enumerate(scale.levels):
        column = [line[at * 4] for line in lines]
        steps = sum({"█": 2, "▀": 1, "▄": 1, "#": 1, " ": 0}[cell] for cell in column)
        assert steps == abs(level)
        edge = scale.up if level < 0 else scale.up - 1
        assert not level or column[edge] != " ", "it begins at the axis"
        assert all(line[at * 4 + 3] == " " for line in lines), "a gap is left"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "0"), ("8.5", "8.50"), ("120", "120"), ("999.4", "999"), ("999.6", "1K"), ("1234", "1.2K"),
        ("12345", "12.3K"), ("999949", "1M"), ("1234567.89", "1.2M"), ("-4500", "-4.5K"), ("2e12", "2T"),
        ("1e17", "1e17"),
    ],
)  # fmt: skip
def test_the_axis_says_amounts_shortly(amount: str, said: str) -> None:
    assert compact(Decimal(amount)) == said
    assert len(said) <= 6


# -- on the screen


async def test_the_exact_amount_is_said_however_long(charset: str) -> None:
    lines = await chart_lines(bars("1", "1234567.89", "-99999999999.99"))
    assert lines[1].strip() == "Bar 2  -$99,999,999,999.99"
    lines = await chart_lines(bars("1", "1234567.89"), "left", "right", size=(20, 12))
    assert lines[1].strip() == "B1  $1,234,567.89"


async def test_left_and_right_stop_at_the_ends(charset: str) -> None:
    assert "Bar 0  $1.00" in (await chart_lines(bars("1", "2", "3"), *["left"] * 9))[1]
    assert "Bar 2  $3.00" in (await chart_lines(bars("1", "2", "3"), "home", *["right"] * 9))[1]


async def test_a_terminal_without_blocks_gets_plain_characters(charset: str) -> None:
    lines = await chart_lines(bars("10", "-5", "2"))
    canvas = "".join(lines[2:])
    assert ("#" in canvas) == (charset == ASCII)
    assert ("█" in canvas) == (charset == UTF_8)
    assert all(line.isascii() for line in lines) == (charset == ASCII)


async def test_all_zero_says_so_and_draws_the_axis(charset: str) -> None:
    lines = await chart_lines(bars("0", "0", "0"))
    assert lines[1].strip() == "No sales."
    assert not {"█", "#"} & set("".join(lines))


async def test_a_key_sends_two_lines_and_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ChartApp(bars(*map(str, range(1, 13))))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        painted: list[int] = []
        really = app.chart.render_line
        monkeypatch.setattr(app.chart, "render_line", lambda y: painted.append(y) or really(y))
        await pilot.press("left")
        await pilot.pause()
        assert set(painted) == {1, 11}


async def test_labels_shrink_to_their_place() -> None:
    days = [Bar(f"Sat {at}", f"Saturday {at}", Decimal(at)) for at in range(21, 28)]
    assert "Sat 21" in (await chart_lines(days, size=(70, 12)))[-1]
    narrow = (await chart_lines(days, size=(36, 12)))[-1]
    assert "Sat" in narrow
    assert "21" not in narrow
    assert (await chart_lines(days, size=(20, 12)))[-1].split() == ["S"] * 7


async def test_data_in_labels_is_harmless() -> None:
    lines = await chart_lines([Bar("\x1b[2J", "\x1b]0;x\x07", Decimal(1))])
    assert not any("\x1b" in line or "\x07" in line for line in lines)
