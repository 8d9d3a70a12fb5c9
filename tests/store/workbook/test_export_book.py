"""What of the book an export says: everything, or the list as it is shown, as one snapshot."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from store import customers, fields, loyalty, programme, search, settings, stores
from store.database import Book, open_book
from store.demo.shop import make_shop
from store.exchange import ExportRequest, Progress
from store.loyalty_records import Programme
from store.records import Actor, ListQuery, Status
from store.shop import Shop
from store.shop import choose as choose_shop
from store.workbook import exporter, sync_lines, xlsx
from store.workbook.exporter import ONLY_CUSTOMERS, export
from store.workbook.writer import unguard
from store.workbook.xlsx import LONGEST_CELL
from tests.store.workbook.importing import run_import

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

EVERYTHING = ExportRequest()
CUSTOMERS = ExportRequest(customers_only=True)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = open_book(tmp_path / "shop.db", actor=Actor("Mei", "Till 1"))
    yield book
    book.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """A shop that no test changes."""
    book = open_book(tmp_path_factory.mktemp("books") / "shop.db", actor=Actor("Mei", "Till 1"))
    make_shop(book, customers=700, receipts=400)
    yield book
    book.close()


@pytest.fixture
def add(book: Book) -> Callable[..., Any]:
    def add(first: str, **values: Any) -> Any:
        return customers.create(book, {"first_name": first, "last_name": "Ito", "email": "ito@example.com", **values})

    return add


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()]
        for sheet in openpyxl.load_workbook(path)
        if sheet.sheet_state == "visible"
    }


def headers(path: Path) -> dict[str, list[Any]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return {sheet.title: list(next(sheet.iter_rows(max_row=1, values_only=True))) for sheet in book}


def column(rows: list[list[Any]], header: str) -> list[Any]:
    at = rows[0].index(header)
    return [row[at] for row in rows[1:]]


def test_sheets_and_headers_are_those_of_the_office(shop: Book, tmp_path: Path, samples: Path) -> None:
    result = export(shop, tmp_path / "all.xlsx", EVERYTHING)
    ours = sheets(tmp_path / "all.xlsx")
    theirs = {**headers(samples / "office-customers.xlsx"), **headers(samples / "office-receipts.xlsx")}
    assert list(ours) == [
        "Customers", "Stores", "Loyalty", "Receipts", "Receipt Items", "Receipt Taxes", "Receipt Payments", "Feedback",
        "Settings",
    ]  # fmt: skip
    for name, header_row in theirs.items():
        assert [header for header in ours[name][0] if (name, header) not in STORE_COLUMNS] == header_row
    assert ours["Loyalty"][0] == [
        "Entry UID", "Customer UID", "E-Mail", "Customer", "Points", "Reason", "Employee", "Till", "Date",
    ]  # fmt: skip
    tables = (
        "customer",
        "store",
        "loyalty_entry",
        "receipt",
        "receipt_item",
        "receipt_tax",
        "receipt_payment",
        "feedback",
    )
    counts = [shop.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]
    assert list(result.sheets.values()) == counts
    assert [len(rows) - 1 for name, rows in ours.items() if name != "Settings"] == counts


def test_settings_that_the_office_needs_are_told_and_nothing_else(book: Book, tmp_path: Path) -> None:
    choose_shop(book, Shop("=Café; Łódź", "EUR", "pl-PL", "Europe/Warsaw", 7))
    rules = Programme(
        on=False, currency="Stars", sign_up_points=5, per_amount=Decimal("2.50"), reasons=("Birthday", "Well, done")
    )
    programme.choose(book, rules)
    settings.put(book, "columns@Till 2", ["name"])
    export(book, tmp_path / "all.xlsx", EVERYTHING)
    assert sheets(tmp_path / "all.xlsx")["Settings"] == [
        ["Setting", "Value"], ["Shop Name", "=Café; Łódź"], ["Currency", "EUR"], ["Locale", "pl_PL"],
        ["Time Zone", "Europe/Warsaw"], ["Node Number", "7"], ["Loyalty Programme", "Off"],
        ["Loyalty Currency", "Stars"], ["Points at Sign-up", "5"], ["Points for a Visit", "0"],
        ["Points for an Amount", "0"], ["Amount for Points", "2.5"], ["Value of a Point", "0"],
        ["Minimum for Redemption", "0"], ["Receipts Awarded By", "office"], ["Reasons", "Birthday"],
        ["Reasons", "Well, done"],
    ]  # fmt: skip


def test_no_secret_leaves_the_book_in_an_export(book: Book, add: Callable[..., Any], tmp_path: Path) -> None:
    add("Ann")
    secrets = [about.name for about in settings.DESCRIPTIONS.values() if about.secret]
    assert "mail_password" in secrets
    for name in settings.DESCRIPTIONS:
        if "password" in name or name.startswith("mail_") or name in {"columns", "recent_folders"}:
            assert not settings.DESCRIPTIONS[name].label
    for name in set(secrets) - {"exchange_key"}:  # a key that is none signs nothing
        settings.put(book, name, f"hunter2-{name}")
    export(book, tmp_path / "all.xlsx", EVERYTHING)
    export(book, tmp_path / "all.csv", EVERYTHING)
    with zipfile.ZipFile(tmp_path / "all.xlsx") as parts:
        said = [parts.read(name) for name in parts.namelist()]
    assert any(b"Shop Name" in part for part in said)
    for part in (*said, (tmp_path / "all.csv").read_bytes()):
        assert b"hunter2" not in part


def test_the_sheet_settings_is_read_without_a_word(book: Book, tmp_path: Path) -> None:
    export(book, tmp_path / "all.xlsx", EVERYTHING)
    report = run_import(book, tmp_path / "all.xlsx")
    assert report.notes == report.refused == []
    assert "Settings" not in {str(sheet) for sheet in report.tallies}


def test_uids_are_hidden_and_locked_in_every_sheet_that_has_them(shop: Book, tmp_path: Path) -> None:
    export(shop, tmp_path / "all.xlsx", EVERYTHING)
    export(shop, tmp_path / "list.xlsx", ExportRequest(ListQuery()))
    books = [openpyxl.load_workbook(tmp_path / name) for name in ("all.xlsx", "list.xlsx")]
    found = []
    for sheet in (sheet for book in books for sheet in book if sheet.sheet_state == "visible"):
        uids = {cell.column_letter for cell in sheet[1] if str(cell.value).endswith("UID")}
        found.append((sheet.title, *sorted(uids)))
        assert sheet.protection.sheet is bool(uids)
        assert {letter for letter, column in sheet.column_dimensions.items() if column.hidden} == uids
        assert {cell.column_letter for cell in sheet[2] if cell.value is not None and cell.protection.locked} == uids
    assert [who for who in found if len(who) > 1] == [
        ("Customers", "A"), ("Loyalty", "A", "B"), ("Receipts", "B"), ("Feedback", "A"), ("Customers", "A"),
    ]  # fmt: skip


STORE_COLUMNS = {(name, "Store") for name in ("Receipt Items", "Receipt Taxes", "Receipt Payments", "Feedback")}


def test_a_customers_row_says_all_that_the_book_knows(book: Book, add: Callable[..., Any], tmp_path: Path) -> None:
    for name in ("Harbor", "Airport"):
        stores.ensure(book, name)
    made = add(
        "=SUM(A1)", phone="+1 555-0101", gender="Others", date_of_birth=date(1985, 3, 7), id_number="00042",
        nationality="Māori", gate_code="0007", anniversary=date(1899, 12, 31), notes="first\nsecond \x1b[31m",
        stores=("Harbor", "Airport"), loyalty=True, points=120, reason="Birthday", gift_card="6006533312233907",
        address_line1="-1 Negative Rd", address_line2="#4", city="Århus", state="MO", zip_code="01234", country="US",
        enrolled=date(2024, 2, 29),
    )  # fmt: skip
    customers.inactivate(book, made.id)
    export(book, tmp_path / "all.xlsx", CUSTOMERS)
    (header, row) = sheets(tmp_path / "all.xlsx")["Customers"]
    shown = dict(zip(header, row, strict=True))
    assert header == [field.label for field in fields.FIELDS]
    assert shown["Date of Birth"] == datetime(1985, 3, 7)  # noqa: DTZ001  # a cell has no zone
    assert shown["Enroll Date"] == datetime(2024, 2, 29)  # noqa: DTZ001
    assert shown["Loyalty Points"] == 120
    texts = {
        "Customer UID": made.uid, "First Name": "=SUM(A1)", "E-Mail": made.email, "Phone Number": "+1 555-0101",
        "Customer ID Number": "00042", "Gate Code": "0007", "Anniversary": "31-Dec-1899",
        "Notes": "first\nsecond _x001B_[31m", "Stores": "Airport; Harbor", "Loyalty": "YES", "Reason": "Birthday",
        "Gift Card Number": "6006533312233907", "Address Line 1": "-1 Negative Rd", "ZipCode": "01234",
        "Country": "United States", "Status": "Inactive",
    }  # fmt: skip
    assert {header: shown[header] for header in texts} == texts


def test_receipts_say_money_quantities_and_the_shops_own_time(
    book: Book, add: Callable[..., Any], tmp_path: Path
) -> None:
    settings.put(book, "time_zone", "America/New_York")
    made = add("Ada")
    harbor = stores.ensure(book, "Harbor")
    receipt(book, "1-1001", harbor.id, made.id, "2026-03-08T06:59:30Z")
    receipt(book, "1-1002", None, None, "2026-03-08T07:00:00Z")
    book.execute(
        "INSERT INTO receipt_item (receipt_id, position, item, price, quantity, amount) VALUES (1, 2, 'Figs', 899, 130, 117), (1, 1, 'Tea', 10, 2000, 20)"
    )
    book.execute(
        "INSERT INTO receipt_tax (receipt_id, position, type, rate, amount) VALUES (1, 1, 'City tax', 8875, 2)"
    )
    book.execute(
        "INSERT INTO feedback (uid, customer_id, receipt_id, positive, comment, on_date) VALUES ('f', ?, 1, 0, '=cold', '2026-03-09'), ('g', ?, NULL, 1, '', NULL)",
        (made.id, made.id),
    )
    loyalty.enter(book, made.id, -30, "Refund", at="2026-07-01T12:00:00Z")
    export(book, tmp_path / "all.xlsx", EVERYTHING)
    told = sheets(tmp_path / "all.xlsx")
    paid = [moment.isoformat() for moment in column(told["Receipts"], "Date")]
    assert paid == ["2026-03-08T01:59:30", "2026-03-08T03:00:00"]
    assert told["Receipts"][1][:5] == ["1-1001", made.uid, made.email, "Ada Ito", "Harbor"]
    assert told["Receipts"][2][:5] == ["1-1002", None, None, None, None]
    assert column(told["Receipts"], "Total") == [172.6, 172.6]
    assert told["Receipt Items"] == [
        ["Receipt Number", "Item", "Price", "Qty", "Amount"],
        ["1-1001", "Tea", 0.1, 2, 0.2],
        ["1-1001", "Figs", 8.99, 0.13, 1.17],
    ]
    assert told["Receipt Taxes"][1] == ["1-1001", "City tax", 8.875, 0.02]
    assert [row[1:4] for row in told["Feedback"][1:]] == [["1-1001", "Negative", "=cold"], [None, "Positive", None]]
    entry = dict(zip(told["Loyalty"][0], told["Loyalty"][1], strict=True))
    assert (entry["Points"], entry["Date"].hour, entry["Employee"], entry["Till"]) == (-30, 8, "Mei", "Till 1")


def receipt(book: Book, number: str, store_id: int | None, customer_id: int | None, paid_at: str) -> None:
    book.execute(
        "INSERT INTO receipt (store_id, number, customer_id, paid_at, total) VALUES (?, ?, ?, ?, 17260)",
        (store_id, number, customer_id, paid_at),
    )


@pytest.mark.parametrize("shared", [False, True])
def test_the_store_stands_with_a_receipts_parts_only_where_numbers_are_shared(
    book: Book, tmp_path: Path, shared: bool
) -> None:
    ids = [stores.ensure(book, name).id for name in ("Harbor", "Airport")]
    receipt(book, "1-1", ids[0], None, "2026-01-01T00:00:00Z")
    receipt(book, "1-1" if shared else "1-2", ids[1], None, "2026-01-01T00:00:00Z")
    for number in (1, 2):
        book.execute("INSERT INTO receipt_payment (receipt_id, number, amount) VALUES (?, 1, 5)", (number,))
    export(book, tmp_path / "all.xlsx", EVERYTHING)
    payments = sheets(tmp_path / "all.xlsx")["Receipt Payments"]
    assert ("Store" in payments[0]) is shared
    if shared:
        assert column(payments, "Store") == ["Harbor", "Airport"]


@pytest.mark.parametrize(
    "query",
    [
        ListQuery(),
        ListQuery(text="ab", status=Status.ALL),
        ListQuery(order="points", descending=True),
        ListQuery(descending=True),
        ListQuery(text="a", descending=True),
        ListQuery(order="email", loyalty=True, store_id=1),
        ListQuery(status=Status.INACTIVE),
        ListQuery(text="nobody is called so"),
    ],
)
def test_the_list_is_exported_as_it_is_shown(
    shop: Book, tmp_path: Path, query: ListQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporter, "CHUNK", 64)
    result = export(shop, tmp_path / "list.xlsx", ExportRequest(query))
    told = sheets(tmp_path / "list.xlsx")
    assert list(told) == ["Customers"]
    assert told["Customers"][0] == [
        "Customer UID", "First Name", "Last Name", "E-Mail", "Phone Number", "Loyalty Points", "Reason",
        "Gift Card Number", "Stores",
    ]  # fmt: skip
    shown = search.page(shop, query, limit=5000).rows
    uids = dict(shop.rows("SELECT id, uid FROM customer"))
    assert column(told["Customers"], "Customer UID") == [uids[row.id] for row in shown]
    assert result.sheets == {"Customers": len(shown)} == {"Customers": search.count(shop, query, cap=None).value}


def test_the_lists_columns_keep_their_order(shop: Book, tmp_path: Path) -> None:
    query = ListQuery(columns=("stores", "photo", "country", "name", "last_name", "active"))
    export(shop, tmp_path / "list.csv", ExportRequest(query))
    header = (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()[0]
    assert header == "Customer UID,Stores,Country,First Name,Last Name,Status"


def test_a_csv_says_the_same_as_the_workbook_and_that_it_is_only_customers(shop: Book, tmp_path: Path) -> None:
    export(shop, tmp_path / "all.xlsx", CUSTOMERS)
    assert export(shop, tmp_path / "all.csv", CUSTOMERS).notes == ()
    assert export(shop, tmp_path / "all.csv", EVERYTHING).notes == (ONLY_CUSTOMERS,)
    lines = csv.reader(io.StringIO((tmp_path / "all.csv").read_bytes().decode("utf-8-sig"), newline=""))
    rows = [[unguard(cell) for cell in line] for line in lines]
    assert rows == [[as_text(cell) for cell in row] for row in sheets(tmp_path / "all.xlsx")["Customers"]]


def as_text(cell: Any) -> str:
    return fields.show_date(cell.date()) if isinstance(cell, datetime) else "" if cell is None else str(cell)


def test_what_others_write_meanwhile_is_not_half_in_it(shop: Book, tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    shop.execute("VACUUM INTO ?", (str(path),))
    with_writer = open_book(path), open_book(path)
    book, cashier = with_writer
    total = book.rows("SELECT count(*) FROM customer")[0][0]

    def sell(progress: Progress) -> None:
        assert progress.total == expected
        stores.ensure(cashier, f"Store opened at {progress.done}")
        cashier.execute("UPDATE customer SET notes = 'changed meanwhile'")

    tables = ("store", "loyalty_entry", "receipt", "receipt_item", "receipt_tax", "receipt_payment", "feedback")
    expected = total + sum(book.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables)
    result = export(book, tmp_path / "all.xlsx", EVERYTHING, report=sell)
    for each in with_writer:
        each.close()
    told = sheets(tmp_path / "all.xlsx")
    assert result.sheets["Stores"] == len(told["Stores"]) - 1 < 20
    assert "changed meanwhile" not in column(told["Customers"], "Notes")


def test_progress_comes_to_its_end(shop: Book, tmp_path: Path) -> None:
    told: list[Progress] = []
    export(shop, tmp_path / "all.xlsx", EVERYTHING, report=told.append)
    assert told[0].done == 0
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    assert told[-1].done == told[-1].total > 2000


def test_notes_too_long_for_a_cell_are_left_out_and_told(book: Book, add: Callable[..., Any], tmp_path: Path) -> None:
    add("Long", notes="n" * (LONGEST_CELL + 1))
    add("Order", notes="<clear>")
    add("Short", notes="n" * LONGEST_CELL)
    result = export(book, tmp_path / "all.xlsx", EVERYTHING)
    assert [len(note or "") for note in column(sheets(tmp_path / "all.xlsx")["Customers"], "Notes")] == [
        0,
        0,
        LONGEST_CELL,
    ]
    assert len(result.notes) == 1
    assert result.notes[0].startswith("Notes: 2 values were left out")
    assert export(book, tmp_path / "all.csv", CUSTOMERS).notes[0].startswith("Notes: 1 value was left out")


def test_a_sheet_goes_on_in_parts(shop: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 500)
    result = export(shop, tmp_path / "all.xlsx", CUSTOMERS)
    assert result.sheets == {"Customers": 700}
    assert result.notes == ()
    told = sheets(tmp_path / "all.xlsx")
    assert [len(rows) for rows in (told["Customers"], told["Customers part 2"])] == [500, 202]


def test_an_empty_book_gives_headers_alone(book: Book, tmp_path: Path) -> None:
    export(book, tmp_path / "all.xlsx", EVERYTHING)
    told = sheets(tmp_path / "all.xlsx")
    assert {len(rows) for name, rows in told.items() if name != "Settings"} == {1}
    export(book, tmp_path / "all.csv", CUSTOMERS)
    assert (tmp_path / "all.csv").read_bytes().count(b"\r\n") == 1


def test_a_money_of_no_cents_is_written_without(book: Book, tmp_path: Path) -> None:
    settings.put(book, "minor_digits", 0)
    receipt(book, "1-1", None, None, "2026-01-01T00:00:00Z")
    export(book, tmp_path / "all.xlsx", EVERYTHING)
    total = openpyxl.load_workbook(tmp_path / "all.xlsx")["Receipts"]["M2"]
    assert (total.value, total.number_format) == (17260, "0")


def test_every_sheet_streams(shop: Book) -> None:
    """No query gathers its rows before the first comes: memory stays flat, whatever the book's size."""
    run = exporter._Run(shop, EVERYTHING, lambda _: None, sync_lines.new_export(0), customers_only=False)
    for part in run._parts:
        sql = f"SELECT {run._columns(part.table)} FROM {part.table.tables} ORDER BY {part.table.order}"
        plan = [line[3] for line in shop.rows(f"EXPLAIN QUERY PLAN {sql}")]
        assert not [step for step in plan if "TEMP B-TREE FOR ORDER BY" in step], (part.table.sheet, plan)


def test_moments_are_shown_through_both_changes_of_the_clock(book: Book, tmp_path: Path) -> None:
    settings.put(book, "time_zone", "Europe/Berlin")
    moments = [
        datetime(2026, month, day, hour, 30, 1, tzinfo=UTC) for month, day in ((3, 29), (10, 25)) for hour in range(4)
    ]
    for number, moment in enumerate(moments):
        receipt(book, f"1-{number}", None, None, moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    export(book, tmp_path / "all.xlsx", EVERYTHING)
    local = [moment.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None) for moment in moments]
    assert column(sheets(tmp_path / "all.xlsx")["Receipts"], "Date") == local
