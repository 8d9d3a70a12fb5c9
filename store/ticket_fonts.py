"""The fonts that tickets are set in: which there are, which one has a character, and the paper that prints with them.

They are embedded in the PDF, the used glyphs alone. A font is opened when the first character needs it: the one for
Chinese has 4 MB.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fpdf import FPDF
from fpdf.fonts import Glyph, SubsetMap, TTFFont

from store.ticket_bidi import runs_of
from store.ticket_text import has_marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from store.ticket_bidi import Run

_SHARE = {"L": 0.0, "C": 0.5, "R": 1.0}
"""How much of the room that a text leaves is at its left."""

_NOTHING = (ord("\N{WORD JOINER}"),)
"""What the further glyphs of a letter are read as."""

FOLDER = Path(__file__).with_name("fonts")


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface: its files, and the blocks of characters it is asked for, first and last included."""

    name: str
    regular: str
    bold: str
    blocks: tuple[tuple[int, int], ...]


MAIN = Face("sans", "NotoSans-Regular.ttf", "NotoSans-Bold.ttf", ())
"""Latin, Greek and Cyrillic; asked for every character first."""

OTHERS = (
    Face("hebrew", "NotoSansHebrew-Regular.ttf", "NotoSansHebrew-Bold.ttf", ((0x0590, 0x05FF), (0xFB1D, 0xFB4F))),
    Face("arabic", "NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf",
         ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFE))),
    Face("devanagari", "NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf",
         ((0x0900, 0x097F), (0xA8E0, 0xA8FF))),
    Face("thai", "NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf", ((0x0E00, 0x0E7F),)),
    Face("korean", "NanumGothicCoding.ttf", "", ((0x3130, 0x318F), (0xAC00, 0xD7A3))),
    Face("han", "DroidSansFallbackFull.ttf", "",
         ((0x2E80, 0x312F), (0x3190, 0x9FFF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF))),
    Face("signs", "DejaVuSans.ttf", "", ((0x0000, 0x10FF), (0x1400, 0x2DFF), (0xA640, 0xA7FF), (0xFB00, 0xFE0F))),
)  # fmt: skip
"""Faces for what the main one lacks, in the order they are asked: a script's own before the one for signs."""


class Box(NamedTuple):
    """Where a text stands on its page, from the top left, in mm."""

    x: float
    y: float
    width: float
    height: float


@lru_cache(maxsize=1024)
def _asked(code: int) -> tuple[Face, ...]:
    """The faces that may have a character."""
    return tuple(face for face in OTHERS if any(first <= code <= last for first, last in face.blocks))


class _Glyphs(SubsetMap):
    """A font's used glyphs. Where a letter is drawn in several, the first of them is read as the letter."""

    def pick_glyph(self, glyph: Glyph | None) -> int | None:
        """A glyph's code in the PDF; one that stands for nothing would be copied as that code's control character."""
        return super().pick_glyph(replace(glyph, unicode=_NOTHING) if glyph and glyph.unicode == () else glyph)


class Paper(FPDF):
    """A PDF whose text may be of any script: what the main face lacks is set in another."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(unit="mm", format=(width, height))
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.c_margin = 0
        self.str_alias_nb_pages = ""  # or an item called {nb} would show the number of pages
        self._cmaps: dict[str, Mapping[int, str]] = {}
        self._font_of: dict[tuple[str, bool], str | None] = {}
        self._main = self._open(MAIN, bold=False)

    def _open(self, face: Face, *, bold: bool) -> str:
        """Have a face ready; its key in `fonts`."""
        bold = bold and bool(face.bold)
        key = f"{face.name}{'B' if bold else ''}"
        if key not in self._cmaps:
            self.add_font(face.name, "B" if bold else "", FOLDER / (face.bold if bold else face.regular))
            font = self.fonts[key]
            assert isinstance(font, TTFFont)  # noqa: S101  # none of ours is one of the PDF's own
            font.subset = _Glyphs(font)
            self._cmaps[key] = font.cmap
        return key

    def choose(self, size: float, *, bold: bool) -> None:
        """Set what follows in the main face; `size` is in points."""
        self._open(MAIN, bold=bold)
        self.set_font(MAIN.name, "B" if bold else "", size)

    def has(self, char: str) -> bool:
        """Whether any font has a character."""
        return ord(char) in self._cmaps[self._main] or self.get_fallback_font(char) is not None

    def width_of(self, text: str, *, right_to_left: bool = False) -> float:
        """How wide a text is in what was chosen last, in mm."""
        if text.isascii():
            self.set_text_shaping(use_shaping_engine=False)
            return float(self.get_string_width(text))
        return sum(self._width_of_run(run) for run in runs_of(text, right_to_left=right_to_left))

    def put(self, text: str, box: Box, align: str, *, right_to_left: bool) -> None:
        """Print a text in what was chosen last. `align` is 'L', 'R' or 'C'."""
        if text.isascii():
            self.set_text_shaping(use_shaping_engine=False)
            self.set_xy(box.x, box.y)
            self.cell(box.width, box.height, text, align=align)
            return
        runs = runs_of(text, right_to_left=right_to_left)
        spare = box.width - self.width_of(text, right_to_left=right_to_left)
        self.set_xy(box.x + spare * _SHARE[align], box.y)
        with self._told(text, runs):
            for run in runs:
                self.cell(self._width_of_run(run), box.height, run.text)

    @contextmanager
    def _told(self, text: str, runs: tuple[Run, ...]) -> Iterator[None]:
        """Have what is printed copied as `text` where marks stand beside their letters' places.

        Readers put what runs from the right in order by themselves, and would turn around what they are told.
        """
        telling = has_marks(text) and not any(run.right_to_left for run in runs)
        if telling:
            self._out(f"/Span <</ActualText <FEFF{text.encode('utf-16-be').hex()}>>> BDC")
        yield
        if telling:
            self._out("EMC")

    def _width_of_run(self, run: Run) -> float:
        """Have the letters of a run join as their script wants it, and find how wide it is."""
        self.set_text_shaping(direction="rtl" if run.right_to_left else "ltr")
        return float(self.get_string_width(run.text))

    def get_fallback_font(self, char: str, style: str = "") -> str | None:
        """The key of the font for what the main face lacks; None where no font has it. fpdf2 asks this."""
        wanted = char, "B" in style
        if wanted not in self._font_of:
            keys = (self._open(face, bold=wanted[1]) for face in _asked(ord(char)))
            self._font_of[wanted] = next((key for key in keys if ord(char) in self._cmaps[key]), None)
        return self._font_of[wanted]
