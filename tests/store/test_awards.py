"""Points that the book gives for receipts: once for each, whatever becomes of it, and however its pass is cut off."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from store import awards, customers, fields, loyalty, programme, stores, upkeep
from store.database import open_book
from store.errors import ReadOnlyBookError
from store.exchange import ExportRequest
from store.loyalty_records import Awards, Programme
from store.metrics import Sale
from store.workbook.exporter import export
from tests.store.workbook.importing import RECEIPTS, cut_off, run_import, workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

    Add = Callable[..., Customer]

NOON = datetime(2026, 6, 20, 12, 0)  # noqa: DTZ001  # a cell has no zone
RULES = Programme(awards=Awards.BOOK, visit_points=10, amount_points=2, per_amount=Decimal(5))
PAYMENTS = ("Receipt Number", "Payment No", "Type", "Amount", "Status")
ADA, BOB = "ada@example.com", "bob@example.com"


@pytest.fixture
def ada(book: Book, add: Add) -> Customer:
    """Ada and Bob are in a programme whose points this book gives; Carl is not in it."""
    programme.choose(book, RULES)
    add("Bob Marley", email=BOB, loyalty=True)
    add("Carl Sagan", email="carl@example.com")
    return add("Ada Lovelace", email=ADA, loyalty=True)


def receipt(number: str = "1-1", email: str = ADA, total: float = 52.5, store: str = "Downtown") -> list[Any]:
    row = dict.fromkeys(RECEIPTS) | {
        "Receipt Number": number, "E-Mail": email, "Date": NOON, "Total": total, "Store": store,
    }  # fmt: skip
    return [row[name] for name in RECEIPTS]


def bring(book: Book, folder: Path, *receipts: list[Any], payments: tuple[list[Any], ...] = ()) -> list[str]:
    """Import receipts and payments; the notes of the result."""
    sheets = {"Receipts": [RECEIPTS, *receipts]} | ({"Receipt Payments": [PAYMENTS, *payments]} if payments else {})
    return run_import(book, workbook(folder / "receipts.xlsx", sheets)).notes


def points(book: Book) -> dict[str, int]:
    assert upkeep.check(book).faults == ()
    return dict(book.rows("SELECT first_name, points FROM customer WHERE points"))


def rename_downtown(book: Book) -> None:
    (store,) = (store for store in stores.all_stores(book) if store.name == "Downtown")
    stores.rename(book, store.id, "Old Town", store.code)


@pytest.mark.parametrize(
    ("sale", "given"),
    [
        (Sale(visit=True, amount=Decimal("52.50"), net=Decimal("49.99")), 10 + 9 * 2),
        (Sale(visit=True, amount=Decimal("52.50"), net=Decimal(50)), 10 + 10 * 2),
        (Sale(visit=True, amount=Decimal(3), net=Decimal("-0.01")), 10),
        (Sale(visit=True, amount=Decimal(0), net=Decimal(0)), 0),
        (Sale(visit=False, amount=Decimal(0), net=Decimal(0)), 0),
        (Sale(visit=False, amount=Decimal(-20), net=Decimal(-20)), 0),
    ],
)
def test_a_receipt_gives_visit_points_and_points_for_each_whole_amount(sale: Sale, given: int) -> None:
    assert awards.points_for(sale, RULES) == given


def test_each_receipt_of_an_import_gives_points_once(book: Book, ada: Customer, tmp_path: Path) -> None:
    brought = receipt(), receipt("1-2", BOB, 4.99), receipt("1-3", "carl@example.com", 80)
    assert bring(book, tmp_path, *brought) == ["Points given for receipts: 40. Receipts that changed a balance: 2."]
    assert points(book) == {"Ada": 30, "Bob": 10}
    assert bring(book, tmp_path, *brought) == []
    assert points(book) == {"Ada": 30, "Bob": 10}
    assert bring(book, tmp_path, *brought, receipt("1-4", ADA, 5)) == [
        "Points given for receipts: 12. Receipts that changed a balance: 1."
    ]
    assert points(book) == {"Ada": 42, "Bob": 10}
    newest, _ = loyalty.lines(book, ada.id, offset=0, limit=9)
    assert (newest.points, newest.reason, newest.employee) == (12, "Receipt 1-4", "Mia")
    assert customers.get(book, ada.id).reason == "Receipt 1-4"


@pytest.mark.parametrize("rules", [replace(RULES, awards=Awards.OFFICE), replace(RULES, on=False)])
def test_the_office_or_a_programme_that_is_off_gives_nothing(
    book: Book, ada: Customer, tmp_path: Path, rules: Programme
) -> None:
    programme.choose(book, rules)
    bring(book, tmp_path, receipt())
    assert points(book) == {}
    programme.choose(book, RULES)
    bring(book, tmp_path, receipt(total=99), receipt("1-2", BOB, 5))
    assert points(book) == {"Bob": 12}


def test_a_refund_takes_points_back(book: Book, ada: Customer, tmp_path: Path) -> None:
    paid, back = ["1-1", 1, "Cash", 52.5, "Success"], ["1-1", 2, "Cash", 22.5, "Refunded"]
    bring(book, tmp_path, receipt(), payments=(paid,))
    assert points(book) == {"Ada": 30}
    bring(book, tmp_path, receipt(), payments=(paid, back))
    assert points(book) == {"Ada": 10 + 6 * 2}
    bring(book, tmp_path, receipt(), payments=tuple([*row[:4], "Voided"] for row in (paid, back)))
    assert points(book) == {}
    assert [line.points for line in loyalty.lines(book, ada.id, offset=0, limit=9)] == [-22, -8, 30]


def test_a_receipt_with_another_total_or_customer_moves_its_points(book: Book, ada: Customer, tmp_path: Path) -> None:
    bring(book, tmp_path, receipt())
    bring(book, tmp_path, receipt(total=60))
    assert points(book) == {"Ada": 34}
    bring(book, tmp_path, receipt(email=BOB, total=60))
    assert points(book) == {"Bob": 34}
    bring(book, tmp_path, receipt(email=ADA, total=60))
    assert points(book) == {"Ada": 34}


def test_points_that_were_spent_are_not_taken_back(book: Book, ada: Customer, tmp_path: Path) -> None:
    bring(book, tmp_path, receipt())
    loyalty.adjust(book, ada.id, balance=12, reason="Redeemed")
    bring(book, tmp_path, receipt(email=BOB))
    assert points(book) == {"Bob": 30}
    assert customers.get(book, ada.id).points == 0


def test_points_that_a_person_reversed_are_not_taken_twice(book: Book, ada: Customer, tmp_path: Path) -> None:
    loyalty.adjust(book, ada.id, balance=50, reason="Welcome")
    bring(book, tmp_path, receipt())
    loyalty.reverse(book, loyalty.lines(book, ada.id, offset=0, limit=1)[0].uid)
    bring(book, tmp_path, receipt(email=BOB))
    assert points(book) == {"Ada": 50, "Bob": 30}


def test_a_renamed_store_does_not_award_again(book: Book, ada: Customer, tmp_path: Path) -> None:
    bring(book, tmp_path, receipt())
    rename_downtown(book)
    bring(book, tmp_path, receipt(store="old town", total=60))
    assert points(book) == {"Ada": 34}


def test_a_store_with_the_name_of_a_renamed_one_takes_nobodys_points(book: Book, ada: Customer, tmp_path: Path) -> None:
    bring(book, tmp_path, receipt())
    rename_downtown(book)
    stores.ensure(book, "Downtown")
    bring(book, tmp_path, receipt(email=BOB, total=5))
    assert points(book) == {"Ada": 30, "Bob": 12}


def test_a_receipt_that_comes_again_under_its_stores_old_name_gives_nothing(
    book: Book, ada: Customer, tmp_path: Path
) -> None:
    bring(book, tmp_path, receipt())
    rename_downtown(book)
    stores.ensure(book, "Downtown")
    bring(book, tmp_path, receipt())
    assert book.rows("SELECT count(*) FROM receipt") == [(2,)]
    assert points(book) == {"Ada": 30}


@pytest.mark.parametrize("knows", [True, False], ids=["renamed before", "renamed after"])
def test_books_that_call_the_store_otherwise_give_the_same_points(
    book: Book, ada: Customer, tmp_path: Path, *, knows: bool
) -> None:
    stores.ensure(book, "Downtown")
    export(book, tmp_path / "start.xlsx", ExportRequest())
    with closing(open_book(tmp_path / "other.db")) as other:
        programme.choose(other, RULES)
        run_import(other, tmp_path / "start.xlsx")
        if knows:
            rename_downtown(other)
        for each in (book, other):
            bring(each, tmp_path, receipt())
        if not knows:
            rename_downtown(other)
        for _ in range(2):
            for one, to in ((book, other), (other, book)):
                export(one, tmp_path / "all.xlsx", ExportRequest())
                run_import(to, tmp_path / "all.xlsx")
        for each in (book, other):
            bring(each, tmp_path, receipt(total=60))
        assert points(book) == points(other) == {"Ada": 34}
        assert book.rows("SELECT uid FROM loyalty_entry ORDER BY 1") == other.rows(
            "SELECT uid FROM loyalty_entry ORDER BY 1"
        )


def test_an_entry_that_knows_the_store_by_its_new_name_counts(book: Book, ada: Customer, tmp_path: Path) -> None:
    programme.choose(book, replace(RULES, awards=Awards.OFFICE))
    bring(book, tmp_path, receipt())
    rename_downtown(book)
    programme.choose(book, RULES)
    book.execute("UPDATE setting SET value = '0' WHERE name = 'awards_since'")
    with book.write():
        loyalty.enter(book, ada.id, 30, "Receipt 1-1", uid=loyalty.derived("receipt:old town:1-1:0"))
    bring(book, tmp_path, receipt(store="Old Town", total=60))
    assert points(book) == {"Ada": 34}


def test_a_mistyped_total_gives_no_more_than_a_rule_may(book: Book, ada: Customer, tmp_path: Path) -> None:
    programme.choose(book, replace(RULES, per_amount=Decimal("0.01"), amount_points=programme.MOST_POINTS))
    bring(book, tmp_path, receipt(total=999_999_999_999))
    assert points(book) == {"Ada": programme.MOST_POINTS}
    with book.write():
        loyalty.enter(book, ada.id, fields.MOST_POINTS - 5 - programme.MOST_POINTS, "Import")
    bring(book, tmp_path, receipt("1-2"))
    assert points(book) == {"Ada": fields.MOST_POINTS}


def test_a_book_made_anew_from_a_workbook_finds_what_was_given(book: Book, ada: Customer, tmp_path: Path) -> None:
    bring(book, tmp_path, receipt(), receipt("1-2", BOB, 20))
    export(book, tmp_path / "all.xlsx", ExportRequest())
    with closing(open_book(tmp_path / "anew.db")) as anew:
        programme.choose(anew, RULES)
        run_import(anew, tmp_path / "all.xlsx")
        assert points(anew) == points(book) == {"Ada": 30, "Bob": 18}
        bring(anew, tmp_path, receipt(total=60))
        rename_downtown(anew)
        bring(anew, tmp_path, receipt(store="Old Town", total=60), receipt("1-2", BOB, 25, store="Old Town"))
        assert points(anew) == {"Ada": 34, "Bob": 20}


def test_the_file_that_brought_the_balance_does_not_set_it_back(book: Book, tmp_path: Path) -> None:
    programme.choose(book, RULES)
    sheet = [["First Name", "Last Name", "E-Mail", "Loyalty", "Loyalty Points"], ["Ada", "Byron", ADA, "On", 100]]
    path = workbook(tmp_path / "all.xlsx", {"Customers": sheet, "Receipts": [RECEIPTS, receipt()]})
    run_import(book, path)
    run_import(book, path)
    assert points(book) == {"Ada": 130}


def test_an_export_after_points_were_given_changes_nothing(book: Book, ada: Customer, tmp_path: Path) -> None:
    bring(book, tmp_path, receipt(), receipt("1-2", BOB, 20))
    export(book, tmp_path / "all.xlsx", ExportRequest())
    report = run_import(book, tmp_path / "all.xlsx")
    assert not any(tally.created or tally.updated or tally.refused for tally in report.tallies.values())
    assert points(book) == {"Ada": 30, "Bob": 18}


def test_a_pass_that_was_cut_off_goes_on_at_the_next_open(
    book: Book, book_path: Path, ada: Customer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought = [receipt(f"1-{at}", total=5) for at in range(1, 31)]
    settle, slices = awards._settle, list[int]()

    def fail(*given: Any) -> None:
        slices.append(1)
        if len(slices) == 3:
            settle(*given)  # what was entered in the slice that fails must not stay
            raise ReadOnlyBookError("the disk is full")
        settle(*given)

    monkeypatch.setattr(awards, "_settle", fail)
    (note,) = bring(book, tmp_path, *brought)
    assert "when the book is next opened" in note
    assert 0 < points(book)["Ada"] < 30 * 12
    assert "receipts.xlsx are not all given" in upkeep.check(book).imports[0]
    monkeypatch.setattr(awards, "_settle", settle)
    with closing(open_book(book_path)) as again:
        assert points(again) == {"Ada": 30 * 12}
        assert upkeep.check(again).imports == ()
        assert loyalty.how_many(again, ada.id) == 30
    with closing(open_book(book_path)) as once_more:
        assert points(once_more) == {"Ada": 30 * 12}


def test_the_next_import_ends_a_pass_that_was_cut_off(
    book: Book, ada: Customer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(awards, "_settle", _full)
        bring(book, tmp_path, receipt())
    assert points(book) == {}
    bring(book, tmp_path, receipt("1-2", BOB, 20))
    assert points(book) == {"Ada": 30, "Bob": 18}


def _full(*_: Any) -> None:
    raise ReadOnlyBookError("the disk is full")


def test_an_import_that_was_cut_off_awards_when_it_is_finished(book: Book, ada: Customer, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, *(receipt(f"1-{at}", total=5) for at in range(99))]})
    cut_off(book, path)
    assert points(book) == {}
    with closing(open_book(book.path)) as again:
        assert points(again) == {"Ada": 99 * 12}


def test_an_import_that_was_taken_back_never_awards(book: Book, ada: Customer, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, *(receipt(f"1-{at}", total=5) for at in range(99))]})
    cut_off(book, path)
    for stage in tmp_path.glob(".book.db.import-*"):
        stage.unlink()
    with closing(open_book(book.path)) as again:
        assert again.rows("SELECT count(*) FROM receipt") == [(0,)]
        assert points(again) == {}


def test_receipts_that_get_the_ids_of_those_taken_back_give_points(book: Book, ada: Customer, tmp_path: Path) -> None:
    programme.choose(book, replace(RULES, awards=Awards.OFFICE))
    bring(book, tmp_path, receipt("1-0"))
    path = workbook(
        tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, *(receipt(f"1-{at}", total=5) for at in range(1, 99))]}
    )
    cut_off(book, path)
    programme.choose(book, RULES)
    for stage in tmp_path.glob(".book.db.import-*"):
        stage.unlink()
    with closing(open_book(book.path)) as again:
        assert again.rows("SELECT count(*) FROM receipt") == [(1,)]
        bring(again, tmp_path, receipt("1-0", total=80), receipt("1-1", BOB, 20))
        assert points(again) == {"Bob": 18}


def test_a_book_opens_though_its_points_cannot_be_given(
    book: Book, ada: Customer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(awards, "_settle", _full)
    bring(book, tmp_path, receipt())
    with closing(open_book(book.path)) as again:
        assert points(again) == {}
        assert awards.pending(again)


def test_who_gives_way_leaves_the_rest_to_the_other(
    book: Book, ada: Customer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(awards, "_settle", _full)
        bring(book, tmp_path, *(receipt(f"1-{at}", total=5) for at in range(50)))
    monkeypatch.setattr(awards, "LARGEST_SLICE", 8)
    moved = list[int]()

    def other_moves(seconds: float) -> None:
        moved.append(1)
        book.execute("UPDATE import_run SET award_cursor = award_cursor + 1 WHERE award_cursor IS NOT NULL")

    monkeypatch.setattr("store.awards.time.sleep", other_moves)
    awards.finish(book, giving_way=True)
    assert (len(moved), points(book)) == (1, {"Ada": 8 * 12})
    assert awards.pending(book)
