"""Finding customers: what is typed, filters, orders, pages, counts and places."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, listing, search, stores
from store.fields import COLUMN_LABELS
from store.records import Count, CustomerRow, ListQuery, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.customer_records import Customer
    from store.database import Book

    Add = Callable[..., Customer]


def found(book: Book, text: str, **query: Any) -> set[str]:
    """The names a text finds."""
    rows = search.page(book, ListQuery(text, columns=("name",), **query), limit=1000).rows
    return {str(row.values[0]) for row in rows}


@pytest.fixture
def people(book: Book, add: Add) -> None:
    """A few customers that typing must tell apart."""
    add("José García", email="jose.garcia@gmail.com", phone="+1 (555) 867-5309", loyalty=True, points=80)
    add("Siobhán O'Brien", email="sio@mail.example.co.uk", phone="0044 20 7946 0018", stores=("Downtown",))
    add("Łukasz Żółć", email="lz@example.com", id_number="AB12345", gift_card="GC-7788 99")
    add("Ann Lee", email="lee+shop@example.com", phone="555-0101", stores=("Airport", "Downtown"))
    add("山田 太郎", email="yamada@example.jp")
    customers.inactivate(book, add("Gone García", email="gone@gmail.com").id)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("jose garcia", {"José García"}),
        ("GARC jos", {"José García"}),
        ("jo-ga", {"José García"}),
        ("obrien", {"Siobhán O'Brien"}),
        ("o'br", {"Siobhán O'Brien"}),
        ("siobhan brien", {"Siobhán O'Brien"}),
        ("lukasz zolc", {"Łukasz Żółć"}),
        ("山", {"山田 太郎"}),
        ("太郎", {"山田 太郎"}),
        ("gmai", {"José García"}),
        ("gmail.com", {"José García"}),
        ("com", set()),
        ("jose@", {"José García"}),
        ("jose.g@gm", {"José García"}),
        ("@example.com", {"Łukasz Żółć", "Ann Lee"}),
        ("@nowhere", set()),
        ("mail.example", {"Siobhán O'Brien"}),
        ("shop", {"Ann Lee"}),
        ("867", {"José García"}),
        ("6753", {"José García"}),
        ("5309", {"José García"}),
        ("15558675309", {"José García"}),
        ("+1 (555) 867-5309", {"José García"}),
        ("555 8675", {"José García"}),
        ("8676", set()),
        ("555", {"José García", "Ann Lee"}),
        ("550101", {"Ann Lee"}),
        ("555-0101", {"Ann Lee"}),
        ("7946001", {"Siobhán O'Brien"}),
        ("ab12", {"Łukasz Żółć"}),
        ("778899", {"Łukasz Żółć"}),
        ("7788-99", {"Łukasz Żółć"}),
        ("gc7788", {"Łukasz Żółć"}),
        ("7", {"Łukasz Żółć", "Siobhán O'Brien"}),
        ("ann garcia", set()),
        (" ", {"José García", "Siobhán O'Brien", "Łukasz Żółć", "Ann Lee", "山田 太郎"}),
        ("+ (", {"José García", "Siobhán O'Brien", "Łukasz Żółć", "Ann Lee", "山田 太郎"}),
        ('"', set()),
        ("%", set()),
        ("* ?", set()),
        ("@", set()),
        ("ann %", {"Ann Lee"}),
        ("ann AND NOT lee*", set()),
        ("-- '; DROP TABLE customer", set()),
        ("\ue001", set()),
        ("\ue006", set()),
    ],
)  # fmt: skip
def test_typing_finds(book: Book, text: str, names: set[str]) -> None:
    assert found(book, text) == names
    assert search.count(book, ListQuery(text)).value == len(names)


@pytest.mark.usefixtures("people")
def test_filters_narrow_what_is_found(book: Book) -> None:
    downtown, airport = (
        next(s.id for s in stores.all_stores(book) if s.name == name) for name in ("Downtown", "Airport")
    )
    assert found(book, "", store_id=downtown) == {"Siobhán O'Brien", "Ann Lee"}
    assert found(book, "ann", store_id=airport) == {"Ann Lee"}
    assert found(book, "", loyalty=True) == {"José García"}
    assert found(book, "garcia", loyalty=False) == set()
    assert found(book, "garcia", status=Status.INACTIVE) == {"Gone García"}
    assert found(book, "garcia", status=Status.ALL) == {"José García", "Gone García"}
    assert found(book, "", status=Status.INACTIVE) == {"Gone García"}


def test_digits_must_stand_together_in_the_phone(book: Book, add: Add) -> None:
    add("Both Parts", phone="1234 02345", email="a@b.co")
    add("In One", phone="99 012345", email="c@d.co")
    assert found(book, "12345") == {"In One"}
    assert search.count(book, ListQuery("12345")) == Count(1)


def test_digits_inside_a_phone_and_at_the_beginning_of_a_card_are_both_found(book: Book, add: Add) -> None:
    add("Has Card", gift_card="551234-9", email="a@b.co")
    add("Has Phone", phone="99 5551234", email="c@d.co")
    assert found(book, "551234") == {"Has Card", "Has Phone"}


def test_a_beginning_of_very_many_domains_is_still_found(book: Book, add: Add) -> None:
    for number in range(20):
        add(f"Nr{number} X", email=f"n{number}@firm{number}.com")
    assert len(found(book, "firm")) == 20
    assert len(found(book, "@firm1")) == 11


def test_long_or_odd_texts_do_no_harm(book: Book, add: Add) -> None:
    add("Ann Lee")
    for text in ("a" * 10_000, "ann " * 5_000, "1" * 500, "\x00", "\ud800", "٣٤٥", "(" * 300, "@" * 50, "a@b@c", "İ"):
        search.page(book, ListQuery(text))
        search.count(book, ListQuery(text))
    assert found(book, "ann " * 5_000) == {"Ann Lee"}


def test_the_index_follows_every_change(book: Book, add: Add) -> None:
    ann = add("Ann Lee", email="ann@old.com", phone="555 0101", stores=("Downtown",))
    ann = customers.update(
        book,
        ann.id,
        {"first_name": "Zoë", "email": "zoe@new.org", "phone": "777 2222", "stores": ("Airport",), "loyalty": True},
        ann.version,
        base=ann,
    )
    for text in ("ann", "old.com", "0101"):
        assert found(book, text) == set()
    airport = stores.ensure(book, "Airport").id
    for text in ("zoe", "new.org", "7772"):
        assert found(book, text, store_id=airport, loyalty=True) == {"Zoë Lee"}
    assert search.page(book, ListQuery("zoe")).rows[0].values[-1] == ("Airport",)
    customers.inactivate(book, ann.id)
    assert found(book, "zoe") == set()
    customers.restore(book, ann.id)
    assert found(book, "zoe") == {"Zoë Lee"}


def test_the_scanner_finds_exactly(book: Book, add: Add) -> None:
    ann = add("Ann Lee", email="Ann@Example.com", phone="+1 555-0101", id_number="AB1", gift_card="GC-9")
    other = add("Bo Lee", email="bo@example.com", phone="555 0101 77")
    for text in ("ann@example.com", "15550101", "+1 (555) 0101", "ab1", "gc-9", "  AB1\r"):
        assert search.exact(book, text) == (ann.id,), text
    for text in ("", "  ", "\ud800", "ann", "5550", "AB", "x15550101"):
        assert search.exact(book, text) == (), text
    customers.update(book, other.id, {"phone": "1 5550101"}, other.version, base=other)
    assert search.exact(book, "15550101") == (ann.id, other.id)
    customers.inactivate(book, ann.id)
    assert search.exact(book, "15550101") == (other.id,)


def test_values_come_as_what_they_are(book: Book, add: Add) -> None:
    add("Ann Lee", date_of_birth=date(1985, 3, 7), stores=("Downtown", "Airport"), loyalty=True, points=5, country="US")
    query = ListQuery(columns=("photo", "name", "date_of_birth", "anniversary", "stores", "loyalty", "points", "id_number",
                               "country", "active"))  # fmt: skip
    assert search.page(book, query).rows[0].values == (
        False, "Ann Lee", date(1985, 3, 7), None, ("Airport", "Downtown"), True, 5, "", "US", True,
    )  # fmt: skip


def test_counts_stop_at_their_cap(book: Book, add: Add) -> None:
    for number in range(12):
        add(f"Ann L{number}")
    assert search.count(book, ListQuery("ann"), cap=10) == Count(10, capped=True)
    assert search.count(book, ListQuery("ann"), cap=12) == Count(12)
    assert search.count(book, ListQuery("ann"), cap=None) == Count(12)
    assert search.count(book, ListQuery(), cap=10) == Count(12)
    assert search.count(book, ListQuery(" ("), cap=10) == Count(12)
    assert search.total(book, Status.ALL) == 12


def _crowd(book: Book, size: int, seed: int) -> None:
    dice = random.Random(seed)
    for number in range(size):
        one = customers.create(
            book,
            {
                "first_name": dice.choice(["José", "ann", "Bo", "O'Neil", "Zed"]),
                "last_name": dice.choice(["García", "smith", "Lee", "Aa"]) + str(number % 7),
                "email": f"u{number % 50}@{dice.choice(['example.com', 'gmail.com'])}",
                "phone": dice.choice(["", f"+1 555 {dice.randrange(10**7):07}"]),
                "stores": tuple(dice.sample(["Downtown", "Airport", "harbour"], dice.randrange(3))),
                "loyalty": True,
                "points": dice.choice([0, 0, 5, 10]),
                "gift_card": dice.choice(["", f"gc{dice.randrange(100):04}", f"GC{dice.randrange(100):04}"]),
                "city": dice.choice(["", "Rome", "aarhus"]),
                "date_of_birth": dice.choice([None, date(1990, 1, 1 + number % 28)]),
                "id_number": dice.choice(["", f"ID{number}"]),
            },
        )
        if number % 3:
            now = customers.update(book, one.id, {"points": 0}, one.version, base=one)
            customers.update(book, one.id, {"loyalty": False}, now.version, base=now)
        if number % 10 == 0:
            customers.inactivate(book, one.id)


def _walk(book: Book, query: ListQuery, limit: int) -> list[CustomerRow]:
    page = search.page(book, query, limit=limit)
    assert not page.has_before
    rows = list(page.rows)
    while page.has_after:
        page = search.page(book, query, after=page.rows[-1], limit=limit)
        assert page.has_before
        rows += page.rows
    return rows


def _walk_back(book: Book, query: ListQuery, limit: int) -> list[CustomerRow]:
    page = search.page(book, query, last=True, limit=limit)
    assert not page.has_after
    rows = list(page.rows)
    while page.has_before:
        page = search.page(book, query, before=page.rows[0], limit=limit)
        rows[:0] = page.rows
    return rows


def _sort_key(order: str, person: Customer, names: list[str]) -> tuple[bool, Any]:
    """Whether a person is blank in a column, and what they are sorted by."""
    if order == "stores":
        return not person.stores, min((names.index(name) for name in person.stores), default=0)
    if order == "photo":
        return False, person.has_photo
    if order == "phone":
        digits = "".join(char for char in person.phone if char.isdigit())
        return not digits, digits
    value = getattr(person, order)
    if isinstance(value, bool | int):
        return False, value
    if isinstance(value, date):
        return False, value.isoformat()
    return not value, (value or "").lower()


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One crowded book for all the orders; nothing writes in it."""
    from store.database import open_book

    book = open_book(tmp_path_factory.mktemp("crowd") / "book.db")
    for name in ("Downtown", "Airport", "harbour"):
        stores.ensure(book, name)
    book.execute("PRAGMA synchronous=OFF")
    _crowd(book, 120, seed=4)
    yield book
    book.close()


@pytest.fixture(scope="module")
def crowd_by_id(crowd: Book) -> dict[int, Customer]:
    """Everybody in the crowd."""
    return {customer_id: customers.get(crowd, customer_id) for (customer_id,) in crowd.rows("SELECT id FROM customer")}


@pytest.mark.parametrize("few", [0, 10_000])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", [name for name in COLUMN_LABELS if name not in {"name", "first_name"}])
def test_every_column_sorts_both_ways_with_blanks_last_and_ties_by_name(
    crowd: Book,
    crowd_by_id: dict[int, Customer],
    monkeypatch: pytest.MonkeyPatch,
    order: str,
    descending: bool,
    few: int,
) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    names = [store.name for store in stores.all_stores(crowd)]
    for status in Status:
        for text in ("", "555", "jos", "exam", "s0 g"):
            query = ListQuery(text, order=order, descending=descending, status=status)
            rows = _walk(crowd, query, 7)
            assert [row.id for row in _walk_back(crowd, query, 7)] == [row.id for row in rows]
            by_name = _walk(crowd, replace(query, order="name", descending=False), 50)
            assert search.count(crowd, query, cap=None).value == len(rows) == len(by_name)
            people = [crowd_by_id[row.id] for row in by_name]
            keyed = [(_sort_key(order, person, names), person.id) for person in people]
            full = sorted((one for one in keyed if not one[0][0]), key=lambda one: one[0][1], reverse=descending)
            blank = [one for one in keyed if one[0][0]]
            assert [row.id for row in rows] == [at for _, at in full + blank]
            for at in range(0, len(rows), 9):
                assert search.position(crowd, query, rows[at]) == at
                around = search.page(crowd, query, around=rows[at].id, limit=7)
                ids = [row.id for row in around.rows]
                start = [row.id for row in rows].index(ids[0])
                assert rows[at].id in ids
                assert ids == [row.id for row in rows[start : start + 7]]
                assert (around.has_before, around.has_after) == (start > 0, start + len(ids) < len(rows))


def test_the_books_own_order_is_by_folded_name(crowd: Book) -> None:
    from store.folding import name_key

    rows = _walk(crowd, ListQuery(columns=("first_name", "last_name")), 7)
    keys = [name_key(str(row.values[0]), str(row.values[1])) for row in rows]
    assert keys == sorted(keys)
    assert [row.id for row in _walk(crowd, ListQuery(order="first_name"), 50)] == [row.id for row in rows]


@pytest.mark.parametrize("order", ["name", "first_name"])
@pytest.mark.parametrize("text", ["", "555", "jos", "exam"])
def test_names_sort_from_z_to_a_too(crowd: Book, order: str, text: str) -> None:
    for status in Status:
        rising = [row.id for row in _walk(crowd, ListQuery(text, order=order, status=status), 50)]
        query = ListQuery(text, order=order, descending=True, status=status)
        rows = _walk(crowd, query, 7)
        assert [row.id for row in rows] == rising[::-1]
        assert [row.id for row in _walk_back(crowd, query, 7)] == rising[::-1]
        assert search.count(crowd, query, cap=None).value == len(rows)
        for at in range(0, len(rows), 9):
            assert search.position(crowd, query, rows[at]) == at
            around = search.page(crowd, query, around=rows[at].id, limit=7).rows
            start = max(0, min(at - 3, len(rows) - 7))
            assert [row.id for row in around] == [row.id for row in rows[start : start + 7]]


def test_a_page_around_somebody_who_is_not_in_the_list(book: Book, add: Add) -> None:
    for letter in "ABCDEFGHIJ":
        add(f"{letter}nn Lee")
    gone = customers.inactivate(book, add("Enn Zee").id)
    names = [row.values[1] for row in search.page(book, ListQuery(), around=gone.id, limit=4).rows]
    assert names == ["Dnn Lee", "Enn Lee", "Fnn Lee", "Gnn Lee"]
    assert search.page(book, ListQuery(), around=12345, limit=4).rows[0].values[1] == "Ann Lee"
    first = search.page(book, ListQuery(order="email"), around=gone.id, limit=4)
    assert len(first.rows) == 4


def test_an_empty_book_has_empty_pages(book: Book) -> None:
    for query in (ListQuery(), ListQuery("x"), ListQuery(order="stores"), ListQuery(order="points", descending=True)):
        for where in ({}, {"last": True}, {"around": 1}):
            page = search.page(book, query, **where)  # type: ignore[arg-type]  # one way at a time
            assert (page.rows, page.has_before, page.has_after) == ((), False, False)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (ListQuery(), "customer_active"),
        (ListQuery(descending=True), "customer_active"),
        (ListQuery(order="email"), "customer_email"),
        (ListQuery(order="last_name", descending=True), "customer_last_name"),
        (ListQuery(order="points"), "customer_points"),
    ],
)
def test_a_page_walks_an_index_and_sorts_nothing(crowd: Book, query: ListQuery, index: str) -> None:
    seen: list[str] = []
    crowd.raw().set_trace_callback(seen.append)
    rows = search.page(crowd, query, limit=10).rows
    search.page(crowd, query, after=rows[-1], limit=10)
    crowd.raw().set_trace_callback(None)
    for sql in (one for one in seen if "ORDER BY" in one and "FROM customer c" in one):
        plan = " ".join(str(row[3]) for row in crowd.rows(f"EXPLAIN QUERY PLAN {sql}"))
        assert index in plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan
