"""Who was erased on request stays erased, whatever workbook arrives, in every book that exchanges."""

from __future__ import annotations

import shutil
from contextlib import closing
from itertools import permutations
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store import (
    copies,
    customers,
    duplicates,
    erased,
    erasure,
    loyalty,
    nobodies,
    past_imports,
    persons,
    rows,
    stores,
    upkeep,
)
from store.database import Book, open_book
from store.exchange import ExportRequest
from store.merge import writing
from store.merge.state import NOTHING
from store.records import Actor, ListQuery, Status
from store.workbook.apply import apply
from store.workbook.exporter import export
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from tests.store import erasing
from tests.store.workbook.importing import counts, run_import, staged
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a book that has somebody with everything, and its export; and their uid."""
    folder = tmp_path_factory.mktemp("filled")
    with closing(open_book(folder / "book.db", actor=Actor("Mia", "till-1"))) as book:
        stores.ensure(book, "Downtown", "01")
        erasing.shop_reasons(book)
        erasing.others(book, 8)
        made = erasing.somebody(book, folder)
        export(book, folder / "old.xlsx", ExportRequest())
        export(book, folder / "old.csv", ExportRequest())
        book.checkpoint(truncate=True)
    return folder, made.uid


@pytest.fixture
def folder(filled: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of the folder."""
    shutil.copytree(filled[0], tmp_path / "shop")
    return tmp_path / "shop"


@pytest.fixture
def uid(filled: tuple[Path, str]) -> str:
    """Who everything is about."""
    return filled[1]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str], Book]]:
    """Open a book of a till by its name, each in a folder of its own."""
    books: list[Book] = []

    def open_one(name: str) -> Book:
        place = tmp_path / name
        place.mkdir(exist_ok=True)
        books.append(open_book(place / "book.db", actor=Actor("Bo", name)))
        return books[-1]

    yield open_one
    for book in books:
        book.close()


@pytest.fixture
def book(folder: Path) -> Iterator[Book]:
    """The book that the person asks first."""
    with closing(open_book(folder / "book.db", actor=Actor("Mia", "till-1"))) as one:
        yield one


def erase(book: Book, uid: str) -> None:
    """Erase by uid."""
    [person] = rows.by_uid(book, [uid]).values()
    assert erasure.erase(book, person.id).clean


def sent(book: Book, path: Path) -> Path:
    """All of a book as a workbook."""
    export(book, path, ExportRequest())
    return path


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every visible sheet."""
    found = openpyxl.load_workbook(path, read_only=True)
    return {
        name: list(found[name].iter_rows(values_only=True)) for name in found.sheetnames if not name.startswith("_")
    }


def changed(path: Path, out: Path, change: Callable[[Any], None]) -> Path:
    """A workbook that somebody changed."""
    workbook = openpyxl.load_workbook(path)
    change(workbook)
    workbook.save(out)
    return out


def without_state(workbook: Any) -> None:
    """As another program leaves it."""
    del workbook["_sync"]


def without_uids(workbook: Any) -> None:
    """As a list of another system: no state, no UIDs."""
    del workbook["_sync"]
    workbook["Customers"].delete_cols(1)


def everybody(book: Book) -> list[tuple[Any, ...]]:
    """All customers, as far as they are shown, and what they have."""
    return book.rows(
        "SELECT uid, first_name, last_name, email, phone, points, active FROM customer WHERE uid NOT IN "
        "(SELECT uid FROM erased_person) ORDER BY uid"
    )


@pytest.mark.parametrize("change", [lambda _: None, without_state, without_uids], ids=["whole", "no state", "a list"])
def test_an_old_workbook_brings_nobody_back(book: Book, folder: Path, uid: str, change: Callable[[Any], None]) -> None:
    old = changed(folder / "old.xlsx", folder / "old-2.xlsx", change)
    erase(book, uid)
    before = book.rows("SELECT * FROM customer ORDER BY id"), book.rows("SELECT comment FROM feedback")
    report = run_import(book, old)
    assert (book.rows("SELECT * FROM customer ORDER BY id"), book.rows("SELECT comment FROM feedback")) == before
    [refused] = [outcome for outcome in report.refused if outcome.sheet == "Customers"]
    assert refused.message.endswith(erased.SENTENCE)
    assert refused.outcome == ("error:E-Mail" if change is without_uids else "error:Customer UID")
    assert counts(report) == (0, 0, 8, 1)
    assert counts(report, "Receipts")[0] == counts(report, "Feedback")[0] == counts(report, "Loyalty")[0] == 0
    assert erasing.left(folder) == {}


def test_an_old_csv_file_brings_nobody_back(book: Book, folder: Path, uid: str) -> None:
    erase(book, uid)
    assert counts(run_import(book, folder / "old.csv")) == (0, 0, 8, 1)
    assert erasing.left(folder) == {}


def test_a_list_is_about_who_came_back_by_themselves(book: Book, folder: Path, uid: str) -> None:
    erase(book, uid)
    again = customers.create(book, {"first_name": "Zeldaqx", "last_name": "Vwjorgen", "email": erasing.MEMBER_EMAIL})
    run_import(book, sheet(folder / "new.xlsx", {
        "First Name": "Zeldaqx", "Last Name": "Vwjorgen", "E-Mail": erasing.MEMBER_EMAIL, "City": "Oslo",
    }))  # fmt: skip
    assert customers.get(book, again.id).city == "Oslo"


def test_an_export_says_nothing_of_who_was_erased(book: Book, folder: Path, uid: str) -> None:
    erase(book, uid)
    sheets = cells(sent(book, folder / "new.xlsx"))
    assert len(sheets["Customers"]) == 1 + 8
    told = repr(sheets).casefold()
    assert not [text for text in erasing.GIVING_AWAY if text.casefold() in told]
    assert {row[3] for row in sheets["Receipts"][1:]} == {"Erased customer"}
    assert [row[-2] for row in sheets["Feedback"][1:]] == [None]
    request = ExportRequest(ListQuery(status=Status.ALL, columns=("name", "email")))
    assert export(book, folder / "list.xlsx", request).sheets == {"Customers": 8}
    assert export(book, folder / "list.csv", request).sheets == {"Customers": 8}


def test_other_books_erase_whom_a_workbook_names(
    book: Book, folder: Path, tmp_path: Path, uid: str, opened: Callable[[str], Book]
) -> None:
    other = opened("till-2")
    run_import(other, folder / "old.xlsx")
    (tmp_path / "till-2" / "safe").mkdir()
    upkeep.backup(other, tmp_path / "till-2" / "safe")
    one = customers.by_uid(other, uid)
    customers.update(other, one.id, {"city": "Ångrëm"}, one.version, base=one)
    erase(book, uid)
    report = run_import(other, sent(book, tmp_path / "new.xlsx"))
    assert report.notes == [
        "1 customer was erased on request in another book. This import erases them here as well, for good."
    ]
    assert customers.by_uid(other, uid).name == "Erased customer"
    assert erasing.left(tmp_path / "till-2") == {}
    assert upkeep.check(other).faults == ()
    assert erased.everybody(other) == erased.everybody(book)
    assert not erasure.is_due(other)
    assert other.rows("SELECT total, customer_id IS NULL FROM receipt") == book.rows("SELECT total, 0 FROM receipt")
    # what another till still sends of them is left, in both
    for late in (book, other):
        run_import(late, folder / "old.xlsx")
        assert late.rows("SELECT count(*) FROM customer WHERE email LIKE '%wyxzq%'") == [(0,)]


def test_taking_an_import_back_brings_nobody_back(
    book: Book, folder: Path, tmp_path: Path, uid: str, opened: Callable[[str], Book]
) -> None:
    other = opened("till-2")
    run_import(other, folder / "old.xlsx")
    erase(book, uid)
    run_import(other, sent(book, tmp_path / "new.xlsx"))
    for past in past_imports.listed(other):
        if past.can_be_taken_back:
            past_imports.take_back(other, past.id)
    assert other.rows("SELECT count(*) FROM customer WHERE email LIKE '%wyxzq%'") == [(0,)]
    assert erasing.left(tmp_path / "till-2") == {}


def test_points_that_came_late_are_kept_without_a_name(
    book: Book, folder: Path, tmp_path: Path, uid: str, opened: Callable[[str], Book]
) -> None:
    other = opened("till-2")
    run_import(other, folder / "old.xlsx")
    one = customers.by_uid(other, uid)
    loyalty.adjust(other, one.id, balance=one.points + 9, reason="because Zelda asked")
    late = sent(other, tmp_path / "late.xlsx")
    erase(book, uid)
    before = customers.by_uid(book, uid).points
    assert counts(run_import(book, late)) == (0, 0, 8, 1)
    assert customers.by_uid(book, uid).points == before + 9
    assert erasing.left(folder) == {}
    assert book.rows("SELECT count(*) FROM loyalty_entry WHERE reason LIKE '%zelda%'") == [(0,)]


def lines(book: Book) -> list[Any]:
    """All that is whose: entries, receipts and feedback, each with whom they are of, and everybody's balance."""
    return [
        book.rows(
            "SELECT entry.uid, coalesce(owner_uid, customer.uid), entry.points, entry.reason, employee, till, at "
            "FROM loyalty_entry AS entry JOIN customer ON customer.id = customer_id WHERE NOT opening ORDER BY 1"
        ),
        book.rows("SELECT number, customer.uid FROM receipt LEFT JOIN customer ON customer.id = customer_id"),
        book.rows("SELECT customer.uid, positive, comment FROM feedback JOIN customer ON customer.id = customer_id"),
        book.rows("SELECT uid, first_name, last_name, points, active FROM customer ORDER BY uid"),
    ]


def test_a_book_that_never_had_them_gets_the_same_book(
    book: Book, folder: Path, tmp_path: Path, uid: str, opened: Callable[[str], Book]
) -> None:
    erase(book, uid)
    new, file = opened("new"), sent(book, tmp_path / "new.xlsx")
    report = run_import(new, file)
    assert counts(report) == (8, 0, 0, 0)
    assert counts(report, "Receipts") == counts(report, "Feedback") == (1, 0, 0, 0)
    assert counts(report, "Loyalty") == (len(lines(book)[0]), 0, 0, 0)
    assert not report.refused
    assert lines(new) == lines(book)
    assert customers.by_uid(new, uid).name == "Erased customer"
    assert upkeep.check(new).faults == ()
    assert not erasure.is_due(new)
    for late in (file, folder / "old.xlsx", file):
        assert not any(counts(run_import(new, late), sheet)[0] for sheet in ("Loyalty", "Receipts", "Feedback"))
    assert lines(new) == lines(book)
    assert erasing.left(tmp_path / "new") == {}
    third = opened("third")
    run_import(third, sent(new, tmp_path / "third.xlsx"))
    assert lines(third) == lines(book)


def test_lines_of_the_erased_that_come_first_of_one_uid_and_then_of_another_are_one_customers(
    book: Book, tmp_path: Path, uid: str, opened: Callable[[str], Book]
) -> None:
    [person] = rows.by_uid(book, [uid]).values()
    [member] = set(person.rows) - {uid}
    new = opened("new")
    with new.write():
        persons.judge(new, persons.verdicts(book, person.rows))
        erasure.forget(new, dict.fromkeys(person.rows, 7))
        assert [one.uid for one in nobodies.make(new, [member])] == [uid]
        assert nobodies.make(new, [uid, member]) == []
    with new.write():
        rows.keep(new, *new.rows("SELECT id, uid FROM customer")[0], {uid: NOTHING}, {})
        assert nobodies.lacking(new, [uid, member]) == [member]
        assert nobodies.make(new, [member]) == []
    assert rows.owners(new, [member]) == {member: uid}


def test_taking_back_what_came_of_the_erased_takes_them_out(
    book: Book, tmp_path: Path, uid: str, opened: Callable[[str], Book]
) -> None:
    erase(book, uid)
    new = opened("new")
    run_import(new, sent(book, tmp_path / "new.xlsx"))
    [past] = past_imports.listed(new)
    assert past_imports.take_back(new, past.id).kept == ()
    assert lines(new) == [[], [], [], []]
    assert erased.everybody(new) == erased.everybody(book)


def test_the_order_of_workbooks_does_not_matter(
    book: Book, folder: Path, tmp_path: Path, uid: str, opened: Callable[[str], Book]
) -> None:
    files = [folder / "old.xlsx", folder / "second.xlsx"]
    erase(book, uid)
    files.append(sent(book, tmp_path / "new.xlsx"))
    ends = []
    for number, order in enumerate(permutations(files)):
        till = opened(f"till-{number}")
        for file in order:
            run_import(till, file)
        ends.append((everybody(till), sorted(erased.everybody(till))))
        assert erasing.left(tmp_path / f"till-{number}") == {}
    assert all(end == ends[0] for end in ends)


def test_what_was_planned_before_is_left_after(
    book: Book, folder: Path, tmp_path: Path, uid: str, opened: Callable[[str], Book]
) -> None:
    other = opened("till-2")
    plans = []
    for name in ("old.xlsx", "second.xlsx"):
        read = open_workbook(folder / name)
        plan = make_plan(other, read, lambda done, total: None)
        plans.append((plan, staged(other, name, plan)))
    marks = {}
    with book.write():
        [person] = rows.by_uid(book, [uid]).values()
        marks = dict.fromkeys({*person.rows, *erased.everybody(book)}, 7)
    with other.write():
        erasure.forget(other, marks)
    for plan, stage in plans:
        apply(other, stage, plan.report, lambda done, total: None)
        stage.discard()
    assert {row[2] for row in everybody(other)} == {"Lee"}
    assert erasing.left(tmp_path / "till-2") == {}


def test_what_was_said_is_left_out_though_it_was_planned_before(
    book: Book, folder: Path, uid: str, opened: Callable[[str], Book], tmp_path: Path
) -> None:
    def without_feedback(workbook: Any) -> None:
        del workbook["Feedback"]

    other = opened("till-2")
    run_import(other, changed(folder / "old.xlsx", folder / "silent.xlsx", without_feedback))
    read = open_workbook(folder / "old.xlsx")
    plan = make_plan(other, read, lambda done, total: None)
    stage = staged(other, "old.xlsx", plan)
    [person] = rows.by_uid(book, [uid]).values()
    with other.write():
        erasure.forget(other, dict.fromkeys(person.rows, 7))
    apply(other, stage, plan.report, lambda done, total: None)
    stage.discard()
    assert other.rows("SELECT positive, comment FROM feedback") == [(1, "")]
    assert erasure.finish(other).clean
    assert erasing.left(tmp_path / "till-2") == {}


def test_of_a_person_of_several_uids_an_old_state_brings_only_who_is_not_erased(
    book: Book, folder: Path, uid: str, opened: Callable[[str], Book]
) -> None:
    [person] = rows.by_uid(book, [uid]).values()
    [member] = set(person.rows) - {uid}
    new = opened("new")
    with new.write():
        erasure.forget(new, {uid: 7})
    plan = make_plan(new, open_workbook(folder / "old.xlsx"), lambda done, total: None)
    assert [move.name for move in plan.moves(0, 99) if move.name.endswith("Vwjorgen")] == ["Zelda Vwjorgen"]
    run_import(new, folder / "old.xlsx")
    found = new.rows("SELECT uid, first_name, email FROM customer WHERE last_name = 'Vwjorgen'")
    assert found == [(member, "Zelda", erasing.OTHER_EMAIL)]


def test_backups_that_an_import_does_not_reach_are_named(
    book: Book, folder: Path, tmp_path: Path, uid: str, opened: Callable[[str], Book]
) -> None:
    other = opened("till-2")
    run_import(other, folder / "old.xlsx")
    (tmp_path / "stick").mkdir()
    upkeep.backup(other, tmp_path / "stick")
    shutil.move(tmp_path / "stick", tmp_path / "pulled")
    erase(book, uid)
    report = run_import(other, sent(book, tmp_path / "new.xlsx"))
    assert any(copies.NOT_THERE in note for note in report.notes)


def test_who_shares_an_address_with_the_erased_keeps_what_a_list_made(
    tmp_path: Path, opened: Callable[[str], Book]
) -> None:
    """The uid that the address gives is a member of somebody who stays."""
    book = opened("till-1")
    path = sheet(tmp_path / "list.xlsx", {"First Name": "Zoe", "Last Name": "Zorn", "E-Mail": "home@example.com"})
    run_import(book, path)
    [[listed]] = book.rows("SELECT uid FROM customer")
    other = customers.create(book, {"first_name": "Bo", "last_name": "Zorn", "email": "home@example.com"})
    kept = customers.create(book, {"first_name": "Zoe", "last_name": "Zorn-Ames", "email": "zoe@example.com"})
    duplicates.merge(book, kept.uid, listed)
    erasure.erase(book, other.id)
    assert erased.everybody(book) == {other.uid}
    assert rows.leaders(book, [listed]) == {listed: kept.uid}
    assert upkeep.check(book).faults == ()


def test_who_stays_shows_the_id_number_that_the_erased_had_too(opened: Callable[[str], Book]) -> None:
    book = opened("till-1")
    one, other = (
        customers.create(book, {"first_name": "Ann", "last_name": "Lee", "email": f"{at}@example.com"}) for at in "ab"
    )
    duplicates.merge(book, one.uid, other.uid)
    [joined] = book.rows("SELECT id, uid, version FROM customer")
    base = customers.get(book, joined[0])
    customers.update(book, base.id, {"id_number": "A7"}, base.version, base=base)
    other_uid = next(uid for uid in (one.uid, other.uid) if uid != base.uid)
    with book.write():
        person = rows.by_uid(book, [base.uid])[base.uid]
        person.rows = writing.write(
            person.rows, other_uid, "id_number", "A7", rows.dot(book), over=lambda *_: frozenset()
        )
        persons.show(book, person, person.rows)
        erasure.forget(book, {base.uid: 1})
    assert book.rows("SELECT uid, id_number FROM customer WHERE id_number <> ''") == [(other_uid, "A7")]
    assert upkeep.check(book).faults == ()
