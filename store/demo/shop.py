"""Filling a new book with the demo shop: customers with their stores, points and sales, in a few large transactions.

Every transaction leaves a whole book, so that a filling which is cut off leaves fewer customers and nothing wrong.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from store import clock, folding, indexing, settings, stores
from store.demo import goods, places
from store.demo.people import DOMAINS, Neighbourhood, Person, uid
from store.demo.portraits import MEDIA_TYPE, portrait
from store.demo.sales import DAYS, Calendar, Receipt, Visit, ring_up, stamp, visit_counts
from store.demo.tables import Rows
from store.errors import StoreError, WrongWordsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.database import Book

SHOP_NAME = "Marlowe & Finch"
PROGRAMME: dict[str, settings.Setting] = {
    "sign_up_points": 25, "amount_points": 1, "point_value": "0.02", "minimum_redemption": 100,
}  # fmt: skip
"""The loyalty programme of a shop that has none of its own yet; head office awards."""
MOST_CUSTOMERS, MOST_RECEIPTS = 5_000_000, 50_000_000
RECEIPTS_A_CUSTOMER = 6
_TRANSACTION = 20_000
"""Customers a transaction holds; a smaller shop comes whole or not at all."""
_BUFFER = 1_000
"""Customers whose rows are gathered before they are written."""
_WALK_INS = 25
"""One sale in so many is to nobody known."""
_PORTRAITS = 12
_LEDGER_LINES = 12
"""Purchases that stand in the ledger one by one; earlier ones are brought forward in one line."""
_WELCOME, _REWARD, _OLD_POINTS = 50, 500, 1400
_CACHE_PAGES = "PRAGMA cache_size=-262144"


class DemoError(StoreError):
    """The book is not empty, or the shop asked for is of no possible size."""


class ShopSizeError(WrongWordsError, DemoError):
    """The shop asked for is of no possible size."""


def make_shop(
    book: Book,
    *,
    customers: int,
    receipts: int | None = None,
    seed: int = 1,
    today: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Fill an empty book with a shop of so many customers and receipts (six a customer unless told otherwise).

    The same seed and day give the same customers, uids included. `progress` is told customers done and in all.
    Returns the number of rows written. Raises DemoError when the book has customers or receipts, or a number is wrong.
    """
    receipts = check_size(customers, receipts)
    _refuse_used(book)
    if progress is not None:
        progress(0, customers)
    with _bulk(book):
        rng = Random(seed)  # noqa: S311  # an invented shop keeps no secrets
        return _Filling(book, customers, receipts, rng, today or _today(book)).run(progress)


def check_size(customers: int, receipts: int | None) -> int:
    """How many receipts a shop of so many customers has. Raises ShopSizeError for a number that cannot be."""
    receipts = RECEIPTS_A_CUSTOMER * customers if receipts is None else receipts
    if not 1 <= customers <= MOST_CUSTOMERS:
        raise ShopSizeError(f"A demo shop has 1 to {MOST_CUSTOMERS:,} customers.")
    if not 0 <= receipts <= MOST_RECEIPTS:
        raise ShopSizeError(f"A demo shop has 0 to {MOST_RECEIPTS:,} receipts.")
    return receipts


def _refuse_used(book: Book) -> None:
    if book.rows("SELECT 1 FROM customer UNION ALL SELECT 1 FROM receipt LIMIT 1"):
        raise DemoError(f"{book.path} has customers already. Name a new file for the demo shop.")


def _today(book: Book) -> date:
    return datetime.now(settings.zone(book)).date()


@contextmanager
def _bulk(book: Book) -> Iterator[None]:
    """A large cache, and no flush to disk at each commit: what is cut off is rolled back all the same."""
    before = {name: book.rows(f"PRAGMA {name}")[0][0] for name in ("cache_size", "synchronous")}
    book.execute(_CACHE_PAGES)
    book.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
        book.checkpoint(truncate=True)
    finally:
        for name, value in before.items():
            book.execute(f"PRAGMA {name}={value}")


class _Filling:
    """One filling of one book."""

    def __init__(self, book: Book, customers: int, receipts: int, rng: Random, today: date) -> None:
        self._book, self._rng, self._today = book, rng, today
        self._rows = Rows()
        self._people = Neighbourhood(customers, rng, today)
        known = receipts - receipts // _WALK_INS
        self._counts = visit_counts(customers, known, rng)
        self._calendar = Calendar(receipts, today, settings.zone(book), rng)
        self._portraits = {customers * at // _PORTRAITS for at in range(min(_PORTRAITS, customers))}
        self._store_ids: list[int] = []
        self._receipt_id = 0

    def run(self, progress: Callable[[int, int], None] | None) -> int:
        """Write everything; the number of rows."""
        people, done, total = iter(self._people), 0, len(self._people)
        while done < total:
            with self._book.write():
                if not done:
                    _refuse_used(self._book)
                    self._open_stores()
                for _ in range(_TRANSACTION // _BUFFER):
                    some = list(islice(people, _BUFFER))
                    self._enrol(done, some)
                    done += len(some)
                    if progress is not None and some:
                        progress(done, total)
                if done == total:
                    self._serve_walk_ins()
        return self._rows.written

    def _open_stores(self) -> None:
        self._store_ids = [stores.ensure(self._book, name, code).id for code, name, *_ in places.STORES]
        if not settings.get(self._book, "shop_name"):
            for name, value in ({"shop_name": SHOP_NAME} | PROGRAMME).items():
                settings.put(self._book, name, value)
        for domain in DOMAINS:
            indexing.know_domain(self._book, f"@{domain}")

    def _enrol(self, first: int, people: list[Person]) -> None:
        if not people:
            return
        ranks = indexing.place_many(self._book, [person.key for person in people])
        for at, (person, rank) in enumerate(zip(people, ranks, strict=True), first):
            self._customer(at, person, rank)
        self._rows.write(self._book)

    def _customer(self, at: int, person: Person, rank: int) -> None:
        rng, rows, id_ = self._rng, self._rows.of, at + 1
        customer_uid = uid(rng)
        visits = self._calendar.visits(self._counts[at], person.home, person.others, rng)
        receipts = [ring_up(rng) for _ in visits]
        enrolled = min(person.since, visits[0].day) if visits else person.since
        first_receipt = self._receipt_id + 1
        for visit, receipt in zip(visits, receipts, strict=True):
            self._receipt(visit, receipt, id_)
        self._feedback(first_receipt, visits, id_)
        points, reason = self._points(id_, enrolled, visits, receipts) if person.loyalty else (0, "")
        pictured = at in self._portraits
        if pictured:
            rows["customer_photo"].append((id_, MEDIA_TYPE, portrait(rng)))
        store_ids = sorted(self._store_ids[store] for store in (person.home, *person.others))
        rows["customer_store"] += [(id_, store_id) for store_id in store_ids]
        digits = folding.digits(person.phone)
        searched = (
            person.given, person.family, person.email, person.phone, digits, person.id_number, person.gift_card,
            person.loyalty, person.active,
        )  # fmt: skip
        rows["customer_search"].append((rank, indexing.words_of(searched, store_ids)))
        rows["customer"].append((
            id_, customer_uid, rank, person.key, person.given, person.family, person.email, person.phone, digits,
            person.gender, person.date_of_birth, person.id_number, person.nationality, person.gate_code,
            person.anniversary, person.notes, person.loyalty, points, reason, person.gift_card, *person.address,
            enrolled.isoformat(), person.active, pictured,
        ))  # fmt: skip

    def _receipt(self, visit: Visit, receipt: Receipt, customer_id: int | None) -> None:
        rows = self._rows.of
        self._receipt_id += 1
        id_ = self._receipt_id
        rows["receipt"].append((
            id_, self._store_ids[visit.store], visit.number, customer_id, visit.at, receipt.service, receipt.employee,
            receipt.gratuity, receipt.discount, receipt.card_charge, receipt.online_charge, receipt.total, receipt.tip,
            receipt.cash_discount, receipt.item_charge,
        ))  # fmt: skip
        rows["receipt_item"] += [(id_, at, *item) for at, item in enumerate(receipt.items, 1)]
        rows["receipt_tax"] += [(id_, at, *tax) for at, tax in enumerate(receipt.taxes, 1)]
        rows["receipt_payment"] += [(id_, at, *payment) for at, payment in enumerate(receipt.payments, 1)]

    def _feedback(self, first_receipt: int, visits: list[Visit], customer_id: int) -> None:
        rng = self._rng
        for at, visit in enumerate(visits):
            if rng.random() < 0.04:
                positive = rng.random() < 0.81
                comment = rng.choice(goods.PRAISE if positive else goods.COMPLAINTS)
                said_on = min(visit.day + timedelta(days=int(4 * rng.random())), self._today).isoformat()
                self._rows.of["feedback"].append(
                    (uid(rng), customer_id, first_receipt + at, positive, comment, said_on)
                )  # fmt: skip

    def _points(
        self, customer_id: int, enrolled: date, visits: list[Visit], receipts: list[Receipt]
    ) -> tuple[int, str]:
        """Write a member's ledger; the balance and the last line's reason."""
        rng, ledger = self._rng, self._rows.of["loyalty_entry"]
        joined = min([stamp(datetime.combine(enrolled, time(6), UTC)), *(visit.at for visit in visits[:1])])
        balance, reason, last = 0, "", ""

        def enter(points: int, why: str, visit: Visit | None) -> None:
            nonlocal balance, reason, last
            balance, reason = balance + points, why
            last = max(visit.at if visit else joined, _next_second(last))
            till = "" if visit is None else f"{places.STORES[visit.store][0]}-{visit.number.partition('-')[0]}"
            employee = goods.EMPLOYEES[int(len(goods.EMPLOYEES) * rng.random())]
            ledger.append((uid(rng), customer_id, points, why, employee, till, last))

        enter(_WELCOME, "Welcome", None)
        past = max(0, len(visits) - _LEDGER_LINES)
        earned = sum(receipt.net // 100 for receipt in receipts[:past])
        earned += int(_OLD_POINTS * rng.random()) if (self._today - enrolled).days > DAYS else 0
        if visits and earned % (3 * _REWARD):
            enter(earned % (3 * _REWARD), "Brought forward", visits[max(0, past - 1)])
        for visit, receipt in zip(visits[past:], receipts[past:], strict=True):
            if balance >= _REWARD and rng.random() < 0.4:
                enter(-_REWARD * (balance // _REWARD), "Redemption", visit)
            if receipt.net >= 100:
                enter(receipt.net // 100, "Purchase", visit)
        if visits and rng.random() < 0.03:
            enter(100, "Birthday", visits[-1])
        return balance, reason

    def _serve_walk_ins(self) -> None:
        """Ring up the sales that are left, to nobody known."""
        while left := self._calendar.remaining():
            for visit in self._calendar.visits(min(left, 10 * _BUFFER), 0, (), self._rng):
                self._receipt(visit, ring_up(self._rng), None)
            self._rows.write(self._book)


def _next_second(at: str) -> str:
    """The second after a time of the book; the beginning of time for none."""
    return clock.written(clock.read(at) + timedelta(seconds=1)) if at else ""
