"""The real shapes in `samples` come in exactly as they should, and a second time without a trace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from store import customers, search, upkeep
from store.records import ListQuery
from tests.store.workbook.importing import counts, dump, run_import

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

SAMPLES = (
    "office-customers.xlsx", "messy-customers.xlsx", "office-customers-97.xls", "other-store-export.xlsx",
    "office-receipts.xlsx",
)  # fmt: skip


def test_messy_customers_come_out_as_expected(new_book: Book, samples: Path) -> None:
    expected = json.loads((samples / "messy-customers.expected.json").read_text())
    report = run_import(new_book, samples / "messy-customers.xlsx")
    refused = {row.row: row.outcome for row in report.refused}
    assert [{"row": row["row"], "outcome": refused.get(row["row"], "created")} for row in expected] == expected
    assert counts(report) == (14, 0, 0, 23)
    assert counts(report, "Stores") == (4, 0, 0, 0)


def test_the_messy_values_are_kept_as_meant(new_book: Book, samples: Path) -> None:
    run_import(new_book, samples / "messy-customers.xlsx")
    rows = {
        row[0]: row[1:] for row in new_book.rows("SELECT first_name, last_name, zip_code, notes, loyalty FROM customer")
    }
    assert rows["Ada"][0] == "Lovelace"
    assert rows["Heather"][1] == "01234", "a zip that lost its zero is padded in the United States"
    assert rows["Lutfi"][2] == '=HYPERLINK("http://example.com","click")'
    assert "line one\nline two" in rows["Andrew"][2]
    assert rows["Matthew"][3] == 1


def test_all_samples_import_and_change_nothing_the_second_time(new_book: Book, samples: Path) -> None:
    made = {}
    for name in SAMPLES:
        made[name] = run_import(new_book, samples / name)
    assert counts(made["office-customers.xlsx"]) == (2000, 0, 0, 0)
    assert counts(made["office-customers-97.xls"]) == (300, 0, 0, 0)
    assert counts(made["other-store-export.xlsx"]) == (400, 0, 0, 0)
    lines = {
        sheet: counts(made["office-receipts.xlsx"], sheet)[0]
        for sheet in ("Receipts", "Receipt Items", "Receipt Taxes")
    }
    assert lines == {"Receipts": 11693, "Receipt Items": 35433, "Receipt Taxes": 23386}
    assert counts(made["office-receipts.xlsx"], "Receipt Payments") == (12725, 0, 0, 0)
    assert counts(made["office-receipts.xlsx"], "Feedback") == (956, 0, 0, 0)
    assert upkeep.check(new_book).faults == ()

    new_book.checkpoint(truncate=True)
    before, changes = new_book.path.read_bytes(), new_book.raw().total_changes
    for name in SAMPLES:
        report = run_import(new_book, samples / name)
        assert all((tally.created, tally.updated) == (0, 0) for tally in report.tallies.values()), name
    assert new_book.raw().total_changes == changes
    assert new_book.path.read_bytes() == before, "a second import writes nothing"
    assert new_book.path.with_name(f"{new_book.path.name}-wal").stat().st_size == 0


def test_another_stores_export_is_understood(new_book: Book, samples: Path) -> None:
    run_import(new_book, samples / "office-customers.xlsx")
    run_import(new_book, samples / "other-store-export.xlsx")
    (only,) = search.exact(new_book, "cordovasarah10000@example.com")
    sophie = customers.get(new_book, only)
    assert (sophie.first_name, sophie.last_name, sophie.phone) == ("Sophie", "Hubert", "15385558789")
    assert (sophie.points, sophie.loyalty, str(sophie.enrolled)) == (561, True, "2026-03-31")
    assert sophie.stores == ("Airport", "Downtown", "Harbor", "University")


def test_a_store_that_nobody_knows_is_an_error(new_book: Book, samples: Path) -> None:
    report = run_import(new_book, samples / "other-store-export.xlsx")
    assert counts(report) == (0, 0, 0, 400)
    assert {row.outcome for row in report.refused} == {"error:Stores"}


def test_receipts_reach_the_book_in_cents_and_utc(new_book: Book, samples: Path) -> None:
    new_book.execute("UPDATE setting SET value = '\"America/New_York\"' WHERE name = 'time_zone'")
    run_import(new_book, samples / "office-customers.xlsx")
    run_import(new_book, samples / "office-receipts.xlsx")
    row = new_book.rows(
        "SELECT id, paid_at, total, total_tip, cash_discount, employee FROM receipt WHERE number = '3-1001'"
    )[0]
    assert row[1:] == ("2026-06-20T15:53:00Z", 17260, 500, 100, "Mei Tan")
    items = new_book.rows(
        "SELECT position, item, price, quantity, amount FROM receipt_item WHERE receipt_id = ?", (row[0],)
    )
    assert items[:2] == [(1, "Running socks", 899, 2000, 1798), (2, "Linen shirt", 3900, 2000, 7800)]
    taxes = new_book.rows("SELECT type, rate, amount FROM receipt_tax WHERE receipt_id = ?", (row[0],))
    assert taxes == [("State tax", 6250, 978), ("City tax", 1500, 235)]


def test_imported_customers_are_found_in_order_of_name(new_book: Book, samples: Path) -> None:
    run_import(new_book, samples / "office-customers.xlsx")
    ranks = new_book.rows("SELECT name_key FROM customer ORDER BY ord")
    assert ranks == sorted(ranks)
    email, first = new_book.rows("SELECT email, first_name FROM customer WHERE first_name <> '' LIMIT 1")[0]
    found = search.page(new_book, ListQuery(text=email.split("@")[0]))
    assert first in str(found.rows[0].values)


@pytest.mark.parametrize("name", SAMPLES[:2])
def test_a_preview_counts_what_the_import_does(new_book: Book, samples: Path, name: str) -> None:
    before = dump(new_book, journal=True)
    preview = run_import(new_book, samples / name, dry_run=True)
    assert dump(new_book, journal=True) == before
    assert run_import(new_book, samples / name).said() == preview.said()
