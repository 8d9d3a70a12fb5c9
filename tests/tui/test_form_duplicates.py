"""While a new customer is typed: who it may be already, and the key that opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import customers
from tests.tui.conftest import screen_lines
from tests.tui.form_bench import LEFT_OPEN, form_on

if TYPE_CHECKING:
    from store.database import Book


async def test_the_same_phone_is_said_without_moving_the_fields(book: Book) -> None:
    async with form_on(book) as bench:
        before = [line[:20] for line in screen_lines(bench.app)[1:20]]
        await bench.go("phone")
        await bench.type("15550101001")
        await bench.wait_for_duplicates()
        assert "Same phone: José García, +1 (555) 010-1001" in bench.text
        assert "^Y" in bench.text
        assert [line[:20] for line in screen_lines(bench.app)[1:20]] == before


async def test_the_same_email_and_the_same_name_and_birthday_are_said(book: Book) -> None:
    async with form_on(book) as bench:
        await bench.fill(email="ANN@example.com")
        await bench.wait_for_duplicates()
        assert "Same e-mail: Ann Baker" in bench.text
        await bench.fill(email="other@example.com", first_name="jose", last_name="garcia")
        await bench.wait_for_duplicates()
        assert "Same " not in bench.text
        await bench.fill(date_of_birth="29-Feb-1980")
        await bench.wait_for_duplicates()
        assert "Same name and birthday: José García" in bench.text


async def test_one_key_opens_the_existing_customer_after_asking(book: Book) -> None:
    async with form_on(book) as bench:
        await bench.fill(phone="555 010 1002")
        await bench.wait_for_duplicates()
        await bench.press("ctrl+y")
        assert "Open Ann Baker?" in bench.text
        await bench.press("escape")
        assert "555 010 1002" in bench.line("Phone Number")
        await bench.press("ctrl+y", "left", "enter")
        assert "Edit Customer · Ann Baker" in bench.text
        assert bench.result is LEFT_OPEN
        await bench.fill(city="Leeds")
        await bench.press("ctrl+s")
        assert bench.result == 2
    assert customers.get(book, 2).city == "Leeds"


async def test_the_key_does_nothing_where_nobody_is_alike(book: Book) -> None:
    async with form_on(book) as bench:
        await bench.fill(phone="999 999 9999")
        await bench.wait_for_duplicates()
        assert "Open existing" not in bench.text
        await bench.press("ctrl+y")
        assert "New Customer" in bench.text


async def test_nobody_is_looked_for_while_an_existing_customer_is_edited(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(phone="555 010 1002")
        await bench.wait_for_duplicates()
        assert "Same" not in bench.text


async def test_an_inactive_duplicate_is_called_so(book: Book) -> None:
    customers.inactivate(book, 2)
    async with form_on(book) as bench:
        await bench.fill(phone="555 010 1002")
        await bench.wait_for_duplicates()
        assert "Ann Baker, 555 010 1002 (inactive)" in bench.text
