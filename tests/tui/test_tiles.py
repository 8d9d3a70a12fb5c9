"""The tiles of figures: what fits, what is walked, what is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.app import App

from tests.tui.conftest import screen_lines
from tui.widgets.tiles import Tile, Tiles

if TYPE_CHECKING:
    from textual.app import ComposeResult

FIVE = (
    Tile("visits", "Number of Visits", "97", "blue"),
    Tile("sales", "Sale Amount", "$1,234,567.89", "cyan"),
    Tile("points", "Loyalty Points", "1,250", "yellow", "$12.50"),
    Tile("positive", "Positive Feedback", "7", "green"),
    Tile("negative", "Negative Feedback", "0", "violet"),
)


class TilesApp(App[None]):
    """The tiles alone; what was chosen is kept."""

    def __init__(self, tiles: tuple[Tile, ...]) -> None:
        super().__init__()
        self.tiles = Tiles("tiles", tiles)
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.tiles

    def on_mount(self) -> None:
        self.tiles.focus()

    def on_tiles_chosen(self, message: Tiles.Chosen) -> None:
        self.chosen.append(message.name)


async def tile_lines(tiles: tuple[Tile, ...], width: int) -> list[str]:
    app = TilesApp(tiles)
    async with app.run_test(size=(width, 10)) as pilot:
        await pilot.pause()
        return screen_lines(app)


async def test_five_tiles_fit_side_by_side_at_80_columns() -> None:
    values, labels, more = (await tile_lines(FIVE, 79))[:3]
    assert values.replace("▌", " ").split() == ["97", "$1,234,567.89", "1,250", "7", "0"]
    assert [cell.strip() for cell in labels.split("▌")[1:]] == [
        "Number of", "Sale Amount", "Loyalty Points", "Positive", "Negative",
    ]  # fmt: skip
    assert [cell.strip() for cell in more.split("▌")[1:]] == ["Visits", "", "worth $12.50", "Feedback", "Feedback"]


async def test_labels_stand_on_one_line_where_they_fit() -> None:
    labels = (await tile_lines(FIVE, 131))[1]
    assert "Number of Visits" in labels
    assert "Negative Feedback" in labels


async def test_a_figure_that_needs_more_room_gets_it() -> None:
    huge = (FIVE[0], Tile("sales", "Sale Amount", "-$99,999,999,999.99", "cyan"), *FIVE[2:])
    assert "-$99,999,999,999.99" in (await tile_lines(huge, 79))[0]


async def test_half_a_figure_is_never_shown() -> None:
    huge = tuple(Tile(tile.name, tile.label, "1,234,567,890,123", tile.color) for tile in FIVE)
    text = "\n".join(await tile_lines(huge, 79))
    assert "1,234" not in text
    assert "…" in text


async def test_a_narrow_screen_has_a_line_for_each() -> None:
    lines = await tile_lines(FIVE, 40)
    assert [line.replace("▌", "").split()[-1] for line in lines[:5]] == ["97", "$1,234,567.89", "$12.50", "7", "0"]
    assert lines[0].startswith("▌Number of Visits")


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ((), "visits"), (("right",), "sales"), (("end",), "negative"), (("end", "left"), "positive"),
        (("left",), "visits"), (("end", "right", "home"), "visits"),
    ],
)  # fmt: skip
async def test_the_arrows_walk_and_enter_opens(keys: tuple[str, ...], name: str) -> None:
    app = TilesApp(FIVE)
    async with app.run_test(size=(79, 10)) as pilot:
        await pilot.press(*keys, "enter")
        await pilot.pause()
        assert app.chosen == [name]
