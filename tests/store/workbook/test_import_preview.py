"""What a preview says of balances, and of a list about somebody whom only lists speak of: as it is after the import."""

from __future__ import annotations

from contextlib import closing
from itertools import permutations
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store import customers as records
from store import review
from store.database import open_book
from store.records import Actor
from store.review_records import Answer
from tests.store.workbook.importing import LOYALTY, answer_all, asked, counts, edit, exported, held, only, run_import
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.sharing import agreed, planned, saved, taken
from tests.store.workbook.test_import_answers import put

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book
    from store.exchange import RowMove
    from store.workbook.plan import Plan

POINTS, REASON = "Loyalty Points", "Reason"
ZOE = {"First Name": "Zoe", "Last Name": "Ray", "E-Mail": "zoe@example.com", "Phone Number": "555 0199"}
JANUARY, FEBRUARY, MARCH = 1_767_900_000, 1_770_600_000, 1_773_000_000


def entries(*lines: tuple[str, int, str], at: str = "01-JAN-2040") -> list[list[Any]]:
    """A Loyalty sheet: whose by UID or e-mail, points, reason; later than all that the book has, or at a time."""
    of = (("Customer UID" if "@" not in who else "E-Mail", who, points, reason) for who, points, reason in lines)
    told = ({key: who, "Points": points, "Reason": reason, "Date": at} for key, who, points, reason in of)
    return [list(LOYALTY), *([line.get(name) for name in LOYALTY] for line in told)]


def moved(plan: Plan) -> dict[str, tuple[str, dict[str, tuple[str, str]]]]:
    """Every move by name: its kind, and what becomes of the balance and the reason at once."""

    def fields(move: RowMove) -> dict[str, tuple[str, str]]:
        return {
            one.label: (one.ours, one.theirs) for one in move.fields if one.label in {POINTS, REASON} and not one.held
        }

    return {move.name: (move.kind, fields(move)) for move in plan.moves(0, 99)}


def points_of(book: Book) -> dict[str, str]:
    return dict(book.rows("SELECT first_name || ' ' || last_name, cast(points AS TEXT) FROM customer"))


def test_a_new_customer_is_shown_with_the_balance_that_results(book: Book, tmp_path: Path) -> None:
    of = (("zoe@example.com", 30, "Birthday"), ("zoe@example.com", -5, "Gift"))
    path = sheet(tmp_path / "a.xlsx", ZOE | {POINTS: 100, "Loyalty": "YES"}, Loyalty=entries(*of))
    assert moved(planned(book, path)) == {"Zoe Ray": ("created", {POINTS: ("", "100")})}
    assert counts(run_import(book, path)) == (1, 0, 0, 0)
    assert points_of(book) == {"Zoe Ray": "100"}
    other = sheet(tmp_path / "b.xlsx", ZOE | {"E-Mail": "yan@example.com"}, Loyalty=entries(("yan@example.com", 7, "")))
    assert moved(planned(book, other))["Zoe Ray"] == ("created", {POINTS: ("", "7")})


def test_who_comes_with_an_export_is_shown_with_the_ledger(book: Book, tmp_path: Path) -> None:
    put(book, points=80, loyalty=True, reason="Welcome")
    path = exported(book, tmp_path / "a.xlsx")
    with closing(open_book(tmp_path / "other.db", actor=Actor("Mia", "2"))) as other:
        assert moved(planned(other, path)) == {"Ada Lovelace": ("created", {POINTS: ("", "80")})}


def test_somebody_who_gets_nothing_but_entries_is_a_move_too(book: Book, tmp_path: Path) -> None:
    uid = put(book, points=70, loyalty=True, reason="Welcome")
    path = sheet(tmp_path / "a.xlsx", {"Customer UID": uid}, Loyalty=entries((uid, 30, "Birthday"), (uid, 1000, "")))
    plan = planned(book, path)
    assert moved(plan) == {"Ada Lovelace": ("updated", {POINTS: ("70", "1,100"), REASON: ("Welcome", "Birthday")})}
    assert plan.how_many == 1
    assert counts(run_import(book, path)) == (0, 0, 1, 0)
    now = records.by_uid(book, uid)
    assert (now.points, now.reason) == (1100, "Birthday")
    assert planned(book, path).how_many == 0


def test_a_list_and_entries_of_one_customer_make_one_move(book: Book, tmp_path: Path) -> None:
    uid = put(book, points=70, loyalty=True, reason="Welcome", city="")
    row = {"Customer UID": uid, "City": "Oslo", POINTS: 150}
    path = sheet(tmp_path / "a.xlsx", row, Loyalty=entries((uid, 30, "Birthday"), at="01-JAN-2020"))
    plan = planned(book, path)
    assert moved(plan) == {"Ada Lovelace": ("updated", {POINTS: ("70", "100")})}
    [question] = plan.questions
    assert (question.ours, question.theirs) == ("100", "150")
    report = run_import(book, path)
    assert (counts(report), held(report)) == ((0, 1, 0, 0), 1)
    assert review.questions(book) == (question,)
    assert points_of(book) == {"Ada Lovelace": "100"}


def test_what_is_typed_into_an_export_counts_beside_its_edits(book: Book, tmp_path: Path) -> None:
    uid = put(book, points=70, loyalty=True, reason="Welcome", city="Bath")
    path = edit(exported(book, tmp_path / "a.xlsx"), {uid: {"City": "Oslo"}})
    file = openpyxl.load_workbook(path)
    file["Loyalty"].append(entries((uid, 30, "Birthday"))[1])
    file.save(path)
    assert moved(planned(book, path))["Ada Lovelace"][1][POINTS] == ("70", "100")
    assert taken(book, path) == (0, 1, 0, 0)
    assert points_of(book) == {"Ada Lovelace": "100"}


# Lists about somebody whom only lists speak of


def lists(folder: Path) -> list[Path]:
    """Three lists about one customer: in January, in February with another city, in March as in January again."""
    said = (("jan", JANUARY, "Bath", 10), ("feb", FEBRUARY, "Oslo", 20), ("mar", MARCH, "Bath", 10))
    return [
        saved(
            sheet(folder / f"{name}.xlsx", ZOE | {"City": city, POINTS: points, "Notes": name if at > JANUARY else ""}),
            at,
        )
        for name, at, city, points in said
    ]


def test_what_a_later_list_says_waits_and_the_earlier_stays(book: Book, tmp_path: Path) -> None:
    january, february, _ = lists(tmp_path)
    run_import(book, january)
    plan = planned(book, february)
    report = run_import(book, february)
    assert (counts(report), held(report)) == ((0, 1, 0, 0), 1), "the notes were blank"
    assert (only(book).city, only(book).points, only(book).notes) == ("Bath", 10, "feb")
    assert [row.message for row in report.refused] == ["City: the book has Bath; Loyalty Points: the book has 10"]
    assert [(one.ours, one.theirs) for one in plan.questions] == [("Bath", "Oslo"), ("10", "20")]
    answer_all(book, Answer.TAKE)
    assert (only(book).city, only(book).points) == ("Oslo", 20)


def test_an_older_list_that_comes_late_counts_and_says_so(book: Book, tmp_path: Path) -> None:
    january, february, _ = lists(tmp_path)
    run_import(book, february)
    report = run_import(book, january)
    assert (only(book).city, only(book).points) == ("Bath", 10)
    assert [(cell.value, cell.message) for cell in report.refused[0].cells] == [
        ("Bath", "counts until somebody answers, for this list was saved first; the book had Oslo of feb.xlsx"),
        ("10", "counts until somebody answers, for this list was saved first; the book had 20 of feb.xlsx"),
    ]
    assert asked(book) == [("list", "City", "Bath", "Oslo"), ("points", POINTS, "10", "20")]


@pytest.mark.parametrize("order", [0, 2, 3, 5])
def test_lists_in_any_order_make_the_same_book(book: Book, tmp_path: Path, order: int) -> None:
    for path in lists(tmp_path):
        run_import(book, path)
    with closing(open_book(tmp_path / "other.db", actor=Actor("Mia", "2"))) as other:
        for path in list(permutations(lists(tmp_path)))[order]:
            run_import(other, path)
        assert agreed(other) == agreed(book)
    assert (only(book).city, only(book).notes) == ("Bath", "feb")
