"""The customer form by keys: what it asks for, refuses, says and saves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from store import customers
from store.errors import BusyBookError, ReadOnlyBookError
from store.fields import FIELDS, Field, Kind, Section
from tests.tui.conftest import screen_lines
from tests.tui.form_bench import LEFT_OPEN, form_on

if TYPE_CHECKING:
    from store.customer_records import Customer
    from store.database import Book

WHO = {"first_name": "Ana", "last_name": "Souza", "email": "ana@example.com"}


def jose(book: Book) -> Customer:
    """José, who has a value in most fields."""
    return customers.get(book, 1)


async def test_every_field_stands_on_the_form_under_its_section(book: Book) -> None:
    async with form_on(book, 1, size=(132, 60)) as bench:
        for field in FIELDS:
            assert (field.label in bench.text) is (field.section is not Section.RECORD), field.label
        assert "User Photo" in bench.text
        for section in Section:
            assert (f" {section.value} ─" in bench.text) is (section is not Section.RECORD)


async def test_a_new_field_appears_by_itself(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    shoe = Field("shoe_size", "Shoe Size", Section.ADDRESS, Kind.LINE, str)
    monkeypatch.setattr("tui.form_model.FormModel.__init__.__defaults__", (None, (*FIELDS, shoe)))
    async with form_on(book, size=(132, 60)) as bench:
        assert "Shoe Size" in bench.text


async def test_a_new_customer_is_saved_by_keys_alone(book: Book) -> None:
    async with form_on(book) as bench:
        assert "New Customer" in bench.text
        assert "  Save  " in bench.text
        await bench.type("Ana")
        await bench.press("enter")
        await bench.type("Souza")
        await bench.press("down")
        await bench.type("ana@example.com")
        await bench.press("tab")
        assert "[ Save ]" in bench.text
        await bench.type("555 0100 20")
        await bench.press("tab", "f", "tab")
        await bench.type("1985-03-07")
        await bench.press("tab")
        assert "07-Mar-1985" in bench.text
        await bench.press("ctrl+s")
        assert "Customer Created Successfully" in bench.text
        made = customers.get(book, bench.result)
    assert (made.first_name, made.last_name, made.email) == ("Ana", "Souza", "ana@example.com")
    assert (made.phone, made.gender, made.date_of_birth) == ("555 0100 20", "Female", date(1985, 3, 7))
    assert made.loyalty is False


async def test_the_button_saves_too(book: Book) -> None:
    async with form_on(book) as bench:
        await bench.fill(**WHO)
        bench.form.query_one("#save").focus()
        await bench.press("enter")
        assert customers.get(book, bench.result).name == "Ana Souza"


async def test_required_fields_have_a_star_that_is_no_colour_only(book: Book) -> None:
    async with form_on(book) as bench:
        for field in FIELDS:
            if field.section is Section.GENERAL:
                assert (f"{field.label}*" in bench.text) is field.required


async def test_save_stays_disabled_until_all_is_complete_and_valid(book: Book) -> None:
    async with form_on(book) as bench:
        await bench.fill(first_name="Ana", last_name="Souza")
        assert "[ Save ]" not in bench.text
        assert "Still needed: E-Mail" in bench.text
        await bench.fill(email="ana@")
        assert "[ Save ]" not in bench.text
        assert "Not right yet: E-Mail" in bench.text
        await bench.fill(email="ana@example.com")
        assert "[ Save ]" in bench.text
        assert bench.form.query_one("#save").focusable


async def test_a_fault_is_said_when_its_field_is_left_and_cleared_when_mended(book: Book) -> None:
    async with form_on(book) as bench:
        await bench.go("phone")
        await bench.type("555")
        assert "! 6 to 28" not in bench.text
        await bench.press("tab")
        assert "! 6 to 28 digits" in bench.line("Phone Number")
        await bench.press("shift+tab")
        await bench.type("0100")
        assert "! 6 to 28" not in bench.text


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("email", "nobody", "not a valid e-mail address"),
        ("phone", "12345", "6 to 28 digits"),
        ("phone", "call me maybe 555555", "digits, spaces and + - ( ) only; 6 to 28 digits"),
        ("gate_code", "12-34", "letters and digits only"),
        ("id_number", "A 100", "letters and digits only"),
        ("zip_code", "123", "4 to 9 characters"),
        ("date_of_birth", "31-Feb-2000", "no such date"),
        ("date_of_birth", "01-Jan-2999", "cannot be in the future"),
        ("date_of_birth", "01/02/2000", "day or month first? Write it as 07-Mar-1985"),
        ("anniversary", "soon", "a date such as 07-Mar-1985"),
        ("first_name", "", "required"),
    ],
)
async def test_faults_are_said_in_words_beside_or_below_their_field(
    book: Book, name: str, typed: str, said: str
) -> None:
    async with form_on(book) as bench:
        await bench.fill(**WHO)
        await bench.fill(**{name: typed})
        label = bench.form.model.fields[name].label
        lines = screen_lines(bench.app)
        at = next(row for row, line in enumerate(lines) if label in line)
        assert f"! {said}" in lines[at] or f"! {said}" in lines[at + 1]
        assert "[ Save ]" not in bench.text


async def test_saving_an_invalid_form_goes_to_the_first_fault_and_says_it(book: Book) -> None:
    async with form_on(book) as bench:
        await bench.fill(first_name="Ana", zip_code="1")
        await bench.press("ctrl+s")
        assert bench.form.focused.id == "field-last_name"
        assert "Last Name: required" in bench.text
        assert bench.result is LEFT_OPEN
        await bench.fill(last_name="Souza", email="ana@example.com")
        await bench.press("ctrl+s")
        assert bench.form.focused.id == "field-zip_code"
        assert "ZipCode: 4 to 9 characters" in bench.text


async def test_names_stop_at_25_characters_and_a_longer_paste_is_refused_whole(book: Book) -> None:
    async with form_on(book) as bench:
        await bench.type("x" * 25)
        await bench.type("y")
        assert bench.form.model.entries["first_name"] == "x" * 25
        assert "! at most 25 characters; the rest is not taken" in bench.text
        await bench.press("tab")
        assert "! at most 25 characters; the rest is not taken" in bench.text
        await bench.press("shift+tab", "backspace")
        assert "! at most" not in bench.text
        await bench.go("last_name")
        await bench.paste("z" * 26)
        assert bench.form.model.entries["last_name"] == ""
        assert "not taken" in bench.text


async def test_a_name_that_is_too_long_already_can_be_shortened(book: Book) -> None:
    book.execute("UPDATE customer SET first_name = ? WHERE id = 1", ("J" * 40,))
    async with form_on(book, 1) as bench:
        await bench.press("end", "backspace")
        assert bench.form.model.entries["first_name"] == "J" * 39
        assert "[ Update ]" not in bench.text
        await bench.press(*["backspace"] * 14)
        assert "[ Update ]" in bench.text


async def test_pasted_text_comes_in_as_one_clean_line(book: Book) -> None:
    async with form_on(book) as bench:
        await bench.go("city")
        await bench.paste("New\x1b[2J\r\nYork\x07")
        assert bench.form.model.entries["city"] == "New [2J York"


async def test_update_waits_for_a_change_and_is_put_back_with_it(book: Book) -> None:
    async with form_on(book, 1) as bench:
        assert "Edit Customer · José García" in bench.text
        assert "Nothing has changed yet" in bench.text
        assert "[ Update ]" not in bench.text
        await bench.press("end", "x")
        assert "[ Update ]" in bench.text
        await bench.press("backspace")
        assert "[ Update ]" not in bench.text
        await bench.press("ctrl+s")
        assert bench.result is LEFT_OPEN


async def test_an_edit_saves_what_changed_and_nothing_else(book: Book) -> None:
    before = jose(book)
    async with form_on(book, 1) as bench:
        await bench.fill(city="Lisbon")
        await bench.press("ctrl+s")
        assert "Customer Updated Successfully" in bench.text
        assert bench.result == 1
    after = jose(book)
    assert after.city == "Lisbon"
    assert {f.name for f in FIELDS if getattr(before, f.name) != getattr(after, f.name)} == {"city"}


async def test_leaving_with_changes_asks(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.press("x", "escape")
        assert "Leave without saving?" in bench.text
        await bench.press("escape")
        assert bench.result is LEFT_OPEN
        assert bench.form.model.entries["first_name"] == "Joséx"
        await bench.press("escape", "left", "enter")
        assert bench.result is None
    assert jose(book).first_name == "José"


async def test_leaving_without_changes_does_not_ask(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.press("escape")
        assert bench.result is None


async def test_sections_are_reached_by_key(book: Book) -> None:
    async with form_on(book) as bench:
        reached = []
        for _ in range(5):
            await bench.press("ctrl+k")
            reached.append(bench.form.focused.id)
        assert reached == ["field-stores", "field-loyalty", "field-address_line1", "field-first_name", "field-stores"]
        await bench.press("pageup")
        assert bench.form.focused.id == "field-first_name"


async def test_the_cursor_visits_every_field_in_order_and_the_field_is_in_view(book: Book) -> None:
    async with form_on(book, 1) as bench:
        seen = []
        for _ in range(27):
            focused = bench.form.focused
            seen.append(focused.id)
            assert bench.form.region.contains_region(focused.region), focused.id
            await bench.press("tab")
        names = [f"field-{f.name}" for f in FIELDS if f.section is not Section.RECORD]
        names.insert(names.index("field-notes"), "field-photo")
        assert seen[: len(names)] == names
        assert "cancel" in seen


async def test_gender_is_chosen_by_letters_and_cleared(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.go("gender")
        await bench.press("m")
        assert "(•) Male" in bench.text
        await bench.press("right")
        assert "(•) Female" in bench.text
        await bench.press("o", "ctrl+s")
        assert jose(book).gender == "Others"
    async with form_on(book, 1) as bench:
        await bench.go("gender")
        await bench.press("delete", "ctrl+s")
        assert jose(book).gender == ""


async def test_loyalty_is_off_and_its_fields_are_hidden_until_it_is_on(book: Book) -> None:
    async with form_on(book, size=(80, 50)) as bench:
        assert "Loyalty Points" not in bench.text
        await bench.fill(**WHO)
        await bench.go("loyalty")
        await bench.press("space")
        assert "Loyalty Points" in bench.text
        await bench.fill(points="50")
        assert "[ Save ]" not in bench.text
        await bench.go("reason")
        await bench.press("tab")
        assert "! required for a new balance" in bench.line("Reason")
        await bench.fill(reason="Welcome", gift_card="6002")
        await bench.press("ctrl+s")
        made = customers.get(book, bench.result)
    assert (made.loyalty, made.points, made.reason, made.gift_card) == (True, 50, "Welcome", "6002")


async def test_what_was_typed_under_a_toggle_that_is_off_is_not_saved(book: Book) -> None:
    async with form_on(book) as bench:
        await bench.fill(**WHO)
        await bench.go("loyalty")
        await bench.press("y")
        await bench.fill(points="nonsense")
        await bench.go("loyalty")
        await bench.press("n", "ctrl+s")
        made = customers.get(book, bench.result)
    assert (made.loyalty, made.points) == (False, 0)


async def test_a_new_balance_needs_a_reason_and_becomes_a_ledger_entry(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.fill(points="100", reason="Goodwill")
        await bench.press("ctrl+s")
        assert bench.result == 1
    assert (jose(book).points, jose(book).reason) == (100, "Goodwill")
    rows = book.rows("SELECT points, reason FROM loyalty_entry WHERE customer_id = 1 ORDER BY id")
    assert [tuple(row) for row in rows][-1] == (-20, "Goodwill")


async def test_an_id_number_that_is_taken_is_said_on_leaving_whatever_its_case(book: Book) -> None:
    async with form_on(book, 2) as bench:
        await bench.fill(id_number="a100")
        assert "! already the number of José García" in bench.text
        assert "[ Update ]" not in bench.text
        await bench.fill(id_number="a101")
        assert "already" not in bench.text
        await bench.press("ctrl+s")
        assert bench.result == 2


async def test_notes_take_lines_and_any_length_and_tab_leaves_them(book: Book) -> None:
    async with form_on(book, 2) as bench:
        await bench.go("notes")
        await bench.type("one")
        await bench.press("enter")
        await bench.type("two")
        await bench.press("tab")
        assert bench.form.focused.id == "field-stores"
        await bench.press("shift+tab")
        await bench.paste("x" * 100_000)
        await bench.press("ctrl+s")
        assert bench.result == 2
    assert len(customers.get(book, 2).notes) == 100_007


async def test_a_fault_hides_no_part_of_the_text(book: Book) -> None:
    address = "maximiliana.long@example..com"
    async with form_on(book) as bench:
        await bench.fill(email=address)
        assert address in bench.line("E-Mail")
        assert "! not a valid e-mail address" in bench.text
        assert "!" not in bench.line("E-Mail")


async def test_what_is_wanted_is_said_on_one_line_with_an_ellipsis(book: Book) -> None:
    async with form_on(book, size=(60, 20)) as bench:
        await bench.fill(email="x", phone="1", date_of_birth="never")
        said = bench.line("Still needed").rstrip()
        assert "Still needed: First Name, Last Name" in said
        assert said.endswith("…")
        assert bench.form.model.waiting() == (
            "Still needed: First Name, Last Name. Not right yet: E-Mail, Phone Number, Date of Birth"
        )


async def test_the_banner_of_a_fault_goes_when_it_is_mended(book: Book) -> None:
    async with form_on(book, 2) as bench:
        await bench.go("first_name")
        await bench.press("ctrl+u", "ctrl+s")
        assert bench.line("First Name: required").startswith("! First Name: required")
        await bench.type("A")
        assert "First Name: required" not in bench.text
        assert "Edit Customer · Ann Baker" in bench.text


async def test_whoever_has_the_id_number_can_be_opened(book: Book) -> None:
    customers.update(book, 1, {"id_number": "ABC123"}, customers.get(book, 1).version, base=customers.get(book, 1))
    for customer_id in (None, 2):
        async with form_on(book, customer_id) as bench:
            await bench.fill(id_number="ABC123")
            assert "! already the number of José García   ^Y opens" in bench.text
            await bench.press("ctrl+y", "left", "enter")
            assert "Edit Customer · José García" in bench.text


async def test_the_help_of_the_form_says_which_form(book: Book) -> None:
    for customer_id, title in ((None, "New Customer"), (2, "Edit Customer")):
        async with form_on(book, customer_id) as bench:
            await bench.press("f1")
            assert str(bench.app.screen.query_one(".dialog-title", Static).content) == title


async def test_the_arrows_leave_the_notes_at_their_ends(book: Book) -> None:
    async with form_on(book, 2) as bench:
        await bench.go("notes")
        await bench.type("one")
        await bench.press("enter", "up")
        assert bench.form.focused.id == "field-notes"
        await bench.press("up")
        assert bench.form.focused.id == "field-photo"
        await bench.press("down", "down", "down")
        assert bench.form.focused.id == "field-stores"


@pytest.mark.parametrize("key", ["ctrl+e", "ctrl+d", "ctrl+w", "ctrl+f", "ctrl+b", "ctrl+t"])
@pytest.mark.parametrize("name", ["city", "notes"])
async def test_keys_of_the_registry_edit_nothing(book: Book, name: str, key: str) -> None:
    async with form_on(book, 2) as bench:
        await bench.go(name)
        await bench.type("one two")
        await bench.press("left", "left", key, "x")
        assert bench.form.model.entries[name] == "one txwo"


@pytest.mark.parametrize(
    "error", [BusyBookError("The book is busy."), ReadOnlyBookError("Read only."), OSError(28, "full")]
)
async def test_an_error_while_saving_keeps_everything_typed(
    book: Book, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    async with form_on(book) as bench:
        await bench.fill(**WHO)
        with monkeypatch.context() as broken:
            broken.setattr(customers, "create", refuse)
            await bench.press("ctrl+s")
        assert bench.result is LEFT_OPEN
        assert (str(error) if not isinstance(error, OSError) else "full") in bench.text
        assert bench.form.model.entries["email"] == "ana@example.com"
        assert "[ Save ]" in bench.text
        await bench.press("ctrl+s")
        assert customers.get(book, bench.result).name == "Ana Souza"


async def test_an_unknown_customer_is_said_and_the_form_closes(book: Book) -> None:
    async with form_on(book, 999) as bench:
        await bench.settle()
        assert bench.result is None
        assert "no longer in the book" in bench.text


async def test_a_new_form_starts_with_what_was_searched_for(book: Book) -> None:
    async with form_on(book, prefill={"first_name": "Ana", "phone": "555 0100 20"}) as bench:
        assert "Ana" in bench.line("First Name")
        assert not bench.form.unsaved
        await bench.fill(last_name="Souza", email="ana@example.com")
        await bench.press("ctrl+s")
        assert customers.get(book, bench.result).phone == "555 0100 20"


async def test_wide_terminals_have_two_columns(book: Book) -> None:
    async with form_on(book, size=(132, 43)) as bench:
        assert "Customer Store" in bench.line(" General ")
        await bench.pilot.resize_terminal(80, 24)
        await bench.settle()
        assert "Customer Store" not in bench.line(" General ")


async def test_quitting_with_changes_asks(book: Book) -> None:
    async with form_on(book, 1) as bench:
        await bench.press("x", "f10")
        assert "Leave Regulars?" in bench.text
        await bench.press("escape")
        assert bench.form.model.entries["first_name"] == "Joséx"


async def test_the_country_names_are_not_read_before_the_form_stands(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui.widgets.country_field import CountryField

    control = CountryField("country", "BR")
    assert control._named == "BR"
    async with form_on(book, 1) as bench:
        await bench.go("country")
        assert "United States" in bench.line("Country")


async def test_keys_that_come_in_one_burst_go_where_they_were_meant(book: Book) -> None:
    from textual import events

    def arrive(*keys: str) -> None:
        for char in keys:
            key = {"\t": "tab", "\n": "enter", "\x0b": "ctrl+k", "\x13": "ctrl+s"}.get(char, char)
            bench.app.post_message(events.Key(key, char))

    async with form_on(book) as bench:
        burst = "Ann\tBarker\tann.barker@example.com\t555 0100 77\tf\t1985-03-07\tX77\n"
        arrive(*burst, *"\x0b\x0b\x0b1 Main Street\t\tLeeds\x13")
        while bench.result is LEFT_OPEN:
            await bench.pilot.pause(0.05)
        made = customers.get(book, bench.result)
    assert (made.first_name, made.last_name, made.email) == ("Ann", "Barker", "ann.barker@example.com")
    assert (made.phone, made.gender, made.id_number) == ("555 0100 77", "Female", "X77")
    assert (made.address_line1, made.city) == ("1 Main Street", "Leeds")
    assert made.date_of_birth == date(1985, 3, 7)
