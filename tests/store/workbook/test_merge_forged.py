"""A hidden state that is damaged is no state; one that is forged brings nothing into the book that a cell could not."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

import openpyxl
import pytest

from store import customers, exchange_key, fields, identity, review, rows, upkeep
from store.errors import WorkbookError
from store.merge.state import LAST_TIME
from store.workbook import sync_sheet
from store.workbook.reader import open_workbook
from store.workbook.sync_state import DAMAGED
from tests.store.workbook.importing import asked, columns_of, counts, edit, exported, run_import
from tests.store.workbook.sharing import (
    agreed,
    columns_agreed,
    named,
    office_workbook,
    planned,
    rewritten,
    several,
    update,
    with_cells,
    with_state,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from store.database import Book

FEW = 4
KEY, OTHER = b"k" * exchange_key.KEY_BYTES, b"o" * exchange_key.KEY_BYTES
STRANGE = "f" * 8 + "-ffff-4fff-8fff-" + "f" * 12


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook as it was exported."""
    return office_workbook(tmp_path_factory.mktemp("start"), FEW)


@pytest.fixture
def book(tmp_path: Path, start: Path) -> Iterator[Book]:
    """A book that has read it, and was edited since."""
    with several(tmp_path, "a", start) as (opened,):
        now = named(opened, "Ada")
        customers.update(opened, now.id, {"city": "Rome"}, now.version, base=now)
        yield opened


def cells_of(path: Path) -> list[str]:
    return list(open_workbook(path).sync)


DAMAGES: dict[str, Callable[[list[str]], list[str]]] = {
    "a letter changed": lambda cells: [cells[0], cells[1][:50] + ("A" if cells[1][50] != "A" else "B") + cells[1][51:]],
    "cut short": lambda cells: [cells[0], cells[1][:-40]],
    "a cell lost": lambda cells: cells[:1],
    "the header lost": lambda cells: cells[1:],
    "the header changed": lambda cells: [cells[0].replace("sync 1", "sync 2"), *cells[1:]],
    "something else": lambda cells: ["hello", *cells],
}


@pytest.mark.parametrize("what", [*DAMAGES, "no JSON", "removed"])
def test_a_damaged_state_makes_a_list_of_the_workbook(book: Book, start: Path, tmp_path: Path, what: str) -> None:
    path = tmp_path / "damaged.xlsx"
    if what == "no JSON":
        with_state(start, lambda state: state.replace(b'"form"', b"form", 1), path)
    else:
        with_cells(start, DAMAGES[what](cells_of(start)) if what in DAMAGES else [], path)
    ada = named(book, "Ada").uid
    edit(path, {ada: {"Notes": "edited"}, named(book, "Bo").uid: {"City": None}})
    before = columns_agreed(book)
    report = run_import(book, path)
    assert report.notes == ([] if what == "removed" else [DAMAGED])
    assert counts(report) == (0, 0, FEW, 0)
    assert columns_agreed(book) == before, "nothing is written over"
    assert asked(book) == [("list", "Notes", "note 0", "edited")], "the old city is known to be superseded"
    assert upkeep.check(book).faults == ()


@pytest.mark.parametrize("what", [*DAMAGES, "removed", "unsigned", "another key", "unsigned again"])
def test_a_book_that_insists_refuses_it_whole(book: Book, start: Path, tmp_path: Path, what: str) -> None:
    exchange_key.set_code(book, exchange_key.code_of(KEY))
    signed = exported(book, tmp_path / "signed.xlsx")
    exchange_key.insist(book, on=True)
    assert planned(book, signed).writes_nothing, "what is signed with our key is taken"
    path = tmp_path / "other.xlsx"
    if what in DAMAGES:
        with_cells(signed, DAMAGES[what](cells_of(signed)), path)
    elif what == "another key":
        with_state(start, lambda state: state, path, OTHER)
    elif what == "unsigned again":
        header, *pieces = cells_of(signed)
        words = header.split()
        words[-2] = sync_sheet.UNSIGNED
        said = " ".join(words[:-1])
        with_cells(signed, [f"{said} {sync_sheet._check(said)}", *pieces], path)
    else:
        with_cells(start, [] if what == "removed" else cells_of(start), path)
    before = agreed(book)
    with pytest.raises(WorkbookError):
        run_import(book, path)
    assert agreed(book) == before


def test_what_is_refused_for_its_signature_is_named(book: Book, start: Path) -> None:
    exchange_key.set_code(book, exchange_key.code_of(KEY))
    exchange_key.insist(book, on=True)
    with pytest.raises(WorkbookError, match=f"^{re.escape(start.name)} is not signed"):
        planned(book, start)


def test_what_is_signed_brings_its_edits(book: Book, tmp_path: Path) -> None:
    exchange_key.set_code(book, exchange_key.code_of(KEY))
    exchange_key.insist(book, on=True)
    path = edit(exported(book, tmp_path / "signed.xlsx"), {named(book, "Ada").uid: {"Notes": "edited"}})
    assert counts(run_import(book, path)) == (0, 1, FEW - 1, 0)
    assert named(book, "Ada").notes == "edited"


# Forgeries


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    """Put another word in the state, wherever the old one stands."""

    def change(state: bytes) -> bytes:
        assert old.encode() in state
        return state.replace(old.encode(), new.encode())

    return change


def head(**others: object) -> Callable[[bytes], bytes]:
    """Say something else in the first line."""

    def change(state: bytes) -> bytes:
        first, _, rest = state.partition(b"\n")
        return json.dumps({**json.loads(first), **others}).encode() + b"\n" + rest

    return change


def more(line: str) -> Callable[[bytes], bytes]:
    """Add a line."""
    return lambda state: state + line.encode() + b"\n"


def entry(uid: object, points: object) -> str:
    return json.dumps({"entries": [["2026-01-01T00:00:00Z", STRANGE, uid, points, "r", "", ""]]})


FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    "a bad e-mail": swap('"bo@example.com"', '"no address"'),
    "a name of ten megabytes": swap('"Brand"', f'"{"B" * 10_000_000}"'),
    "a name that is a number": swap('"Brand"', "7"),
    "a name that is a list": swap('"Brand"', '["B"]'),
    "a name that is true": swap('"Brand"', "true"),
    "a name of control characters": swap('"Brand"', '"\\u001b[31mB\\u0000"'),
    "half of a letter": swap('"Brand"', '"\\ud800"'),
    "no name": swap('"Brand"', "null"),
    "a phone of letters": swap('"0049 555 0101"', '"call me"'),
    "a date of no calendar": swap('"1980-03-02"', '"1980-13-42"'),
    "a country of nobody": swap('"US"', '"Mars"'),
    "a store that is a number": swap('["Downtown"]', "[7]"),
    "stores that are a number": swap('["Downtown"]', "7"),
    "stores in stores": swap('["Downtown"]', '[["Downtown"]]'),
    "a value that is an object": swap('"note 1"', '{"a":1}'),
    "too many parts": swap(" 80\tnull\t", " 80\tnull\tnull\t"),
    "too few parts": swap(" 80\tnull\t", " 80\t"),
    "a group that is a number": swap("\tnull\t", '\t{"group":7}\t'),
    "a store of a megabyte": swap('["Downtown"]', f'["{"D" * 1_000_000}"]'),
    "points beyond all": swap(" 80\t", f" {10**30}\t"),
    "points of no number": swap(" 80\t", " many\t"),
    "points below nothing": swap(" 80\t", " -80\t"),
    "a version of no number": lambda state: state.replace(b" 1 80\t", b" x 80\t"),
    "a short form of no form": swap("\tnull\t", "\t[1,2]\t"),
    "a short form of unknown fields": swap("\tnull\t", '\t{"b":"b1","d":{"rank":[1,"x",1]}}\t'),
    "a short form of wrong types": swap("\tnull\t", '\t{"b":7,"s":[],"g":"x"}\t'),
    "an unknown field in a whole row": swap(
        "\tnull\t", '\t{"w":{"s":{"a":1},"f":{"rank":[[1,"a","x",1]]},"o":{},"g":[]}}\t'
    ),
    "a bad value in a whole row": swap(
        "\tnull\t", '\t{"w":{"s":{"a":1},"f":{"email":[[9999999999,"a","no address",1]]},"o":{},"g":[]}}\t'
    ),
    "a bad offer in a whole row": swap(
        "\tnull\t", '\t{"w":{"s":{"a":1},"f":{},"o":{"email":[[1,"k","no address","list",null,""]]},"g":[]}}\t'
    ),
    "an offered balance beyond all": swap(
        "\tnull\t", '\t{"w":{"s":{"a":1},"f":{},"o":{"points":[[1,"k",1' + "0" * 30 + ',"list",null,""]]},"g":[]}}\t'
    ),
    "an offered balance of no number": swap(
        "\tnull\t", '\t{"w":{"s":{"a":1},"f":{},"o":{"points":[[1,"k","many","list",null,""]]},"g":[]}}\t'
    ),
    "a number of a hundred thousand digits": swap('"Brand"', "1" * 100_000),
    "brackets without end": swap("\tnull\t", "\t" + "[" * 100_000 + "\t"),
    "a group of others": swap("\tnull\t", f'\t{{"group":{{"{STRANGE}":{{"s":{{}},"f":{{}},"o":{{}},"g":[]}}}}}}\t'),
    "a group of no row": swap("\tnull\t", '\t{"group":{"x":7}}\t'),
    "an empty group": swap("\tnull\t", '\t{"group":{}}\t'),
    "another form": head(form=99),
    "other fields": head(fields=["uid"]),
    "columns that are not there": head(columns=[0, 999]),
    "no columns": head(columns=[]),
    "a time beyond all": head(at=10**30),
    "a time that no calendar has": head(at=2**52),
    "a pair of nobody": head(pairs=[["x", "y", 1, "o", True]]),
    "a pair of strangers": head(pairs=[[STRANGE, STRANGE, 1, "o", True]]),
    "stores of numbers": head(stores=[[1, 2]]),
    "stores that name nothing": head(stores=[["", ""], ["\u001b[31m", "x" * 100_000]]),
    "erased of nobody": head(erased={"x": 1}),
    "knows nothing": head(knows=[]),
    "points of an entry beyond all": more(entry(STRANGE, 10**30)),
    "an entry of nobody": more(entry(STRANGE, 5)),
    "an entry of no uid": more(entry(7, 5)),
    "an entry that is a text": more('{"entries":["x"]}'),
    "a line of nothing": more("\t\t\t"),
    "a line of no customer": more(f"{STRANGE} x 1 0\tnull\tnull\t[]"),
    "no end of a line": lambda state: state[:-30],
}


def assert_sane(book: Book) -> None:
    """Every value in the book is one that its field takes, and all is sound."""
    assert upkeep.check(book).faults == ()
    columns = ("first_name", "last_name", "email", "phone", "country", "date_of_birth", "zip_code", "notes")
    for uid, points, *values in book.rows(f"SELECT uid, points, {', '.join(columns)} FROM customer"):
        assert isinstance(points, int)
        assert abs(points) <= fields.MOST_POINTS
        for name, value in zip(columns, values, strict=True):
            if value not in {"", None}:
                assert str(fields.BY_NAME[name].parse(value)) == str(value), (uid, name)
    assert all(0 < len(name) <= 255 and name.isprintable() for (name,) in book.rows("SELECT name FROM store"))
    review.questions(book)
    for person_now in rows.by_id(book, [row[0] for row in book.rows("SELECT id FROM customer")]).values():
        assert person_now.view


def _edit_all(sheet: Worksheet) -> None:
    """Somebody writes in every row as well: another balance, another city, and a cell is emptied."""
    at = columns_of(sheet)
    for row in range(2, sheet.max_row + 1):
        for header, value in (("Loyalty Points", 100 + row), ("City", f"City {row}"), ("Notes", None)):
            sheet.cell(row, at[header]).value = value


@pytest.mark.parametrize("what", FORGERIES)
@pytest.mark.parametrize("known", [True, False])
def test_a_forged_state_brings_nothing_that_a_field_does_not_take(
    tmp_path: Path, start: Path, what: str, known: bool
) -> None:
    """Into a book that knows these people, and into one that does not."""
    path = with_state(start, FORGERIES[what], tmp_path / "forged.xlsx")
    rewritten(path, _edit_all)
    first = start if known else tmp_path / "nobody.xlsx"
    if not known:
        file = openpyxl.Workbook()
        file.active.append(["First Name", "Last Name", "E-Mail"])
        file.save(first)
    with several(tmp_path, "a", first) as (book,):
        for _ in range(2):
            with suppress(WorkbookError):
                run_import(book, path)
            assert_sane(book)
        again = exported(book, tmp_path / "again.xlsx")
        assert planned(book, again).writes_nothing, "and what came in goes out as anything else"


def test_what_a_book_says_after_a_time_at_the_end_of_all_times_can_be_read_by_others(
    tmp_path: Path, start: Path
) -> None:
    with several(tmp_path, "abc", start) as (book, other, third):
        two = sorted(named(book, first).uid for first in ("Bo", "Cleo"))
        update(third, "Ada", notes="third")
        late = with_state(
            exported(third, tmp_path / "third.xlsx"),
            lambda told: re.sub(
                rb'("notes":\[)\d+', rb"\g<1>%d" % LAST_TIME, head(pairs=[[*two, LAST_TIME, "zz", False]])(told)
            ),
            tmp_path / "late.xlsx",
        )
        run_import(book, late)
        update(book, "Ada", notes="ours")
        with book.write():
            identity.one(book, list(rows.by_uid(book, two).values()), rows.dot(book))
        for path in (late, exported(book, tmp_path / "book.xlsx"), late):
            assert run_import(other, path).notes == []
        assert planned(book, late).writes_nothing
        assert agreed(other) == agreed(book)
        assert named(other, "Ada").notes == "ours"
        assert other.rows("SELECT count(*) FROM customer") == [(FEW - 1,)]


@pytest.mark.parametrize("times", [1, 2])
def test_a_verdict_names_the_smaller_uid_first_or_is_none(book: Book, start: Path, tmp_path: Path, times: int) -> None:
    two = sorted((named(book, first).uid for first in ("Ada", "Bo")), reverse=True)
    path = with_state(start, head(pairs=[[two[0], two[times - 1], 1, "o", True]]), tmp_path / "turned.xlsx")
    assert run_import(book, path).notes == [DAMAGED]
    assert book.rows("SELECT count(*) FROM person_pair") == [(0,)]
