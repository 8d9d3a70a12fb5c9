"""Unused parts of a book's file: what SQLite leaves in them when it divides pages, and overwriting it."""

from __future__ import annotations

import random
import sqlite3
import struct
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from store import customers, duplicates, erasure, folding, scrubbing, slack, upkeep
from store.database import Book, open_book
from store.errors import BookError, DamagedBookError
from store.records import Actor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.customer_records import Customer

_LETTERS = "bdfgklmnprstvzåäöøéü"


def _word(chance: random.Random, letters: int = 9) -> str:
    return "".join(chance.choices(_LETTERS, k=letters))


def _values(chance: random.Random) -> dict[str, Any]:
    first, last = _word(chance).title(), _word(chance).title()
    return {
        "first_name": first, "last_name": last, "email": f"{folding.fold(_word(chance))}@example.org",
        "phone": f"555 {chance.randrange(10**7, 10**8)}", "id_number": folding.fold(_word(chance)).upper(),
        "notes": " ".join(_word(chance, chance.randrange(6, 20)) for _ in range(chance.randrange(20))),
        "address_line1": f"{_word(chance)} {chance.randrange(99)}", "date_of_birth": date(1971, 3, 4),
    }  # fmt: skip


class _Shop:
    """A book in which people are entered, changed, merged and taken apart at random; and all words of one of them."""

    def __init__(self, path: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.book = open_book(path, actor=Actor("Mia", "till-1"))
        self.book.execute("PRAGMA synchronous=OFF")
        self.everybody: list[Customer] = []
        self.enter(20)
        self.one = self.chance.choice(self.everybody)
        self.words: set[str] = set()
        self._note(self.one)

    def enter(self, count: int) -> None:
        """Enter so many new customers at once."""
        with self.book.write():
            self.everybody += [customers.create(self.book, _values(self.chance)) for _ in range(count)]

    def work(self, turns: int) -> None:
        """Do so many things."""
        for _ in range(turns):
            kind = self.chance.random()
            if kind < 0.1:
                self.enter(self.chance.randrange(1, 12))
            elif kind < 0.2:
                self._merge_and_separate()
            else:
                with self.book.write():
                    for _ in range(self.chance.choice((1, 1, 1, 6))):
                        self._change()

    def _merge_and_separate(self) -> None:
        other = self.chance.choice([each for each in self.everybody if each.uid != self.one.uid])
        both = duplicates.merge(self.book, self.one.uid, other.uid)
        [member] = {self.one.uid, other.uid} - {both.uid}
        duplicates.separate(self.book, member)

    def _change(self) -> None:
        uid = self.one.uid if self.chance.random() < 0.3 else self.chance.choice(self.everybody).uid
        now = customers.by_uid(self.book, uid)
        some = dict(self.chance.sample(sorted(_values(self.chance).items()), 3))
        after = customers.update(self.book, now.id, some, now.version, base=now)
        if uid == self.one.uid:
            self._note(after)

    def _note(self, customer: Customer) -> None:
        told = (
            customer.first_name, customer.last_name, customer.email.partition("@")[0], customer.phone[4:],
            customer.id_number, *customer.notes.split(), customer.address_line1.split()[0],
        )  # fmt: skip
        for word in told:
            self.words |= {form for form in (word, folding.fold(word)) if len(form) >= 6}


def left(path: Path, words: set[str]) -> set[str]:
    """Those of the words that are found in a file, in whatever case."""
    content = path.read_bytes().lower()
    return {word for word in words if word.lower().encode() in content}


@pytest.mark.parametrize("seed", [1, 2, 54])
def test_after_merges_and_many_changes_no_word_of_the_erased_is_left(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "book.db"
    shop = _Shop(path, seed)
    with closing(shop.book) as book:
        shop.work(6)
        scrubbing.settle_index(book)
        shop.work(8)
        with closing(open_book(path)) as till:  # which is open at the same time
            assert till.rows("SELECT count(*) FROM customer") == [(len(shop.everybody),)]
            assert erasure.erase(book, customers.by_uid(book, shop.one.uid).id).clean
        assert upkeep.check(book).faults == ()
    assert len(shop.words) > 6
    assert left(path, shop.words) == set()


SECRET = "was in hospital until Easter"


LINES = {40: 600, 10: 300, 50: 900, 30: 900, 20: 300, 55: 600, 15: 1200}
"""Lines by their numbers, in the order in which they are entered, and how long each is: the last divides their page."""


def divide(book: Book) -> None:
    """Have SQLite divide a page, so that a line that is changed afterwards stands in it as it was."""
    book.execute("CREATE TABLE line (at INTEGER PRIMARY KEY, words TEXT)")
    for at, length in LINES.items():
        book.execute("INSERT INTO line VALUES (?, ?)", (at, (SECRET if at == 20 else "") + "x" * length))
    book.execute("UPDATE line SET words = '' WHERE at = 20")


@pytest.fixture
def divided(tmp_path: Path) -> Path:
    """A book that holds the secret in a part of its file that is unused, though everything deleted is overwritten."""
    path = tmp_path / "book.db"
    with closing(open_book(path)) as book:
        divide(book)
        assert book.rows("SELECT count(*) FROM line WHERE words LIKE ?", (f"{SECRET}%",)) == [(0,)]
    assert left(path, {SECRET})
    return path


def test_what_a_divided_page_has_left_goes_with_an_erasure(divided: Path) -> None:
    with closing(open_book(divided)) as book:
        one = customers.create(book, {"first_name": "Q", "last_name": "Y", "email": "q@y.org"})
        assert erasure.erase(book, one.id).clean
        assert upkeep.check(book).faults == ()
        assert book.rows("SELECT at, length(words) FROM line") == sorted({**LINES, 20: 0}.items())
    assert not left(divided, {SECRET})


def overwrite(book: Book, file: BinaryIO) -> float | None:
    """Overwrite all that is unused, in one slice."""
    seen = slack._look(book, file)
    assert seen
    return slack._overwrite(book, file, list(slack._dirty(file, seen.layout)), seen)


def test_nobody_writes_back_what_they_had_in_memory(divided: Path) -> None:
    with (
        closing(open_book(divided)) as till, closing(open_book(divided)) as book,
        divided.open("r+b", buffering=0) as file,
    ):  # fmt: skip
        assert slack._is_folded(book)
        till.rows("SELECT * FROM line")
        assert overwrite(book, file)
        till.execute("UPDATE line SET words = 'new' WHERE at = 10")
    assert not left(divided, {SECRET})


@pytest.mark.parametrize("folded", [False, True])
def test_nothing_is_overwritten_when_somebody_has_written_since_it_was_looked_up(divided: Path, folded: bool) -> None:
    with closing(open_book(divided)) as book, divided.open("r+b", buffering=0) as file:
        seen = slack._look(book, file)
        assert seen
        with closing(sqlite3.connect(divided)) as other, other:
            other.execute("UPDATE line SET words = 'new' WHERE at = 10")
        if folded:  # else it would come back
            assert slack._is_folded(book)
        content = divided.read_bytes()
        assert slack._overwrite(book, file, list(slack._dirty(file, seen.layout)), seen) is None
        assert divided.read_bytes() == content
        assert overwrite(book, file)


def test_what_overwrites_sees_no_other_writer_in_itself(divided: Path) -> None:
    with closing(open_book(divided)) as book, divided.open("r+b", buffering=0) as file:
        seen = slack._look(book, file)
        assert seen
        for _ in range(3):
            assert slack._overwrite(book, file, list(slack._dirty(file, seen.layout)), seen)
            assert slack._is_folded(book)


def test_pages_that_went_with_the_end_of_the_file_are_left(freed: Path) -> None:
    with closing(open_book(freed)) as book, freed.open("r+b", buffering=0) as file:
        pages = slack._to_overwrite(book, file)
        assert pages
        with closing(sqlite3.connect(freed)) as other:
            other.execute("VACUUM")
        seen = slack._look(book, file)
        assert seen
        assert pages[-1] > seen.layout.pages * seen.layout.page
        assert slack._overwrite(book, file, pages, seen)
        assert book.rows("PRAGMA quick_check") == [("ok",)]


def test_nothing_is_said_to_be_clean_that_somebody_wrote_in_meanwhile(
    divided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_book(divided)) as book, divided.open("r+b", buffering=0) as file:
        assert slack._to_overwrite(book, file)
        assert overwrite(book, file)
        assert slack._is_folded(book)
        assert slack._to_overwrite(book, file) == []

        def dirty(*_: object) -> list[int]:
            with closing(sqlite3.connect(divided)) as other, other:
                other.execute("UPDATE line SET words = 'new' WHERE at = 10")
            return []

        monkeypatch.setattr(slack, "_dirty", dirty)
        assert slack._to_overwrite(book, file) is None


@pytest.fixture
def freed(tmp_path: Path) -> Path:
    """A book in which many pages are free, all of them full of what they had."""
    path = tmp_path / "book.db"
    with closing(open_book(path)) as book:
        book.execute("PRAGMA secure_delete=OFF")
        book.execute("CREATE TABLE kept (words TEXT)")
        book.execute("INSERT INTO kept VALUES (?)", ("kept" * 3000,))
        book.execute("CREATE TABLE line (words TEXT)")
        book.execute("WITH n (at) AS (VALUES (1) UNION ALL SELECT at + 1 FROM n WHERE at < 300) "
                     "INSERT INTO line SELECT ? FROM n", (SECRET * 130,))  # fmt: skip
        book.execute("DROP TABLE line")
        assert book.rows("PRAGMA freelist_count")[0][0] > 300
    assert left(path, {SECRET})
    return path


class Watch:
    """A clock on which every slice takes a second, and its lock is held for as long as its pages are many."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, page_seconds: float) -> None:
        self.now, self.sizes, self.walks = 0.0, list[int](), 0
        overwrite, free = slack._overwrite, slack._free

        def overwritten(book: Book, file: BinaryIO, pages: list[int], seen: slack._Seen) -> float | None:
            self.now += 1
            self.sizes.append(len(pages))
            return overwrite(book, file, pages, seen) and len(pages) * page_seconds

        def walked(file: BinaryIO, layout: slack._Layout) -> Iterator[tuple[int, int]]:
            self.walks += 1
            return free(file, layout)

        monkeypatch.setattr(slack, "_overwrite", overwritten)
        monkeypatch.setattr(slack, "_free", walked)
        monkeypatch.setattr(slack.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(slack.time, "sleep", lambda _: None)


def test_a_book_that_nobody_else_uses_is_cleared_however_long_that_takes(
    freed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(monkeypatch, slack.HOLD_SECONDS)  # which only the smallest slices do not exceed by much
    assert slack.is_cleared(freed)
    assert watch.now > 2 * slack.PATIENCE_SECONDS
    assert not left(freed, {SECRET})


def test_to_look_at_a_large_book_may_take_longer_than_patience(freed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch, dirty = Watch(monkeypatch, 0.0001), slack._dirty

    def slow(file: BinaryIO, layout: slack._Layout) -> Iterator[int]:
        watch.now += 2 * slack.PATIENCE_SECONDS
        return dirty(file, layout)

    monkeypatch.setattr(slack, "_dirty", slow)
    assert slack.is_cleared(freed)


def test_slices_are_as_large_as_the_lock_may_be_held(freed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "FIRST_SLICE", 4)
    watch = Watch(monkeypatch, slack.HOLD_SECONDS / 50.5)
    assert slack.is_cleared(freed)
    assert watch.sizes[:6] == [4, 8, 16, 32, 50, 50]
    assert watch.walks == 3, "before, for all slices, and at the end"


def test_patience_ends_where_others_make_more_than_is_done(freed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch, 0.0001)
    monkeypatch.setattr(slack, "_dirty", lambda file, layout: [layout.page])  # as if somebody had just written there
    assert not slack.is_cleared(freed)
    assert watch.now < 3 * slack.PATIENCE_SECONDS


def damage(path: Path, at: int, what: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(what)


def test_a_page_in_use_that_is_said_to_be_free_is_not_overwritten(freed: Path) -> None:
    with closing(open_book(freed)) as book:
        [[root]] = book.rows("SELECT rootpage FROM sqlite_master WHERE name = 'kept'")
        [[size]] = book.rows("PRAGMA page_size")
    head = freed.read_bytes()[:100]
    [trunk] = struct.unpack_from(">I", head, 32)
    for number in (root, root + 1):  # with lines, and with the rest of a long value
        damage(freed, (trunk - 1) * size + 8, struct.pack(">I", number))
        content = freed.read_bytes()
        with pytest.raises(DamagedBookError, match="is damaged"):
            slack.is_cleared(freed)
        assert freed.read_bytes() == content


def test_a_file_that_is_cut_off_is_damaged(freed: Path) -> None:
    with freed.open("r+b", buffering=0) as file:
        layout = slack._layout(file, freed)
        file.truncate((layout.first_free - 1) * layout.page + 7)
        assert list(slack._free(file, layout)) == []  # as where somebody has just written the file anew
    with pytest.raises(DamagedBookError):
        slack.is_cleared(freed)


@pytest.mark.parametrize("content", [b"", b"SQLite", bytes(4096)])
def test_what_has_no_pages_at_all_is_no_book(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(BookError):
        slack.is_cleared(path)
    assert path.read_bytes() == content


def test_a_book_that_others_read_all_the_time_is_not_cleared(divided: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "PATIENCE_SECONDS", 0.05)
    with closing(sqlite3.connect(divided)) as reader, closing(open_book(divided)) as book:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM line").fetchone()
        book.execute("UPDATE line SET words = 'new' WHERE at = 10")
        assert not slack.is_cleared(divided)


def test_a_file_that_is_laid_out_otherwise_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA auto_vacuum=FULL")
        other.execute("CREATE TABLE line (at)")
    content = path.read_bytes()
    with pytest.raises(BookError):
        slack.is_cleared(path)
    assert path.read_bytes() == content


def page(kind: int, gap: int, lines: int, content: int, *gaps: tuple[int, int, int]) -> bytes:
    """A page: its head, and by their places where the next gap stands, and how long each is."""
    made = bytearray(512)
    struct.pack_into(">BHHH", made, 0, kind, gap, lines, content)
    for at, following, size in gaps:
        struct.pack_into(">HH", made, at, following, size)
    return bytes(made)


@pytest.mark.parametrize(
    ("read", "unused"),
    [
        (page(13, 0, 3, 400), [(14, 400)]),
        (page(5, 0, 3, 400), [(18, 400)]),
        (page(10, 410, 0, 400, (410, 450, 20), (450, 0, 62)), [(8, 400), (414, 430), (454, 512)]),
        (page(2, 0, 0, 512), [(12, 512)]),
        (page(13, 0, 3, 10), []),  # no page with lines, but one of another kind that looks so
        (page(13, 0, 3, 600), []),
        (page(0, 0, 3, 400), []),
        (page(13, 410, 0, 400, (410, 0, 200)), [(8, 400)]),
        (page(13, 410, 0, 400, (410, 405, 20)), [(8, 400), (414, 430)]),
    ],
)
def test_only_what_is_surely_unused_is_taken_for_it(read: bytes, unused: list[tuple[int, int]]) -> None:
    assert list(slack._unused(read)) == unused
