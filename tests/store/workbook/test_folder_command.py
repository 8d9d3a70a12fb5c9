"""`regulars sync` as cron and systemd use it: exit codes, JSON, words, and being told to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from store import settings
from store.cli import main
from store.workbook import folder_take
from store.workbook.folder_setup import alone
from tests.store.workbook.folders import Till, aged, imports_inside, make_till, names
from tests.store.workbook.importing import ADA, BOB
from tests.store.workbook.importing import customers as sheet

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _inside(monkeypatch: pytest.MonkeyPatch) -> None:
    imports_inside(monkeypatch)


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return make_till(tmp_path, "till-1")


def run(till: Till, *words: str) -> int:
    """The command, on the till's book."""
    return main(["sync", "--db", str(till.path), *words])


def test_the_first_run_names_the_folder_and_the_next_need_not(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(till) == 2
    assert "Name one: regulars sync FOLDER" in capsys.readouterr().err
    till.add("Ann Lee")
    assert run(till, str(till.folder)) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        f"Wrote {till.exports()[0].name}: 1 customer, which is everything.", "The office has not yet seen 1 export.",
    ]  # fmt: skip
    assert said.err == ""
    assert run(till) == 0
    assert capsys.readouterr().out.splitlines()[0] == "Nothing new."


def test_what_is_taken_left_and_refused_is_said(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    run(till, str(till.folder))
    inbox = till.folder / "inbox"
    aged(sheet(inbox / "march.xlsx", ADA), 3600)
    sheet(inbox / "new.xlsx", BOB)
    (inbox / "letter.xlsx").write_text("Dear all")
    aged(inbox / "letter.xlsx", 3600)
    capsys.readouterr()
    assert run(till) == 3
    said = capsys.readouterr()
    assert "Took march.xlsx: 1 created, 0 updated, 0 refused." in said.out
    assert "new.xlsx is left for the next run: it may still be being copied." in said.out
    assert "Moved 3 files that every till is done with." in said.out
    assert said.err.startswith("regulars: Refused letter.xlsx: letter.xlsx is named .xlsx but is plain text")


def test_a_gap_is_said_every_time_and_ends_with_three(
    till: Till, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make_till(tmp_path, "till-2")
    for name in ("Ann Lee", "Bob May", "Cid Roy"):
        other.add(name)
        other.sync()
    other.exports()[0].unlink()
    other.exports()[0].unlink()
    aged(other.exports()[0], 3600)
    for _ in range(2):
        assert run(till, str(till.folder)) == 3
        assert "Numbers 1 to 2 of till-2 are missing." in capsys.readouterr().err


def test_json_has_the_whole_report(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    till.add("Ann Lee")
    run(till, str(till.folder))
    aged(sheet(till.folder / "inbox" / "march.xlsx", ADA), 3600)
    capsys.readouterr()
    assert run(till, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == [
        "folder", "taken", "sent", "moved", "left", "waiting", "gaps", "unseen", "faults", "dry_run",
    ]  # fmt: skip
    assert told["taken"] == [
        {"name": "march.xlsx", "place": "inbox", "outcome": "taken", "created": 1, "updated": 0, "refused": 0,
         "questions": 0, "message": "", "left_out": 0}
    ]  # fmt: skip
    assert (told["sent"]["number"], told["sent"]["customers"]) == (2, 1)
    assert (told["moved"], told["unseen"]) == (["march.xlsx", told["sent"]["name"]], 1)


def test_a_dry_run_only_says(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    till.add("Ann Lee")
    assert run(till, str(till.folder), "--dry-run") == 0
    assert "Would write number 1: 1 customer, which is everything." in capsys.readouterr().out
    assert names(till.folder) == []


def test_everything_is_sent_once_more(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    till.add("Ann Lee")
    run(till, str(till.folder))
    assert run(till, "--everything") == 0
    assert "000002.xlsx: 1 customer, which is everything." in capsys.readouterr().out


def test_a_second_run_ends_at_once_and_well(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    run(till, str(till.folder))
    capsys.readouterr()
    with closing(till.open()) as book, alone(book):
        assert run(till) == 0
        assert run(till, "--json") == 0
    assert capsys.readouterr().out.splitlines() == [
        "An exchange of this book is under way already, and does what is to be done.", '{"under_way": true}',
    ]  # fmt: skip


def test_a_folder_that_is_not_there_is_one(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(till, str(till.folder / "nowhere"), "--json") == 1
    said = capsys.readouterr()
    assert "There is no folder" in json.loads(said.out)["error"]
    assert "There is no folder" in said.err


def test_leaving(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    run(till, str(till.folder))
    assert run(till, "--leave") == 0
    assert f"takes part in {till.folder} no more" in capsys.readouterr().out
    assert [name for name in names(till.folder / ".regulars") if name.startswith("book-")] == []
    with closing(till.open()) as book:
        assert settings.get(book, "sync_folder") == ""


def test_leaving_on_trial_leaves_nothing(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    run(till, str(till.folder))
    before = names(till.folder / ".regulars")
    capsys.readouterr()
    assert run(till, "--leave", "--dry-run") == 0
    assert capsys.readouterr().out == f"This book would take part in {till.folder} no more.\n"
    assert run(till, "--leave", "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"folder": str(till.folder), "left": False}
    assert names(till.folder / ".regulars") == before
    assert run(till) == 0


def test_stopped_is_said_and_the_next_run_goes_on(
    till: Till, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(till, str(till.folder))
    aged(sheet(till.folder / "inbox" / "march.xlsx", ADA), 3600)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folder_take, "ImportSession", stop)
        assert run(till) == 130
    assert "Stopped. What was done stands; the next run goes on." in capsys.readouterr().err
    assert not list(till.path.parent.glob(".*exchange-*"))
    assert run(till) == 0
    assert "Took march.xlsx" in capsys.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_process_of_its_own_takes_a_file_and_ends_tidily_when_told_to(till: Till) -> None:
    till.sync()
    aged(sheet(till.folder / "inbox" / "march.xlsx", ADA), 3600)
    words = [sys.executable, "-m", "store.cli", "sync", "--db", str(till.path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Took march.xlsx: 1 created" in done.stdout
    rows = [{"First Name": "A", "Last Name": f"B{n}", "E-Mail": f"b{n}@example.com"} for n in range(3000)]
    aged(sheet(till.folder / "inbox" / "long.xlsx", *rows), 3600)
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not list(till.path.parent.glob(".*exchange-*/long.xlsx")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "regulars: Stopped. What was done stands; the next run goes on.\n"
    assert not list(till.path.parent.glob(".*exchange-*"))
