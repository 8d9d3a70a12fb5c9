"""The exchange by folder: two tills and an office on one share, with everything that comes between."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store import loyalty, settings
from store.errors import ExchangeError, InvalidSettingsError
from store.workbook.folder_ledger import FROM_OFFICE
from store.workbook.folder_records import FileLeft, FileWaiting, Gap, Outcome, Place, Rules, Terms
from store.workbook.folder_setup import NoFolderError, UnderWayError, alone, choose, leave, terms
from store.workbook.folder_take import COPYING, NOT_YET, OPEN
from tests.store.workbook.folders import Till, aged, edited, make_till, meet, names, offices
from tests.store.workbook.importing import ADA, BOB
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(one: Till) -> Path:
    return one.folder


def test_the_first_export_is_everything_and_the_next_only_what_changed(one: Till, two: Till) -> None:
    ann, _bob = one.add("Ann Lee", loyalty=True), one.add("Bob May")
    first = one.sync().sent
    assert first is not None
    assert (first.number, first.customers, first.whole) == (1, 2, True)
    assert first.name == f"regulars-till-1-{one.origin[:8]}-000001.xlsx"
    two.sync()
    with closing(one.open()) as book:
        loyalty.adjust(book, ann.id, balance=50, reason="Welcome")
    second = one.sync().sent
    assert second is not None
    assert (second.number, second.customers, second.whole) == (2, 1, False)
    (taken,) = two.sync().taken
    assert (taken.place, taken.outcome, taken.created, taken.updated) == (Place.OUTBOX, Outcome.TAKEN, 0, 1)
    assert two.people() == one.people()


def test_what_came_by_the_folder_does_not_go_out_again(one: Till, two: Till) -> None:
    one.sync()
    two.sync()
    one.add("Ann Lee")
    assert one.sync().sent is not None
    assert two.sync().sent is None
    assert two.people() == one.people()


def test_what_a_person_changes_in_a_customer_that_came_goes_out(one: Till, two: Till) -> None:
    ann = one.add("Ann Lee")
    one.sync()
    two.sync()
    two.edit(ann.uid, city="Salem")
    one.edit(ann.uid, phone="555-0101")
    assert one.sync().sent is not None
    two.sync()
    one.sync()
    assert one.people() == two.people()
    assert one.people()[0][4:6] == ("555-0101", "Salem")


def test_runs_without_news_write_nothing(one: Till, two: Till, folder: Path) -> None:
    one.add("Ann Lee")
    for till in (one, two, one, two):
        till.sync()
    before = {path: path.read_bytes() for path in (folder / "outbox").iterdir()}
    reports = [till.sync() for till in (one, two, one, two)]
    assert all((report.taken, report.sent, report.left, report.moved) == ((), None, (), ()) for report in reports)
    assert {path: path.read_bytes() for path in (folder / "outbox").iterdir()} == before
    assert not list(one.path.parent.glob(".*exchange-*"))


def test_the_offices_workbook_is_taken_by_each_till_once_and_then_moved(one: Till, two: Till, folder: Path) -> None:
    meet(one, two)
    sheet(folder / "inbox" / "march.xlsx", ADA, BOB)
    report = one.sync()
    assert [(file.name, file.created) for file in report.taken] == [("march.xlsx", 2)]
    assert report.waiting == (FileWaiting("march.xlsx", ("till-2",)),)
    assert one.sync().taken == ()
    assert names(folder / "inbox") == ["march.xlsx"]
    report = two.sync()
    assert [(file.place, file.created) for file in report.taken] == [(Place.OUTBOX, 2), (Place.INBOX, 0)]
    assert offices(report.moved, one) == ["march.xlsx"]
    assert names(folder / "inbox") == []
    assert offices(names(folder / "done"), one) == ["march.xlsx"]
    assert one.people() == two.people()
    report = one.sync()
    assert (report.sent, report.unseen, report.is_whole) == (None, 1, True)


def test_an_edited_export_comes_back_and_the_office_has_seen_it(one: Till, two: Till, folder: Path) -> None:
    one.add("Ann Lee", loyalty=True, points=80)
    assert one.sync().unseen == 1
    two.sync()
    edited(one.exports()[0], folder / "inbox" / "back.xlsx", City="Salem", Loyalty_Points=100)
    report = one.sync()
    assert [(file.updated, file.outcome) for file in report.taken if file.place is Place.INBOX] == [(1, Outcome.TAKEN)]
    assert report.unseen == 0
    two.sync()
    assert one.people() == two.people()
    assert one.people()[0][5:7] == ("Salem", 100)
    assert [row[0] for row in one.rows("SELECT seen_by FROM folder_export")] == ["back.xlsx", FROM_OFFICE]
    one.sync()
    assert [path.name for path in one.exports()] == []  # the office has seen it, and till 2 has it
    assert one.sync().is_whole


def test_an_export_that_comes_back_as_it_was_is_seen_and_not_read(one: Till, folder: Path) -> None:
    one.add("Ann Lee")
    one.sync()
    shutil.copy(one.exports()[0], folder / "inbox" / "copy.xlsx")
    report = one.sync()
    assert [file.outcome for file in report.taken] == [Outcome.OWN]
    assert report.unseen == 0
    assert "copy.xlsx" in report.moved


def test_seeing_everything_is_seeing_all_that_was_before(one: Till, folder: Path) -> None:
    for name in ("Ann Lee", "Bob May"):
        one.add(name)
        one.sync()
    one.sync(everything=True)
    assert one.sync().unseen == 3
    edited(one.exports()[2], folder / "inbox" / "back.xlsx", City="Salem")
    assert one.sync().unseen == 0


def test_what_the_offices_own_book_has_taken_it_has_seen(one: Till, two: Till) -> None:
    one.add("Ann Lee")
    one.sync()
    two.sync()
    assert one.sync().unseen == 1  # another till is not the office
    with closing(two.open()) as book:
        choose(book, Terms(str(two.folder), office=True))
    two.sync()
    assert one.sync().unseen == 0


def test_the_same_content_under_two_names_is_taken_once(one: Till, folder: Path) -> None:
    one.sync()
    sheet(folder / "inbox" / "a.xlsx", ADA)
    shutil.copy(folder / "inbox" / "a.xlsx", folder / "inbox" / "b.xlsx")
    report = one.sync()
    assert len(report.taken) == 1
    assert sorted(offices(report.moved, one)) == ["a.xlsx", "b.xlsx"]
    assert len(one.rows("SELECT 1 FROM import_run")) == 1


def test_a_file_that_may_still_be_being_copied_is_left(one: Till, folder: Path) -> None:
    one.rules = Rules(settle=30.0, unreadable=600.0)
    one.sync()
    path = sheet(folder / "inbox" / "slow.xlsx", ADA)
    (folder / "inbox" / "empty.xlsx").touch()
    aged(folder / "inbox" / "empty.xlsx", 500)
    report = one.sync()
    assert set(report.left) == {FileLeft("slow.xlsx", COPYING), FileLeft("empty.xlsx", COPYING)}
    assert report.is_whole
    aged(path, 31)
    assert [file.name for file in one.sync().taken] == ["slow.xlsx"]


def test_a_file_that_stays_empty_is_refused(one: Till, folder: Path) -> None:
    one.rules = Rules(settle=30.0, unreadable=600.0)
    one.sync()
    (folder / "inbox" / "empty.xlsx").touch()
    aged(folder / "inbox" / "empty.xlsx", 601)
    (file,) = one.sync().taken
    assert (file.outcome, file.message) == (Outcome.REFUSED, "empty.xlsx is empty. Ask for the file again.")
    (note,) = [name for name in names(folder / "refused") if name.endswith(".txt")]
    assert "is empty" in (folder / "refused" / note).read_text()
    assert names(folder / "inbox") == []
    sheet(folder / "inbox" / "empty.xlsx", ADA)
    aged(folder / "inbox" / "empty.xlsx", 31)
    assert [file.created for file in one.sync().taken] == [1]


def test_a_file_from_a_computer_whose_clock_is_ahead_is_taken_when_it_stays_as_it_is(
    one: Till, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.rules = Rules(settle=30.0)
    one.sync()
    aged(sheet(folder / "inbox" / "future.xlsx", ADA), -5000)
    assert one.sync().left
    one.sync()  # a look in between does not begin the wait anew
    book = one.open()
    book.execute("UPDATE folder_path SET looked_at = looked_at - 31")
    book.close()
    assert [file.name for file in one.sync().taken] == ["future.xlsx"]


@pytest.mark.parametrize("lock", ["~$plan.xlsx", "~$an.xlsx", ".~lock.plan.xlsx#"])
def test_a_file_that_is_open_in_a_spreadsheet_program_is_left(one: Till, folder: Path, lock: str) -> None:
    one.sync()
    sheet(folder / "inbox" / "plan.xlsx", ADA)
    (folder / "inbox" / lock).write_text("Mia")
    assert one.sync().left == (FileLeft("plan.xlsx", OPEN),)
    aged(folder / "inbox" / lock, 50_000)  # its program crashed yesterday
    assert [file.name for file in one.sync().taken] == ["plan.xlsx"]


def test_what_is_no_workbook_is_passed_over(one: Till, folder: Path) -> None:
    one.sync()
    for name in (".hidden.xlsx", "~$open.xlsx", "half.xlsx.part", "a.crdownload", "readme.txt", "Thumbs.db"):
        (folder / "inbox" / name).write_text("x")
    (folder / "inbox" / "folder.xlsx").mkdir()
    (folder / "inbox" / "link.xlsx").symlink_to(sheet(folder / "outside.xlsx", ADA))
    report = one.sync()
    assert (report.taken, report.left, report.faults) == ((), (), ())
    assert one.people() == []


@pytest.mark.parametrize(
    "name",
    ["-rf.xlsx", "a\nb.xlsx", "[red]x[bold].xlsx", "$(reboot).xlsx", "é" * 100 + ".xlsx", b"half\xff.xlsx", "x.XLSX",
     "regulars-till-1-00000000-000007.xlsx", "a%2e%2e.xlsx", " .xlsx"],
)  # fmt: skip
def test_a_hostile_name_is_only_a_name(one: Till, folder: Path, name: str | bytes) -> None:
    one.sync()
    text = name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name
    sheet(folder / "plain.xlsx", ADA).rename(folder / "inbox" / text)
    report = one.sync()
    assert [file.outcome for file in report.taken] == [Outcome.TAKEN]
    assert report.gaps == ()
    assert offices(names(folder / "done"), one) == [text]
    assert str(report).encode()


def test_a_refused_file_goes_there_once_with_the_reason_beside_it(one: Till, two: Till, folder: Path) -> None:
    meet(one, two)
    (folder / "inbox" / "letter.xlsx").write_text("Dear all")
    report = one.sync()
    assert [file.outcome for file in report.taken] == [Outcome.REFUSED]
    assert not report.is_whole
    assert one.sync().is_whole  # it was said once
    two.sync()
    assert names(folder / "inbox") == []
    (note, file) = names(folder / "refused")
    assert file == "letter.xlsx"
    assert "plain text" in (folder / "refused" / note).read_text()
    assert one.sync().is_whole
    (folder / "refused" / "letter.xlsx").rename(folder / "inbox" / "letter.xlsx")
    assert [file.outcome for file in one.sync().taken] == [Outcome.REFUSED]  # sent once more, it is looked at once more


def test_a_young_file_that_cannot_be_read_is_not_refused_yet(one: Till, folder: Path) -> None:
    one.rules = Rules(settle=0.0, unreadable=600.0)
    one.sync()
    path = folder / "inbox" / "half.xlsx"
    path.write_bytes(sheet(folder / "whole.xlsx", ADA).read_bytes()[:2000])
    (left,) = one.sync().left
    assert left.why.startswith(NOT_YET)
    path.write_bytes((folder / "whole.xlsx").read_bytes())
    assert [file.outcome for file in one.sync().taken] == [Outcome.TAKEN]


def test_faulty_rows_come_back_marked_and_corrected_ones_are_taken(one: Till, folder: Path) -> None:
    one.sync()
    sheet(folder / "inbox" / "new.xlsx", ADA, BOB | {"E-Mail": "nobody"})
    report = one.sync()
    assert [(file.outcome, file.created, file.refused) for file in report.taken] == [(Outcome.PART, 1, 1)]
    assert not report.is_whole
    assert offices(names(folder / "done"), one) == ["new.xlsx"]
    (back,) = names(folder / "refused")
    assert back.startswith("new ")
    assert back.endswith(" returned.xlsx")
    edited(folder / "refused" / back, folder / "inbox" / "corrected.xlsx", row=3, E_Mail="bob@example.com")
    assert [(file.outcome, file.created) for file in one.sync().taken] == [(Outcome.TAKEN, 1)]
    assert names(folder / "refused") == [back]


def test_a_missing_number_is_noticed_and_healed_by_the_file_or_by_everything(
    one: Till, two: Till, tmp_path: Path
) -> None:
    one.sync()
    two.sync()
    for name in ("Ann Lee", "Bob May", "Cid Roy"):
        one.add(name)
        one.sync()
    lost = one.exports()[1]
    lost.rename(tmp_path / "lost.xlsx")
    report = two.sync()
    assert report.gaps == (Gap("till-1", one.origin, 2, 2),)
    assert not report.is_whole
    assert two.sync().gaps == report.gaps
    shutil.copy(tmp_path / "lost.xlsx", lost)  # late
    assert two.sync().gaps == ()
    assert one.people() == two.people()
    three = make_till(tmp_path, "till-3")
    (tmp_path / "lost.xlsx").unlink()
    one.exports()[1].unlink()
    assert three.sync().gaps == (Gap("till-1", one.origin, 2, 2),)
    one.sync(everything=True)
    assert three.sync().gaps == ()
    assert one.people() == three.people()


def test_the_last_number_is_missed_too(one: Till, two: Till) -> None:
    one.sync()
    two.sync()
    one.add("Ann Lee")
    one.sync()
    one.exports()[-1].unlink()
    assert two.sync().gaps == (Gap("till-1", one.origin, 2, 2),)


def test_a_file_that_is_here_and_not_settled_is_no_gap(one: Till, two: Till) -> None:
    one.add("Ann Lee")
    one.sync()
    two.rules = Rules(settle=1000.0)
    report = two.sync()
    assert len(report.left) == 1
    assert report.gaps == ()
    two.rules = one.rules
    assert two.sync().gaps == ()


def test_exports_taken_in_any_order_leave_no_gap(one: Till, two: Till, tmp_path: Path) -> None:
    for name in ("Ann Lee", "Bob May"):
        one.add(name)
        one.sync()
    first = one.exports()[0]
    first.rename(tmp_path / "first.xlsx")
    assert two.sync().gaps == (Gap("till-1", one.origin, 1, 1),)
    shutil.move(tmp_path / "first.xlsx", first)
    assert two.sync().gaps == ()
    assert two.people() == one.people()


def test_an_export_of_another_till_is_never_moved_or_changed(one: Till, two: Till) -> None:
    one.add("Ann Lee")
    one.sync()
    before = {path.name: path.read_bytes() for path in one.exports()}
    two.sync()
    two.sync()
    assert {path.name: path.read_bytes() for path in one.exports()} == before


def test_an_export_that_is_edited_in_its_place_is_taken_like_any_other(one: Till, two: Till) -> None:
    one.add("Ann Lee")
    meet(one, two)
    edited(one.exports()[0], one.exports()[0], City="Salem")
    assert [file.updated for file in one.sync().taken] == [1]
    assert [file.updated for file in two.sync().taken] == [1, 0]  # the edited one, then what the till made of it
    assert one.people() == two.people()
    meet(one, two)
    assert one.sync().taken == two.sync().taken == ()


def test_a_till_that_comes_later_takes_what_the_others_are_done_with(
    one: Till, two: Till, folder: Path, tmp_path: Path
) -> None:
    one.add("Ann Lee")
    one.sync()
    two.sync()
    sheet(folder / "inbox" / "march.xlsx", ADA)
    edited(one.exports()[0], folder / "inbox" / "back.xlsx", City="Salem")
    for till in (one, two, one):
        till.sync()
    assert len(names(folder / "done")) == 4
    three = make_till(tmp_path, "till-3")
    report = three.sync()
    assert report.gaps == ()
    assert three.people() == one.people() == two.people()
    assert len(names(folder / "done")) == 4


def test_a_till_that_is_away_too_long_is_not_waited_for_and_catches_up(one: Till, two: Till, folder: Path) -> None:
    one.sync()
    two.sync()
    for path in (folder / ".regulars").glob(f"book-{two.origin}.json"):
        aged(path, 31 * 86_400)
    sheet(folder / "inbox" / "march.xlsx", ADA)
    assert offices(one.sync().moved, one) == ["march.xlsx"]
    assert [(file.place, file.created) for file in two.sync().taken] == [(Place.DONE, 1), (Place.DONE, 0)]
    assert two.people() == one.people()


def test_a_book_put_back_from_a_backup_begins_anew_and_loses_nothing(one: Till, two: Till) -> None:
    ann = one.add("Ann Lee")
    one.sync()
    two.sync()
    backup = one.path.with_suffix(".copy")
    shutil.copy(one.path, backup)
    one.add("Bob May")
    one.edit(ann.uid, city="Salem")
    one.sync()
    two.sync()
    before, old = two.people(), one.origin
    for end in ("", "-wal", "-shm"):
        one.path.with_name(f"{one.path.name}{end}").unlink(missing_ok=True)
    shutil.copy(backup, one.path)
    (one.path.parent / f".{one.path.name}.sent").unlink(missing_ok=True)
    one.sync()
    assert one.origin != old
    assert one.people() == before
    one.edit(ann.uid, phone="555-0101")
    one.sync()
    two.sync()
    assert two.people() == one.people()
    assert two.people()[[row[0] for row in two.people()].index(ann.uid)][4:6] == ("555-0101", "Salem")


def test_a_share_that_is_not_connected_is_no_new_folder(one: Till, folder: Path) -> None:
    one.add("Ann Lee")
    one.sync()
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(ExchangeError, match="There is no folder"):
        one.sync()
    folder.mkdir()  # the place where it is mounted
    one.add("Bob May")
    with pytest.raises(ExchangeError, match="not the folder that this book exchanged by"):
        one.sync()
    assert names(folder) == []
    folder.rmdir()
    folder.with_name("elsewhere").rename(folder)
    report = one.sync()
    assert report.sent is not None
    assert not report.sent.whole


def test_the_same_folder_under_another_path_is_known(one: Till, folder: Path) -> None:
    one.add("Ann Lee")
    one.sync()
    one.folder = folder.rename(folder.with_name("drive"))
    assert one.sync().sent is None


def test_another_folder_gets_everything(one: Till, tmp_path: Path) -> None:
    one.add("Ann Lee")
    one.sync()
    one.folder = tmp_path / "other"
    one.folder.mkdir()
    sent = one.sync().sent
    assert sent is not None
    assert (sent.number, sent.whole) == (2, True)


def test_the_folder_of_the_settings_is_used_when_none_is_named(one: Till) -> None:
    from store.workbook.folder import sync

    with pytest.raises(NoFolderError):
        sync(one.path)
    one.sync()
    assert sync(one.path).folder == str(one.folder)


def test_two_runs_of_one_book_do_not_work_at_once(one: Till) -> None:
    with closing(one.open()) as book, alone(book), pytest.raises(UnderWayError):
        one.sync()
    one.sync()


def test_a_dry_run_says_what_would_be_and_does_nothing(one: Till, two: Till, folder: Path) -> None:
    one.sync()
    two.add("Zoe Fox")
    two.sync()
    one.add("Ann Lee")
    sheet(folder / "inbox" / "march.xlsx", ADA)
    (folder / "inbox" / "letter.xlsx").write_text("Dear all")
    before = sorted(str(path) for path in folder.rglob("*")), one.rows("SELECT * FROM folder_file"), one.people()
    report = one.sync(dry_run=True)
    assert report.dry_run
    assert sorted((file.place, file.outcome, file.created) for file in report.taken) == [
        ("inbox", "refused", 0), ("inbox", "taken", 1), ("outbox", "taken", 1),
    ]  # fmt: skip
    assert report.sent is not None
    assert (report.sent.number, report.sent.customers) == (2, 1)
    after = sorted(str(path) for path in folder.rglob("*")), one.rows("SELECT * FROM folder_file"), one.people()
    assert after == before


def test_a_dry_run_in_a_folder_that_is_not_set_up_makes_nothing(one: Till, folder: Path) -> None:
    one.add("Ann Lee")
    report = one.sync(dry_run=True)
    assert report.sent is not None
    assert report.sent.whole
    assert names(folder) == []


def test_an_empty_book_sends_nothing(tmp_path: Path) -> None:
    till = make_till(tmp_path, "till-1")
    with closing(till.open()) as book:
        book.execute("DELETE FROM store")
    assert till.sync().sent is None
    till.add("Ann Lee")
    sent = till.sync().sent
    assert sent is not None
    assert sent.whole


def test_who_leaves_is_not_waited_for_and_marks_nothing(one: Till, two: Till, folder: Path) -> None:
    one.sync()
    two.sync()
    with closing(two.open()) as book:
        assert leave(book) == folder
        assert settings.get(book, "sync_folder") == ""
        assert book.rows("SELECT 1 FROM sqlite_master WHERE name GLOB 'folder_marks_*'") == []
    sheet(folder / "inbox" / "march.xlsx", ADA)
    assert offices(one.sync().moved, one) == ["march.xlsx"]


def test_the_settings_take_only_a_folder_that_is_there(one: Till, folder: Path) -> None:
    with closing(one.open()) as book:
        choose(book, Terms(str(folder), 9, office=True))
        assert terms(book) == Terms(str(folder), 9, office=True)
        for wrong, field in ((Terms(str(folder / "no")), "folder"), (Terms(str(folder), 0), "days")):
            with pytest.raises(InvalidSettingsError) as refused:
                choose(book, wrong)
            assert [fault.field for fault in refused.value.faults] == [field]
        choose(book, Terms("", 9))
        assert terms(book) == Terms("", 9)


def test_a_folder_taken_out_of_the_settings_and_chosen_again_gets_everything(one: Till, folder: Path) -> None:
    one.add("Ann Lee")
    one.sync()
    with closing(one.open()) as book:
        choose(book, Terms())
    one.add("Bob May")
    with closing(one.open()) as book:
        choose(book, Terms(str(folder)))
    sent = one.sync().sent
    assert sent is not None
    assert (sent.whole, sent.customers) == (True, 2)


def test_a_name_that_is_taken_in_done_is_not_replaced(one: Till, folder: Path) -> None:
    one.sync()
    for rows in ((ADA,), (BOB,), (ADA, BOB)):
        sheet(folder / "inbox" / "march.xlsx", *rows)
        one.sync()
    assert offices(names(folder / "done"), one) == ["march (2).xlsx", "march (3).xlsx", "march.xlsx"]


def test_a_file_that_may_not_be_read_is_a_sentence_and_the_others_are_taken(
    one: Till, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.workbook.folder_share import Share

    one.sync()
    sheet(folder / "inbox" / "a.xlsx", ADA)
    sheet(folder / "inbox" / "b.xlsx", BOB)
    copy_in = Share.copy_in

    def refuse(share: Share, found: object, target: object) -> str | None:
        if found.name == "a.xlsx":  # type: ignore[attr-defined]
            raise PermissionError(13, "Permission denied")
        return copy_in(share, found, target)  # type: ignore[arg-type]

    monkeypatch.setattr(Share, "copy_in", refuse)
    report = one.sync()
    assert report.faults == ("a.xlsx: Permission denied. It is tried again at the next run.",)
    assert [file.name for file in report.taken] == ["b.xlsx"]
    assert not report.is_whole


def test_a_file_waits_while_another_import_is_under_way(one: Till, folder: Path) -> None:
    from tests.store.workbook.importing import under_way

    one.sync()
    sheet(folder / "inbox" / "a.xlsx", ADA)
    with closing(one.open()) as book, under_way(book, "big.xlsx", 1, 9):
        from store.workbook import folder_send

        (left,) = one_without_sending(one, folder_send).left
    assert "big.xlsx is under way" in left.why
    assert [file.name for file in one.sync().taken] == ["a.xlsx"]


def one_without_sending(till: Till, folder_send: object) -> object:
    """A run that only takes: an export would wait for the import."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder_send, "send", lambda *args, **options: None)
        return till.sync()
