"""The random machine through real files: four books in SQLite, and an office that opens their workbooks.

Who does what, and what must be true after it, is `tests.store.merge.machine`. Here are the checks that only a book can
be asked, and what is another thing through files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from store import upkeep
from store.merge.state import POINTS
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from tests.store.merge import checks
from tests.store.merge.doings import REQUIRED
from tests.store.merge.machine import POOLS, Machine
from tests.store.merge.sheet import ADDED
from tests.store.merge.till import WHO
from tests.store.workbook.book_till import BookTill
from tests.store.workbook.street import Street, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.merge.exchange import State
    from store.merge.state import Value
    from store.workbook.plan import Plan
    from tests.store.merge.doings import Key, Knowledge
    from tests.store.merge.machine import Paper, Pick
    from tests.store.merge.sheet import Workbook
    from tests.store.merge.till import Till

_PATTERN = pattern()


class BookMachine(Machine):
    """The same people with real books, and an office with real workbooks."""

    def __init__(self) -> None:
        self.street = Street(_PATTERN)
        super().__init__()

    def open_till(self, name: str) -> BookTill:
        """A new book in a file of its own."""
        self.street.numbers = self.numbers
        return BookTill(self.street, name)

    def new_person(self, pick: Pick) -> dict[str, Value]:
        """A row that can become a customer: of one without a name or an e-mail the program makes nobody."""
        values = super().new_person(pick)
        return values | {name: pick.of(POOLS[name]) for name in sorted(REQUIRED) if name != "active"}

    def knowledge_of(self, paper: Paper, exported: Iterable[Key]) -> Knowledge:
        """What is in a file, but for what a list says.

        Whose row that is depends on whom the book has when it comes; so it is looked for as soon as it came.
        """
        return {key for key in super().knowledge_of(paper, exported) if key[0] != "list"}

    def check_rule(self, till: Till, before: State, paper: Paper) -> None:
        """The book is sound, a late repeat writes nothing, and the preview was what then happened.

        That an import is a join is the core's to prove: what a list says depends here on whom the book has. A row that
        was typed below those of an export may be met as somebody else's when its file comes again, where the file's own
        state or edits changed who is like it. So may one of a list that was refused as another's second, where the list
        was saved first and changed what is in force of whom only lists speak.
        """
        assert isinstance(till, BookTill)
        assert upkeep.check(till.book).faults == ()
        again = make_plan(till.book, open_workbook(self.street.path_of(paper.book)), lambda done, total: None)
        is_typed = paper.book.base is not None and _has_lists([paper.book])
        said = "" if again.writes_nothing or is_typed or _is_first_with_seconds(till) else _told(again)
        assert not said, f"a late repeat changes the book: {said}"
        self._check_preview(till)
        self._check_lists(till, paper)

    def _check_preview(self, till: BookTill) -> None:
        """What is asked after an import is what its preview said, but for who is who: that comes of the whole book."""
        if till.seen is not None:
            asked = {one.id for one in till.questions() if one.kind != WHO}
            told = {one.id for one in till.seen.plan.questions if one.kind != WHO}
            differing = (asked ^ told) - till.seen.asked
            assert not differing, f"the preview said other questions: {differing & asked} and not {differing & told}"

    def _check_lists(self, till: BookTill, paper: Paper) -> None:
        """What a list says is in force or asked, unless its row was refused or somebody has seen and replaced it."""
        if till.seen is None:
            return
        refused = {row.row for row in till.seen.plan.report.refused if row.outcome != "held"}
        everybody, asked = till.people(), till.questions()
        replaced = {(act.name, value) for act in self.doings.acts.values() for value in act.saw}
        for number, row in enumerate(paper.book.rows, 2):
            for name, value in row.get(ADDED, {}).items():
                if number in refused or name in {POINTS, "reason"} or name not in paper.book.columns:
                    continue
                found = any(one.values.get(name) == value for one in everybody)
                found = found or any((one.name, one.theirs) == (name, value) for one in asked)
                assert found or (name, value) in replaced, f"what a list says of {name} is lost: {value}"

    def check_rules(self, files: list[Paper], pick: Pick) -> None:
        """Joins are the core's: a book has no join of several."""

    def in_two_orders(self, one: Till, other: Till, files: list[Workbook], pick: Pick) -> None:
        """Where there are lists, two books may know somebody by other uids until they meet.

        So they may where somebody was erased: by which uids a list would bring them back follows from what is known.
        """
        if not _has_lists(files) and not any(book.base is not None and book.base.erased for book in files):
            super().in_two_orders(one, other, files, pick)
            return
        for till in (one, other):
            for book in pick.shuffled(files):
                till.take(book)
        for _ in range(2):
            checks.meet(one, other)
        checks.same_book(one, other, "the same files, after an exchange")

    def teardown(self) -> None:
        """Everything goes everywhere, and the books are put away."""
        try:
            super().teardown()
        finally:
            self.street.leave()


def _has_lists(files: Iterable[Workbook]) -> bool:
    """Whether somebody typed a new row in any of these."""
    return any(ADDED in row for book in files for row in book.rows)


def _is_first_with_seconds(till: BookTill) -> bool:
    """Whether the last import was a list of which a row was refused as a second, and which counts before another."""
    if till.seen is None:
        return False
    refused = till.seen.plan.report.refused
    seconds = any(row.outcome.startswith("error:duplicate") for row in refused)
    return seconds and any("this list was saved first" in row.message for row in refused)


def _told(plan: Plan) -> str:
    """What a plan would do, in the words of its steps."""
    return "; ".join(f"{kind} {listed}" for kind, steps in plan.steps if (listed := list(steps)))


_ALWAYS = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False)
QUICK = settings(_ALWAYS, max_examples=12, stateful_step_count=15, derandomize=True)
LONG = settings(_ALWAYS, max_examples=100, stateful_step_count=25)
SHARDS = 4

TestBookMachine = BookMachine.TestCase
TestBookMachine.settings = QUICK


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_hundreds_of_lives(shard: int) -> None:
    run_state_machine_as_test(seed(shard)(type("Machine", (BookMachine,), {})), settings=LONG)
