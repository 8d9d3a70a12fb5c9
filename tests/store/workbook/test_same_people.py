"""Who becomes certainly the same person by what a workbook brings: noted, put together at once, and as the rule says."""

from __future__ import annotations

import shutil
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, duplicates, folding, look_alikes, past_imports, persons, review, rows
from store.merge import exchange, people, writing
from store.merge.exchange import State
from store.merge.people import FOUND, Verdict
from store.review_records import Answer, Kind
from store.workbook import compare, same_people
from store.workbook.apply import apply
from store.workbook.customer_plan import NewCustomer
from store.workbook.customer_rows import AT
from store.workbook.merging import Merge
from tests.store.workbook import importing
from tests.store.workbook.importing import counts, edit, exported, run_import, staged
from tests.store.workbook.sharing import agreed, named, office_workbook, planned, several, taken
from tests.store.workbook.taking_back import run_of, whole

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book
    from store.review_records import Question

FEW = 4
SAME = Verdict(0, FOUND, True)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook that all books begin with."""
    return office_workbook(tmp_path_factory.mktemp("start"), FEW)


def uid_of(book: Book, first: str) -> str:
    return named(book, first).uid


def edited(start: Path, to: Path, edits: dict[str, dict[str, Any]]) -> Path:
    return edit(shutil.copy(start, to), edits)


def rule(book: Book) -> State:
    """The book as the rule alone has it."""
    everybody = rows.by_id(book, [customer_id for (customer_id,) in book.rows("SELECT id FROM customer")]).values()
    pairs = {
        (uid, other): Verdict(at, origin, bool(same))
        for uid, other, at, origin, same in book.rows("SELECT uid, other_uid, at, origin, same FROM person_pair")
    }
    return State({uid: row for person in everybody for uid, row in person.rows.items()}, {}, pairs)


def assert_all_are_found(book: Book) -> None:
    """The rule finds nobody more in the book, and has the same people."""
    told = rule(book)
    before = dict(told.pairs)
    exchange.find_people(told)
    assert told.pairs == before
    assert {person.uids[0] for person in exchange.persons(told)} == {row[0] for row in agreed(book)["customers"]}


def assert_preview_is_import(book: Book, path: Path) -> tuple[int, int, int, int]:
    """The plan's counts, moves and questions are those of the import."""
    before = {row[0]: row for row in agreed(book)["customers"]}
    asked_before = open_questions(book)
    plan = planned(book, path)
    said = counts(plan.report)
    assert taken(book, path) == said
    after = {row[0]: row for row in agreed(book)["customers"]}
    moved = {move.uid for move in [*plan.changed, *plan.moves(len(plan.changed), 100)]}
    assert {uid for uid, row in after.items() if row != before.get(uid)} <= moved
    assert said[0] == len(after.keys() - set(rows.leaders(book, before).values())), "created"
    asked, open_now = {question.id for question in plan.questions if question.kind != Kind.WHO}, open_questions(book)
    assert asked <= open_now.keys()
    assert asked.isdisjoint(asked_before)
    known = {(one.kind, one.label, one.theirs) for one in asked_before.values()}
    left = [one for one in open_now.values() if one.id not in asked]
    assert all((one.kind, one.label, one.theirs) in known for one in left), "an old one, under whoever leads now"
    assert planned(book, path).writes_nothing
    return said


def open_questions(book: Book) -> dict[str, Question]:
    kinds = [kind for kind in Kind if kind is not Kind.WHO]
    return {question.id: question for question in review.questions(book, kinds=kinds)}


def test_an_edit_that_makes_two_certainly_the_same_makes_one_of_them(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        ada, bo = uid_of(one, "Ada"), named(one, "Bo")
        path = edited(start, tmp_path / "e.xlsx", {ada: {"E-Mail": bo.email.upper(), "Phone Number": bo.phone}})
        for book in (one, other):
            assert assert_preview_is_import(book, path)[:2] == (0, 1)
            assert persons.verdicts(book, [ada]) == {people.pair(ada, bo.uid): SAME}
            assert len(agreed(book)["customers"]) == FEW - 1
            assert_all_are_found(book)
            assert sum(row[-1] for row in agreed(book)["customers"]) == 80 * FEW, "no points are lost"
        assert agreed(one) == agreed(other)


@pytest.mark.parametrize("as_one", [True, False])
def test_two_that_are_edited_to_be_the_same_are_one(tmp_path: Path, start: Path, as_one: bool) -> None:
    """In one file, or in two in either order; read by a book that has them, and by one that lacks them."""
    with several(tmp_path, "abc", start) as books:
        ada, bo = uid_of(books[0], "Ada"), uid_of(books[0], "Bo")
        same = {"E-Mail": "same@example.com", "Phone Number": "030 123456"}
        if as_one:
            files = [edited(start, tmp_path / "e.xlsx", {ada: same, bo: same})]
        else:
            files = [edited(start, tmp_path / f"{uid}.xlsx", {uid: same}) for uid in (ada, bo)]
        orders = list(permutations(files))
        for book, order in zip(books, [*orders, *orders, *orders][:2], strict=False):
            for path in order:
                assert_preview_is_import(book, path)
            assert persons.verdicts(book, [ada]) == {people.pair(ada, bo): SAME}
            assert len(agreed(book)["customers"]) == FEW - 1
            assert_all_are_found(book)
        assert agreed(books[0]) == agreed(books[1])
        with several(tmp_path, "d", files[0]) as (lacks,):
            for path in files[1:]:
                taken(lacks, path)
            assert agreed(lacks) == agreed(books[0])


def test_two_who_are_new_and_the_same_are_one(tmp_path: Path, start: Path) -> None:
    """A file's two people, of whom neither is in the book, and of whom it has no verdict."""
    with several(tmp_path, "ab", start) as (one, other):
        twin = {"first_name": "Zoe", "last_name": "Zorn", "email": "zoe@example.com", "loyalty": True, "points": 10}
        uids = [customers.create(one, twin | {"id_number": number}).uid for number in ("Z1", "Z2")]
        one.execute("DELETE FROM person_pair")
        path = exported(one, tmp_path / "e.xlsx")
        assert assert_preview_is_import(other, path) == (1, 1, FEW, 0)
        assert persons.verdicts(other, uids) == {people.pair(*uids): SAME}
        assert named(other, "Zoe").points == 20
        assert_all_are_found(other)


def test_whom_a_verdict_tells_apart_stay_two(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "a", start) as (book,):
        ada, bo = uid_of(book, "Ada"), named(book, "Bo")
        persons.judge(book, {people.pair(ada, bo.uid): persons.TOLD_APART})
        same = {"E-Mail": bo.email, "Phone Number": bo.phone, "Customer ID Number": bo.id_number}
        assert taken(book, edited(start, tmp_path / "e.xlsx", {ada: same})) == (0, 1, FEW - 1, 0)
        assert len(agreed(book)["customers"]) == FEW
        assert persons.verdicts(book, [ada]) == {people.pair(ada, bo.uid): persons.TOLD_APART}
        assert [one.id_number for one in (named(book, "Ada"), named(book, "Bo"))] == (
            ["00001", ""] if ada < bo.uid else ["", "00001"]
        )


def test_who_is_the_same_as_a_part_of_somebody_is_found(tmp_path: Path, start: Path) -> None:
    """Of a customer of two uids each row counts: what the other shows hides it from nobody."""
    with several(tmp_path, "ab", start) as (one, other):
        ada, bo, cleo = (named(one, first) for first in ("Ada", "Bo", "Cleo"))
        same = {"E-Mail": "ada@example.com", "Phone Number": ada.phone}
        first = edited(
            start, tmp_path / "1.xlsx", {cleo.uid: {"E-Mail": bo.email, "First Name": "Bo", "Last Name": "Brand"}}
        )
        second = edited(start, tmp_path / "2.xlsx", {bo.uid: same})
        for book, order in ((one, (first, second)), (other, (second, first))):
            for path in order:
                assert_preview_is_import(book, path)
            assert_all_are_found(book)


def test_a_list_that_makes_two_the_same_makes_one_of_them(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "a", start) as (book,):
        for first in ("Yan", "Yun"):
            phone = {"phone": "030 777777"} if first == "Yan" else {}
            customers.create(book, {"first_name": first, "last_name": "Y", "email": "y@example.com"} | phone)
        path = importing.customers(
            tmp_path / "l.xlsx", {"Customer UID": uid_of(book, "Yun"), "Phone Number": "030 777 777", "City": "Rome"}
        )
        assert_preview_is_import(book, path)
        assert len(agreed(book)["customers"]) == FEW + 1
        assert_all_are_found(book)


def test_a_lists_row_whose_uid_is_linked_is_that_customers(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "a", start) as (book,):
        ada = named(book, "Ada")
        linked = "98a71b8a-0383-4343-a116-02cd5e3eb294"
        persons.judge(book, {people.pair(ada.uid, linked): Verdict(9, "o", True)})
        row = {"Customer UID": linked, "First Name": "Augusta", "Last Name": "King", "E-Mail": "king@example.com"}
        path = importing.customers(tmp_path / "l.xlsx", row | {"Loyalty Points": 80, "Gender": "Female"})
        assert assert_preview_is_import(book, path) == (0, 1, 0, 0)
        assert len(agreed(book)["customers"]) == FEW
        [(gender, points)] = book.rows("SELECT gender, points FROM customer WHERE first_name = 'Ada'")
        assert (gender, points) == ("Female", 80)


def test_a_placeholder_that_many_share_stands_for_nobody(
    tmp_path: Path, start: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.look_alikes.MOST_ALIKE", 3)
    with several(tmp_path, "ab", start) as (one, other):
        for number in range(4):
            customers.create(
                one, {"first_name": f"N{number}", "last_name": "Lee", "email": "no@example.com", "phone": "000000"}
            )
        one.execute("DELETE FROM person_pair")
        assert assert_preview_is_import(other, exported(one, tmp_path / "e.xlsx")) == (4, 0, FEW, 0)
        assert other.rows("SELECT * FROM person_pair") == []


def test_only_whose_keys_change_is_looked_up(tmp_path: Path, start: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[set[Any]] = []
    sharing = look_alikes.sharing
    monkeypatch.setattr(
        look_alikes, "sharing", lambda book, keys: sharing(book, looked.append(set(keys)) or looked[-1])
    )
    with several(tmp_path, "a", start) as (book,):
        looked.clear()
        uids = [uid_of(book, first) for first in ("Ada", "Bo")]
        path = edited(start, tmp_path / "e.xlsx", {uids[0]: {"City": "Rome"}, uids[1]: {"Phone Number": "030 9999999"}})
        run_import(book, path)
        assert looked == [{("phone", "bo@example.com", "0309999999")}]


def test_an_id_number_that_passes_to_who_is_brought_in_comes_back(tmp_path: Path, start: Path) -> None:
    """Somebody with the smaller uid, told apart from whoever shows the number; and the import is taken back."""
    number, small = "00001", "00000000-0000-4000-8000-000000000000"
    with several(tmp_path, "ab", start) as (one, other):
        bo = uid_of(one, "Bo")
        for book in (one, other):
            persons.judge(book, {people.pair(bo, small): persons.TOLD_APART})
        customers.create(one, {"uid": small, "first_name": "Zoe", "last_name": "Zorn", "email": "zoe@example.com"})
        path = edit(exported(one, tmp_path / "e.xlsx"), {small: {"Customer ID Number": number}})
        before = whole(other)
        assert taken(other, path) == (1, 0, FEW, 0)
        assert (named(other, "Zoe").id_number, named(other, "Bo").id_number) == (number, "")
        past_imports.take_back(other, run_of(other))
        assert whole(other) == before


def test_a_slice_of_new_customers_holds_each_number_once(tmp_path: Path, start: Path) -> None:
    """What no plan has: two steps that would make the same customer, or two with one ID number."""
    rows_of_list = [
        {"Customer UID": f"{at}8a71b8a-0383-4343-a116-02cd5e3eb294", "First Name": f"N{at}", "Last Name": "Lee",
         "E-Mail": f"n{at}@example.com", "Customer ID Number": f"X{at}"}
        for at in range(3)
    ]  # fmt: skip
    with several(tmp_path, "a", start) as (book,):
        path = importing.customers(tmp_path / "l.xlsx", *rows_of_list)
        plan = planned(book, path)
        plan.created[1].values[AT["id_number"]] = "x0"
        plan.created[2].values[0] = plan.created[0].values[0]
        stage = staged(book, path.name, plan)
        apply(book, stage, plan.report, lambda done, total: None)
        stage.discard()
        assert counts(plan.report) == (1, 0, 0, 2)
        assert [row.outcome for row in plan.report.refused] == ["error:changed meanwhile"] * 2


def test_an_answer_that_makes_two_alike_has_seen_both(tmp_path: Path, start: Path) -> None:
    """As a form that is saved: the two stay two here, and in every other book."""
    with several(tmp_path, "ab", start) as (one, other):
        ada, bo = named(one, "Ada"), named(one, "Bo")
        path = importing.customers(
            tmp_path / "l.xlsx", {"Customer UID": ada.uid, "E-Mail": bo.email, "Phone Number": bo.phone}
        )
        taken(one, path)
        importing.answer_all(one, Answer.TAKE)
        assert persons.verdicts(one, [ada.uid]) == {people.pair(ada.uid, bo.uid): persons.TOLD_APART}
        taken(other, exported(one, tmp_path / "e.xlsx"))
        assert agreed(other) == agreed(one)
        assert len(agreed(other)["customers"]) == FEW


def made(like: Any, **values: Any) -> NewCustomer:
    """A new customer with a customer's name, e-mail and phone, but for these values."""
    said: dict[str, Any] = {name: getattr(like, name) for name in ("first_name", "last_name", "email", "phone")}
    cells = [*compare.EMPTY]
    for name, value in (said | values).items():
        cells[AT[name]] = value
    cells[AT["uid"]] = "18a71b8a-0383-4343-a116-02cd5e3eb294"
    return NewCustomer(2, folding.name_key(cells[AT["first_name"]], cells[AT["last_name"]]), cells, b"", 0, "")


@pytest.mark.parametrize(("field", "value"), [("email", "new@example.com"), ("id_number", "N9")])
def test_a_new_customer_has_what_an_edit_of_the_same_file_gives_another(
    tmp_path: Path, start: Path, field: str, value: str
) -> None:
    with several(tmp_path, "a", start) as (book,):
        ada = named(book, "Ada")
        person = rows.by_uid(book, [ada.uid])[ada.uid]
        merge = Merge(2, ada.uid, writing.write_all(person.rows, ada.uid, {field: value}, writing.Dot("w1", 1, 9)))
        new = made(ada, **{"email": "", "phone": ""} | {field: value})
        assert same_people.found(book, [merge], [new], ()).pairs == {people.pair(ada.uid, new.values[0])}


def test_a_new_customer_has_what_somebody_has_who_was_put_together_with_another(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "a", start) as (book,):
        two = {uid_of(book, name): named(book, name) for name in ("Ada", "Bo")}
        duplicates.merge(book, *two)
        [hidden] = two.keys() - {book.rows("SELECT leader_uid FROM row_state LIMIT 1")[0][0]}
        new = made(two[hidden])
        assert people.pair(hidden, new.values[0]) in same_people.found(book, [], [new], ()).pairs
