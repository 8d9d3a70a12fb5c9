"""What one book knows reaches the others, whatever they made of the files in the inbox; and then all tills are quiet."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store import exchange_key, persons, review, rows
from store.merge import writing
from store.merge.people import Verdict
from store.merge.state import LAST_TIME
from store.workbook.folder_records import Outcome, Rules
from tests.store.workbook.folders import Till, edited, make_till, meet, names

if TYPE_CHECKING:
    from pathlib import Path

LIST = "First Name,Last Name,E-Mail\nAda,Lovelace,ada@example.com\n"


@pytest.fixture
def three(tmp_path: Path, one: Till, two: Till) -> tuple[Till, Till, Till]:
    """Three tills that know one another and one key; the second takes only what is signed."""
    tills = (one, two, make_till(tmp_path, "till-3"))
    with closing(one.open()) as book:
        code = exchange_key.make(book)
    for till in tills[1:]:
        with closing(till.open()) as book:
            exchange_key.set_code(book, code)
    with closing(two.open()) as book:
        exchange_key.insist(book, on=True)
    meet(*tills)
    return tills


def quiet(*tills: Till) -> bool:
    """Whether no till takes or sends anything any more."""
    reports = [till.sync() for till in (*tills, *tills)]
    return all((report.taken, report.sent, report.gaps, report.left) == ((), None, (), ()) for report in reports)


def test_what_a_till_that_insists_did_not_take_reaches_it_by_another(three: tuple[Till, Till, Till]) -> None:
    one, two, third = three
    (one.folder / "inbox" / "list.csv").write_text(LIST)
    assert [file.outcome for file in two.sync().taken] == [Outcome.REFUSED]
    report = one.sync()
    assert [(file.outcome, file.created) for file in report.taken] == [(Outcome.TAKEN, 1)]
    assert report.sent is not None
    assert report.sent.customers == 1
    assert report.unseen == 1  # the first, and not this one, all of which came from the office
    for till in (third, two):
        assert till.sync().sent is None
    assert one.people() == two.people() == third.people()
    assert [row[1] for row in two.people()] == ["Ada"]
    assert quiet(*three)


def test_what_was_taken_out_of_the_inbox_too_soon_reaches_the_others(one: Till, two: Till) -> None:
    ann = one.add("Ann Lee")
    meet(one, two)
    edited(one.exports()[0], one.folder / "inbox" / "back.xlsx", City="Salem")
    one.sync()
    (one.folder / "inbox" / "back.xlsx").unlink()
    (taken,) = two.sync().taken
    assert (taken.updated, taken.name) == (1, one.exports()[-1].name)
    assert two.people() == one.people()
    assert [row[5] for row in two.people() if row[0] == ann.uid] == ["Salem"]
    assert quiet(one, two)


def test_a_file_that_all_took_at_once_is_sent_by_each_once_and_no_more(three: tuple[Till, Till, Till]) -> None:
    one, two, third = three
    with closing(two.open()) as book:
        exchange_key.insist(book, on=False)
    (one.folder / "inbox" / "list.csv").write_text(LIST)
    for till in three:  # none sees what the others write meanwhile
        outbox = {path: path.rename(path.with_suffix(".away")) for path in (one.folder / "outbox").glob("*.xlsx")}
        assert till.sync().sent is not None
        for path, away in outbox.items():
            away.rename(path)
    assert all(till.sync().sent is None for till in three)
    assert one.people() == two.people() == third.people()
    assert quiet(*three)


def test_an_export_that_somebody_edited_in_its_place_is_not_what_the_others_have(one: Till, two: Till) -> None:
    ann = one.add("Ann Lee")
    meet(one, two)
    path = one.exports()[0]
    as_sent = path.read_bytes()
    edited(path, path, City="Salem")
    assert two.sync().sent is not None
    path.write_bytes(as_sent)  # nobody else read the edited one
    one.sync()
    assert [row[5] for row in one.people() if row[0] == ann.uid] == ["Salem"]
    assert quiet(one, two)


def test_an_export_that_is_laid_into_the_inbox_as_it_was_is_not_sent_again(one: Till, two: Till) -> None:
    meet(one, two)
    one.add("Ann Lee")
    one.sync()
    path = one.exports()[-1]
    (one.folder / "inbox" / "copy.xlsx").write_bytes(path.read_bytes())
    path.rename(path.with_suffix(".away"))
    report = two.sync()
    assert [(file.name, file.created) for file in report.taken] == [("copy.xlsx", 1)]
    assert report.sent is None
    assert report.gaps != ()


def test_an_edit_of_who_became_another_meanwhile_goes_out(one: Till, two: Till) -> None:
    uids = sorted(one.add(name, email=f"{name[-3:]}@example.com").uid for name in ("Ann Lee", "Ann Lea"))
    meet(one, two)
    _become_one(one)
    one.sync()
    two.edit(uids[1], phone="555-0101")
    assert two.sync().sent is not None
    one.sync()
    assert one.people() == two.people()
    assert one.rows("SELECT uid, phone FROM customer") == [(uids[0], "555-0101")]
    assert quiet(one, two)


def test_an_edit_of_who_was_told_apart_meanwhile_goes_out(one: Till, two: Till) -> None:
    uids = sorted(one.add(name, email=f"{name[-3:]}@example.com").uid for name in ("Ann Lee", "Ann Lea"))
    _become_one(one)
    meet(one, two)
    with closing(one.open()) as book, book.write():
        persons.judge(book, {(uids[0], uids[1]): Verdict(LAST_TIME - 1, one.origin, same=False)})
        persons.regroup(book, uids)
    one.sync()
    with closing(two.open()) as book, book.write():  # the second of them is who is written about
        person = rows.by_uid(book, uids[:1])[uids[0]]
        second = writing.write({uids[1]: person.rows[uids[1]]}, uids[1], "city", "Salem", rows.dot(book))
        persons.show(book, person, person.rows | second)
    assert two.sync().sent is not None
    one.sync()
    assert one.people() == two.people()
    assert [row[5] for row in one.people() if row[0] == uids[1]] == ["Salem"]
    assert quiet(one, two)


def _become_one(till: Till) -> None:
    """Say of the two customers of a book that they are one."""
    with closing(till.open()) as book, book.write():
        found = rows.by_uid(book, [uid for (uid,) in book.rows("SELECT uid FROM customer")])
        review.say(book, list(found.values()), rows.dot(book), same=True)


def test_a_file_that_is_refused_for_its_signature_is_said_at_once(one: Till) -> None:
    one.rules = Rules(settle=0.0)
    with closing(one.open()) as book:
        exchange_key.make(book)
        exchange_key.insist(book, on=True)
    one.sync()
    (one.folder / "inbox" / "list.csv").write_text(LIST)
    report = one.sync()
    assert report.left == ()
    (file,) = report.taken
    assert file.outcome is Outcome.REFUSED
    assert file.message.startswith("list.csv is not signed, and this book takes only workbooks that are signed")
    assert names(one.folder / "inbox") == []
    assert len(names(one.folder / "refused")) == 2
