"""All that the book has of one person, as a workbook that they can read."""

from __future__ import annotations

import io
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from PIL import Image
from python_calamine import CalamineWorkbook

from store import customers, erasure, hand_over, stores
from store.database import open_book
from store.errors import ErasedCustomerError, ExportError, UnknownCustomerError
from store.records import Actor
from tests.store import erasing
from tests.store.tills import ring
from tests.store.workbook.importing import counts, run_import, under_way
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.database import Book


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Book, int, Path]]:
    """A book with somebody who has everything, their id, and what is handed over of them."""
    folder = tmp_path_factory.mktemp("filled")
    with closing(open_book(folder / "book.db", actor=Actor("Mia", "till-1"))) as book:
        stores.ensure(book, "Downtown", "01")
        erasing.others(book, 6)
        made = erasing.somebody(book, folder)
        ring(book, 1, "99.00", items=[("Coffee", "99", "1", "99")])
        yield book, made.id, hand_over.hand_over(book, made.id, folder / "zelda.xlsx")


@pytest.fixture(scope="module")
def sheets(filled: tuple[Book, int, Path]) -> dict[str, list[tuple[Any, ...]]]:
    """Its sheets, as rows of cells."""
    found = openpyxl.load_workbook(filled[2])
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in found}


def test_the_sheets_are_those_of_an_export_and_what_it_does_not_have(sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    assert list(sheets) == [
        "Details", "Photo", "Photo 2", "Loyalty", "Receipts", "Receipt Items", "Receipt Taxes", "Receipt Payments",
        "Feedback", "Mails", "Imports",
    ]  # fmt: skip
    assert sheets["Receipt Items"][0] == ("Receipt Number", "Store", "Item", "Price", "Qty", "Amount")


def test_every_field_is_there_in_words_with_what_waits_beside_it(sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    told = sheets["Details"]
    assert told[0] == ("Field", "Value", "Also Said", "Where From")
    values = {row[0]: row[1] for row in told[1:]}
    assert values["First Name"] == "Zeldaqx"
    assert values["Date of Birth"] == "04-Mar-1971"
    assert (values["Loyalty"], values["Loyalty Points"], values["Status"]) == ("YES", "97", "Active")
    assert (values["Stores"], values["City"], values["Gift Card Number"]) == ("Downtown", "Ångrëm", "ZKCARD9917")
    beside = {row for row in told[1:] if row[2]}
    assert ("City", "Ångrëm", "Ångrëm-Süd", "in list.xlsx") in beside
    assert ("E-Mail", erasing.MEMBER_EMAIL, erasing.OTHER_EMAIL, "in second.xlsx") in beside
    assert ("Phone Number", "5550147799", "555 014 7799", "before two entries were put together") in beside


def test_the_ledger_the_receipts_and_what_was_said(sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    assert sorted(row[:2] for row in sheets["Loyalty"][1:]) == [
        (7, "Import"), (40, "Welcome"), (50, "for the funeral of her father"),
    ]  # fmt: skip
    [receipt] = sheets["Receipts"][1:]
    assert (*receipt[:2], receipt[2].isoformat()) == ("1-1001", "Downtown", "2026-03-10T12:00:00")
    assert receipt[9] == 12.5
    assert [row[2] for row in sheets["Receipt Items"][1:]] == ["Tea"]
    assert [row[2:] for row in sheets["Receipt Taxes"][1:]] == [("State", 6.25, 0.78)]
    assert len(sheets["Receipt Payments"]) == 2
    assert sheets["Feedback"][1][2:4] == ("Positive", "she told us about her divorce")


def test_the_mails_and_the_imports(sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    assert [row[:3] for row in sheets["Mails"][1:]] == [("1-1001", erasing.MEMBER_EMAIL, "queued")]
    assert [row[1:] for row in sheets["Imports"][1:]] == [
        ("list.xlsx", "Mia", "till-1", "changed the customer", "Phone Number", "555 014 7799"),
        ("second.xlsx", "Mia", "till-1", "brought the customer", None, None),
    ]


def test_nothing_internal_and_nothing_of_others_is_in_it(
    filled: tuple[Book, int, Path], sheets: dict[str, list[tuple[Any, ...]]]
) -> None:
    book, _, path = filled
    told = repr(sheets)
    uids = [
        uid for table in ("customer", "loyalty_entry", "feedback") for (uid,) in book.rows(f"SELECT uid FROM {table}")
    ]
    assert not [uid for uid in uids if uid in told]
    assert "Coffee" not in told
    assert "ann0@example.com" not in told
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if b"_sync" in archive.read(name)]


def test_the_photos_are_pictures_of_the_workbook(filled: tuple[Book, int, Path]) -> None:
    book, customer_id, path = filled
    found = openpyxl.load_workbook(path)
    pictures = [picture for name in ("Photo", "Photo 2") for picture in found[name]._images]
    assert [(picture.width, picture.height) for picture in pictures] == [(64, 64)] * 2
    shown = [Image.open(io.BytesIO(picture._data())) for picture in pictures]
    assert [picture.format for picture in shown] == ["JPEG"] * 2
    kept = [customers.photo(book, customer_id) or b"", erasing.photo(erasing.OTHER_PHOTO)]
    small = [Image.open(io.BytesIO(image)).resize((4, 4)).tobytes() for image in kept]
    for picture in shown:
        mine = picture.resize((4, 4)).tobytes()
        assert any(max(abs(one - other) for one, other in zip(mine, theirs, strict=True)) < 8 for theirs in small)
    assert CalamineWorkbook.from_path(path).sheet_names[:2] == ["Details", "Photo"]


def test_a_photo_of_another_kind_is_a_picture_too(book: Book, tmp_path: Path) -> None:
    made = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(made, "WEBP")
    one = customers.create(book, {"first_name": "A", "last_name": "B", "email": "a@example.com"}, made.getvalue())
    found = openpyxl.load_workbook(hand_over.hand_over(book, one.id, tmp_path / "one.xlsx"))
    [picture] = found["Photo"]._images
    assert (picture.width, picture.height) == (20, 10)


def test_the_balance_that_a_list_brought_is_in_the_ledger(book: Book, tmp_path: Path) -> None:
    run_import(book, sheet(tmp_path / "list.xlsx", {
        "First Name": "Bo", "Last Name": "Wu", "E-Mail": "wu@example.com", "Loyalty Points": 7,
    }))  # fmt: skip
    [[bo]] = book.rows("SELECT id FROM customer")
    found = openpyxl.load_workbook(hand_over.hand_over(book, bo, tmp_path / "bo.xlsx"))
    assert [row[0] for row in found["Loyalty"].iter_rows(min_row=2, values_only=True)] == [7]


def test_what_no_cell_holds_is_written_all_the_same(book: Book, tmp_path: Path) -> None:
    long = "word " * 9000
    made = customers.create(
        book, {"first_name": "=1+1", "last_name": "<clear>", "email": "a@example.com", "notes": f"{long}.\uffff"}
    )
    told = openpyxl.load_workbook(hand_over.hand_over(book, made.id, tmp_path / "one.xlsx"))["Details"]
    rows = list(told.iter_rows(values_only=True))
    assert "".join(row[1] for row in rows if row[0] == "Notes" or row[0] is None) == f"{long}.\ufffd"
    assert {row[0]: row[1] for row in rows} | {"First Name": "=1+1", "Last Name": "“<clear>”"} == {
        row[0]: row[1] for row in rows
    }


def test_a_folder_gets_a_file_of_their_name(filled: tuple[Book, int, Path], tmp_path: Path) -> None:
    book, customer_id, _ = filled
    place = hand_over.hand_over(book, customer_id, tmp_path)
    assert place.parent == tmp_path
    assert place.name.startswith("Zeldaqx Vwjorgen 20")
    assert place.stat().st_mode & 0o777 == 0o600


def test_a_name_that_no_file_can_have_is_left_out_of_it(book: Book) -> None:
    made = customers.create(book, {"first_name": "../..", "last_name": '<"|', "email": "a@example.com"})
    assert hand_over.file_name(book, made.id).startswith("Customer 20")


def test_an_import_makes_no_customer_of_it(filled: tuple[Book, int, Path]) -> None:
    report = run_import(filled[0], filled[2], dry_run=True)
    assert counts(report) == (0, 0, 0, 0)
    assert counts(report, "Receipts") == (0, 0, 1, 0)
    assert counts(report, "Feedback")[0] == counts(report, "Loyalty")[0] == 0


def test_what_cannot_be_handed_over_is_said(filled: tuple[Book, int, Path], book: Book, tmp_path: Path) -> None:
    for wrong in (tmp_path / "a.csv", tmp_path / "no" / "a.xlsx", book.path):
        with pytest.raises(ExportError):
            hand_over.hand_over(filled[0], filled[1], wrong)
    with pytest.raises(UnknownCustomerError):
        hand_over.hand_over(book, 4711, tmp_path / "a.xlsx")
    made = customers.create(book, {"first_name": "A", "last_name": "B", "email": "a@example.com"})
    erasure.erase(book, made.id)
    with pytest.raises(ErasedCustomerError):
        hand_over.hand_over(book, made.id, tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()


def test_half_an_import_is_waited_for(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.workbook.whole_book.STILL_SECONDS", 0.0)
    made = customers.create(book, {"first_name": "A", "last_name": "B", "email": "a@example.com"})
    phases: list[str] = []

    def report(progress: Any) -> None:
        phases.append(progress.phase)
        raise KeyboardInterrupt

    with under_way(book, "big.xlsx", 1, 9), pytest.raises(KeyboardInterrupt):
        hand_over.hand_over(book, made.id, tmp_path / "a.xlsx", report=report)
    assert phases == ["waiting for the import of big.xlsx to end"]
