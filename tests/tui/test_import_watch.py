"""The list says that another program's import is under way, for as long as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.database import open_book
from store.exchange import Progress
from store.workbook import journal
from tests.store.workbook.importing import under_way
from tests.tui.conftest import screen_text
from tests.tui.waiting import until, until_true
from tui import import_watch
from tui.app import RegularsApp
from tui.screens.customers import IMPORTS_AFTER
from tui.widgets.progress_line import ProgressLine, progress_text

if TYPE_CHECKING:
    import pytest

    from store.database import Book

SIZE = (80, 24)


async def test_an_import_of_another_program_stands_on_the_list_while_it_runs(book: Book) -> None:
    other = open_book(book.path, recover=False)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, "5 customers")
        await pilot.pause(IMPORTS_AFTER + 0.3)
        with under_way(other, "big [x]\x1b.xlsx", 37_345, 100_000) as run:
            await until(pilot, "Import of big [x]␛.xlsx: 37,345 of 100,000")
            journal.move(other, run, 50_000)
            await until(pilot, "Import of big [x]␛.xlsx: 50,000 of 100,000")
        await until_true(pilot, lambda: not app.screen_stack[0].query(ProgressLine))
        assert "Import of" not in screen_text(app)
    other.close()


async def test_an_import_that_began_before_the_program_is_seen_too(book: Book) -> None:
    app = RegularsApp(book)
    with under_way(book, "big.xlsx", 1, 20):
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, "Import of big.xlsx: 1 of 20")


async def test_one_that_stands_still_is_told_as_cut_off(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_watch, "STILL_SECONDS", 0.1)
    app = RegularsApp(book)
    with under_way(book, "big.xlsx", 1, 20, alive=False):
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, "Import of big.xlsx: 1 of 20, cut off. Opening Regulars anew finishes it.")


async def test_a_book_without_imports_is_not_watched(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, "5 customers")
        await pilot.pause(IMPORTS_AFTER + 0.3)
        assert app.screen_stack[0]._imports is None  # type: ignore[attr-defined]


def test_what_an_export_waits_for_is_said_whole() -> None:
    waiting = Progress("waiting for the import of a\x1b.xlsx to end", 1, 20)
    assert progress_text(waiting) == "Waiting for the import of a␛.xlsx to end: 1 of 20"
