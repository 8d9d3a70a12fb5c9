"""What the terminal in front of the cashier can do, as far as its environment tells."""

from __future__ import annotations

import codecs
import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ASCII = "ascii"
UTF_8 = "utf-8"

LOOK_ALIKES: dict[str, str] = {
    **dict.fromkeys("─━╌╍┄┅┈┉╴╶╸╺▔▁⎺⎽—–‐‑‒―−", "-"),
    **dict.fromkeys("│┃╎╏┆┇┊┋╵╷▏▎▍▌▋▊▐▕⎸⎹", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬", "+"),
    **dict.fromkeys("═", "="),
    **dict.fromkeys("║", "|"),
    **dict.fromkeys("█▓▒▀▄▆▇▅▃▂■▪◼▉▙▟▛▜▖▗▘▝▚▞", "#"),
    **dict.fromkeys("░", ":"),
    **dict.fromkeys("●•∙◉★✱", "*"),
    **dict.fromkeys("·⋅", "."),
    **dict.fromkeys("○◌°", "o"),
    **dict.fromkeys("▶►▸→❯›»", ">"),
    **dict.fromkeys("◀◄◂←❮‹«", "<"),
    **dict.fromkeys("▲▴↑", "^"),
    **dict.fromkeys("▼▾↓", "v"),
    **dict.fromkeys("✓✔", "v"),
    **dict.fromkeys("✗✘×✕", "x"),
    **dict.fromkeys("‘’‚‛`´′", "'"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("…", "~"),  # a full stop would make what was cut look whole
    "ø": "o", "Ø": "O", "ð": "d", "Ð": "D", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ı": "i",
    "ß": "s", "æ": "a", "Æ": "A", "œ": "o", "Œ": "O", "þ": "t", "Þ": "T",
    "€": "E", "£": "L", "¥": "Y", "¢": "c", "©": "c", "®": "r", "¡": "!", "¿": "?",
}  # fmt: skip
"""ASCII letters and signs of one cell for those that have one; the rest loses its accents or becomes '?'."""


@dataclass
class Terminal:
    """What may be sent. `charset` is a codec's name; `colors` one of 'truecolor', '256', '16', 'none'."""

    charset: str = UTF_8
    colors: str = "truecolor"
    dark: bool = True
    old: bool = False
    """A terminal that takes unknown control sequences for text, or has no mouse and no modes to speak of."""
    sco: bool = False
    """Whether its keys are the SCO console's."""
    speaks: dict[str, str] = field(default_factory=dict, repr=False)

    def speakable(self, text: str) -> str:
        """Text in the terminal's character set: what it lacks becomes a look-alike, or '?' for every cell."""
        if self.charset == UTF_8 or text.isascii():
            return text
        return "".join(self._spoken(char) for char in text)

    def _spoken(self, char: str) -> str:
        if char.isascii():
            return char
        if (known := self.speaks.get(char)) is not None:
            return known
        try:
            char.encode(self.charset)
            spoken = char
        except UnicodeEncodeError:
            spoken = LOOK_ALIKES.get(char) or _without_accents(char)
        self.speaks[char] = spoken
        return spoken


def _without_accents(char: str) -> str:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return ""
    base = unicodedata.normalize("NFKD", char)[0]
    if base.isascii() and base.isprintable():
        return base
    return "??" if unicodedata.east_asian_width(char) in "WF" else "?"


OLD = ("dumb", "unknown", "ansi", "linux", "vt", "cons", "sun", "sco", "wy", "tvi", "bvterm", "hp")
"""Beginnings of TERM of terminals that are spoken to with cursor moves and attributes only."""

ASCII_ONLY = ("dumb", "unknown", "vt", "ansi", "sun", "sco", "wy", "tvi", "hp")
"""Beginnings of TERM of terminals that have no UTF-8."""


def read(environment: Mapping[str, str], original: Mapping[str, str] | None = None) -> Terminal:
    """What `environment` says of the terminal. `original` is the environment before Python coerced the locale."""
    term = environment.get("TERM", "").lower() or "dumb"
    return Terminal(
        charset=_charset(term, environment, environment if original is None else original),
        colors=_colors(term, environment),
        dark=_is_dark(environment),
        old=term.startswith(OLD),
        sco=term.startswith("sco"),
    )


def _charset(term: str, environment: Mapping[str, str], original: Mapping[str, str]) -> str:
    wish = environment.get("REGULARS_ASCII", "")
    if wish == "0":
        return UTF_8
    if wish or term.startswith(ASCII_ONLY):
        return ASCII
    locale = next((original[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if original.get(name)), "")
    if not locale:
        return UTF_8
    language, _, charset = locale.partition("@")[0].partition(".")
    if not charset:
        return ASCII if language in {"C", "POSIX"} else UTF_8
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return ASCII
    return name if name != "utf-8" and not name.startswith(("utf", "ucs")) else UTF_8


def _colors(term: str, environment: Mapping[str, str]) -> str:
    if environment.get("NO_COLOR") is not None or term.startswith(("dumb", "unknown", "vt", "sun", "wy", "hp")):
        return "none"
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"} and not term.startswith("linux"):
        return "truecolor"
    if "256" in term or "kitty" in term or "direct" in term:
        return "256"
    return "16"


def _is_dark(environment: Mapping[str, str]) -> bool:
    wish = environment.get("REGULARS_THEME", "").lower()
    if wish in {"light", "dark"}:
        return wish == "dark"
    # COLORFGBG is "foreground;background" in the sixteen colours; 7 and 15 are the light ones.
    return environment.get("COLORFGBG", "").rpartition(";")[2] not in {"7", "15"}


def _original_environment() -> dict[str, str]:
    """The environment as the shell gave it: PEP 538 sets LC_CTYPE in a C locale before any of our code runs."""
    try:
        raw = Path("/proc/self/environ").read_bytes()
    except OSError:
        return dict(os.environ)
    entries = (entry.partition("=") for entry in os.fsdecode(raw).split("\0") if "=" in entry)
    return {name: value for name, _, value in entries}


TERMINAL = read(os.environ, _original_environment())
"""The terminal this program runs in."""
