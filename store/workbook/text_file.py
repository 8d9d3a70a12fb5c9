"""Comma-separated files as they come: in three encodings and with three separators, without saying which."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from store.errors import WorkbookError
from store.workbook.writer import unguard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.workbook.damage import Cell

SEPARATORS = ";,\t"
LARGEST_CELL = 16 * 1024 * 1024
"""Characters of the largest cell; notes have no limit of their own."""
_SAMPLE = 4096


class Grid(Protocol):
    """Rows of cells from the sheet's first row on; what calamine's sheets are."""

    @property
    def height(self) -> int:
        """How many rows there are."""

    def iter_rows(self) -> Iterator[list[Cell]]:
        """The rows, from the sheet's first, whatever stands in it."""


@dataclass(frozen=True, slots=True)
class TextGrid:
    """The rows of a comma-separated file."""

    lines: list[list[Cell]]

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.lines)

    def iter_rows(self) -> Iterator[list[Cell]]:
        """The rows, from the first."""
        return iter(self.lines)


def is_text(data: bytes) -> bool:
    """Whether a file's beginning is text in an encoding that `read` knows."""
    sample = data[:_SAMPLE]
    return sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" not in sample


def read(name: str, data: bytes) -> TextGrid:
    """The rows of a file. Raises WorkbookError when it is no text, or a quote in it never ends."""
    text = _decoded(name, data)
    separator = None
    if text[:4].lower() == "sep=" and text[4:5] in SEPARATORS:
        separator = text[4]
        text = text.partition("\n")[2]
    csv.field_size_limit(LARGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator or _separator(text))
    try:
        return TextGrid([[unguard(cell) for cell in line] for line in lines])
    except csv.Error as error:
        raise WorkbookError(f"{name} is no list that can be read: line {lines.line_num}: {error}.") from None


def _decoded(name: str, data: bytes) -> str:
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        if b"\0" in data[:_SAMPLE]:
            raise WorkbookError(f"{name} is named .csv but is no text.")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """The separator that stands most often in the first filled line, outside quotes."""
    first = next((line for line in text[:65536].splitlines() if line.strip()), "")
    bare = "".join(part for at, part in enumerate(first.split('"')) if at % 2 == 0)
    return max(SEPARATORS, key=bare.count) if any(mark in bare for mark in SEPARATORS) else ","
