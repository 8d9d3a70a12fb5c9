"""The colours of faulty cells, and what each cell had before, so that a mended one gets its own look back.

A solid fill has room for a colour and nothing else that every spreadsheet program keeps. So each verdict has 64 shades
that no eye tells apart: the shade says which fill the cell had, by its place in a list that the file's own properties
hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color

from store.workbook.returned_marks import Verdict

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook

PROPERTY = "Regulars Marks"
"""The property that holds the list of fills; a file that has it was returned before."""
_ON_DARK_TEXT = {Verdict.REFUSED: 0xFCC4C4, Verdict.LEFT_OUT: 0xFCD4A0, Verdict.WAITING: 0xFCF09C}
_ON_LIGHT_TEXT = {Verdict.REFUSED: 0xA01C1C, Verdict.LEFT_OUT: 0x844400, Verdict.WAITING: 0x5C5400}
_BASES: frozenset[int] = frozenset((*_ON_DARK_TEXT.values(), *_ON_LIGHT_TEXT.values()))
_SHADES = 64
"""Two bits of each of a colour's three parts."""
_LOW_BITS = 0x030303
_NO_FILL = "-"
_FILL = re.compile(r"(?:#([0-9A-F]{6})|theme ([0-9]{1,2})|indexed ([0-9]{1,2}))(?: ([+-][01](?:\.[0-9]{1,20})?))?")
_BETWEEN = "; "
_LONGEST_PROPERTY = 255
"""Characters that Excel keeps of a property."""
_LIGHT_THEME = frozenset({0, 2})
"""Places of a theme's two light colours, in the order in which cells count them."""
_DARKENED = -0.4
"""The tint from which on a light colour of a theme is none any more."""
_LIGHT_INDEXED = frozenset({1, 9})
_LIGHT = 160
"""Brightness, of 255, from which a text needs a dark ground."""


class Colours:
    """Colours cells of one workbook, and takes the colours off again."""

    def __init__(self, workbook: Workbook) -> None:
        self._properties = workbook.custom_doc_props
        self.returned_before = PROPERTY in self._properties.names
        said = str(self._properties[PROPERTY].value) if self.returned_before else ""
        self._fills = [_NO_FILL, *said.split(_BETWEEN)[1:_SHADES]]
        self._shades: dict[int, int | None] = {}
        self._used = False

    def paint(self, cell: Cell, verdict: Verdict) -> None:
        """Colour a cell that has its own fill."""
        shade = self._shade_for(cell.fill)
        base = (_ON_LIGHT_TEXT if _is_light(cell.font.color) else _ON_DARK_TEXT)[verdict]
        colour = base | shade >> 4 << 16 | (shade >> 2 & 3) << 8 | shade & 3
        cell.fill = PatternFill("solid", fgColor=f"FF{colour:06X}")
        self._used = True

    def restore(self, cell: Cell) -> None:
        """Give a cell that an earlier return coloured its own fill back."""
        if not cell.has_style:
            return
        fill = cell._style.fillId  # noqa: SLF001  # thousands of cells share a fill: each is looked at once
        if fill not in self._shades:
            self._shades[fill] = _shade(cell.fill)
        if (shade := self._shades[fill]) is not None:
            cell.fill = _fill(self._fills[shade] if shade < len(self._fills) else _NO_FILL)

    def note(self) -> None:
        """Write the list into the file's properties, or take it out where nothing is coloured."""
        if self.returned_before:
            del self._properties[PROPERTY]
        if self._used:
            self._properties.append(StringProperty(name=PROPERTY, value=_BETWEEN.join(self._fills)))

    def _shade_for(self, fill: PatternFill) -> int:
        """Which shade says that a cell had this fill; that of none when the list is full."""
        told = _told(fill)
        if told in self._fills:
            return self._fills.index(told)
        longer = [*self._fills, told]
        if len(longer) > _SHADES or len(_BETWEEN.join(longer)) > _LONGEST_PROPERTY:
            return 0
        self._fills = longer
        return len(longer) - 1


def _shade(fill: PatternFill) -> int | None:
    """Which shade of ours a fill is; None when it is the sender's."""
    if fill.fill_type != "solid" or fill.fgColor.type != "rgb":
        return None
    colour = int(fill.fgColor.rgb, 16) & 0xFFFFFF
    if colour & ~_LOW_BITS not in _BASES:
        return None
    return (colour >> 16 & 3) << 4 | (colour >> 8 & 3) << 2 | colour & 3


def _told(fill: PatternFill) -> str:
    """A fill as the list keeps it: its colour. A pattern of two colours counts as none."""
    if fill.fill_type != "solid" or fill.fgColor.type == "auto":
        return _NO_FILL
    colour = fill.fgColor
    value = f"#{colour.rgb[-6:].upper()}" if colour.type == "rgb" else f"{colour.type} {colour.value}"
    return f"{value} {colour.tint:+}" if colour.tint else value


def _fill(told: str) -> PatternFill:
    found = _FILL.fullmatch(told)
    if found is None:
        return PatternFill()
    rgb, theme, indexed, tint = found.groups()
    if rgb:
        colour = Color(f"FF{rgb}", tint=float(tint or 0))
    elif theme:
        colour = Color(theme=int(theme), tint=float(tint or 0))
    else:
        colour = Color(indexed=int(indexed), tint=float(tint or 0))
    return PatternFill("solid", fgColor=colour)


def _is_light(colour: Color | None) -> bool:
    """Whether a text of this colour is read on dark ground."""
    if colour is None:
        return False
    if colour.type == "theme":
        return colour.theme in _LIGHT_THEME and bool(colour.tint > _DARKENED)
    if colour.type == "indexed":
        return colour.indexed in _LIGHT_INDEXED
    if colour.type != "rgb":
        return False
    red, green, blue = (int(colour.rgb[at : at + 2], 16) for at in (2, 4, 6))
    return (299 * red + 587 * green + 114 * blue) // 1000 >= _LIGHT
