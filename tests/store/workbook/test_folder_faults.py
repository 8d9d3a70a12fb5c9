"""The exchange by folder when things go wrong: runs that die, shares that vanish, tills that work at once."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from store import upkeep
from store.errors import ExchangeError
from store.workbook import folder_ledger, folder_send, folder_take, folder_tills
from store.workbook.folder_records import Place, Rules
from store.workbook.folder_share import Share
from tests.store.workbook.folders import Till, aged, meet, names, offices
from tests.store.workbook.importing import ADA, BOB
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORK = multiprocessing.get_context("fork")
_POSIX = pytest.mark.skipif(os.name != "posix", reason="processes are forked")


def _die(*args: object, **options: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed(work: Callable[[], object]) -> None:
    """Do some work in a process that is killed in it."""
    child = FORK.Process(target=work)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


def _killed_in(till: Till, module: Any, name: str) -> None:
    """A run that is killed when it calls a function."""

    def run() -> None:
        setattr(module, name, _die)
        till.sync()

    killed(run)


@_POSIX
def test_a_run_that_dies_between_the_file_and_its_note_sends_nothing_twice(one: Till, two: Till) -> None:
    ann = one.add("Ann Lee")
    meet(one, two)
    one.edit(ann.uid, city="Salem")
    _killed_in(one, folder_ledger, "sent")
    assert len(one.exports()) == 2
    one.edit(ann.uid, phone="555-0101")
    sent = one.sync().sent
    assert sent is not None
    assert (sent.number, sent.customers) == (3, 1)
    assert one.sync().sent is None
    two.sync()
    assert two.people() == one.people()
    assert two.sync().gaps == ()


@_POSIX
def test_a_run_that_dies_before_the_file_is_there_sends_it_the_next_time(one: Till, two: Till) -> None:
    meet(one, two)
    one.add("Ann Lee")
    _killed_in(one, Share, "put")
    assert list(one.path.parent.glob(".till-1.db.exchange-*"))
    one.add("Bob May")
    sent = one.sync().sent
    assert sent is not None
    assert (sent.number, sent.customers) == (2, 2)
    assert not list(one.path.parent.glob(".till-1.db.exchange-*"))
    two.sync()
    assert two.people() == one.people()


@_POSIX
def test_a_run_that_dies_in_the_middle_of_the_file_leaves_none(one: Till, two: Till) -> None:
    meet(one, two)
    one.add("Ann Lee")
    _killed_in(one, os, "fsync")
    outbox = one.folder / "outbox"
    one.sync()
    assert [name for name in names(outbox) if name.endswith(".part")] == []
    assert len(one.exports()) == 2


@_POSIX
@pytest.mark.parametrize("name", ["note_file", "know"])
def test_a_run_that_dies_after_an_import_takes_the_file_again_without_harm(one: Till, two: Till, name: str) -> None:
    meet(one, two)
    one.add("Ann Lee")
    one.sync()
    _killed_in(two, folder_ledger, name)
    (taken,) = two.sync().taken
    assert (taken.created, taken.updated) == (0, 0)
    assert two.people() == one.people()
    assert two.sync().sent is None


@_POSIX
def test_a_run_that_dies_while_it_moves_moves_the_next_time(one: Till) -> None:
    one.sync()
    sheet(one.folder / "inbox" / "march.xlsx", ADA)
    _killed_in(one, Share, "_reserve")
    assert offices(one.sync().moved, one) == ["march.xlsx"]


@pytest.mark.parametrize(
    ("module", "name"), [(Share, "copy_in"), (Share, "put"), (folder_tills, "all_tills"), (Share, "move")]
)
def test_a_share_that_vanishes_loses_nothing(
    one: Till, two: Till, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    meet(one, two)
    two.add("Bob May")
    two.sync()
    one.add("Ann Lee")
    sheet(one.folder / "inbox" / "march.xlsx", ADA)
    away = one.folder.with_name("away")
    work = getattr(module, name)

    def vanish(*args: Any, **options: Any) -> Any:
        if one.folder.exists():
            one.folder.rename(away)
        return work(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, vanish)
        with pytest.raises(ExchangeError, match=r"went away|cannot be used"):
            meet(one, two)
    assert not one.folder.exists()
    away.rename(one.folder)
    meet(one, two)
    assert one.people() == two.people()
    assert len(one.people()) == 3
    assert names(one.folder / "inbox") == []
    assert one.sync().is_whole
    assert two.sync().is_whole


def test_a_full_share_is_said_and_the_files_are_taken_all_the_same(one: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    one.sync()
    one.add("Ann Lee")
    sheet(one.folder / "inbox" / "march.xlsx", BOB)

    def full(*args: object) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Share, "put", full)
        with pytest.raises(ExchangeError, match="no room left"):
            one.sync()
    assert len(one.people()) == 2
    assert one.sync().sent is not None


def test_a_file_that_is_replaced_while_it_is_moved_is_put_back(one: Till, two: Till) -> None:
    """The office saves a newer one in the instant between the last look and the move."""
    meet(one, two)
    path = sheet(one.folder / "inbox" / "march.xlsx", ADA)
    share = Share(one.folder, "")
    found = share.look(Place.INBOX, "march.xlsx")
    assert found is not None
    reserve = share._reserve

    def save_newer(place: Place, name: str) -> Path:
        if place is Place.DONE:
            aged(sheet(path, ADA, BOB), 60)
        return reserve(place, name)

    share._reserve = save_newer  # type: ignore[method-assign]
    assert not share.move(found, Place.DONE)
    assert names(one.folder / "inbox") == ["march.xlsx"]
    assert names(one.folder / "done") == []


def test_the_file_of_a_till_that_is_no_such_is_passed_over(one: Till, two: Till) -> None:
    meet(one, two)
    own = one.folder / ".regulars"
    (own / f"book-{'0' * 32}.json").write_text("{")
    (own / f"book-{'1' * 32}.json").write_text('{"form": 1, "till": [], "taken": {"a": "eaten"}}')
    (own / f"book-{'2' * 32}.json").write_bytes(b"\xff" * 9)
    (own / f"book-{'3' * 32}.json").symlink_to("/dev/zero")
    (own / "book-../../x.json".replace("/", "_")).write_text("{}")
    sheet(one.folder / "inbox" / "march.xlsx", ADA)
    meet(one, two)
    assert offices(names(one.folder / "done"), one) == ["march.xlsx"]


def test_a_till_that_lies_about_its_number_is_a_gap_and_no_endless_work(one: Till, two: Till) -> None:
    meet(one, two)
    path = one.folder / ".regulars" / f"book-{two.origin}.json"
    path.write_text(path.read_text().replace('"number": 1', '"number": 999999999'))
    (gap,) = one.sync().gaps
    assert (gap.first, gap.last) == (2, 999_999_999)


# At once


def _office(folder: Path, seed: int) -> None:
    """Somebody who puts workbooks into the inbox, as copies that grow and by renaming."""
    chance = random.Random(seed)
    for number in range(6):
        person = {"First Name": f"Office{number}", "Last Name": "Customer", "E-Mail": f"office{number}@example.com"}
        made = sheet(folder / f"made {number}.xlsx", person)
        target = folder / "inbox" / f"office {number}.xlsx"
        if chance.random() < 0.5:
            made.rename(target)
        else:
            shutil.copy(made, target)
            made.unlink()


def _work(till: Till, seed: int) -> None:
    """A till that sells and exchanges; whatever is wrong is found by its exit code."""
    till.rules = Rules(settle=0.0)
    chance = random.Random(seed)
    for number in range(6):
        if chance.random() < 0.6:
            till.add(f"{till.name}x{number} Lee")
        report = till.sync()
        assert not report.faults, report.faults
        assert not [file for file in report.taken if file.refused], report.taken


@_POSIX
@pytest.mark.parametrize("seed", [1, 2])
def test_two_tills_and_an_office_at_once_do_each_other_no_harm(one: Till, two: Till, seed: int) -> None:
    meet(one, two)
    workers = [
        FORK.Process(target=_work, args=(one, seed)),
        FORK.Process(target=_work, args=(two, seed + 10)),
        FORK.Process(target=_office, args=(one.folder, seed + 20)),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    meet(one, two)
    meet(one, two)
    assert one.people() == two.people()
    assert names(one.folder / "inbox") == []
    assert [name for name in names(one.folder / "done") if name.startswith("office")] == [
        f"office {number}.xlsx" for number in range(6)
    ]
    assert names(one.folder / "refused") == []
    for till in (one, two):
        report = till.sync()
        assert (report.taken, report.sent, report.gaps) == ((), None, ())
        with closing(till.open()) as book:
            assert upkeep.check(book).faults == ()


@_POSIX
def test_two_tills_that_move_the_same_files_move_each_once(one: Till, two: Till) -> None:
    meet(one, two)
    for number in range(30):
        (one.folder / "inbox" / f"{number}.csv").write_text(
            f"First Name,Last Name,E-Mail\nA{number},B,a{number}@b.example\n"
        )

    def move(till: Till) -> None:
        share = Share(till.folder, "")
        for found in share.files(Place.INBOX):
            share.move(found, Place.DONE)

    workers = [FORK.Process(target=move, args=(till,)) for till in (one, two)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert names(one.folder / "inbox") == []
    assert names(one.folder / "done") == sorted(f"{number}.csv" for number in range(30))


def test_a_real_child_imports_as_well(one: Till, two: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.workbook.session import ImportSession

    one.add("Ann Lee")
    one.sync()
    monkeypatch.setattr(folder_take, "ImportSession", ImportSession)
    (taken,) = two.sync().taken
    assert taken.created == 1
    assert two.people() == one.people()
    with closing(two.open()) as book:
        assert folder_send.what_is_due(book, Share(two.folder, str(_id(two))), two.origin) is None


def _id(till: Till) -> str:
    return next(name.removeprefix("folder-") for name in names(till.folder / ".regulars") if name.startswith("folder-"))
