"""The points ledger on the screen: every entry, what each made of the balance, and reversing one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from store import customers, loyalty, programme, settings
from store.database import open_book
from store.records import Actor
from tests.tui.conftest import screen_lines, screen_text
from tests.tui.test_loyalty_dialog import adjust_elsewhere
from tests.tui.waiting import until, until_true
from tui import gate
from tui.app import RegularsApp
from tui.screens.ledger import LedgerScreen
from tui.terminal import ASCII, TERMINAL
from tui.widgets.ledger_table import LedgerTable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from textual.pilot import Pilot

    from store.database import Book

JOSE, ANN = 1, 2
BEGIN = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


def fill(book: Book, points: Iterable[int], reason: str = "Gift") -> None:
    """Give José entries, a day between them, from 1 October 2026 on."""
    settings.put(book, "time_zone", "UTC")
    with book.write():
        for at, amount in enumerate(points):
            moment = (BEGIN + timedelta(days=at)).strftime("%Y-%m-%dT%H:%M:%SZ")
            loyalty.enter(book, JOSE, amount, f"{reason} {at + 1}", at=moment)


@pytest.fixture
def jose(empty_book: Book) -> Book:
    """A book of José, who has no entries, and of Ann, who is not in the programme."""
    customers.create(
        empty_book, {"first_name": "José", "last_name": "García", "email": "j@example.com", "loyalty": True}
    )
    customers.create(empty_book, {"first_name": "Ann", "last_name": "Baker", "email": "ann@example.com"})
    return empty_book


@pytest.fixture
async def pilot(jose: Book) -> AsyncIterator[Pilot[None]]:
    async with RegularsApp(jose).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        yield pilot


async def open_ledger(pilot: Pilot[None], customer_id: int = JOSE) -> list[int | None]:
    """Open the ledger; what it dismisses with comes into the list."""
    app, results = pilot.app, list[int | None]()
    assert isinstance(app, RegularsApp)
    app.open_screen("ledger", results.append, customer_id=customer_id)
    await until_true(pilot, lambda: isinstance(app.screen, LedgerScreen))
    await until(pilot, "Balance")
    return results


def entries(pilot: Pilot[None]) -> list[str]:
    """The entries on the screen, from above."""
    table = pilot.app.screen.query_one(LedgerTable).region
    return [line.rstrip() for line in screen_lines(pilot.app)[table.y : table.bottom] if line.strip()]


async def test_twenty_entries_stand_newest_first_with_the_balance_after_each(jose: Book, pilot: Pilot[None]) -> None:
    fill(jose, [100, *[-5] * 19])
    await open_ledger(pilot)
    text = await until(pilot, "Points · José García", "Balance 5 points", "20 entries", "Gift 20")
    assert "Date" in text
    assert "Balance" in text
    first, second, *_ = entries(pilot)
    assert first.split() == ["20-Oct-2026", "-5", "5", "Gift", "20", "Kim", "Till", "1"]
    assert second.split() == ["19-Oct-2026", "-5", "10", "Gift", "19", "Kim", "Till", "1"]
    await pilot.press("end")
    await until(pilot, "01-Oct-2026 09:30   +100 points, balance 100   Kim at Till 1")
    assert entries(pilot)[-1].split() == ["01-Oct-2026", "+100", "100", "Gift", "1", "Kim", "Till", "1"]


async def test_numbers_stand_under_each_other_at_their_right_end(jose: Book, pilot: Pilot[None]) -> None:
    fill(jose, [7, 12345, -2])
    await open_ledger(pilot)
    await until(pilot, "+12,345")
    newest, middle, oldest = (line[len(" 01-Oct-2026") :] for line in entries(pilot))
    assert newest.index("-2") + 2 == middle.index("+12,345") + 7 == oldest.index("+7") + 2


async def test_an_empty_ledger_says_so_and_how_to_begin(pilot: Pilot[None]) -> None:
    await open_ledger(pilot)
    await until(pilot, "No entries yet", "F6", "0 entries")
    await pilot.press("delete", "down", "end", "enter")
    assert isinstance(pilot.app.screen, LedgerScreen), "there is nothing to reverse"


async def test_the_empty_ledger_of_somebody_outside_the_programme_says_so(jose: Book, pilot: Pilot[None]) -> None:
    await open_ledger(pilot, ANN)
    text = await until(pilot, "No entries: the customer is not in the loyalty programme. F6 enrolls them.")
    assert "gives the first" not in text


async def test_points_are_called_as_the_programme_calls_them(jose: Book, pilot: Pilot[None]) -> None:
    programme.choose(jose, replace(programme.of(jose), currency="Stars"))
    fill(jose, [100])
    await open_ledger(pilot)
    text = await until(pilot, "Stars · José García", "+100")
    assert "    Stars    Balance" in text
    assert "Points  " not in text


async def test_ten_thousand_entries_scroll_and_only_what_is_seen_is_read(
    jose: Book, pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(jose, [1] * 10_000)
    read, asked = loyalty.lines, list[int]()

    def counted(book: Book, customer_id: int, *, offset: int, limit: int) -> object:
        asked.append(limit)
        return read(book, customer_id, offset=offset, limit=limit)

    monkeypatch.setattr(loyalty, "lines", counted)
    await open_ledger(pilot)
    await until(pilot, "10,000 entries", "Gift 10000")
    await pilot.press("end")
    await until(pilot, "+1 point, balance 1 ")
    assert entries(pilot)[-1].split()[:5] == ["01-Oct-2026", "+1", "1", "Gift", "1"]
    await pilot.press("pageup", "pageup", "home", "pagedown")
    await until(pilot, "Gift 9990")
    assert sum(asked) < 1000, asked


async def test_del_reverses_the_entry_after_asking(jose: Book, pilot: Pilot[None]) -> None:
    fill(jose, [100, 50, 7])
    results = await open_ledger(pilot)
    await until(pilot, "Balance 157 points", "Del Reverse", "F6 Adjust")
    await pilot.press("down", "delete")
    text = " ".join((await until(pilot, "Reverse this entry?", "[ Reverse ]")).split())
    assert "+50 points, balance 150" in text
    assert "Both entries stay in the ledger: 157 -50 = 107 points." in text
    await pilot.press("left", "enter")
    await until(pilot, "Entry reversed. The balance is 107 points.", "Balance 107 points", "4 entries")
    reversal, newest, taken_back, oldest = entries(pilot)
    assert "Reversal of Gift 2" in reversal
    assert reversal.split()[1:3] == ["-50", "107"]
    assert "reversed: Gift 2" in taken_back
    assert "revers" not in newest + oldest
    assert customers.get(jose, JOSE).points == 107
    await pilot.press("escape")
    await until_true(pilot, lambda: results == [JOSE])


async def test_reversing_begins_on_cancel(jose: Book, pilot: Pilot[None]) -> None:
    fill(jose, [100])
    await open_ledger(pilot)
    await until(pilot, "1 entry")
    await pilot.press("delete")
    await until(pilot, "Reverse this entry?")
    await pilot.press("enter")
    await until_true(pilot, lambda: isinstance(pilot.app.screen, LedgerScreen))
    assert customers.get(jose, JOSE).points == 100


async def test_an_entry_that_was_reversed_meanwhile_is_refused_in_a_sentence(jose: Book, pilot: Pilot[None]) -> None:
    fill(jose, [100, 50])
    await open_ledger(pilot)
    await until(pilot, "2 entries")
    await pilot.press("delete")
    await until(pilot, "Reverse this entry?")
    other = open_book(jose.path, actor=Actor("Mia", "Till 2"))
    loyalty.reverse(other, loyalty.lines(other, JOSE, offset=0, limit=1)[0].uid)
    other.close()
    await pilot.press("left", "enter")
    await until(pilot, "This entry was reversed before.", "3 entries", "reversed: Gift 2")
    assert customers.get(jose, JOSE).points == 100
    await pilot.press("up", "down", "delete")
    await until(pilot, "This entry was reversed before.")
    assert isinstance(pilot.app.screen, LedgerScreen), "it is not even asked"


async def test_a_reversal_is_not_reversed_and_it_is_said_why(jose: Book, pilot: Pilot[None]) -> None:
    fill(jose, [100, 50])
    loyalty.reverse(jose, loyalty.lines(jose, JOSE, offset=0, limit=1)[0].uid, reason="Wrong customer")
    await open_ledger(pilot)
    await until(pilot, "reversal: Wrong customer")
    await pilot.press("delete")
    await until(pilot, "This entry takes another one back.")
    assert isinstance(pilot.app.screen, LedgerScreen), "it is not even asked"
    assert loyalty.how_many(jose, JOSE) == 3


async def test_what_cannot_be_taken_back_is_said(jose: Book, pilot: Pilot[None]) -> None:
    fill(jose, [100, -90])
    await open_ledger(pilot)
    await until(pilot, "2 entries")
    await pilot.press("end", "delete")
    await until(pilot, "Reverse this entry?")
    await pilot.press("left", "enter")
    await until(pilot, "The balance is 10: less than the 100 points to take back.")


async def test_somebody_who_left_the_programme_keeps_the_entries(jose: Book, pilot: Pilot[None]) -> None:
    fill(jose, [100])
    jose.execute("UPDATE customer SET loyalty = 0 WHERE id = ?", (JOSE,))
    await open_ledger(pilot)
    await until(pilot, "1 entry")
    await pilot.press("delete")
    await until(pilot, "Reverse this entry?")
    await pilot.press("left", "enter")
    await until(pilot, "Loyalty Points: switch Loyalty on first")


async def test_f6_adjusts_and_the_new_entry_stands_on_top(jose: Book, pilot: Pilot[None]) -> None:
    fill(jose, [100])
    await open_ledger(pilot)
    await until(pilot, "1 entry")
    await pilot.press("f6")
    await until(pilot, "Balance now: 100 points")
    await pilot.press("9", "0", "tab", *"Cup", "enter")
    await until(pilot, "Customer Loyalty Points Updated Successfully", "Balance 90 points", "2 entries")
    assert entries(pilot)[0].split()[1:4] == ["-10", "90", "Cup"]


async def test_f6_begins_with_the_balance_of_the_moment(jose: Book, pilot: Pilot[None]) -> None:
    fill(jose, [100])
    await open_ledger(pilot)
    await until(pilot, "1 entry")
    adjust_elsewhere(jose, 40)
    await pilot.press("f6")
    await until(pilot, "Balance now: 40 points")
    await pilot.press("escape")
    await until(pilot, "2 entries", "Balance 40 points")


async def test_ctrl_u_in_a_dialog_from_the_ledger_goes_back_to_it(jose: Book, pilot: Pilot[None]) -> None:
    await open_ledger(pilot)
    await pilot.press("f6")
    await until(pilot, "Balance now: 0 points")
    await pilot.press("ctrl+u")
    await until_true(pilot, lambda: isinstance(pilot.app.screen, LedgerScreen))
    assert len(pilot.app.screen_stack) == 2


async def test_f6_enrolls_somebody_who_is_not_in_the_programme(jose: Book, pilot: Pilot[None]) -> None:
    await open_ledger(pilot, ANN)
    await pilot.press("f6")
    await until(pilot, "Ann Baker is not in the loyalty programme.")
    await pilot.press("enter")
    await until(pilot, "Balance now: 0 points", "New balance")
    assert customers.get(jose, ANN).loyalty


async def test_entries_of_another_till_appear_when_the_ledger_is_read_on(jose: Book, pilot: Pilot[None]) -> None:
    fill(jose, [1] * 200)
    await open_ledger(pilot)
    await until(pilot, "200 entries")
    adjust_elsewhere(jose, 500)
    await pilot.press("end")
    await until(pilot, "201 entries", "Balance 500 points", "+1 point, balance 1 ")


async def test_a_long_reason_is_clipped_before_a_name_and_stands_whole_below(jose: Book, pilot: Pilot[None]) -> None:
    settings.put(jose, "time_zone", "UTC")
    reason = "Because the espresso was cold twice in one week"
    jose.actor = Actor("Maximiliane", "Till 12")
    with jose.write():
        loyalty.enter(jose, JOSE, 1_234_567, reason, at="2026-10-01T09:30:00Z")
    await open_ledger(pilot)
    await until(pilot, reason)
    (line,) = entries(pilot)
    assert "Maximiliane" in line
    assert "Till 12" in line
    assert "1,234,567" in line
    assert "Because the" in line


async def test_a_customer_who_is_gone_has_no_ledger(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, RegularsApp)
    app.open_screen("ledger", None, customer_id=99)
    await until(pilot, "no longer in the book")
    await until_true(pilot, lambda: len(app.screen_stack) == 1)


async def test_the_ledger_speaks_ascii(jose: Book, pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TERMINAL, "charset", ASCII)
    monkeypatch.setattr(TERMINAL, "speaks", {})
    gate.forget_terminal()
    fill(jose, [10**9, -5], reason="Café with a long reason")
    await open_ledger(pilot)
    await until(pilot, "Cafe", "Balance 999,999,995 points")
    assert screen_text(pilot.app).isascii()
    gate.forget_terminal()


# -- looks


@pytest.fixture
def _one_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same terminal wherever the tests run."""
    monkeypatch.setattr(TERMINAL, "charset", "utf-8")
    monkeypatch.setattr(TERMINAL, "colors", "truecolor")
    monkeypatch.setattr(TERMINAL, "dark", True)
    monkeypatch.setattr(TERMINAL, "speaks", {})
    gate.forget_terminal()


def looking(*keys: str) -> Callable[[Pilot[None]], object]:
    """Opens the ledger and presses keys."""

    async def run(pilot: Pilot[None]) -> None:
        await open_ledger(pilot)
        await pilot.press(*keys)
        await pilot.pause()

    return run


@pytest.mark.usefixtures("_one_terminal")
@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
@pytest.mark.parametrize(
    ("points", "keys"),
    [
        pytest.param((), (), id="empty"),
        pytest.param((100, *[25, -10] * 14), ("down", "down"), id="entries"),
        pytest.param((100, 50), ("delete",), id="asking"),
    ],
)
def test_looks(
    jose: Book,
    points: tuple[int, ...],
    keys: tuple[str, ...],
    size: tuple[int, int],
    snap_compare: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("store.clock.now", lambda: "2026-11-20T12:00:00Z")
    fill(jose, points)
    if points and keys[0] != "delete":
        loyalty.reverse(jose, loyalty.lines(jose, JOSE, offset=3, limit=1)[0].uid)
    assert snap_compare(RegularsApp(jose), terminal_size=size, run_before=looking(*keys))
