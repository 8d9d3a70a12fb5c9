"""Which changes are marked for the next export: all that go out, at no cost before the first exchange."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store import customers, loyalty, persons, review, rows, settings, stores
from store.errors import ExchangeError, ExportError
from store.exchange import CameBy, ExportRequest
from store.fields import FIELDS
from store.merge.people import Verdict
from store.models import TABLES
from store.workbook import folder_marks, folder_send
from store.workbook.exporter import export
from store.workbook.folder_marks import Changed
from tests.store.workbook.folders import imports_inside, make_till

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.database import Book

UNWATCHED = {
    "setting", "tally", "email_domain", "customer_photo", "member_photo", "member_state", "book_copy",
    "outbox_mail", "import_run", "import_change", "spent_id",
    "folder_change", "folder_quiet", "folder_export", "folder_file", "folder_path", "folder_book",
}  # fmt: skip
"""Tables of which nothing goes out, or what does goes with every file."""
_COUNTED = "INSERT INTO receipt (id, number, store_id, customer_id, paid_at) VALUES ({}, '1-{}', 1, 1, '2026-01-01')"


@pytest.fixture
def marked(book: Book) -> Book:
    """A book with two customers, a receipt with lines and a feedback, that marks what changes from now on."""
    _create(book, "Ann")
    _create(book, "Bob")
    book.execute(_COUNTED.format(1, 1))
    book.execute(
        "INSERT INTO receipt_item (receipt_id, position, item, price, quantity, amount) VALUES (1,1,'Tea',1,1,1)"
    )
    book.execute("INSERT INTO receipt_tax (receipt_id, position, type, rate, amount) VALUES (1, 1, 'City', 1, 1)")
    book.execute("INSERT INTO receipt_payment (receipt_id, number, amount) VALUES (1, 1, 1)")
    book.execute("INSERT INTO feedback (id, uid, customer_id, receipt_id, positive) VALUES (1, 'f', 2, 1, 1)")
    with book.write():
        folder_marks.begin(book)
    return book


def kinds(book: Book) -> set[tuple[str, int]]:
    """What is marked."""
    return set(book.rows("SELECT kind, row_id FROM folder_change"))


def _create(book: Book, name: str) -> None:
    values = {"first_name": name, "last_name": "Lee", "email": f"{name}@example.com", "loyalty": True}
    customers.create(book, values)


def _uids(book: Book) -> list[str]:
    return [uid for (uid,) in book.rows("SELECT uid FROM customer ORDER BY id")]


def _say_one(book: Book) -> None:
    with book.write():
        found = rows.by_uid(book, _uids(book))
        review.say(book, list(found.values()), rows.dot(book), same=True)


def _say_two(book: Book) -> None:
    one, other = sorted(_uids(book))
    with book.write():
        persons.judge(book, {(one, other): Verdict(7, "a", False)})


def _update(book: Book, **changes: Any) -> None:
    now = customers.get(book, 1)
    customers.update(book, 1, changes, now.version, base=now)


ANN, BOTH = {("customer", 1)}, {("customer", 1), ("customer", 2)}
SALE = {("receipt", 1)}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda book: _update(book, city="Salem"), ANN),
        (lambda book: _update(book, stores=("Airport",)), ANN),
        (lambda book: _update(book, reason="Birthday"), ANN),
        (lambda book: customers.inactivate(book, 1), ANN),
        (lambda book: _create(book, "Cid"), {("customer", 3)}),
        (lambda book: loyalty.adjust(book, 1, balance=5, reason="Birthday"), ANN),
        (_say_two, BOTH),
        (lambda book: book.execute("UPDATE receipt SET total = 5"), SALE),
        (lambda book: book.execute(_COUNTED.format(2, 2)), {("receipt", 2)}),
        (lambda book: book.execute("UPDATE receipt SET customer_id = 2"), SALE),
        *(
            (lambda book, table=table, verb=verb: book.execute(verb.format(table)), SALE)
            for table in ("receipt_item", "receipt_tax", "receipt_payment")
            for verb in ("UPDATE {} SET amount = 9", "DELETE FROM {}")
        ),
        (lambda book: book.execute("INSERT INTO receipt_tax (receipt_id, position, type, rate, amount) "
                                   "VALUES (1, 2, 'State', 1, 1)"), SALE),
        (lambda book: book.execute("INSERT INTO feedback (id, uid, customer_id, positive) VALUES (2, 'g', 1, 0)"),
         {("feedback", 2)}),
        (lambda book: stores.ensure(book, "Riverside"), {("store", 4)}),
        (lambda book: book.execute("UPDATE store SET name = 'Uptown' WHERE id = 1"), {("store", 1)}),
        (lambda book: stores.rename(book, 1, "Uptown"), {("store", 1), ("rename", 0)}),
        (lambda book: book.execute("INSERT INTO erased_person VALUES ('u', 1)"), {("erased", 0)}),
    ],
)  # fmt: skip
def test_what_goes_out_is_marked(marked: Book, change: Callable[[Book], object], expected: set[Any]) -> None:
    change(marked)
    assert kinds(marked) == expected


def test_customers_who_become_one_are_marked(marked: Book) -> None:
    _say_one(marked)
    ((kept,),) = marked.rows("SELECT id FROM customer")
    assert ("customer", kept) in kinds(marked)
    assert folder_marks.changed(marked, folder_marks.highest(marked)).customers.count(kept) == 1


@pytest.mark.parametrize("name", [field.name for field in FIELDS if field.name not in {"points", "reason", "stores"}])
def test_every_field_is_watched(marked: Book, name: str) -> None:
    marked.execute(f"UPDATE customer SET {name} = {name} WHERE id = 1")
    assert kinds(marked) == ANN


def test_what_does_not_go_out_is_not_marked(marked: Book) -> None:
    marked.execute("UPDATE customer SET ord = ord + 1, version = version + 1, row_digest = x'00', has_photo = 0")
    marked.execute("UPDATE receipt SET taxes = 5, refunded = 2")
    settings.put(marked, "shop_name", "Bella")
    assert kinds(marked) == set()


def test_every_table_is_watched_or_known_not_to_be() -> None:
    watched = {table for table, *_ in folder_marks._WATCHED}
    assert watched | UNWATCHED == {model._meta.table_name for model in TABLES}
    assert not watched & UNWATCHED


def test_a_book_that_exchanges_by_no_folder_has_no_trigger(book: Book) -> None:
    assert book.rows("SELECT name FROM sqlite_master WHERE name GLOB 'folder_marks*'") == []
    _create(book, "Ann")
    assert kinds(book) == set()


def test_triggers_of_another_version_are_replaced(marked: Book) -> None:
    names = marked.rows("SELECT name FROM sqlite_master WHERE name GLOB 'folder_marks*' ORDER BY name")
    marked.execute("DROP TRIGGER folder_marks_customer_insert")
    marked.execute("CREATE TRIGGER folder_marks_old AFTER INSERT ON customer BEGIN SELECT 1; END")
    with marked.write():
        folder_marks.begin(marked)
    assert marked.rows("SELECT name FROM sqlite_master WHERE name GLOB 'folder_marks*' ORDER BY name") == names
    with marked.write():
        folder_marks.end(marked)
    _update(marked, city="Salem")
    assert kinds(marked) == set()


def test_a_change_of_what_is_marked_gets_a_higher_mark_even_where_the_statement_ignores(marked: Book) -> None:
    _update(marked, city="Salem")
    mark = folder_marks.highest(marked)
    marked.execute("UPDATE OR IGNORE customer SET city = 'Boston' WHERE id = 1")
    folder_marks.clear(marked, mark)
    assert kinds(marked) == ANN


def test_marks_are_never_used_again(marked: Book) -> None:
    _update(marked, city="Salem")
    mark = folder_marks.highest(marked)
    folder_marks.clear(marked, mark)
    _update(marked, city="Boston")
    folder_marks.clear(marked, mark)
    assert kinds(marked) == ANN


def test_what_came_in_a_tills_export_is_not_marked_and_what_others_write_is(marked: Book) -> None:
    with marked.write(), folder_marks.coming(marked, CameBy.TILL):
        marked.execute("UPDATE customer SET city = 'Salem' WHERE id = 1")
    assert kinds(marked) == set()
    _update(marked, phone="555-0101")
    assert kinds(marked) == ANN
    with pytest.raises(KeyError), marked.write(), folder_marks.coming(marked, CameBy.TILL):
        raise KeyError
    assert marked.rows("SELECT * FROM folder_quiet") == []


def test_what_came_from_the_office_is_marked_beside_what_did_not(marked: Book) -> None:
    with marked.write(), folder_marks.coming(marked, CameBy.OFFICE):
        marked.execute("UPDATE customer SET city = 'Salem'")
        marked.execute("UPDATE feedback SET comment = 'Fine'")
    mark = folder_marks.highest(marked)
    assert kinds(marked) == {("office customer", 1), ("office customer", 2), ("office feedback", 1)}
    assert folder_marks.changed(marked, mark) == Changed((1, 2), (1,), (1,))
    assert not folder_marks.is_news(marked, mark)
    _update(marked, phone="555-0101")
    assert folder_marks.counted(marked) == 3
    assert not folder_marks.is_news(marked, mark)
    assert folder_marks.is_news(marked, folder_marks.highest(marked))
    assert folder_marks.changed(marked, folder_marks.highest(marked)).customers == (1, 2)


def test_a_mark_goes_on_to_whom_a_customer_becomes(marked: Book) -> None:
    folder_marks.pass_on(marked, 1, 2)
    assert kinds(marked) == set()
    _update(marked, city="Salem")
    mark = folder_marks.highest(marked)
    folder_marks.pass_on(marked, 1, 2)
    folder_marks.clear(marked, mark)
    assert kinds(marked) == {("customer", 2)}


def test_receipts_and_feedback_bring_their_customers(marked: Book) -> None:
    marked.execute("UPDATE feedback SET comment = 'Fine'")
    assert folder_marks.changed(marked, folder_marks.highest(marked)) == Changed((1, 2), (1,), (1,))
    assert folder_marks.changed(marked, folder_marks.highest(marked) - 1) == Changed()


def test_an_export_of_changes_has_just_those(marked: Book, tmp_path: Path) -> None:
    marked.execute(_COUNTED.format(2, 2))
    _update(marked, city="Salem")
    target = tmp_path / "changes.xlsx"
    request = ExportRequest(number=2, since=1, mark=folder_marks.highest(marked))
    result = export(marked, target, request)
    assert result.sheets == {
        "Customers": 1, "Stores": 3, "Loyalty": 0, "Receipts": 1, "Receipt Items": 0, "Receipt Taxes": 0,
        "Receipt Payments": 0, "Feedback": 0,
    }  # fmt: skip
    with closing(openpyxl.load_workbook(target, read_only=True)) as workbook:
        _, ann = workbook["Customers"].iter_rows(values_only=True)
        assert "Salem" in ann
        assert "Store" in [cell.value for cell in next(workbook["Receipt Items"].iter_rows())]


def test_a_change_while_the_file_is_written_is_due_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports_inside(monkeypatch)
    one, two = make_till(tmp_path, "till-1"), make_till(tmp_path, "till-2")
    ann = one.add("Ann Lee")
    one.sync()
    one.edit(ann.uid, city="Salem")

    def export_and_go_on(*args: Any, **options: Any) -> Any:
        result = export(*args, **options)
        one.edit(ann.uid, phone="555-0101")
        one.add("Bob May")
        return result

    with monkeypatch.context() as patch:
        patch.setattr(folder_send, "export", export_and_go_on)
        one.sync()
    sent = one.sync().sent
    assert sent is not None
    assert (sent.number, sent.customers) == (3, 2)
    assert one.sync().sent is None
    two.sync()
    assert two.people() == one.people()


def _failing(patch: pytest.MonkeyPatch, fault: Exception) -> None:
    def fail(*args: object, **options: object) -> None:
        raise fault

    patch.setattr(folder_send, "export", fail)


@pytest.mark.parametrize("fault", [ExportError("No."), OSError(28, "No space left on device")])
def test_nothing_is_forgotten_when_the_file_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    imports_inside(monkeypatch)
    one = make_till(tmp_path, "till-1")
    one.sync()
    one.add("Ann Lee")
    with monkeypatch.context() as patch:
        _failing(patch, fault)
        if isinstance(fault, OSError):
            with pytest.raises(ExchangeError, match="no room left"):
                one.sync()
        else:
            assert one.sync().faults == ("No.",)
    assert len(one.exports()) == 1
    sent = one.sync().sent
    assert sent is not None
    assert (sent.number, sent.customers, sent.whole) == (2, 1, False)
