"""Three tills and an office for a while, by chance: whatever happens, all end with the same customers and points."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store import customers, loyalty, upkeep
from tests.store.workbook.folders import Till, edited, imports_inside, make_till, names

if TYPE_CHECKING:
    from pathlib import Path


class _Story:
    def __init__(self, tmp_path: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.tills = [make_till(tmp_path, f"till-{number}") for number in (1, 2, 3)]
        self.folder = self.tills[0].folder
        self.aside = tmp_path / "aside"
        self.aside.mkdir()
        self.step = 0

    def till(self) -> Till:
        return self.chance.choice(self.tills)

    def add(self) -> None:
        self.till().add(f"C{self.step} Lee", loyalty=True)

    def change(self) -> None:
        till = self.till()
        known = [uid for (uid,) in till.rows("SELECT uid FROM customer ORDER BY uid")]
        if known:
            till.edit(self.chance.choice(known), **{self.chance.choice(("city", "notes")): f"v{self.step}"})

    def points(self) -> None:
        with closing(self.till().open()) as book:
            known = [at for (at,) in book.rows("SELECT id FROM customer WHERE loyalty AND active ORDER BY uid")]
            if known:
                balance = self.chance.randrange(500)
                loyalty.adjust(book, self.chance.choice(known), balance=balance, reason="Birthday")

    def inactivate(self) -> None:
        with closing(self.till().open()) as book:
            known = [at for (at,) in book.rows("SELECT id FROM customer ORDER BY uid")]
            if known:
                customers.inactivate(book, self.chance.choice(known))

    def sync(self) -> None:
        self.till().sync()

    def office(self) -> None:
        """Edits an export and sends it back; now and then twice, under two names."""
        exports = [till.exports()[-1] for till in self.tills if till.exports() and till.people()]
        if exports:
            made = edited(self.chance.choice(exports), self.aside / f"{self.step}.xlsx", City=f"office{self.step}")
            for copy in range(self.chance.choice((1, 1, 2))):
                shutil.copy(made, self.folder / "inbox" / f"office {self.step} {copy}.xlsx")

    def snatch(self) -> None:
        """Somebody takes a workbook out of the inbox, whoever has read it by then."""
        there = sorted((self.folder / "inbox").glob("*.xlsx"))
        if there:
            self.chance.choice(there).unlink()

    def late(self) -> None:
        """An export goes astray, and comes back later."""
        if not (self.folder / "outbox").exists():
            return
        for path in [*self.aside.glob("regulars-*.xlsx")]:
            path.rename(self.folder / "outbox" / path.name)
        exports = sorted((self.folder / "outbox").glob("*.xlsx"))
        if exports:
            lost = self.chance.choice(exports)
            lost.rename(self.aside / lost.name)

    def run(self, steps: int) -> None:
        doings = (
            self.add,
            self.change,
            self.change,
            self.points,
            self.inactivate,
            self.sync,
            self.sync,
            self.office,
            self.snatch,
            self.late,
        )
        for self.step in range(steps):
            self.chance.choice(doings)()
        for path in [*self.aside.glob("regulars-*.xlsx")]:
            path.rename(self.folder / "outbox" / path.name)
        for _ in range(3):
            for till in self.tills:
                till.sync()


@pytest.mark.parametrize("seed", [15])
def test_whatever_happens_all_end_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    imports_inside(monkeypatch)
    story = _Story(tmp_path, seed)
    story.run(25)
    first, *others = [till.people() for till in story.tills]
    assert first
    assert all(people == first for people in others)
    assert names(story.folder / "inbox") == []
    for till in story.tills:
        report = till.sync()
        assert (report.taken, report.sent, report.gaps, report.faults) == ((), None, (), ())
        with closing(till.open()) as book:
            assert upkeep.check(book).faults == ()
