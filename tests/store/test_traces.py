"""Clearing a book's file in a process of its own: what it says, and how it ends when nobody waits for it."""

from __future__ import annotations

import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store import child, customers, erasure, scrubbing, slack, traces
from store.database import open_book
from store.records import Actor
from store.traces import Left

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.database import Book


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A book with somebody in it."""
    with closing(open_book(tmp_path / "book.db", actor=Actor("Mia", "till-1"))) as opened:
        customers.create(opened, {"first_name": "Quentin", "last_name": "Yarrow", "email": "quentin@yarrow.org"})
        yield opened


@pytest.fixture
def busy(book: Book) -> Iterator[Path]:
    """Its path, while somebody reads in it all the time, so that nobody can clear it."""
    with closing(sqlite3.connect(book.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM customer").fetchone()
        book.execute("UPDATE customer SET notes = 'new'")
        yield book.path


def test_a_file_that_has_nothing_of_it_is_told_from_one_that_has(book: Book) -> None:
    assert traces.clear(book.path, {"no such"}) == (Left.NOTHING, "")
    assert traces.clear(book.path, {"quentin@yarrow.org"}) == (Left.SOMETHING, "")


def test_why_a_file_is_not_cleared_is_said(tmp_path: Path) -> None:
    missing = tmp_path / "no file"
    assert traces.clear(missing, {"x"}) == (
        Left.UNCLEARED, f"{missing} could not be cleared: No such file or directory.",
    )  # fmt: skip
    no_book = tmp_path / "file"
    content = bytes(16) + b"\x10\0" + bytes(82) + b"Angstrom" * 9999
    no_book.write_bytes(content)
    left, why = traces.clear(no_book, {"no such"})
    assert left is Left.UNCLEARED
    assert "is damaged" in why
    assert no_book.read_bytes() == content


def test_a_file_that_only_sqlite_itself_can_clear_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA auto_vacuum=FULL")
        other.execute("CREATE TABLE line (at)")
    assert traces.clear(path, {"no such"}) == (Left.SOMETHING, "")


@pytest.mark.parametrize("script", ["raise MemoryError", "import os; os.abort()", "print('told')"])
def test_who_crashed_has_found_nothing_and_no_file_is_written_anew(
    book: Book, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(scrubbing, "rewrite", lambda of: pytest.fail("rewritten"))
    with monkeypatch.context() as crashing:
        crashing.setattr(child, "command", lambda *_: [sys.executable, "-c", f"input(); {script}"])
        done = erasure.erase(book, 1)
    assert not done.clean
    assert done.why == f"{book.path} could not be cleared: the work was stopped before its end."
    assert done.why in done.sentences[0]
    assert erasure.is_due(book)


def test_whoever_ends_the_erasure_ends_the_clearing(busy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen[bytes]):
        def wait(self, timeout: float | None = None) -> int:
            started[:] = [self]
            return super().wait(timeout)

    def alive() -> None:
        raise SystemExit(1)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    with pytest.raises(SystemExit):
        traces.clear(busy, {"x"}, alive)
    assert started[0].returncode == -signal.SIGTERM


def test_a_clearing_ends_when_nobody_is_there_any_more(busy: Path) -> None:
    """As when whoever ordered it was killed: their end of its standard input closes."""
    process = child.start("store.traces")
    with process:
        assert process.stdin is not None
        process.stdin.write(f"{json.dumps({'path': str(busy), 'texts': []})}\n".encode())
        process.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.stdin.close()
        assert process.wait(slack.PATIENCE_SECONDS / 2) == 1


ORDERING = """
import subprocess, sys
from pathlib import Path
from store import child, traces

class Passing(subprocess.Popen):
    def __init__(self, *args, **given):
        super().__init__(*args, pass_fds=(int(sys.argv[2]),), **given)

subprocess.Popen = Passing
child.end_tidily()
traces.clear(Path(sys.argv[1]), [], lambda: print("alive", flush=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent")
@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL"])
def test_no_process_stays_when_whoever_ordered_the_clearing_is_ended(busy: Path, how: str) -> None:
    ours, theirs = os.pipe()
    with (
        os.fdopen(ours, "rb") as all_gone,
        subprocess.Popen(
            [sys.executable, "-c", ORDERING, str(busy), str(theirs)],
            pass_fds=(theirs,), env=child.environment(), stdout=subprocess.PIPE,
        ) as ordering,
    ):  # fmt: skip
        os.close(theirs)
        assert ordering.stdout is not None
        assert ordering.stdout.readline() == b"alive\n"
        ordering.send_signal(getattr(signal, how))
        ready, _, _ = select.select([all_gone], [], [], slack.PATIENCE_SECONDS / 2)
        assert ready, "somebody still works"
        assert all_gone.read() == b""
