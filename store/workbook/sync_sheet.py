"""The hidden sheet `_sync` as cells: the exporter's state compressed, in pieces that every spreadsheet program keeps.

One cell is the header: `regulars-sync 1`, how many pieces there are, the state's length in bytes, a digest of the
pieces, a signature of all that ('-' for none), and a check of the header itself. The others are pieces of base64,
each with its number before it, so that a sheet that was sorted can be read as well.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import zlib
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from store.errors import ExportError, ForgedError, WorkbookError
from store.workbook.writer import Column, Sheet, Style

if TYPE_CHECKING:
    from collections.abc import Iterable

SHEET = "_sync"
"""The tab that holds the cells, in its first column."""
LARGEST_STATE = 512 * 1024**2
"""Bytes of a state, unpacked: that of more than a million customers."""
LONGEST_CELL = 16_000
"""Characters of a cell: half of what Excel takes in one, since a longer one is looked at one by one where it is
written."""
MOST_CELLS = 65_536
"""Rows of a sheet of Excel 97."""
UNSIGNED = "-"
_LEVEL = 1
"""The least: a state shrinks to a fifth; the best level gains another fifth of it and takes ten times the time."""
_MAGIC = "regulars-sync"
_VERSION = "1"
_PIECE = LONGEST_CELL - len("65535:")
_HEADER = re.compile(
    rf"({_MAGIC} {_VERSION} ([1-9][0-9]{{0,4}}) (0|[1-9][0-9]{{0,9}}) ([0-9a-f]{{64}})) "
    r"([0-9a-f]{64}|-) ([0-9a-f]{16})"
)


class DamagedError(WorkbookError):
    """The cells are not all there, or not as they were written."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The hidden sheet {SHEET} of the workbook is damaged: {why}. Ask for the workbook again, as it was sent."
        )


class Signed(Enum):
    """How a state was signed: not at all, with the book's key, or with a key that the book cannot check."""

    NO = auto()
    WITH_OUR_KEY = auto()
    UNCHECKED = auto()


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What the cells held."""

    payload: bytes
    signed: Signed


@dataclass(frozen=True, slots=True)
class _Header:
    """`said` is what the signature is for."""

    said: str
    pieces: int
    length: int
    digest: str
    signature: str


def sheet(chunks: Iterable[list[tuple[str, ...]]]) -> Sheet:
    """The sheet of some cells, as `pack` makes them: a row each."""
    return Sheet(SHEET, (Column("State", Style.KEY),), ([*chunk] for chunk in chunks), hidden=True)


def pack(payload: bytes | Iterable[bytes], key: bytes | None) -> list[str]:
    """The cells of a state, which may come in parts; signed when there is a key.

    Raises ExportError when it is larger than what is read again.
    """
    packed, length = _compressed((payload,) if isinstance(payload, bytes) else payload)
    text = base64.b64encode(packed).decode("ascii")
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    said = f"{_MAGIC} {_VERSION} {len(pieces)} {length} {_digest(text)}"
    signed = f"{said} {_signature(said, key) if key else UNSIGNED}"
    return [f"{signed} {_check(signed)}", *(f"{number}:{piece}" for number, piece in enumerate(pieces, 1))]


def _compressed(parts: Iterable[bytes]) -> tuple[bytes, int]:
    packer = zlib.compressobj(_LEVEL)
    packed = bytearray()
    length = 0
    for part in parts:
        length += len(part)
        if length > LARGEST_STATE:
            raise ExportError("The book is too large for one workbook. Export one store after the other.")
        packed += packer.compress(part)
    return bytes(packed + packer.flush()), length


def unpack(cells: Iterable[str], key: bytes | None, insist: bool = False, *, name: str = "The workbook") -> Unpacked:
    """The state that cells hold, in any order, with blanks around and between. With `insist` it must be signed.

    `name` is what a refusal calls the file. Raises DamagedError and ForgedError.
    """
    texts = [text for cell in cells if (text := cell.strip())]
    header = _header([text for text in texts if text.startswith(_MAGIC)])
    text = _joined([text for text in texts if not text.startswith(_MAGIC)], header.pieces)
    if _digest(text) != header.digest:
        raise DamagedError("a cell of it was changed")
    signed = _signed(header, key, name, insist=insist)
    return Unpacked(_unpacked(text, header.length), signed)


def _header(candidates: list[str]) -> _Header:
    if len(candidates) != 1:
        raise DamagedError("its header stands there twice" if candidates else "its header is missing")
    found = _HEADER.fullmatch(candidates[0])
    if found is None:
        version = candidates[0].split()[1:2]
        if version not in ([], [_VERSION]):
            raise DamagedError("its form is unknown; a newer Regulars wrote it, or somebody changed it")
        raise DamagedError("its header was changed")
    if _check(candidates[0].rpartition(" ")[0]) != found[6]:
        raise DamagedError("its header was changed")
    return _Header(found[1], int(found[2]), int(found[3]), found[4], found[5])


def _joined(texts: list[str], pieces: int) -> str:
    """The pieces in their order, without their numbers."""
    found: dict[str, str] = {}
    for text in texts:
        number, colon, piece = text.partition(":")
        if number in found:
            raise DamagedError(f"its cell {number[:5]} stands there twice")
        if not colon:
            raise DamagedError("a cell of it was changed")
        found[number] = piece
    missing = sum(1 for number in range(1, pieces + 1) if str(number) not in found)
    if missing:
        raise DamagedError(f"{missing:,} of its {pieces:,} cells {'is' if missing == 1 else 'are'} missing")
    if len(found) > pieces:
        raise DamagedError("it has cells that are not its own")
    return "".join(found[str(number)] for number in range(1, pieces + 1))


def _signed(header: _Header, key: bytes | None, name: str, *, insist: bool) -> Signed:
    if key and header.signature != UNSIGNED:
        if not hmac.compare_digest(_signature(header.said, key), header.signature):
            raise ForgedError(
                f"{name} is signed with another exchange key than this book's. Ask who sent it, and compare the keys "
                "of both books (regulars key show)."
            )
        return Signed.WITH_OUR_KEY
    if insist:
        raise ForgedError(
            f"{name} is not signed, and this book takes only what is signed with its exchange key."
            if key
            else f"{name} is not taken: this book takes only signed workbooks, and has no exchange key to check them."
        )
    return Signed.NO if header.signature == UNSIGNED else Signed.UNCHECKED


def _unpacked(text: str, length: int) -> bytes:
    """The state; nothing more is unpacked than it says to be long."""
    if length > LARGEST_STATE:
        raise DamagedError("it would unpack to far more than a state has")
    packer = zlib.decompressobj()
    try:
        payload = packer.decompress(base64.b64decode(text, validate=True), length + 1)
    except (zlib.error, ValueError):  # ValueError: no base64
        raise DamagedError("it cannot be unpacked") from None
    if len(payload) != length or not packer.eof or packer.unused_data:
        raise DamagedError("it is not as long as it says")
    return payload


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def _signature(said: str, key: bytes) -> str:
    """HMAC-SHA256 of the header, whose digest stands for the pieces."""
    return hmac.new(key, said.encode("ascii"), "sha256").hexdigest()


def _check(header: str) -> str:
    return hashlib.blake2b(header.encode("ascii"), digest_size=8).hexdigest()
