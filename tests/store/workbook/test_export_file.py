"""The file an export leaves: whole or not at all, its owner's alone, and never in the place of something else."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

import openpyxl
import pytest

from store.database import Book, open_book
from store.demo.shop import make_shop
from store.errors import ExportError
from store.exchange import ExportRequest, Progress
from store.records import Actor
from store.workbook.exporter import export

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CUSTOMERS = ExportRequest(customers_only=True)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    book = open_book(tmp_path_factory.mktemp("books") / "shop.db", actor=Actor("Mei", "Till 1"))
    make_shop(book, customers=700, receipts=10)
    yield book
    book.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refusal(book: Book, target: Path) -> str:
    with pytest.raises(ExportError) as caught:
        export(book, target, CUSTOMERS)
    return str(caught.value)


def test_only_its_owner_may_read_it(book: Book, folder: Path) -> None:
    mask = os.umask(0)
    try:
        export(book, folder / "all.xlsx", CUSTOMERS)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((folder / "all.xlsx").stat().st_mode) == 0o600
    assert names(folder) == ["all.xlsx"]


def test_an_existing_file_is_replaced_when_all_is_written(book: Book, folder: Path) -> None:
    target = folder / "ALL.XLSX"
    target.write_text("last year's")
    seen: list[str] = []
    export(book, target, CUSTOMERS, report=lambda _: seen.append(target.read_bytes()[:4].decode("latin-1")))
    assert set(seen) == {"last"}
    assert openpyxl.load_workbook(target)["Customers"].max_row == 701
    assert names(folder) == ["ALL.XLSX"]


@pytest.mark.parametrize("name", ["all.xls", "all", "all.txt", ".xlsx"])
def test_another_ending_is_refused_with_a_sentence(book: Book, folder: Path, name: str) -> None:
    assert ".xlsx or .csv" in refusal(book, folder / name)
    assert not names(folder)


def test_a_missing_folder_is_named(book: Book, folder: Path) -> None:
    assert str(folder / "there") in refusal(book, folder / "there" / "all.xlsx")
    (folder / "file").touch()
    assert "no folder" in refusal(book, folder / "file" / "all.xlsx")


def test_links_folders_and_devices_are_not_replaced(book: Book, folder: Path) -> None:
    victim = folder / "passwords"
    victim.write_text("secret")
    (folder / "link.csv").symlink_to(victim)
    (folder / "dangling.csv").symlink_to(folder / "nowhere")
    (folder / "folder.csv").mkdir()
    os.mkfifo(folder / "pipe.csv")
    assert "link" in refusal(book, folder / "link.csv")
    assert "link" in refusal(book, folder / "dangling.csv")
    assert "folder" in refusal(book, folder / "folder.csv")
    assert "device" in refusal(book, folder / "pipe.csv")
    assert victim.read_text() == "secret"
    assert names(folder) == ["dangling.csv", "folder.csv", "link.csv", "passwords", "pipe.csv"]


def test_the_book_is_not_replaced_by_its_export(book: Book, tmp_path: Path) -> None:
    named = tmp_path / "odd.csv"
    os.link(book.path, named)
    assert "the book itself" in refusal(book, named)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "no room"),
        (errno.EDQUOT, "no room"),
        (errno.EIO, "could not be written"),
        (errno.EROFS, "may not"),
        (errno.ENOENT, "Nothing can be written in"),
    ],
)
def test_a_disk_that_fails_leaves_the_old_file_and_nothing_else(
    book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    target = folder / "all.xlsx"
    target.write_text("last year's")

    def fail(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    assert words in refusal(book, target)
    assert names(folder) == ["all.xlsx"]
    assert target.read_text() == "last year's"


def test_a_really_full_disk_says_so(book: Book, folder: Path) -> None:
    """A limit on the size of files is as near to a full disk as a test gets."""
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, before[1]))
    try:
        assert "no room" in refusal(book, folder / "all.xlsx")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert not names(folder)


def test_a_folder_that_may_not_be_written_is_told(book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def forbid(path: object, flags: int, mode: int = 0o777) -> int:
        if str(path).startswith(str(folder)) and flags & os.O_CREAT:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, flags, mode)  # type: ignore[arg-type]  # whatever the caller gave

    monkeypatch.setattr(os, "open", forbid)
    assert "You may not write all.csv" in refusal(book, folder / "all.csv")


def test_a_name_too_long_is_told(book: Book, folder: Path) -> None:
    assert "too long" in refusal(book, folder / f"{'n' * 300}.csv")
    longest = folder / f"{'n' * 251}.csv"
    export(book, longest, CUSTOMERS)
    assert names(folder) == [longest.name]


@pytest.mark.parametrize("name", ["all.xlsx", "all.csv"])
def test_stopping_in_the_middle_leaves_nothing(book: Book, folder: Path, name: str) -> None:
    def stop(progress: Progress) -> None:
        if progress.done >= 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(book, folder / name, CUSTOMERS, report=stop)
    assert not names(folder)
    assert not book.raw().in_transaction


def test_names_with_spaces_accents_and_marks_are_fine(book: Book, folder: Path) -> None:
    target = folder / "Kunden [2026] 知 ü & co.csv"
    assert export(book, target, CUSTOMERS).path == str(target)
    assert target.is_file()
