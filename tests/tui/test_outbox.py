"""The outbox on the screen: a mail that has not gone out can be cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import outbox
from tests.tui.receipts_filled import add_mail, add_receipt
from tests.tui.waiting import until
from tui.app import RegularsApp
from tui.mail_desk import MailDesk

if TYPE_CHECKING:
    import pytest

    from store.database import Book

SIZE = (80, 24)


async def test_a_mail_that_waits_is_cancelled_after_asking(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    mail_id = add_mail(book, add_receipt(book), error="No network.")
    monkeypatch.setattr(MailDesk, "look", lambda _: None)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("outbox")
        await until(pilot, "1 waiting", "ann@example.com")
        await pilot.press("delete")
        await until(pilot, "Cancel this mail?", "3-1001 to ann@example.com", "[ Cancel mail ]", "[ Keep ]")
        await pilot.press("enter")
        await until(pilot, "1 waiting, 0 sent, 0 failed.")
        book.execute("UPDATE outbox_mail SET state = 'sending', next_attempt_at = '2099-01-01T00:00:00Z'")
        await pilot.press("delete", "left", "enter")
        await until(pilot, "! This mail is on its way at this moment.")
        book.execute("UPDATE outbox_mail SET state = 'queued' WHERE id = ?", (mail_id,))
        await pilot.press("delete", "left", "enter")
        await until(pilot, "Mail to ann@example.com cancelled.", "0 waiting, 0 sent, 0 failed.", "No mail yet.")
    assert not outbox.mails(book, offset=0, limit=9)
