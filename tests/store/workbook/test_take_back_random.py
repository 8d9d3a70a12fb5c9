"""Whatever two tills did and exchanged: an import that is taken back leaves the book as it was."""

from __future__ import annotations

import random
from contextlib import ExitStack, closing, suppress
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, duplicates, loyalty, past_imports, review, stores
from store.database import open_book
from store.errors import StoreError, TakeBackError
from store.records import Actor
from store.review_records import Answer
from store.workbook.apply import apply
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from store.workbook.stage import Step
from tests.store.tills import ring
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.importing import staged
from tests.store.workbook.taking_back import exported, run_of, sound, whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

ROUNDS, MOST_DOINGS = 5, 8
SEEDS, MANY_SEEDS = (12, 28, 2003, 2065), 120
NAMES, PHOTOS = ("Downtown", "Airport"), tuple(b"\x89PNG" + bytes([at]) for at in range(5))


class Shop:
    """Somebody at a till who does this and that, with so few values that customers become alike."""

    def __init__(self, book: Book, rng: random.Random, numbers: count[int]) -> None:
        self.book, self.rng, self._numbers = book, rng, numbers
        for name in NAMES:
            stores.ensure(book, name)

    def of(self, word: str) -> str:
        return f"{word}{self.rng.randrange(5)}"

    def somebody(self) -> Customer:
        ids = [customer_id for (customer_id,) in self.book.rows("SELECT id FROM customer ORDER BY id")]
        if not ids:
            raise StoreError
        return customers.get(self.book, self.rng.choice(ids))

    def work(self) -> None:
        """Some doings; what the book refuses is not done."""
        for _ in range(self.rng.randrange(MOST_DOINGS)):
            doing: Callable[[], object] = self.rng.choice(
                [self.create, self.create, self.edit, self.edit, self.give, self.ring, self.merge, self.part,
                 self.answer, self.picture]
            )  # fmt: skip
            with suppress(StoreError):
                doing()

    def create(self) -> None:
        rng = self.rng
        values: dict[str, Any] = {
            "uid": f"{rng.randrange(10**8):08}-0000-4000-8000-{next(self._numbers):012}",
            "first_name": self.of("F"), "last_name": self.of("L"), "email": f"{self.of('e')}@example.com",
        }  # fmt: skip
        more: tuple[dict[str, Any], ...] = (
            {"phone": f"555 010{rng.randrange(5)}"}, {"id_number": self.of("ID")}, {"stores": (rng.choice(NAMES),)},
            {"loyalty": True, "points": rng.randrange(50), "reason": self.of("R")},
        )  # fmt: skip
        for some in more:
            values |= some if rng.random() < 0.5 else {}
        customers.create(self.book, values)

    def edit(self) -> None:
        rng, now = self.rng, self.somebody()
        values = {
            "first_name": self.of("F"), "notes": self.of("n"), "phone": f"555 020{rng.randrange(4)}",
            "email": f"{self.of('e')}@example.com", "id_number": rng.choice(["", self.of("ID")]),
            "active": rng.random() < 0.7, "stores": rng.choice([(), NAMES[:1], NAMES]), "loyalty": rng.random() < 0.5,
        }  # fmt: skip
        name = rng.choice(sorted(values))
        customers.update(self.book, now.id, {name: values[name]}, now.version, base=now)

    def give(self) -> None:
        now = self.somebody()
        balance = max(0, now.points + self.rng.randrange(-5, 20))
        loyalty.adjust(self.book, now.id, balance=balance, reason=self.of("R"))

    def ring(self) -> None:
        ring(self.book, self.somebody().id, "10.00", number=f"1-{next(self._numbers)}")

    def merge(self) -> None:
        duplicates.merge(self.book, self.somebody().uid, self.somebody().uid)

    def part(self) -> None:
        members = duplicates.members(self.book, self.somebody().uid)
        if members:
            duplicates.separate(self.book, self.rng.choice(members).uid)

    def answer(self) -> None:
        questions = review.questions(self.book)
        if questions:
            review.answer(self.book, {self.rng.choice(questions).id: self.rng.choice(list(Answer))})

    def picture(self) -> None:
        now = self.somebody()
        photo = self.rng.choice([None, *PHOTOS])
        customers.update(self.book, now.id, {}, now.version, base=now, photo=photo)

    def list_of_another_system(self, path: Path) -> Path:
        rng, rows = self.rng, []
        for _ in range(rng.randrange(1, 5)):
            row: dict[str, Any] = {
                "First Name": self.of("F"), "Last Name": self.of("L"), "E-Mail": f"{self.of('e')}@example.com",
            }  # fmt: skip
            for some in ({"Loyalty Points": rng.randrange(60)}, {"Customer ID Number": self.of("ID")},
                         {"Notes": self.of("n")}, {"Phone Number": f"555 010{rng.randrange(5)}"}):  # fmt: skip
                row |= some if rng.random() < 0.4 else {}
            rows.append(row)
        return sheet(path, *rows)

    def import_file(self, path: Path) -> bool:
        """Import a file, and answer some of its questions with it; whether there was anything to do."""
        read = open_workbook(path)
        plan = make_plan(self.book, read, lambda done, total: None)
        if plan.writes_nothing:
            return False
        stage = staged(self.book, read.name, plan)
        answered = [question.id for question in plan.questions if self.rng.random() < 0.4]
        answers = {question: str(self.rng.choice(list(Answer))) for question in answered}
        stage.add_more(Step.ANSWER, plan.answered(answers))
        apply(self.book, stage, plan.report, lambda done, total: None)
        stage.discard()
        return True


def run(folder: Path, seed: int, *, since: bool) -> int:
    """How many imports were taken back. With `since` people go on working before, and the book only stays sound."""
    rng, numbers, taken = random.Random(seed), count(1), 0
    with ExitStack() as stack:
        shops = [
            Shop(stack.enter_context(closing(open_book(folder / f"{at}.db", actor=Actor("", str(at))))), rng, numbers)
            for at in range(2)
        ]
        for at in range(ROUNDS):
            for shop in shops:
                shop.work()
            me, other = shops
            path = folder / f"{at}.xlsx"
            file = me.list_of_another_system(path) if rng.random() < 0.3 else exported(other.book, path)
            before = whole(me.book)
            if me.import_file(file) and (since or rng.random() < 0.7):
                sound(me.book)
                if since:
                    me.work()
                with suppress(TakeBackError):  # there may be nothing to take back
                    done = past_imports.take_back(me.book, run_of(me.book))
                    assert since or done.kept == ()
                    taken += 1
                assert since or whole(me.book) == before
                sound(me.book)
            shops.reverse()
    return taken


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.workbook.apply.PAUSE_SECONDS", 0)
    monkeypatch.setattr("store.workbook.take_back.PAUSE_SECONDS", 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_import_that_is_taken_back_was_never_there(tmp_path: Path, seed: int) -> None:
    assert run(tmp_path, seed, since=False) > 0


def test_a_book_stays_sound_whatever_was_done_since(tmp_path: Path) -> None:
    assert run(tmp_path, SEEDS[0], since=True) > 0


@pytest.mark.slow
@pytest.mark.parametrize("since", [False, True])
def test_many_shops(tmp_path: Path, *, since: bool) -> None:
    taken = 0
    for seed in range(MANY_SEEDS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        taken += run(folder, seed, since=since)
    assert taken > MANY_SEEDS
