"""What a book knows of somebody's fields, in words: what is in force, what was said beside it, and what was before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from store import members, review, rows, settings
from store.fields import BY_NAME, FIELDS, Kind
from store.merge import state
from store.merge.state import BIRTH, EDIT, Why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.database import Book
    from store.merge.state import Row, Value
    from store.rows import Person

HERE, ELSEWHERE, SHEET = "entered in this shop", "entered at another till", "an edited workbook"
BORN, MERGED = "when the customer was entered", "before two entries were put together"
WAITS = {Why.BLANK: "emptied in {}", Why.PERSON: "in another row of {}", Why.LIST: "in {}"}
"""How a value came that waits for an answer."""
EMPTY = "(empty)"
_A_LIST = "a list"


class Said(NamedTuple):
    """A field's value, and whatever else was said of it, with where that came from."""

    label: str
    value: str
    other: str = ""
    source: str = ""


def fields_of(book: Book, person: Person) -> list[Said]:
    """Every field that has a value, or of which something else was said, in the order of the form."""
    others = list(_others(book, person))
    points = {"points": f"{person.points:,}"}
    told: list[Said] = []
    for field in FIELDS:
        if field.kind is Kind.UID:
            continue
        label = BY_NAME[field.name].label
        value = points.get(field.name) or review.shown(field.name, person.values.get(field.name))
        beside: dict[str, str] = {}
        for name, other, source in others:
            if name == field.name and other != value:
                beside.setdefault(other, source)
        lines = [Said(label, value, other, source) for other, source in beside.items()]
        told += lines or ([Said(label, value)] if value else [])
    return told


def _others(book: Book, person: Person) -> Iterator[tuple[str, str, str]]:
    """Field, value and source of everything that is kept of a person's rows, and of what those were before."""
    own = str(settings.get(book, "origin"))
    for row in person.rows.values():
        yield from _of_row(row, own)
    for kept in members.noted(book, person.rows).values():
        for row in kept.values():
            for name, value, _ in _of_row(row, own):
                yield name, value, MERGED


def _of_row(row: Row, own: str) -> Iterator[tuple[str, str, str]]:
    for name in sorted({*row.fields, *row.offers}):
        for version in sorted(row.fields.get(name, ()), key=repr):
            yield name, review.shown(name, version.value), _source(version.origin, own)
        for offer in sorted(row.offers.get(name, ()), key=repr):
            value = EMPTY if offer.value is None else review.shown(name, offer.value)
            yield name, value, WAITS[offer.why].format(offer.source or _A_LIST)


def _source(origin: str, own: str) -> str:
    if origin == own:
        return HERE
    if origin.startswith(BIRTH):
        return BORN
    return SHEET if origin.startswith(EDIT) else ELSEWHERE


class Import(NamedTuple):
    """An import that concerned a customer: the moment as the book has it, and what it was about.

    `field` had the value `before` until then.
    """

    at: str
    file: str
    employee: str
    till: str
    what: str
    field: str = ""
    before: str = ""


MADE, CHANGED, COUNTED = "brought the customer", "changed the customer", "changed the points"
_RECORDS = """
    SELECT started_at, file_name, employee, till, kind, before
    FROM import_change JOIN import_run ON import_run.id = run_id
    WHERE row_id = :id AND kind IN ('person', 'customer version')
        OR kind = 'customer' AND (row_id = :id OR before IN (SELECT json_quote(value) FROM json_each(:uids)))
    ORDER BY run_id, kind"""


def imports_of(book: Book, person: Person) -> list[Import]:
    """The imports of which the book still keeps a record that concerns a customer, with what was there before."""
    found: list[Import] = []
    given = {"id": person.id, "uids": json.dumps(list(person.rows))}
    for at, file, employee, till, kind, before in book.rows(_RECORDS, given):
        told = None if before is None else json.loads(before)
        about = (at, file, employee, till)
        if kind == "customer" and not isinstance(told, dict):
            found += [Import(*about, MADE)] if told is None or told in person.rows else []
        elif kind == "customer version":
            found.append(Import(*about, COUNTED, *_reason(told)))
        elif isinstance(told, dict) and person.uid in told.get("rows", person.rows):
            found += [Import(*about, CHANGED, *change) for change in _changes(told, person)] or [
                Import(*about, CHANGED)
            ]
    return found


def _reason(told: object) -> tuple[str, str]:
    return (BY_NAME["reason"].label, str(told[1])) if isinstance(told, list) and told[1] else ("", "")


def _changes(told: dict[str, object], person: Person) -> Iterator[tuple[str, str]]:
    """The fields, by label, that had another value, and which."""
    columns = told.get("columns", told)
    for name, value in columns.items() if isinstance(columns, dict) else ():
        if name in rows.COLUMNS and name != "reason" and not state.is_blank(value):  # reasons are the ledger's
            shown = review.shown(name, _plain(value))
            if shown != review.shown(name, person.values.get(name)):
                yield BY_NAME[name].label, shown


def _plain(value: object) -> Value:
    return value if isinstance(value, str | int) else None
