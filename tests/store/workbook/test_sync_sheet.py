"""The hidden sheet `_sync`: what is packed comes back, whatever a spreadsheet program does, and damage is noticed."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import shutil
import subprocess
import tracemalloc
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import ExportError, ForgedError, WorkbookError
from store.workbook import headers, sync_sheet
from store.workbook.reader import open_workbook
from store.workbook.sync_sheet import DamagedError, Signed, pack, unpack
from store.workbook.writer import Column, Sheet
from store.workbook.xlsx import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OFFICE = shutil.which("soffice")
KEY, OTHER = b"k" * 20, b"o" * 20
STATE = b'{"people":[["Ann",null]]}\n'
PEOPLE = Sheet("Customers", (Column("First Name"), Column("E-Mail")), [[("Ann", "ann@example.com")]])


def noise(length: int) -> bytes:
    """Bytes that no compression makes fewer."""
    return random.Random(7).randbytes(length)


def written(path: Path, cells: list[str]) -> Path:
    with path.open("wb") as out:
        write_xlsx(out, [PEOPLE, sync_sheet.sheet([[(cell,) for cell in cells]])])
    return path


def header_of(cell: str, **changed: str) -> str:
    """A header with some of its words changed, and a check that fits, as a forger would write it."""
    names = ("magic", "version", "pieces", "length", "digest", "signature")
    words = " ".join((dict(zip(names, cell.split(), strict=False)) | changed).values())
    return f"{words} {hashlib.blake2b(words.encode(), digest_size=8).hexdigest()}"


@given(st.binary(max_size=200_000), st.none() | st.binary(min_size=1, max_size=64), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_packed_comes_back(payload: bytes, key: bytes | None, insist: bool) -> None:
    cells = pack(payload, key)
    back = unpack(cells, key, insist and key is not None)
    assert back.payload == payload
    assert back.signed is (Signed.WITH_OUR_KEY if key else Signed.NO)


def test_a_state_may_come_in_parts() -> None:
    assert pack((bytes([byte]) for byte in STATE), KEY) == pack(STATE, KEY)


def test_every_cell_is_one_that_every_program_keeps() -> None:
    cells = pack(noise(200_000), KEY)
    assert len(cells) > 10
    assert all(len(cell) <= sync_sheet.LONGEST_CELL for cell in cells)
    assert all(cell.isascii() and cell.isprintable() and cell == cell.strip() for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@", "'")) for cell in cells)


@given(st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_sorted_rows_and_blanks_do_no_harm(chance: random.Random) -> None:
    payload = noise(60_000)
    cells = [f"{chance.choice(('', ' ', chr(160)))}{cell} " for cell in pack(payload, KEY)] + ["", " ", "\n"]
    chance.shuffle(cells)
    assert unpack(cells, KEY, True).payload == payload


CELLS = pack(noise(40_000), KEY)


@given(st.data(), st.sampled_from(["another", "gone", "one more"]))
@settings(max_examples=400, deadline=None)
def test_a_single_character_that_changed_is_noticed(data: st.DataObject, damage: str) -> None:
    cells = list(CELLS)
    at = data.draw(st.integers(0, len(cells) - 1))
    # each place of the header, of a number and of the last bits is as likely as all of the rest
    place = data.draw(st.integers(0, min(220, len(cells[at]) - 1)) | st.integers(0, len(cells[at]) - 1))
    letter = data.draw(
        st.sampled_from("0123456789abcdefABCDEFXYZ+/=:- \u0660é").filter(lambda new: new != cells[at][place])
    )
    changed = "" if damage == "gone" else letter
    rest = place if damage == "one more" else place + 1
    cells[at] = cells[at][:place] + changed + cells[at][rest:]
    if cells[at].strip() == CELLS[at]:
        return
    for key in (KEY, None):
        with pytest.raises(DamagedError, match=r"_sync of the workbook is damaged: .+\. Ask for"):
            unpack(cells, key)


@pytest.mark.parametrize("last", ["QQ", "QR", "QQ=", "QR=="])
def test_bits_that_say_nothing_count_too(last: str) -> None:
    """Base64 has several texts for the same bytes."""
    payload = next(b"x" * size for size in range(99) if pack(b"x" * size, None)[1].endswith("=="))
    header, piece = pack(payload, None)
    assert piece[-4:] != last
    with pytest.raises(DamagedError):
        unpack([header, piece[:-4] + last], None)


@pytest.mark.parametrize(
    ("why", "damage"),
    [
        ("its header is missing", lambda cells: cells[1:]),
        ("its header is missing", lambda cells: []),
        ("its header stands there twice", lambda cells: [cells[0], *cells]),
        ("1 of its 4 cells is missing", lambda cells: cells[:-1]),
        ("2 of its 4 cells are missing", lambda cells: [cells[0], *cells[3:]]),
        ("its cell 2 stands there twice", lambda cells: [*cells, cells[2]]),
        ("has cells that are not its own", lambda cells: [*cells, "5:AAAA"]),
        ("has cells that are not its own", lambda cells: [*cells, "01:AAAA"]),
        ("a cell of it was changed", lambda cells: [*cells[:-1], cells[-1][:-5]]),
        ("a cell of it was changed", lambda cells: [*cells, "a note of mine"]),
        ("a cell of it was changed", lambda cells: [*cells[:-1], "4:\ud800"]),
        ("a cell of it was changed", lambda cells: [*cells[:2], f"2:{cells[3][2:]}", f"3:{cells[2][2:]}", cells[4]]),
        ("its header was changed", lambda cells: [cells[0].upper().replace("REGULARS-SYNC", "regulars-sync"), *cells[1:]]),
        ("a newer Regulars", lambda cells: [header_of(cells[0], version="2"), *cells[1:]]),
        ("a cell of it was changed", lambda cells: [pack(noise(40_001), KEY)[0], *cells[1:]]),
    ],
)  # fmt: skip
def test_what_is_not_whole_is_damaged(why: str, damage: Callable[[list[str]], list[str]]) -> None:
    assert len(CELLS) == 5
    with pytest.raises(DamagedError, match=why):
        unpack(damage(list(CELLS)), KEY)


@pytest.mark.parametrize("length", [0, len(STATE) - 1, len(STATE) + 1, 30 * len(STATE)])
def test_another_length_than_it_says_is_damage(length: int) -> None:
    header, *pieces = pack(STATE, None)
    with pytest.raises(DamagedError, match="not as long as it says"):
        unpack([header_of(header, length=str(length)), *pieces], None)


def forged(packed: bytes, length: int) -> list[str]:
    """Cells whose digests and checks are all in order."""
    text = base64.b64encode(packed).decode()
    digest = hashlib.blake2b(text.encode(), digest_size=32).hexdigest()
    header = header_of(pack(b"", None)[0], length=str(length), digest=digest)
    return [header, f"1:{text}"]


def test_what_is_no_compressed_state_is_damaged() -> None:
    whole = zlib.compress(STATE)
    assert unpack(forged(whole, len(STATE)), None).payload == STATE
    for packed in (b"PK\3\4 nothing", whole[:-1], whole + b"x", whole[:-4] + b"abcd"):
        with pytest.raises(DamagedError, match=r"unpack|as long"):
            unpack(forged(packed, len(STATE)), None)


def test_what_is_no_base64_is_damaged() -> None:
    header, piece = pack(STATE, None)
    for text in (f"{piece[2:]}\n{piece[2:4]}", f"{piece[2:6]}*{piece[6:]}", f"{piece[2:]}===="):
        digest = hashlib.blake2b(text.encode(), digest_size=32).hexdigest()
        with pytest.raises(DamagedError, match="cannot be unpacked"):
            unpack([header_of(header, digest=digest), f"1:{text}"], None)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = forged(zlib.compress(bytes(50_000_000), 9), 1_000)
    assert sum(map(len, bomb)) < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(DamagedError, match="not as long"):
            unpack(bomb, None)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    for length, most in ((9_999_999_999, sync_sheet.LARGEST_STATE), (50_000_000, 1_000_000)):
        monkeypatch.setattr(sync_sheet, "LARGEST_STATE", most)
        with pytest.raises(DamagedError, match="far more"):
            unpack([header_of(bomb[0], length=str(length)), bomb[1]], None)


def test_a_state_that_no_book_would_read_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_sheet, "LARGEST_STATE", 1_000)
    assert unpack(pack(bytes(1_000), None), None).payload == bytes(1_000)
    with pytest.raises(ExportError, match="too large for one workbook"):
        pack([bytes(900), bytes(101)], None)


def test_another_key_is_a_forgery() -> None:
    for insist in (False, True):
        with pytest.raises(ForgedError, match="another exchange key"):
            unpack(pack(STATE, OTHER), KEY, insist)


def test_what_was_changed_and_signed_by_nobody_is_a_forgery() -> None:
    """Digests anybody can make."""
    header, _ = pack(STATE, KEY)
    theirs, *pieces = pack(b"[]", None)
    told = dict(zip(("pieces", "length", "digest"), theirs.split()[2:], strict=False))
    with pytest.raises(ForgedError, match="another exchange key"):
        unpack([header_of(header, **told), *pieces], KEY)


def test_an_unsigned_state_is_taken_unless_the_book_insists() -> None:
    cells = pack(STATE, None)
    assert unpack(cells, KEY).signed is Signed.NO
    assert unpack(cells, None).signed is Signed.NO
    with pytest.raises(ForgedError, match=r"^office\.xlsx is not signed"):
        unpack(cells, KEY, True, name="office.xlsx")


def test_a_signature_that_the_book_cannot_check_is_told() -> None:
    cells = pack(STATE, KEY)
    back = unpack(cells, None)
    assert (back.payload, back.signed) == (STATE, Signed.UNCHECKED)
    with pytest.raises(ForgedError, match="no exchange key"):
        unpack(cells, None, True)
    for empty in (b"", None):
        assert unpack(cells, empty).signed is Signed.UNCHECKED
        assert pack(STATE, empty)[0].split()[5] == "-", "no key is no key, however it is written"


def test_damage_and_forgery_refuse_a_workbook() -> None:
    assert issubclass(DamagedError, WorkbookError)
    assert issubclass(ForgedError, WorkbookError)


@given(st.lists(st.text(max_size=40) | st.sampled_from(CELLS), max_size=8))
@settings(max_examples=50, deadline=None)
def test_whatever_stands_there_is_refused_with_a_sentence(cells: list[str]) -> None:
    with suppress(DamagedError):
        assert unpack(cells, KEY).payload == noise(40_000)


def test_the_sheet_is_hidden_from_every_menu_and_locked(tmp_path: Path) -> None:
    cells = pack(noise(50_000), KEY)
    path = written(tmp_path / "a.xlsx", cells)
    book = openpyxl.load_workbook(path)
    sheet = book[sync_sheet.SHEET]
    assert sheet.sheet_state == "veryHidden"
    assert sheet.protection.sheet
    assert all(row[0].protection.locked for row in sheet)
    assert [[cell.value for cell in row] for row in sheet] == [[cell] for cell in cells]
    assert book["Customers"].sheet_state == "visible"
    assert headers.is_exporters_own(sync_sheet.SHEET)
    found = open_workbook(path)
    assert found.sync == tuple(cells)
    assert list(map(str, found.sheets)) == ["Customers"]
    assert found.notes == ()


def test_its_rows_are_counted_from_the_first(tmp_path: Path) -> None:
    counted = write_xlsx(io.BytesIO(), [PEOPLE, sync_sheet.sheet([[("a",)], [("b",), ("c",)]])])
    assert counted.sheets == {"Customers": 1, "_sync": 3}


def test_a_workbook_without_the_sheet_has_no_state(tmp_path: Path, samples: Path) -> None:
    with (tmp_path / "a.xlsx").open("wb") as out:
        write_xlsx(out, [PEOPLE])
    (tmp_path / "a.csv").write_text("First Name,E-Mail\nregulars-sync 1,1:AAAA\n", encoding="utf-8")
    for path in (tmp_path / "a.xlsx", tmp_path / "a.csv", samples / "office-customers-97.xls"):
        assert open_workbook(path).sync == ()


def test_more_cells_than_the_sheet_ever_has_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_sheet, "MOST_CELLS", 3)
    assert len(open_workbook(written(tmp_path / "a.xlsx", list("abcdefgh"))).sync) == 4


@pytest.mark.parametrize("name", ["_sync", "_Sync", "_SYNC"])
def test_a_sheet_that_was_edited_is_read_as_it_is(tmp_path: Path, name: str) -> None:
    """Moved to another column, with a number beside it: the state says what is wrong with that."""
    book = openpyxl.Workbook()
    book.active.append(["First Name", "E-Mail"])
    book.active.append(["Ann", "ann@example.com"])
    sheet = book.create_sheet(name)
    for row in ([None, "b"], [], [None, " a "], [4.5]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    assert open_workbook(tmp_path / "a.xlsx").sync == ("b", " a ", "4.5")


def test_openpyxl_keeps_it(tmp_path: Path) -> None:
    cells = pack(noise(100_000), KEY)
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", cells))
    book.save(tmp_path / "b.xlsx")
    assert open_workbook(tmp_path / "b.xlsx").sync == tuple(cells)


LARGE = 3_000_000


@pytest.fixture(scope="module")
def saved_again(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A workbook with megabytes of state, as LibreOffice writes it in another format."""
    folder = tmp_path_factory.mktemp("office")
    written(folder / "a.xlsx", pack(noise(LARGE), KEY))

    def save(form: str) -> Path:
        subprocess.run(
            [str(OFFICE), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", form,
             "--outdir", "back", "a.xlsx"],
            cwd=folder, check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return folder / "back" / f"a.{form.partition(':')[0]}"

    return save


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("form", ["xlsx:Calc MS Excel 2007 XML", "ods", "xls:MS Excel 97"])
def test_libreoffice_keeps_megabytes_of_it(saved_again: Callable[[str], Path], form: str) -> None:
    found = open_workbook(saved_again(form))
    assert unpack(found.sync, KEY, True).payload == noise(LARGE)
    assert list(map(str, found.sheets)) == ["Customers"]
