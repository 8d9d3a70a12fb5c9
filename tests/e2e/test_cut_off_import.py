"""A book whose import was cut off: the terminal says what is done before the list comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.database import open_book
from tests.store.workbook.importing import ADA, customers, cut_off

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Open


def test_it_says_that_it_finishes_the_import_before_the_screen_comes(
    start: Open, book_path: Path, tmp_path: Path
) -> None:
    many = [ADA | {"Last Name": f"L{at:03}", "E-Mail": f"a{at}@example.com"} for at in range(500)]
    book = open_book(book_path)
    before = book.rows("SELECT count(*) FROM customer WHERE active = 1")[0][0]
    cut_off(book, customers(tmp_path / "big \x1b[31m.xlsx", *many))
    book.close()
    terminal = start("--db", str(book_path))
    terminal.wait_for(f"{before + 500:,} customers")
    words, screen = terminal.raw.split(b"\x1b[?1049h", 1)
    assert b"\rFinishing the import of big \\x1b[31m.xlsx that was cut off... " in words
    assert b" of 500" in words
    assert b"\x1b[31m" not in words
    assert b"Finishing" not in screen
    terminal.press("f10")
    assert terminal.wait_end() == 0
