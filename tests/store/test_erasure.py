"""A person who asks to be forgotten: gone from the book, from every byte of its files, and from its backups."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from store import (
    changing,
    copies,
    customers,
    duplicates,
    erased,
    erasure,
    loyalty,
    receipts,
    review,
    rows,
    scrubbing,
    search,
    stores,
    traces,
    upkeep,
)
from store.book_file import MIGRATIONS
from store.database import Book, open_book
from store.errors import ErasedCustomerError, ErasureError, InactiveCustomerError, UnknownCustomerError
from store.merge import state
from store.records import Actor, ListQuery, Status
from store.workbook.stage import Stage
from tests.store import erasing
from tests.store.tills import ring
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.importing import run_import, under_way

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folder of a book with somebody who has everything, beside a backup of it; and their id."""
    folder = tmp_path_factory.mktemp("filled")
    with closing(open_book(folder / "book.db", actor=Actor("Mia", "till-1"))) as book:
        stores.ensure(book, "Downtown", "01")
        erasing.shop_reasons(book)
        erasing.others(book)
        made = erasing.somebody(book, folder)
        upkeep.backup(book, folder)
    return folder, made.id


@pytest.fixture
def folder(filled: tuple[Path, int], tmp_path: Path) -> Path:
    """A copy of the folder for one test; the book does not know of the backup, which lies beside it."""
    place = tmp_path / "shop"
    shutil.copytree(filled[0], place)
    return place


@pytest.fixture
def book(folder: Path) -> Any:
    """Its book."""
    with closing(open_book(folder / "book.db", actor=Actor("Mia", "till-1"))) as opened:
        opened.execute("DELETE FROM book_copy")
        yield opened


@pytest.fixture
def zelda(filled: tuple[Path, int]) -> int:
    """Whom everything is about."""
    return filled[1]


def dump(book: Book) -> dict[str, list[tuple[Any, ...]]]:
    """What is the shop's own, whoever it is of."""
    return {
        "receipts": book.rows("SELECT number, customer_id, paid_at, total, taxes, refunded FROM receipt ORDER BY id"),
        "items": book.rows("SELECT receipt_id, item, amount FROM receipt_item ORDER BY id"),
        "ledger": book.rows("SELECT uid, points, employee, till, at FROM loyalty_entry WHERE NOT opening ORDER BY id"),
        "ratings": book.rows("SELECT uid, positive, on_date FROM feedback ORDER BY id"),
        "others": book.rows("SELECT * FROM customer WHERE last_name = 'Lee' ORDER BY id"),
    }


def test_not_a_byte_of_the_person_is_left_in_the_folder_of_the_book(book: Book, folder: Path, zelda: int) -> None:
    book.close()  # reading the file here would drop its locks
    before = erasing.left(folder)
    assert set(before["book.db"]) == {
        *erasing.GIVING_AWAY, "the photo", "the other photo",
    }  # fmt: skip
    backups = [name for name in before if name.startswith("book-2")]
    assert len(backups) == 1
    done = erasure.erase(book, zelda)
    assert erasing.left(folder) == {}
    assert done.clean
    assert done.copies == (str(folder / backups[0]),)
    assert (done.unreached, done.sentences) == ((), [])
    assert upkeep.check(book).faults == ()


def test_what_is_the_shops_own_stays(book: Book, zelda: int) -> None:
    before = dump(book)
    erasure.erase(book, zelda)
    assert dump(book) == before
    assert book.rows("SELECT points, reason FROM loyalty_entry WHERE customer_id = ? ORDER BY points", (zelda,)) == [
        (7, "Import"), (40, "Welcome"), (50, ""),
    ]  # fmt: skip
    assert customers.get(book, zelda).points == 97


def test_lists_and_receipts_say_erased_customer(book: Book, zelda: int) -> None:
    erasure.erase(book, zelda)
    one = customers.get(book, zelda)
    assert (one.name, one.active, one.email, one.phone, one.has_photo, one.stores) == (
        "Erased customer",
        False,
        "",
        "",
        False,
        (),
    )
    [receipt] = receipts.page(book, zelda, receipts._ALL, offset=0, limit=9)
    assert receipts.get(book, receipt.id).customer == "Erased customer"
    listed = search.page(book, ListQuery(status=Status.INACTIVE, columns=("name", "email"))).rows
    assert [row.values for row in listed] == [("Erased customer", "")]
    for typed in ("zelda", "vwjorgen", "5550147799", "7799", "zkcard", "qx7731zk", "wyxzq-vault"):
        assert search.count(book, ListQuery(text=typed, status=Status.ALL)).value == 0
    assert book.rows("SELECT count(*) FROM outbox_mail") == [(0,)]
    assert not any("zq" in token for (token,) in book.rows("SELECT token FROM email_domain"))


def test_nothing_is_asked_of_who_was_erased_and_nobody_is_compared_with_them(book: Book, zelda: int) -> None:
    person = rows.by_id(book, [zelda])[zelda]
    assert len(person.rows) == 2
    assert [joined.uid for joined in duplicates.joined(book)] == [person.uid]
    erasure.erase(book, zelda)
    assert all(row == state.NOTHING for row in rows.by_id(book, [zelda])[zelda].rows.values())
    assert rows.leaders(book, person.rows) == {}
    assert review.counts(book) == {}
    assert (duplicates.likely(book), duplicates.joined(book)) == ((), ())
    assert erased.among(book, person.rows) == set(person.rows)


def test_nobody_writes_in_an_erased_customer(book: Book, zelda: int) -> None:
    erasure.erase(book, zelda)
    one = customers.get(book, zelda)
    with pytest.raises(ErasedCustomerError):
        customers.restore(book, zelda)
    with pytest.raises(ErasedCustomerError):
        customers.update(book, zelda, {"phone": "555 014 7799"}, one.version, base=one)
    with pytest.raises(ErasedCustomerError):
        customers.create(book, {"uid": one.uid, "first_name": "Z", "last_name": "V", "email": "z@example.com"})
    with pytest.raises(InactiveCustomerError):
        loyalty.adjust(book, zelda, balance=1, reason="Welcome")
    for judge in (duplicates.merge, duplicates.keep_apart):
        with pytest.raises(ErasedCustomerError):
            judge(book, one.uid, customers.get(book, 1).uid)


def test_who_comes_back_by_themselves_is_a_new_customer(book: Book, folder: Path, zelda: int) -> None:
    erasure.erase(book, zelda)
    again = customers.create(book, {"first_name": "Zelda", "last_name": "Vwjorgen", "email": erasing.MEMBER_EMAIL})
    assert customers.get(book, again.id).email == erasing.MEMBER_EMAIL
    assert erasure.erase(book, again.id).clean
    assert erasing.left(folder) == {}


def test_what_others_have_as_well_stays_theirs(book: Book, folder: Path, zelda: int) -> None:
    sister = customers.create(
        book, {"first_name": "Agnes", "last_name": "Vwjorgen", "email": erasing.MEMBER_EMAIL, "phone": "555 014 7799"}
    )
    receipt = ring(book, sister.id, "3.00")
    book.execute(
        "INSERT INTO outbox_mail (message_id, receipt_id, recipient, message, created_at) VALUES ('m', ?, ?, x'', 'now')",
        (receipt, erasing.MEMBER_EMAIL),
    )
    assert erasure.erase(book, zelda).clean
    assert customers.get(book, sister.id).phone == "555 014 7799"
    assert search.count(book, ListQuery(text="zelda@wyxzq-vault")).value == 1
    assert book.rows("SELECT recipient FROM outbox_mail") == [(erasing.MEMBER_EMAIL,)]
    assert set(erasing.left(folder)["book.db"]) == {"vwjorgen", "zelda@", "wyxzq", "5550147799", "555 014 7799"}


def test_a_customer_of_whom_nothing_more_is_known_is_erased_as_well(book: Book) -> None:
    made = customers.create(book, {"first_name": "Q", "last_name": "Y", "email": "q@y.org"})
    assert erasure.erase(book, made.id).clean
    assert customers.get(book, made.id).name == "Erased customer"


def test_who_was_never_there_is_no_customer(book: Book) -> None:
    with pytest.raises(UnknownCustomerError):
        erasure.erase(book, 4711)


def test_of_a_person_who_is_only_in_part_erased_elsewhere_the_rest_stays(book: Book, zelda: int) -> None:
    person = rows.by_id(book, [zelda])[zelda]
    [other] = set(person.rows) - {person.uid}
    with book.write():
        assert erasure.forget(book, {person.uid: 7}).people == 1
    assert customers.by_uid(book, person.uid).name == "Erased customer"
    [rest] = rows.by_uid(book, [other]).values()
    assert (rest.values["email"], rest.points, set(rest.rows)) == (erasing.OTHER_EMAIL, 7, {other})
    assert book.rows("SELECT customer_id FROM receipt WHERE customer_id <> ?", (rest.id,)) == [(zelda,)]
    assert upkeep.check(book).faults == ()


def test_of_two_times_the_first_counts(book: Book) -> None:
    uid = "93270f97-b3d5-5977-89f1-a66459f25b36"
    for at in (9, 7, 8):
        with book.write():
            erasure.forget(book, {uid: at})
    assert book.rows("SELECT at FROM erased_person WHERE uid = ?", (uid,)) == [(7,)]
    assert not erasure.is_due(book)


def test_erasing_waits_for_no_import(book: Book, zelda: int) -> None:
    with under_way(book, "big.xlsx", 1, 9), pytest.raises(ErasureError):
        erasure.erase(book, zelda)
    stage = Stage.create(book.path)  # a preview that somebody looks at
    try:
        stage.finish({})
        with pytest.raises(ErasureError):
            erasure.erase(book, zelda)
    finally:
        stage.discard()
    assert customers.get(book, zelda).name == "Zeldaqx Vwjorgen"


def test_a_dead_importers_file_goes(book: Book, folder: Path, zelda: int) -> None:
    stage = Stage.create(book.path)
    stage.finish({"row": "zelda@wyxzq-vault.example.org"})
    stage.close()
    assert any(name.startswith(".book.db.import-") for name in erasing.left(folder))
    erasure.erase(book, zelda)
    assert erasing.left(folder) == {}


def test_the_uid_that_a_list_gave_somebody_else_is_not_erased(book: Book, folder: Path, zelda: int) -> None:
    run_import(book, sheet(folder / "third.xlsx", {"First Name": "Bo", "Last Name": "Wu", "E-Mail": "wu@example.com"}))
    mother = customers.create(book, {"first_name": "Mai", "last_name": "Wu", "email": "wu@example.com"})
    [[bo]] = book.rows("SELECT uid FROM customer WHERE first_name = 'Bo'")
    assert bo[14] == "5"  # as it follows from the e-mail
    assert erasure.erase(book, mother.id).clean
    assert customers.by_uid(book, bo).name == "Bo Wu"
    assert bo not in erased.everybody(book)


# -- the file


def test_what_is_deleted_is_overwritten_whatever_sqlite_was_made_for(book: Book) -> None:
    assert book.rows("PRAGMA secure_delete") == [(1,)]
    book.execute("PRAGMA secure_delete=OFF")
    scrubbing.begin(book)
    assert book.rows("PRAGMA secure_delete") == [(1,)]


def watch_rewriting(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are written anew from now on."""
    rewritten: list[Path] = []
    rewrite = scrubbing.rewrite

    def watched(book: Book) -> None:
        rewritten.append(book.path)
        rewrite(book)

    monkeypatch.setattr(scrubbing, "rewrite", watched)
    return rewritten


def without_backups(book: Book) -> None:
    """Leave the book alone in its folder."""
    for copy in copies.known(book):
        copy.path.unlink()


@pytest.mark.parametrize("dropped", ["DROP TABLE old", "DELETE FROM old WHERE at > 4"])
def test_old_copies_in_unused_parts_are_overwritten_and_nothing_is_written_anew(
    book: Book, folder: Path, zelda: int, monkeypatch: pytest.MonkeyPatch, dropped: str
) -> None:
    without_backups(book)
    book.execute("PRAGMA secure_delete=OFF")  # as another program has it
    book.execute("CREATE TABLE old (at INTEGER PRIMARY KEY, value TEXT)")
    long = "x" * 9000
    for at in range(12):
        book.execute(
            "INSERT INTO old VALUES (?, ?)", (at, f"Zeldaqx {at} {erasing.OTHER_EMAIL}{long[: at % 2 * 9000]}")
        )
    book.execute("UPDATE old SET value = '' WHERE at < 5")
    book.execute(dropped)
    book.close()  # reading the file here would drop its locks
    assert {"zeldaqx", "kwvzj"} <= set(erasing.left(folder)["book.db"])
    monkeypatch.setattr(scrubbing, "rewrite", lambda of: pytest.fail("rewritten"))
    assert erasure.erase(book, zelda).clean
    assert erasing.left(folder) == {}
    assert upkeep.check(book).faults == ()


def test_what_is_found_after_that_has_the_file_written_anew(
    book: Book, zelda: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_backups(book)
    rewritten = watch_rewriting(monkeypatch)
    one = customers.get(book, 1)
    customers.update(book, 1, {"notes": "asks for zelda@wyxzq-vault.example.org"}, one.version, base=one)
    assert erasure.erase(book, zelda).clean
    assert rewritten == [book.path]
    assert customers.get(book, 1).notes


def test_a_file_without_traces_is_not_written_anew(book: Book, zelda: int, monkeypatch: pytest.MonkeyPatch) -> None:
    without_backups(book)
    monkeypatch.setattr(scrubbing, "rewrite", lambda of: pytest.fail("rewritten"))
    assert erasure.erase(book, zelda).clean


@pytest.mark.parametrize("before", [0, 10, traces._AT_ONCE - 4, traces._AT_ONCE])
def test_a_text_is_found_wherever_it_stands_in_a_file(tmp_path: Path, before: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(before) + "Ångström".encode() + bytes(9))
    assert traces.found_in(file, {"no such", "Ångström"})
    assert not traces.found_in(file, {"no such"})
    assert not traces.found_in(file, {"Ångströmm"})


def test_what_is_a_part_of_somebody_elses_is_no_trace(book: Book) -> None:
    ann, joann = (
        customers.create(book, {"first_name": name, "last_name": "Wu", "email": f"{name.lower()}@wu.example.com"})
        for name in ("Ann", "Joann")
    )
    assert erasure.erase(book, ann.id).clean
    assert not erasure.is_due(book)
    assert customers.get(book, joann.id).email == "joann@wu.example.com"


def test_a_reader_who_is_in_the_way_is_said_and_the_rest_is_done_later(
    book: Book, folder: Path, zelda: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "LOG_SECONDS", 0.1)
    with closing(sqlite3.connect(book.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM customer").fetchone()
        done = erasure.erase(book, zelda)
        assert not done.clean
        assert "still hold something. The file was in use. It is cleared" in done.sentences[0]
        assert erasure.is_due(book)
        assert "book.db-wal" in erasing.left(folder)
    assert erasure.finish(book).clean
    assert erasing.left(folder) == {}


def test_a_cut_off_erasure_is_ended_with_the_next_backup(
    book: Book, folder: Path, zelda: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut_off:
        cut_off.setattr(erasure, "finish", lambda *_: pytest.skip("never"))
        with book.write():
            erasure.forget(book, dict.fromkeys(rows.by_id(book, [zelda])[zelda].rows, 7))
    assert erasing.left(folder)
    (folder / "safe").mkdir()
    upkeep.backup(book, folder / "safe")
    assert not erasure.is_due(book)
    assert erasing.left(folder) == {}


# -- backups


def test_a_backup_of_a_book_that_was_not_clear_is_written_anew(
    book: Book, folder: Path, zelda: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "LOG_SECONDS", 0.1)
    (folder / "stick").mkdir()
    with closing(sqlite3.connect(book.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM customer").fetchone()
        assert not erasure.erase(book, zelda).clean
        copy = upkeep.backup(book, folder / "stick" / "copy.db")
    rewritten = watch_rewriting(monkeypatch)
    assert str(copy) in erasure.finish(book).copies
    assert copy in rewritten
    assert erasing.left(folder) == {}


def backed_up(book: Book, place: Path) -> Path:
    """A backup in a folder of its own."""
    place.mkdir(parents=True)
    return upkeep.backup(book, place / "copy.db")


def test_a_backup_elsewhere_is_cleared_in_place(book: Book, folder: Path, zelda: int) -> None:
    copy = backed_up(book, folder / "stick")
    mode = copy.stat().st_mode
    done = erasure.erase(book, zelda)
    assert str(copy) in done.copies
    assert erasing.left(folder) == {}
    assert copy.stat().st_mode == mode
    assert [path.name for path in copy.parent.iterdir()] == ["copy.db"]
    with closing(open_book(copy)) as put_back:
        assert customers.get(put_back, zelda).name == "Erased customer"
        assert upkeep.check(put_back).faults == ()
        assert erased.everybody(put_back) == erased.everybody(book)
    assert erasure.finish(book).copies == ()


def test_a_backup_that_cannot_be_reached_is_named_and_tried_again(book: Book, folder: Path, zelda: int) -> None:
    copy = backed_up(book, folder / "stick")
    (folder / "stick").rename(folder / "pulled")
    done = erasure.erase(book, zelda)
    assert [one.path for one in done.unreached] == [str(copy)]
    assert str(copy) in done.sentences[0]
    assert set(erasing.left(folder)) == {"copy.db"}
    assert [one.path for one in erasure.finish(book).unreached] == [str(copy)]
    (folder / "pulled").rename(folder / "stick")
    assert erasure.finish(book).copies == (str(copy),)
    assert erasing.left(folder) == {}


def test_a_backup_is_cleared_of_all_who_were_erased_while_it_was_away(book: Book, folder: Path, zelda: int) -> None:
    other = customers.create(book, {"first_name": "Zeldaqx", "last_name": "Two", "email": "two@kwvzj.example.net"})
    backed_up(book, folder / "stick")
    (folder / "stick").rename(folder / "pulled")
    for customer_id in (zelda, other.id):
        erasure.erase(book, customer_id)
    (folder / "pulled").rename(folder / "stick")
    erasure.finish(book)
    assert erasing.left(folder) == {}


def test_a_backup_that_is_no_more_can_be_dismissed(book: Book, folder: Path, zelda: int) -> None:
    copy = backed_up(book, folder / "stick")
    shutil.rmtree(folder / "stick")
    assert copies.dismiss(book, copy)
    assert not copies.dismiss(book, copy)
    assert erasure.erase(book, zelda).unreached == ()


def test_a_backup_that_was_removed_from_this_drive_is_not_asked_for(book: Book, folder: Path, zelda: int) -> None:
    backed_up(book, folder / "safe").unlink()
    assert erasure.erase(book, zelda).unreached == ()


def test_what_took_a_backups_place_is_left_alone(book: Book, folder: Path, zelda: int) -> None:
    note = backed_up(book, folder / "notes")
    note.write_text("zelda@ is no book")
    stranger = backed_up(book, folder / "stranger")
    stranger.unlink()
    with closing(open_book(stranger)) as other:
        uid = rows.by_id(book, [zelda])[zelda].uid
        customers.create(other, {"uid": uid, "first_name": "Z", "last_name": "V", "email": "z@example.com"})
    done = erasure.erase(book, zelda)
    assert not {str(note), str(stranger)} & set(done.copies)
    assert done.unreached == ()
    assert note.read_text() == "zelda@ is no book"
    with closing(open_book(stranger)) as other:
        assert customers.by_uid(other, uid).name == "Z V"


def test_a_backup_that_is_busy_is_not_reached(
    book: Book, folder: Path, zelda: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_PATIENCE", 0.05)
    copy = backed_up(book, folder / "stick")
    with closing(sqlite3.connect(copy, isolation_level=None)) as user:
        user.execute("BEGIN EXCLUSIVE")
        done = erasure.erase(book, zelda)
    assert [one.path for one in done.unreached] == [str(copy)]
    assert "busy" in done.unreached[0].why


def test_a_backup_whose_clearing_was_cut_off_is_cleared_again(
    book: Book, folder: Path, zelda: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = backed_up(book, folder / "stick")
    with monkeypatch.context() as cut_off:
        cut_off.setattr(scrubbing, "rewrite", lambda of: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        done = erasure.erase(book, zelda)
    assert "No space left on device" in " ".join(one.why for one in done.unreached)
    rewritten: list[Path] = []
    monkeypatch.setattr(scrubbing, "rewrite", lambda of: rewritten.append(of.path))
    erasure.finish(book)
    assert copy in rewritten


def test_copies_that_were_cut_off_while_they_were_made_go(
    book: Book, folder: Path, zelda: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = folder / f".book.db.{'0a' * 16}.check"
    shutil.copy(book.path, part)
    monkeypatch.setattr(copies, "_OLD_SECONDS", -1)
    erasure.erase(book, zelda)
    assert erasing.left(folder) == {}
    assert not part.exists()


def test_the_copy_of_before_an_upgrade_is_cleared_and_keeps_its_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = iter((1, 2))
    monkeypatch.setattr(changing, "next_id", lambda _: next(ids))  # the old schema does not keep those that are spent
    old = tmp_path / "old"
    old.mkdir()
    for script in sorted(MIGRATIONS.glob("000[123]_*.py")):
        shutil.copy(script, old)
    path = tmp_path / "book.db"
    values = {"first_name": "Zeldaqx", "last_name": "Vwjorgen", "email": erasing.MEMBER_EMAIL, "phone": "555 014 7799"}
    with closing(open_book(path, migrations=old)) as book, book.write():
        made = changing.insert(book, {"uid": "5e8d8dcc-b700-4d79-9ab1-96c41073b5c3", **values}, [])
        changing.insert(
            book,
            {**values, "uid": "7", "first_name": "Bo", "last_name": "Lee", "email": "bo@x.org", "phone": ""},
            [],
        )
        ring(book, made, "3.00")
        book.execute(
            "INSERT INTO loyalty_entry (uid, customer_id, points, reason, at) VALUES ('l', ?, 5, 'for the funeral', 'n')",
            (made,),
        )
        book.execute("UPDATE customer SET points = 5 WHERE id = ?", (made,))
        book.execute(
            "INSERT INTO import_run (uid, file_name, file_digest, started_at, state) VALUES ('r', 'f', 'd', 'n', 'applied')"
        )
        book.execute("INSERT INTO import_change VALUES (1, 'customer', ?, ?)", (made, '{"email": "zelda@wyxzq"}'))
    with closing(open_book(path)) as book:
        before = path.with_name("book.db.before-0004")
        assert before.exists()
        erasure.erase(book, made)
        marks = erased.everybody(book)
    assert erasing.left(tmp_path) == {}
    with closing(sqlite3.connect(before)) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (3,)
        assert copy.execute("SELECT first_name, active FROM customer ORDER BY id").fetchall() == [
            ("Erased", 0),
            ("Bo", 1),
        ]
        assert copy.execute("SELECT points, reason FROM loyalty_entry").fetchall() == [(5, "")]
        assert copy.execute("SELECT count(*) FROM receipt WHERE customer_id = ?", (made,)).fetchone() == (1,)
    with closing(open_book(before)) as put_back:
        assert erased.everybody(put_back) == marks
        assert upkeep.check(put_back).faults == ()


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("Welcome", True), ("Sign-up", True), ("Import", True), ("Receipt 3-1001", True), ("Receipt 12 changed", True),
        ("Reversal of Welcome", True), ("Reversal of Reversal of Birthday", True), ("", True),
        ("for Zelda", False), ("Reversal of for Zelda", False), ("Receipt of Zelda", False), ("welcome Zelda", False),
        ("Balance of zelda.xlsx", False),
    ],
)  # fmt: skip
def test_only_the_shops_words_stay_in_the_ledger(reason: str, kept: bool) -> None:
    assert erased.kept_reason(reason, {"Welcome", "Birthday"}) == (reason if kept else "")
