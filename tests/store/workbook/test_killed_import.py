"""kill -9 at any moment of an import by its child process: at the next open the book is as before, or as after."""

from __future__ import annotations

import math
import os
import random
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store import customers, loyalty, stores, upkeep
from store.database import open_book
from store.exchange import ImportPreview, ImportResult
from store.records import Actor
from store.review_records import Answer
from store.workbook import journal
from store.workbook.session import ImportSession
from store.workbook.stage import stages_of
from tests.store.workbook.importing import HEADERS, LOYALTY, RECEIPTS, columns_of, dump, exported, rows_of, run_import
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.sharing import agreed

if TYPE_CHECKING:
    from pathlib import Path

KILLS, MANY_KILLS = 20, 200
KNOWN, NEW, RECEIPTS_MADE = 180, 120, 40
MIA = Actor("Mia", "till-1")
ANSWERED = 5
PATIENCE = 60.0


def _row(at: int, **more: Any) -> dict[str, Any]:
    given = {"First Name": f"N{at * 7919 % 1000:03}", "Last Name": f"Last{at}", "E-Mail": f"p{at}@example.com"}
    return given | {"Phone Number": f"555 01{at:03}", "Loyalty": "YES", "Loyalty Points": at} | more


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a book, and a workbook of another till that creates, joins, asks, and brings points and receipts."""
    folder = tmp_path_factory.mktemp("shop")
    with closing(open_book(folder / "book.db", actor=MIA)) as book:
        stores.ensure(book, "Downtown")
        run_import(book, sheet(folder / "first.xlsx", *(_row(at, Stores="Downtown") for at in range(KNOWN))))
        path = exported(book, folder / "other.xlsx")
        for at in range(1, KNOWN, 6):  # the till writes in the rows in which the sheet writes as well
            now = customers.get(book, at)
            customers.update(book, at, {"city": "Rome"}, now.version, base=now)
            loyalty.adjust(book, at, balance=now.points + 3, reason="Visit")
    _edit(path)
    return folder


def _edit(path: Path) -> None:
    file = openpyxl.load_workbook(path)
    people = file["Customers"]
    at, rows = columns_of(people), rows_of(people)
    for number, row in enumerate(rows.values()):
        people.cell(row, at["City"]).value = "Oslo"
        if number % 3 == 0:
            people.cell(row, at["Loyalty Points"]).value = 500 + number
            people.cell(row, at["Last Name"]).value = f"Other{number}"
        if number % 5 == 0:
            people.cell(row, at["Phone Number"]).value = None
    for number in range(KNOWN, KNOWN + NEW):
        given = _row(number, Stores="Downtown; Harbor")
        people.append([given.get(header) for header in HEADERS])
    file["Stores"].append(["HB", "Harbor"])
    entry, receipt = dict.fromkeys(LOYALTY), dict.fromkeys(RECEIPTS)
    for number in range(30):
        values = entry | {"E-Mail": f"p{number}@example.com", "Points": 3, "Reason": f"r{number}"}
        file["Loyalty"].append(list(values.values()))
    del file["Receipts"], file["Receipt Items"]
    receipts, items = file.create_sheet("Receipts"), file.create_sheet("Receipt Items")
    receipts.append(list(RECEIPTS))
    items.append(["Receipt Number", "Item", "Price", "Qty", "Amount"])
    for number in range(RECEIPTS_MADE):
        values = receipt | {"Receipt Number": f"1-{number}", "E-Mail": f"p{number}@example.com", "Total": number}
        receipts.append(list((values | {"Date": "2026-06-20 11:53"}).values()))
        items.append([f"1-{number}", "Socks", 1, 2, 2])
    file.save(path)


def last_of(session: ImportSession) -> object:
    """The session's next word that is no progress."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for event in session.events():
            if isinstance(event, ImportPreview | ImportResult | Exception):
                return event
    raise AssertionError("the session says nothing")


def prepared(folder: Path) -> tuple[ImportSession, dict[str, Answer]]:
    """A session that has shown its preview, and answers to some of its questions, which go with the import."""
    session = ImportSession(folder / "book.db", folder / "other.xlsx", MIA)
    session.start()
    preview = last_of(session)
    assert isinstance(preview, ImportPreview), preview
    assert preview.counts.created == NEW
    assert preview.counts.updated > KNOWN // 2
    assert len(preview.questions) > ANSWERED
    return session, {question.id: Answer.TAKE for question in preview.questions[:ANSWERED]}


def kill_at(folder: Path, step: int, later: float) -> bool:
    """Import, and kill the child so many seconds after it has taken this step; whether it was cut off on its way."""
    session, answers = prepared(folder)
    process = session._process
    assert process is not None
    with closing(sqlite3.connect(folder / "book.db")) as looking:
        session.apply(answers)
        end = time.monotonic() + PATIENCE
        while _steps(looking) < step and process.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.001)
    time.sleep(later)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with closing(open_book(folder / "book.db", recover=False)) as book:
        return bool(journal.running(book))


def _steps(looking: sqlite3.Connection) -> float:
    """How many steps the import has taken; -1 before it begins, and all there are when it has ended."""
    [(runs, cursor, state)] = looking.execute(
        "SELECT count(*), cursor, state FROM import_run WHERE id = (SELECT max(id) FROM import_run WHERE file_name = ?)",
        ("other.xlsx",),
    ).fetchall()
    return -1 if not runs else math.inf if state == journal.APPLIED else cursor


def said(folder: Path) -> dict[str, Any]:
    """All that a book says, once opening it has finished or taken back what was cut off."""
    with closing(open_book(folder / "book.db", actor=MIA)) as book:
        assert upkeep.check(book).faults == ()
        assert journal.running(book) == []
        assert stages_of(book.path) == []
        told = dump(book)
        told["customer"] = [(*row[:2], *row[3:]) for row in told["customer"]]  # taking back is one more write
        told["entry"] = sorted(told["entry"])
        return told | agreed(book)


def kill_often(shop: Path, tmp_path: Path, kills: int, seed: int) -> None:
    before = said(shutil.copytree(shop, tmp_path / "before"))
    whole = shutil.copytree(shop, tmp_path / "whole")
    session, answers = prepared(whole)
    session.apply(answers)
    assert isinstance(last_of(session), ImportResult)
    session.wait(PATIENCE)
    after = said(whole)
    assert len(after["customer"]) == KNOWN + NEW
    assert len(after["receipt"]) == RECEIPTS_MADE
    assert after["questions"] != before["questions"]
    with closing(open_book(whole / "book.db")) as book:
        [(steps,)] = book.rows("SELECT json_extract(counts, '$.steps') FROM import_run ORDER BY id DESC LIMIT 1")
    rng = random.Random(seed)
    cut_off = 0
    for number in range(kills):
        folder = shutil.copytree(shop, tmp_path / f"kill-{number}")
        step = rng.randrange(-1, steps)
        on_its_way = kill_at(folder, step, rng.random() * 0.005)
        cut_off += on_its_way
        now = said(folder)
        assert now in ((after,) if on_its_way or step >= 0 else (before, after)), f"torn by a kill at step {step}"
        shutil.rmtree(folder)
    assert cut_off > 0, "no kill came in time"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no kill -9 here")
def test_a_killed_child_leaves_the_book_as_before_or_as_after(shop: Path, tmp_path: Path) -> None:
    kill_often(shop, tmp_path, KILLS, seed=1)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no kill -9 here")
def test_two_hundred_killed_children(shop: Path, tmp_path: Path) -> None:
    kill_often(shop, tmp_path, MANY_KILLS, seed=2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no kill -9 here")
def test_without_its_stage_it_is_taken_back(shop: Path, tmp_path: Path) -> None:
    """The import is cut off in its middle, and what it would go on with is gone as well."""
    before = said(shutil.copytree(shop, tmp_path / "before"))
    for number in range(6):
        folder = shutil.copytree(shop, tmp_path / f"lost-{number}")
        if kill_at(folder, 60, 0):
            for path in stages_of(folder / "book.db"):
                path.unlink()
            assert said(folder) == before
            return
    raise AssertionError("no kill came in time")
