"""Opening a sender's own workbook and saving it again as it was: openpyxl, and what openpyxl would lose.

Runs in a limited child process only, on a file that was checked (see `returned_check`). What openpyxl loses is kept
here where it can be: the results of formulas, dates to the last digit, drop-downs of the kind that newer Excels write,
sparklines, and which warnings are not shown.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl.comments.shape_writer import ShapeWriter
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._reader import CELL_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import DCTERMS_NS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, iterparse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from xml.etree.ElementTree import Element

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_MACROS = "xl/vbaProject.bin"
_SHEET = re.compile(rb"<(?:\w+:)?worksheet\b[^>]*>")
_MODIFIED = f"{{{DCTERMS_NS}}}modified"
_IGNORED = f"{{{SHEET_MAIN_NS}}}ignoredErrors"
_MORE = f"{{{SHEET_MAIN_NS}}}extLst"
_KEPT_MORE = frozenset({"{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}", "{05C60535-1F16-4FD2-B633-F4F36F0B64E0}"})
"""Drop-downs whose values stand in another sheet, and sparklines: both say all of themselves."""
_LOST: tuple[tuple[str, bytes, str], ...] = (
    ("xl/threadedComments/", b"", "answers to comments"),
    ("xl/slicers/", b"", "slicers"),
    ("xl/timelines/", b"", "timelines"),
    ("xl/ctrlProps/", b"", "buttons"),
    ("xl/embeddings/", b"", "embedded files"),
    ("xl/diagrams/", b"", "diagrams"),
    ("xl/connections.xml", b"", "data connections"),
    ("xl/dialogsheets/", b"", "dialog sheets"),
    ("xl/macrosheets/", b"", "macro sheets"),
    ("xl/drawings/drawing", b":sp>", "shapes"),
)
"""What openpyxl does not write again: the beginning of the part, what stands in it, and what people call it."""
_RESULTS = frozenset({"n", "str", "b", "e"})
"""The types that a formula's result can have."""
_ITS_ERRORS: tuple[type[Exception], ...] = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, RuntimeError,
    SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What openpyxl raises at files that it cannot read; a full disk is none of them."""
_WITH_MACROS = frozenset({"buttons"})
"""Kept where the macros are."""


@dataclass(slots=True)
class _SheetRest:
    """What a sheet has beside what openpyxl reads: results of its formulas by cell, and elements after its rows."""

    results: dict[str, tuple[str, str]] = field(default_factory=dict)
    ignored: Element | None = None
    more: Element | None = None


@dataclass(slots=True)
class SendersFile:
    """An opened workbook, and what goes into the copy beside it.

    `escapes` says that texts may have been misread (see `mend_escapes`), `lost` what people will miss in the copy.
    """

    workbook: Workbook
    rest: dict[str, _SheetRest] = field(default_factory=dict)
    escapes: bool = False
    lost: tuple[str, ...] = ()


class _Source(io.BytesIO):
    """A file that tells how much of it was read."""

    def __init__(self, data: bytes, told: Callable[[float], None]) -> None:
        super().__init__(data)
        self._size = len(data)
        self._told = told

    def read(self, size: int | None = -1, /) -> bytes:
        """Some bytes."""
        self._told(min(1.0, self.tell() / self._size))
        return super().read(size)


class _Reader(ExcelReader):  # type: ignore[misc]  # openpyxl has no types
    """Leaves numbers that are shown as dates the numbers that they are."""

    rest: dict[str, _SheetRest]
    escapes = False

    def read_worksheets(self) -> None:
        """Read every sheet, and then what the library has no place for."""
        self.wb._date_formats = self.wb._timedelta_formats = frozenset()  # noqa: SLF001  # or they would be rounded
        super().read_worksheets()
        self.rest = {}
        self.escapes = any(
            _has_escapes(self.archive.read(name)) for name in self.valid_files if name.endswith("sharedStrings.xml")
        )
        there = [rel.target for _, rel in self.parser.find_sheets() if rel.target in self.valid_files]
        for target, sheet in zip(there, self.wb._sheets, strict=True):  # noqa: SLF001  # charts too, in their order
            if sheet in self.wb.worksheets:
                self.rest[sheet.title] = self._rest_of(target, sheet)

    def _rest_of(self, target: str, sheet: Worksheet) -> _SheetRest:
        xml = self.archive.read(target)
        self.escapes = self.escapes or _has_escapes(xml)
        rest = _SheetRest()
        if any(cell.data_type == "f" for cell in sheet._cells.values()):  # noqa: SLF001  # only those that there are
            rest.results = _results(xml)
        for element in _after_rows(xml):
            if element.tag == _IGNORED:
                rest.ignored = element
            elif element.tag == _MORE:
                rest.more = _kept_more(element)
        return rest


def _has_escapes(xml: bytes) -> bool:
    """Whether openpyxl would change a text: it takes the sign away that a text, not a character, is meant."""
    return b"x005F_" in xml


def _results(xml: bytes) -> dict[str, tuple[str, str]]:
    """The type and the value that each formula had, by cell."""
    found = {}
    for _, element in iterparse(io.BytesIO(xml)):
        if element.tag == CELL_TAG and element.find(FORMULA_TAG) is not None:
            kind, value = element.get("t", "n"), element.findtext(VALUE_TAG)
            if value is not None and kind in _RESULTS and (place := element.get("r")):
                found[place] = (kind, value)
        elif element.tag == ROW_TAG:
            element.clear()
    return found


def _after_rows(xml: bytes) -> Iterable[Element]:
    """What follows a sheet's rows, read as a sheet without any."""
    start, end = _SHEET.search(xml), xml.rfind(b"sheetData")
    if start is None or end < 0:
        return ()
    try:
        return list(fromstring(start[0] + xml[xml.index(b">", end) + 1 :]))
    except ParseError:
        return ()


def _kept_more(element: Element) -> Element | None:
    for extension in list(element):
        if (extension.get("uri") or "").upper() not in _KEPT_MORE:
            element.remove(extension)
    return element if len(element) else None


class NotKeptError(Exception):
    """The library cannot open the file, or not save it again."""


@contextmanager
def _the_librarys(*more: type[Exception]) -> Iterator[None]:
    """While the library is at work: its warnings speak to programmers, and it has no error of its own."""
    errors = (*_ITS_ERRORS, *more)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except errors as error:
            raise NotKeptError from error


def open_senders(data: bytes, told: Callable[[float], None], *, macros: bool) -> SendersFile:
    """Open a workbook with all that can be kept of it. `told` gets which part of it was read, 0 to 1.

    Raises NotKeptError.
    """
    with _the_librarys(OSError):
        reader = _Reader(_Source(data, told), keep_vba=macros, rich_text=True)
        reader.read()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            lost = _missed(archive, macros=macros)
    for sheet in reader.wb.worksheets:
        if sheet.legacy_drawing and "commentsDrawing" in sheet.legacy_drawing:
            sheet.legacy_drawing = None  # of an earlier return: it is made anew, maybe under another number
    return SendersFile(reader.wb, reader.rest, reader.escapes, lost)


def _missed(archive: zipfile.ZipFile, *, macros: bool) -> tuple[str, ...]:
    found = {
        words: None
        for beginning, inside, words in _LOST
        for name in archive.namelist()
        if name.startswith(beginning) and inside in (archive.read(name) if inside else b"")
    }
    if _MACROS in archive.namelist() and not macros:
        found["macros"] = None
    return tuple(words for words in found if not (macros and words in _WITH_MACROS))


class _Cells:
    """Writes a row's cells, formulas with the results that they had."""

    def __init__(self, stream: Any, results: dict[str, tuple[str, str]]) -> None:
        self.element = stream.element
        self._write = stream.write
        self._results = results

    def write(self, cell: Element) -> None:
        """Write one."""
        result = self._results.get(cell.get("r", ""))
        value = cell.find("v")
        if result is not None and value is not None and cell.find("f") is not None:
            if result[0] != "n":
                cell.set("t", result[0])
            value.text = result[1]
        self._write(cell)


class _SheetWriter(WorksheetWriter):  # type: ignore[misc]  # openpyxl has no types
    def __init__(self, sheet: Worksheet, out: Any, rest: _SheetRest, told: Callable[[], None]) -> None:
        super().__init__(sheet, out)
        self._rest = rest
        self._told = told

    def write_row(self, xf: Any, row: Any, row_idx: int) -> None:
        """Write a row."""
        self._told()
        super().write_row(_Cells(xf, self._rest.results) if self._rest.results else xf, row, row_idx)

    def write_breaks(self) -> None:
        """Write the breaks, and after them which warnings are not shown."""
        super().write_breaks()
        if self._rest.ignored is not None:
            self.xf.send(self._rest.ignored)

    def write_tables(self) -> None:
        """Write the links to tables, and after them what is of newer programs."""
        super().write_tables()
        if self._rest.more is not None:
            self.xf.send(self._rest.more)


class _Writer(ExcelWriter):  # type: ignore[misc]  # openpyxl has no types
    """Writes sheets straight into the archive: no file of customers elsewhere on the disk."""

    def __init__(
        self, workbook: Workbook, archive: zipfile.ZipFile, rest: dict[str, _SheetRest], told: Callable[[], None]
    ) -> None:
        super().__init__(workbook, archive)
        self._rest = rest
        self._told = told

    def write_worksheet(self, ws: Worksheet) -> None:
        """Write a sheet."""
        ws._drawing = SpreadsheetDrawing()  # noqa: SLF001  # as the library does it
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images  # noqa: SLF001
        with self._archive.open(ws.path[1:], "w") as out:
            writer = _SheetWriter(ws, out, self._rest.get(ws.title, _SheetRest()), self._told)
            writer.write()
        ws._rels = writer._rels  # noqa: SLF001
        self.manifest.append(ws)
        if ws.legacy_drawing and not ws._comments:  # noqa: SLF001
            self._empty_balloons(ws.legacy_drawing)

    def _empty_balloons(self, drawing: str) -> None:
        """Take the balloons of comments that are gone out of a drawing of buttons."""
        shapes = fromstring(self.workbook.vba_archive.read(drawing))
        self._archive.writestr(drawing, ShapeWriter([]).write(shapes))
        self.vba_modified.add(drawing)


class _Properties:
    """What a file says of itself, without the time of its making: openpyxl cannot leave one out."""

    def __init__(self, properties: Any) -> None:
        self._properties = properties

    def to_tree(self) -> Element:
        """The XML."""
        tree: Element = self._properties.to_tree()
        for element in list(tree):
            if element.tag == _MODIFIED:
                tree.remove(element)
        return tree


def save(copy: SendersFile, out: BinaryIO, saved_at: int, told: Callable[[], None]) -> None:
    """Write a workbook, saved when it was saved by its sender; `told` is called for each row. Raises NotKeptError."""
    workbook = copy.workbook
    if saved_at:
        workbook.properties.modified = datetime.fromtimestamp(saved_at, UTC).replace(tzinfo=None)
    else:
        workbook.properties = _Properties(workbook.properties)
    with _the_librarys(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _Writer(workbook, archive, copy.rest, told).save()
    if workbook.vba_archive is not None:
        workbook.vba_archive.close()
