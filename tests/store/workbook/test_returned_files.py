"""Every kind of file comes back, as itself or as a clean workbook; hostile ones are refused in words."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store.errors import ExportError, WorkbookError, WrongEndingError
from store.workbook.returned import ReturnedReport, write_returned
from store.workbook.returned_names import proposed_name
from tests.store.workbook.importing import ADA, counts, customers, run_import, under_way
from tests.store.workbook.returning import (
    EVE,
    back,
    column,
    edited,
    inside,
    said,
    statuses,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Book


def macro_file(path: Path, *rows: dict[str, Any]) -> Path:
    customers(path, *rows)
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return inside(
        path,
        {"[Content_Types].xml": lambda xml: xml.replace(main, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")},
        **{"xl__vbaProject.bin": b"\xd0\xcf\x11\xe0 macros"},
    )


def test_a_workbook_with_macros_keeps_them(new_book: Book, tmp_path: Path) -> None:
    file = macro_file(tmp_path / "a.xlsm", ADA, EVE)
    for source, name in ((file, "b.xlsm"), (tmp_path / "b.xlsm", "c.xlsm")):
        write_returned(new_book, source, tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as archive:
            assert archive.read("xl/vbaProject.bin") == b"\xd0\xcf\x11\xe0 macros"
            assert b"macroEnabled" in archive.read("[Content_Types].xml")
            assert len(archive.namelist()) == len(set(archive.namelist()))
        sheet = openpyxl.load_workbook(tmp_path / name)["Customers"]
        assert set(said(sheet)) == {"C3"}
    mended = edited(tmp_path / "c.xlsm", C3="eve@example.com")
    write_returned(new_book, mended, tmp_path / "d.xlsm")
    with zipfile.ZipFile(tmp_path / "d.xlsm") as archive:
        assert [name for name in archive.namelist() if "omment" in name] == []


def test_its_ending_says_whether_it_has_macros(new_book: Book, tmp_path: Path) -> None:
    with pytest.raises(WrongEndingError, match=r"End the name with \.xlsm"):
        write_returned(new_book, macro_file(tmp_path / "a.xlsm", EVE), tmp_path / "b.xlsx")
    for name in ("b.xlsm", "b.xls", "b"):
        with pytest.raises(WrongEndingError, match=r"End the name with \.xlsx"):
            write_returned(new_book, customers(tmp_path / "a.xlsx", EVE), tmp_path / name)
    liar = tmp_path / "liar.xlsm"
    shutil.copy(Path(__file__).parents[2] / "samples" / "office-customers-97.xls", liar)
    with pytest.raises(WorkbookError, match="not what its ending says"):
        write_returned(new_book, liar, tmp_path / "c.xlsm")
    assert sorted(path.name for path in tmp_path.glob("[bc]*")) == []


def test_a_csv_comes_back_as_a_clean_workbook_of_texts(new_book: Book, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    lines = ["First Name;Last Name;E-Mail;Phone Number;Notes", "Ada;Lovelace;ada@example.com;0015550101;'=1+1"]
    lines += [
        'Eve;Adams;eve at example;41234567890123456789;"line one\nline two\x1b"',
        f"Tom;S;t@example.com;;{'n' * 40_000}",
    ]
    file.write_text("\n".join(lines))
    marked, report = back(new_book, file)
    sheet = marked["Customers"]
    assert column(tmp_path / "back.xlsx", 3) == ["Phone Number", "0015550101", "41234567890123456789", ""]
    assert column(tmp_path / "back.xlsx", 4) == ["Notes", "=1+1", "line one\nline two\x1b", ""]
    assert sheet["E2"].data_type == "s"
    assert statuses(sheet) == ["Nothing at fault", "Refused: E-Mail: not a valid e-mail address", "Nothing at fault"]
    assert set(said(sheet)) == {"C3"}
    assert report.notes == ("Values that no cell can hold were left out: 1.",)
    assert (sheet.freeze_panes, sheet["A1"].font.bold) == ("A2", True)
    assert counts(run_import(new_book, tmp_path / "back.xlsx")) == (2, 0, 0, 1)


def test_excel_97_comes_back_as_a_clean_workbook(new_book: Book, samples: Path, tmp_path: Path) -> None:
    marked, report = back_from(new_book, samples / "office-customers-97.xls", tmp_path)
    sheet = marked["Customers"]
    assert report.refused == 300
    assert statuses(sheet)[0].startswith("Refused: Stores: no store is called")
    assert sheet["G2"].value.date() == date(1945, 11, 7)
    assert (sheet["G2"].number_format, sheet["V2"].value, sheet["O2"].value) == ("dd-mmm-yyyy", "07108", 1621)
    shop = {"Stores": [["Store"], *[[name] for name in ("Downtown", "Harbor", "Airport", "University")]]}
    run_import(new_book, customers(tmp_path / "stores.xlsx", ADA, **shop))
    first = run_import(new_book, samples / "office-customers-97.xls", dry_run=True)
    again = run_import(new_book, tmp_path / "back.xlsx", dry_run=True)
    assert first.said() == again.said()


OPEN_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2"><office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>
</office:document-content>"""
META = (
    b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:date>2026-03-09T10:11:12Z</dc:date></office:meta>'
    b"</office:document-meta>"
)


def open_document(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    def cell(value: Any) -> str:
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    xml = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", OPEN_DOCUMENT.format(sheets=xml))
        archive.writestr("meta.xml", META)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def test_open_document_comes_back_with_its_dates_digits_and_time(new_book: Book, tmp_path: Path) -> None:
    from store.workbook.reader import open_workbook

    rows = [
        [*ADA, "Phone Number", "Date of Birth", "Gift Card Number", "Anniversary"],
        [*ADA.values(), 15550101555.0, date(1985, 3, 7), 1234567890123456789.0, date(1875, 1, 2)],
        [*EVE.values(), 155501015550.0, date(1985, 3, 7), "007", "=1+1"],
    ]
    file = open_document(tmp_path / "a.ods", {"Customers": rows, "More/less": [["kept"]], "_sync": [["1:abc"]]})
    marked, report = back(new_book, file)
    sheet = marked["Customers"]
    assert [as_day(cell.value) for cell in sheet[2]][3:7] == [
        15550101555,
        date(1985, 3, 7),
        "1234567890123456800",
        "02-Jan-1875",
    ]
    assert [(as_day(cell.value), cell.data_type) for cell in sheet[3]][3:7] == [
        (155501015550, "n"), (date(1985, 3, 7), "d"), ("007", "s"), ("=1+1", "s"),
    ]  # fmt: skip
    assert (sheet["D2"].number_format, sheet["D3"].number_format) == ("General", "0")
    assert statuses(sheet)[0] == "Nothing at fault"
    assert {"C3", "G3"} == set(said(sheet))
    assert (report.refused, report.notes) == (1, ())
    assert marked["More less"]["A1"].value == "kept"
    assert open_workbook(tmp_path / "back.xlsx").sync == ("1:abc",)
    assert open_workbook(tmp_path / "back.xlsx").saved_at == open_workbook(file).saved_at > 0


def as_day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def back_from(book: Book, file: Path, folder: Path) -> tuple[Any, ReturnedReport]:
    report = write_returned(book, file, folder / "back.xlsx")
    return openpyxl.load_workbook(folder / "back.xlsx"), report


def test_a_workbook_that_openpyxl_cannot_open_comes_back_clean(new_book: Book, tmp_path: Path) -> None:
    file = customers(tmp_path / "a.xlsx", ADA, EVE, _sync=[["1:abc"]], More=[["kept"]])
    opened = openpyxl.load_workbook(file)
    opened["_sync"].sheet_state, opened["More"].sheet_state = "veryHidden", "hidden"
    opened.save(file)
    inside(file, {"xl/styles.xml": lambda xml: xml.replace(b"<cellXfs", b'<cellXfs count="x" ')})
    marked, report = back(new_book, file)
    assert "could not be kept as it is" in report.notes[0]
    assert [sheet.sheet_state for sheet in marked] == ["visible", "veryHidden", "hidden"]
    assert (marked["_sync"]["A1"].value, marked["More"]["A1"].value) == ("1:abc", "kept")
    assert set(said(marked["Customers"])) == {"C3"}


def test_a_workbook_of_which_a_part_is_damaged_comes_back_clean(new_book: Book, tmp_path: Path) -> None:
    file = customers(tmp_path / "a.xlsx", ADA, EVE)
    with zipfile.ZipFile(file) as archive:
        at = archive.getinfo("docProps/core.xml").header_offset + 80
    data = bytearray(file.read_bytes())
    data[at : at + 20] = b"x" * 20
    file.write_bytes(data)
    marked, report = back(new_book, file)
    assert "could not be kept as it is" in report.notes[0]
    assert statuses(marked["Customers"]) == ["Nothing at fault", "Refused: E-Mail: not a valid e-mail address"]


def bomb(kind: str) -> bytes:
    words = b"".join(b'<!ENTITY w%d "%s">' % (n, b"&w%d;" % (n - 1) * 40) for n in range(1, 9))
    if kind == "outside":
        words = b'<!ENTITY w8 SYSTEM "file:///etc/passwd">'
    return b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY w0 "ha">' + words + b"]>"


@pytest.mark.parametrize("kind", ["inside", "outside"])
def test_words_defined_in_the_xml_are_refused_before_it_is_opened(new_book: Book, tmp_path: Path, kind: str) -> None:
    file = customers(tmp_path / "a.xlsx", ADA, EVE)
    trap = bomb(kind) + b"<comments>&w8;</comments>"
    inside(file, {}, **{"xl__comments1.xml": trap})
    with pytest.raises(WorkbookError, match="no spreadsheet program uses"):
        write_returned(new_book, file, tmp_path / "b.xlsx")
    assert not (tmp_path / "b.xlsx").exists()


def test_what_is_too_large_for_marking_is_refused(
    new_book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.workbook.returned_check.LARGEST_XML", 2000)
    with pytest.raises(WorkbookError, match=r"too large to be marked.*Split it"):
        write_returned(new_book, customers(tmp_path / "a.xlsx", EVE), tmp_path / "b.xlsx")


def test_neither_the_senders_file_nor_the_book_is_overwritten(new_book: Book, tmp_path: Path) -> None:
    file = customers(tmp_path / "a.xlsx", EVE)
    before = file.read_bytes()
    with pytest.raises(ExportError, match="the sender's own file"):
        write_returned(new_book, file, tmp_path / "." / "a.xlsx")
    (tmp_path / "book.xlsx").hardlink_to(new_book.path)
    with pytest.raises(ExportError, match="the book itself"):
        write_returned(new_book, file, tmp_path / "book.xlsx")
    with pytest.raises(ExportError, match="no folder"):
        write_returned(new_book, file, tmp_path / "nowhere" / "a.xlsx")
    assert file.read_bytes() == before


def test_an_older_one_is_replaced_whole(new_book: Book, tmp_path: Path) -> None:
    (tmp_path / "back.xlsx").write_text("last year's")
    assert back(new_book, customers(tmp_path / "a.xlsx", EVE))[1].rows == 1


def test_it_waits_for_an_import_that_is_under_way(new_book: Book, tmp_path: Path) -> None:
    file = customers(tmp_path / "a.xlsx", EVE)
    with under_way(new_book, "big.xlsx", 3, 9), pytest.raises(WorkbookError, match=r"import of big\.xlsx is under way"):
        write_returned(new_book, file, tmp_path / "b.xlsx")


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("office.xlsx", "office returned.xlsx"),
        ("office.XLS", "office returned.xlsx"),
        ("list.of.may.csv", "list.of.may returned.xlsx"),
        ("till.xlsm", "till returned.xlsm"),
        ("office returned.xlsx", "office returned 2.xlsx"),
        ("office returned 9.xlsx", "office returned 10.xlsx"),
    ],
)
def test_the_name_proposed_says_what_it_is(name: str, proposed: str) -> None:
    assert proposed_name(Path(name)) == proposed
