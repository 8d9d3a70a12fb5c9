"""One receipt on the screen: what it says, how it is walked, its PDFs and its mails."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from store import customers, outbox, settings
from store.errors import TicketError
from tests.tui.conftest import screen_lines, screen_text
from tests.tui.form_bench import Root
from tests.tui.receipts_filled import ITEMS, PAYMENTS, add_mail, add_receipt
from tests.tui.waiting import until, until_first_page, until_true
from tui import gate
from tui.app import RegularsApp
from tui.screens import receipt as receipt_screen
from tui.terminal import ASCII, TERMINAL
from tui.theme import theme_for
from tui.widgets.receipt_sections import ReceiptSections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.pilot import Pilot

    from store.database import Book
    from store.errors import StoreError

SIZE = (80, 24)
SIZES = ((80, 24), (132, 43))


class Desk:
    """A mail desk that only counts."""

    def __init__(self) -> None:
        self.nudged = 0
        self.changed = SimpleNamespace(subscribe=lambda *_: None)

    def nudge(self) -> None:
        self.nudged += 1


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """No mail leaves a test."""
    desk = Desk()
    monkeypatch.setattr(receipt_screen, "mail_desk", lambda _app: desk)
    monkeypatch.setattr(receipt_screen, "LOOK_SECONDS", 0.05)
    return desk


async def opened(pilot: Pilot[None], receipt_id: int, number: str = "3-1001") -> str:
    """Open a receipt on top of the list."""
    assert isinstance(pilot.app, RegularsApp)
    pilot.app.open_screen("receipt", receipt_id=receipt_id)
    return await until(pilot, f"Receipt {number}", "Receipt Number")


async def test_the_whole_receipt_as_the_manual_has_it(book: Book) -> None:
    settings.put(book, "time_zone", "UTC")
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=(80, 40)) as pilot:
        text = await opened(pilot, receipt_id)
    for line in (
        " Receipt Number  3-1001 ", " Customer        Ann Baker ", " Date            22-11-2026 09:30 AM ",
        " Service Type    Retail ", " Employee        Kim ", " Gratuity ", " Discount ", " CC Service Charge ",
        " Online Order Service Charge ", " Total Tip ", " Cash Discount ", " Item Service Charge ", " $103.49 ",
        " Order ", " Sub Total ", " Tax ", " Tax Total ", " Payment ", " 850228  T6226A0CFAB ",
    ):  # fmt: skip
        assert line in text
    lines = [line.split() for line in text.splitlines()]
    assert ["Linen", "shirt", "39.00", "2", "78.00"] in lines
    assert ["Loose", "tea,", "Earl", "Grey", "40.00", "0.485", "19.40"] in lines
    assert ["State", "tax", "6.25", "6.09"] in lines
    assert ["Sub", "Total", "97.40"] in lines
    assert ["Tax", "Total", "6.09"] in lines
    assert ["1", "CC", "0.00", "50.00", "Success", "850228", "T6226A0CFAB", "F8", "PDF"] in lines
    assert ["2", "Cash", "0.00", "53.49", "Success", "-", "-", "F8", "PDF"] in lines
    assert "!" not in text


async def test_amounts_end_in_one_column(book: Book) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=(80, 40)) as pilot:
        await opened(pilot, receipt_id)
        ends = {
            len(line.rstrip())
            for line in screen_lines(app)
            if any(line.startswith(name) for name in (" Linen", " Loose", " Sub Total", " State", " Tax Total"))
        }
        assert len(ends) == 1


@pytest.mark.parametrize("key", ["escape", "left"])
async def test_escape_and_left_go_back(book: Book, key: str) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        await pilot.press(key)
        await until_first_page(pilot)


async def test_what_does_not_add_up_is_said_first_in_more_than_colour(book: Book) -> None:
    receipt_id = add_receipt(book, total=10350)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        lines = screen_lines(app)
        assert lines[1].startswith(" ! Items, taxes and charges less the discounts make $103.49, but the total")
        assert lines[2].startswith("   says $103.50.")
        assert any(line.startswith(" ! The payments that count make $103.49") for line in lines)


async def test_every_line_of_a_long_receipt_is_reached(book: Book) -> None:
    items = [(f"Item {number:03}", 100, 1000, 100) for number in range(300)]
    receipt_id = add_receipt(book, items=items)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        seen = set((await opened(pilot, receipt_id)).splitlines())
        assert "Below: Order, Tax, Payment" in screen_text(app)
        sections = app.screen.query_one(ReceiptSections)
        last = -1
        while sections.cursor != last:
            last = sections.cursor or 0
            await pilot.press("pagedown")
            seen |= set(screen_lines(app))
        assert {f"Item {number:03}" for number in range(300)} <= {line[1:9] for line in seen}
        assert "Below:" not in screen_text(app)
        await until(pilot, "T6226A0CFAB")
        await pilot.press("home")
        await until(pilot, "Receipt Number")
        for _ in range(30):
            await pilot.press("down")
        await until(pilot, "Item 017")


async def test_section_goes_round(book: Book) -> None:
    payments = ((1, "CC", 0, 146709, "Success", "850228", "T6226A0CFAB"),)
    receipt_id = add_receipt(book, items=ITEMS * 15, total=146709, payments=payments)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        sections = app.screen.query_one(ReceiptSections)
        await pilot.press("ctrl+k")
        await until_true(pilot, lambda: screen_lines(app)[1].startswith(" Order"))
        first = sections.cursor
        await pilot.press("ctrl+k")
        await until(pilot, "State tax", "T6226A0CFAB")
        await pilot.press("ctrl+k")
        await until_true(pilot, lambda: sections.payment == 1)
        await pilot.press("ctrl+k")
        await until(pilot, "Receipt Number")
        assert sections.cursor is not None
        assert first is not None
        assert sections.cursor < first


async def test_long_names_wrap_and_what_never_ends_is_cut(book: Book) -> None:
    items = [("Hand-knitted jumper of organic merino wool " * 3, 100, 1000, 100), ("x" * 5000, 200, 1000, 200)]
    receipt_id = add_receipt(book, items=items, total=909)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        await pilot.press("ctrl+k")
        lines = screen_lines(app)
        at = next(number for number, line in enumerate(lines) if "Hand-knitted" in line)
        assert lines[at].split()[-3:] == ["1.00", "1", "1.00"]
        assert "merino wool" in lines[at + 1] + lines[at + 2]
        assert sum("xxx" in line for line in lines) == 4
        assert any("x…" in line for line in lines)


async def test_summary_stands_beside_the_rest_where_there_is_room(book: Book) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=(132, 43)) as pilot:
        await opened(pilot, receipt_id)
        line = screen_lines(app)[1]
        assert line.startswith(" Summary")
        assert " Order" in line
        await pilot.resize_terminal(80, 24)
        await until(pilot, "Below: Payment")
        assert screen_lines(app)[1].strip() == "Summary"


@pytest.mark.parametrize("size", SIZES)
async def test_a_receipt_of_nobody_with_nothing_in_it(book: Book, size: tuple[int, int]) -> None:
    receipt_id = add_receipt(book, customer=None, items=(), taxes=(), payments=(), texts=("", ""))
    app = RegularsApp(book)
    async with app.run_test(size=size) as pilot:
        text = await opened(pilot, receipt_id)
        assert "No customer known" in text
        await pilot.press("end", "enter", "pageup", "ctrl+k", "down")
        await pilot.press("f8")
        await until(pilot, "Save the receipt", "receipt-3-1001.pdf")


async def test_an_inactive_customers_receipt(book: Book) -> None:
    customers.inactivate(book, 2, customers.get(book, 2).version)
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        assert "Ann Baker" in await opened(pilot, receipt_id)


async def test_a_receipt_that_is_gone_is_said_to_be(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("receipt", receipt_id=4711)
        await until(pilot, "! This receipt is no longer in the book.", "Find")
        await until_first_page(pilot)


async def test_a_voided_payment_says_so(book: Book) -> None:
    payments = ((1, "CC", 0, 10349, "Voided", "1", "T1"), (2, "Cash", 0, 10349, "Success", "", ""))
    receipt_id = add_receipt(book, payments=payments)
    app = RegularsApp(book)
    async with app.run_test(size=(80, 40)) as pilot:
        assert "Voided" in await opened(pilot, receipt_id)


async def test_ascii_says_the_same(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TERMINAL, "charset", ASCII)
    monkeypatch.setattr(TERMINAL, "speaks", {})
    gate.forget_terminal()
    receipt_id = add_receipt(book, customer=1, items=[("Crème brûlée", 100, 1000, 100)], total=709)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        text = await opened(pilot, receipt_id)
        assert "Jose Garcia" in text
        assert "Creme brulee" in text
        assert text.isascii()
    gate.forget_terminal()


# -- mails


async def test_the_mail_is_followed_from_queued_to_sent(book: Book) -> None:
    receipt_id = add_receipt(book)
    mail_id = add_mail(book, receipt_id)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        text = await opened(pilot, receipt_id)
        assert "Queued for ann@example.com, 22-11-2026" in text
        await pilot.press("end")
        book.execute(
            "UPDATE outbox_mail SET state = 'sent', next_attempt_at = NULL, sent_at = '2026-11-22T11:00:00Z' WHERE id = ?",
            (mail_id,),
        )
        await until(pilot, "Sent to ann@example.com, 22-11-2026")
        await pilot.press("home")
        assert "Sent to ann@example.com" in screen_lines(app)[1]


async def test_a_mail_that_waits_says_why_and_until_when(book: Book) -> None:
    receipt_id = add_receipt(book)
    add_mail(book, receipt_id, error="The mail server does not answer.")
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        await until(pilot, "The mail server does not", "answer. Next try, 22-11-2026 ")


async def test_a_mail_that_failed_can_be_sent_again(book: Book, desk: Desk) -> None:
    receipt_id = add_receipt(book)
    mail_id = add_mail(book, receipt_id, recipient="bob@example.org", state="failed", error="No such mailbox.")
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        await until(pilot, "! Not sent to bob@example.org: No such mailbox.", "^A Send again")
        await pilot.press("ctrl+a")
        await until(pilot, "[ Send again ]", "bob@example.org")
        await pilot.press("enter")
        await until(pilot, "Receipt queued for bob@example.org.")
        await until(pilot, "Queued for bob@example.org,")
    assert [(mail.id, mail.state.value) for mail in outbox.of_receipt(book, receipt_id)] == [(mail_id, "queued")]
    assert desk.nudged == 1


async def test_looking_ends_with_the_last_mail_that_waits(book: Book) -> None:
    receipt_id = add_receipt(book)
    add_mail(book, receipt_id, state="sent")
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        looking = app.screen._looking  # type: ignore[attr-defined]  # the receipt's timer
        assert not looking._active.is_set()


# -- PDFs


class Job:
    """A ticket job that does as the test wants."""

    made: list[Job]
    says: list[Path | StoreError]

    def __init__(
        self, book_path: Path, receipt_id: int, payment_number: int | None, target: Path, *, force: bool = False
    ) -> None:
        self.asked = (receipt_id, payment_number, target, force)
        Job.made.append(self)

    def start(self) -> None:
        pass

    def poll(self) -> list[Path | StoreError]:
        said, Job.says = Job.says, []
        return said


@pytest.fixture
def home() -> Path:
    """Where a PDF goes when nothing else is said."""
    return Path(os.environ["HOME"])


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> type[Job]:
    Job.made, Job.says = [], []
    monkeypatch.setattr("store.ticket_job.TicketJob", Job)
    return Job


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What went to the clipboard."""
    texts: list[str] = []
    monkeypatch.setattr(RegularsApp, "copy_to_clipboard", lambda _app, text: texts.append(text))
    return texts


async def test_f8_asks_which_and_the_real_thing_is_a_pdf(book: Book, home: Path, copied: list[str]) -> None:
    receipt_id = add_receipt(book)
    target = home / "receipt-3-1001.pdf"
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        await pilot.press("f8")
        await until(
            pilot, "The whole receipt", "Ticket of payment 1: CC $50.00 Success", "Ticket of payment 2: Cash $53.49"
        )
        await pilot.press("enter")
        await until(pilot, "Save the receipt", "receipt-3-1001.pdf")
        await pilot.press("ctrl+s")
        await until(pilot, "PDF saved, path copied: ~/receipt-3-1001.pdf")
    assert target.read_bytes().startswith(b"%PDF-")
    assert copied == [str(target)]


@pytest.mark.parametrize("key", ["enter", "f8"])
async def test_a_payment_under_the_cursor_gives_its_ticket(book: Book, key: str, job: type[Job], home: Path) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        assert "Enter Ticket" not in screen_text(app)
        await pilot.press("end")
        await until(pilot, "Enter Ticket")
        await pilot.press(key)
        await until(pilot, "Save the ticket of payment 2", "ticket-3-1001-2.pdf")
        await pilot.press("ctrl+s")
        await until(pilot, "The PDF is being made.")
    assert job.made[0].asked == (receipt_id, 2, home / "ticket-3-1001-2.pdf", True)


async def test_the_receipt_can_be_used_and_left_while_a_pdf_is_made(
    book: Book, job: type[Job], copied: list[str]
) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        await pilot.press("end", "enter")
        await until(pilot, "Save as")
        await pilot.press("ctrl+s")
        await until(pilot, "The PDF is being made.")
        await pilot.press("enter", "f8")
        assert len(app.screen_stack) == 2, "one PDF at a time"
        await pilot.press("home", "escape")
        await until_first_page(pilot)
        job.says = [Path("/shop/a\nb [bold].pdf")]
        await until(pilot, "PDF saved, path copied:", "[bold].pdf")
    assert copied == ["/shop/a␊b [bold].pdf"]


async def test_a_fault_is_a_sentence_and_the_next_try_is_open(book: Book, job: type[Job]) -> None:
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        job.says = [TicketError("There is no room left.")]
        await pilot.press("end", "enter")
        await until(pilot, "Save as")
        await pilot.press("ctrl+s")
        await until(pilot, "! There is no room left.")
        await pilot.press("f8")
        await until(pilot, "Save as")


async def test_a_file_that_is_there_is_only_replaced_when_agreed(book: Book, home: Path) -> None:
    receipt_id = add_receipt(book)
    target = home / "ticket-3-1001-2.pdf"
    target.write_text("mine")
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        await pilot.press("end", "f8")
        await until(pilot, "Save as")
        await pilot.press("ctrl+s")
        await until(pilot, "Replace the file?", target.name)
        await pilot.press("escape")
        await until_true(pilot, lambda: "Replace the file?" not in screen_text(app))
        assert target.read_text() == "mine"
        await pilot.press("ctrl+s")
        await until(pilot, "Replace the file?")
        await pilot.press("left", "enter")
        await until(pilot, "PDF saved")
    assert target.read_bytes().startswith(b"%PDF-")


async def test_an_old_terminal_is_not_said_to_have_copied(
    book: Book, job: type[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TERMINAL, "old", True)
    receipt_id = add_receipt(book)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, receipt_id)
        job.says = [tmp_path / "x.pdf"]
        await pilot.press("end", "f8")
        await until(pilot, "Save as")
        await pilot.press("ctrl+s")
        await until(pilot, "PDF saved: ")


# -- looks


def _snapped(book: Book, receipt_id: int, *keys: str) -> tuple[RegularsApp, Callable[[Pilot[None]], object]]:
    app = RegularsApp(book)
    app.get_default_screen = Root  # type: ignore[method-assign]  # another first page
    app.theme = theme_for(TERMINAL).name

    async def run(pilot: Pilot[None]) -> None:
        app.open_screen("receipt", receipt_id=receipt_id)
        await until(pilot, "Receipt Number")
        for key in keys:
            await pilot.press(key)
            await until_true(pilot, lambda: app._turns._is_quiet)
        await pilot.pause(0.1)

    return app, run


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("mail", "keys"),
    [
        pytest.param(None, (), id="receipt"),
        pytest.param("sent", ("ctrl+k", "ctrl+k", "ctrl+k", "down"), id="payment"),
        pytest.param("failed", ("ctrl+a",), id="send-again"),
    ],
)
def test_the_receipt_looks_as_it_should(
    book: Book,
    snap_compare: Callable[..., bool],
    size: tuple[int, int],
    mail: str | None,
    keys: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"colors": "truecolor", "charset": "utf-8", "dark": True}.items():
        monkeypatch.setattr(TERMINAL, name, value)
    settings.put(book, "time_zone", "UTC")
    receipt_id = add_receipt(
        book,
        total=10350 if mail else 10349,
        items=(*ITEMS, ("漢字のお茶 " * 12, 0, 1000, 0)),
        payments=(*PAYMENTS, (3, "Gift card", 0, 500, "Voided", "", "")),
    )
    if mail:
        add_mail(book, receipt_id, state=mail, error="The address does not exist." if mail == "failed" else "")
    app, run = _snapped(book, receipt_id, *keys)
    assert snap_compare(app, terminal_size=size, run_before=run)
