"""The ledger of books that exchange workbooks: one line with two contents, and clocks that are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from store import clock, customers, erasure, loyalty, past_imports, settings
from store.merge import exchange
from store.workbook.apply import apply, recover
from store.workbook.journal import APPLIED
from tests.store.workbook.importing import counts, cut_off, exported, run_import, staged
from tests.store.workbook.ledgers import BETWEEN, EARLY, FEW, LATE, NOW, UID, UNCHANGED, begun, enter, line, said
from tests.store.workbook.sharing import agreed, named, planned, several, taken
from tests.store.workbook.taking_back import run_of, sound, whole

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook that all books begin with, of last week."""
    return begun(tmp_path_factory.mktemp("start"))


@pytest.mark.parametrize("turned", [False, True])
def test_of_one_line_with_two_contents_all_books_keep_the_larger(tmp_path: Path, start: Path, turned: bool) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        enter(one, "Ada", 50, "Sign-up", uid=UID, at=EARLY)
        enter(other, "Ada", 20, "Welcome back", uid=UID, at=LATE)
        giver, taker = (other, one) if turned else (one, other)
        files = [exported(giver, tmp_path / "giver.xlsx"), exported(taker, tmp_path / "taker.xlsx")]
        for _ in range(2):
            for book, path in ((taker, files[0]), (giver, files[1])):
                taken(book, path)
        assert agreed(one) == agreed(other)
        assert said(one, "Ada") == (100, "Welcome back")
        assert line(one) == line(other) == ("Ada", 20, "Welcome back", "Mia", "b", LATE)


def test_a_larger_content_is_seen_before_it_is_taken_and_counted_once(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        enter(one, "Ada", 50, "Sign-up", uid=UID, at=EARLY)
        enter(other, "Ada", 20, "Goodwill", uid=UID, at=LATE)
        small, large = exported(one, tmp_path / "one.xlsx"), exported(other, tmp_path / "other.xlsx")
        plan = planned(one, large)
        [move] = plan.changed
        assert (move.kind, move.name) == ("updated", "Ada Ames")
        assert [(field.label, field.ours, field.theirs) for field in move.fields] == [
            ("Loyalty Points", "130", "100"), ("Reason", "Sign-up", "Goodwill"),
        ]  # fmt: skip
        assert taken(one, large) == counts(plan.report) == (0, 1, FEW - 1, 0)
        assert said(one, "Ada") == (100, "Goodwill")
        for book, path in ((one, large), (other, small), (one, small)):
            plan = planned(book, path)
            assert (counts(plan.report), plan.changed, plan.writes_nothing) == (UNCHANGED, [], True)


def test_tills_that_give_other_points_for_joining_agree(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        for book, points in ((one, 50), (other, 20)):
            settings.put(book, "sign_up_points", points)
            zoe = {"uid": UID, "first_name": "Zoe", "last_name": "Zorn", "email": "zoe@example.com", "loyalty": True}
            customers.create(book, zoe)
        mine, yours = exported(one, tmp_path / "one.xlsx"), exported(other, tmp_path / "other.xlsx")
        taken(one, yours)
        taken(other, mine)
        assert agreed(one) == agreed(other)
        assert said(one, "Zoe") == said(other, "Zoe")
        assert named(one, "Zoe").points in {20, 50}


def test_a_line_that_is_somebody_elses_by_its_larger_content_moves(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        enter(one, "Ada", 50, uid=UID, at=EARLY)
        enter(other, "Bo", 20, uid=UID, at=LATE)
        mine, yours = exported(one, tmp_path / "one.xlsx"), exported(other, tmp_path / "other.xlsx")
        moves = {
            move.name: next((field.label, field.ours, field.theirs) for field in move.fields)
            for move in planned(one, yours).changed
        }
        assert moves == {"Ada Ames": ("Loyalty Points", "130", "80"), "Bo Brand": ("Loyalty Points", "80", "100")}
        before = whole(one)
        assert taken(one, yours) == (0, 2, FEW - 2, 0)
        taken(other, mine)
        assert agreed(one) == agreed(other)
        assert (named(one, "Ada").points, named(one, "Bo").points) == (80, 100)
        past_imports.take_back(one, run_of(one))
        assert whole(one) == before
        assert sound(one)


def test_taking_back_gives_a_line_its_former_content(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        enter(one, "Ada", 50, "Sign-up", uid=UID, at=EARLY)
        enter(other, "Ada", 20, "Goodwill", uid=UID, at=LATE)
        path, before = exported(other, tmp_path / "other.xlsx"), whole(one)
        taken(one, path)
        done = past_imports.take_back(one, run_of(one))
        assert whole(one) == before
        assert (done.restored, done.kept) == (1, ())
        taken(one, path)
        assert said(one, "Ada") == (100, "Goodwill")


def test_what_is_another_or_reversed_since_stays_when_its_import_is_taken_back(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "abc", start) as (one, two, three):
        for book, at in ((one, EARLY), (two, BETWEEN), (three, LATE)):
            enter(book, "Ada", 10, book.path.stem, uid=UID, at=at)
        first, second = exported(two, tmp_path / "two.xlsx"), exported(three, tmp_path / "three.xlsx")
        taken(one, first)
        taken(one, second)
        earlier = run_of(one) - 1
        done = past_imports.take_back(one, earlier)
        assert done.kept == ("Ada Ames: an entry of +10 points stays as it is: it was changed since.",)
        assert said(one, "Ada") == (90, "c")
        past_imports.take_back(one, run_of(one))
        assert said(one, "Ada") == (90, "b"), "what the first brought, which was not taken back"
        taken(one, second)
        loyalty.reverse(one, UID)
        done = past_imports.take_back(one, run_of(one))
        assert done.kept == ("Ada Ames: an entry of +10 points was reversed since. Both lines of the ledger stay.",)
        assert named(one, "Ada").points == 80
        assert sound(one)


def test_a_line_that_a_later_import_made_another_stays_when_the_one_that_brought_it_is_taken_back(
    tmp_path: Path, start: Path
) -> None:
    with several(tmp_path, "abc", start) as (one, two, three):
        for book, at in ((two, EARLY), (three, LATE)):
            enter(book, "Ada", 10, book.path.stem, uid=UID, at=at)
        taken(one, exported(two, tmp_path / "two.xlsx"))
        taken(one, exported(three, tmp_path / "three.xlsx"))
        done = past_imports.take_back(one, run_of(one) - 1)
        assert done.kept == ("Ada Ames: an entry of +10 points stays as it is: it was changed since.",)
        assert said(one, "Ada") == (90, "c")
        assert sound(one)


def test_of_who_was_erased_since_the_plan_was_made_no_words_are_written(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        enter(one, "Ada", 50, "Visit", uid=UID, at=EARLY)
        enter(other, "Ada", 20, "Ada moved", uid=UID, at=LATE)
        path = exported(other, tmp_path / "other.xlsx")
        plan = planned(one, path)
        erasure.erase(one, named(one, "Ada").id)
        stage = staged(one, path.name, plan)
        apply(one, stage, plan.report, lambda done, total: None)
        stage.discard()
        assert line(one)[1:3] == (20, "")
        assert sound(one)


def test_a_line_is_looked_at_again_when_it_is_written(tmp_path: Path, start: Path) -> None:
    """What another import of the same book has settled since the plan was made is not made smaller again."""
    with several(tmp_path, "abc", start) as (one, two, three):
        for book, points, at in ((one, 1, EARLY), (two, 2, BETWEEN), (three, 3, LATE)):
            enter(book, "Ada", points, uid=UID, at=at)
        path = exported(two, tmp_path / "two.xlsx")
        plan = planned(one, path)
        taken(one, exported(three, tmp_path / "three.xlsx"))
        stage = staged(one, path.name, plan)
        apply(one, stage, plan.report, lambda done, total: None)
        stage.discard()
        assert line(one)[1] == 3
        assert named(one, "Ada").points == 83
        assert sound(one)


def test_an_import_that_was_cut_off_settles_a_line_once(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        enter(one, "Ada", 50, uid=UID, at=EARLY)
        enter(other, "Ada", 20, uid=UID, at=LATE)
        enter(other, "Bo", 7)
        before = whole(one)
        path = exported(other, tmp_path / "other.xlsx")
        cut_off(one, path)
        recover(one)
        assert (named(one, "Ada").points, named(one, "Bo").points) == (100, 87)
        assert one.rows("SELECT state FROM import_run WHERE id = ?", (run_of(one),)) == [(APPLIED,)]
        past_imports.take_back(one, run_of(one))
        assert whole(one) == before


def test_a_lines_points_that_somebody_edits_in_the_sheet_are_refused(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        enter(one, "Ada", 50, uid=UID, at=EARLY)
        enter(other, "Ada", 20, uid=UID, at=LATE)
        path = exported(other, tmp_path / "other.xlsx")
        file = openpyxl.load_workbook(path)
        [cell] = [row for row in file["Loyalty"].iter_rows() if row[0].value == UID]
        points = next(at for at, head in enumerate(file["Loyalty"][1]) if head.value == "Points")
        cell[points].value = 999
        file.save(path)
        report = run_import(one, path)
        assert "entries never change" in " ".join(row.message for row in report.refused)
        assert line(one)[1] == 20, "the file's own state counts"


def test_what_an_erased_person_had_written_does_not_come_back_with_a_line(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        enter(one, "Ada", 50, "for Ada's birthday", uid=UID, at=EARLY)
        enter(other, "Ada", 20, "Ada moved", uid=UID, at=LATE)
        path = exported(other, tmp_path / "other.xlsx")
        taken(one, path)
        erasure.erase(one, named(one, "Ada").id)
        assert line(one)[1:3] == (20, "")
        told = "".join(str(row) for row in one.rows("SELECT before FROM import_change"))
        assert "birthday" not in told
        assert "moved" not in told
        assert planned(one, path).writes_nothing
        past_imports.take_back(one, run_of(one))
        assert line(one)[1:3] == (50, "")
        assert sound(one)


def test_a_clock_that_is_minutes_ahead_does_not_hide_what_is_entered_after_it(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        enter(other, "Ada", 5, "Birthday", at=exchange.moment(NOW + 600))
        taken(one, exported(other, tmp_path / "other.xlsx"))
        loyalty.adjust(one, named(one, "Ada").id, balance=90, reason="Goodwill")
        taken(other, exported(one, tmp_path / "one.xlsx"))
        assert said(one, "Ada") == said(other, "Ada") == (90, "Goodwill")


def test_a_clock_that_is_a_year_ahead_misdates_no_other_line_and_all_books_show_one_reason(
    tmp_path: Path, start: Path
) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        ahead = exchange.moment(NOW + 365 * 86_400)
        enter(other, "Ada", 5, "Birthday", at=ahead)
        taken(one, exported(other, tmp_path / "other.xlsx"))
        loyalty.adjust(one, named(one, "Ada").id, balance=90, reason="Goodwill")
        taken(other, exported(one, tmp_path / "one.xlsx"))
        assert said(one, "Ada") == said(other, "Ada") == (90, "Birthday")
        times = {line.reason: line.at for line in loyalty.lines(one, named(one, "Ada").id, offset=0, limit=9)}
        assert clock.written(times["Birthday"]) == ahead
        assert clock.written(times["Goodwill"]) < exchange.moment(NOW + 3600)
