"""When a file says that it was saved: a line that spreadsheet programs leave in the archive."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import UTC, datetime

_MOST_BYTES = 65_536
"""Bytes of a part that are looked at; the line stands in the first thousand."""
_USUAL = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_EARLIEST, _LATEST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1985, 2200))
"""No workbook is older than Excel, and a time after the latest is nonsense."""
_TAGS: dict[str, re.Pattern[bytes]] = {
    "docProps/core.xml": re.compile(rb"<(?:\w+:)?modified(?:\s[^<>]*)?>\s*([\w:.+-]{10,40})\s*<"),
    "meta.xml": re.compile(rb"<(?:\w+:)?date(?:\s[^<>]*)?>\s*([\w:.+-]{10,40})\s*<"),
}
"""Where it stands in an Office Open XML workbook, and where in an OpenDocument one."""


def saved_at(data: bytes) -> int:
    """The time in seconds at which a workbook was saved; 0 when it does not say, or says nonsense.

    A time without its zone is taken for UTC: what a file says must not depend on the computer that reads it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            said = [found[1] for name, tag in _TAGS.items() if (found := tag.search(_beginning(archive, name)))]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return 0
    return _seconds(said[0].decode("ascii")) if said else 0


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of a part; none of one that is not there, or packed as no spreadsheet program does."""
    if name not in archive.namelist() or archive.getinfo(name).compress_type not in _USUAL:
        return b""
    with archive.open(name) as part:
        return part.read(_MOST_BYTES)


def _seconds(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0
    seconds = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    return seconds if _EARLIEST <= seconds < _LATEST else 0
