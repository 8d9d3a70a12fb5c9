"""A workbook as Office Open XML (ECMA-376), streamed: rows become XML a chunk at a time, straight into the archive.

No library at hand both streams and does what head office's workbook needs: a locked column in a sheet that can
otherwise be edited, and drop-downs longer than the 255 characters of an inline list. (rustpy-xlsxwriter streams as
fast from rows in memory; it locks all or nothing, and takes no list from a range.)
"""

from __future__ import annotations

import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast
from xml.sax.saxutils import escape as escape_markup

from store.workbook import drawing
from store.workbook.cells import CLEAR_WORD
from store.workbook.headers import part_name
from store.workbook.parts import LISTS_SHEET, Lists, Part, foot, head, package_parts, sheet_path
from store.workbook.writer import Cell, Column, Sheet, Style, Written, column_letters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor, Future
    from typing import IO, BinaryIO

MOST_ROWS = 1_048_576
"""Rows of an Excel sheet, the header's included. What does not fit goes on in a sheet named `NAME part 2`."""
MOST_BYTES = 1_900_000_000
"""XML of one sheet; past 2 GiB an archive needs ZIP64, which not every spreadsheet reads."""
LONGEST_CELL = 32_767
"""Characters (UTF-16 units) of an Excel cell."""
COMPRESSION_LEVEL = 1
"""The least: the XML shrinks to a seventh; the best level gains another sixth and takes twice the time."""

_CONTROL = "\x00-\x08\x0b-\x1f"
_SEPARATOR = "\x7f"
_NUMBERS = frozenset({int, float, type(None)})
_SPECIAL = re.compile("[&<>\x00-\x1f\ufffe\uffff]")
_CODED = re.compile(rf"[{_CONTROL}]|_(?=x[0-9A-Fa-f]{{4}}(?:_|[{_CONTROL}]))")
_NO_XML = re.compile("[\ufffe\uffff\ud800-\udfff]")


def coded(text: str) -> str:
    """A text as XML content: markup escaped, and what XML cannot hold written as Excel writes it."""
    return escape_markup(spelled(text))


def spelled(text: str) -> str:
    """A text with what XML cannot hold written as Excel writes it.

    ESC becomes `_x001B_`, and a text that happens to read `_x001B_` becomes `_x005F_x001B_`, so that every reader
    gets the same text back.
    """
    return _CODED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def fits(text: str) -> bool:
    """Whether a cell can hold a text, and an import would take it for that text and not for an order."""
    if text.strip().lower() == CLEAR_WORD or _NO_XML.search(text):
        return False
    return len(text) <= LONGEST_CELL // 2 or len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL


class _CellWriter:
    """Turns a column's values into cells, and counts what no cell can hold."""

    def __init__(self, index: int, column: Column, written: Written) -> None:
        cell = f'<c r="{column_letters(index)}%d" s="{column.style.value}"'
        self._number = cell + "><v>%s</v></c>"
        self._text = cell + ' t="inlineStr"><is><t>%s</t></is></c>'
        self._kept = cell + ' t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>'
        self._show = column.show
        self._holds_text = column.style in {Style.TEXT, Style.KEY}
        self._header = column.header
        self._written = written

    def cells(self, places: Sequence[int], values: Sequence[Cell]) -> list[str]:
        """The column's part of some rows, '' where blank."""
        if self._show is not None:
            values = list(map(self._show, values))
        if self._holds_text and _is_plain(values):
            text = self._text
            return [text % (place, value) if value else "" for place, value in zip(places, values, strict=True)]
        if _NUMBERS.issuperset(map(type, values)):
            number = self._number
            return [
                "" if value is None else number % (place, value) for place, value in zip(places, values, strict=True)
            ]
        return [self._cell(place, value) for place, value in zip(places, values, strict=True)]

    def _cell(self, place: int, value: Cell) -> str:
        if value is None or value == "":
            return ""
        if not isinstance(value, str):
            return self._number % (place, value)
        if not fits(value):
            self._written.left_out[self._header] += 1
            return ""
        return self._kept % (place, coded(value))


def _is_plain(values: Sequence[Cell]) -> bool:
    """Whether values are texts that can all stand in XML as they are: looked at together, which is fast."""
    try:
        joined = _SEPARATOR.join(values)  # type: ignore[arg-type]  # a number among them is what the error says
    except TypeError:
        return False
    return not (
        _SPECIAL.search(joined)
        or "_x" in joined
        or f" {_SEPARATOR}" in f"{joined}{_SEPARATOR}"
        or f"{_SEPARATOR} " in f"{_SEPARATOR}{joined}"
        or (len(joined) > LONGEST_CELL // 2 and max(map(len, cast("Sequence[str]", values))) > LONGEST_CELL // 2)
    )


class _SheetPart:
    """One part of the archive: a sheet's XML up to what a sheet can hold.

    A thread (`press`) compresses a chunk while the next is made, which compression lets happen at the same time.
    """

    def __init__(self, stream: IO[bytes], press: Executor, sheet: Sheet, *, first: bool) -> None:
        self._stream = stream
        self._press = press
        self._pressed: Future[int] | None = None
        self._sheet = sheet
        self._headers = 0 if sheet.hidden else 1
        self.rows = self._headers
        self._bytes = 0
        self._write(head(sheet, first=first))

    def _write(self, xml: str) -> None:
        content = xml.encode()
        self._bytes += len(content)
        self._settle()
        self._pressed = self._press.submit(self._stream.write, content)

    def _settle(self) -> None:
        """Wait until what was written is in the archive; raises what went wrong with it."""
        if self._pressed is not None:
            self._pressed.result()

    @property
    def filled(self) -> int:
        """Rows below the header."""
        return self.rows - self._headers

    @property
    def room(self) -> int:
        """Rows that can still be written."""
        return MOST_ROWS - self.rows if self._bytes < MOST_BYTES else 0

    def add(self, writers: Sequence[_CellWriter], rows: Sequence[tuple[Cell, ...]]) -> None:
        """Write some rows, at most `room`."""
        places = range(self.rows + 1, self.rows + len(rows) + 1)
        starts = [f'<row r="{place}">' for place in places]
        columns = [
            writer.cells(places, values) for writer, values in zip(writers, zip(*rows, strict=True), strict=True)
        ]
        self._write("".join(map("".join, zip(starts, *columns, ["</row>"] * len(rows), strict=True))))
        self.rows += len(rows)

    def close(self, lists: Lists) -> None:
        """Write what follows the rows."""
        self._write(foot(self._sheet, self.rows, lists))
        self._settle()


def write_xlsx(out: BinaryIO, sheets: Sequence[Sheet], *, money_digits: int = 2) -> Written:
    """Write sheets as an .xlsx workbook; amounts show `money_digits` decimals.

    Text stays text: no cell holds a formula, whatever it begins with.
    """
    written = Written()
    lists = Lists(sheets)
    parts: list[Part] = []
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL) as archive,
        ThreadPoolExecutor(1, "compress") as press,
    ):
        for sheet in sheets:
            _write_sheet(archive, press, sheet, parts=parts, lists=lists, written=written)
        if lists.columns:
            parts.append(Part(LISTS_SHEET, (), 0))
            _add(archive, sheet_path(len(parts)), lists.xml())
        for path, xml in package_parts(parts, money_digits, drawing.content_types(parts)).items():
            _add(archive, path, xml)
        for path, content in drawing.files(parts).items():
            _add(archive, path, content)
    return written


def _write_sheet(
    archive: zipfile.ZipFile, press: Executor, sheet: Sheet, *, parts: list[Part], lists: Lists, written: Written
) -> None:
    """Write a sheet, and as many that continue it as its rows need; `parts` gets an entry for each."""
    writers = [_CellWriter(index, column, written) for index, column in enumerate(sheet.columns)]
    chunks = (chunk for chunk in sheet.chunks if chunk)
    pending = next(chunks, None)
    total, number = 0, 1
    while pending is not None or number == 1:
        with archive.open(sheet_path(len(parts) + 1), "w") as stream:
            part = _SheetPart(stream, press, sheet, first=not parts)
            while pending is not None and (room := part.room) > 0:
                part.add(writers, pending[:room])
                pending = pending[room:] or next(chunks, None)
            part.close(lists)
        columns = () if sheet.hidden else sheet.columns
        parts.append(Part(part_name(sheet.name, number), columns, part.rows, sheet.picture))
        total += part.filled
        number += 1
    written.sheets[sheet.name] = total


def _add(archive: zipfile.ZipFile, path: str, content: str | bytes) -> None:
    """Add a small part; `open` rather than `writestr`, which would stamp it with the time of day."""
    with archive.open(path, "w") as stream:
        stream.write(content if isinstance(content, bytes) else content.encode())
