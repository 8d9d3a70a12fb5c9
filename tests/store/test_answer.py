"""What a command's answer does to it: a reader that went away, a full disk, streams that are closed."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from store import answer, cli, upkeep
from store.database import open_book
from store.workbook import command
from tests.conftest import SAMPLES
from tests.store.workbook.importing import ADA, BOB
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = SAMPLES.parents[1]
FULL = "The output could not be written (No space left on device). The exit code says how the work ended."


def shell(words: str, ending: str, **names: object) -> subprocess.CompletedProcess[str]:
    """A command as a shell runs it, with `ending` after it; the code is the command's own."""
    typed = " ".join(shlex.quote(str(names.get(word, word))) for word in words.split())
    line = f"{shlex.quote(sys.executable)} -m store.cli {typed} {ending}; exit ${{PIPESTATUS[0]}}"
    return subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    with closing(open_book(tmp_path / "book.db")) as book:
        return book.path


@pytest.mark.parametrize("words", ["check --db BOOK", "export OUT --db BOOK", "--help"])
@pytest.mark.parametrize("ending", ["| true", ">&-", ">&- 2>&-"], ids=["unread", "closed", "both-closed"])
def test_nobody_has_to_listen(shop: Path, tmp_path: Path, words: str, ending: str) -> None:
    done = shell(words, ending, BOOK=shop, OUT=tmp_path / "all.csv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "all.csv").exists() == words.startswith("export")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_is_told_and_the_code_is_the_works(shop: Path, samples: Path) -> None:
    done = shell("import FILE --db BOOK", ">/dev/full", FILE=samples / "messy-customers.xlsx", BOOK=shop)
    assert (done.returncode, done.stderr) == (cli.PARTLY, f"regulars: {FULL}\n"), "once, and it was imported"
    done = shell("check --db BOOK", ">/dev/full", BOOK=shop)
    assert (done.returncode, done.stderr) == (cli.OK, f"regulars: {FULL}\n")
    assert shell("check --db BOOK", ">/dev/full 2>/dev/full", BOOK=shop).returncode == cli.OK
    with closing(open_book(shop)) as book:
        assert upkeep.check(book).customers == 14


def test_letters_that_a_terminal_has_not_are_written_out(shop: Path) -> None:
    place = shop.rename(shop.with_name("日本.db"))
    line = [sys.executable, "-m", "store.cli", "check", "--db", str(place)]
    done = subprocess.run(
        line, cwd=ROOT, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "latin-1"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u65e5\\u672c.db" in done.stdout


def test_a_sentence_stays_on_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--db", str(tmp_path / "a\nb.db")]) == cli.FAILED
    assert capsys.readouterr().err.count("\n") == 1
    assert answer.printable("a\nb\x1b") == "a\\x0ab\\x1b"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("check", "--db", ""), "--db names no file."),
        (("--db", "", "check"), "--db names no file."),
        (("import", ""), "FILE names no file."),
        (("export", ""), "FILE names no file."),
        (("export", "a.csv", "--store", " "), "--store names no store."),
        (("backup", ""), "FILE names no file."),
        (("ticket", " ", "a.pdf"), "RECEIPT names no receipt."),
        (("ticket", "1", "a.pdf", "--store", ""), "--store names no store."),
    ],
)
def test_empty_words_name_nothing(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == cli.REFUSED
    assert capsys.readouterr().err == f"regulars: {sentence}\n"


def stopping(at: int) -> Callable[..., Any]:
    """Waits as the command does, but has this process told to end while it waits for the `at`th time."""
    wait, times = command._await, iter(range(1, 9))

    def waiting(session: Any, meter: Any) -> Any:
        if next(times) == at:
            os.kill(os.getpid(), signal.SIGTERM)
        return wait(session, meter)

    return waiting


def test_an_import_that_is_ended_while_it_reads_writes_nothing(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_await", stopping(1))
    before = signal.getsignal(signal.SIGTERM)
    assert cli.main(["import", str(sheet(tmp_path / "a.xlsx", ADA, BOB)), "--db", str(shop)]) == cli.STOPPED
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "regulars: Stopped. Nothing was imported.\n")
    assert signal.getsignal(signal.SIGTERM) is before
    with closing(open_book(shop)) as book:
        assert upkeep.check(book).customers == 0
    assert not list(tmp_path.glob(".*"))


def test_an_import_that_is_ended_while_it_writes_goes_on(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_await", stopping(2))
    assert cli.main(["import", str(sheet(tmp_path / "a.xlsx", ADA, BOB)), "--db", str(shop)]) == cli.STOPPED
    assert "Stopped. The import goes on to its end without this command" in capsys.readouterr().err
    with closing(open_book(shop, recover=False)) as book:
        while not book.rows("SELECT 1 FROM import_run WHERE state = 'applied'"):
            time.sleep(0.01)
        report = upkeep.check(book)
    assert (report.customers, report.faults) == (2, ())


def test_every_command_ends_with_a_sentence(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(_: object) -> NoReturn:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(600)
        raise AssertionError("nobody was told")

    monkeypatch.setattr(upkeep, "check", told)
    assert cli.main(["check", "--db", str(shop)]) == cli.STOPPED
    assert capsys.readouterr().err == "regulars: Stopped.\n"
