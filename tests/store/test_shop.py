"""The shop: its name, money, clock and till, and its stores."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from store import currency, customers, search, settings, shop, stores, upkeep
from store.database import Book, open_book
from store.errors import InvalidSettingsError, StoreError
from store.records import ListQuery
from store.shop import Retold, Shop
from tests.store.workbook.importing import under_way

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.customer_records import Customer

    Add = Callable[..., Customer]

CHOSEN = Shop("Café Łódź", "EUR", "pl_PL", "Europe/Warsaw", 7)


def test_a_shop_is_kept(book: Book, book_path: Path) -> None:
    shop.choose(book, CHOSEN)
    with closing(open_book(book_path)) as again:
        assert shop.of(again) == CHOSEN
        assert currency.of(again) == currency.Currency("EUR", 2, "pl_PL")


def test_what_is_typed_another_way_is_tidied(book: Book) -> None:
    shop.choose(book, Shop("  Two\n lines ", " jpy ", "pt-br", " Asia/Tokyo ", 9999))
    assert shop.of(book) == Shop("Two lines", "JPY", "pt_BR", "Asia/Tokyo", 9999)
    assert settings.get(book, "minor_digits") == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 41),
        ("currency", "XYZ"),
        ("currency", ""),
        ("locale", "xx_YY"),
        ("locale", ""),
        ("locale", "../en"),
        ("time_zone", "Atlantis/Nowhere"),
        ("time_zone", ""),
        ("time_zone", "../x"),
        ("node", 0),
        ("node", 10_000),
        ("node", True),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(book: Book, field: str, value: Any) -> None:
    before = shop.of(book)
    with pytest.raises(InvalidSettingsError) as caught:
        shop.choose(book, replace(CHOSEN, **{field: value}))
    assert [fault.field for fault in caught.value.faults] == [field]
    assert shop.of(book) == before


def test_a_book_with_receipts_keeps_the_places_of_its_money(book: Book) -> None:
    book.execute("INSERT INTO receipt (number, paid_at, total) VALUES ('1-1', '2026-01-01T00:00:00Z', 1250)")
    with pytest.raises(InvalidSettingsError, match="2 decimal places") as caught:
        shop.choose(book, replace(CHOSEN, currency="JPY"))
    assert caught.value.faults[0].field == "currency"
    shop.choose(book, CHOSEN)
    assert shop.of(book).currency == "EUR"


def test_an_import_that_is_under_way_keeps_the_places_of_its_money(book: Book) -> None:
    with under_way(book, "a.xlsx", 1, 9), pytest.raises(InvalidSettingsError, match="under way") as caught:
        shop.choose(book, replace(CHOSEN, currency="JPY"))
    assert [fault.field for fault in caught.value.faults] == ["currency"]


def test_a_longer_name_from_before_is_kept(book: Book) -> None:
    settings.put(book, "shop_name", "x" * 80)
    shop.choose(book, Shop("x" * 80, node=2))
    assert (shop.of(book).name, shop.of(book).node) == ("x" * 80, 2)
    with pytest.raises(InvalidSettingsError, match="at most 40"):
        shop.choose(book, Shop("x" * 79))
    shop.choose(book, Shop("x" * 40))
    assert shop.of(book).name == "x" * 40


@pytest.mark.parametrize(
    ("change", "retold"),
    [
        ({}, Retold()),
        ({"name": "Other", "locale": "de_DE", "node": 9}, Retold()),
        ({"currency": "PLN"}, Retold(2, currency=True)),
        ({"time_zone": "Europe/Berlin"}, Retold(2, clock=True)),
        ({"currency": "PLN", "time_zone": "UTC"}, Retold(2, currency=True, clock=True)),
    ],
)
def test_it_is_known_what_would_become_of_receipts(book: Book, change: dict[str, Any], retold: Retold) -> None:
    shop.choose(book, CHOSEN)
    assert shop.retold(book, replace(CHOSEN, **change)) == Retold()
    for number in ("1-1", "1-2"):
        book.execute("INSERT INTO receipt (number, paid_at) VALUES (?, '2026-01-01T00:00:00Z')", (number,))
    assert shop.retold(book, replace(CHOSEN, **change)) == retold
    assert shop.of(book) == CHOSEN
    with pytest.raises(InvalidSettingsError, match="2 decimal places"):
        shop.retold(book, replace(CHOSEN, currency="JPY"))


def _id(book: Book, name: str) -> int:
    return next(store.id for store in stores.all_stores(book) if store.name == name)


def test_a_renamed_store_keeps_its_customers(book: Book, add: Add) -> None:
    ann = add("Ann Lee", stores=("Downtown", "Airport"))
    store = stores.rename(book, _id(book, "Downtown"), "  Old   Town ", "07")
    assert (store.code, store.name) == ("07", "Old Town")
    assert customers.get(book, ann.id).stores == ("Airport", "Old Town")
    assert [row.id for row in search.page(book, ListQuery(store_id=store.id), limit=9).rows] == [ann.id]
    assert stores.rename(book, store.id, "OLD TOWN", "07").name == "OLD TOWN"
    assert upkeep.check(book).faults == ()


@pytest.mark.parametrize(
    ("name", "code", "field"),
    [
        ("airport", "", "name"), ("HARBOUR", "", "name"), (" ", "", "name"), ("a;b", "", "name"),
        ("a|b", "", "name"), ("x" * 101, "", "name"), ("New", "02", "code"), ("New", "x" * 21, "code"),
    ],
)  # fmt: skip
def test_a_store_gets_no_name_that_is_not_its_own(book: Book, name: str, code: str, field: str) -> None:
    before = stores.all_stores(book)
    with pytest.raises(InvalidSettingsError) as caught:
        stores.rename(book, _id(book, "Downtown"), name, code)
    assert [fault.field for fault in caught.value.faults] == [field]
    assert stores.all_stores(book) == before


def test_only_a_store_that_nothing_is_of_can_be_removed(book: Book, add: Add) -> None:
    ann = add("Ann Lee", stores=("Downtown",))
    book.execute(
        "INSERT INTO receipt (number, store_id, paid_at) VALUES ('1-1', ?, '2026-01-01T00:00:00Z')",
        (_id(book, "Airport"),),
    )
    with pytest.raises(StoreError, match="belong to Downtown: 1"):
        stores.remove(book, _id(book, "Downtown"))
    with pytest.raises(StoreError, match="of Airport: 1"):
        stores.remove(book, _id(book, "Airport"))
    stores.remove(book, _id(book, "harbour"))
    assert [store.name for store in stores.all_stores(book)] == ["Airport", "Downtown"]
    customers.update(book, ann.id, {"stores": ()}, ann.version, base=ann)
    stores.remove(book, _id(book, "Downtown"))
    assert upkeep.check(book).faults == ()


def test_a_store_that_is_gone_is_told(book: Book) -> None:
    for change in (lambda: stores.rename(book, 99, "New"), lambda: stores.remove(book, 99)):
        with pytest.raises(StoreError, match="no longer"):
            change()
