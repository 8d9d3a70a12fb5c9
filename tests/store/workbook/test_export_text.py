"""What a cell may hold: any text comes back as it was, none runs as a formula, and what cannot be held is told."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from store.workbook.cells import CLEAR_WORD
from store.workbook.writer import Column, Sheet, Style, guard, unguard, write_csv
from store.workbook.xlsx import LONGEST_CELL, fits, write_xlsx

HOSTILE = [
    "=1+1",
    "+15550101",
    "-2",
    "@SUM(A1)",
    "\tindented",
    "=cmd|'/C calc'!A0",
    "'=already guarded",
    "'quoted'",
    "0012",
    "5.55E+09",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "a\x00b",
    "_x001B_",
    "_x001B\x1b",
    "_x0041_x0042_",
    "_x005F_x001B_",
    "_X001B_",
    "__x000d__",
    "<b>&amp;</b>]]>",
    " spaces around ",
    "\nlines\n\nand\r\nlines\r",
    "[bold]x[/x][@click=app.bell]",
    "\u202eright to left",
    "\u2028\x85\ufffd",
    "😀🏽 e\u0301 知実 علي",
    "a" * LONGEST_CELL,
    "😀" * (LONGEST_CELL // 2),
    "#N/A",
    "TRUE",
    "1e999",
]
PIECES = st.sampled_from(
    ["_", "x", "_x", "001B", "0041_", "_x000A", "\x1b", "\r", "\n", "\x00", " ", "<", "&", "é", "𝄞"]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=8).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=40),
)


def workbook(texts: list[str]) -> bytes:
    file = io.BytesIO()
    written = write_xlsx(file, [Sheet("Customers", (Column("Notes"),), [[(text,)] for text in texts])])
    assert not written.left_out
    return file.getvalue()


def calamine(data: bytes, rows: int) -> list[str]:
    grid = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Customers").to_python()
    read = [str(row[0]) for row in grid[1:]]
    return read + [""] * (rows - len(read))


def formulas(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(archive.read(name).count(mark) for name in archive.namelist() for mark in (b"<f>", b"<f "))


def test_hostile_texts_come_back_as_they_were_and_none_is_a_formula() -> None:
    data = workbook(HOSTILE)
    assert calamine(data, len(HOSTILE)) == HOSTILE
    assert formulas(data) == 0
    cells = openpyxl.load_workbook(io.BytesIO(data))["Customers"]["A"][1:]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert {cell.number_format for cell in cells} == {"@"}


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_any_text_comes_back(texts: list[str]) -> None:
    assert calamine(workbook(texts), len(texts)) == texts


@settings(deadline=None)
@given(TEXTS)
def test_unguard_undoes_guard_and_no_guarded_cell_is_a_formula(text: str) -> None:
    guarded = guard(text)
    assert unguard(guarded) == text
    assert guarded[:1] not in {"=", "+", "-", "@", "\t", "\r"} or not guarded


@pytest.mark.parametrize("text", ["plain", "'tis", "O'Brien", "1-2", "''", "'"])
def test_a_text_that_needs_no_guard_has_none(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


def csv_rows(texts: list[str]) -> tuple[bytes, list[list[str]]]:
    file = io.BytesIO()
    columns = (Column("Notes"), Column("Born", Style.DATE))
    write_csv(file, Sheet("Customers", columns, [[(text, 31113)] for text in texts]))
    data = file.getvalue()
    return data, list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_is_what_excel_and_the_rfc_expect() -> None:
    texts = ['say "hi", he said', "two\nlines", *(text for text in HOSTILE if "\0" not in text)]
    data, rows = csv_rows(texts)
    assert data.startswith(b"\xef\xbb\xbfNotes,Born\r\n")
    assert data.endswith(b"\r\n")
    assert [unguard(row[0]) for row in rows[1:]] == texts
    assert {row[1] for row in rows[1:]} == {"07-Mar-1985"}
    assert not [row[0] for row in rows if row[0][:1] in {"=", "+", "-", "@", "\t", "\r"} and row[0]]


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS.filter(lambda text: "\0" not in text), min_size=1, max_size=20))
def test_any_text_comes_back_from_csv(texts: list[str]) -> None:
    assert [unguard(row[0]) for row in csv_rows(texts)[1][1:]] == texts


@pytest.mark.parametrize(
    "text", ["a" * (LONGEST_CELL + 1), "😀" * (LONGEST_CELL // 2 + 1), CLEAR_WORD, " <Clear>\n", "\uffff"]
)
def test_what_no_cell_can_hold_is_left_blank_and_counted(text: str) -> None:
    assert not fits(text)
    file = io.BytesIO()
    rows: list[tuple[str, ...]] = [("before",), (text,), ("after",)]
    written = write_xlsx(file, [Sheet("Customers", (Column("Notes"),), [list(rows)])])
    assert written.left_out == {"Notes": 1}
    assert calamine(file.getvalue(), 3) == ["before", "", "after"]


def test_csv_has_no_longest_cell_but_knows_orders_and_nul() -> None:
    file = io.BytesIO()
    long = "a" * 100_000
    written = write_csv(file, Sheet("Customers", (Column("Notes"),), [[(long,), ("<CLEAR>",), ("a\0b",)]]))
    assert written.left_out == {"Notes": 2}
    assert file.getvalue().decode("utf-8-sig").split("\r\n")[1:] == [long, '""', '""', ""]
