"""The controls of the form that are more than a line of text: dates, countries, stores, photo, hostile values."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from store import clock, customers, indexing, stores
from store.fields import FIELDS, Kind, Section, countries, show_date
from tests.tui.conftest import screen_lines
from tests.tui.form_bench import LEFT_OPEN, form_on
from tests.tui.hostile import STORABLE
from tui.pictures import thumbnail
from tui.widgets.date_field import moved_months
from tui.widgets.pick_list import found

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book


def picture(color: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    """A PNG of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


async def test_the_calendar_chooses_by_arrows_months_and_years(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.go("date_of_birth")
        await bench.press("f12")
        assert "Feb 1980" in bench.text
        assert "Mo Tu We Th Fr Sa Su" in bench.text
        await bench.press("pagedown")
        assert "Mar 1980" in bench.text
        await bench.press("end", "right", "down", "enter")
        assert "06-Apr-1981" in bench.line("Date of Birth") or "08-Apr-1981" in bench.line("Date of Birth")
        await bench.press("ctrl+s")
        assert customers.get(book, 1).date_of_birth == moved_months(date(1980, 3, 29), 12) + timedelta(days=8)


async def test_the_calendar_opens_by_its_twin_and_closes_without_a_change(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.go("date_of_birth")
        await bench.press("ctrl+@")
        assert "Feb 1980" in bench.text
        await bench.press("right", "escape")
        assert "29-Feb-1980" in bench.line("Date of Birth")
        assert not bench.form.unsaved


async def test_the_calendar_of_a_birthday_has_no_future(book: Book) -> None:
    async with form_on(book, 2) as bench:
        await bench.go("date_of_birth")
        await bench.press("f12", "t", "down", "pagedown", "end", "enter")
        assert show_date(clock.today()) in bench.line("Date of Birth")
        await bench.go("anniversary")
        await bench.press("f12", "t", "right", "enter")
        assert show_date(clock.today() + timedelta(days=1)) in bench.line("Anniversary")


def test_a_month_on_keeps_the_day_or_takes_the_last() -> None:
    assert moved_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert moved_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert moved_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert moved_months(date(1, 1, 1), -1).year == 1
    assert moved_months(date(9999, 12, 31), 1).year == 9999


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("7 mar 1985", "07-Mar-1985"), ("1985-3-7", "07-Mar-1985"), ("31/12/1999", "31-Dec-1999"), ("", "     ")],
)
async def test_dates_are_read_as_typed_and_shown_the_manuals_way(book: Book, typed: str, shown: str) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(anniversary=typed)
        assert shown in bench.line("Anniversary")


async def test_a_country_is_found_by_typing_and_taken_by_enter(book: Book) -> None:
    async with form_on(book, 2) as bench:
        await bench.go("country")
        await bench.press("b", "r", "a")
        assert "Country: bra" in bench.text
        assert "Brazil" in bench.text
        await bench.press("enter")
        assert "Brazil" in bench.line("Country")
        await bench.press("ctrl+s")
    assert customers.get(book, 2).country == "BR"


async def test_a_country_is_chosen_from_the_list_by_arrows_and_taken_away(book: Book) -> None:
    async with form_on(book, 2) as bench:
        await bench.go("country")
        await bench.press("space", "down", "down", "enter", "ctrl+s")
        assert customers.get(book, 2).country == list(countries())[2]
    async with form_on(book, 2) as bench:
        await bench.go("country")
        await bench.press("backspace", "ctrl+s")
        assert customers.get(book, 2).country == ""


async def test_nothing_is_taken_where_no_country_has_the_name(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.go("country")
        await bench.press("q", "q", "q")
        assert "nothing has this name" in bench.text
        await bench.press("enter", "escape")
        assert "United States" in bench.line("Country")


def test_countries_are_found_by_the_beginning_of_any_word_or_by_code() -> None:
    rows = list(countries().items())
    assert found(rows, "kingd")[0][0] == "GB"
    assert found(rows, "br")[0][0] == "BR"
    assert found(rows, "nl")[0][0] == "NL"
    assert "CI" in [code for code, _ in found(rows, "cote")]
    assert found(rows, "") == rows


async def test_stores_are_ticked_one_by_one_all_and_none(book: Book) -> None:
    async with form_on(book, 2) as bench:
        await bench.press("ctrl+k", "down", "space")
        assert "[x] Harbour" in bench.text
        assert "1 of 2" in bench.text
        await bench.press("plus")
        assert "2 of 2" in bench.text
        await bench.press("minus")
        assert "0 of 2" in bench.text
        await bench.press("plus", "ctrl+s")
    assert customers.get(book, 2).stores == ("Downtown", "Harbour")


async def test_three_hundred_stores_scroll_and_are_found_by_typing(book: Book) -> None:
    with book.write():
        for number in range(300):
            stores.ensure(book, f"Branch {number:03}")
    async with form_on(book, 2) as bench:
        await bench.press("ctrl+k")
        assert bench.text.count("[ ] ") <= 8
        await bench.press("end")
        assert "[ ] Harbour" in bench.text
        await bench.press("home", *["down"] * 20, "space")
        assert "[x] Branch 020" in bench.text
        await bench.press("2", "7", "7")
        assert "find: 277" in bench.text
        assert "[ ] Branch 277" in bench.text
        assert "Branch 276" not in bench.text
        await bench.press("space", "backspace", "plus")
        assert "14 of 302" in bench.text
        await bench.press("x", "y")
        assert "No store has this in its name" in bench.text
        await bench.press("ctrl+s")
    kept = customers.get(book, 2).stores
    assert "Branch 020" in kept
    assert {f"Branch 27{digit}" for digit in range(10)} <= set(kept)


async def test_the_arrows_leave_the_stores_at_their_ends(book: Book) -> None:
    async with form_on(book, 2) as bench:
        await bench.press("ctrl+k", "up")
        assert bench.form.focused.id == "field-notes"
        await bench.press("tab", "down", "down")
        assert bench.form.focused.id == "field-loyalty"


async def test_a_photo_is_chosen_shown_replaced_and_removed(book: Book, tmp_path: Path) -> None:
    file = tmp_path / "face.png"
    file.write_bytes(picture())
    async with form_on(book, 2, size=(80, 40)) as bench:
        await bench.go("photo")
        assert "No photo" in bench.line("User Photo")
        await bench.press("space")
        bench.app.screen.dismiss(file)
        await bench.settle()
        assert "64 x 48" in bench.line("User Photo")
        assert "▀▀▀▀" in bench.text
        await bench.press("ctrl+s")
        assert bench.result == 2
    assert customers.get(book, 2).has_photo
    async with form_on(book, 2, size=(80, 40)) as bench:
        assert "64 x 48" in bench.line("User Photo")
        await bench.go("photo")
        await bench.press("delete")
        assert "No photo" in bench.line("User Photo")
        await bench.press("ctrl+s")
        assert bench.result == 2
    assert customers.photo(book, 2) is None
    assert not customers.get(book, 2).has_photo


async def test_a_file_that_is_no_picture_is_refused_and_the_photo_stays(book: Book, tmp_path: Path) -> None:
    file = tmp_path / "face.png"
    file.write_bytes(b"no picture at all")
    async with form_on(book, 2) as bench:
        await bench.go("photo")
        await bench.press("space")
        bench.app.screen.dismiss(file)
        await bench.settle()
        assert "! this file is not a PNG, JPEG or WebP picture" in bench.text
        assert "No photo   Enter: choose a file" in bench.line("User Photo")
        assert "Reading" not in bench.text
        assert not bench.form.unsaved


async def test_choosing_another_photo_ends_what_was_said_of_the_last(book: Book, tmp_path: Path) -> None:
    file, good = tmp_path / "face.png", tmp_path / "good.png"
    file.write_bytes(b"no picture at all")
    good.write_bytes(picture(size=(40, 40)))
    async with form_on(book, 2) as bench:
        await bench.go("photo")
        await bench.press("enter")
        bench.app.screen.dismiss(file)
        await bench.settle()
        assert "! this file" in bench.text
        await bench.press("enter")
        bench.app.screen.dismiss(good)
        await bench.pilot.pause()
        assert "! this file" not in bench.text
        await bench.settle()
        assert "40 x 40" in bench.line("User Photo")


def test_a_thumbnail_keeps_the_shape() -> None:
    small = thumbnail(picture(size=(400, 100)))
    assert (len(small.pixels[0]), len(small.pixels)) == (20, 5)
    assert small.lines == 3
    assert small.pixels[0][0] == (255, 0, 0)


def attacked(book: Book, customer_id: int, values: dict[str, str]) -> None:
    """Put values into the book that no form would let in, and keep its index in order."""
    rank = book.rows("SELECT ord FROM customer WHERE id = ?", (customer_id,))[0][0]
    indexing.unindex(book, rank, indexing.stored_words(book, rank))
    columns = ", ".join(f"{name} = ?" for name in values)
    book.execute(f"UPDATE customer SET {columns} WHERE id = ?", (*values.values(), customer_id))
    indexing.index(book, rank, indexing.stored_words(book, rank))


TEXTS = [f.name for f in FIELDS if f.kind in {Kind.LINE, Kind.NOTES, Kind.PHONE, Kind.CODE} and f.name != "id_number"]


async def test_hostile_values_are_shown_harmlessly_and_left_alone_by_an_edit(book: Book) -> None:
    attacks = list(STORABLE.values())
    for customer_id in range(1, 4):
        picked = {name: attacks[(customer_id * 11 + at) % len(attacks)] for at, name in enumerate(TEXTS)}
        attacked(book, customer_id, picked | {"email": attacks[customer_id], "country": "[/x]"})
        before = customers.get(book, customer_id)
        async with form_on(book, customer_id, size=(80, 50)) as bench:
            assert all(char.isprintable() for line in screen_lines(bench.app) for char in line)
            assert not bench.form.unsaved
            await bench.fill(id_number=f"N{customer_id}")
            await bench.press("ctrl+s")
            assert bench.result == customer_id, bench.text
        after = customers.get(book, customer_id)
        assert {f.name for f in FIELDS if getattr(before, f.name) != getattr(after, f.name)} == {"id_number"}


async def test_hostile_store_names_are_shown_harmlessly(book: Book) -> None:
    book.execute("INSERT INTO store (code, name) VALUES ('', ?)", ("\x1b[2J[bold]\u202eShop",))
    async with form_on(book, 2) as bench:
        await bench.press("ctrl+k", "home", "space")
        assert all(char.isprintable() for line in screen_lines(bench.app) for char in line)
        assert "[bold]" in bench.text


async def test_every_control_of_the_form_says_its_section(book: Book) -> None:
    async with form_on(book, 1) as bench:
        for field in FIELDS:
            if field.section is not Section.RECORD:
                control = bench.form.query_one(f"#field-{field.name}")
                assert control.parent.section is field.section
        assert bench.result is LEFT_OPEN
