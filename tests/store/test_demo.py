"""The demo shop: the same from the same seed, true to the cent, believable, and whole when it is cut off."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from store import cli, demo, folding, indexing, settings
from store.database import Book, open_book
from store.demo import people, sales, shop
from store.fields import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = date(2026, 6, 15)
TABLES = (
    "store", "customer", "customer_store", "customer_photo", "loyalty_entry", "receipt", "receipt_item",
    "receipt_tax", "receipt_payment", "feedback",
)  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = open_book(tmp_path / "shop.db")
    settings.put(book, "time_zone", "America/New_York")
    yield book
    book.close()


def contents(book: Book) -> dict[str, list[tuple[object, ...]]]:
    return {table: book.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES}


def test_the_same_seed_makes_the_same_book(book: Book, tmp_path: Path) -> None:
    demo.make_shop(book, customers=300, receipts=900, seed=5, today=TODAY)
    for seed, same in ((5, True), (6, False)):
        other = open_book(tmp_path / f"{seed}.db")
        settings.put(other, "time_zone", "America/New_York")
        demo.make_shop(other, customers=300, receipts=900, seed=seed, today=TODAY)
        assert (contents(book) == contents(other)) is same
        other.close()


def test_a_receipts_parts_add_up_to_the_cent(book: Book) -> None:
    demo.make_shop(book, customers=200, receipts=3000, today=TODAY)
    assert book.rows("SELECT count(*) FROM receipt") == [(3000,)]
    assert not book.rows("SELECT 1 FROM receipt_item WHERE amount <> (price * quantity + 500) / 1000")
    wrong = book.rows(
        "SELECT r.number FROM receipt r WHERE total <> (SELECT sum(amount) FROM receipt_item WHERE receipt_id = r.id)"
        " - discount - cash_discount + (SELECT sum(amount) FROM receipt_tax WHERE receipt_id = r.id) + gratuity"
        " + total_tip + card_service_charge + online_order_service_charge + item_service_charge"
        " OR total <> (SELECT sum(amount) FROM receipt_payment WHERE receipt_id = r.id AND status = 'Success')"
    )
    assert not wrong
    statuses = {status for (status,) in book.rows("SELECT DISTINCT status FROM receipt_payment")}
    assert statuses == {"Success", "Voided", "Refunded"}
    splits = book.rows(
        "SELECT count(*) FROM receipt_payment WHERE status = 'Success' GROUP BY receipt_id HAVING count(*) > 1"
    )
    assert splits


def test_balances_are_the_sums_of_the_ledger(book: Book) -> None:
    demo.make_shop(book, customers=500, receipts=4000, today=TODAY)
    assert not book.rows(
        "SELECT 1 FROM customer c WHERE points <>"
        " coalesce((SELECT sum(points) FROM loyalty_entry WHERE customer_id = c.id), 0) OR points < 0"
    )
    reasons = {reason for (reason,) in book.rows("SELECT DISTINCT reason FROM loyalty_entry")}
    assert reasons >= {"Welcome", "Purchase", "Redemption", "Brought forward"}
    members, others = book.rows("SELECT sum(loyalty), sum(NOT loyalty) FROM customer")[0]
    assert members > others > 0
    assert not book.rows("SELECT 1 FROM customer WHERE NOT loyalty AND points <> 0")


def test_receipts_run_over_fourteen_months_after_enrolment_and_are_skewed(book: Book) -> None:
    demo.make_shop(book, customers=1000, receipts=6000, today=TODAY)
    first, last = book.rows("SELECT min(paid_at), max(paid_at) FROM receipt")[0]
    assert TODAY - timedelta(days=sales.DAYS) <= date.fromisoformat(first[:10]) < TODAY - timedelta(days=415)
    assert TODAY - timedelta(days=4) < date.fromisoformat(last[:10]) <= TODAY
    assert not book.rows(
        "SELECT 1 FROM receipt r JOIN customer c ON c.id = r.customer_id WHERE substr(paid_at, 1, 10) < enrolled"
    )
    counts = [n for (n,) in book.rows("SELECT count(*) AS n FROM receipt WHERE customer_id > 0 GROUP BY customer_id")]
    assert max(counts) > 10 * sorted(counts)[len(counts) // 2]
    walk_ins = book.rows("SELECT count(*) FROM receipt WHERE customer_id IS NULL")[0][0]
    assert 0 < walk_ins < 600
    in_time = "SELECT substr(number, 1, instr(number, '-')), store_id, CAST(substr(number, 3) AS INTEGER) FROM receipt"
    by_time = book.rows(f"{in_time} ORDER BY 1, 2, paid_at, 3")
    assert by_time == sorted(by_time, key=lambda row: (row[0], row[1], row[2]))


def test_every_value_passes_the_books_own_rules(book: Book) -> None:
    demo.make_shop(book, customers=2000, receipts=0, today=TODAY)
    names = (
        "first_name", "last_name", "email", "phone", "gender", "id_number", "nationality", "gate_code", "notes",
        "gift_card", "reason", "address_line1", "address_line2", "city", "state", "zip_code", "country",
    )  # fmt: skip
    for row in book.rows(f"SELECT {', '.join(names)} FROM customer"):
        for name, value in zip(names, row, strict=True):
            assert BY_NAME[name].read(value or "") == (value or ""), (name, value)
    for born, wed in book.rows("SELECT date_of_birth, anniversary FROM customer"):
        assert born is None or BY_NAME["date_of_birth"].read(born) == date.fromisoformat(born)
        assert wed is None or date.fromisoformat(wed) < TODAY


def test_addresses_and_phones_belong_to_nobody(book: Book) -> None:
    demo.make_shop(book, customers=3000, receipts=0, today=TODAY)
    emails = [email for (email,) in book.rows("SELECT email FROM customer")]
    assert {email.partition("@")[2] for email in emails} == {"example.com", "example.org", "example.net"}
    assert all(email.isascii() for email in emails)
    assert len(set(emails)) == len(emails)
    phones = [digits for (digits,) in book.rows("SELECT phone_digits FROM customer WHERE phone <> ''")]
    assert all(re.fullmatch(r"1?(?:[2-9]9\d|37\d|96\d)55501\d\d", digits) for digits in phones)
    local = {digits.removeprefix("1") for digits in phones}
    assert len(local) == len(phones) > 2500


def test_names_are_of_many_scripts(book: Book) -> None:
    demo.make_shop(book, customers=3000, receipts=0, today=TODAY)
    letters = {char for row in book.rows("SELECT first_name, last_name FROM customer") for char in "".join(row)}
    scripts = {unicodedata.name(char).split()[0] for char in letters if char.isalpha()}
    assert scripts >= {
        "LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "THAI", "CJK", "HANGUL", "HIRAGANA",
    }  # fmt: skip
    assert set("éłşĐÅñ") <= letters


def test_ranks_and_search_index_are_those_of_the_services(book: Book) -> None:
    demo.make_shop(book, customers=1500, receipts=0, today=TODAY)
    rows = book.rows("SELECT ord, name_key, first_name, last_name FROM customer ORDER BY ord")
    assert [row[0] for row in rows] == [indexing.START + indexing.GAP * at for at in range(1500)]
    assert [row[1] for row in rows] == sorted(folding.name_key(first, last) for _, _, first, last in rows)
    book.execute("INSERT INTO customer_search (customer_search, rank) VALUES ('integrity-check', 1)")
    assert book.rows("SELECT name, value FROM tally ORDER BY name") == book.rows(
        "SELECT iif(active, 'active', 'inactive') AS name, count(*) FROM customer GROUP BY active ORDER BY name"
    )
    tokens = {token for (token,) in book.rows("SELECT token FROM email_domain")}
    assert tokens == {folding.domain_token(f"example.{end}") for end in ("com", "org", "net")}


def test_stores_photos_and_feedback(book: Book) -> None:
    demo.make_shop(book, customers=800, receipts=2400, today=TODAY)
    assert book.rows("SELECT count(*) FROM store") == [(6,)]
    assert not book.rows("SELECT 1 FROM customer WHERE id NOT IN (SELECT customer_id FROM customer_store)")
    pictured = book.rows("SELECT id FROM customer WHERE has_photo ORDER BY id")
    assert pictured == book.rows("SELECT customer_id FROM customer_photo ORDER BY 1")
    assert 1 < len(pictured) < 20
    assert book.rows("SELECT count(DISTINCT positive) FROM feedback") == [(2,)]
    assert not book.rows(
        "SELECT 1 FROM feedback f JOIN receipt r ON r.id = f.receipt_id WHERE r.customer_id <> f.customer_id"
    )
    assert settings.get(book, "shop_name") == shop.SHOP_NAME


@pytest.mark.parametrize(("customers", "receipts"), [(1, 0), (1, 1), (1, 40), (2, 5), (30, 7), (7, 500)])
def test_small_and_lopsided_shops(book: Book, customers: int, receipts: int) -> None:
    demo.make_shop(book, customers=customers, receipts=receipts, today=TODAY)
    assert book.rows("SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM receipt)") == [
        (customers, receipts)
    ]


@pytest.mark.parametrize(("customers", "receipts"), [(0, 0), (-1, 5), (10**8, 5), (5, -1), (5, 10**9)])
def test_an_impossible_size_is_refused(book: Book, customers: int, receipts: int) -> None:
    with pytest.raises(demo.DemoError, match=r"A demo shop has"):
        demo.make_shop(book, customers=customers, receipts=receipts)
    assert book.rows("SELECT 1 FROM store") == []


def test_a_book_in_use_is_refused_and_left_alone(book: Book) -> None:
    demo.make_shop(book, customers=5, receipts=5, today=TODAY)
    before = contents(book)
    with pytest.raises(demo.DemoError, match="has customers already"):
        demo.make_shop(book, customers=5, receipts=5, today=TODAY)
    assert contents(book) == before


def test_numbers_are_distinct() -> None:
    numbers = people.Numbers(10_000, Random(3))
    assert len({numbers[at] for at in range(10_000)}) == 10_000


def test_the_commands_words_and_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "demo.db"
    command = ["demo", "--db", str(path), "--customers", "50", "--receipts", "60", "--seed", "3"]
    assert cli.main(command) == cli.OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["0 of 50 customers", "50 of 50 customers"]
    assert re.fullmatch(r"The demo shop is in .*demo\.db: [\d,]+ rows in \d+\.\d s \([\d,]+ a second\)\.", lines[-1])
    assert cli.main(command) == cli.FAILED
    assert "has customers already. Name a new file" in capsys.readouterr().err
    assert cli.main(["demo", "--db", str(tmp_path / "new.db"), "--customers", "0"]) == cli.REFUSED
    assert "1 to 5,000,000 customers" in capsys.readouterr().err
    assert cli.main(["demo", "--db", str(tmp_path / "new.db"), "--receipts", "-1"]) == cli.REFUSED
    assert "0 to 50,000,000 receipts" in capsys.readouterr().err
    assert not (tmp_path / "new.db").exists()


A_TRANSACTION = 2_000
_IN_SHORT_TRANSACTIONS = f"""
import sys
from store import cli
from store.demo import shop
shop._TRANSACTION = {A_TRANSACTION}
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT], ids=["killed", "ctrl-c"])
def test_a_filling_that_is_cut_off_leaves_a_whole_book(tmp_path: Path, ending: signal.Signals) -> None:
    path = tmp_path / "cut.db"
    command = [sys.executable, "-c", _IN_SHORT_TRANSACTIONS]
    command += ["demo", "--db", str(path), "--customers", "60000", "--receipts", "9"]
    filling = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while filling.poll() is None and not _committed(path):
        time.sleep(0.01)
    filling.send_signal(ending)
    assert filling.stderr is not None
    said = filling.stderr.read()
    assert filling.wait() == (-signal.SIGKILL if ending is signal.SIGKILL else 130)
    filling.stderr.close()
    if ending is signal.SIGINT:
        assert re.search(r"Stopped\. .* holds [\d,]+ customers of the demo shop\.", said), said
    book = open_book(path)
    count = book.rows("SELECT count(*) FROM customer")[0][0]
    assert count
    assert count % A_TRANSACTION == 0
    assert count < 60_000
    assert book.rows("PRAGMA integrity_check") == [("ok",)]
    assert not book.rows("PRAGMA foreign_key_check")
    book.execute("INSERT INTO customer_search (customer_search, rank) VALUES ('integrity-check', 1)")
    assert book.rows("SELECT value FROM tally WHERE name = 'active'") == book.rows(
        "SELECT count(*) FROM customer WHERE active"
    )
    book.close()


def _committed(path: Path) -> bool:
    if not path.exists():
        return False
    probe = sqlite3.connect(path, timeout=5)
    try:
        return bool(probe.execute("SELECT 1 FROM customer LIMIT 1").fetchone())
    except sqlite3.OperationalError:  # the tables are not made yet
        return False
    finally:
        probe.close()
