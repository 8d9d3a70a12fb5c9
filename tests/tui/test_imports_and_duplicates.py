"""Taking an import back, and two entries for one person: judged, merged and taken apart, by keys."""

from __future__ import annotations

import os
import re
import threading
from typing import TYPE_CHECKING

import pytest

from store import customers, duplicates, erasure, past_imports, review
from store.exchange import Progress
from store.workbook import take_back
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.importing import run_import
from tests.tui.conftest import screen_text
from tests.tui.waiting import until, until_first_page, until_true
from tui.app import RegularsApp
from tui.screens.customer_page import Subject
from tui.screens.imports import TOO_OLD, WENT_OUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from store.customer_records import Customer
    from store.database import Book

SIZE = (80, 24)
ADA = {"First Name": "Ada", "Last Name": "Lovelace", "E-Mail": "ada@example.com"}


def listed(folder: Path, *names: str) -> Path:
    """A list of new customers."""
    rows = [{"First Name": name, "Last Name": "Oz", "E-Mail": f"{name}@example.com"} for name in names]
    return sheet(folder / f"{'-'.join(names)}.xlsx", *rows)


def edited(book: Book, *names: str) -> None:
    """Somebody writes in these customers."""
    for name in names:
        [(customer_id,)] = book.rows("SELECT id FROM customer WHERE first_name = ?", (name,))
        now = customers.get(book, customer_id)
        customers.update(book, now.id, {"notes": "mine"}, now.version, base=now)


def entry(book: Book, name: str, **values: object) -> Customer:
    """Add an entry of a customer."""
    first, _, last = name.rpartition(" ")
    given = {"first_name": first, "last_name": last, "email": "zoe@fox.example"} | values
    return customers.create(book, given)  # type: ignore[arg-type]  # values of several types


async def confirm(pilot: Pilot[None], title: str) -> None:
    """Say yes where the focus is on no."""
    await until(pilot, title)
    await pilot.press("left", "enter")


# imports


async def test_an_import_is_taken_back_after_asking(book: Book, tmp_path: Path) -> None:
    run_import(book, sheet(tmp_path / "office.xlsx", ADA))
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("imports")
        await until(pilot, "office.xlsx", "1 new, 0 changed", "Del takes it back.")
        await pilot.press("delete")
        await until(pilot, "Take this import back?", "What it changed is put back", "Who was changed")
        await pilot.press("enter")
        await until(pilot, "Del takes it back.")
        assert len(book.rows("SELECT 1 FROM customer WHERE first_name = 'Ada'")) == 1, "Enter does no harm"
        await pilot.press("delete")
        await confirm(pilot, "Take this import back?")
        await until(pilot, "✓ Taken back: 0 restored, 1 removed.", "taken back")
        assert not app.screen.check_action("delete", ())
        await pilot.press("delete")
        assert "Take this import back?" not in screen_text(app)
    assert book.rows("SELECT 1 FROM customer WHERE first_name = 'Ada'") == []


async def test_who_had_to_stay_is_named(book: Book, tmp_path: Path) -> None:
    names = ("Al", "Bo", "Cy", "Di", "Ed")
    run_import(book, listed(tmp_path, *names))
    edited(book, *names)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("imports")
        await until(pilot, "Del takes it back.")
        await pilot.press("delete")
        await confirm(pilot, "Take this import back?")
        await until(pilot, "0 removed, 5 had to stay.", "Ed Oz stays: edited since", "... and 2 more")
        assert "Al Oz stays" not in screen_text(app)
        await pilot.press("enter")
        await until(pilot, "Stayed · Al-Bo-Cy-Di-Ed.xlsx", "5 had to stay.", "Al Oz stays")
        await pilot.press("end")
        await until_true(pilot, lambda: screen_text(app).count("Al Oz stays: edited since the import.") == 2)
        await pilot.press("escape")
        await until(pilot, "... and 2 more")


async def test_what_cannot_be_taken_back_says_why(book: Book, tmp_path: Path) -> None:
    for at in range(past_imports.KEPT + 1):
        run_import(book, listed(tmp_path, f"N{at}"))
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("imports")
        await until(pilot, "6 imports of late, the newest first.", "Del takes it back.")
        await pilot.press("end")
        await until(pilot, TOO_OLD)
        await pilot.press("delete")
        assert "Take this import back?" not in screen_text(app)
        past_imports.take_back(book, 6)
        await pilot.press("home", "delete")
        await confirm(pilot, "Take this import back?")
        await until(pilot, "! The import of N5.xlsx was taken back before.")


async def test_a_book_that_went_out_is_said_to_have_before(book: Book, tmp_path: Path) -> None:
    run_import(book, sheet(tmp_path / "office.xlsx", ADA))
    note = book.path.with_name(f".{book.path.name}.sent")
    note.write_text("x 1\n")
    os.utime(note, (4e9, 4e9))
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("imports")
        await until(pilot, WENT_OUT[:40])
        await pilot.press("delete")
        await until(pilot, "Take this import back?", "The book was")
        await pilot.press("left", "enter")
        await until(pilot, "✓ Taken back", "may come back with the")


async def test_a_book_without_imports_says_how_to_begin(book: Book) -> None:
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+p", *"imports", "enter")
        await until(pilot, "No import has ended in this book.", "F7 reads a workbook")
        await pilot.press("escape")
        await until_first_page(pilot)


async def test_it_goes_on_when_the_page_is_left(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_import(book, listed(tmp_path, "Al", "Bo"))
    arrived, go_on = threading.Event(), threading.Event()
    real = take_back._take_slice

    def slow(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]  # handed on as it is
        if not arrived.is_set():
            arrived.set()

    def waiting(book: Book, run_id: int, report: Callable[[Progress], None]) -> object:
        report(Progress("taking back", 5, 10))
        go_on.wait(30)
        return real_take_back(book, run_id, report)

    real_take_back = past_imports.take_back
    monkeypatch.setattr(take_back, "_take_slice", slow)
    monkeypatch.setattr(past_imports, "take_back", waiting)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("imports")
        await until(pilot, "Del takes it back.")
        await pilot.press("delete")
        await confirm(pilot, "Take this import back?")
        await until(pilot, "Taking back", "5 of 10")
        await pilot.press("delete")
        assert "Take this import back?" not in screen_text(app), "one at a time"
        await pilot.press("escape")
        await until(pilot, "It goes on;")
        go_on.set()
        await until_true(pilot, lambda: not book.rows("SELECT 1 FROM customer WHERE last_name = 'Oz'"))
    assert arrived.is_set()
    assert past_imports.listed(book)[0].state == "taken back"


# duplicates


async def test_two_are_made_one_and_two_again(book: Book) -> None:
    for name in ("Zoe Fox", "Zoey Fox"):
        entry(book, name, phone="555 0123")
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("duplicates")
        await until(pilot, "1 pair to judge.", "share: E-Mail, Phone Number")
        await pilot.press("enter")
        await until(pilot, "One person, or two?", "[ One person ]")
        await pilot.press("left", "left", "enter")
        await until(pilot, "Fox is one customer now. Where they differ, the review asks: 1 question.")
        await until(pilot, "Nobody looks like another; 1 put together.")
        await pilot.press("delete")
        await until(
            pilot, "Take them apart?", "Zoe Fox   zoe@fox.example   555 0123", "Zoey Fox   zoe@fox.example   555 0123",
            "0 receipts",
        )  # fmt: skip
        await pilot.press("left", "enter")
        await until(pilot, "is a customer again.", "Nobody looks like another.")
    assert duplicates.joined(book) == ()
    assert len(book.rows("SELECT 1 FROM customer WHERE last_name = 'Fox'")) == 2


async def test_two_people_are_asked_about_no_more(book: Book) -> None:
    for name in ("Zoe Fox", "Zoey Fox"):
        entry(book, name)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("duplicates")
        await until(pilot, "1 pair to judge.")
        await pilot.press("enter")
        await until(pilot, "[ Two people ]")
        await pilot.press("enter")
        await until(pilot, "1 pair to judge.")
        await pilot.press("enter")
        await until(pilot, "[ Two people ]")
        await pilot.press("left", "enter")
        await until(pilot, "stay two customers.", "Nobody looks like another.")
    assert review.counts(book) == {}


@pytest.mark.parametrize("page", ["list", "metrics"])
async def test_a_customer_is_merged_with_another_that_is_found(book: Book, page: str) -> None:
    """Those who look alike stand first; whoever of the two stays is shown afterwards."""
    zoe = entry(book, "Zoe Fox", loyalty=True, points=5)
    entry(book, "Zoey Fox", phone="555 0123", loyalty=True, points=7)
    customers.inactivate(book, entry(book, "Zora Fox", email="zora@fox.example").id)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"zoe fox")
        await until(pilot, "Zoe Fox")
        await pilot.press("down", "up")
        if page == "metrics":
            await pilot.press("enter")
            await until(pilot, "Regulars · Zoe Fox")
        await pilot.press("f3")
        await until(pilot, "Merge With...")
        assert "Take Apart..." not in screen_text(app)
        above = 4 if page == "list" else 3
        await pilot.press(*["down"] * above, "enter")
        text = await until(pilot, "Merge Zoe Fox with: _", "Zoey Fox", "555 0123")
        offered = text.split("with: _")[1]
        assert offered.index("Zoey Fox ") < offered.index("Ann Baker"), "look-alikes first"
        assert "Zoe Fox " not in offered.replace("Zoey Fox ", "")
        await pilot.press(*"zora")
        await until(pilot, "with: zora_", "Zora Fox, inactive")
        await pilot.press(*["backspace"] * 4, *"zoey", "enter")
        await until(pilot, "One person, or two?", "One person makes one customer of the two.")
        assert "share" not in screen_text(app)
        await pilot.press("left", "left", "enter")
        await until(pilot, "Fox is one customer now. Where they differ, the review asks: 1 question.")
        assert "Regulars · Customers" not in screen_text(app) or page == "list"
        [(uid, points)] = book.rows("SELECT uid, points FROM customer WHERE first_name IN ('Zoe', 'Zoey')")
        assert points == 12
        await pilot.press("f3")
        await until(pilot, "Take Apart...")
        await pilot.press(*["down"] * (above + 1), "enter")
        await until(pilot, "Take them apart?")
        await pilot.press("left", "enter")
        await until(pilot, "is a customer again.")
    assert customers.by_uid(book, uid).points == (5 if uid == zoe.uid else 7)
    assert len(book.rows("SELECT 1 FROM customer WHERE first_name IN ('Zoe', 'Zoey')")) == 2


async def test_nobody_is_merged_with_who_was_erased(book: Book) -> None:
    one, gone = entry(book, "Zoe Fox"), entry(book, "Zora Fox", email="zora@fox.example")
    customers.inactivate(book, entry(book, "Erasmus Fox", email="erasmus@fox.example").id)
    erasure.erase(book, gone.id)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await until_first_page(pilot)
        app.open_screen("customer_chooser", lambda _: None, subject=Subject(one.id, one.name, active=True))
        text = await until(pilot, "Merge Zoe Fox with: _", "Erasmus Fox, inactive")
        assert "Erased customer" not in text
        await pilot.press(*"eras")
        text = await until(pilot, "with: eras_", "Erasmus Fox, inactive")
        assert "Erased customer" not in text


async def test_who_was_put_together_is_known_by_what_each_had(book: Book) -> None:
    james, jim = (
        entry(book, "James King", email="james@king.example"),
        entry(book, "Jim King", email="jim@king.example"),
    )
    kept = duplicates.merge(book, james.uid, jim.uid)
    customers.update(book, kept.id, {"first_name": "Jim", "email": "king@king.example"}, kept.version, base=kept)
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("duplicates")
        text = await until(
            pilot, "James King   james@king", "Jim King   jim@king.exam", "put together, and Jim King by"
        )
        assert "James King   james@king.example\n" in re.sub(r" +\n", "\n", text), "whole, below the list"


async def test_of_several_who_were_put_together_one_is_chosen(book: Book) -> None:
    zoe = entry(book, "Zoe Fox")
    for name in ("Zoey Fox", "Zora Fox"):
        uid = duplicates.merge(book, zoe.uid, entry(book, name).uid).uid
    app = RegularsApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"fox")
        await until(pilot, "1 of 6")
        await pilot.press("ctrl+p", *"take apart", "enter")
        await until(pilot, "Take apart: _", "Fox   zoe@fox.example   0 points")
        await pilot.press("enter")
        await confirm(pilot, "Take them apart?")
        await until(pilot, "is a customer again.", "2 of 7")
        await pilot.press("down", "up", *["backspace"] * 3, *"ann baker")
        await pilot.press("ctrl+p", *"take apart", "enter")
        await until(pilot, "Nobody was put together with Ann Baker.")
    assert len(duplicates.members(book, uid)) <= 1
