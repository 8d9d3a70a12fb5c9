"""Taking an import back: everything as it was, but for what somebody wrote since, which is named."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, duplicates, loyalty, past_imports, persons, review, rows, settings, stores
from store.database import open_book
from store.errors import NotNowError
from store.records import Actor
from store.review_records import Answer, Kind
from store.workbook import journal, take_back
from store.workbook.apply import apply, recover
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from store.workbook.stage import Step, stages_of
from tests.store.tills import ring
from tests.store.workbook.importing import ADA, BOB, LOYALTY, RECEIPTS, cut_off, run_import, staged, workbook
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.taking_back import another_book, exported, run_of, sound, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book
    from store.review_records import TakenBack

ANN, BEN, EVE = (f"0000500{at}-0000-4000-8000-000000000000" for at in range(3))
LOWER, HIGHER = "00000001-0000-4000-8000-000000000000", "90000001-0000-4000-8000-000000000000"
RED, BLUE = b"\x89PNG red", b"\x89PNG blue"


@pytest.fixture(autouse=True)
def _sound(book: Book) -> Iterator[None]:
    yield
    sound(book)


@pytest.fixture
def put(book: Book) -> Callable[..., Customer]:
    """Add a customer by uid and name."""
    return partial(_put, book)


def _put(book: Book, uid: str, name: str, **values: Any) -> Customer:
    first, _, last = name.rpartition(" ")
    given = {"uid": uid, "first_name": first, "last_name": last, "email": f"{first.casefold()}@example.com"}
    return customers.create(book, given | values)


def back(book: Book, run_id: int | None = None) -> TakenBack:
    return past_imports.take_back(book, run_of(book) if run_id is None else run_id)


def edit(book: Book, uid: str, **changes: Any) -> Customer:
    now = customers.by_uid(book, uid)
    return customers.update(book, now.id, changes, now.version, base=now)


def answered(book: Book, path: Path, answer: Answer) -> None:
    """Import a file, and answer all that it asks with it."""
    read = open_workbook(path)
    plan = make_plan(book, read, lambda done, total: None)
    assert plan.questions
    stage = staged(book, read.name, plan)
    stage.add_more(Step.ANSWER, plan.answered({question.id: str(answer) for question in plan.questions}))
    apply(book, stage, plan.report, lambda done, total: None)
    stage.discard()


def of_everything(path: Path) -> Path:
    """A list that makes customers, stores, entries, receipts with lines, and feedback."""
    receipt, entry = dict.fromkeys(RECEIPTS), dict.fromkeys(LOYALTY)
    mail = {"E-Mail": "bob@example.com"}
    return sheet(
        path,
        BOB | {"Stores": "Mill; Downtown", "Loyalty Points": 12, "Loyalty": "YES", "Reason": "Moved"},
        {"First Name": "Cy", "Last Name": "Oz", "E-Mail": "cy@example.com"},
        Stores=[["Store Code", "Store"], ["M", "Mill"], ["D", "Downtown"]],
        Loyalty=[LOYALTY, list((entry | mail | {"Points": 3, "Reason": "Birthday"}).values())],
        Receipts=[
            RECEIPTS,
            list((receipt | mail | {"Receipt Number": "7-1", "Date": "2026-06-20 11:53", "Total": 5}).values()),
        ],
        Items=[["Receipt Number", "Item", "Price", "Qty", "Amount"], ["7-1", "Socks", 1, 2, 2]],
        Payments=[["Receipt Number", "Payment No", "Type", "Amount"], ["7-1", 1, "CC", 5]],
        Feedback=[["E-Mail", "Rating", "Comment"], ["bob@example.com", "Positive", "fine"]],
    )  # fmt: skip


def test_all_that_a_list_made_goes(book: Book, put: Callable[..., Customer], tmp_path: Path) -> None:
    ring(book, put(ANN, "Ann Lee", loyalty=True, points=5).id, "1.00", number="6-1", store="Airport")
    before = whole(book)
    run_import(book, of_everything(tmp_path / "a.xlsx"))
    counted = {table: len(rows) for table, rows in whole(book).items()}
    assert counted["receipt"] == 2
    assert (counted["store"], counted["receipt_item"], counted["feedback"]) == (4, 1, 1)
    done = back(book)
    assert whole(book) == before
    assert (done.kept, done.notes) == ((), ())
    assert done.removed == 2 + 1 + 1 + 1 + 1, "two customers, a store, an entry, a receipt, feedback"
    assert book.rows("SELECT code FROM store WHERE name = 'Downtown'") == [("01",)]
    again = run_import(book, tmp_path / "a.xlsx")
    assert again.tally("Customers").created == 2  # type: ignore[arg-type]  # a Sheet is its name


def test_what_another_till_changed_is_as_it_was(book: Book, put: Callable[..., Customer], tmp_path: Path) -> None:
    put(ANN, "Ann Lee", loyalty=True, points=5, reason="Welcome", stores=("Downtown",), notes="tall")
    put(BEN, "Ben Fox", phone="555 0101")
    put(EVE, "Eve Moss")

    def work(other: Book) -> None:
        ann = edit(other, ANN, first_name="Zoe", stores=("Airport", "harbour"), notes="", email="zoe@example.com")
        loyalty.adjust(other, ann.id, balance=50, reason="Birthday")
        edit(other, BEN, phone="555 0199", id_number="N1", loyalty=True, points=3)
        edit(other, EVE, active=False)
        ring(other, ann.id, "9.00", number="9-1")

    file = another_book(tmp_path, work, like=exported(book, tmp_path / "0.xlsx"))
    before, versions = whole(book), dict(book.rows("SELECT uid, version FROM customer"))
    run_import(book, file)
    ann = customers.by_uid(book, ANN)
    assert (ann.name, ann.points, ann.reason, ann.stores) == ("Zoe Lee", 50, "Birthday", ("Airport", "harbour"))
    done = back(book)
    assert whole(book) == before
    assert done.restored == 3
    now = dict(book.rows("SELECT uid, version FROM customer"))
    assert all(now[uid] > version for uid, version in versions.items()), "forms that are open see that it is another"
    run_import(book, file)
    assert customers.by_uid(book, ANN).name == "Zoe Lee"


@pytest.mark.parametrize("theirs", [LOWER, HIGHER])
@pytest.mark.parametrize("photo", [None, RED])
def test_who_was_put_together_with_somebody_of_the_file_is_alone_again(
    book: Book, put: Callable[..., Customer], tmp_path: Path, theirs: str, photo: bytes | None
) -> None:
    ann = put(ANN, "Ann Lee", id_number="N1", loyalty=True, points=5)
    customers.update(book, ann.id, {}, ann.version, base=ann, photo=photo)
    ring(book, ann.id, "1.00")

    def work(other: Book) -> None:
        them = _put(other, theirs, "Anna Lee", id_number="N1", loyalty=True, points=7, phone="555 0101")
        ring(other, them.id, "9.00", number="9-1")

    file = another_book(tmp_path, work)
    before = whole(book)
    run_import(book, file)
    [(uid, points)] = book.rows("SELECT uid, points FROM customer")
    assert (uid, points) == (min(theirs, ANN), 12)
    back(book)
    assert whole(book) == before


def two_of_ours(book: Book, tmp_path: Path) -> tuple[Path, Path]:
    """Two customers with all that is theirs; what another till makes one of them, and what makes them two again."""
    for uid, name, points, photo in ((ANN, "Ann Lee", 5, RED), (BEN, "Anne Lee", 7, BLUE)):
        customer = _put(book, uid, name, loyalty=True, points=points, reason=name, stores=("Downtown",))
        customers.update(book, customer.id, {}, customer.version, base=customer, photo=photo)
        ring(book, customer.id, "1.00")
        book.execute("INSERT INTO feedback (uid, customer_id, positive) VALUES (?, ?, 1)", (name, customer.id))
    with closing(open_book(tmp_path / "till.db", actor=Actor("Bo", "till-2"))) as other:
        run_import(other, exported(book, tmp_path / "0.xlsx"))
        duplicates.merge(other, ANN, BEN)
        one = exported(other, tmp_path / "one.xlsx")
        duplicates.separate(other, BEN)
        return one, exported(other, tmp_path / "two.xlsx")


def test_two_whom_another_till_made_one_are_two_again(book: Book, tmp_path: Path) -> None:
    one, _ = two_of_ours(book, tmp_path)
    before = whole(book)
    run_import(book, one)
    assert len(book.rows("SELECT 1 FROM customer")) == 1
    done = back(book)
    assert whole(book) == before, "under their own ids"
    assert done.restored == 2
    run_import(book, one)
    assert len(book.rows("SELECT 1 FROM customer")) == 1


def test_one_whom_another_till_made_two_is_one_again(book: Book, tmp_path: Path) -> None:
    one, two = two_of_ours(book, tmp_path)
    run_import(book, one)
    before = whole(book)
    run_import(book, two)
    assert len(book.rows("SELECT 1 FROM customer")) == 2
    back(book)
    assert whole(book) == before
    back(book, 1)
    assert len(book.rows("SELECT 1 FROM customer")) == 2


def test_who_was_put_together_and_apart_by_one_import_was_there_before_it(book: Book, tmp_path: Path) -> None:
    """An old file takes two for one, of whom a person said here since that they are two."""
    one, _ = two_of_ours(book, tmp_path)
    with book.write():
        persons.judge(book, {(ANN, BEN): persons.Verdict(2_000_000_000, "o", False)})
    before = whole(book)
    run_import(book, one)
    assert len(book.rows("SELECT 1 FROM customer")) == 2
    if recorded := book.rows("SELECT 1 FROM import_change"):
        assert back(book).kept == ()
    assert recorded
    assert whole(book) == before


def test_what_came_to_one_of_two_since_stays_theirs(book: Book, tmp_path: Path) -> None:
    """Points and receipts are no writing in a customer: the two come apart, and who has the id has what came since."""
    one, _ = two_of_ours(book, tmp_path)
    run_import(book, one)
    merged = customers.by_uid(book, ANN)
    loyalty.adjust(book, merged.id, balance=20, reason="Late")
    ring(book, merged.id, "3.00", number="5-5")
    assert back(book).kept == ()
    assert [customers.by_uid(book, uid).points for uid in (ANN, BEN)] == [13, 7]
    assert customers.by_uid(book, ANN).reason == "Late"
    assert book.rows("SELECT customer_id, owner_uid FROM receipt WHERE number = '5-5'") == [(merged.id, None)]


@pytest.mark.parametrize("answer", list(Answer))
def test_answers_that_went_with_an_import_go_with_it(
    book: Book, put: Callable[..., Customer], tmp_path: Path, answer: Answer
) -> None:
    put(ANN, "Ann Lee", loyalty=True, points=5, reason="Welcome", phone="555 0101")
    put(BEN, "Ben Fox", phone="555 0101")
    file = sheet(tmp_path / "a.xlsx", {"Customer UID": ANN, "Phone Number": "555 0199", "Loyalty Points": 50})
    before = whole(book)
    answered(book, file, answer)
    assert (customers.by_uid(book, ANN).points == 50) == (answer is Answer.TAKE)
    back(book)
    assert whole(book) == before


@pytest.mark.parametrize("answer", list(Answer))
def test_who_is_who_was_answered_and_is_asked_again(
    book: Book, put: Callable[..., Customer], tmp_path: Path, answer: Answer
) -> None:
    ring(book, put(ANN, "Ann Lee", loyalty=True, points=5, phone="555 0101").id, "1.00")
    put(BEN, "Ben Fox", loyalty=True, points=3, phone="555 0101")
    [asked] = review.questions(book, kinds=(Kind.WHO,))
    before = whole(book)
    read = open_workbook(sheet(tmp_path / "a.xlsx", BOB))
    plan = make_plan(book, read, lambda done, total: None)
    stage = staged(book, read.name, plan)
    stage.add_more(Step.ANSWER, plan.answered({asked.id: str(answer)}))
    apply(book, stage, plan.report, lambda done, total: None)
    stage.discard()
    assert review.questions(book, kinds=(Kind.WHO,)) == ()
    assert len(book.rows("SELECT 1 FROM customer")) == (2 if answer is Answer.TAKE else 3)
    back(book)
    assert whole(book) == before
    assert review.questions(book, kinds=(Kind.WHO,)) == (asked,)


def test_who_was_edited_since_stays_and_is_named(book: Book, put: Callable[..., Customer], tmp_path: Path) -> None:
    put(ANN, "Ann Lee")
    put(BEN, "Ben Fox")
    rows = [{"Customer UID": ANN, "Notes": "a"}, {"Customer UID": BEN, "Notes": "b"}, ADA, BOB]
    run_import(book, sheet(tmp_path / "a.xlsx", *rows))
    edit(book, ANN, gate_code="7")
    [ada] = book.rows("SELECT uid FROM customer WHERE first_name = 'Ada'")
    edit(book, ada[0], active=False)
    done = back(book)
    assert done.kept == (
        "Ann Lee stays: edited since the import.", "Ada Lovelace stays: edited since the import.",
    )  # fmt: skip
    assert (done.restored, done.removed) == (1, 1)
    assert [customers.by_uid(book, uid).notes for uid in (ANN, BEN)] == ["a", ""]
    assert customers.by_uid(book, ANN).gate_code == "7"
    assert past_imports.taken_back(book, 1) == done, "the book still knows"


def test_who_is_in_use_stays_and_is_named(book: Book, tmp_path: Path) -> None:
    names = ("Al", "Bo", "Cy", "Di", "Ed")
    rows = [{"First Name": name, "Last Name": "Fox", "E-Mail": f"{name}@example.com"} for name in names]
    run_import(book, sheet(tmp_path / "a.xlsx", *(row | {"Loyalty": "YES", "Loyalty Points": 4} for row in rows)))
    ids = dict(book.rows("SELECT first_name, id FROM customer"))
    loyalty.adjust(book, ids["Al"], balance=9, reason="Birthday")
    ring(book, ids["Bo"], "1.00")
    book.execute("INSERT INTO feedback (uid, customer_id, positive) VALUES ('f', ?, 1)", (ids["Cy"],))
    ed = customers.get(book, ids["Ed"])
    customers.update(book, ed.id, {}, ed.version, base=ed, photo=RED)
    done = back(book)
    assert sorted(done.kept) == [
        *(f"{name} Fox stays: has points, receipts or feedback since the import." for name in ("Al", "Bo", "Cy")),
        "Ed Fox stays: edited since the import.",
    ]
    assert book.rows("SELECT first_name, points FROM customer ORDER BY 1") == [
        ("Al", 9),
        ("Bo", 4),
        ("Cy", 4),
        ("Ed", 4),
    ]


def test_who_was_put_together_since_stays_and_is_named(
    book: Book, put: Callable[..., Customer], tmp_path: Path
) -> None:
    put(ANN, "Ann Lee", loyalty=True, points=5)
    put(EVE, "Eve Moss")
    run_import(book, sheet(tmp_path / "a.xlsx", BOB | {"Loyalty Points": 7}, {"Customer UID": EVE, "Notes": "x"}))
    [(bob,)] = book.rows("SELECT uid FROM customer WHERE first_name = 'Bob'")
    kept = duplicates.merge(book, ANN, bob)
    new = put(BEN, "Ben Fox")
    duplicates.merge(book, EVE, new.uid)
    done = back(book)
    assert sorted(done.kept) == [
        f"{kept.name} stays: put together with another customer since the import.",
        "Ben Fox stays: edited since the import.",
    ]
    assert customers.by_uid(book, ANN).points == 12


def test_an_id_that_another_has_by_now_is_not_taken_from_them(
    book: Book, put: Callable[..., Customer], tmp_path: Path
) -> None:
    """An older Regulars gave a row's number again once it was free: the record knows whom it means."""
    put(ANN, "Ann Lee")
    run_import(book, sheet(tmp_path / "a.xlsx", BOB))
    [(bob, bob_id)] = book.rows("SELECT uid, id FROM customer WHERE first_name = 'Bob'")
    duplicates.merge(book, ANN, bob)
    with book.write():
        book.execute("DELETE FROM spent_id")
    assert put(EVE, "Eve Moss").id == bob_id
    back(book)
    assert customers.by_uid(book, EVE).name == "Eve Moss"


def test_no_id_is_given_twice(book: Book, put: Callable[..., Customer]) -> None:
    """Whoever was put together with another may be a customer again, with the id that everything knows them by."""
    ann, bob = put(ANN, "Ann Lee"), put(BEN, "Ben Fox")
    duplicates.merge(book, ann.uid, bob.uid)
    assert put(EVE, "Eve Moss").id > bob.id


def test_the_merged_get_another_id_where_theirs_was_given_away(book: Book, tmp_path: Path) -> None:
    one, _ = two_of_ours(book, tmp_path)
    run_import(book, one)
    eve = _put(book, EVE, "Eve Moss")
    back(book)
    assert customers.by_uid(book, EVE) == eve
    assert customers.by_uid(book, BEN).points == 7
    assert customers.photo(book, customers.by_uid(book, BEN).id) == BLUE


@pytest.mark.parametrize("giving", [0, 1])
@pytest.mark.parametrize("uids", [(ANN, BEN), (BEN, ANN)])
def test_an_id_number_that_went_to_another_comes_back(
    book: Book, put: Callable[..., Customer], tmp_path: Path, giving: int, uids: tuple[str, str]
) -> None:
    put(uids[0], "Ann Lee", id_number="N0")
    put(uids[1], "Ben Fox", id_number="N1")

    def work(other: Book) -> None:
        edit(other, uids[giving], id_number="N9")
        edit(other, uids[1 - giving], id_number=f"N{giving}")

    file = another_book(tmp_path, work, like=exported(book, tmp_path / "0.xlsx"))
    before = whole(book)
    run_import(book, file)
    assert customers.by_uid(book, uids[1 - giving]).id_number == f"N{giving}"
    back(book)
    assert whole(book) == before


def test_an_id_number_that_the_other_entry_showed_comes_back(book: Book, tmp_path: Path) -> None:
    """Of two who were made one, the later row stays, and shows the number of the earlier."""
    _put(book, EVE, "Eve Moss", id_number="N1")
    _put(book, ANN, "Eva Moss")
    with closing(open_book(tmp_path / "till.db", actor=Actor("Bo", "till-2"))) as other:
        run_import(other, exported(book, tmp_path / "0.xlsx"))
        duplicates.merge(other, ANN, EVE)
        file = exported(other, tmp_path / "1.xlsx")
    before = whole(book)
    run_import(book, file)
    assert book.rows("SELECT id, uid, id_number FROM customer") == [(2, ANN, "N1")]
    back(book)
    assert whole(book) == before


def test_a_photo_that_came_from_the_other_entry_goes_back_to_it(book: Book, tmp_path: Path) -> None:
    for uid, name in ((ANN, "Ann Lee"), (BEN, "Anne Lee")):
        _put(book, uid, name)
    ben = customers.by_uid(book, BEN)
    customers.update(book, ben.id, {}, ben.version, base=ben, photo=RED)
    with closing(open_book(tmp_path / "till.db", actor=Actor("Bo", "till-2"))) as other:
        run_import(other, exported(book, tmp_path / "0.xlsx"))
        duplicates.merge(other, ANN, BEN)
        file = exported(other, tmp_path / "1.xlsx")
    before = whole(book)
    run_import(book, file)
    assert customers.photo(book, customers.by_uid(book, ANN).id) == RED
    back(book)
    assert whole(book) == before


def test_who_lost_an_id_number_from_sight_shows_it_again(
    book: Book, put: Callable[..., Customer], tmp_path: Path
) -> None:
    """Two people have the same number, as a person said; whoever has the smaller uid shows it."""
    put(BEN, "Ben Fox", id_number="N1")
    persons.judge(book, {(LOWER, BEN): persons.Verdict(1_800_000_000, "o", False)})
    file = another_book(tmp_path, lambda other: _put(other, LOWER, "Lou Fox", id_number="N1") and None)
    before = whole(book)
    run_import(book, file)
    assert len(book.rows("SELECT 1 FROM customer")) == 2
    back(book)
    assert whole(book) == before


def test_points_that_were_spent_leave_the_balance_in_want_and_it_is_said(
    book: Book, put: Callable[..., Customer], tmp_path: Path
) -> None:
    ann = put(ANN, "Ann Lee", loyalty=True, points=5)
    entry = dict(zip(LOYALTY, [None] * len(LOYALTY), strict=True)) | {"Customer UID": ANN}
    entries = [list((entry | {"Points": points, "Reason": f"r{points}"}).values()) for points in (30, 4)]
    run_import(book, workbook(tmp_path / "a.xlsx", {"Loyalty": [LOYALTY, *entries]}))
    loyalty.adjust(book, ann.id, balance=9, reason="Spent")
    [(given,)] = book.rows("SELECT uid FROM loyalty_entry WHERE points = 4")
    loyalty.reverse(book, given)
    done = back(book)
    assert done.kept == (
        "Ann Lee: an entry of +4 points was reversed since. Both lines of the ledger stay.",
        "Ann Lee: points of this import were spent since. The balance is -25 now.",
    )
    assert customers.by_uid(book, ANN).points == -25


def test_of_two_reasons_of_one_second_the_one_that_stood_there_stands_again(
    book: Book, put: Callable[..., Customer], tmp_path: Path
) -> None:
    """Books agree on the ledger's last line by its uid; at the till it was the one that was written last."""
    ann = put(ANN, "Ann Lee", loyalty=True)
    for at, reason in enumerate(("Early", "Late")):
        uid = f"{9 - at}0000000-0000-4000-8000-000000000000"
        with book.write():
            loyalty.enter(book, ann.id, 1, reason, uid=uid, at="2026-01-01T00:00:00Z")
            book.execute("UPDATE customer SET reason = ? WHERE id = ?", (reason, ann.id))
    before = whole(book)
    run_import(book, sheet(tmp_path / "a.xlsx", {"Customer UID": ANN, "Notes": "x"}))
    back(book)
    assert whole(book) == before
    with book.write():
        journal.person_before(book, journal.Run(1, ""), rows.by_uid(book, [ANN])[ANN])
        book.execute("UPDATE customer SET reason = 'Early' WHERE id = ?", (ann.id,))
        book.execute("UPDATE import_run SET state = 'applied' WHERE id = 1")
    back(book, 1)
    assert whole(book) == before


def test_points_for_its_receipts_go_with_an_import(book: Book, put: Callable[..., Customer], tmp_path: Path) -> None:
    for name, value in (("awards", "book"), ("visit_points", 10), ("awards_since", 0)):
        settings.put(book, name, value)
    put(ANN, "Ann Lee", loyalty=True, points=5, reason="Welcome")
    before = whole(book)
    receipt = dict.fromkeys(RECEIPTS) | {"Date": "2026-06-20 11:53", "Total": 5}
    receipts = [list((receipt | {"Receipt Number": f"9-{at}", "Customer UID": ANN}).values()) for at in range(3)]
    new = list((receipt | {"Receipt Number": "9-9", "E-Mail": "bob@example.com"}).values())
    run_import(book, sheet(tmp_path / "a.xlsx", BOB | {"Loyalty": "YES"}, Receipts=[RECEIPTS, *receipts, new]))
    assert customers.by_uid(book, ANN).points == 35
    back(book)
    assert whole(book) == before
    assert settings.get(book, "awards_since") == 0


def test_a_receipt_that_a_later_import_changed_stays(book: Book, tmp_path: Path) -> None:
    receipt = dict.fromkeys(RECEIPTS) | {"Date": "2026-06-20 11:53"}

    def of(*totals: tuple[str, int]) -> Path:
        rows = [list((receipt | {"Receipt Number": number, "Total": total}).values()) for number, total in totals]
        items = [["Receipt Number", "Item", "Price", "Qty", "Amount"], *([n, "Socks", 1, 1, t] for n, t in totals)]
        return workbook(
            tmp_path / f"{len(list(tmp_path.iterdir()))}.xlsx", {"Receipts": [RECEIPTS, *rows], "Items": items}
        )

    run_import(book, of(("1-1", 5), ("1-2", 5), ("1-3", 5)))
    run_import(book, of(("1-1", 6), ("1-2", 5)))
    before = whole(book)
    run_import(book, of(("1-2", 7)))
    back(book, 2)
    assert book.rows("SELECT number, total FROM receipt ORDER BY 1") == [("1-1", 500), ("1-2", 700), ("1-3", 500)]
    assert back(book, 1).kept == ("Receipt 1-2 stays as it is: a later import changed it.",)
    assert book.rows("SELECT number, total FROM receipt") == [("1-2", 700)]
    back(book, 3)
    assert book.rows("SELECT number, total FROM receipt") == [("1-2", 500)]
    assert whole(book) != before


def test_a_receipt_of_which_a_later_import_changed_a_line_stays(book: Book, tmp_path: Path) -> None:
    receipts = [
        RECEIPTS,
        list((dict.fromkeys(RECEIPTS) | {"Receipt Number": "1-1", "Date": "2026-06-20 11:53"}).values()),
    ]
    lines = ["Receipt Number", "Item", "Price", "Qty", "Amount"]
    run_import(book, workbook(tmp_path / "a.xlsx", {"Receipts": receipts, "Items": [lines, ["1-1", "Socks", 1, 1, 1]]}))
    run_import(book, workbook(tmp_path / "b.xlsx", {"Receipts": receipts, "Items": [lines, ["1-1", "Hat", 1, 1, 1]]}))
    assert back(book, 1).kept == ("Receipt 1-1 stays as it is: a later import changed it.",)
    back(book, 2)
    assert book.rows("SELECT item FROM receipt_item") == [("Socks",)]


def test_a_store_that_is_used_or_renamed_since_stays(book: Book, put: Callable[..., Customer], tmp_path: Path) -> None:
    made = [["Store Code", "Store"], ["M", "Mill"], ["Q", "Quay"], ["P", "Pier"]]
    run_import(book, sheet(tmp_path / "a.xlsx", BOB, Stores=made))
    ids = {store.name: store.id for store in stores.all_stores(book)}
    put(ANN, "Ann Lee", stores=("Mill",))
    stores.rename(book, ids["Quay"], "Kai")
    done = back(book)
    assert sorted(done.kept) == [
        "The store Kai stays: it was renamed since the import, from Quay.",
        "The store Mill stays: customers or receipts belong to it.",
    ]
    assert "Pier" not in {store.name for store in stores.all_stores(book)}


def test_an_import_that_is_not_the_last_is_taken_back_but_for_what_came_on_top(
    book: Book, put: Callable[..., Customer], tmp_path: Path
) -> None:
    put(ANN, "Ann Lee")
    put(BEN, "Ben Fox")
    one = [{"Customer UID": ANN, "Notes": "one"}, {"Customer UID": BEN, "Notes": "one"}]
    run_import(
        book, sheet(tmp_path / "a.xlsx", *one, BOB, {"First Name": "Cy", "Last Name": "Oz", "E-Mail": "cy@a.org"})
    )
    [(bob,)] = book.rows("SELECT uid FROM customer WHERE first_name = 'Bob'")
    two = [{"Customer UID": ANN, "Gate Code": "7"}, {"Customer UID": bob, "Phone Number": "555 0101"}]
    run_import(book, sheet(tmp_path / "b.xlsx", *two))
    done = back(book, 1)
    assert sorted(done.kept) == [
        "Ann Lee stays: edited since the import.", "Bob Marley stays: edited since the import.",
    ]  # fmt: skip
    assert (done.restored, done.removed) == (1, 1)
    assert back(book, 2).kept == ()
    assert (customers.by_uid(book, ANN).notes, customers.by_uid(book, ANN).gate_code) == ("one", "")
    assert customers.by_uid(book, bob).phone == ""


def test_imports_that_built_on_one_another_are_taken_back_one_by_one(book: Book, tmp_path: Path) -> None:
    """Taking the later one back is no writing in whom the earlier one made."""
    before = whole(book)
    rows = [{"First Name": name, "Last Name": "Fox", "E-Mail": f"{name}@example.com"} for name in ("Al", "Bo", "Cy")]
    run_import(book, sheet(tmp_path / "a.xlsx", *(row | {"Loyalty": "YES", "Loyalty Points": 4} for row in rows)))
    entry = dict.fromkeys(LOYALTY) | {"Points": 3, "E-Mail": "Al@example.com", "Reason": "r"}
    notes = {"E-Mail": "Bo@example.com", "First Name": "Bo", "Last Name": "Fox", "Notes": "b"}
    run_import(book, sheet(tmp_path / "b.xlsx", notes, Loyalty=[LOYALTY, list(entry.values())]))
    run_import(book, sheet(tmp_path / "c.xlsx", notes | {"Gate Code": "7"}))
    assert dict(book.rows("SELECT first_name, points FROM customer")) == {"Al": 7, "Bo": 4, "Cy": 4}
    for run_id in (3, 2, 1):
        assert back(book, run_id).kept == ()
        sound(book)
    assert whole(book) == before


def test_a_verdict_that_a_person_gave_since_holds(book: Book, tmp_path: Path) -> None:
    one, _ = two_of_ours(book, tmp_path)
    run_import(book, one)
    duplicates.separate(book, BEN)
    said = persons.verdicts(book, [ANN])
    back(book)
    assert persons.verdicts(book, [ANN]) == said
    assert len(book.rows("SELECT 1 FROM customer")) == 2


def test_a_verdict_that_a_person_confirmed_since_holds(
    book: Book, put: Callable[..., Customer], tmp_path: Path
) -> None:
    """Nobody's state is another by it: only the verdict is later."""
    put(ANN, "Ann Lee", phone="555 0101")
    put(BEN, "Ben Fox", phone="555 0101")
    with closing(open_book(tmp_path / "till.db", actor=Actor("Bo", "till-2"))) as other:
        run_import(other, exported(book, tmp_path / "0.xlsx"))
        duplicates.keep_apart(other, ANN, BEN)
        run_import(book, exported(other, tmp_path / "1.xlsx"))
    assert duplicates.likely(book) == ()
    duplicates.keep_apart(book, ANN, BEN)
    back(book)
    assert duplicates.likely(book) == ()


def test_who_was_erased_since_does_not_come_back(book: Book, put: Callable[..., Customer], tmp_path: Path) -> None:
    put(ANN, "Ann Lee")
    run_import(book, sheet(tmp_path / "a.xlsx", {"Customer UID": ANN, "Notes": "x"}))
    book.execute("INSERT INTO erased_person (uid, at) VALUES (?, 1)", (ANN,))
    assert back(book).kept == ("Somebody who was erased since the import does not come back.",)
    assert customers.by_uid(book, ANN).notes == "x"


def test_erasures_of_an_import_stay_and_it_is_said(book: Book, tmp_path: Path) -> None:
    run_import(book, sheet(tmp_path / "a.xlsx", BOB))
    journal.erased(book, journal.Run(1, ""), 2)
    assert back(book).notes == ("People erased by this import: 2. Nobody brings them back.",)


# being cut off


def taken_until(folder: Path, slices: int | None) -> None:
    """Take the last import back in slices of one row; kill -9 after so many of them."""
    take_back.LARGEST_SLICE = take_back.FIRST_SLICE = 1
    take_back.PAUSE_SECONDS = 0.0
    seen = 0

    def count_slice(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == slices:
            os.kill(os.getpid(), signal.SIGKILL)

    book = open_book(folder / "book.db", actor=Actor("Mia", "till-1"))
    past_imports.take_back(book, run_of(book), count_slice)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a fork of this process")
def test_a_take_back_that_is_killed_goes_on_at_the_next_opening(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.workbook.stage.YOUNG_SECONDS", 0)
    one, _ = two_of_ours(book, tmp_path)
    run_import(book, one)
    before = whole(book)
    file = of_everything(tmp_path / "all.xlsx")
    run_import(book, file)
    _put(book, EVE, "Eve Moss")
    edit(book, book.rows("SELECT uid FROM customer WHERE first_name = 'Cy'")[0][0], notes="mine")
    book.checkpoint(truncate=True)
    book.close()
    killed = 0
    for slices in (1, 3, 5, 6, 8):
        folder = tmp_path / f"kill-{slices}"
        folder.mkdir()
        shutil.copy(book.path, folder)
        child = os.fork()
        if child == 0:
            try:
                taken_until(folder, slices)
            finally:
                os._exit(0)
        killed += os.waitpid(child, 0)[1] & 0x7F == signal.SIGKILL
        with closing(open_book(folder / "book.db", actor=Actor("Mia", "till-1"))) as again:
            assert past_imports.listed(again)[0].state == journal.TAKEN_BACK
            assert journal.running(again) == []
            assert stages_of(again.path) == []
            done = past_imports.taken_back(again, run_of(again))
            assert done.kept == ("Cy Oz stays: edited since the import.",)
            assert done.removed == 5
            back(again, 1)
            sound(again)
            names = {row[0] for row in again.rows("SELECT first_name FROM customer")}
            assert names == {"Ann", "Anne", "Eve", "Cy"}
    assert killed >= 4
    assert len(before["customer"]) == 1


def test_a_cut_off_import_without_its_stage_is_taken_back_whole(book: Book, tmp_path: Path) -> None:
    one, _ = two_of_ours(book, tmp_path)
    before = whole(book)
    for file in (one, of_everything(tmp_path / "all.xlsx")):
        cut_off(book, file)
        for stage in stages_of(book.path):
            stage.unlink()
        recover(book)
        assert journal.running(book) == []
        assert whole(book) == before


def test_an_import_that_is_on_its_way_out_is_never_finished(book: Book, tmp_path: Path) -> None:
    """Its stage is whole, but a part of what it wrote is gone already."""
    before = whole(book)
    cut_off(book, of_everything(tmp_path / "all.xlsx"))
    [run] = journal.running(book)

    def die(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_back.take_back(book, run, die)
    assert len(stages_of(book.path)) == 1
    recover(book)
    assert whole(book) == before
    assert past_imports.listed(book)[0].state == journal.TAKEN_BACK


def test_while_one_is_taken_back_others_wait(book: Book, tmp_path: Path) -> None:
    run_import(book, sheet(tmp_path / "a.xlsx", BOB))
    seen: list[str] = []

    def look(_: object) -> None:
        with closing(open_book(book.path, actor=Actor("Bo", "till-2"))) as other:
            [run] = journal.running(other)
            seen.append(run.doing)
            assert run.taking_back, "opening the book leaves it alone"
            for work in (partial(run_import, other, sheet(tmp_path / "b.xlsx", ADA)), partial(back, other, 1)):
                with pytest.raises(NotNowError, match="is being taken back in this book"):
                    work()
            assert past_imports.listed(other)[0].state == journal.TAKING_BACK

    past_imports.take_back(book, 1, look)
    assert set(seen) == {"The import of a.xlsx is being taken back"}
    assert book.rows("PRAGMA synchronous") == [(2,)], "what a cashier saves is on the disk"
    run_import(book, sheet(tmp_path / "c.xlsx", ADA))
