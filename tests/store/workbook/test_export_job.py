"""An export in its own process: it tells how far it is, it can be stopped, and nothing is left when it dies."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from store.database import open_book
from store.demo.shop import make_shop
from store.errors import ExportError, StoreError
from store.exchange import ExportRequest, ExportResult, Progress
from store.records import Actor, ListQuery, Status
from store.workbook.export_job import ExportJob

Event = Progress | ExportResult | StoreError
MEI = Actor("Mei", "Till 1")
EVERYTHING = ExportRequest()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "shop.db"
    book = open_book(path, actor=MEI)
    make_shop(book, customers=4000, receipts=6000)
    book.close()
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def outcome(job: ExportJob) -> list[Event]:
    events: list[Event] = []
    deadline = time.monotonic() + 60
    while job.running and time.monotonic() < deadline:
        events += job.poll()
        time.sleep(0.01)
    return events


def begun(shop: Path, target: Path) -> ExportJob:
    """A job that is in the middle of its work."""
    job = ExportJob(shop, target, EVERYTHING, MEI)
    job.start()
    deadline = time.monotonic() + 30
    while not any(path.suffix == ".part" for path in target.parent.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.005)
    return job


def test_it_tells_progress_and_then_its_result(shop: Path, folder: Path) -> None:
    job = ExportJob(shop, folder / "all.xlsx", EVERYTHING, MEI)
    started = time.monotonic()
    job.start()
    assert time.monotonic() - started < 0.5
    *progress, result = outcome(job)
    assert progress
    assert all(isinstance(event, Progress) and event.total > 10_000 for event in progress)
    assert isinstance(result, ExportResult)
    assert result.path == str(folder / "all.xlsx")
    assert result.sheets["Customers"] == 4000
    assert names(folder) == ["all.xlsx"]
    assert not job.running
    assert job.poll() == []
    job.cancel()
    assert names(folder) == ["all.xlsx"], "what is done is not undone"


def test_the_list_goes_across_as_it_was_asked_for(shop: Path, folder: Path) -> None:
    query = ListQuery(
        text="a", status=Status.ALL, loyalty=True, order="email", descending=True, columns=("phone", "email")
    )
    job = ExportJob(shop, folder / "list.xlsx", ExportRequest(query), MEI)
    job.start()
    *_, result = outcome(job)
    assert isinstance(result, ExportResult)
    rows = list(openpyxl.load_workbook(folder / "list.xlsx")["Customers"].iter_rows(values_only=True))
    assert rows[0] == ("Customer UID", "Phone Number", "E-Mail")
    mails = [str(row[2]).lower() for row in rows[1:]]
    assert mails == sorted(mails, reverse=True)
    assert len(mails) == result.sheets["Customers"] > 100


@pytest.mark.parametrize("target", ["all.txt", "nowhere/all.xlsx"])
def test_a_refusal_comes_as_its_sentence(shop: Path, folder: Path, target: str) -> None:
    job = ExportJob(shop, folder / target, EVERYTHING, MEI)
    job.start()
    (error,) = outcome(job)
    assert isinstance(error, ExportError)
    assert "all.txt" in str(error) or "nowhere" in str(error)


def test_a_book_that_is_gone_comes_as_its_sentence(folder: Path) -> None:
    job = ExportJob(folder / "gone.db", folder / "all.xlsx", EVERYTHING, MEI)
    job.start()
    (error,) = outcome(job)
    assert "gone.db" in str(error)
    assert names(folder) == []


def test_a_cancelled_export_leaves_the_old_file_and_nothing_else(shop: Path, folder: Path) -> None:
    target = folder / "all.xlsx"
    target.write_text("last year's")
    job = begun(shop, target)
    started = time.monotonic()
    job.cancel()
    assert time.monotonic() - started < 3
    assert not job.running
    assert job.poll() == []
    assert names(folder) == ["all.xlsx"]
    assert target.read_text() == "last year's"


def test_cancelling_what_never_started_does_nothing(shop: Path, folder: Path) -> None:
    ExportJob(shop, folder / "all.xlsx", EVERYTHING, MEI).cancel()
    assert names(folder) == []


def test_a_killed_export_is_told_and_tidied_up(shop: Path, folder: Path) -> None:
    job = begun(shop, folder / "all.xlsx")
    assert job._process is not None
    job._process.kill()
    *_, error = outcome(job)
    assert isinstance(error, ExportError)
    assert "stopped before its end" in str(error)
    assert names(folder) == []


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_when_the_program_does(shop: Path, folder: Path, end: int) -> None:
    """The program may be gone without a word: the export notices, and leaves nothing behind."""
    script = (
        "import sys, time; from pathlib import Path; from store.exchange import *; from store.records import *;"
        "from store.workbook.export_job import ExportJob;"
        "job = ExportJob(Path(sys.argv[1]), Path(sys.argv[2]), ExportRequest(), Actor('', ''));"
        "job.start();\n"
        "while not job.poll(): time.sleep(.001)\n"
        "print(job._process.pid, flush=True); time.sleep(60)"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", script, str(shop), str(folder / "all.xlsx")], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    child = int(program.stdout.readline())
    program.send_signal(end)
    program.wait()
    program.stdout.close()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _alive(child):
        time.sleep(0.05)
    assert not _alive(child)
    assert names(folder) in ([], ["all.xlsx"])


def _alive(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as status:  # noqa: PTH123
            return status.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_folder_one_stands_in_is_not_searched_for_code(
    shop: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regulars may be started in a folder of downloads: a `json.py` there is not ours."""
    stranger = folder.parent / "downloads"
    stranger.mkdir()
    (stranger / "json.py").write_text("raise SystemExit('taken over')")
    (stranger / "store").mkdir()
    (stranger / "store" / "__init__.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(stranger)
    job = ExportJob(shop, folder / "all.csv", EVERYTHING, MEI)
    job.start()
    assert isinstance(outcome(job)[-1], ExportResult)


def test_its_process_does_not_hold_the_terminal(shop: Path, folder: Path) -> None:
    job = begun(shop, folder / "all.xlsx")
    assert job._process is not None
    assert Path(f"/proc/{job._process.pid}/fd/2").readlink() == Path("/dev/null")
    job.cancel()
