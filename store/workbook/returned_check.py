"""Before openpyxl opens what a stranger sent: is it of its format, is it small enough, and is it no trap?"""

from __future__ import annotations

import io
import zipfile
import zlib
from xml.parsers import expat

from store.errors import WorkbookError

LARGEST_XML = 160 * 1024**2
"""Bytes of a workbook's XML, unpacked, whose cells fit in the memory that marking may take."""
_WORKBOOK = "xl/workbook.xml"
_XML = (".xml", ".rels", ".vml")
_CHUNK = 65_536
_BROKEN = (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def can_be_kept(data: bytes) -> bool:
    """Whether a file is of the one format that is saved again as it was."""
    if not data.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _WORKBOOK in archive.namelist()


def check(name: str, data: bytes) -> None:
    """Refuse what is too large, or is made to become so: no workbook defines words of its own in its XML.

    Raises WorkbookError.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [part for part in archive.infolist() if part.filename.lower().endswith(_XML)]
        size = sum(part.file_size for part in parts)
        if size > LARGEST_XML:
            raise WorkbookError(
                f"{name} is too large to be marked ({size // 1024**2:,} MB unpacked; {LARGEST_XML // 1024**2} MB can "
                "be). Split it, and mark the parts."
            )
        if any(_defines_words(archive, part) for part in parts):
            raise WorkbookError(f"{name} is made in a way that no spreadsheet program uses. It was not opened.")


class _BegunError(Exception):
    """A document's first element: whatever it defines stands before."""


class _DefinesError(Exception):
    """A document type."""


def _defines_words(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part has a document type. One that cannot be read has none: nor can openpyxl read it."""

    def defines(*_: object) -> None:
        raise _DefinesError

    def begins(*_: object) -> None:
        raise _BegunError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = defines, begins
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
    except _DefinesError:
        return True
    except (_BegunError, *_BROKEN):
        pass
    return False
