"""Creating, editing, inactivating and restoring customers; two people at once; likely duplicates."""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, loyalty, search, stores, upkeep
from store.customer_records import FieldChange
from store.customers import KEEP
from store.database import open_book
from store.errors import ChangedMeanwhileError, InvalidCustomerError, UnknownCustomerError
from store.records import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

    Add = Callable[..., Customer]

EVERYTHING: dict[str, Any] = {
    "first_name": "José", "last_name": "García", "email": "jose@example.com", "phone": "+1 (555) 867-5309",
    "gender": "Male", "date_of_birth": date(1985, 3, 7), "id_number": "AB12", "nationality": "Spanish",
    "gate_code": "7A", "anniversary": date(2010, 6, 1), "notes": "two\nlines", "stores": ("Airport", "Downtown"),
    "loyalty": True, "points": 80, "reason": "Welcome", "gift_card": "GC-1", "address_line1": "1 High St",
    "address_line2": "2B", "city": "Springfield", "state": "IL", "zip_code": "06270", "country": "US",
    "enrolled": date(2020, 1, 2),
}  # fmt: skip
PICTURE = b"\x89PNG\r\n\x1a\n picture"


def faults_of(caught: pytest.ExceptionInfo[InvalidCustomerError]) -> dict[str, str]:
    """What is said at each field."""
    return {fault.field: fault.message for fault in caught.value.faults}


def test_a_customer_is_kept_whole(book: Book) -> None:
    made = customers.create(book, EVERYTHING, photo=PICTURE)
    for name, value in EVERYTHING.items():
        assert getattr(made, name) == value, name
    assert (made.version, made.active, made.has_photo) == (1, True, True)
    assert customers.get(book, made.id) == made
    assert customers.photo(book, made.id) == PICTURE
    assert [
        (entry.points, entry.reason, entry.employee) for entry in loyalty.lines(book, made.id, offset=0, limit=99)
    ] == [(80, "Welcome", "Mia")]
    assert upkeep.check(book).faults == ()


def test_the_enrol_date_is_today_unless_it_is_given(add: Add) -> None:
    assert add("Ann Lee").enrolled == date.today()  # noqa: DTZ011  # the shop's own day


def test_a_given_uid_is_kept(book: Book, add: Add) -> None:
    uid = "0f1f0e2e-0c3c-4b5b-8a7a-1234567890ab"
    assert add("Ann Lee", uid=uid).uid == uid


def test_a_customer_is_found_by_their_uid(book: Book, add: Add) -> None:
    ann, _ = add("Ann Lee"), add("Bob Lee")
    assert customers.by_uid(book, ann.uid) == ann
    with pytest.raises(UnknownCustomerError):
        customers.by_uid(book, "")


def test_every_fault_is_told_at_its_field_and_nothing_is_written(book: Book, add: Add) -> None:
    add("Ann Lee", id_number="ab12")
    with pytest.raises(InvalidCustomerError) as caught:
        customers.create(
            book,
            {"first_name": "x" * 26, "email": "nobody", "phone": "123", "id_number": "AB12",
             "stores": ("Nowhere", "Downtown"), "points": 5, "zip_code": "1", "gate_code": "a b"},
        )  # fmt: skip
    faults = faults_of(caught)
    assert list(faults) == ["first_name", "last_name", "email", "phone", "gate_code", "zip_code", "id_number", "stores",
                            "points"]  # fmt: skip
    assert faults["last_name"] == "required"
    assert faults["id_number"] == "already the number of Ann Lee"
    assert faults["stores"] == "no store is called Nowhere"
    assert faults["points"] == "switch Loyalty on first"
    assert search.total(book, Status.ALL) == 1


def test_a_required_field_cannot_be_emptied(book: Book, add: Add) -> None:
    ann = add("Ann Lee")
    with pytest.raises(InvalidCustomerError) as caught:
        customers.update(book, ann.id, {"email": "", "last_name": ""}, ann.version, base=ann)
    assert faults_of(caught) == {"email": "required", "last_name": "required"}


def test_a_photo_that_is_no_image_is_refused(book: Book, add: Add) -> None:
    ann = add("Ann Lee")
    with pytest.raises(InvalidCustomerError, match="PNG, JPEG or WebP"):
        customers.update(book, ann.id, {}, ann.version, base=ann, photo=b"MZ")
    assert customers.get(book, ann.id) == ann


def test_an_update_writes_what_changed_and_raises_the_version(book: Book) -> None:
    made = customers.create(book, EVERYTHING, photo=PICTURE)
    book.execute("UPDATE customer SET row_digest = x'00'")
    after = customers.update(book, made.id, {"city": "Rome", "stores": ("harbour",)}, made.version, base=made)
    assert (after.city, after.stores, after.version, after.has_photo) == ("Rome", ("harbour",), 2, True)
    assert book.rows("SELECT row_digest FROM customer") == [(None,)]
    assert upkeep.check(book).faults == ()


def test_an_update_without_a_change_writes_nothing(book: Book) -> None:
    made = customers.create(book, EVERYTHING)
    book.execute("UPDATE customer SET row_digest = x'00'")
    assert customers.update(book, made.id, dict(EVERYTHING), made.version, base=made) == made
    assert book.rows("SELECT version, row_digest FROM customer") == [(1, b"\x00")]


def test_a_photo_is_replaced_removed_and_kept(book: Book, add: Add) -> None:
    now = add("Ann Lee")
    now = customers.update(book, now.id, {}, now.version, base=now, photo=PICTURE)
    assert (now.has_photo, customers.photo(book, now.id)) == (True, PICTURE)
    now = customers.update(book, now.id, {"city": "Rome"}, now.version, base=now, photo=KEEP)
    assert now.has_photo
    now = customers.update(book, now.id, {}, now.version, base=now, photo=None)
    assert (now.has_photo, customers.photo(book, now.id)) == (False, None)
    assert upkeep.check(book).faults == ()


def test_an_id_number_may_change_its_case_and_be_emptied(book: Book, add: Add) -> None:
    ann = add("Ann Lee", id_number="ab12")
    ann = customers.update(book, ann.id, {"id_number": "AB12"}, ann.version, base=ann)
    assert ann.id_number == "AB12"
    ann = customers.update(book, ann.id, {"id_number": ""}, ann.version, base=ann)
    assert ann.id_number == ""
    add("Bo Lee", id_number="AB12")


def test_store_names_are_taken_in_the_books_spelling(add: Add) -> None:
    assert add("Ann Lee", stores=("HARBOUR", "downtown")).stores == ("Downtown", "harbour")


def test_points_become_the_difference_from_the_balance_now(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80, reason="Welcome")
    after = customers.update(book, ann.id, {"points": 100, "reason": "Birthday"}, ann.version, base=ann)
    assert (after.points, after.reason) == (100, "Birthday")
    assert [(entry.points, entry.reason) for entry in loyalty.lines(book, ann.id, offset=0, limit=99)] == [
        (20, "Birthday"),
        (80, "Welcome"),
    ]
    assert upkeep.check(book).faults == ()


def test_leaving_the_programme_keeps_the_balance_but_freezes_it(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80)
    after = customers.update(book, ann.id, {"loyalty": False}, ann.version, base=ann)
    assert after.points == 80
    with pytest.raises(InvalidCustomerError, match="switch Loyalty on"):
        customers.update(book, ann.id, {"points": 5}, after.version, base=after)


def test_the_second_to_save_is_told_what_the_first_changed(book: Book, book_path: Path, add: Add) -> None:
    opened = add("Ann Lee", loyalty=True, points=80)
    with closing(open_book(book_path)) as other:
        customers.update(other, opened.id, {"city": "Rome", "points": 85}, opened.version, base=opened)
    with pytest.raises(ChangedMeanwhileError) as caught:
        customers.update(book, opened.id, {"city": "Oslo", "phone": "555 0101"}, opened.version, base=opened)
    assert caught.value.version == 2
    assert set(caught.value.changes) == {
        FieldChange("city", "", "Rome", "Oslo"),
        FieldChange("points", 80, 85, 80),
        FieldChange("phone", "", "", "555 0101"),
    }
    now = customers.get(book, opened.id)
    assert (now.city, now.phone) == ("Rome", "")
    again = customers.update(book, opened.id, {"city": "Oslo", "phone": "555 0101"}, caught.value.version, base=now)
    assert (again.city, again.points, again.phone) == ("Oslo", 85, "555 0101")


def test_changes_to_other_fields_are_asked_about_too(book: Book, add: Add) -> None:
    opened = add("Ann Lee")
    customers.update(book, opened.id, {"city": "Rome"}, opened.version, base=opened)
    with pytest.raises(ChangedMeanwhileError):
        customers.update(book, opened.id, {"state": "IL"}, opened.version, base=opened)
    with pytest.raises(ChangedMeanwhileError) as caught:
        customers.update(book, opened.id, {}, opened.version, base=opened, photo=PICTURE)
    assert FieldChange("photo", False, False, True) in caught.value.changes


def test_what_was_changed_and_changed_back_is_no_conflict(book: Book, add: Add) -> None:
    opened = add("Ann Lee")
    now = customers.update(book, opened.id, {"city": "Rome"}, opened.version, base=opened)
    customers.update(book, opened.id, {"city": ""}, now.version, base=now)
    assert customers.update(book, opened.id, {"state": "IL"}, opened.version, base=opened).version == 4


def test_inactivating_and_restoring(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80, stores=("Downtown",))
    gone = customers.inactivate(book, ann.id, ann.version)
    assert (gone.active, search.total(book, Status.ACTIVE), search.total(book, Status.INACTIVE)) == (False, 0, 1)
    assert customers.inactivate(book, ann.id) == gone
    with pytest.raises(ChangedMeanwhileError):
        customers.restore(book, ann.id, ann.version)
    back = customers.restore(book, ann.id)
    assert (back.active, back.points, back.stores) == (True, 80, ("Downtown",))
    assert search.total(book, Status.ACTIVE) == 1


def test_an_unknown_customer_is_told(book: Book) -> None:
    for refused in (
        lambda: customers.get(book, 99),
        lambda: customers.inactivate(book, 99),
        lambda: loyalty.adjust(book, 99, balance=1, reason="x"),
    ):
        with pytest.raises(UnknownCustomerError, match="no longer in the book"):
            refused()
    assert customers.photo(book, 99) is None


def test_likely_duplicates_say_why(book: Book, add: Add) -> None:
    ann = add("Ánn Lee", email="ann@example.com", phone="+1 555-0101", date_of_birth=date(1985, 3, 7))
    bo = customers.inactivate(book, add("Bo Lee", email="bo@example.com", phone="1 555 0101").id)

    def why(exclude: int | None = None, **values: Any) -> list[tuple[int, tuple[str, ...]]]:
        return [(one.customer.id, one.because) for one in customers.likely_duplicates(book, values, exclude)]

    assert why(phone="(1) 5550101") == [(ann.id, ("phone",)), (bo.id, ("phone",))]
    assert why(email="ANN@example.com", phone="15550101") == [(ann.id, ("phone", "email")), (bo.id, ("phone",))]
    assert why(first_name="ann", last_name="LEE", date_of_birth=date(1985, 3, 7)) == [
        (ann.id, ("first_name", "last_name", "date_of_birth"))
    ]
    assert why(first_name="ann", last_name="lee") == []
    assert why(ann.id, email="ann@example.com") == []
    assert why(first_name="", last_name="", phone="", email="", date_of_birth=None) == []


def test_at_most_five_duplicates_are_shown_active_ones_first(book: Book, add: Add) -> None:
    made = [add(f"P{number} Lee", phone="555 0101", email=f"p{number}@example.com") for number in range(8)]
    customers.inactivate(book, made[0].id)
    found = customers.likely_duplicates(book, {"phone": "5550101", "email": "p7@example.com"})
    assert len(found) == 5
    assert found[0].customer.id == made[7].id
    assert all(one.customer.active for one in found)


def _earn(path: Path, customer_id: int, times: int) -> int:
    """Add a point many times over, as a person would who is told to look again."""
    told = 0
    with closing(open_book(path)) as book:
        for _ in range(times):
            while True:
                now = customers.get(book, customer_id)
                try:
                    customers.update(book, customer_id, {"points": now.points + 1}, now.version, base=now)
                    break
                except ChangedMeanwhileError:
                    told += 1
    return told


def test_two_tills_at_one_customer_lose_nothing(book: Book, book_path: Path, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True)
    tills = [multiprocessing.get_context("spawn").Process(target=_earn, args=(book_path, ann.id, 15)) for _ in range(2)]
    for till in tills:
        till.start()
    _earn(book_path, ann.id, 15)
    for till in tills:
        till.join(60)
        assert till.exitcode == 0
    now = customers.get(book, ann.id)
    assert (now.points, now.version, len(loyalty.lines(book, ann.id, offset=0, limit=99))) == (45, 46, 45)


def test_threads_may_share_a_book(book: Book) -> None:
    failed: list[BaseException] = []

    def work(letter: str) -> None:
        try:
            with book.connection() as mine:
                for number in range(10):
                    customers.create(mine, {"first_name": letter, "last_name": f"N{number}", "email": "a@b.co"})
                    customers.likely_duplicates(mine, {"email": "a@b.co"})
        except BaseException as error:  # noqa: BLE001  # told by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(letter,)) for letter in "ABC"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert search.total(book, Status.ACTIVE) == 30
    assert upkeep.check(book).faults == ()


def test_the_books_own_lookups_use_their_indexes(book: Book, add: Add) -> None:
    add("Ann Lee", email="ann@example.com", phone="555 0101", date_of_birth=date(1985, 3, 7))
    seen: list[str] = []
    book.raw().set_trace_callback(seen.append)
    customers.likely_duplicates(
        book, {"first_name": "Ann", "last_name": "Lee", "email": "x@y.zz", "phone": "1234567",
               "date_of_birth": date(1985, 3, 7)},
    )  # fmt: skip
    search.exact(book, "1234567")
    stores.all_stores(book)
    book.raw().set_trace_callback(None)
    asked = [sql for sql in seen if "customer" in sql]
    assert len(asked) >= 4
    for sql in asked:
        plan = " ".join(str(row[3]) for row in book.rows(f"EXPLAIN QUERY PLAN {sql}"))
        assert "SCAN customer" not in plan
        assert "customer_active" not in plan  # walking a million to find one
