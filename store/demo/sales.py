"""The demo shop's sales: when, where and for how much; every receipt's parts add up to the cent."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from store.demo import goods, places

if TYPE_CHECKING:
    from random import Random
    from zoneinfo import ZoneInfo

    from store.demo.goods import Counter

DAYS = 426
"""Fourteen months of sales."""
_WEEK = (0.8, 0.8, 0.9, 1.0, 1.3, 1.6, 1.0)
_OPEN, _CLOSE = 8, 21
_HOURS = (4, 6, 6, 7, 10, 9, 7, 7, 9, 12, 11, 8, 4)
_COUNTER_OF = tuple(counter for counter in goods.COUNTERS for _ in range(counter.share))
_VISIT_WEIGHT_LIMIT = 60.0
_SCATTER = 0.6180339887
"""Multiples of the golden ratio, less their whole part, fall evenly and in no pattern."""


class Visit(NamedTuple):
    """A moment at a till: store and till number, the receipt's number there, and the time in UTC."""

    store: int
    number: str
    at: str
    day: date


class Receipt(NamedTuple):
    """What one visit leaves in the book: rows for its tables without their receipt, and the goods' net value."""

    service: str
    employee: str
    gratuity: int
    discount: int
    card_charge: int
    online_charge: int
    total: int
    tip: int
    cash_discount: int
    item_charge: int
    net: int
    items: list[tuple[str, int, int, int]]
    taxes: list[tuple[str, int, int]]
    payments: list[tuple[str, int, int, str, str, str]]


def shares(total: int, parts: int) -> list[int]:
    """A whole number of sales for each store, in the proportions of the table, adding up to `total`."""
    weights = list(accumulate(store[2] for store in places.STORES[:parts]))
    edges = [total * weight // weights[-1] for weight in weights]
    return [edge - before for before, edge in zip([0, *edges], edges, strict=False)]


class Calendar:
    """The tills' hours: each sale of a store has a place in time, busier on Saturdays, at lunch and after work."""

    def __init__(self, receipts: int, today: date, zone: ZoneInfo, rng: Random) -> None:
        days = [today - timedelta(days=DAYS - at) for at in range(DAYS)]
        weights = [
            _WEEK[day.weekday()] * (1.25 if day.month == 12 else 1) * (1 + at / 1200) for at, day in enumerate(days)
        ]
        self._days = days
        self._opening = [datetime.combine(day, time(_OPEN), zone).astimezone(UTC) for day in days]
        counts = shares(receipts, len(places.STORES))
        sums = [0.0, *accumulate(weights)]
        self._edges = [[*(int(count * part / sums[-1]) for part in sums[:-1]), count] for count in counts]
        self._minutes = self._busy_minutes()
        self._free = [array("I", range(count)) for count in counts]
        for free in self._free:
            rng.shuffle(free)

    @staticmethod
    def _busy_minutes() -> list[int]:
        """Seconds after opening at which each ten-thousandth of a day's sales has been made."""
        sums = [0, *accumulate(_HOURS)]
        hours = len(_HOURS) * 3600 // (_CLOSE - _OPEN)
        seconds = []
        for at in range(10_000):
            share = at * sums[-1] / 10_000
            hour = bisect_right(sums, share) - 1
            seconds.append(int((hour + (share - sums[hour]) / _HOURS[hour]) * hours))
        return seconds

    def visits(self, count: int, home: int, others: tuple[int, ...], rng: Random) -> list[Visit]:
        """So many moments not taken before, oldest first, most of them at the customer's home store."""
        found = []
        for _ in range(count):
            store = others[int(len(others) * rng.random())] if others and rng.random() < 0.25 else home
            if not self._free[store]:
                store = max(range(len(self._free)), key=lambda at: len(self._free[at]))
            found.append(self._visit(store, self._free[store].pop()))
        found.sort(key=lambda visit: visit.at)
        return found

    def remaining(self) -> int:
        """Sales that nobody has made yet."""
        return sum(len(free) for free in self._free)

    def _visit(self, store: int, place: int) -> Visit:
        edges = self._edges[store]
        day = min(bisect_right(edges, place) - 1, DAYS - 1)
        share = (place - edges[day] + place * _SCATTER % 1) / (edges[day + 1] - edges[day])
        tills = places.STORES[store][3]
        moment = self._opening[day] + timedelta(seconds=self._minutes[int(share * 10_000)])
        return Visit(store, f"{place % tills + 1}-{1001 + place // tills}", stamp(moment), self._days[day])


def stamp(moment: datetime) -> str:
    """A time in UTC as the book writes it."""
    return f"{moment.isoformat()[:19]}Z"


def visit_counts(customers: int, receipts: int, rng: Random) -> array[int]:
    """How many receipts each customer has: a few have many, many have few; the sum is exact."""
    weights = array("d", (min(rng.paretovariate(1.15), _VISIT_WEIGHT_LIMIT) - 0.8 for _ in range(customers)))
    scale = receipts / sum(weights)
    counts, so_far, given = array("I"), 0.0, 0
    for weight in weights:
        so_far += weight * scale
        counts.append(int(so_far + 1e-6) - given)
        given = int(so_far + 1e-6)
    return counts


def _basket(counter: Counter, rng: Random) -> list[tuple[str, int, int, int]]:
    """Item, price, quantity in thousandths, amount."""
    items = []
    for _ in range(counter.lines[int(len(counter.lines) * rng.random())]):
        article = counter.articles[int(len(counter.articles) * rng.random())]
        if article.weighed:
            quantity = 120 + 5 * int(380 * rng.random() ** 2)
        else:
            quantity = 1000 * (1 + int(article.most * rng.random() ** 3))
        items.append((article.name, article.price, quantity, (article.price * quantity + 500) // 1000))
    return items


def _card(rng: Random) -> tuple[str, str]:
    """The auth code and transaction number of a card payment."""
    return f"{int(1_000_000 * rng.random()):06}", f"T{rng.getrandbits(40):010X}"


def _payments(total: int, card_charge: int, cash: bool, rng: Random) -> list[tuple[str, int, int, str, str, str]]:
    """Type, card charge, amount, status, auth code, transaction number; the successful ones add up to the total."""
    if cash:
        return [("Cash", 0, total, "Success", "", "")]
    chance = rng.random()
    if chance < 0.05:
        return [("Gift Card", card_charge, total, "Success", "", "")]
    if chance < 0.1 and total > 2000:
        half = total // 2
        second = (
            ("Cash", 0, total - half, "Success", "", "")
            if chance < 0.07
            else ("CC", 0, total - half, "Success", *_card(rng))
        )
        return [("CC", card_charge, half, "Success", *_card(rng)), second]
    paid = ("CC", card_charge, total, "Success", *_card(rng))
    if chance > 0.99:
        return [("CC", card_charge, total, "Voided", *_card(rng)), paid]
    if chance > 0.98:
        return [paid, ("CC", 0, -max(1, total // 4), "Refunded", *_card(rng))]
    return [paid]


def ring_up(rng: Random) -> Receipt:
    """One receipt: total = goods - discounts + taxes + tip + gratuity + charges."""
    counter = _COUNTER_OF[int(len(_COUNTER_OF) * rng.random())]
    items = _basket(counter, rng)
    goods_value = sum(item[3] for item in items)
    cash = rng.random() < 0.37 and counter.service != "Online Order"
    discount = (goods_value + 5) // 10 if rng.random() < 0.12 else 0
    net = goods_value - discount
    taxes = [(name, rate, (net * rate + 50_000) // 100_000) for name, rate in goods.TAXES]
    tip = (100, 200, 300, 500)[int(4 * rng.random())] if counter.tips and rng.random() * 100 < counter.tips else 0
    gratuity = (net * 18 + 50) // 100 if counter.service == "Dine In" and net > 4000 else 0
    online_charge = 299 if counter.service == "Online Order" else 0
    item_charge = 50 if counter.service == "Take Out" and rng.random() < 0.5 else 0
    cash_discount = 100 if cash and net > 2500 and rng.random() < 0.1 else 0
    due = net + sum(tax[2] for tax in taxes) + tip + gratuity + online_charge + item_charge - cash_discount
    card_charge = (due * 18 + 500) // 1000 if not cash and rng.random() < 0.25 else 0
    return Receipt(
        counter.service, goods.EMPLOYEES[int(len(goods.EMPLOYEES) * rng.random())], gratuity, discount, card_charge,
        online_charge, due + card_charge, tip, cash_discount, item_charge, net, items, taxes,
        _payments(due + card_charge, card_charge, cash, rng),
    )  # fmt: skip
