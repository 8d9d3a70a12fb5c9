"""Opening books: new ones, old ones, and files that are none."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from store import customers, search, settings, stores
from store.book_file import APPLICATION_ID, MIGRATIONS, latest_version
from store.database import Book, default_path, open_book
from store.errors import (
    BookError,
    BusyBookError,
    DamagedBookError,
    NewerBookError,
    NotABookError,
    ReadOnlyBookError,
    StoreError,
)
from store.records import Actor, ListQuery, Status
from store.upgrade import backup_path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, byte for byte."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def fill(path: Path, count: int = 40) -> None:
    """A book with some customers, closed."""
    with closing(open_book(path)) as book:
        for number in range(count):
            customers.create(
                book,
                {"first_name": f"First{number}", "last_name": "Last" * 5, "email": f"n{number}@example.com",
                 "notes": "long " * 200},
            )  # fmt: skip


def test_a_new_book_is_made_private_and_complete(book_path: Path) -> None:
    with closing(open_book(book_path)) as book:
        assert book_path.stat().st_mode & 0o777 == 0o600
        assert book.rows("PRAGMA journal_mode") == [("wal",)]
        assert book.rows("PRAGMA application_id") == [(APPLICATION_ID,)]
        assert book.rows("PRAGMA foreign_keys") == [(1,)]
        assert book.rows("PRAGMA synchronous") == [(2,)]
        assert search.total(book, Status.ALL) == 0
        assert len(str(settings.get(book, "origin"))) == 32
        for companion in book_path.parent.glob("book.db-*"):
            assert companion.stat().st_mode & 0o777 == 0o600


def test_opening_again_keeps_what_is_there(book_path: Path) -> None:
    with closing(open_book(book_path)) as book:
        origin = settings.get(book, "origin")
        stores.ensure(book, "Downtown")
    with closing(open_book(book_path, create=False)) as book:
        assert [store.name for store in stores.all_stores(book)] == ["Downtown"]
        assert settings.get(book, "origin") == origin


def test_an_empty_file_becomes_a_book(book_path: Path) -> None:
    book_path.touch()
    with closing(open_book(book_path)) as book:
        assert search.total(book, Status.ALL) == 0


def test_the_default_book_stands_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with closing(open_book()) as book:
        assert book.path == default_path()
        assert book.path.parent.stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("REGULARS_DB", str(tmp_path / "other.db"))
    with closing(open_book()) as book:
        assert book.path == tmp_path / "other.db"


def test_a_file_that_is_no_database_is_refused_untouched(book_path: Path) -> None:
    for junk in (b"x", b"Dear customer, " * 400, b"PK\x03\x04" + bytes(5000)):
        book_path.write_bytes(junk)
        before = contents(book_path.parent)
        with pytest.raises(NotABookError, match="no Regulars book"):
            open_book(book_path)
        assert contents(book_path.parent) == before


@pytest.mark.parametrize("journal", ["delete", "wal"])
@pytest.mark.parametrize("application", [0, 77])
def test_another_programs_database_is_refused_untouched(book_path: Path, journal: str, application: int) -> None:
    with closing(sqlite3.connect(book_path)) as other:
        other.execute(f"PRAGMA journal_mode={journal}")
        other.execute(f"PRAGMA application_id={application}")
        other.execute("CREATE TABLE song (title)")
        other.commit()
    before = contents(book_path.parent)
    with pytest.raises(NotABookError, match="another program"):
        open_book(book_path)
    assert contents(book_path.parent) == before


def test_what_a_killed_program_left_beside_its_own_database_stays_there(book_path: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    with closing(sqlite3.connect(book_path)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("CREATE TABLE song (title)")
        other.execute("PRAGMA wal_checkpoint")
        other.execute("CREATE TABLE singer (name)")
        other.commit()
        for file in (book_path, Path(f"{book_path}-wal")):
            shutil.copy(file, theirs)
    before = contents(theirs)
    with pytest.raises(NotABookError, match="another program"):
        open_book(theirs / book_path.name)
    assert contents(theirs) == before


def test_a_newer_book_is_refused_untouched(book_path: Path) -> None:
    fill(book_path, 1)
    with closing(sqlite3.connect(book_path)) as newer:
        newer.execute("PRAGMA user_version=99")
        newer.execute("PRAGMA journal_mode=DELETE")
    before = contents(book_path.parent)
    with pytest.raises(NewerBookError, match="Update Regulars"):
        open_book(book_path)
    assert contents(book_path.parent) == before


def test_a_newer_book_whose_version_is_still_in_the_log_is_refused(book_path: Path) -> None:
    fill(book_path, 1)
    with closing(sqlite3.connect(book_path, isolation_level=None)) as newer:
        newer.execute("PRAGMA user_version=99")
        with pytest.raises(NewerBookError):
            open_book(book_path)


def test_a_folder_a_missing_folder_and_a_missing_book_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotABookError, match="is a folder"):
        open_book(tmp_path)
    with pytest.raises(BookError, match="There is no folder"):
        open_book(tmp_path / "nowhere" / "book.db")
    with pytest.raises(BookError, match="There is no book"):
        open_book(tmp_path / "book.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_book_somebody_holds_alone_is_busy(book_path: Path) -> None:
    fill(book_path, 1)
    with closing(sqlite3.connect(book_path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(BusyBookError, match="busy"):
            open_book(book_path, busy_seconds=0.05)


def test_a_write_that_waits_too_long_is_busy_and_leaves_nothing(book_path: Path) -> None:
    with closing(open_book(book_path)) as first, closing(open_book(book_path, busy_seconds=0.05)) as second:
        with first.write(), pytest.raises(BusyBookError):
            stores.ensure(second, "Downtown")
        assert stores.ensure(second, "Airport").name == "Airport"
        assert [store.name for store in stores.all_stores(first)] == ["Airport"]


def test_a_file_that_may_not_be_written_is_refused(book_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(book_path, 1)
    before = contents(book_path.parent)
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != book_path or mode == os.R_OK)
    with pytest.raises(ReadOnlyBookError, match="cannot be written"):
        open_book(book_path)
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != book_path)
    with pytest.raises(BookError, match=r"cannot be opened for reading\. Ask its owner"):
        open_book(book_path)
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != book_path.parent)
    with pytest.raises(ReadOnlyBookError, match="its folder"):
        open_book(book_path)
    assert contents(book_path.parent) == before


def test_a_folder_where_nothing_can_be_made_is_told(book_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(ReadOnlyBookError, match="No file can be made"):
        open_book(book_path)


def test_a_book_whose_disk_was_unplugged_is_not_made_again(book_path: Path) -> None:
    fill(book_path, 1)
    with closing(open_book(book_path)) as book:
        book.close_thread()
        book_path.rename(book_path.with_name("elsewhere.db"))
        with pytest.raises(BookError, match="is gone"):
            stores.all_stores(book)
        assert not book_path.exists()


def test_a_place_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="cannot be reached"):
        open_book(tmp_path / ("x" * 300))


def test_a_book_with_broken_pages_is_damaged(book_path: Path) -> None:
    fill(book_path)
    whole = book_path.read_bytes()
    broken = whole[:100] + b"\xff" * 400 + whole[500:]
    book_path.write_bytes(broken)
    with pytest.raises(DamagedBookError, match="damaged"):
        open_book(book_path)
    assert book_path.read_bytes() == broken


def test_damage_deep_in_a_book_is_told_when_it_is_met(book_path: Path) -> None:
    fill(book_path, 400)
    whole = book_path.read_bytes()
    book_path.write_bytes(whole[: len(whole) // 2] + b"\x5a" * (len(whole) - len(whole) // 2))

    def page_through(book: Book) -> None:
        for number in range(400):
            search.page(book, ListQuery(text=f"first{number}"), limit=1000)
        search.page(book, ListQuery(order="city"), limit=1000)

    with closing(open_book(book_path)) as book, pytest.raises(DamagedBookError):
        page_through(book)


def test_a_book_that_lost_its_end_is_damaged(book_path: Path) -> None:
    fill(book_path, 400)
    book_path.write_bytes(book_path.read_bytes()[:8192])
    with pytest.raises(DamagedBookError):
        open_book(book_path)


def test_what_a_killed_till_left_in_the_log_is_there(book_path: Path, tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from store.database import open_book; from store import stores\n"
        "book = open_book(Path(sys.argv[1])); stores.ensure(book, 'Downtown'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(book_path)], check=False)
    assert Path(f"{book_path}-wal").stat().st_size
    with closing(open_book(book_path)) as book:
        assert [store.name for store in stores.all_stores(book)] == ["Downtown"]


@pytest.mark.parametrize("with_log", [True, False])
def test_a_book_whose_log_was_half_folded_is_whole_with_it(book_path: Path, tmp_path: Path, with_log: bool) -> None:
    """The first page says how long the file will be before it is so long: a kill, or another till, may be between."""
    fill(book_path)
    left = tmp_path / "left"
    left.mkdir()
    with closing(open_book(book_path)) as book:
        book.execute("PRAGMA wal_autocheckpoint=0")
        for number in range(60):
            customers.create(book, {"first_name": "New", "last_name": f"N{number}", "email": "n@example.com",
                                    "notes": "long " * 900})  # fmt: skip
        [(pages,)] = book.rows("PRAGMA page_count")
        for file in (book_path, Path(f"{book_path}-wal"))[: 1 + with_log]:
            shutil.copy(file, left)
    cut = left / book_path.name
    told = cut.read_bytes()
    assert len(told) < pages * 4096
    cut.write_bytes(told[:28] + pages.to_bytes(4, "big") + told[32:])
    if not with_log:
        with pytest.raises(DamagedBookError):
            open_book(cut)
        return
    with closing(open_book(cut)) as book:
        assert book.rows("SELECT count(*) FROM customer") == [(100,)]
        assert book.rows("PRAGMA integrity_check") == [("ok",)]


def test_two_tills_that_make_the_same_book_at_once_share_it(book_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from store.database import open_book; from store import settings\n"
        "print(settings.get(open_book(Path(sys.argv[1])), 'origin'))"
    )
    tills = [
        subprocess.Popen([sys.executable, "-c", script, str(book_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    origins = {till.communicate(timeout=60)[0].strip() for till in tills}
    assert len(origins) == 1
    assert origins != {""}


def test_a_second_book_in_this_process_does_not_drop_the_firsts_locks(book_path: Path) -> None:
    script = (
        "import sqlite3, sys\n"
        "other = sqlite3.connect(sys.argv[1], timeout=0)\n"
        "try: other.execute('BEGIN IMMEDIATE')\n"
        "except sqlite3.OperationalError: sys.exit(7)"
    )
    with closing(open_book(book_path)) as first, first.write():
        stores.ensure(first, "Downtown")
        open_book(book_path).close()
        assert subprocess.run([sys.executable, "-c", script, str(book_path)], check=False).returncode == 7


def test_a_transaction_is_all_or_nothing_and_joins_the_one_around_it(book_path: Path) -> None:
    def work(book: Book) -> None:
        with book.write():
            stores.ensure(book, "Downtown")
            with book.write():
                stores.ensure(book, "Airport")
            with book.database.atomic():
                stores.ensure(book, "Harbour")
            raise RuntimeError

    with closing(open_book(book_path)) as book:
        with pytest.raises(RuntimeError):
            work(book)
        assert stores.all_stores(book) == ()


def test_each_thread_has_its_own_connection_and_closes_it(book_path: Path) -> None:
    with closing(open_book(book_path)) as book:
        seen: list[object] = []

        def work() -> None:
            with book.connection() as mine:
                stores.ensure(mine, "Downtown")
                seen.append(mine.raw())
                seen.append(search.exact(mine, "nobody"))

        before = book.data_version()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert seen[0] is not book.raw()
        assert seen[1] == ()
        assert book.data_version() > before
        with pytest.raises(sqlite3.ProgrammingError):
            seen[0].execute("SELECT 1")  # type: ignore[attr-defined]  # closed


def test_reading_sees_one_moment(book_path: Path) -> None:
    with closing(open_book(book_path)) as book, closing(open_book(book_path)) as other:
        with book.read():
            assert stores.all_stores(book) == ()
            stores.ensure(other, "Downtown")
            assert stores.all_stores(book) == ()
        assert len(stores.all_stores(book)) == 1


def test_a_checkpoint_never_waits_for_a_reader(book_path: Path) -> None:
    with closing(open_book(book_path)) as book, closing(open_book(book_path)) as other:
        with other.read():
            stores.all_stores(other)
            stores.ensure(book, "Downtown")
            book.checkpoint()
            book.checkpoint(truncate=True)
        book.checkpoint(truncate=True)
        assert Path(f"{book_path}-wal").stat().st_size == 0
        assert book.rows("PRAGMA busy_timeout") == [(5000,)]


def test_the_actor_is_who_opened_the_book(book_path: Path) -> None:
    with closing(open_book(book_path, actor=Actor("Mia", "till-2"))) as book:
        assert book.actor == Actor("Mia", "till-2")
    with closing(open_book(book_path)) as book:
        assert book.actor.till


LATEST = latest_version()


@pytest.fixture
def next_migrations(tmp_path: Path) -> Path:
    """The program's migrations, and one more."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / f"{LATEST + 1:04}_nickname.py").write_text(
        "def up(migrator, db):\n    db.execute_sql(\"ALTER TABLE customer ADD COLUMN nickname TEXT NOT NULL DEFAULT ''\")\n"
    )
    return folder


def test_an_older_book_is_brought_up_to_date_after_a_backup(book_path: Path, next_migrations: Path) -> None:
    fill(book_path, 3)
    with closing(open_book(book_path, migrations=next_migrations)) as book:
        assert book.rows("PRAGMA user_version") == [(LATEST + 1,)]
        assert book.rows("SELECT DISTINCT nickname FROM customer") == [("",)]
        assert book.rows("PRAGMA foreign_keys") == [(1,)]
    copy = backup_path(book_path, LATEST)
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(open_book(copy, create=False)) as old:
        assert old.rows("PRAGMA user_version") == [(LATEST,)]
        assert search.total(old, Status.ALL) == 3
    with pytest.raises(NewerBookError):
        open_book(book_path)


def test_a_migration_that_fails_leaves_the_book_as_it_was(book_path: Path, next_migrations: Path) -> None:
    fill(book_path, 3)
    (next_migrations / f"{LATEST + 2:04}_wrong.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('DROP TABLE nothing')\n"
    )
    with pytest.raises(BookError, match="left as it was"):
        open_book(book_path, migrations=next_migrations)
    with closing(open_book(book_path)) as book:
        assert book.rows("PRAGMA user_version") == [(LATEST,)]
        assert "nickname" not in {row[1] for row in book.rows("PRAGMA table_info(customer)")}


def test_no_migration_runs_when_no_backup_can_be_made(
    book_path: Path, next_migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(book_path, 3)
    backup_path(book_path, LATEST).mkdir()
    with pytest.raises(StoreError):
        open_book(book_path, migrations=next_migrations)
    with closing(open_book(book_path)) as book:
        assert book.rows("PRAGMA user_version") == [(LATEST,)]


def test_a_cut_off_import_is_finished_at_open(book_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.workbook import apply

    recovered: list[Path] = []
    monkeypatch.setattr(apply, "recover", lambda book, *_: recovered.append(book.path))
    with closing(open_book(book_path)) as book:
        book.execute(
            "INSERT INTO import_run (uid, file_name, file_digest, started_at, state) VALUES ('u', 'f', 'd', 't', 'applying')"
        )
    open_book(book_path, recover=False).close()
    assert recovered == []
    open_book(book_path).close()
    assert recovered == [book_path]
