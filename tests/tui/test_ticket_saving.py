"""What can be saved of a receipt, and how its place is said."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from store import currency, receipts, ticket
from store.errors import TicketError
from tests.tui.conftest import screen_lines
from tests.tui.receipts_filled import add_receipt
from tests.tui.waiting import until
from tui.app import RegularsApp
from tui.receipt_lines import piece
from tui.ticket_saving import WHOLE, TicketSaving, choices
from tui.wrapped_tables import Column, WrappedTable, wrapped

if TYPE_CHECKING:
    from store.database import Book

ODD = Path("/tmp") / ("very long folder " * 40) / "half \udcff\x1b]52;c;eA==\x07\nrm.pdf"  # never touched


def test_the_whole_receipt_comes_first_then_each_payment(book: Book) -> None:
    receipt = receipts.get(book, add_receipt(book))
    assert choices(receipt, currency.of(book).show) == [
        (WHOLE, "The whole receipt"),
        ("1", "Ticket of payment 1: CC $50.00 Success"),
        ("2", "Ticket of payment 2: Cash $53.49 Success"),
    ]


async def test_a_path_that_is_long_and_odd_is_said_and_copied_without_harm(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    app = RegularsApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        monkeypatch.setattr(RegularsApp, "copy_to_clipboard", lambda _app, text: sent.append(text))
        saving = TicketSaving(app, lambda: None)
        saving._done(ODD)
        await until(pilot, "PDF saved, path copied:", "rm.pdf")
        assert "Find" in "\n".join(screen_lines(app)[:4])
    assert sent[0].endswith("rm.pdf")
    assert sent[0].isprintable()
    sent[0].encode("utf-8")


async def test_a_job_that_cannot_begin_is_a_sentence(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_process(_job: object) -> None:
        raise TicketError("The PDF could not be started: no more processes.")

    monkeypatch.setattr("store.ticket_job.TicketJob.start", no_process)
    told: list[bool] = []
    app = RegularsApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        saving = TicketSaving(app, lambda: told.append(saving.under_way))
        saving._make(1, None, Path("/nowhere/x.pdf"))
        await until(pilot, "! The PDF could not be started: no more processes.")
        assert not saving.under_way
    assert not told


async def test_a_place_that_failed_is_proposed_again_for_the_same_ticket(
    book: Book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("store.ticket_job.TicketJob.start", lambda _job: None)
    monkeypatch.setattr("store.ticket_job.TicketJob.poll", lambda _job: [TicketError("Nothing can be written in /x.")])
    receipt = receipts.get(book, add_receipt(book))
    app = RegularsApp(book)
    async with app.run_test(size=(132, 24)) as pilot:
        saving = TicketSaving(app, lambda: None)
        saving._make(receipt.id, 1, tmp_path / "mine.pdf")
        await until(pilot, "! Nothing can be written in /x.")
        saving.choose_place(receipt, 1)
        await until(pilot, "Save as mine.pdf", f"Folder  {tmp_path}")
        await pilot.press("escape")
        saving.choose_place(receipt, None)
        await until(pilot, f"Save as {ticket.file_name(receipt.number)}")


@pytest.mark.parametrize(
    ("number", "locale", "shown"),
    [("0.485", "en_US", "0.485"), ("2", "en_US", "2"), ("100", "en_US", "100"), ("0.485", "de_DE", "0,485")],
)
def test_quantities_have_the_shops_mark_and_no_idle_zeros(number: str, locale: str, shown: str) -> None:
    assert piece(Decimal(number), currency.Currency("EUR", 2, locale)) == shown


def test_the_widest_text_gives_way_first_and_numbers_never() -> None:
    columns = (Column("Item", grows=True), Column("Type"), Column("Amount", number=True))
    table = WrappedTable(columns, [("word " * 30, "Short", "1234567890.00")], 40)
    lines = table.lines(("word " * 30, "Short", "1234567890.00"))
    assert {len(line) for line in lines} == {40}
    assert lines[0].endswith("Short  1234567890.00") or lines[0].endswith("Short 1234567890.00")
    assert len(lines) == 4


def test_wide_letters_wrap_by_their_cells() -> None:
    assert all(len(line) <= 5 for line in wrapped("漢" * 12, 10))
