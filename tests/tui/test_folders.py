"""Folders as the file chooser sees them: real ones, hostile names, typed and pasted paths."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tui import folders
from tui.folders import PHOTOS, WORKBOOKS, Folder, matching, mounted, pasted, read_folder, resolve, size_text


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder like a manager's: folders, workbooks of several kinds, other files."""
    for name in ("Reports", "archive", ".hidden"):
        (tmp_path / name).mkdir()
    for name, size in (("b.XLSX", 1), ("a.csv", 2_600_000), ("old.xls", 900), ("photo.png", 3), ("notes.txt", 4)):
        (tmp_path / name).write_bytes(b"x" * size)
    return tmp_path


def names(folder: Folder, typed: str = "", *, hidden: bool = False, newest_first: bool = False) -> list[str]:
    return [entry.name for entry in matching(folder, typed, hidden=hidden, newest_first=newest_first)]


def test_folders_come_first_and_only_the_wanted_kinds_are_listed(office: Path) -> None:
    folder = read_folder(office, WORKBOOKS)
    assert names(folder) == ["archive", "Reports", "a.csv", "b.XLSX", "old.xls"]
    assert folder.others == 2
    assert "notes.txt" in folder.names
    assert names(read_folder(office, PHOTOS)) == ["archive", "Reports", "photo.png"]


def test_hidden_entries_show_when_asked_for_or_when_a_dot_is_typed(office: Path) -> None:
    folder = read_folder(office, WORKBOOKS)
    assert ".hidden" in names(folder, hidden=True)
    assert names(folder, ".hid") == [".hidden"]


def test_what_begins_with_the_typed_text_stands_before_what_contains_it(office: Path) -> None:
    (office / "Müller list.csv").touch()
    (office / "list of may.csv").touch()
    folder = read_folder(office, WORKBOOKS)
    assert names(folder, "list") == ["list of may.csv", "Müller list.csv"]
    assert names(folder, "muller") == ["Müller list.csv"]


def test_newest_first_sorts_files_by_their_date(office: Path) -> None:
    for age, name in enumerate(("old.xls", "b.XLSX", "a.csv")):
        os.utime(office / name, (1_700_000_000 + age, 1_700_000_000 + age))
    assert names(read_folder(office, WORKBOOKS), newest_first=True)[2:] == ["a.csv", "b.XLSX", "old.xls"]


def test_names_that_are_no_utf8_are_listed_and_can_be_opened(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9\x1b[2J.csv"
    Path(os.fsdecode(raw)).write_text("x")
    (entry,) = read_folder(tmp_path, WORKBOOKS).entries
    assert (tmp_path / entry.name).read_text() == "x"


def test_what_is_no_file_and_no_folder_is_not_offered(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    (tmp_path / "gone.csv").symlink_to("nowhere.csv")
    entries = read_folder(tmp_path, WORKBOOKS).entries
    assert [entry.name for entry in entries] == ["gone.csv", "loop.csv"]
    assert all(entry.changed is None for entry in entries)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing", "There is no such folder."),
        ("file.csv", "This is a file, not a folder."),
        ("nul\0byte", "This folder cannot be read."),
    ],
)
def test_a_folder_that_cannot_be_read_says_why(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "file.csv").touch()
    assert read_folder(tmp_path / name, WORKBOOKS).fault == sentence


def test_a_forbidden_folder_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folders.os, "scandir", refuse)
    assert read_folder(tmp_path, WORKBOOKS).fault == "You may not look into this folder."


def test_a_name_too_long_for_the_disk_is_a_sentence(tmp_path: Path) -> None:
    assert read_folder(tmp_path / ("x" * 5000), WORKBOOKS).fault == "This folder cannot be read: file name too long."


def test_a_stuck_disk_holds_only_a_daemon_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, came = threading.Event(), threading.Event()
    readers: list[threading.Thread] = []

    def hang(path: object) -> None:
        readers.append(threading.current_thread())
        stuck.wait(20)
        raise TimeoutError(110, "Connection timed out")

    monkeypatch.setattr(folders.os, "scandir", hang)
    got: list[Folder] = []
    folders.read_in_background(tmp_path, WORKBOOKS, lambda folder: (got.append(folder), came.set()))
    assert not got
    stuck.set()
    assert came.wait(20)
    assert readers[0].daemon
    assert got[0].fault == "This folder cannot be read: connection timed out."


@pytest.mark.parametrize(
    ("typed", "folder", "name"),
    [
        ("cust", "/base", "cust"),
        ("sub/cu", "/base/sub", "cu"),
        ("../x", "/", "x"),
        ("..", "/", ""),
        ("/tmp/", "/tmp", ""),
        ("/", "/", ""),
        ("/etc/../tmp/x", "/tmp", "x"),
        ("~/Down", "/home/anna", "Down"),
        ("~", "/home/anna", ""),
        ("~/", "/home/anna", ""),
    ],
)
def test_typed_paths_name_a_folder_and_a_beginning(
    typed: str, folder: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert resolve(typed, Path("/base")) == (Path(folder), name)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("'/media/STICK/my list.xlsx'", "/media/STICK/my list.xlsx"),
        ('"/a/b.csv"\r\n', "/a/b.csv"),
        ("/a/my\\ list.csv ", "/a/my list.csv"),
        ("file:///a/my%20list.csv", "/a/my list.csv"),
        ("/a/plain.csv\n/a/second.csv", "/a/plain.csv"),
    ],
)
def test_pasted_paths_lose_their_wrapping(text: str, path: str) -> None:
    assert pasted(text) == path


def test_sticks_and_shares_are_found_in_the_mount_table_alone(tmp_path: Path) -> None:
    table = tmp_path / "mounts"
    table.write_bytes(
        b"proc /proc proc rw 0 0\n/dev/sdb1 /media/anna/MY\\040STICK vfat rw 0 0\n"
        b"office:/x /mnt/office nfs rw 0 0\n/dev/sdc1 /run/media/anna/caf\xe9 ext4 rw 0 0\nbroken\n"
    )
    assert mounted(table) == (
        Path("/media/anna/MY STICK"), Path("/mnt/office"), Path(os.fsdecode(b"/run/media/anna/caf\xe9")),
    )  # fmt: skip
    assert mounted(tmp_path / "none") == ()


def test_places_are_offered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "mounted", lambda: (Path("/media/STICK"),))
    offered = folders.places([Path("/media/STICK"), Path("/data/in"), Path("/data/in")])
    assert [place.label for place in offered] == ["Home", "STICK", "Computer", "in"]


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (378_291, "378 KB"), (999_700, "1.0 MB"), (2_680_190, "2.7 MB"),
     (5 * 10**15, "5000 TB")],
)  # fmt: skip
def test_sizes_are_read_at_a_glance(size: int, text: str) -> None:
    assert size_text(size) == text
