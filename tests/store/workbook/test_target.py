"""Where files go: what is typed as a folder is one, and what cannot be taken away is nobody's trouble."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from store import cli, upkeep
from store.customers import create
from store.errors import BookError, ExportError
from store.exchange import ExportRequest
from store.hand_over_job import HandOverJob
from store.records import Actor
from store.ticket_job import TicketJob
from store.workbook.export_job import ExportJob
from store.workbook.returned import ReturnedJob
from store.workbook.target import replacing, take_away, typed_place
from tests.store.workbook.importing import ADA, customers

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.child_job import Job
    from store.database import Book

LONG = "x" * 300


@pytest.mark.parametrize("end", ["/", "/.", "/..", "//"])
def test_what_ends_as_a_folder_is_one_that_is_there(tmp_path: Path, end: str) -> None:
    assert typed_place(f"{tmp_path}{end}") == Path(f"{tmp_path}{end}")
    (tmp_path / "letter").touch()
    for name in ("stick", "letter"):
        with pytest.raises(ExportError, match=rf"There is no folder \S*{name}\S*\. Make it first, or choose another\."):
            typed_place(f"{tmp_path}/{name}{end}")
    assert typed_place(f"{tmp_path}/stick") == tmp_path / "stick"
    with pytest.raises(ExportError, match="too long"):
        typed_place(f"{tmp_path}/{LONG}/")


def test_home_is_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert typed_place("~/") == Path("~")


COMMANDS = {
    "backup": ("backup",),
    "export": ("export",),
    "hand-over": ("hand-over", "ada@example.com"),
    "ticket": ("ticket", "1-1"),
    "returned": ("returned", "FILE"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_is_not_there_is_never_made_a_file(
    book: Book, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = create(book, {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"})
    book.execute(
        "INSERT INTO receipt (number, customer_id, paid_at) VALUES ('1-1', ?, '2026-01-01T00:00:00Z')", (ada.id,)
    )
    file = str(customers(tmp_path / "a.xlsx", ADA))
    words = [file if word == "FILE" else word for word in COMMANDS[command]]
    for name in ("stick", "stick.xlsx", "stick.pdf"):
        assert cli.main([*words, f"{tmp_path}/{name}/", "--db", str(book.path)]) == cli.FAILED
        said = capsys.readouterr()
        assert f"There is no folder {tmp_path / name}. Make it first, or choose another." in said.err
        assert said.out == ""
    assert list(tmp_path.glob("stick*")) == []


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Have nothing taken away any more: a stick was locked, or a share is gone."""

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    return lambda: monkeypatch.setattr(Path, "unlink", refuse)


def test_what_cannot_be_taken_away_is_left(tmp_path: Path, read_only: Callable[[], None]) -> None:
    (tmp_path / "a").touch()
    take_away(tmp_path / "a", tmp_path / "b")
    assert not (tmp_path / "a").exists()
    (tmp_path / "a").touch()
    read_only()
    take_away(tmp_path / "a")
    assert (tmp_path / "a").exists()


def test_no_job_stumbles_over_its_own_tidying(tmp_path: Path, read_only: Callable[[], None]) -> None:
    read_only()
    place, who = tmp_path / "book.db", Actor("", "")
    jobs: list[Job[object]] = [
        ExportJob(place, tmp_path / "b.xlsx", ExportRequest(), who),
        HandOverJob(place, 1, tmp_path / "b.xlsx"),
        ReturnedJob(place, tmp_path / "a.xlsx", tmp_path / "b.xlsx", who),
        TicketJob(place, 1, None, tmp_path / "b.pdf"),
    ]
    for job in jobs:
        job._tidy()


def test_a_failure_is_told_though_nothing_can_be_taken_away(tmp_path: Path, read_only: Callable[[], None]) -> None:
    read_only()
    with (
        pytest.raises(KeyboardInterrupt),
        replacing(tmp_path / "a.xlsx", tmp_path / "a.part"),
    ):
        raise KeyboardInterrupt


def test_a_copy_of_the_book_that_cannot_be_made_is_a_sentence(
    book: Book, tmp_path: Path, read_only: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_only()

    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("store.upkeep.os.open", refuse)
    for copying in (lambda: upkeep.copy_book(book.path, tmp_path / "copy.db"), lambda: upkeep.check(book)):
        with pytest.raises(BookError, match="No file can be made in"):
            copying()
