"""What the metrics look like, at both sizes and on terminals that can little."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from store import customers
from store.customer_records import Customer
from tests.tui.conftest import screen_text
from tests.tui.sales import fill_with_sales
from tests.tui.waiting import until
from tui import gate
from tui.app import RegularsApp
from tui.terminal import ASCII, TERMINAL, UTF_8

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

    from store.database import Book

SMALL, LARGE = (80, 24), (132, 43)


@pytest.fixture(autouse=True)
def _one_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same terminal wherever the tests run."""
    dress(monkeypatch, UTF_8, "truecolor")


@pytest.fixture(autouse=True)
def _sold(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_with_sales(book, monkeypatch)
    book.execute("UPDATE customer SET enrolled = '2024-05-06', address_line1 = '12 Foundry Lane', city = 'Boston'")


def dress(monkeypatch: pytest.MonkeyPatch, charset: str, colors: str) -> None:
    monkeypatch.setattr(TERMINAL, "charset", charset)
    monkeypatch.setattr(TERMINAL, "colors", colors)
    monkeypatch.setattr(TERMINAL, "dark", True)
    monkeypatch.setattr(TERMINAL, "speaks", {})
    gate.forget_terminal()


def opening(*keys: str, shown: str = "") -> Callable[[Pilot[None]], Awaitable[None]]:
    async def go(pilot: Pilot[None]) -> None:
        await until(pilot, "5 customers")
        await pilot.press("down", "enter")
        await until(pilot, "$1,795.55", "+" if TERMINAL.charset == ASCII else "┼")
        await pilot.press(*keys)
        await until(pilot, shown)

    return go


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "132x43"])
@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        pytest.param((), "", id="figures"),
        pytest.param(("down", "left", "left"), "September 2026", id="chart"),
        pytest.param(("ctrl+k", "down"), "1-1001", id="receipts"),
        pytest.param(("down", "enter"), "as numbers", id="numbers"),
        pytest.param(("f5", "end"), "From", id="period"),
        pytest.param(("end", "left", "enter"), "Lovely shop.", id="comments"),
    ],
)
def test_looks(
    book: Book, keys: tuple[str, ...], shown: str, size: tuple[int, int], snap_compare: Callable[..., bool]
) -> None:
    assert snap_compare(RegularsApp(book), run_before=opening(*keys, shown=shown), terminal_size=size)


@pytest.mark.parametrize("colors", ["16", "none"])
@pytest.mark.parametrize("charset", [UTF_8, ASCII])
async def test_it_is_read_without_blocks_and_without_colours(
    charset: str, colors: str, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGULARS_IMAGES", "none")
    dress(monkeypatch, charset, colors)
    app = RegularsApp(book)
    async with app.run_test(size=SMALL) as pilot:
        await opening("down", "left", shown="October 2026  $99.99")(pilot)
        text = screen_text(app)
        assert text.isascii() == (charset == ASCII)
        assert ("█" in text) == (charset == UTF_8)
        assert ("##" in text) == (charset == ASCII)
        marked = _reversed(app)
        assert marked == ["Last Month Sales: net, 12 months", "O"], "where one is, is marked in more than colour"
        await pilot.press("up")
        await pilot.pause()
        assert next(words.split("  ")[0] for words in _reversed(app)).lstrip("▌|") == "6"


def _reversed(app: RegularsApp) -> list[str]:
    """What stands in reverse on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return [
        segment.text.strip()
        for strip in strips[1:-1]
        for segment in strip
        if segment.style is not None and segment.style.reverse and segment.text.strip()
    ]


def test_every_customer_has_an_address_line() -> None:
    from tui.widgets.customer_header import address

    customer = Customer(1, "u", 1, "Ann", "Baker", "", address_line1="12 Foundry Lane", state="MA", zip_code="02134")
    assert address(customer) == "12 Foundry Lane, MA 02134"


async def test_notes_that_go_on_say_which_key_has_them(book: Book) -> None:
    book.execute("UPDATE customer SET notes = ? WHERE id = 1", ("Likes the window.\n" + "Long " * 50 + "\n\nEnd.",))
    async with RegularsApp(book).run_test(size=SMALL) as pilot:
        await opening(shown="Likes the window.  ^U all")(pilot)
    async with RegularsApp(book).run_test(size=LARGE) as pilot:
        await opening(shown="Long Long")(pilot)
        assert "End." in screen_text(pilot.app) or "^U all" in screen_text(pilot.app)


async def test_a_photo_stands_beside_the_name(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.photos import prepare
    from tests.store.test_photos import picture

    monkeypatch.setitem(os.environ, "REGULARS_IMAGES", "blocks")
    book.execute("INSERT INTO customer_photo VALUES (1, 'image/jpeg', ?)", (prepare(picture("JPEG")),))
    book.execute("UPDATE customer SET has_photo = 1 WHERE id = 1")
    assert customers.get(book, 1).has_photo
    async with RegularsApp(book).run_test(size=SMALL) as pilot:
        await opening(shown="▀▀▀")(pilot)
        await until(pilot, "12 Foundry Lane")
