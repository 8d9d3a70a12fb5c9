"""Checking a book for every kind of fault, and copying it while it is in use."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from store import cli, customers, search, stores, upkeep
from store.database import open_book
from store.errors import BookError, DamagedBookError, NotABookError
from store.records import Status
from store.shop_days import today
from tests.store.workbook import importing

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from store.customer_records import Customer
    from store.database import Book

    Add = Callable[..., Customer]


@pytest.fixture
def shop(book: Book, add: Add) -> Book:
    """A book in which everything has something in it."""
    for number in range(30):
        add(f"Nr{number:02} Lee", email=f"n{number}@example.com", phone=f"555 01{number:02}", loyalty=True, points=10,
            stores=("Downtown",), notes="long " * 100, date_of_birth=date(1990, 1, 1))  # fmt: skip
    customers.inactivate(book, 3)
    now = customers.get(book, 5)
    customers.update(book, 5, {}, now.version, base=now, photo=b"\x89PNG")
    book.execute(
        "INSERT INTO receipt (store_id, number, customer_id, paid_at) VALUES (1, '1-1', 1, '2026-01-01T00:00:00Z')"
    )
    return book


def test_a_sound_book_has_no_faults(shop: Book) -> None:
    before = {file.name for file in shop.path.parent.iterdir()}
    report = upkeep.check(shop)
    assert (report.customers, report.inactive, report.loyalty_entries, report.receipts) == (29, 1, 30, 1)
    assert report.faults == ()
    assert {file.name for file in shop.path.parent.iterdir()} == before


FAULTS: dict[str, tuple[str, str]] = {
    "a cached balance": ("UPDATE customer SET points = 99 WHERE id = 1", "shows 99 points, but the ledger adds up to 10"),
    "a lost ledger entry": ("DELETE FROM loyalty_entry WHERE id = 2", "shows 10 points, but the ledger adds up to 0"),
    "a receipt of nobody": ("INSERT INTO receipt (number, customer_id, paid_at) VALUES ('x', 999, 't')", "of receipt belongs"),
    "a store of nobody": ("INSERT INTO customer_store VALUES (999, 1)", "of customer_store belongs"),
    "a receipt's taxes": ("UPDATE receipt SET taxes = 5", "with $0.05 of taxes, but its lines say $0.00"),
    "a receipt's refund": ("UPDATE receipt SET refunded = 5", "with $0.05 that went back, its payments say $0.00"),
    "a receipt that counts": ("UPDATE receipt SET refunded = NULL", "with no payment that counts, its payments say $0.00"),
    "a tally": ("UPDATE tally SET value = 7 WHERE name = 'active'", "counts 7 active customers, but has 29"),
    "a name's key": ("UPDATE customer SET name_key = 'aaa' WHERE id = 9", "filed under another name"),
    "a place in the list": ("UPDATE customer SET ord = 1 WHERE id = 9", "wrong place of the list"),
    "a phone's digits": ("UPDATE customer SET phone_digits = '1' WHERE id = 9", "filed under another phone"),
    "a domain": ("DELETE FROM email_domain", "does not know the e-mail domain example.com"),
    "a photo": ("DELETE FROM customer_photo", "wrong about having a photo"),
    "a word in the index": ("UPDATE customer SET email = 'zed@example.com' WHERE id = 1", "search index does not match"),
    "a store in the index": ("DELETE FROM customer_store WHERE customer_id = 1", "search index does not match"),
    "an inactive customer": ("UPDATE customer SET active = 0 WHERE id = 1", "search index does not match"),
    "a row too many in the index": (
        "INSERT INTO customer_search (rowid, words) VALUES (17, 'ghost')", "search index does not match"
    ),
    "a row missing in the index": (
        "INSERT INTO customer_search (customer_search) VALUES ('delete-all')", "search index does not match"
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found(shop: Book, fault: str) -> None:
    sql, sentence = FAULTS[fault]
    shop.execute("PRAGMA foreign_keys=OFF")
    shop.execute(sql)
    assert sentence in "\n".join(upkeep.check(shop).faults)


def test_faults_of_a_kind_are_told_five_times_and_then_counted(shop: Book) -> None:
    shop.execute("UPDATE customer SET points = points + 1")
    faults = upkeep.check(shop).faults
    assert len(faults) == 6
    assert faults[-1] == "... and 25 more of this kind."


def test_broken_pages_are_found(shop: Book) -> None:
    shop.close()
    whole = shop.path.read_bytes()
    page = whole.index(b"n17@example.com") // 4096 * 4096
    shop.path.write_bytes(whole[:page] + bytes(64) + b"\xff" * 200 + whole[page + 264 :])
    with closing(open_book(shop.path)) as broken:
        faults = upkeep.check(broken).faults
    assert any("damaged" in fault for fault in faults)


def test_an_index_that_lost_an_entry_is_found(shop: Book) -> None:
    shop.close()
    with closing(sqlite3.connect(shop.path)) as raw:
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '(email, ord)', '(city, ord)') WHERE name = 'customer_email'"
        )
        raw.commit()
    with closing(open_book(shop.path)) as broken:
        assert any("customer_email" in fault for fault in upkeep.check(broken).faults)


def run(*words: str) -> int:
    """A headless command's exit code."""
    return cli.run(cli.parser().parse_args(words))


def test_the_check_command_says_what_it_found(shop: Book, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--db", str(shop.path)) == 0
    said = capsys.readouterr().out
    assert "29 customers, 1 inactive, 30 loyalty entries, 1 receipt." in said
    assert "The book is sound." in said
    shop.execute("UPDATE customer SET points = 99 WHERE id = 1")
    assert run("check", "--db", str(shop.path)) == 1
    assert "Nr00 Lee (customer 1) shows 99 points" in capsys.readouterr().out


def test_checking_a_book_that_is_not_there_makes_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--db", str(tmp_path / "none.db")) == 1
    assert "There is no book" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_check_never_turns_a_cashiers_save_away(shop: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def save_meanwhile(_: Book) -> Any:
        with closing(open_book(shop.path, busy_seconds=0.05)) as till:
            stores.ensure(till, "New Store")
        return iter(())

    monkeypatch.setattr(upkeep, "_TESTS", (save_meanwhile,))
    assert upkeep.check(shop).faults == ()
    assert "New Store" in {store.name for store in stores.all_stores(shop)}


def test_a_backup_is_a_whole_private_book(shop: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "copies" / "copy.db"
    target.parent.mkdir()
    assert run("backup", "--db", str(shop.path), str(target)) == 0
    assert str(target) in capsys.readouterr().out
    assert [file.name for file in target.parent.iterdir()] == ["copy.db"]
    assert target.stat().st_mode & 0o777 == 0o600
    with closing(open_book(target, create=False)) as copy:
        assert upkeep.check(copy) == upkeep.check(shop)
        assert customers.get(copy, 5) == customers.get(shop, 5)


def test_a_backup_into_a_folder_takes_the_day_and_replaces_the_last_by_force_alone(
    shop: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    dated = folder / f"book-{today(shop)}.db"
    assert upkeep.backup(shop, folder) == dated
    customers.inactivate(shop, 7)
    assert run("backup", "--db", str(shop.path), str(folder)) == 1
    told = capsys.readouterr()
    assert f"{dated} is there already. Name another file, or add --force to replace it." in told.err
    assert not told.out
    with closing(open_book(dated)) as copy:
        assert search.total(copy, Status.INACTIVE) == 1, "the older backup is as it was"
    assert run("backup", "--force", "--db", str(shop.path), str(folder)) == 0
    with closing(open_book(dated)) as copy:
        assert search.total(copy, Status.INACTIVE) == 2


def test_a_backup_into_the_books_own_folder_stands_beside_it(shop: Book) -> None:
    assert upkeep.backup(shop, shop.path.parent) == shop.path.with_name(f"book-{today(shop)}.db")


def test_a_backup_never_replaces_the_book_or_what_is_no_backup(shop: Book, tmp_path: Path) -> None:
    with pytest.raises(BookError, match="the book itself"):
        upkeep.backup(shop, shop.path, force=True)
    link = tmp_path / "link.db"
    link.symlink_to(shop.path)
    with pytest.raises(BookError, match="the book itself"):
        upkeep.backup(shop, link, force=True)
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear customer, " * 100)
    with pytest.raises(NotABookError, match=r"letter\.txt is no older backup, and stays\. Name another file"):
        upkeep.backup(shop, letter, force=True)
    assert letter.read_text() == "Dear customer, " * 100
    with pytest.raises(BookError, match="There is no folder"):
        upkeep.backup(shop, tmp_path / "nowhere" / "copy.db")
    with closing(open_book(tmp_path / "other.db")), pytest.raises(BookError, match="is open"):
        upkeep.backup(shop, tmp_path / "other.db", force=True)


def test_a_copy_that_cannot_be_put_in_its_place_leaves_nothing(
    shop: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    before = set(tmp_path.iterdir())
    with pytest.raises(BookError, match="Permission denied"):
        upkeep.backup(shop, tmp_path / "copy.db")
    assert set(tmp_path.iterdir()) == before


def test_a_folder_of_others_takes_no_copy(shop: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Path.stat

    def closed(self: Path, **how: bool) -> os.stat_result:
        if self.parent.name == "others":
            raise PermissionError(13, "Permission denied")
        return there(self, **how)

    (tmp_path / "others").mkdir()
    monkeypatch.setattr(Path, "stat", closed)
    with pytest.raises(BookError, match=r"cannot be written \(Permission denied\)"):
        upkeep.backup(shop, tmp_path / "others")


def test_a_damaged_book_is_not_copied_over_a_good_backup(shop: Book, tmp_path: Path) -> None:
    target = upkeep.backup(shop, tmp_path / "copy.db")
    good = target.read_bytes()
    shop.close()
    whole = shop.path.read_bytes()
    page = whole.index(b"n17@example.com") // 4096 * 4096
    shop.path.write_bytes(whole[:page] + b"\xff" * 200 + whole[page + 200 :])
    with closing(open_book(shop.path)) as broken, pytest.raises(DamagedBookError, match="older backup"):
        upkeep.backup(broken, target, force=True)
    assert target.read_bytes() == good
    assert list(tmp_path.glob(".*")) == []


WRITER = """
import sys
from pathlib import Path
from store import customers
from store.database import open_book
book = open_book(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(100000):
    customers.create(book, {"first_name": "W", "last_name": f"N{number}", "email": "a@b.co", "loyalty": True, "points": 3})
"""


def test_a_backup_while_another_process_writes_is_sound(shop: Book, tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(shop.path)], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        counted = []
        for number in range(4):
            copy = upkeep.backup(shop, tmp_path / f"copy{number}.db")
            with closing(open_book(copy)) as opened:
                report = upkeep.check(opened)
                assert report.faults == ()
                assert report.customers + report.inactive == report.loyalty_entries
                counted.append(report.customers)
        assert writer.poll() is None
        assert counted[-1] > counted[0], "it did write meanwhile"
    finally:
        writer.kill()
        writer.wait()
        if writer.stdout is not None:
            writer.stdout.close()
    assert upkeep.check(shop).faults == ()


def test_while_an_import_is_under_way_no_figure_is_final(shop: Book, capsys: pytest.CaptureFixture[str]) -> None:
    with importing.under_way(shop, "big [x].xlsx", 21_697, 100_000):
        assert run("check", "--db", str(shop.path)) == 0
        said = capsys.readouterr().out
        assert "An import of big [x].xlsx is under way: 21,697 of 100,000 rows. The figures are not final." in said
        assert "sound so far" in said
        assert "The book is sound.\n" not in said
        # a figure that is wrong is told as always
        shop.execute("UPDATE tally SET value = 7 WHERE name = 'active'")
        assert run("check", "--db", str(shop.path)) == 1
        assert "The book counts 7 active customers" in capsys.readouterr().out
    assert upkeep.check(shop).imports == ()


def test_an_import_that_was_cut_off_is_told_as_such(shop: Book) -> None:
    with importing.under_way(shop, "big.xlsx", 10, 20, alive=False):
        (told,) = upkeep.check(shop).imports
        assert told.startswith("The import of big.xlsx was cut off at 10 of 20 rows.")


def test_a_report_is_plain_data(shop: Book) -> None:
    from dataclasses import asdict

    assert json.loads(json.dumps(asdict(upkeep.check(shop))))["faults"] == []


def test_a_backup_from_a_thread_leaves_the_till_alone(shop: Book, tmp_path: Path) -> None:
    done: list[Path] = []
    thread = threading.Thread(target=lambda: done.append(upkeep.backup(shop, tmp_path / "copy.db")))
    thread.start()
    customers.restore(shop, 3)
    thread.join()
    assert done == [tmp_path / "copy.db"]
