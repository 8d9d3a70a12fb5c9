"""Every kind of file that is read, and a clear sentence for every one that is not."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

from store import customers, stores
from store.errors import WorkbookError
from store.workbook.apply import apply
from store.workbook.headers import Sheet
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from tests.store.workbook.importing import ADA, BOB, counts, run_import, staged, workbook
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

OFFICE = shutil.which("soffice")
LIST = [["First Name", "Last Name", "E-Mail", "Notes"], ["Zoë", "Ångström", "zoe@example.com", "one; two, three"]]


def written(separator: str, encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(LIST)
    return text.getvalue().encode(encoding)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_list_in_any_encoding_and_with_any_separator(
    book: Book, tmp_path: Path, separator: str, encoding: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(written(separator, encoding))
    assert counts(run_import(book, path)) == (1, 0, 0, 0)
    zoe = customers.get(book, 1)
    assert (zoe.first_name, zoe.last_name, zoe.notes) == ("Zoë", "Ångström", "one; two, three")


def test_a_list_may_name_its_separator(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"sep=;\r\n" + written(";", "utf-8"))
    assert counts(run_import(book, path)) == (1, 0, 0, 0)


@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice to write the older formats")
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_workbook_in_another_format(book: Book, tmp_path: Path, kind: str) -> None:
    source = sheet(tmp_path / "a.xlsx", ADA | {"ZipCode": "01234", "Date of Birth": "07-Mar-1985"}, BOB)
    subprocess.run(
        [str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", kind,
         "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert counts(run_import(book, tmp_path / f"a.{kind}")) == (2, 0, 0, 0)
    assert customers.get(book, 1).zip_code == "01234"


def test_a_workbook_with_macros_is_read_as_any_other(book: Book, tmp_path: Path) -> None:
    sheet(tmp_path / "a.xlsx", ADA).rename(tmp_path / "a.XLSM")
    assert counts(run_import(book, tmp_path / "a.XLSM")) == (1, 0, 0, 0)


def test_an_old_workbook_under_a_new_name_is_read_for_what_it_is(book: Book, samples: Path, tmp_path: Path) -> None:
    path = tmp_path / "renamed.xlsx"
    shutil.copy(samples / "office-customers-97.xls", path)
    assert open_workbook(path).sheets[Sheet.CUSTOMERS].height == 301


def test_a_sheet_of_any_name_that_looks_like_customers(book: Book, tmp_path: Path) -> None:
    rows = [list(ADA), list(ADA.values())]
    path = workbook(tmp_path / "a.xlsx", {"Cover": [["Spring campaign"]], "Tabelle1": rows})
    report = run_import(book, path)
    assert counts(report) == (1, 0, 0, 0)
    assert report.notes == ["Sheet Cover was passed over: Regulars does not know it."]


def zipped(**parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return data.getvalue()


def locked() -> bytes:
    """The beginning of what a spreadsheet program saves under a password: a compound file with these streams."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1024


BAD_FILES = {
    "nothing in it": ("a.xlsx", b"", "is empty"),
    "no extension we know": ("a.pdf", b"%PDF-1.7", "not a kind of file"),
    "text named as a workbook": ("a.xlsx", b"First Name;Last Name\n", "rename it to .csv"),
    "a picture named as a workbook": ("a.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\0", "no workbook"),
    "a workbook named as a list": ("a.csv", zipped(xl__workbook=b""), "is a workbook"),
    "a picture named as a list": ("a.csv", b"\x89PNG\0\0\0\0", "no text"),
    "a document named as a workbook": ("a.xlsx", zipped(word__document=b"<x/>"), "not a workbook"),
    "a broken archive": ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "damaged"),
    "half of a workbook": ("a.xlsx", zipped(**{"xl__workbook.xml": b"<workbook"}), "damaged"),
    "an old workbook cut short": ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 90, "damaged"),
    "a password": ("a.xlsx", locked(), "protected by a password"),
    "a bomb": ("a.xlsx", zipped(**{"xl__workbook.xml": b"\0" * (80 * 1024 * 1024)}), "unpacks to"),
    "a quote without end": ("a.csv", b'First Name,Last Name\n"' + b"x" * (17 * 1024 * 1024), "no list"),
    "blank lines": ("a.csv", b"\n\n\n", "It is empty"),
    "a list of other things": ("a.csv", b"Colour;Weight\nred;3\n", "Colour, Weight"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_is_no_workbook_gets_a_sentence(tmp_path: Path, case: str) -> None:
    name, data, words = BAD_FILES[case]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(WorkbookError, match=words) as refused:
        open_workbook(tmp_path / name)
    assert str(refused.value).endswith(".")
    assert "Error" not in str(refused.value)


def test_what_is_no_file_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    os.mkfifo(tmp_path / "pipe.xlsx")
    for name, words in (("none.xlsx", "no file"), ("folder.xlsx", "is a folder"), ("pipe.xlsx", "no file that can")):
        with pytest.raises(WorkbookError, match=words):
            open_workbook(tmp_path / name)


def test_the_parts_of_a_sheet_are_read_as_one(book: Book, tmp_path: Path) -> None:
    def part(*names: str) -> list[list[str]]:
        return [["First Name", "Last Name", "E-Mail"], *[[name, "Lee", f"{name}@example.com"] for name in names]]

    path = workbook(
        tmp_path / "a.xlsx",
        {
            "Customers part 3": part("eve"),
            "Customers": part("ada", "bob"),
            "customers Part 2": part("cy", "", "dan"),
            "Customers (2)": part("ada", "bob"),
            "Customers part 4": [["E-Mail", "Notes"], ["ada@example.com", "x"]],
        },
    )
    report = run_import(book, path)
    assert counts(report) == (5, 0, 0, 1)
    assert [(row.row, row.outcome) for row in report.refused] == [(5, "error:First Name")]
    assert report.notes == [
        "Sheet customers Part 2 goes on from Customers: its first row is counted as row 4.",
        "Sheet Customers part 3 goes on from Customers: its first row is counted as row 7.",
        "Sheet Customers part 4 was passed over: its columns are not those of Customers.",
        "Sheet Customers (2) was passed over: Regulars does not know it.",
    ]


def test_a_store_is_called_so_that_a_cell_can_hold_several(book: Book, tmp_path: Path) -> None:
    names = [["Store"], ["A;B"], ["C | D"], ["Kiosk"], ["KIOSK"]]
    report = run_import(book, workbook(tmp_path / "a.xlsx", {"Stores": names}))
    assert counts(report, "Stores") == (1, 0, 0, 3)
    assert [row.outcome for row in report.refused] == ["error:Store", "error:Store", "error:duplicate of row 4"]


def codes(book: Book, *names: str) -> list[str]:
    known = {store.name: store.code for store in stores.all_stores(book)}
    return [known[name] for name in names]


def test_a_code_that_another_store_has_is_left_out_and_named(book: Book, tmp_path: Path) -> None:
    stores.ensure(book, "Main", "1")
    stores.ensure(book, "Annex")
    names = [["Store Code", "Store"], ["1", "Center"], ["A", "Pier"], ["a", "Quay"], ["1", "Annex"], ["1", "Main"]]
    report = run_import(book, workbook(tmp_path / "a.xlsx", {"Stores": names}))
    assert counts(report, "Stores") == (3, 0, 2, 0)
    assert codes(book, "Annex", "Center", "Main", "Pier", "Quay") == ["", "", "1", "A", ""]
    assert report.notes == [
        "The code 1 of the store Center was left out: it is the code of Main.",
        "The code a of the store Quay was left out: it is the code of Pier.",
        "The code 1 of the store Annex was left out: it is the code of Main.",
    ]
    for store in stores.all_stores(book):
        stores.rename(book, store.id, f"{store.name} Street", store.code)


def test_a_code_that_a_store_got_after_the_preview_is_left_out(book: Book, tmp_path: Path) -> None:
    plan = make_plan(
        book,
        open_workbook(workbook(tmp_path / "a.xlsx", {"Stores": [["Store Code", "Store"], ["1", "Center"]]})),
        lambda done, total: None,
    )
    stores.ensure(book, "Main", "1")
    stage = staged(book, "a.xlsx", plan)
    apply(book, stage, plan.report, lambda done, total: None)
    stage.discard()
    assert codes(book, "Center", "Main") == ["", "1"]


def test_a_sheet_without_what_it_needs_is_passed_over_and_named(book: Book, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", ADA, Receipts=[["Receipt Number", "Total"], ["1-1", 3]])
    report = run_import(book, path)
    assert report.notes == ["Sheet Receipts was passed over: it needs the columns Receipt Number, Date."]
    assert counts(report) == (1, 0, 0, 0)
