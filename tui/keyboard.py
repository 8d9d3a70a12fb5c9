"""From the bytes a terminal sends to keys: whole sequences only, and nothing that is no key is ever typed.

Textual's parser re-issues a sequence that it does not know as if its characters had been typed, and its driver ends
at the first byte that is no UTF-8. Here the stream is cut into sequences by the grammar of ECMA-48 first; Textual's
parser sees each whole, and what it does not know is dropped.
"""

from __future__ import annotations

import re
import unicodedata
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

ESC = "\x1b"
UNREADABLE = "\N{REPLACEMENT CHARACTER}"

LONGEST_SEQUENCE = 31
"""Characters of a key's sequence; Textual's parser types what is longer."""
LONGEST_STRING = 65_536
"""Characters of a terminal's answer (OSC, DCS...) before it is taken for a broken line."""
LONGEST_PASTE = 1_000_000
"""Characters of a paste that are kept."""
UNFINISHED_SECONDS = 1.0
"""How long the rest of a sequence may take on a bad line. Only a lone ESC must be answered at once."""

PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"

_SEQUENCE = re.compile(
    r"\x1b(?:"
    r"\[(?:\[.|M[^\x1b]{3}|\d+\$|[0-?]*[ -/]*[@-Z\\-~])"  # the Linux console's, an old mouse's, rxvt's, everybody's
    r"|O\d*[ -~]"
    r"|[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)"
    r")",
    re.DOTALL,
)
_UNFINISHED = re.compile(r"\x1b(?:\[(?:\[|M[^\x1b]{0,2}|[0-?]*[ -/]*)?|O\d*|[\]P_^X][^\x07\x1b]*\x1b?)?", re.DOTALL)
_OTHER_KEY = re.compile(r"\x1b\[27;(\d+);(\d+)~")
"""How xterm sends Ctrl and Shift with any key (modifyOtherKeys); Textual knows Kitty's way, and misreads this one."""
_STRING = tuple(f"{ESC}{mark}" for mark in "]P_^X")
_C1 = {0x8F: f"{ESC}O", 0x9B: f"{ESC}["}

_DIGITS = "1234567890"
DIALECTS: dict[str, str] = {
    **{f"{ESC}{digit}": f"f{number}" for number, digit in enumerate(_DIGITS, 1)},
    **{f"{ESC}O{letter}": f"f{number}" for number, letter in enumerate("TUVWXYZ[", 5)},
}
"""Keys that Textual's table lacks or reads otherwise: ESC and a digit (as in Midnight Commander), and VT100+."""

SCO: dict[str, str] = {
    **{f"{ESC}[{letter}": f"f{number}" for number, letter in enumerate("MNOPQRSTUVWX", 1)},
    f"{ESC}[I": "pageup",
    f"{ESC}[G": "pagedown",
    f"{ESC}[L": "insert",
    "\x7f": "delete",
}
"""The SCO console's, which mean other things elsewhere."""


class UnreadableKey(Message):
    """Bytes came in that are no text in the terminal's character set; they were left out."""


class KeyReader:
    """Turns what is read from the terminal into Textual's messages.

    `feed` takes bytes as they come; when `wait` is not None and nothing comes for that many seconds, `timeout`
    says what the rest meant.
    """

    def __init__(self, charset: str = "utf-8", *, sco: bool = False) -> None:
        self._decode = getincrementaldecoder(charset)(errors="replace").decode
        self._dialects = {**DIALECTS, **SCO} if sco else DIALECTS
        self._sco = sco
        self._parser = XTermParser()
        self._rest = ""
        self._paste: list[str] | None = None
        self._pasted = 0
        self._pasted_message = events.Paste("")

    @property
    def wait(self) -> float | None:
        """Seconds to wait for more before `timeout`; None while nothing is pending."""
        if self._rest == ESC and self._paste is None:
            return constants.ESCAPE_DELAY
        return UNFINISHED_SECONDS if self._rest or self._paste is not None else None

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages for some bytes."""
        text = self._decode(data)
        if UNREADABLE in text:
            text = text.replace(UNREADABLE, "")
            yield UnreadableKey()
        if self._rest == ESC and self._paste is None and text[:1] not in {"[", "O", ""}:
            # It came alone: that was the key Esc, and another key after it. Alt sends both at once.
            self._rest = ""
            yield events.Key("escape", ESC)
        text = self._rest + text.translate(_C1)
        self._rest = ""
        yield from self._read(text)

    def timeout(self) -> Iterator[Message]:
        """What is meant by what has come so far, now that nothing follows."""
        rest, self._rest = self._rest, ""
        if self._paste is not None:
            yield self._pasted_text()
        elif rest == ESC:
            yield events.Key("escape", ESC)

    def _read(self, text: str) -> Iterator[Message]:
        position = 0
        while position < len(text):
            if self._paste is not None:
                position = self._read_paste(text, position)
                if self._paste is None:
                    yield self._pasted_message
                continue
            if text[position] != ESC:
                end = text.find(ESC, position)
                end = len(text) if end < 0 else end
                yield from self._typed(text[position:end])
                position = end
                continue
            found = self._match(text, position)
            if found is None:
                self._rest = text[position:]
                return
            sequence, position = found
            yield from self._sequence(sequence)

    def _match(self, text: str, position: int) -> tuple[str, int] | None:
        """The sequence that begins here and where it ends; None when the rest of it has yet to come."""
        if self._sco and (known := text[position : position + 3]) in self._dialects:
            return known, position + len(known)
        if found := _SEQUENCE.match(text, position):
            return found.group(), found.end()
        unfinished = _UNFINISHED.match(text, position)
        if unfinished is not None and unfinished.end() == len(text):
            long = len(text) - position > (LONGEST_STRING if text.startswith(_STRING, position) else LONGEST_SEQUENCE)
            return None if not long else ("", len(text))
        if text.startswith((*_STRING, f"{ESC}[", f"{ESC}O"), position):
            # A broken sequence: a character stands in it that cannot.
            broken = unfinished.group() if unfinished is not None else ESC
            return "", position + max(2, len(broken.removesuffix(ESC)))
        if text.startswith(ESC + ESC, position):
            return ESC, position + 1
        return text[position : position + 2], position + 2

    def _sequence(self, sequence: str) -> Iterator[Message]:
        if sequence == ESC:
            yield events.Key("escape", ESC)
        elif key := self._dialects.get(sequence):
            yield events.Key(key, None)
        elif sequence == PASTE_START:
            self._paste, self._pasted = [], 0
        elif len(sequence) == 2:
            yield from _with_alt(sequence[1])
        elif sequence and len(sequence) <= LONGEST_SEQUENCE and not sequence.startswith(_STRING):
            yield from self._known(sequence)

    def _known(self, sequence: str) -> Iterator[Message]:
        """What Textual's parser makes of one whole sequence; nothing when it does not know it."""
        sequence = _OTHER_KEY.sub("\x1b[\\2;\\1u", sequence)
        try:
            messages = list(self._parser.feed(sequence))
        except (ValueError, OverflowError):
            messages = []
        if not messages:
            # It waits for more of what it takes for the beginning of something.
            self._parser = XTermParser()
        elif len(messages) > 1 and all(isinstance(message, events.Key) for message in messages):
            # Alt with a key is sent as Esc and the key: two keys that nobody pressed.
            return
        for message in messages:
            if not isinstance(message, events.Key) or _is_key(message):
                yield message

    def _typed(self, text: str) -> Iterator[Message]:
        for char in text:
            if key := self._dialects.get(char):
                yield events.Key(key, None)
                continue
            for message in self._parser.feed(char):
                if isinstance(message, events.Key) and _is_key(message):
                    yield message

    def _read_paste(self, text: str, position: int) -> int:
        paste = self._paste if self._paste is not None else []
        end = text.find(PASTE_END, position)
        if end >= 0:
            self._keep(paste, text[position:end])
            self._pasted_message = self._pasted_text()
            return end + len(PASTE_END)
        # The end mark may be cut in two by the line.
        cut = next((size for size in range(len(PASTE_END) - 1, 0, -1) if text.endswith(PASTE_END[:size])), 0)
        cut = min(cut, len(text) - position)
        self._keep(paste, text[position : len(text) - cut])
        self._rest = text[len(text) - cut :]
        return len(text)

    def _keep(self, paste: list[str], text: str) -> None:
        paste.append(text[: max(0, LONGEST_PASTE - self._pasted)])
        self._pasted += len(text)

    def _pasted_text(self) -> events.Paste:
        text = "".join(self._paste or ())
        self._paste = None
        return events.Paste(harmless(text))


def harmless(text: str) -> str:
    """Pasted text as a field may hold it: lines and tabs stay, other control and direction characters go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isprintable():
        return text
    return "".join(char for char in text if char.isprintable() or char in "\n\t\u200c\u200d" or char.isspace())


def _is_key(event: events.Key) -> bool:
    """Whether an event is a key and not a piece of something broken (half a surrogate pair, a direction mark)."""
    char = event.character
    return char is None or len(char) != 1 or unicodedata.category(char) not in {"Cs", "Cf", "Cn", "Co"}


def _with_alt(char: str) -> Iterator[Message]:
    """Alt and a letter: a key of its own that types nothing."""
    if char.isalnum():
        yield events.Key(f"alt+{char.lower()}", None)
