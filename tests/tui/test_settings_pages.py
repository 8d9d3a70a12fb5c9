"""The settings: by keys, and by what is on the screen."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from store import outbox, programme, settings, shop, stores
from store.errors import BookError, MailError
from store.loyalty_records import Awards, Programme
from store.mail_records import MailServer, MailState, Security
from tests.tui.conftest import screen_text
from tests.tui.receipts_filled import add_mail, add_receipt
from tests.tui.settings_bench import SAVED, SIZE, opened, typed_into
from tests.tui.waiting import until, until_first_page, until_true
from tui.app import RegularsApp
from tui.mail_desk import MailDesk, mail_desk
from tui.screens import shop_settings
from tui.terminal import TERMINAL
from tui.theme import theme_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from store.database import Book

SECRET = "opensesame"  # what must never be seen
SERVER = MailServer(
    host="mail.example.com", user="shop", password=SECRET, sender="shop@example.com", security=Security.STARTTLS
)


@pytest.fixture(autouse=True)
def _still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        shop_settings, "moment", lambda zone: datetime(2026, 11, 24, 14, 5, tzinfo=ZoneInfo(zone))
    )  # fmt: skip


async def test_the_list_opens_the_menu_and_it_says_how_all_stands(book: Book) -> None:
    programme.choose(book, Programme(currency="Stars", amount_points=1))
    add_mail(book, add_receipt(book))
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, "Baker")
        await pilot.press("f11")
        await until(
            pilot, "No name yet: USD", "Downtown, Harbour", "On: Stars, 1 for each $1.00 spent", "No mail server yet",
            "1 waiting, 0 sent, 0 failed",
        )  # fmt: skip
        await pilot.press("down", "down", "enter")
        await until(pilot, "Loyalty Settings", "Points are called")
        await pilot.press("escape")
        await until(pilot, "No mail server yet")
        await pilot.press("escape")
        await until_first_page(pilot)
        await pilot.press("ctrl+v")
        await until(pilot, "No mail server yet")


async def test_the_shop_is_named_and_the_title_says_so_at_once(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "settings", "No name yet")
        await pilot.press("enter")
        await until(pilot, "Shop Name", "Nothing has changed yet")
        await pilot.press(*"Bella", "ctrl+s")
        await until(pilot, SAVED, "Bella: USD")
        await until_true(pilot, lambda: app.place.startswith("Bella / "))
    assert shop.of(book).name == "Bella"


async def test_the_currency_is_found_by_typing_and_the_example_follows(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "shop_settings", "Amounts look so: $1,234.50. There it is 24-Nov-2026 14:05 now.")
        await pilot.press("tab", *"euro")
        await until(pilot, "Currency: euro")
        await pilot.press("enter")
        await until(pilot, "Euro (EUR)", "1,234.50.")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
    assert shop.of(book).currency == "EUR"


async def test_a_currency_that_the_book_refuses_is_said_at_its_field(book: Book) -> None:
    add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "shop_settings", "Amounts look so")
        await pilot.press("tab", *"japanese")
        await until(pilot, "Currency: japanese")
        await pilot.press("enter")
        await until(pilot, "Japanese Yen (JPY)")
        await pilot.press("ctrl+s")
        await until(pilot, "! the book has receipts with 2 decimal places", "Not right yet: Currency")
    assert shop.of(book).currency == "USD"


@pytest.mark.parametrize(
    ("name", "field", "typed", "fault"),
    [
        ("shop_settings", "node", "0", "! a whole number from 1 to 9999"),
        ("shop_settings", "node", "x", "! a whole number from 1 to 9999"),
        ("shop_settings", "node", "", "! required"),
        ("loyalty_settings", "sign_up_points", "-1", "! a whole number"),
        ("loyalty_settings", "visit_points", "1.5", "! a whole number"),
        ("loyalty_settings", "amount_points", "99999999", "! a whole number from 0 to 9,999,999"),
        ("loyalty_settings", "per_amount", "0", "! an amount above 0"),
        ("loyalty_settings", "per_amount", "1,234", "! write 1234 or 1.234, whichever is meant"),
        ("loyalty_settings", "point_value", "much", "! an amount such as 10 or 0.05"),
        ("loyalty_settings", "minimum", "", "! required"),
        ("mail_settings", "host", "a/b", "! a name such as smtp.example.com"),
        ("mail_settings", "port", "70000", "! a number from 1 to 65535; 587 is usual"),
        ("mail_settings", "port", "x", "! a whole number"),
        ("mail_settings", "sender", "nobody", "! not a valid e-mail address"),
    ],
)
async def test_a_fault_is_said_when_its_field_is_left(
    book: Book, name: str, field: str, typed: str, fault: str
) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, name, "Nothing has changed yet")
        await typed_into(pilot, field, typed)
        await until(pilot, fault, "Not right yet", "  Update  ")
        await pilot.press("ctrl+s")
        await until_true(pilot, lambda: app.notice is not None and app.notice.error)
        assert len(app.screen_stack) == 2


@pytest.mark.parametrize("name", ["shop_settings", "loyalty_settings", "mail_settings"])
async def test_a_page_that_cannot_be_read_says_why_and_closes(
    book: Book, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_page: object, _book: Book) -> None:
        raise BookError("The book cannot be read.")

    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        monkeypatch.setattr(type(app.build_screen(name)), "read", unreadable)
        app.open_screen(name)
        await until(pilot, "! The book cannot be read.", "Find")
        await until_first_page(pilot)


@pytest.mark.parametrize("name", ["shop_settings", "loyalty_settings", "mail_settings"])
async def test_leaving_asks_once_something_has_changed(book: Book, name: str) -> None:
    app = RegularsApp(book)
    field = {"shop_settings": "node", "loyalty_settings": "minimum", "mail_settings": "port"}[name]
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, name, "Nothing has changed yet")
        await typed_into(pilot, field, "7")
        await pilot.press("escape")
        await until(pilot, "Leave without saving?")
        await pilot.press("enter")
        await until_true(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("escape")
        await until(pilot, "Leave without saving?")
        await pilot.press("left", "enter")
        await until_first_page(pilot)
    assert shop.of(book).node == 1
    assert outbox.server(book).port == 587


async def test_the_programme_is_chosen_and_its_example_is_computed(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "loyalty_settings", "Head office gives the points for receipts; this book gives none.")
        await pilot.press("tab", "right")
        await typed_into(pilot, "visit_points", "1")
        await typed_into(pilot, "amount_points", "1")
        await typed_into(pilot, "per_amount", "10")
        await typed_into(pilot, "point_value", "0.05")
        await until(pilot, "For each Amount of* 10            USD", "Points for a Visit* 1             stars")
        assert "A customer who spends" not in screen_text(app)
        app.screen.query_one("#field-awards").focus()
        await pilot.press("t")
        await until(pilot, "A customer who spends $25.00 gets 3 stars, worth $0.15.")
        await pilot.press("tab", "end", "enter", *"Snow", "ctrl+s")
        await until_first_page(pilot)
        await until(pilot, SAVED)
    kept = programme.of(book)
    assert (kept.currency, kept.visit_points, kept.amount_points) == ("Stars", 1, 1)
    assert (str(kept.per_amount), str(kept.point_value), kept.awards) == ("10", "0.05", Awards.BOOK)
    assert "Snow" in " ".join(kept.reasons)


async def test_amounts_are_typed_and_shown_as_the_shop_writes_them(book: Book) -> None:
    settings.put(book, "locale", "de_DE")
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "loyalty_settings", "Nothing has changed yet")
        await typed_into(pilot, "per_amount", "1,5")
        await typed_into(pilot, "point_value", "much")
        await until(pilot, "! an amount such as 10 or 0,05")
        await typed_into(pilot, "point_value", "0.05")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
        kept = programme.of(book)
        assert (str(kept.per_amount), str(kept.point_value)) == ("1.5", "0.05")
        await opened(pilot, "loyalty_settings", "For each Amount of* 1,5", "Value of a Point* 0,05")
        await pilot.press("escape")
        await opened(pilot, "settings", "1 point is worth 0,05 USD")


async def test_a_reason_that_stands_twice_is_refused(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "loyalty_settings", "Welcome")
        app.screen.query_one("#field-reasons").focus()
        await pilot.press("end", "enter", *"welcome", "tab")
        await until(pilot, "stands there twice")


async def test_a_programme_that_is_off_says_so(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "loyalty_settings", "[x] On")
        await pilot.press("space", "ctrl+s")
        await until_first_page(pilot)
        await opened(pilot, "settings", "Loyalty    Off")
    assert not programme.of(book).on


async def test_another_security_brings_its_port_but_not_over_ones_own(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "mail_settings", "587")
        await pilot.press("tab", "t")
        await until(pilot, "465")
        await pilot.press("n")
        await until(pilot, "Port* 25")
        await typed_into(pilot, "port", "2525")
        app.screen.query_one("#field-security").focus()
        await pilot.press("s")
        await until(pilot, "(•) STARTTLS", "2525")


async def test_a_password_is_kept_changed_and_removed_and_never_seen(book: Book) -> None:
    outbox.choose_server(book, SERVER)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        assert SECRET not in await opened(pilot, "mail_settings", "One is kept.")
        await typed_into(pilot, "port", "588")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
        assert outbox.server(book).password == SECRET
        await opened(pilot, "mail_settings", "One is kept.")
        await typed_into(pilot, "password", "newsecret")
        assert "newsecret" not in screen_text(app)
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
        assert outbox.server(book).password == "newsecret"
        await opened(pilot, "mail_settings", "One is kept.")
        await typed_into(pilot, "user", "")
        app.screen.query_one("#field-forget").focus()
        await pilot.press("space")
        await until(pilot, "It will be removed.")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
    assert outbox.server(book).password == ""


async def test_a_password_that_is_kept_is_not_for_another_server(book: Book) -> None:
    outbox.choose_server(book, SERVER)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "mail_settings", "One is kept.")
        await typed_into(pilot, "host", "mail.example.org")
        await pilot.press("ctrl+s")
        await until(pilot, "! required with a user")
        assert outbox.server(book) == SERVER
        await typed_into(pilot, "password", "newsecret")
        await pilot.press("ctrl+s")
        await until_first_page(pilot)
    now = outbox.server(book)
    assert (now.host, now.password) == ("mail.example.org", "newsecret")


@pytest.mark.parametrize(
    ("error", "said"), [(None, "Sent. See whether it arrives."), (MailError("No answer."), "Not sent: No answer.")]
)
async def test_the_test_mail_says_how_it_went(
    book: Book, monkeypatch: pytest.MonkeyPatch, error: MailError | None, said: str
) -> None:
    outbox.choose_server(book, SERVER)
    asked: list[tuple[MailServer, str]] = []

    def tried(server: MailServer, recipient: str) -> None:
        asked.append((server, recipient))
        if error is not None:
            raise error

    monkeypatch.setattr(outbox, "test_server", tried)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "mail_settings", "One is kept.")
        await typed_into(pilot, "recipient", "")
        await pilot.press("ctrl+a")
        await until(pilot, "! required")
        await pilot.press(*"me@example.com", "ctrl+a")
        await until(pilot, said, "Nothing has changed yet")
    assert asked == [(SERVER, "me@example.com")]


async def test_the_test_mail_goes_to_the_sender_unless_another_is_typed(book: Book) -> None:
    outbox.choose_server(book, SERVER)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "mail_settings", "Test Mail to  shop@example.com")
        await typed_into(pilot, "sender", "till@example.com")
        await until(pilot, "Test Mail to  till@example.com")
        await typed_into(pilot, "recipient", "me@example.com")
        await typed_into(pilot, "sender", "shop@example.com")
        await until(pilot, "Sender Address  shop@example.com", "Test Mail to  me@example.com")


async def test_the_banner_about_a_fault_ends_when_it_is_mended(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "mail_settings", "Nothing has changed yet")
        await typed_into(pilot, "port", "70000")
        await pilot.press("ctrl+s")
        await until(pilot, "! Port: a number from 1 to 65535")
        await pilot.press("backspace")
        await until_true(pilot, lambda: app.notice is None)
        await until(pilot, "Mail Settings")


async def test_the_banner_about_a_fault_ends_when_the_page_is_left(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "settings", "No mail server yet")
        await opened(pilot, "mail_settings", "Nothing has changed yet")
        await typed_into(pilot, "sender", "nobody")
        await pilot.press("ctrl+s")
        await until(pilot, "! Sender Address: not a valid e-mail address")
        await pilot.press("escape")
        await until(pilot, "Leave without saving?")
        await pilot.press("left", "enter")
        await until(pilot, "No mail server yet", "Regulars · Settings")
        assert app.notice is None


async def test_the_overview_follows_the_outbox(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MailDesk, "look", lambda _: None)
    add_mail(book, add_receipt(book))
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "settings", "1 waiting, 0 sent")
        book.execute("UPDATE outbox_mail SET state = 'sent'")
        desk = mail_desk(app)
        desk.changed.publish(desk)
        await until(pilot, "0 waiting, 1 sent")


async def test_the_usual_port_is_that_of_the_security(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "mail_settings", "587")
        await typed_into(pilot, "port", "70000")
        await until(pilot, "587 is usual")
        app.screen.query_one("#field-security").focus()
        await pilot.press("n")
        await until(pilot, "25 is usual")


async def test_a_server_that_stalls_is_left_behind(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox.choose_server(book, SERVER)
    end = threading.Event()
    monkeypatch.setattr(outbox, "test_server", lambda *_: end.wait())
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        try:
            await opened(pilot, "mail_settings", "One is kept.")
            await pilot.press("ctrl+a")
            await until(pilot, "Connecting...")
            await pilot.press("escape")
            await until_first_page(pilot)
        finally:
            end.set()


async def test_stores_are_added_changed_and_removed(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "store_settings", "Downtown", "Harbour")
        await pilot.press("f2")
        await until(pilot, "Add a store")
        await pilot.press(*"Airport", "enter", *"A1", "enter")
        await until(pilot, "Airport", "A1", SAVED)
        await pilot.press("f4")
        await until(pilot, "Change the store")
        await pilot.press(*"Port", "ctrl+s")
        await until_true(pilot, lambda: "Airport" not in screen_text(app) and "Port" in screen_text(app))
        await pilot.press("delete")
        await until(pilot, "Remove Port?")
        await pilot.press("left", "enter")
        await until_true(pilot, lambda: len(stores.all_stores(book)) == 2)
        await pilot.press("home", "delete")
        await until(pilot, "Remove Downtown?")
        await pilot.press("left", "enter")
        await until(pilot, "belong to Downtown")


async def test_a_store_is_not_added_twice(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "store_settings", "Downtown")
        await pilot.press("f2")
        await until(pilot, "Add a store")
        await pilot.press(*"harbour", "ctrl+s")
        await until(pilot, "! Another store has this name.")
    assert len(stores.all_stores(book)) == 2


async def test_the_outbox_says_why_and_tries_again(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    add_mail(book, add_receipt(book), state="failed", error="No such mailbox.")
    nudged: list[str] = []
    monkeypatch.setattr(MailDesk, "look", lambda _: None)
    monkeypatch.setattr(MailDesk, "nudge", lambda _: nudged.append("nudge"))
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "outbox", "0 waiting, 0 sent, 1 failed.", "3-1001", "ann@example.com", "No such mailbox.")
        await pilot.press("ctrl+a")
        await until(pilot, "1 to be sent now.", "1 waiting, 0 sent, 0 failed.")
        assert outbox.counts(book)[MailState.FAILED] == 0
        assert nudged == ["nudge"]
        await pilot.press("enter")
        await until(pilot, "Receipt Number")


@pytest.fixture
def _one_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TERMINAL, "colors", "truecolor")
    monkeypatch.setattr(TERMINAL, "charset", "utf-8")
    monkeypatch.setattr(TERMINAL, "dark", True)


@pytest.mark.usefixtures("_one_terminal")
@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
@pytest.mark.parametrize("name", ["settings", "shop_settings", "store_settings", "loyalty_settings", "mail_settings"])
def test_the_settings_look_as_they_should(
    book: Book, snap_compare: Callable[..., bool], size: tuple[int, int], name: str
) -> None:
    outbox.choose_server(book, SERVER)
    for setting, value in (("time_zone", "America/New_York"), ("locale", "en_US"), ("shop_name", "Bella Vita")):
        settings.put(book, setting, value)
    app = RegularsApp(book)
    app.theme = theme_for(TERMINAL).name

    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, name, "Esc Back")
        await pilot.app.workers.wait_for_complete()
        if name == "shop_settings":
            await until(pilot, "US Dollar")
            await until(pilot, "English (United States)")

    assert snap_compare(app, terminal_size=size, run_before=run)
