"""Importing what was exported changes nothing, whatever the book holds; in an empty book it makes the same book."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from store import cli, customers, settings, stores
from store.database import Book, open_book
from store.demo.shop import make_shop
from store.exchange import ExportRequest
from store.records import Actor, ListQuery, Status
from store.workbook import xlsx
from store.workbook.exporter import export
from store.workbook.xlsx import LONGEST_CELL
from tests.store.workbook.test_import_damage import state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ODD_TEXTS = (
    "=1+1", "+1 5", "-7", "@home", "'=quoted", "0012", "31113", "1/2", "TRUE", "#N/A",
    "None", "nan", "\x1b[31mred", "_x001B_", "_x001B\x1b", "<b>&amp;", "[bold]x[/x]", "[@click=app.bell]hi", "\u202eabc",
    "a;b", "a,b", 'say "x"', "07-Mar-1985", "NULL", "e\u0301", "知実", "😀🏽", "<clear>x", "Yes", "\u00a0nbsp\u00a0", "a\u2028b", "\x7f",
)  # fmt: skip
"""Each is put in every field that takes any text."""
CONTROLS = frozenset("\x00\x1b\t")
ANY_TEXT = ("nationality", "notes", "reason", "gift_card", "address_line1", "address_line2", "city", "state")
EDGES: tuple[dict[str, Any], ...] = (
    {"notes": "n" * (LONGEST_CELL + 1)},
    {"notes": "n" * LONGEST_CELL},
    {"notes": "<clear>"},
    {"notes": "\n  first\n\n\tsecond"},
    {"notes": "a\x00b"},
    {"zip_code": "01234", "country": "US"},
    {"zip_code": "0123"},
    {"zip_code": "SW1A 1AA", "country": "GB"},
    {"zip_code": "12345-678"},
    {"phone": "+1 (555) 010-0199 ext 7"},
    {"phone": "0049555010199"},
    {"phone": "15550101"},
    {"phone": "1234567890123456789012345678"},
    {"id_number": "000042"},
    {"id_number": "12E5"},
    {"id_number": "1E5"},
    {"zip_code": "1E55"},
    {"gate_code": "2e4"},
    {"gate_code": "00"},
    {"date_of_birth": date(1875, 1, 2), "anniversary": date(1, 1, 1), "enrolled": date(9999, 12, 31)},
    {"date_of_birth": date(1900, 1, 15), "anniversary": date(1900, 2, 28), "enrolled": date(1900, 3, 1)},
    {"date_of_birth": date(1904, 1, 1), "anniversary": date(2000, 2, 29)},
    {"first_name": "Mary Ann", "last_name": "de la Cruz"},
    {"first_name": "a" * 25, "last_name": "b" * 25},
    {"first_name": "12", "last_name": "=1"},
    {"email": "O'Brien+Tag@EXAMPLE.com"},
    {"country": "CI"},
    {"country": "AX"},
    {"stores": ("Harbor", "Airport", 'O\'Hare, "T2"')},
    {"loyalty": True, "points": 10**12, "reason": "Purchase"},
    {"gender": "Others"},
)
LIKE_DAMAGE: tuple[dict[str, Any], ...] = (
    {"gift_card": "5.55E+09"},
    {"gift_card": "15550101.0"},
    {"zip_code": "1234", "country": "US"},
    {"phone": "15550101.0"},
)
"""What a person typed at the till, and a spreadsheet could have made of something else."""


def book_of(path: Path, people: Iterable[dict[str, Any]]) -> Book:
    book = open_book(path, actor=Actor("Mei", "Till 1"))
    settings.put(book, "time_zone", "Europe/Berlin")
    for name in ("Harbor", "Airport", 'O\'Hare, "T2"'):
        stores.ensure(book, name)
    for number, values in enumerate(people):
        person = {"first_name": "Ada", "last_name": f"Nr{number}", "email": f"odd{number}@example.com", **values}
        customers.create(book, person)
    customers.inactivate(book, 2)
    return book


ODD_PEOPLE = [*(dict.fromkeys(ANY_TEXT, text) for text in ODD_TEXTS), *EDGES]


def copy_settings(ours: Book, theirs: Book) -> None:
    """An import takes none of them."""
    for name in settings.DESCRIPTIONS:
        settings.put(theirs, name, settings.get(ours, name))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A book of odd people."""
    book = book_of(tmp_path / "odd.db", ODD_PEOPLE)
    yield book
    book.close()


def taken(book: Book, file: Path, capsys: pytest.CaptureFixture[str], exit_code: int = cli.OK) -> dict[str, Any]:
    capsys.readouterr()
    code = cli.main(["import", str(file), "--db", str(book.path), "--json"])
    told = capsys.readouterr()
    assert code == exit_code, told
    return dict(json.loads(told.out))


TABLES = (
    "customer", "customer_store", "store", "loyalty_entry", "receipt", "receipt_item", "receipt_tax", "receipt_payment",
    "feedback", "tally",
)  # fmt: skip


def contents(book: Book) -> dict[str, list[tuple[Any, ...]]]:
    return {table: book.rows(f"SELECT * FROM {table}") for table in TABLES}


def assert_nothing_changed(book: Book, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(book)
    outcome = taken(book, file, capsys)
    for counts in (outcome, *outcome["sheets"].values()):
        assert (counts["created"], counts["updated"], counts["refused"]) == (0, 0, 0), outcome
    after = contents(book)
    for table, rows in before.items():
        assert [row for row, now in zip(rows, after[table], strict=True) if row != now] == [], table


@pytest.mark.parametrize("name", ["all.xlsx", "all.csv"])
def test_odd_people_stay_as_they_are(book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    export(book, tmp_path / name, ExportRequest())
    assert_nothing_changed(book, tmp_path / name, capsys)


@pytest.mark.parametrize("order", ["name", "email"])
def test_the_list_can_be_imported_too(
    book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str], order: str
) -> None:
    query = ListQuery(status=Status.ALL, order=order)
    export(book, tmp_path / "list.xlsx", ExportRequest(query))
    assert_nothing_changed(book, tmp_path / "list.xlsx", capsys)
    export(book, tmp_path / "few.xlsx", ExportRequest(ListQuery(columns=("photo", "notes", "points"))))
    assert_nothing_changed(book, tmp_path / "few.xlsx", capsys)


def test_an_empty_book_becomes_the_same_book(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours, theirs = (open_book(tmp_path / name) for name in ("ours.db", "theirs.db"))
    make_shop(ours, customers=400, receipts=300)
    copy_settings(ours, theirs)
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    export(ours, first, ExportRequest())
    assert_nothing_changed(ours, first, capsys)
    assert taken(theirs, first, capsys)["created"] == 400
    export(theirs, second, ExportRequest())
    for book in (ours, theirs):
        book.close()
    assert_the_same(first, second)


def assert_the_same(one: Path, other: Path) -> None:
    """All that the archives hold is the same, but for which book wrote them when."""
    archives = []
    for path in (one, other):
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        archives.append({name: part for name, part in parts.items() if b"regulars-sync" not in part})
    assert archives[0] == archives[1]
    assert state_of(one) == state_of(other)


def test_sheets_in_parts_make_the_same_book(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = (open_book(tmp_path / name) for name in ("ours.db", "theirs.db"))
    make_shop(ours, customers=120, receipts=90)
    copy_settings(ours, theirs)
    whole, parts, again = (tmp_path / f"{name}.xlsx" for name in ("whole", "parts", "again"))
    export(ours, whole, ExportRequest())
    monkeypatch.setattr(xlsx, "MOST_ROWS", 40)
    export(ours, parts, ExportRequest())
    assert_nothing_changed(ours, parts, capsys)
    assert taken(theirs, parts, capsys)["created"] == 120
    monkeypatch.undo()
    export(theirs, again, ExportRequest())
    for book in (ours, theirs):
        book.close()
    assert_the_same(whole, again)


def test_odd_people_arrive_in_another_book_whole(
    book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = open_book(tmp_path / "other.db")
    export(book, tmp_path / "all.xlsx", ExportRequest())
    taken(other, tmp_path / "all.xlsx", capsys)
    # What no cell can hold was told of: it stays where it was written.
    sql = (
        "SELECT uid, first_name, last_name, email, phone, gender, date_of_birth, id_number, nationality, gate_code,"
        " anniversary, iif(length(notes) > 32767 OR notes = '<clear>', '', notes), loyalty, points, reason, gift_card,"
        " address_line1, address_line2, city, state, zip_code, country, enrolled, active"
        " FROM customer ORDER BY uid"
    )
    differences = [
        (ours, theirs) for ours, theirs in zip(book.rows(sql), other.rows(sql), strict=True) if ours != theirs
    ]
    other.close()
    assert differences == []


@pytest.mark.parametrize("name", ["all.xlsx", "all.csv"])
def test_what_only_looks_like_damage_is_no_edit(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    book = book_of(tmp_path / "like.db", LIKE_DAMAGE)
    try:
        export(book, tmp_path / name, ExportRequest())
        assert_nothing_changed(book, tmp_path / name, capsys)
    finally:
        book.close()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("form", ["xlsx:Calc MS Excel 2007 XML", "ods", "xls:MS Excel 97"])
def test_libreoffice_may_save_it_again(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """All but control characters and inner tabs, which LibreOffice itself loses in some of its formats."""
    book = book_of(tmp_path / "odd.db", [who for who in ODD_PEOPLE if not CONTROLS & set(str(who.get("notes", "")))])
    export(book, tmp_path / "all.xlsx", ExportRequest())
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        form,
        "--outdir",
    ]
    subprocess.run([*command, "back", "all.xlsx"], cwd=tmp_path, check=True, capture_output=True, timeout=180)
    assert_nothing_changed(book, tmp_path / "back" / f"all.{form.partition(':')[0]}", capsys)
    book.close()
