"""The loyalty programme: what a manager may choose."""

from __future__ import annotations

from contextlib import closing
from dataclasses import fields as fields_of
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from store import fields, programme, settings
from store.database import Book, open_book
from store.errors import InvalidSettingsError
from store.loyalty_records import Awards, Programme

if TYPE_CHECKING:
    from pathlib import Path

CHOSEN = Programme(
    on=True, currency="Stars", sign_up_points=50, visit_points=5, amount_points=2, per_amount=Decimal("2.5"),
    point_value=Decimal("0.000125"), minimum=100, reasons=("Birthday", "Café Łódź"), awards=Awards.BOOK,
)  # fmt: skip


def test_a_new_book_has_the_manuals_programme(book: Book) -> None:
    assert programme.of(book) == Programme(reasons=("Birthday", "Complaint", "Correction", "Welcome"))


def test_a_programme_is_kept(book: Book, book_path: Path) -> None:
    programme.choose(book, CHOSEN)
    with closing(open_book(book_path)) as again:
        assert programme.of(again) == CHOSEN


def test_every_field_is_kept_in_a_setting(book: Book) -> None:
    values = programme.checked(CHOSEN, 2)
    assert values.keys() == {field.name for field in fields_of(Programme)}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "Dollars"),
        ("currency", "stars"),
        ("sign_up_points", -1),
        ("visit_points", 10_000_000),
        ("amount_points", True),
        ("amount_points", 1.5),
        ("per_amount", Decimal(0)),
        ("per_amount", Decimal(-1)),
        ("per_amount", Decimal("0.001")),
        ("per_amount", Decimal("NaN")),
        ("per_amount", Decimal("Infinity")),
        ("per_amount", Decimal("1e12")),
        ("point_value", Decimal("-0.01")),
        ("point_value", Decimal("0.0000001")),
        ("minimum", -1),
        ("reasons", ("Birthday", " ")),
        ("reasons", ("Birthday", "BIRTHDAY ")),
        ("reasons", tuple(f"Reason {at}" for at in range(51))),
        ("reasons", ("x" * (fields.LINE_LIMIT + 1),)),
        ("awards", "nobody"),
    ],
)
def test_a_wrong_rule_is_refused_at_its_field(book: Book, field: str, value: Any) -> None:
    before = programme.of(book)
    with pytest.raises(InvalidSettingsError) as caught:
        programme.choose(book, replace(CHOSEN, **{field: value}))
    assert [fault.field for fault in caught.value.faults] == [field]
    assert programme.of(book) == before


def test_all_faults_are_told_at_once(book: Book) -> None:
    with pytest.raises(InvalidSettingsError) as caught:
        programme.choose(book, Programme(currency="", visit_points=-1, per_amount=Decimal(0), minimum=-1))
    assert [fault.field for fault in caught.value.faults] == ["currency", "visit_points", "per_amount", "minimum"]


def test_the_largest_rules_are_taken_and_reasons_are_tidied(book: Book) -> None:
    chosen = replace(
        CHOSEN,
        sign_up_points=9_999_999,
        per_amount=Decimal("0.01"),
        point_value=Decimal("-0.00"),
        reasons=("  Birth\n day ", *(f"{at}" for at in range(49))),
    )
    programme.choose(book, chosen)
    kept = programme.of(book)
    assert (kept.sign_up_points, kept.per_amount, kept.point_value) == (9_999_999, Decimal("0.01"), Decimal(0))
    assert kept.reasons[0] == "Birth day"
    assert settings.get(book, "point_value") == "0"


def test_an_amount_has_no_more_places_than_the_money(book: Book) -> None:
    settings.put(book, "minor_digits", 0)
    with pytest.raises(InvalidSettingsError, match="no decimal places"):
        programme.choose(book, CHOSEN)
    programme.choose(book, replace(CHOSEN, per_amount=Decimal("100.00")))
    assert settings.get(book, "per_amount") == "100"


def test_what_points_are_worth() -> None:
    assert CHOSEN.worth(8000) == 1
    assert Programme().worth(8000) is None
