"""`regulars imports`: what it lists, and taking one back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from store import cli, customers, settings
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.importing import run_import

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

ADA = {"First Name": "Ada", "Last Name": "Lovelace", "E-Mail": "ada@example.com"}
BOB = {"First Name": "Bob", "Last Name": "Marley", "E-Mail": "bob@example.com"}


def test_imports_are_listed_and_taken_back(book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_import(book, sheet(tmp_path / "office.xlsx", ADA, BOB))
    words = ["--db", str(book.path)]
    assert cli.main(["imports", *words]) == cli.OK
    assert "office.xlsx" in capsys.readouterr().out
    assert cli.main(["imports", "--json", *words]) == cli.OK
    [told] = json.loads(capsys.readouterr().out)
    assert (told["created"], told["can_be_taken_back"]) == (2, True)
    assert cli.main(["imports", "--take-back", str(told["id"]), *words]) == cli.OK
    assert capsys.readouterr().out.splitlines()[0] == "Taken back: 0 restored, 2 removed."
    assert book.rows("SELECT count(*) FROM customer") == [(0,)]


def test_who_was_changed_since_is_named(book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_import(book, sheet(tmp_path / "office.xlsx", ADA, BOB))
    (customer_id,) = book.rows("SELECT id FROM customer WHERE first_name = 'Ada'")[0]
    ada = customers.get(book, customer_id)
    customers.update(book, ada.id, {"city": "Paris"}, ada.version, base=ada)
    (run_id,) = book.rows("SELECT max(id) FROM import_run")[0]
    assert cli.main(["imports", "--take-back", str(run_id), "--db", str(book.path)]) == cli.PARTLY
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "Taken back: 0 restored, 1 removed."
    assert any("Ada Lovelace" in line for line in rest)
    assert book.rows("SELECT first_name FROM customer") == [("Ada",)]


def test_each_import_has_its_lines_on_the_shops_clock(
    book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.put(book, "time_zone", "Asia/Tokyo")
    for number in range(10):
        run_import(book, sheet(tmp_path / f"list {number}.xlsx", ADA | {"E-Mail": f"ada{number}@example.com"}))
    book.execute("UPDATE import_run SET started_at = '2026-03-09T20:05:59Z', employee = 'Mei', till = 'Till 1'")
    book.execute("UPDATE import_run SET employee = '', till = '', state = 'taken back' WHERE id = 10")
    book.execute("UPDATE import_run SET counts = '{}' WHERE id = 1")
    assert cli.main(["imports", "--db", str(book.path)]) == cli.OK
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 20
    assert max(map(len, lines)) <= 80
    assert lines[:4] == [
        "10  10-Mar-2026 05:05  list 9.xlsx",
        "    1 customer created, 0 updated, 0 rows refused; was taken back",
        " 9  10-Mar-2026 05:05  list 8.xlsx, by Mei at Till 1",
        "    1 customer created, 0 updated, 0 rows refused; can be taken back",
    ]
    assert lines[-3:] == [
        "    1 customer created, 0 updated, 0 rows refused; can no longer be taken back",
        " 1  10-Mar-2026 05:05  list 0.xlsx, by Mei at Till 1",
        "    0 customers created, 0 updated, 0 rows refused; left nothing to take back",
    ]


def test_there_is_no_taking_back_what_there_is_not(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["imports", "--db", str(book.path)]) == cli.OK
    assert "No import" in capsys.readouterr().out
    assert cli.main(["imports", "--take-back", "7", "--json", "--db", str(book.path)]) == cli.FAILED
    assert "7" in json.loads(capsys.readouterr().out)["error"]


@pytest.mark.parametrize("number", [10**22, -(10**22), 2**63, 2**63 - 1])
def test_a_number_beyond_all_books_is_no_import(book: Book, number: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["imports", f"--take-back={number}", "--json", "--db", str(book.path)]) == cli.FAILED
    assert json.loads(capsys.readouterr().out) == {"error": f"There is no import {number} in this book."}
