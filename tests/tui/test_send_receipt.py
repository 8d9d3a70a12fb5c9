"""Mailing a copy of a receipt: the address, what is in the way, and what stands in the outbox."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from store import outbox, settings
from store.mail_records import MailServer
from tests.tui.conftest import screen_text
from tests.tui.receipts_filled import add_mail, add_receipt
from tests.tui.waiting import until, until_true
from tui.app import RegularsApp
from tui.screens import receipt as receipt_screen
from tui.screens.send_receipt import NO_SERVER, AddressInput

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from store.database import Book

SIZE = (80, 24)
SERVER = MailServer(host="mail.example.com", sender="shop@example.com")


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No mail leaves a test; how often the desk was told."""
    told: list[str] = []
    desk = SimpleNamespace(
        nudge=lambda: told.append("nudge"), changed=SimpleNamespace(subscribe=lambda *_: None)
    )  # fmt: skip
    monkeypatch.setattr(receipt_screen, "mail_desk", lambda _app: desk)
    monkeypatch.setattr(receipt_screen, "LOOK_SECONDS", 10_000)
    return told


async def asked(pilot: Pilot[None], receipt_id: int) -> str:
    """Open a receipt and ask for a copy."""
    assert isinstance(pilot.app, RegularsApp)
    pilot.app.open_screen("receipt", receipt_id=receipt_id)
    await until(pilot, "Receipt Number")
    await pilot.press("ctrl+a")
    return await until(pilot, "Send receipt 3-1001", "E-Mail *")


def recipients(book: Book) -> list[str]:
    return [mail.recipient for mail in outbox.mails(book, offset=0, limit=9)]


async def test_two_keys_send_a_copy_to_the_customer(book: Book, nudges: list[str]) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        assert "ann@example.com" in await asked(pilot, receipt_id)
        await pilot.press("enter")
        await until(pilot, "Receipt queued for ann@example.com.")
        await until(pilot, "Queued for ann@example.com,")
    assert recipients(book) == ["ann@example.com"]
    assert nudges == ["nudge"]


async def test_another_address_is_typed_over_it(book: Book) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await asked(pilot, receipt_id)
        await pilot.press(*"bob@example.org", "ctrl+s")
        await until(pilot, "Receipt queued for bob@example.org.")
    assert recipients(book) == ["bob@example.org"]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("bob", "! E-Mail: not a valid e-mail address"),
        ("a@example.com,b@example.com", "! E-Mail: one address only"),
        (" ", "! E-Mail: required"),
    ],
)
async def test_a_fault_is_said_at_the_field_until_it_is_mended(book: Book, typed: str, fault: str) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await asked(pilot, receipt_id)
        await pilot.press(*typed, "enter")
        await until(pilot, fault)
        assert not recipients(book)
        await pilot.press("x")
        await until_true(pilot, lambda: fault not in screen_text(app))


async def test_a_pasted_line_break_never_comes_in(book: Book) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await asked(pilot, receipt_id)
        address = app.screen.query_one(AddressInput)
        address.replace("x@example.com\r\nBcc: all@example.com", 0, len(address.value))
        await pilot.press("enter")
        await until(pilot, "! E-Mail: ")
    assert not recipients(book)


async def test_a_customer_without_an_address_gets_an_empty_field(book: Book) -> None:
    receipt_id = add_receipt(book, customer=None)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await asked(pilot, receipt_id)
        await until(pilot, "(name@example.com)")
        await pilot.press("enter")
        await until(pilot, "! E-Mail: required")


async def test_without_a_mail_server_the_dialog_says_so(book: Book) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        text = " ".join((await asked(pilot, receipt_id)).replace("│", " ").split())
        assert "No mail server is set up: the copy waits" in text
        assert "F11 sets it up." in text
    assert "F11" in NO_SERVER


async def test_with_a_mail_server_nothing_is_said(book: Book) -> None:
    outbox.choose_server(book, SERVER)
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        assert "No mail server" not in await asked(pilot, receipt_id)


@pytest.mark.parametrize(("state", "error"), [("queued", "No network."), ("sending", "")])
async def test_what_waits_already_is_tried_again_and_not_sent_twice(book: Book, state: str, error: str) -> None:
    receipt_id = add_receipt(book)
    add_mail(book, receipt_id, state=state, error=error)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        assert "[ Send again ]" in await asked(pilot, receipt_id)
        await pilot.press("enter")
        await until(pilot, "Receipt queued for ann@example.com.")
    assert recipients(book) == ["ann@example.com"]


async def test_what_went_out_meanwhile_is_said_before_another_copy_goes(book: Book) -> None:
    receipt_id = add_receipt(book)
    mail_id = add_mail(book, receipt_id, error="No network.")
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        assert "[ Send again ]" in await asked(pilot, receipt_id)
        book.execute(
            "UPDATE outbox_mail SET state = 'sent', next_attempt_at = NULL, sent_at = '2026-11-22T11:00:00Z' WHERE id = ?",
            (mail_id,),
        )
        await pilot.press("enter")
        await until(pilot, "! It went out meanwhile.", "[ Send ]", "Sent to ann@example.com")
        assert len(recipients(book)) == 1
        await pilot.press("enter")
        await until(pilot, "Receipt queued for ann@example.com.")
    assert len(recipients(book)) == 2


async def test_what_was_sent_is_sent_anew(book: Book) -> None:
    receipt_id = add_receipt(book)
    add_mail(book, receipt_id, state="sent")
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        text = await asked(pilot, receipt_id)
        assert "Sent to ann@example.com" in text
        assert "[ Send ]" in text
        await pilot.press("tab", "enter")
        await until(pilot, "Receipt queued for ann@example.com.")
    assert len(recipients(book)) == 2


async def test_another_address_after_a_failure_is_another_mail(book: Book) -> None:
    receipt_id = add_receipt(book)
    add_mail(book, receipt_id, recipient="old@example.com", state="failed", error="No such mailbox.")
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await asked(pilot, receipt_id)
        await until(pilot, "[ Send again ]", "old@example.com")
        await pilot.press(*"new@example.com")
        await until(pilot, "[ Send ]")
        await pilot.press("enter")
        await until(pilot, "Receipt queued for new@example.com.")
    assert recipients(book) == ["new@example.com", "old@example.com"]


async def test_ctrl_a_again_selects_the_whole_address(book: Book) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await asked(pilot, receipt_id)
        await pilot.press("end", "ctrl+a", *"bob@example.org", "enter")
        await until(pilot, "Receipt queued for bob@example.org.")
    assert recipients(book) == ["bob@example.org"]


async def test_what_happened_in_the_settings_shows_in_the_dialog_and_behind(book: Book) -> None:
    settings.put(book, "locale", "en_US")
    receipt_id = add_receipt(book)
    mail_id = add_mail(book, receipt_id, error="No mail server is set up yet.")
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        assert "waits in the book" in await asked(pilot, receipt_id)
        await pilot.press("f11")
        await until_true(pilot, lambda: len(app.screen_stack) == 4)
        outbox.choose_server(book, SERVER)
        settings.put(book, "currency", "EUR")
        book.execute(
            "UPDATE outbox_mail SET state = 'sent', next_attempt_at = NULL, sent_at = '2026-11-22T11:00:00Z' WHERE id = ?",
            (mail_id,),
        )
        await pilot.press("escape")
        await until(pilot, "! It went out meanwhile.", "[ Send ]", "Sent to ann@example.com")
        await until_true(pilot, lambda: not any(old in screen_text(app) for old in ("waits in the", "Queued for", "$")))
        await pilot.press("escape")
        await until(pilot, "Sent to ann@example.com", "\N{EURO SIGN}103.49")


@pytest.mark.parametrize("keys", [("escape",), ("tab", "tab", "enter")])
async def test_cancel_sends_nothing(book: Book, keys: tuple[str, ...], nudges: list[str]) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await asked(pilot, receipt_id)
        await pilot.press(*keys)
        await until_true(pilot, lambda: len(app.screen_stack) == 2)
    assert not recipients(book)
    assert not nudges


async def test_a_receipt_that_was_taken_back_meanwhile_is_said(book: Book) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await asked(pilot, receipt_id)
        book.execute("DELETE FROM receipt WHERE id = ?", (receipt_id,))
        await pilot.press("enter")
        await until(pilot, "! This receipt is no longer in the book.")
    assert not recipients(book)
