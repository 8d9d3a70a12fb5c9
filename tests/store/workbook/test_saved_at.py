"""When a workbook says that it was saved."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from store.workbook.reader import open_workbook
from store.workbook.saved_at import saved_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CORE, META = "docProps/core.xml", "meta.xml"
SAVED = int(datetime(2026, 11, 22, 10, 11, 12, tzinfo=UTC).timestamp())


def archive(name: str, content: str, *, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as parts:
        parts.writestr(name, content)
    return out.getvalue()


def modified(text: str) -> bytes:
    return archive(
        CORE,
        '<?xml version="1.0"?><cp:coreProperties><cp:lastModifiedBy>2001-01-01T00:00:00Z</cp:lastModifiedBy>'
        '<dcterms:created xsi:type="dcterms:W3CDTF">2001-01-01T00:00:00Z</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{text}</dcterms:modified></cp:coreProperties>',
    )


@pytest.fixture
def abroad(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer far from UTC."""
    with monkeypatch.context() as there:
        there.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    "text",
    ["2026-11-22T10:11:12Z", "2026-11-22T12:11:12+02:00", "\n 2026-11-22T10:11:12.987Z ", "2026-11-22T10:11:12"],
)
def test_an_office_open_xml_workbook_says_it(text: str, abroad: None) -> None:
    assert saved_at(modified(text)) == SAVED


def test_an_opendocument_workbook_says_it() -> None:
    meta = (
        "<office:meta><meta:creation-date>2001-01-01T00:00:00</meta:creation-date>"
        "<dc:date>2026-11-22T10:11:12.123456789</dc:date></office:meta>"
    )
    assert saved_at(archive(META, meta)) == SAVED


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "2026-13-22T10:11:12Z", "1904-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59", "2026-11-22T10:11:12Z&now;", "12345678901234567890",
    ],
)  # fmt: skip
def test_nonsense_is_no_time(text: str) -> None:
    assert saved_at(modified(text)) == 0


def test_a_file_that_says_nothing_or_too_much_has_no_time() -> None:
    tag = "<dcterms:modified>2026-11-22T10:11:12Z</dcterms:modified>"
    assert saved_at(archive(CORE, tag)) == SAVED
    assert saved_at(archive("xl/workbook.xml", tag)) == 0
    assert saved_at(archive(CORE, " " * 70_000 + tag)) == 0
    assert saved_at(archive(CORE, tag, kind=zipfile.ZIP_LZMA)) == 0
    assert saved_at(b"PK\x03\x04 and no more") == 0


def test_a_part_that_is_broken_has_no_time() -> None:
    whole = modified("2026-11-22T10:11:12Z")
    start = whole.index(CORE.encode()) + len(CORE)
    for place in range(start, start + 200, 7):
        broken = bytearray(whole)
        broken[place] ^= 0xFF
        assert saved_at(bytes(broken)) in {0, SAVED}


def test_the_reader_tells_it(tmp_path: Path, samples: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["First Name", "E-Mail"])
    before = int(datetime.now(UTC).timestamp())
    book.save(tmp_path / "a.xlsx")
    assert before <= open_workbook(tmp_path / "a.xlsx").saved_at <= int(datetime.now(UTC).timestamp()) + 1
    (tmp_path / "a.csv").write_text("First Name,E-Mail\n", encoding="utf-8")
    assert open_workbook(tmp_path / "a.csv").saved_at == 0
    assert open_workbook(samples / "office-customers-97.xls").saved_at == 0
