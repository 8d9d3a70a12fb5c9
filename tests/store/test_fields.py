"""The one table of customer fields: what each reads, refuses and shows."""

from __future__ import annotations

from dataclasses import fields as attributes
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import clock
from store.customer_records import Customer
from store.errors import FieldError
from store.fields import BY_NAME, COLUMN_LABELS, FIELDS, Kind, countries, show_date
from store.records import DEFAULT_COLUMNS, Value

READ: list[tuple[str, str, Value]] = [
    ("first_name", "  José \t María ", "José María"),
    ("first_name", "e\u0301", "é"),
    ("first_name", "a\x1b[31mb", "a [31mb"),
    ("first_name", "x" * 25, "x" * 25),
    ("email", " Ann@Example.COM ", "Ann@Example.COM"),
    ("phone", "+1 (555) 010-1234 ext. 5", "+1 (555) 010-1234 ext. 5"),
    ("phone", "", ""),
    ("gender", "m", "Male"),
    ("gender", "OTHER", "Others"),
    ("date_of_birth", "07-Mar-1985", date(1985, 3, 7)),
    ("date_of_birth", "1985-03-07 00:00:00", date(1985, 3, 7)),
    ("date_of_birth", "March 7, 1985", date(1985, 3, 7)),
    ("date_of_birth", "31/12/1985", date(1985, 12, 31)),
    ("date_of_birth", "05.05.1985", date(1985, 5, 5)),
    ("date_of_birth", "", None),
    ("anniversary", "1-sept-2030", date(2030, 9, 1)),
    ("id_number", "AB12", "AB12"),
    ("notes", "one\r\ntwo  \n\n", "one\ntwo"),
    ("stores", "Downtown; Airport\nDowntown|", ("Downtown", "Airport")),
    ("loyalty", "yes", True),
    ("loyalty", "", False),
    ("points", "1,250", 1250),
    ("points", "", 0),
    ("zip_code", "06270-12", "06270-12"),
    ("zip_code", "sw1a 1aa", "SW1A 1AA"),
    ("zip_code", "ßßßßß", "ßßßßß"),
    ("country", "United States", "US"),
    ("country", "uk", "GB"),
    ("country", "ci", "CI"),
    ("uid", "0F1F0E2E0C3C4B5B8A7A1234567890AB", "0f1f0e2e-0c3c-4b5b-8a7a-1234567890ab"),
    ("active", "Inactive", False),
]

REFUSED: list[tuple[str, str, str]] = [
    ("first_name", " ", "required"),
    ("last_name", "x" * 26, "at most 25"),
    ("email", "", "required"),
    ("email", "nobody", "not a valid"),
    ("email", "a@b@c.de", "not a valid"),
    ("email", "a" * 10_000, "not a valid"),
    ("phone", "12345", "6 to 28 digits"),
    ("phone", "1" * 29, "6 to 28 digits"),
    ("phone", "call me 555 0101", r"digits, spaces and \+ - \( \) only; 6 to 28 digits"),
    ("phone", "+1 841-555-4040abc", r"digits, spaces and \+ - \( \) only; 6 to 28 digits"),
    ("gender", "x", "one of Male, Female, Others"),
    ("date_of_birth", "03/04/1985", "day or month first"),
    ("date_of_birth", "30-Feb-1985", "no such date"),
    ("date_of_birth", "07-Mar-85", "a date such as"),
    ("date_of_birth", show_date(clock.today() + timedelta(days=1)), "future"),
    ("date_of_birth", "01-Jan-1800", "too long ago"),
    ("id_number", "AB-12", "letters and digits"),
    ("gate_code", "#1", "letters and digits"),
    ("loyalty", "maybe", "YES or NO"),
    ("points", "-1", "0 or more"),
    ("points", "1.5", "whole number"),
    ("points", "1,5", "whole number"),
    ("points", "12,34", "whole number"),
    ("points", "9" * 16, "whole number"),
    ("zip_code", "123", "4 to 9"),
    ("zip_code", "1234567890", "4 to 9"),
    ("zip_code", "12_45", "letters and digits"),
    ("country", "Atlantis", "not a country"),
    ("uid", "12", "not a customer UID"),
    ("active", "perhaps", "Active or Inactive"),
]


@pytest.mark.parametrize(("field", "text", "value"), READ)
def test_a_text_is_read(field: str, text: str, value: Value) -> None:
    assert BY_NAME[field].read(text) == value


@pytest.mark.parametrize(("field", "text", "words"), REFUSED)
def test_a_wrong_text_is_refused_in_words(field: str, text: str, words: str) -> None:
    with pytest.raises(FieldError, match=words) as caught:
        BY_NAME[field].read(text)
    assert caught.value.field == field


@pytest.mark.parametrize(("field", "text", "value"), READ)
def test_what_is_shown_reads_back(field: str, text: str, value: Value) -> None:
    assert BY_NAME[field].read(BY_NAME[field].show(value)) == value


@given(st.sampled_from(FIELDS), st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_and_reads_back(field: object, text: str) -> None:
    from store.fields import Field

    assert isinstance(field, Field)
    try:
        value = field.read(text)
    except FieldError:
        return
    shown = field.show(value)
    shown.encode()
    assert field.read(shown) == value


@given(st.dates(date(1000, 1, 1), date(9999, 12, 31)))
def test_every_date_shown_reads_back(day: date) -> None:
    assert BY_NAME["anniversary"].read(show_date(day)) == day


def test_the_fields_are_those_of_a_customer() -> None:
    own = {attribute.name for attribute in attributes(Customer)}
    assert own == {field.name for field in FIELDS} | {"id", "version", "has_photo"}
    assert set(DEFAULT_COLUMNS) <= set(COLUMN_LABELS)


def test_no_header_means_two_fields() -> None:
    headers = [header.lower() for field in FIELDS for header in (field.label, *field.aliases)]
    assert len(headers) == len(set(headers))


def test_a_field_says_what_is_empty_in_it() -> None:
    for field in FIELDS:
        assert field.show(field.empty) == {Kind.TOGGLE: "NO", Kind.STATUS: "Active", Kind.WHOLE: "0"}.get(
            field.kind, ""
        )


def test_countries_are_in_order_of_their_names() -> None:
    assert next(iter(countries())) == "AF"
    assert countries()["CI"].startswith("C")
    assert all(len(code) == 2 for code in countries())
