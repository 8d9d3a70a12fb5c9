"""The demo shop's customers, drawn from its tables: the same seed gives the same people, in order of name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from store import folding
from store.demo import places
from store.demo.names import PEOPLES, People

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_BREAK = "\0"
_INITIALS = "ABCDEFGHJKLMNPRSTVW"
_SKEW = 1.3
"""How much more often the first names of a table are drawn: of 70, the first is drawn 4 times in a hundred."""
_SEXES = ("Female", "Male")
DOMAINS = ("example.com", "example.org", "example.net")
"""Kept free for examples: no mail sent there reaches anybody."""
_UNASSIGNED_AREAS = tuple(
    [200 + 100 * hundred + 90 + unit for hundred in range(8) for unit in range(10)]
    + [370 + unit for unit in range(10)]
    + [960 + unit for unit in range(10)]
)
"""Area codes kept free by the North American numbering plan: no number behind them rings anywhere."""


class Person(NamedTuple):
    """Who a customer is, before anything is known of what they buy. `visits` weighs how often they come."""

    given: str
    family: str
    key: str
    email: str
    phone: str
    gender: str
    date_of_birth: str | None
    id_number: str | None
    nationality: str
    gate_code: str
    anniversary: str | None
    notes: str
    loyalty: bool
    gift_card: str
    address: tuple[str, str, str, str, str, str]
    since: date
    active: bool
    home: int
    others: tuple[int, ...]


class Numbers:
    """Distinct numbers below a limit, scattered and yet without a list of those given: `limit` must be no multiple of
    the stride's factors."""

    _STRIDE = 7_368_787

    def __init__(self, limit: int, rng: Random) -> None:
        self._limit = limit
        self._offset = rng.randrange(limit)

    def __getitem__(self, at: int) -> int:
        return (at * self._STRIDE + self._offset) % self._limit


def uid(rng: Random) -> str:
    """A random UUID (version 4) as text, from the seed's own stream."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[int(text[16], 16) & 3]}{text[17:20]}-{text[20:]}"


def _skewed(rng: Random, names: tuple[str, ...]) -> tuple[str, str]:
    """A name and its Latin spelling; the first of the table are drawn most."""
    native, _, roman = names[int(len(names) * rng.random() ** _SKEW)].partition(":")
    return native, roman or native


def _family(rng: Random, people: People) -> tuple[str, str]:
    """A family name and its Latin spelling."""
    if rng.random() * 100 < people.rare:
        made = rng.choice(people.beginnings) + rng.choice(people.endings)
        return made, made
    return _skewed(rng, people.families)


def _drawn_name(rng: Random, kind: int) -> str:
    """One customer's name as a line that sorts by name: key, given, family, Latin spelling, people, sex."""
    people: People = PEOPLES[kind]
    sex = rng.random() < 0.5
    given, given_roman = _skewed(rng, people.men if sex else people.women)
    family, family_roman = _family(rng, people)
    if rng.random() * 100 < people.doubled:
        second, second_roman = _family(rng, people)
        if second != family and len(family) + len(second) < 25:
            family, family_roman = f"{family}{people.link}{second}", f"{family_roman}{second_roman}"
    if rng.random() * 100 < people.initials:
        initial = _INITIALS[int(len(_INITIALS) * rng.random())]
        given, given_roman = f"{given} {initial}.", f"{given_roman} {initial}"
    local = f"{'.'.join(folding.words(given_roman))}.{''.join(folding.words(family_roman))}"
    return _BREAK.join((folding.name_key(given, family), given, family, local, chr(kind + 1), "FM"[sex]))


def drawn_names(count: int, rng: Random) -> list[str]:
    """The names of so many customers, sorted as the book sorts them; one line each, to spare memory."""
    kinds = rng.choices(range(len(PEOPLES)), [people.share for people in PEOPLES], k=count)
    names = [_drawn_name(rng, kind) for kind in kinds]
    names.sort()
    return names


def _day(rng: Random, today: date, youngest: int, oldest: int) -> date:
    """A day between so many days ago."""
    return today - timedelta(days=youngest + int((oldest - youngest) * rng.random()))


def _address(rng: Random, street: str) -> tuple[str, str, str, str, str, str]:
    """Line 1, annex, city, state, zip and country; all blank for customers who gave none."""
    chance = rng.random()
    if chance < 0.14:
        return ("", "", "", "", "", "")
    number = 1 + int(1980 * rng.random() ** 2)
    annex = ""
    if rng.random() < 0.27:
        annex = places.ANNEXES[int(len(places.ANNEXES) * rng.random())].format(1 + int(40 * rng.random()))
    if chance < 0.17:
        city, state, pattern, country = places.ABROAD[int(len(places.ABROAD) * rng.random())]
        return (f"{street} {number}", annex, city, state, pattern.format(int(10 * rng.random())), country)
    city, state, prefix = places.TOWNS[int(len(places.TOWNS) * rng.random() ** 1.3)]
    return (f"{number} {street}", annex, city, state, f"{prefix}{int(100 * rng.random()):02}", "US")


class Neighbourhood:
    """All customers of a demo shop, in the order of their names."""

    def __init__(self, count: int, rng: Random, today: date) -> None:
        self._rng = rng
        self._today = today
        self._names = drawn_names(count, rng)
        # Small shops keep to 555-0100 ... 555-0199, the numbers reserved for fiction.
        self._few = count <= 100 * len(_UNASSIGNED_AREAS)
        self._phones = Numbers((100 if self._few else 8_000_000) * len(_UNASSIGNED_AREAS), rng)
        self._ids = Numbers(900_000 * (1 + count // 900_000), rng)
        self._cards = Numbers(1_000_000_000_000, rng)
        self._homes = [at for at, store in enumerate(places.STORES) for _ in range(store[2])]

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Person]:
        previous, namesakes = "", 0
        for at, line in enumerate(self._names):
            key, given, family, local, kind, sex = line.split(_BREAK)
            namesakes = namesakes + 1 if key == previous else 0
            previous = key
            native = not key.isascii()
            suffix = str(at + 1) if native else str(namesakes + 1) if namesakes else ""
            yield self._person(at, (given, family, key, local + suffix), PEOPLES[ord(kind) - 1], sex == "M")

    def _phone(self, at: int) -> str:
        if self._rng.random() < 0.05:
            return ""
        line, area = divmod(self._phones[at], len(_UNASSIGNED_AREAS))
        exchange, last = (555, 100 + line) if self._few else (200 + line // 10_000, line % 10_000)
        shape = ("+1 {}-{}-{:04}", "({}) {}-{:04}", "{}-{}-{:04}")[int(3 * self._rng.random())]
        return shape.format(_UNASSIGNED_AREAS[area], exchange, last)

    def _person(self, at: int, name: tuple[str, str, str, str], people: People, man: bool) -> Person:
        rng, today = self._rng, self._today
        chance = rng.random
        given, family, key, local = name
        birthday = _day(rng, today, 16 * 365, 92 * 365).isoformat() if chance() < 0.74 else None
        home = self._homes[int(len(self._homes) * chance())]
        others = tuple(other for other in range(len(places.STORES)) if other != home and chance() < 0.07)
        gender = chance()
        return Person(
            given=given,
            family=family,
            key=key,
            email=f"{local}@{DOMAINS[int(3 * chance() ** 1.5)]}",
            phone=self._phone(at),
            gender=_SEXES[man] if gender < 0.88 else "Others" if gender < 0.9 else "",
            date_of_birth=birthday,
            id_number=f"C{100_000 + self._ids[at]}" if chance() < 0.7 else None,
            nationality=people.nationalities[int(len(people.nationalities) * chance() ** 2)] if chance() < 0.6 else "",
            gate_code=f"{int(10_000 * chance()):04}" + ("", "A", "B")[int(3 * chance())] if chance() < 0.05 else "",
            anniversary=_day(rng, today, 30, 40 * 365).isoformat() if chance() < 0.18 else None,
            notes=places.NOTES[int(len(places.NOTES) * chance())] if chance() < 0.09 else "",
            loyalty=chance() < 0.72,
            gift_card=f"6006{self._cards[at]:012}" if chance() < 0.3 else "",
            address=_address(rng, places.STREETS[int(len(places.STREETS) * chance())]),
            since=_day(rng, today, 1, 6 * 365),
            active=chance() < 0.96,
            home=home,
            others=others,
        )
