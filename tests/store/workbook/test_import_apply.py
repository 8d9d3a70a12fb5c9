"""Writing an import: whole or not at all whatever happens, and never in anybody's way."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store import customers, stores, upkeep
from store.database import open_book
from store.errors import BookError, WorkbookError
from store.records import Actor
from store.workbook import apply as applying
from store.workbook import journal
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from store.workbook.stage import Stage, stages_of
from tests.store.workbook.importing import (
    ADA,
    HEADERS,
    LOYALTY,
    RECEIPTS,
    asked,
    columns_of,
    dump,
    edit,
    exported,
    run_import,
    staged,
    workbook,
)
from tests.store.workbook.importing import (
    customers as sheet,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book
    from store.workbook.outcome import Report

KILLS, MANY_KILLS = 24, 200
OPS = 200
"""SQLite's own steps between two chances to be killed."""
EDITED, CREATED = 20, 60


def person(at: int, **values: Any) -> dict[str, Any]:
    given = {"First Name": f"N{at * 7919 % 1000:03}", "Last Name": f"Last{at}", "E-Mail": f"p{at}@example.com"}
    return given | {"Customer ID Number": f"C{at}", "Phone Number": f"555 01{at:03}", "Loyalty": "YES"} | values


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small book and a workbook that touches every table of it."""
    folder = tmp_path_factory.mktemp("shop")
    book = open_book(folder / "book.db", actor=Actor("Mia", "till-1"))
    stores.ensure(book, "Downtown")
    first = [person(at, Stores="Downtown", **{"Loyalty Points": at}) for at in range(EDITED)]
    run_import(book, sheet(folder / "first.xlsx", *first))
    edited = [person(at, Stores="Harbor", Notes="new", **{"Loyalty Points": at + 5}) for at in range(EDITED)]
    for row in edited[::2]:
        row["First Name"] = "Zed" + row["First Name"]
    created = [person(at, Stores="Harbor; Downtown", **{"Loyalty Points": 7}) for at in range(EDITED, EDITED + CREATED)]
    receipt = dict.fromkeys(RECEIPTS)
    receipts = [list((receipt | {"Receipt Number": f"1-{at}", "E-Mail": f"p{at}@example.com", "Date": "2026-06-20 11:53",
                                 "Total": at}).values()) for at in range(40)]  # fmt: skip
    entry = dict.fromkeys(LOYALTY) | {"Points": 3}
    entries = [list((entry | {"E-Mail": f"p{at}@example.com", "Reason": f"r{at}"}).values()) for at in range(30)]
    sheet(
        folder / "second.xlsx", *edited, *created,
        Stores=[["Store Code", "Store"], ["HB", "Harbor"]],
        Loyalty=[LOYALTY, *entries],
        Receipts=[RECEIPTS, *receipts],
        Items=[["Receipt Number", "Item", "Price", "Qty", "Amount"], *[[f"1-{at}", "Socks", 1, 2, 2] for at in range(40)]],
        Feedback=[["E-Mail", "Rating", "Comment"], *[[f"p{at}@example.com", "Positive", "x"] for at in range(10)]],
    )  # fmt: skip
    book.close()
    return folder


def in_child(work: Callable[[], None]) -> int:
    """Do something in a process of its own; the number of the signal that ended it, 0 when none did."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1] & 0x7F


def import_until(folder: Path, chances: int | None, counted: Path | None = None) -> None:
    """Import the second workbook in slices of few rows; kill -9 at this chance."""
    seen = 0

    def chance() -> int:
        nonlocal seen
        seen += 1
        if seen == chances:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    applying.HOLD_SECONDS = 0.0005
    applying.PAUSE_SECONDS = 0.0
    connect = sqlite3.connect

    def watched(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_progress_handler(chance, OPS)
        return connection

    sqlite3.connect = watched  # type: ignore[assignment]  # both the book and the stage are watched
    book = open_book(folder / "book.db", actor=Actor("Mia", "till-1"))
    run_import(book, folder / "second.xlsx")
    if counted is not None:
        counted.write_text(str(seen))


def states(shop: Path, tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any], int]:
    """The book before and after the import, and how many chances there are to kill it."""
    whole = shutil.copytree(shop, tmp_path / "whole")
    book = open_book(whole / "book.db")
    before = dump(book)
    book.close()
    assert in_child(lambda: import_until(whole, None, whole / "counted")) == 0
    book = open_book(whole / "book.db")
    after = dump(book)
    assert upkeep.check(book).faults == ()
    book.close()
    assert len(after["customer"]) == EDITED + CREATED
    return before, after, int((whole / "counted").read_text())


def kill_often(shop: Path, tmp_path: Path, kills: int, seed: int) -> None:
    before, after, chances = states(shop, tmp_path)
    rng = random.Random(seed)
    ends = {"before": 0, "after": 0}
    late = 0
    for at in range(kills):
        # Some kills spread over everything, most where rows are written: the last part of the way.
        chance = rng.randrange(1, chances) if at % 4 == 0 else rng.randrange(chances // 8, chances)
        folder = shutil.copytree(shop, tmp_path / f"kill-{at}")
        if in_child(lambda: import_until(folder, chance)) != signal.SIGKILL:  # noqa: B023
            late += 1  # slices are cut by the clock, so that one run has fewer chances than another
        book = open_book(folder / "book.db", actor=Actor("Mia", "till-1"))
        now = dump(book)
        assert now in (before, after), f"torn by a kill at chance {chance} of {chances}"
        ends["before" if now == before else "after"] += 1
        assert upkeep.check(book).faults == ()
        assert journal.running(book) == []
        assert stages_of(book.path) == [], "opening clears away what the dead left"
        book.close()
        shutil.rmtree(folder)
    assert ends["after"] > 0
    assert late <= kills // 10, "most of the kills came too late"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a fork of this process")
def test_a_kill_at_any_moment_leaves_the_book_before_or_after(shop: Path, tmp_path: Path) -> None:
    kill_often(shop, tmp_path, KILLS, seed=1)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a fork of this process")
def test_two_hundred_kills(shop: Path, tmp_path: Path) -> None:
    kill_often(shop, tmp_path, MANY_KILLS, seed=2)


def without_version(said: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """A taken back edit is one more write: it raises the version of its customer."""
    return said | {"customer": [(*row[:2], *row[3:]) for row in said["customer"]]}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a fork of this process")
def test_without_its_stage_a_cut_off_import_is_taken_back(shop: Path, tmp_path: Path) -> None:
    before, after, chances = states(shop, tmp_path)
    taken_back = 0
    for part in (0.5, 0.6, 0.7, 0.8, 0.9, 0.97):
        folder = shutil.copytree(shop, tmp_path / f"gone-{part}")
        in_child(lambda: import_until(folder, int(chances * part)))  # noqa: B023
        book = open_book(folder / "book.db", recover=False)
        under_way = bool(journal.running(book))
        for path in stages_of(book.path):
            path.unlink()
        applying.recover(book)
        assert journal.running(book) == []
        expected = before if under_way or dump(book) != after else after
        assert without_version(dump(book)) == without_version(expected)
        assert upkeep.check(book).faults == ()
        taken_back += under_way
        book.close()
    assert taken_back >= 2


def planned(book: Book, path: Path) -> tuple[Stage, Report]:
    read = open_workbook(path)
    plan = make_plan(book, read, lambda done, total: None)
    return staged(book, read.name, plan), plan.report


def test_an_import_under_way_is_left_alone_and_is_the_only_one(shop: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(shop, tmp_path / "live")
    reading, writing = os.pipe()

    def hang() -> None:
        book = open_book(folder / "book.db")
        stage, report = planned(book, folder / "second.xlsx")

        def stop(done: int, total: int) -> None:
            if done > 30:
                os.write(writing, b"x")
                time.sleep(60)

        applying.apply(book, stage, report, stop)

    child = os.fork()
    if child == 0:
        hang()
    try:
        os.read(reading, 1)
        book = open_book(folder / "book.db", actor=Actor("Mia", "till-1"))
        assert len(journal.running(book)) == 1, "opening the book did not touch the live import"
        assert len(stages_of(book.path)) == 1
        with pytest.raises(WorkbookError, match=r"The import of second.xlsx is under way .* Wait until"):
            run_import(book, sheet(tmp_path / "a.xlsx", ADA))
        customers.inactivate(book, book.rows("SELECT max(id) FROM customer")[0][0])
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    book.close()
    book = open_book(folder / "book.db")
    assert journal.running(book) == []
    assert book.rows("SELECT count(*) FROM customer") == [(EDITED + CREATED,)]
    assert upkeep.check(book).faults == ()
    applying.recover(book)
    assert stages_of(book.path) == []
    book.close()


def test_a_book_may_be_opened_through_a_link(book: Book, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "link.db").symlink_to(book.path)
    linked = open_book(elsewhere / "link.db")
    assert linked.path == book.path
    stage, report = planned(linked, sheet(tmp_path / "a.xlsx", ADA))
    run = journal.begin(linked, stage.path.name, stage.about())
    applying.recover(book)
    assert journal.running(book) == [run], "who opened it by its name sees that the import lives"
    journal.end(linked, run, journal.TAKEN_BACK)
    applying.apply(linked, stage, report, lambda done, total: None)
    stage.discard()
    linked.close()
    assert book.rows("SELECT first_name FROM customer") == [("Ada",)]
    assert [path.name for path in elsewhere.iterdir()] == ["link.db"]


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    (tmp_path / "one.db").symlink_to(tmp_path / "two.db")
    (tmp_path / "two.db").symlink_to(tmp_path / "one.db")
    with pytest.raises(BookError, match="cannot be reached"):
        open_book(tmp_path / "one.db")


@pytest.mark.parametrize("edited", [False, True])
def test_what_somebody_saves_meanwhile_is_not_overwritten(
    book: Book, add: Callable[..., Customer], tmp_path: Path, edited: bool
) -> None:
    """What is saved between the preview and the yes is joined like anything else: both words wait side by side."""
    ada, bob = add("Ada Lovelace", email="ada@example.com"), add("Bob Marley", email="bob@example.com")
    rows = [{"Customer UID": one.uid, "Notes": "office"} for one in (ada, bob)]
    path = sheet(tmp_path / "a.xlsx", *rows, person(1), person(2))
    if edited:
        path = edit(exported(book, tmp_path / "b.xlsx"), {one.uid: {"Notes": "office"} for one in (ada, bob)})
    stage, report = planned(book, path)
    assert report.tallies["Customers"].updated == 2  # type: ignore[index]  # a Sheet is its name
    customers.update(book, ada.id, {"notes": "till"}, ada.version, base=ada)
    eve = add("Eve Moore", email="eve@example.com", id_number="c1")
    applying.apply(book, stage, report, lambda done, total: None)
    stage.discard()
    now = customers.get(book, ada.id)
    assert {now.notes, *(theirs for _, _, _, theirs in asked(book))} == {"till", "office"}
    assert (now.notes == "till") or edited
    assert customers.get(book, bob.id).notes == "office"
    assert customers.get(book, eve.id) == eve
    counts, _, refused, _ = report.said()
    if not edited:
        assert (counts.created, counts.updated, counts.refused) == (1, 2, 1)
        assert [row.row for row in refused] == [4]
        assert "in the meantime" in refused[0].message
    assert upkeep.check(book).faults == ()


def test_the_journal_keeps_what_every_row_was(book: Book, add: Callable[..., Customer], tmp_path: Path) -> None:
    ada = add("Ada Lovelace", email="ada@example.com", notes="tall", id_number="A1")
    path = edit(exported(book, tmp_path / "a.xlsx"), {ada.uid: {"Notes": "small"}})
    file = openpyxl.load_workbook(path)
    at = columns_of(file["Customers"])
    for header, value in person(1).items():
        file["Customers"].cell(3, at[header]).value = value
    file.save(path)
    run_import(book, path)
    run = book.rows("SELECT state, stage, file_name, employee, till, finished_at IS NOT NULL FROM import_run")
    assert run == [("applied", "", "a.xlsx", "Mia", "till-1", 1)]
    changes = {
        (kind, row_id): before and json.loads(before)
        for kind, row_id, before in book.rows("SELECT kind, row_id, before FROM import_change")
    }
    new = book.rows("SELECT id, uid FROM customer WHERE id <> ?", (ada.id,))[0]
    assert set(changes) == {(journal.PERSON, ada.id), (journal.AFTER, ada.id), ("customer", new[0])}
    was = changes[journal.PERSON, ada.id]
    assert (was["uid"], was["version"], was["columns"]["notes"]) == (ada.uid, 1, "tall")
    assert changes["customer", new[0]] == new[1]


def test_a_second_import_writes_not_one_byte(shop: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(shop, tmp_path / "again")
    book = open_book(folder / "book.db")
    run_import(book, folder / "second.xlsx")
    book.checkpoint(truncate=True)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if "shm" not in path.name}
    run_import(book, folder / "second.xlsx")
    assert {path.name: path.read_bytes() for path in folder.iterdir() if "shm" not in path.name} == before
    book.close()


def test_stages_of_the_dead_are_cleared_and_private(book: Book, tmp_path: Path) -> None:
    living = Stage.create(book.path)
    dead = Stage.create(book.path)
    dead.finish({})
    dead.close()
    assert living.path.stat().st_mode & 0o777 == 0o600
    assert set(stages_of(book.path)) == {living.path, dead.path}
    child = in_child(lambda: _recover_elsewhere(book.path))
    assert child == 0
    assert stages_of(book.path) == [living.path]
    living.discard()


def _recover_elsewhere(path: Path) -> None:
    applying.recover(open_book(path))


def test_slices_stay_short(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[float] = []
    move = journal.move

    def timed(*arguments: Any) -> None:
        move(*arguments)
        held.append(time.perf_counter())

    monkeypatch.setattr(journal, "move", timed)
    rows = [list(HEADERS[1:4]), *[[f"N{at}", f"Last{at}", f"p{at}@example.com"] for at in range(3000)]]
    run_import(book, workbook(tmp_path / "a.xlsx", {"Customers": rows}))
    assert len(held) >= 5, "three thousand rows are no single slice"
    gaps = sorted(later - earlier for earlier, later in pairwise(held))
    assert gaps[len(gaps) // 2] < 0.1
    assert book.rows("PRAGMA synchronous") == [(2,)], "what a cashier saves is on the disk"


@pytest.fixture(autouse=True)
def _no_stage_is_young(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.workbook.stage.YOUNG_SECONDS", 0)


@pytest.fixture(autouse=True)
def _slices_as_always() -> Iterator[None]:
    hold, pause = applying.HOLD_SECONDS, applying.PAUSE_SECONDS
    yield
    applying.HOLD_SECONDS, applying.PAUSE_SECONDS = hold, pause
