"""Four books, and an office with a spreadsheet, that do whatever comes to their mind; and what must be true after it."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from store.merge import exchange
from store.merge.exchange import State
from store.merge.state import POINTS, is_blank
from store.workbook.cells import CLEAR_WORD
from store.workbook.reading import File
from tests.store.merge import checks, sheet, till
from tests.store.merge.doings import BLANK, CLEAR, REQUIRED, Doings, is_stranger
from tests.store.merge.sheet import Workbook
from tests.store.merge.till import WHO, CoreTill

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from store.merge.state import Value
    from tests.store.merge.doings import Key, Knowledge
    from tests.store.merge.till import PutAside, Shown, Till

T = TypeVar("T")
BOOKS = 4
POOLS: dict[str, tuple[Value, ...]] = {
    "first_name": ("Ann", "Bob", "Chloé"),
    "last_name": ("Lee", "O'Neil", "Ray"),
    "email": ("ann@example.com", "b.ray@example.org", "chloe+1@example.net"),
    "phone": ("+1 (555) 010-0199", "0044 20 7946 0018", "030 1234567", None),
    "id_number": (None, "00700123", "12345678901234567", "A7"),
    "date_of_birth": (None, "1985-03-07", "1990-12-31", "1971-05-05"),
    "zip_code": (None, "00501", "10115", "SW1A 1AA"),
    "country": (None, "US", "DE"),
    "gate_code": (None, "0042", "7B"),
    "notes": (None, "likes tea", "allergic\nto nuts"),
    "stores": (None, ("Downtown",), ("Airport", "Harbour")),
    "loyalty": (0, 1),
    "active": (1, 0),
}
"""What anybody writes in a field."""
SAID_BY_FORMS = REQUIRED | {"loyalty"}
"""What nobody is entered without."""
REASONS = ("Welcome", "007", "Birthday")
BALANCES = (0, 80, 100, 105)
OPENED = 1_767_225_600
"""When it all begins, in seconds."""
NUMBER = st.integers(0, 10**6)
BOOK = st.integers(0, BOOKS - 1)


class Pick:
    """Draws from a number, so that a rule has but one for all that it chooses."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(number)

    def of(self, pool: Sequence[T]) -> T:
        """One of these."""
        return pool[self._random.randrange(len(pool))]

    def chance(self, share: float) -> bool:
        """Yes, so often."""
        return self._random.random() < share

    def some(self, pool: Sequence[T]) -> list[T]:
        """A few of these, at least one."""
        return self._random.sample(pool, self._random.randint(1, min(len(pool), 3)))

    def shuffled(self, pool: Sequence[T]) -> list[T]:
        """All of these in another order."""
        return self._random.sample(pool, len(pool))


@dataclass
class Shop:
    """A book with its clock, the oracle's knowledge of it, and what was put aside of it."""

    till: Till
    clock: int = 0
    knows: Knowledge = field(default_factory=set)
    aside: tuple[PutAside, Knowledge] | None = None
    gained: Knowledge = field(default_factory=set)
    """What the last import brought."""
    before: State | None = None
    """The book before the last import, while nothing was done since."""


@dataclass
class Paper:
    """A file that lies about, and what is in it by the oracle."""

    book: Workbook
    knows: Knowledge
    groups: dict[str, frozenset[str]]

    @property
    def is_refused(self) -> bool:
        """Whether so many rows belong to others that nothing may be read."""
        strangers = 0
        for uid, meant in self.book.meant.items():
            if self.book.row_of(uid) is not None:
                base = self.book.base_values(uid)
                there = {name: base[name] for name in self.book.columns}
                strangers += is_stranger(there, {name: meant[name] for name in meant if name in there})
        return strangers > max(3, 0.02 * len(self.book.rows))


class Machine(RuleBasedStateMachine):
    """Whatever comes to their mind. Another kind of till fits it by `open_till`, and the checks that are a kind's own."""

    def __init__(self) -> None:
        super().__init__()
        self.now = OPENED
        self.numbers = count(1)
        self.shops = [Shop(self.open_till(f"till-{number}")) for number in range(BOOKS)]
        self.papers: list[Paper] = []
        self.doings = Doings()

    def open_till(self, name: str) -> Till:
        """A new book."""
        return CoreTill(name, self.numbers)

    # Who does what

    def _shop(self, number: int) -> tuple[Shop, int]:
        self.now += 7
        shop = self.shops[number]
        return shop, self.now + shop.clock

    def _somebody(self, shop: Shop, pick: Pick) -> Shown | None:
        everybody = shop.till.people()
        return pick.of(everybody) if everybody else None

    @initialize(number=NUMBER)
    def open_shops(self, number: int) -> None:
        """Four books that have some customers in common."""
        pick = Pick(number)
        for shop in self.shops:
            shop.clock = pick.of((0, 0, -500, 100_000))
        for _ in range(3):
            self._create(0, pick)
        self._export(0, pick, everybody=True)
        for at in range(1, BOOKS):
            self._take(at, self.papers[0])

    @rule(at=BOOK, number=NUMBER)
    def create(self, at: int, number: int) -> None:
        """A cashier enters somebody new."""
        self._create(at, Pick(number))

    def _create(self, at: int, pick: Pick) -> None:
        shop, now = self._shop(at)
        told = {name: pick.of(pool) for name, pool in POOLS.items() if name in SAID_BY_FORMS or pick.chance(0.5)}
        values = {name: value for name, value in told.items() if not is_blank(value)} | {"active": 1}
        if (uid := shop.till.create(values, now)) is not None:
            self.doings.create(shop.knows, uid, values)
            self._changed(shop)

    def _changed(self, shop: Shop) -> None:
        shop.before = None

    @rule(at=BOOK, number=NUMBER)
    def edit(self, at: int, number: int) -> None:
        """A cashier changes one field of somebody, or several."""
        pick = Pick(number)
        shop, now = self._shop(at)
        if (person := self._somebody(shop, pick)) is None:
            return
        values = {}
        for name in pick.some(tuple(POOLS)):
            value = pick.of(POOLS[name])
            if value != person.values.get(name) and not (is_blank(value) and name in REQUIRED):
                values[name] = value
        if values:
            self._save_form(shop, person, values, now)

    def _save_form(self, shop: Shop, person: Shown, values: Mapping[str, Value], now: int) -> None:
        if not shop.till.edit(person.uid, values, now):
            event("a form that is refused")
            return
        self.doings.edit(shop.knows, person, values)
        after = next(one for one in shop.till.people() if one.uid == person.uid)
        for name, value in values.items():
            beaten = name == "active" and any(
                one.name == name for one in shop.till.questions() if one.uid == person.uid
            )
            assert after.values.get(name) == value or beaten, "what was saved is not in force"
        self._changed(shop)

    @rule(at=BOOK, number=NUMBER)
    def switch(self, at: int, number: int) -> None:
        """A cashier inactivates somebody, or takes that back."""
        shop, now = self._shop(at)
        if (person := self._somebody(shop, Pick(number))) is not None:
            values = {"active": 0 if person.values.get("active", 1) else 1}
            self._save_form(shop, person, values, now)

    @rule(at=BOOK, number=NUMBER)
    def points(self, at: int, number: int) -> None:
        """A cashier enters points."""
        pick = Pick(number)
        shop, now = self._shop(at)
        if (person := self._somebody(shop, pick)) is not None:
            points = pick.of((5, 20, 80, -10))
            if shop.till.add_points(person.uid, points, pick.of(REASONS), now):
                self.doings.enter(shop.knows, person.uid, points)
                self._changed(shop)

    @rule(at=BOOK, number=NUMBER)
    def answer(self, at: int, number: int) -> None:
        """A manager answers a question."""
        pick = Pick(number)
        shop, now = self._shop(at)
        if not (asked := shop.till.questions()):
            return
        kind = pick.of(sorted({question.kind for question in asked}))
        question, take = pick.of([question for question in asked if question.kind == kind]), pick.chance(0.5)
        event(f"answers {question.kind}")
        person = next(one for one in shop.till.people() if one.uid == question.uid)
        along = till.along(question, asked, take=take)
        for one in along:
            if one.kind != WHO and one.name != POINTS:
                self.doings.answer(shop.knows, person, asked, one, take=take)
        before, there = person.points, sheet.copy_of(shop.till.state)
        shop.till.answer(question, take=take, at=now)
        if question.kind == WHO:
            self._note_writes(shop, there)
        balance = next((one for one in along if one.name == POINTS), None)
        if balance is not None and take:
            after = next(one for one in shop.till.people() if one.uid == question.uid).points
            [entry] = shop.till.state.entries.keys() - there.entries.keys()
            self.doings.balance(shop.knows, entry, balance.uid, after - before)
            if question.kind == "points":
                assert after == question.theirs, "a balance that was taken is the balance"
        assert question.id not in {one.id for one in shop.till.questions()}, "asked again"
        self._changed(shop)

    @rule(at=BOOK, number=NUMBER)
    def merge(self, at: int, number: int) -> None:
        """A manager says that two customers are one person."""
        shop, now = self._shop(at)
        everybody = shop.till.people()
        if len(everybody) > 1:
            one, other = Pick(number).shuffled(everybody)[:2]
            before = sheet.copy_of(shop.till.state)
            shop.till.merge(one.uid, other.uid, now)
            self._note_writes(shop, before)
            assert any({one.uid, other.uid} <= set(person.uids) for person in shop.till.people()), "not merged"
            self._changed(shop)

    @rule(at=BOOK, number=NUMBER)
    def separate(self, at: int, number: int) -> None:
        """A manager takes a merge back."""
        pick = Pick(number)
        shop, now = self._shop(at)
        if several := [person for person in shop.till.people() if len(person.uids) > 1]:
            member = pick.of(shop.till.members(pick.of(several)))
            before = sheet.copy_of(shop.till.state)
            left = shop.till.separate(member, now)
            self._note_writes(shop, before)
            assert any(member in one.uids and not left & set(one.uids) for one in shop.till.people()), "not separated"
            self._changed(shop)

    def _note_writes(self, shop: Shop, before: State) -> None:
        """Note what a till wrote by itself when a manager said who is who."""
        self.doings.compare(shop.knows, before, shop.till.state)

    @rule(at=BOOK, number=NUMBER)
    def erase(self, at: int, number: int) -> None:
        """A customer asks to be forgotten; not often."""
        pick = Pick(number)
        shop, now = self._shop(at)
        if pick.chance(0.3) and (person := self._somebody(shop, pick)) is not None:
            shop.till.erase(person.uid, now)
            assert not any(set(person.uids) & set(one.uids) for one in shop.till.people()), "not erased"
            self._changed(shop)

    # Books and files

    @rule(at=BOOK)
    def put_aside(self, at: int) -> None:
        """A backup is made."""
        shop = self.shops[at]
        shop.aside = shop.till.put_aside(), set(shop.knows)

    @rule(at=BOOK)
    def put_back(self, at: int) -> None:
        """The backup is put back, and what was done since is forgotten here."""
        shop = self.shops[at]
        if shop.aside is not None:
            aside, knows = shop.aside
            shop.till, shop.knows, shop.gained, shop.before = aside.put_back(), set(knows), set(), None

    @rule(at=BOOK, number=NUMBER)
    def export(self, at: int, number: int) -> None:
        """A book is exported, whole or in part."""
        pick = Pick(number)
        self._export(at, pick, everybody=pick.chance(0.5))

    def _export(self, at: int, pick: Pick, *, everybody: bool) -> Paper:
        shop, now = self._shop(at)
        there = shop.till.people()
        wanted = there if everybody or not there else pick.some(there)
        book = shop.till.export([person.uid for person in wanted], now)
        chosen = [person for person in there if person.uid in book.bases]
        rows = {uid for person in chosen for uid in person.uids}
        knows = self.doings.taken_along(shop.knows, rows)
        groups = {person.uid: frozenset(person.uids) for person in chosen}
        self.papers.append(Paper(book, knows, groups))
        return self.papers[-1]

    @rule(at=BOOK, number=NUMBER)
    def take(self, at: int, number: int) -> None:
        """A file arrives: early, late, or again."""
        if self.papers:
            self._take(at, Pick(number).of(self.papers))

    @rule(at=BOOK, number=NUMBER)
    def answer_more(self, at: int, number: int) -> None:
        """A manager answers several questions."""
        for more in range(3):
            self.answer(at, number + more)

    @rule(at=BOOK)
    def take_latest(self, at: int) -> None:
        """The latest file arrives."""
        if self.papers:
            self._take(at, self.papers[-1])

    def _take(self, at: int, paper: Paper) -> None:
        shop = self.shops[at]
        self.now += 7
        before = sheet.copy_of(shop.till.state)
        taken = shop.till.take(paper.book)
        assert taken is not paper.is_refused, "refused, or not, against the rule"
        if not taken:
            event("refused")
            return
        shop.gained = paper.knows - shop.knows
        shop.knows |= paper.knows
        shop.before = before
        self._check_import(shop, before, paper)

    def _check_import(self, shop: Shop, before: State, paper: Paper) -> None:
        now = shop.till.state
        self.check_rule(shop.till, before, paper)
        checks.balances_are_honoured(self.doings, shop.knows, now)
        checks.erased_stays_erased(now)

    def check_rule(self, till: Till, before: State, paper: Paper) -> None:
        """An import is a join of what there was with what the file says, and needs no order."""
        theirs, now = paper.book.told, till.state
        assert theirs is not None
        order = Pick(self.now).shuffled(range(len(theirs.rows) + len(theirs.entries) + 2))
        checks.row_by_row(before, theirs, order)
        checks.idempotence(now)
        assert checks.meaning(exchange.join(now, theirs)) == checks.meaning(now), "a late repeat changed the book"
        checks.commutativity(before, theirs)

    @rule(at=BOOK)
    def take_back(self, at: int) -> None:
        """The last import is taken back."""
        shop = self.shops[at]
        if not shop.till.can_take_back:
            return
        erased = shop.till.state.erased
        restored = shop.till.take_back()
        for key in shop.gained:
            if key in self.doings.coins or (key in self.doings.acts and self.doings.acts[key].uid in restored):
                shop.knows.discard(key)
        if shop.before is not None and shop.before.erased == erased:
            assert checks.meaning(shop.till.state) == checks.meaning(shop.before), "not as it was before"
        shop.gained, shop.before = set(), None

    # The office

    def _paper(self, pick: Pick, *, with_state: bool = True) -> Paper | None:
        some = [paper for paper in self.papers if paper.book.base is not None or not with_state]
        return pick.of(some) if some else None

    def _save(self, paper: Paper, book: Workbook, pick: Pick) -> None:
        """Another copy of a file lies about, and may arrive somewhere at once."""
        if book.base is not None:
            self.now += 7
            book = book.saved(self.now + pick.of((0, 0, -300)))
        exported = next((one.knows for one in self.papers if one.book.file.id == book.file.id), set())
        saved = Paper(book, exported, paper.groups)
        if not saved.is_refused:
            saved.knows = self.knowledge_of(saved, exported)
        self.papers.append(saved)
        if pick.chance(0.6):
            self._take(pick.of(range(BOOKS)), saved)

    def knowledge_of(self, paper: Paper, exported: Iterable[Key]) -> Knowledge:
        """What is in a file, of which the export had so much."""
        return self.doings.file(paper.book, paper.groups, exported)

    @rule(number=NUMBER)
    def change_cells(self, number: int) -> None:
        """Somebody at the office changes cells of one row."""
        pick = Pick(number)
        paper = self._paper(pick)
        if paper is None or (not paper.book.meant and not paper.book.rows):
            return
        book = paper.book.copy()
        rows = [row for row in book.rows if row.get("uid") in book.bases]
        if not rows:
            return
        row = pick.of(rows)
        names = [name for name in book.columns if name != "uid"]
        for name in pick.some(names):
            _mean(book, row, name, _new_value(pick, name))
        self._save(paper, book, pick)

    @rule(number=NUMBER)
    def slip(self, number: int) -> None:
        """The cells of a row, or of all, come to stand in others' rows."""
        pick = Pick(number)
        paper = self._paper(pick)
        if paper is None or len(paper.book.rows) < 2:
            return
        book = paper.book.copy()
        rows = [row for row in book.rows if row.get("uid") in book.bases and row["uid"] not in book.meant]
        if len(rows) < 2:
            return
        into, out_of = (rows, [*rows[1:], rows[0]]) if pick.chance(0.5) else (rows[:1], rows[1:2])
        moved = [book.base_values(str(row["uid"])) for row in out_of]
        for row, values in zip(into, moved, strict=True):
            for name in book.columns:
                if name != "uid":
                    value = values[name]
                    _mean(book, row, name, BLANK if is_blank(value) else value)
        self._save(paper, book, pick)

    @rule(number=NUMBER)
    def add_row(self, number: int) -> None:
        """Somebody types a new customer below the others."""
        pick = Pick(number)
        if (paper := self._paper(pick, with_state=False)) is None:
            return
        book = paper.book.copy()
        _add(book, self.new_person(pick))
        self._save(paper, book, pick)

    def new_person(self, pick: Pick) -> dict[str, Value]:
        """What somebody types in a row that is nobody's yet."""
        values = {name: pick.of(pool) for name, pool in POOLS.items() if name != "active" and pick.chance(0.6)}
        values = {name: value for name, value in values.items() if not is_blank(value)}
        if not values:
            values["first_name"] = "Zoe"
        return values | ({POINTS: pick.of(BALANCES)} if pick.chance(0.5) else {})

    @rule(number=NUMBER)
    def write_list(self, number: int) -> None:
        """Another store sends a list that no book made."""
        pick = Pick(number)
        self.now += 7
        file = File(f"list-{len(self.papers)}", self.now + pick.of((0, -800, 900)), f"list-{len(self.papers)}.xlsx")
        book = Workbook(file, None, {}, [])
        for _ in range(pick.of((1, 2, 3))):
            _add(book, self.new_person(pick))
        self._save(Paper(book, set(), {}), book, pick)

    @rule(number=NUMBER)
    def rearrange(self, number: int) -> None:
        """Somebody sorts the sheet, deletes rows or a column, or moves the columns about."""
        pick = Pick(number)
        if (paper := self._paper(pick)) is None:
            return
        book = paper.book.copy()
        book.rows = pick.shuffled(book.rows)[: len(book.rows) - pick.of((0, 0, 1))]
        others = [name for name in book.columns if name != "uid"]
        book.columns = ("uid", *pick.shuffled(others)[: len(others) - pick.of((0, 0, 2))])
        self._save(paper, book, pick)

    @rule(number=NUMBER)
    def damage(self, number: int) -> None:
        """A spreadsheet opens a file and saves it."""
        pick = Pick(number)
        if (paper := self._paper(pick)) is None:
            return
        book = paper.book.copy()
        for row in book.rows:
            if (uid := row.get("uid")) not in book.bases:
                continue
            base, meant = book.base_values(str(uid)), book.meant.get(str(uid), {})
            for name in book.columns:
                if name != "uid" and name not in meant and pick.chance(0.5):
                    row[name] = pick.of(sheet.damaged(name, base[name]))
        checks.damage_is_no_edit(paper.book, book)
        self._save(paper, book, pick)

    # The end

    def teardown(self) -> None:
        """Everything goes everywhere, and then all books are one."""
        if sys.exc_info()[0] is None:
            self.everything_goes_everywhere()

    def everything_goes_everywhere(self) -> None:
        """All files go to all books, until nobody learns anything."""
        pick = Pick(self.now)
        for number in range(BOOKS):
            self._export(number, pick, everybody=True)
        files = list(self.papers)
        self.check_rules(files, pick)
        one, other = (self.open_till(name) for name in ("new", "newer"))
        self.in_two_orders(one, other, [paper.book for paper in files], pick)
        for _ in range(2):
            for at, shop in enumerate(self.shops):
                for paper in files[at:] + files[:at]:
                    if shop.till.take(paper.book):
                        shop.knows |= paper.knows
            self.papers = []
            files = [self._export(number, pick, everybody=True) for number in range(BOOKS)]
        first = self.shops[0]
        for shop in self.shops[1:]:
            checks.same_book(first.till, shop.till, "all files went everywhere")
        now, everybody, asked = first.till.state, first.till.people(), first.till.questions()
        checks.nothing_is_lost(self.doings, first.knows, everybody, asked, now.erased)
        checks.nothing_comes_back(self.doings, first.knows, now)
        checks.points_are_kept(self.doings, first.knows, now)
        checks.balances_are_honoured(self.doings, first.knows, now)
        checks.erased_stays_erased(now)

    def check_rules(self, files: list[Paper], pick: Pick) -> None:
        """It does not matter in which order several are joined."""
        checks.associativity(*(shop.till.state for shop in pick.shuffled(self.shops)[:3]))
        checks.associativity(self.shops[0].till.state, *(pick.of(files).book.told or State() for _ in range(2)))

    def in_two_orders(self, one: Till, other: Till, files: list[Workbook], pick: Pick) -> None:
        """The same files, in other orders and some of them twice, make the same book."""
        again = pick.shuffled(files + pick.some(files))
        if not checks.same_files_same_book(one, other, pick.shuffled(files), again):
            event("a pair that only one book found")


def _new_value(pick: Pick, name: str) -> Value:
    if name == POINTS:
        return pick.of(BALANCES)
    if name == "reason":
        return pick.of(REASONS)
    if pick.chance(0.15):
        return BLANK
    if pick.chance(0.15) and name not in REQUIRED:
        return CLEAR
    value = pick.of(POOLS[name])
    return BLANK if is_blank(value) else value


def _mean(book: Workbook, row: sheet.Cells, name: str, value: Value) -> None:
    """Somebody writes in a cell; writing what stood there is taking a change back."""
    uid = str(row["uid"])
    base = book.base_values(uid)[name]
    meant = book.meant.setdefault(uid, {})
    meant.pop(name, None)
    row[name] = None if value == BLANK else CLEAR_WORD if value == CLEAR else sheet.cell(name, value)
    nothing = (is_blank(base) or (name == "loyalty" and base == 0)) and value in {BLANK, CLEAR}
    if not nothing and value != base:
        meant[name] = value


def _add(book: Workbook, values: Mapping[str, Value]) -> None:
    book.rows.append({name: sheet.cell(name, values.get(name)) for name in book.columns} | {sheet.ADDED: dict(values)})
