"""Two people at one customer: the second sees what the first changed and chooses; nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import customers
from tests.tui.form_bench import LEFT_OPEN, form_on

if TYPE_CHECKING:
    from store.database import Book


def elsewhere(book: Book, **changes: object) -> None:
    """Another till saves customer 1."""
    now = customers.get(book, 1)
    customers.update(book, 1, changes, now.version, base=now)  # type: ignore[arg-type]  # values of several types


async def test_a_field_that_both_changed_is_asked_and_theirs_can_be_kept(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(city="Mine", state="MA")
        elsewhere(book, city="Theirs", nationality="Chilean")
        await bench.press("ctrl+s")
        assert "Somebody else" in bench.text
        row = bench.line(" City")
        assert "Theirs" in row
        assert "Mine" in row
        assert "Choose: City" in bench.text
        await bench.press("ctrl+s")
        assert "Choose theirs or mine: City" in bench.text
        await bench.press("left", "ctrl+s")
        assert bench.result == 1
        assert "Customer Updated Successfully" in bench.text
    now = customers.get(book, 1)
    assert (now.city, now.state, now.nationality) == ("Theirs", "MA", "Chilean")


async def test_mine_can_be_kept(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(city="Mine")
        elsewhere(book, city="Theirs", zip_code="99999")
        await bench.press("ctrl+s", "right", "ctrl+s")
        assert bench.result == 1
    now = customers.get(book, 1)
    assert (now.city, now.zip_code) == ("Mine", "99999")


async def test_fields_that_only_one_changed_are_kept_from_each_but_still_shown(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(city="Mine")
        elsewhere(book, zip_code="99999")
        await bench.press("ctrl+s")
        assert "• Mine" in bench.line(" City")
        assert "• 99999" in bench.line(" ZipCode")
        await bench.press("ctrl+s")
        assert bench.result == 1
    now = customers.get(book, 1)
    assert (now.city, now.zip_code) == ("Mine", "99999")


async def test_all_theirs_leaves_the_book_as_it_is(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(city="Mine", state="MA")
        elsewhere(book, city="Theirs")
        version = customers.get(book, 1).version
        await bench.press("ctrl+s", "t", "ctrl+s")
        assert bench.result == 1
        assert "there was nothing else to save" in bench.text
    now = customers.get(book, 1)
    assert (now.city, now.state, now.version) == ("Theirs", "", version)


async def test_all_mine_takes_their_change_back(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(city="Mine")
        elsewhere(book, city="Theirs", zip_code="99999")
        await bench.press("ctrl+s", "m", "ctrl+s")
        assert bench.result == 1
    now = customers.get(book, 1)
    assert (now.city, now.zip_code) == ("Mine", "02134")


async def test_going_back_keeps_what_was_typed(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(city="Mine")
        elsewhere(book, city="Theirs")
        await bench.press("ctrl+s", "escape")
        assert bench.result is LEFT_OPEN
        assert bench.form.model.entries["city"] == "Mine"
        assert customers.get(book, 1).city == "Theirs"


async def test_a_third_person_in_between_is_asked_about_again(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(city="Mine")
        elsewhere(book, city="Second")
        await bench.press("ctrl+s", "right")
        elsewhere(book, city="Third")
        await bench.press("ctrl+s")
        if "Somebody else" in bench.text:
            assert "Third" in bench.text
            await bench.press("right", "ctrl+s")
        assert bench.result == 1
    assert customers.get(book, 1).city == "Mine"


async def test_a_balance_that_both_changed_adds_up_in_the_ledger(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(points="200", reason="Prize")
        elsewhere(book, points=150, reason="Sale")
        await bench.press("ctrl+s", "m", "ctrl+s")
        assert bench.result == 1
    assert customers.get(book, 1).points == 200
    total = book.rows("SELECT sum(points) FROM loyalty_entry WHERE customer_id = 1")[0][0]
    assert total == 200


async def test_a_customer_inactivated_meanwhile_stays_so_unless_mine_is_chosen(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(city="Mine")
        customers.inactivate(book, 1)
        await bench.press("ctrl+s")
        assert "Inactive" in bench.line(" Status")
        await bench.press("ctrl+s")
        assert bench.result == 1
    now = customers.get(book, 1)
    assert (now.city, now.active) == ("Mine", False)
    elsewhere(book, active=True)
    async with form_on(book, 1) as bench:
        await bench.fill(city="Again")
        customers.inactivate(book, 1)
        await bench.press("ctrl+s", "m", "ctrl+s")
        assert bench.result == 1
    now = customers.get(book, 1)
    assert (now.city, now.active) == ("Again", True)


async def test_a_customer_erased_meanwhile_can_be_added_anew(book: Book) -> None:
    async with form_on(book, 2) as bench:
        await bench.fill(city="Mine")
        book.execute("DELETE FROM customer WHERE id = 2")
        await bench.press("ctrl+s")
        assert "no longer in the book" in bench.text
        await bench.press("enter")
        assert "New Customer" in bench.text
        assert "Ann" in bench.line("First Name")
        await bench.press("ctrl+s")
        made = customers.get(book, bench.result)
    assert (made.name, made.email, made.phone, made.city) == ("Ann Baker", "ann@example.com", "555 010 1002", "Mine")


async def test_whole_values_are_shown_below_the_list(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.go("notes")
        await bench.press("ctrl+end", "enter")
        await bench.type("mine is longer than any column could ever hold")
        elsewhere(book, notes="theirs\nhas a second line")
        await bench.press("ctrl+s")
        assert "has a second line" in bench.text
        assert "mine is longer than any column could ever hold" in bench.text
