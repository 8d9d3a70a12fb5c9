"""`regulars mail`, as a timer of the system runs it, and as it is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

import pytest

from store import cli, outbox, ticket
from store.mail_records import MailState, Security
from tests.conftest import SAMPLES
from tests.store.mail.book import PDF, again, let_time_pass, queue
from tests.store.mail.server import CERTIFICATE, PASSWORD, USER, running

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

ROOT = SAMPLES.parents[1]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticket, "receipt_pdf", lambda book, receipt_id: PDF)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def command(book: Book, *words: str) -> int:
    return cli.main(["mail", "--db", str(book.path), *words])


def child(book: Book) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "store.cli", "mail", "--db", str(book.path)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_nothing_to_send_is_well(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(book) == 0
    said = capsys.readouterr()
    assert said.out == "0 sent, 0 failed; none waits.\n"
    assert said.err == ""


def test_everything_that_waits_is_sent(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    with running() as box:
        queue(book, box.settings)
        queue(book)
        assert command(book) == 0
    assert capsys.readouterr().out == "2 sent, 0 failed; none waits.\n"
    assert len(box.received) == 2


def at(due: datetime) -> str:
    today = datetime.now(due.tzinfo).date()
    return due.strftime("%H:%M" if due.date() == today else "%d-%b-%Y %H:%M")


def test_what_could_not_be_sent_is_told_with_its_reason(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    queue(book)
    queue(book)
    assert command(book) == 1
    said = capsys.readouterr()
    due = outbox.next_due(book)
    assert due is not None
    why = "(No mail server is set up yet"
    told = f"0 sent, 0 failed; 2 wait for their next try, the first at {at(due)} {why}"
    assert said.out.startswith(told)
    assert said.err.count("regulars: No mail server is set up yet.") == 1
    book.execute("DELETE FROM outbox_mail WHERE id = 1")
    assert command(book) == 0, "what waits for later is no fault"
    later = capsys.readouterr()
    assert later.out.startswith(f"0 sent, 0 failed; 1 waits for its next try at {at(due)} {why}")
    assert later.err == "", "a timer has told it at the try"
    book.execute("UPDATE outbox_mail SET next_attempt_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+20 hours')")
    assert command(book, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["sent"], said["failed"], said["put_off"], said["reasons"], said["waiting"]) == (0, 0, 0, [], 1)
    assert datetime.fromisoformat(said["next_try"]) == outbox.next_due(book)


def test_a_part_that_could_be_sent_has_a_code_of_its_own(book: Book) -> None:
    with running() as box:
        mail = queue(book, box.settings)
        queue(book)
        book.execute("UPDATE outbox_mail SET recipient = 'x y' WHERE id = ?", (mail.id,))
        assert command(book) == 3
    assert len(box.received) == 1


def test_now_tries_what_waits_and_what_failed(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    with running() as box:
        waiting, failed = queue(book, box.settings), queue(book)
        book.execute("UPDATE outbox_mail SET next_attempt_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+1 hour')")
        book.execute("UPDATE outbox_mail SET state = 'failed', next_attempt_at = NULL WHERE id = ?", (failed.id,))
        assert command(book) == 0
        assert not box.received
        assert command(book, "--now", "--json") == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told == {"sent": 2, "failed": 0, "put_off": 0, "reasons": [], "waiting": 0, "next_try": None}
    assert again(book, waiting).state is MailState.SENT


def test_no_word_of_it_names_the_password(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    with running(Security.STARTTLS, login=True) as box:
        box.rude["AUTH"] = f"535 not {PASSWORD}"
        mail = queue(book, box.settings)
        assert command(book, "--json") == 1
    said = capsys.readouterr()
    assert PASSWORD not in said.out + said.err + again(book, mail).last_error
    assert "535 not ..." in said.err


def test_a_book_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["mail", "--db", str(tmp_path / "none.db")]) == 1
    assert "none.db" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()


def test_a_sender_that_is_killed_in_the_middle_loses_nothing(book: Book) -> None:
    with running(Security.STARTTLS, login=True) as box:
        mail = queue(book, box.settings)
        box.gate = threading.Event()
        killed = child(book)
        assert box.at_gate.wait(120), killed.communicate()
        killed.kill()
        killed.communicate()
        middle = again(book, mail)
        assert (middle.state, middle.attempts, middle.sent_at) == (MailState.QUEUED, 1, None)
        [[written]] = book.rows("SELECT message FROM outbox_mail")
        assert written, "what it says is kept for the next try"
        assert command(book) == 0, "its claim holds for a while"
        assert again(book, mail).attempts == 1
        box.gate = None
        box.received.clear()
        let_time_pass(book)
        following = child(book)
        out, err = following.communicate()
        assert (following.returncode, err) == (0, b""), out
    # the server said yes to nobody before, so that this is the only one
    assert [envelope.original_content for envelope in box.received if envelope.original_content == written] == [written]
    now = again(book, mail)
    assert (now.state, now.attempts) == (MailState.SENT, 2)


def test_a_mail_queued_before_a_restart_is_sent_after_it(book: Book, book_path: Path) -> None:
    with running() as box:
        queue(book, box.settings)
        book.close()
        sender = child(book)
        out, err = sender.communicate()
        assert (sender.returncode, err) == (0, b""), out
    assert len(box.received) == 1
    assert USER not in str(box.received[0].original_content)
    assert outbox.counts(book)[MailState.SENT] == 1


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_person_can_stop_it(
    book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], told: signal.Signals
) -> None:
    def stopped(book: Book) -> NoReturn:
        os.kill(os.getpid(), told)
        time.sleep(600)
        raise AssertionError("it was not told")

    monkeypatch.setattr(outbox, "deliver", stopped)
    assert command(book) == 130
    assert capsys.readouterr().err == "regulars: Stopped. What is not sent stays in the outbox.\n"
