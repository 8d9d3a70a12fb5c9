"""Tickets as files: by command, by job, whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from store import child, cli
from store.errors import TicketError, TicketThereError
from store.ticket_file import write_ticket
from store.ticket_job import TicketJob
from tests.store.papers import text
from tests.store.tills import ring

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book
    from store.ticket_job import Event

PATIENCE = 120
"""Seconds; only a test that fails waits for so long."""


@pytest.fixture
def split(book: Book) -> int:
    """A receipt in the book, paid in two parts."""
    return ring(book, None, "30.00", number="3-1001", payments=[("Success", "10.00"), ("Voided", "20.00")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def run(book: Book, *words: object) -> int:
    return cli.main(["ticket", "--db", str(book.path), *map(str, words)])


def outcome(job: TicketJob) -> Event:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for event in job.poll():
            return event
        time.sleep(0.01)
    raise AssertionError("the job never ended")


@pytest.mark.parametrize(("payment", "name"), [(None, "receipt-3-1001.pdf"), (2, "ticket-3-1001-2.pdf")])
def test_a_folder_gets_a_file_of_a_fitting_name(
    book: Book, split: int, folder: Path, payment: int | None, name: str
) -> None:
    assert write_ticket(book, split, payment, folder) == folder / name
    assert names(folder) == [name]
    assert "3-1001" in text((folder / name).read_bytes())


@pytest.mark.skipif(os.name != "posix", reason="modes are those of Unix")
def test_a_ticket_has_the_mode_of_any_other_file(book: Book, split: int, folder: Path) -> None:
    before = os.umask(0o027)
    try:
        path = write_ticket(book, split, 1, folder / "a.pdf")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_an_older_file_is_replaced_only_on_demand(book: Book, split: int, folder: Path) -> None:
    target = folder / "a.pdf"
    target.write_text("older")
    with pytest.raises(TicketThereError, match=r"a\.pdf is there already\. Choose another name\."):
        write_ticket(book, split, None, target)
    assert target.read_text() == "older"
    write_ticket(book, split, None, target, force=True)
    assert target.read_bytes().startswith(b"%PDF")
    assert names(folder) == ["a.pdf"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [(errno.ENOSPC, "There is no room left"), (errno.EROFS, "You may not write a.pdf"), (errno.EIO, "a.pdf could not")],
)
def test_what_fails_half_way_leaves_nothing(
    book: Book, split: int, folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    (folder / "a.pdf").write_text("older")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(TicketError, match=sentence):
        write_ticket(book, split, None, folder / "a.pdf", force=True)
    monkeypatch.undo()
    assert names(folder) == ["a.pdf"]
    assert (folder / "a.pdf").read_text() == "older"


def test_a_link_or_the_book_is_never_written_over(book: Book, split: int, folder: Path) -> None:
    (folder / "link.pdf").symlink_to(folder / "elsewhere.pdf")
    (folder / "book.pdf").hardlink_to(book.path)
    for name in ("link.pdf", "book.pdf"):
        with pytest.raises(TicketError):
            write_ticket(book, split, None, folder / name, force=True)
    assert names(folder) == ["book.pdf", "link.pdf"]


def test_the_command_writes_and_says_where(
    book: Book, split: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(book, "3-1001", folder) == cli.OK
    assert run(book, "3-1001", folder / "two.pdf", "--payment", 2, "--store", "Downtown") == cli.OK
    assert capsys.readouterr().out.splitlines() == [
        f"Wrote {folder / 'receipt-3-1001.pdf'}.",
        f"Wrote {folder / 'two.pdf'}.",
    ]
    assert "Payment 2 of 2" in text((folder / "two.pdf").read_bytes())


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("9-9999", "a.pdf"), cli.REFUSED, "No receipt has the number 9-9999."),
        (("3-1001", "a.pdf", "--store", "Mars"), cli.REFUSED, "No store is called Mars."),
        (("3-1001", "a.pdf", "--store", "\udcff"), cli.REFUSED, "No store is called \\udcff."),
        (("\udcff", "a.pdf"), cli.REFUSED, "No receipt has the number \\udcff."),
        (("3-1001", f"{'x' * 300}.pdf"), cli.FAILED, "is too long. Choose a shorter one."),
        (("3-1001", "../~nobody/a.pdf"), cli.FAILED, "There is no folder"),
        (("3-1001", "a.pdf", "--payment", "7"), cli.REFUSED, "Receipt 3-1001 has no payment 7."),
        (("3-1001", "a.doc"), cli.REFUSED, "a.doc ends in .doc, which cannot be written. End the name with .pdf."),
        (("3-1001", "a"), cli.REFUSED, "a has no ending. End the name with .pdf."),
        (("3-1001", "nowhere/a.pdf"), cli.FAILED, "There is no folder"),
        (("3-1001", "there.pdf"), cli.FAILED, "Name another file, or add --force to replace it."),
    ],
)
def test_the_command_refuses_in_words(
    book: Book, split: int, folder: Path, capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...], code: int, sentence: str,
) -> None:  # fmt: skip
    (folder / "there.pdf").write_text("older")
    number, name, *rest = words
    assert run(book, number, folder / name, *rest) == code
    said = capsys.readouterr()
    assert sentence in said.err
    assert not said.out
    assert names(folder) == ["there.pdf"]
    assert run(book, "3-1001", folder / "there.pdf", "--force") == cli.OK


def test_a_number_of_two_stores_asks_for_the_store(
    book: Book, split: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ring(book, None, "5.00", number="3-1001", store="Airport")
    assert run(book, "3-1001", folder) == cli.REFUSED
    assert "Airport, Downtown. Say which with --store." in capsys.readouterr().err
    assert run(book, " 3-1001 ", folder, "--store", "Airport") == cli.OK
    assert "Total $5.00" in text((folder / "receipt-3-1001.pdf").read_bytes())


def test_a_job_tells_where_the_pdf_is(book: Book, split: int, folder: Path) -> None:
    job = TicketJob(book.path, split, 2, folder)
    assert job.poll() == []
    job.start()
    assert job.running
    assert outcome(job) == folder / "ticket-3-1001-2.pdf"
    assert not job.running
    assert job.poll() == []
    job.cancel()
    assert names(folder) == ["ticket-3-1001-2.pdf"], "what is done is not undone"


def test_a_job_tells_why_not(book: Book, split: int, folder: Path) -> None:
    (folder / "there.pdf").write_text("older")
    told = []
    for payment, name in ((None, "there.pdf"), (7, "a.pdf"), (None, "nowhere/a.pdf")):
        job = TicketJob(book.path, split, payment, folder / name)
        job.start()
        told.append(outcome(job))
    there, unknown, nowhere = told
    assert isinstance(there, TicketThereError)
    assert there.path == str(folder / "there.pdf")
    assert isinstance(unknown, TicketError)
    assert "has no payment 7" in str(unknown)
    assert "There is no folder" in str(nowhere)
    job = TicketJob(book.path, split, None, folder / "there.pdf", force=True)
    job.start()
    assert outcome(job) == folder / "there.pdf"
    assert names(folder) == ["there.pdf"]


def test_a_killed_job_is_told_and_tidied_up(book: Book, split: int, folder: Path) -> None:
    job = TicketJob(book.path, split, None, folder)
    (folder / job._partial).write_text("half")
    job.start()
    assert job._process is not None
    job._process.kill()
    error = outcome(job)
    assert isinstance(error, TicketError)
    assert "Nothing was written" in str(error)
    assert names(folder) == []


def test_a_job_that_ends_in_the_middle_of_a_word_is_told(
    book: Book, split: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(module: str) -> subprocess.Popen[bytes]:
        half = [sys.executable, "-c", """import sys; sys.stdin.read(); sys.stdout.write('{"path": "/tm')"""]
        return subprocess.Popen(half, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(child, "start", start)
    job = TicketJob(book.path, split, None, folder)
    job.start()
    assert str(outcome(job)) == "The PDF was stopped before its end. Nothing was written; try again."
    assert not job.running


def test_a_cancelled_job_leaves_nothing(book: Book, split: int, folder: Path) -> None:
    job = TicketJob(book.path, split, None, folder / "a.pdf")
    job.cancel()
    job.start()
    (folder / job._partial).write_text("half")
    job.cancel()
    assert not job.running
    assert job.poll() == []
    assert names(folder) == []
