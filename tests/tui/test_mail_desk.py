"""The desk that sends mail while the program runs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from store import clock, mail_job, outbox
from store.errors import MailError
from store.mail_records import MailState
from tests.store.mail.book import again, queue
from tests.store.mail.server import STALL, running
from tests.tui.conftest import screen_text
from tests.tui.waiting import until, until_true
from tui import app as app_module
from tui import mail_desk as desk_module
from tui.app import RegularsApp
from tui.mail_desk import MailDesk, mail_desk

if TYPE_CHECKING:
    from store.database import Book

SIZE = (80, 24)


class _Delivery:
    """A delivery that is over when it is told so."""

    def __init__(self) -> None:
        self.started = self.running = False

    def start(self) -> None:
        self.started = self.running = True


class _Desk:
    """An app's desk with deliveries that only pretend, and what it told."""

    def __init__(self, app: RegularsApp) -> None:
        self.deliveries: list[_Delivery] = []
        self.told = 0
        self.desk = app.mail_desk = MailDesk(app, self._new)
        self.desk.changed.subscribe(app.screen, self._tell, immediate=True)

    def _new(self) -> _Delivery:
        self.deliveries.append(_Delivery())
        return self.deliveries[-1]

    def _tell(self, desk: MailDesk) -> None:
        self.told += 1


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "NEWS_EVERY", 0.01)
    monkeypatch.setattr(app_module, "MAIL_SECONDS", 3600.0)


async def test_what_waits_is_sent_after_the_start(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "MAIL_SECONDS", 0.05)
    with running() as box:
        mail = queue(book, box.settings)
        app = RegularsApp(book)
        async with app.run_test(size=SIZE) as pilot:
            await until_true(pilot, lambda: again(book, mail).state is MailState.SENT)
            await until_true(pilot, lambda: not mail_desk(app).sending)
    assert box.received[0].rcpt_tos == ["ann@example.com"]


async def test_a_book_without_mail_starts_nothing(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        fake = _Desk(app)
        fake.desk.look()
        await pilot.pause()
        assert not fake.deliveries
        assert fake.desk._timer is None


async def test_a_nudge_sends_and_screens_are_told(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        fake = _Desk(app)
        mail = queue(book)
        fake.desk.nudge()
        assert fake.deliveries[0].started
        assert fake.desk.sending
        outbox.retry_now(book, mail.id)
        before = fake.told
        book.execute("UPDATE outbox_mail SET state = 'sent', next_attempt_at = NULL")
        fake.deliveries[0].running = False
        await until_true(pilot, lambda: not fake.desk.sending)
        assert fake.told > before
        assert len(fake.deliveries) == 1


async def test_what_is_queued_during_a_delivery_goes_with_the_next(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        fake = _Desk(app)
        queue(book)
        fake.desk.nudge()
        queue(book)
        fake.desk.nudge()
        assert len(fake.deliveries) == 1
        fake.deliveries[0].running = False
        await until_true(pilot, lambda: len(fake.deliveries) == 2)


async def test_what_is_still_due_after_a_delivery_is_not_tried_at_once(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        fake = _Desk(app)
        queue(book)
        fake.desk.nudge()
        fake.deliveries[0].running = False
        await until_true(pilot, lambda: not fake.desk.sending)
        await pilot.pause()
        assert len(fake.deliveries) == 1
        assert fake.desk._timer is not None


async def test_it_wakes_when_the_next_mail_is_due(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "LOOK_SECONDS", 0.05)  # a pause is a minute at least
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        fake = _Desk(app)
        queue(book)
        later = clock.written(datetime.now(UTC) + timedelta(hours=12))
        book.execute("UPDATE outbox_mail SET next_attempt_at = ?", (later,))
        fake.desk.look()
        assert not fake.deliveries
        book.execute("UPDATE outbox_mail SET next_attempt_at = '2026-01-01T00:00:00Z'")
        await until_true(pilot, lambda: fake.deliveries)


async def test_a_delivery_that_cannot_start_is_told(book: Book) -> None:
    class Broken(_Delivery):
        def start(self) -> None:
            raise MailError("The mail could not be sent: too many [x] processes.")

    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        desk = MailDesk(app, Broken)
        queue(book)
        desk.nudge()
        await until(pilot, "too many [x] processes")
        assert not desk.sending


async def test_the_program_ends_though_the_server_stalls(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[mail_job.MailJob] = []
    start = mail_job.MailJob.start

    def kept(job: mail_job.MailJob) -> None:
        start(job)
        jobs.append(job)

    monkeypatch.setattr(mail_job.MailJob, "start", kept)
    with running() as box:
        box.rude["CONNECT"] = STALL
        queue(book, box.settings)
        app = RegularsApp(book)
        async with app.run_test(size=SIZE) as pilot:
            mail_desk(app).nudge()
            await until_true(pilot, lambda: "CONNECT" in box.reached)
            await pilot.press("f10")
            await until_true(pilot, lambda: not app.is_running)
            assert jobs[0].running
        process = jobs[0]._process
        assert process is not None
        process.kill()
        process.wait()


async def test_an_idle_desk_draws_nothing(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, "5 customers")
        painted = screen_text(app)
        fake = _Desk(app)
        queue(book)
        fake.desk.nudge()
        fake.deliveries[0].running = False
        await until_true(pilot, lambda: not fake.desk.sending)
        assert screen_text(app) == painted


def test_a_job_on_a_book_that_is_gone_ends(book: Book) -> None:
    job = mail_job.MailJob(book.path.with_name("gone.db"))
    assert not job.running
    job.start()
    end = time.monotonic() + 60
    while job.running:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert not book.path.with_name("gone.db").exists()
