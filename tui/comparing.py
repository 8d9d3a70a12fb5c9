"""Two customers who may be one person: field by field, what differs first."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from textual.content import Content

from store import customers, duplicates, fields
from store.fields import Kind
from tui.question_words import EMPTY, one_line
from tui.widgets.line_list import fit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.customer_records import Customer
    from store.database import Book
    from store.review_records import Question

NAME = "Name"
LABEL_WIDTH = 20
_IN_THE_NAME = "first_name", "last_name"
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of two customers, as it is shown; `after` is what shows once they are one, None where nobody knows."""

    label: str
    one: str
    other: str
    after: str | None = None

    @property
    def same(self) -> bool:
        """Whether the two agree."""
        return self.one == self.other


def both(book: Book, uid: str, other_uid: str) -> list[Compared]:
    """Two customers of the book, compared. Raises UnknownCustomerError when one is not in it."""
    two = customers.by_uid(book, uid), customers.by_uid(book, other_uid)
    return compared(*two, duplicates.shown_after(book, uid, other_uid))


def names(question: Question) -> list[Compared]:
    """The names of two of whom one is not in the book: all that a question tells."""
    return [Compared(NAME, question.name, question.theirs)]


def compared(one: Customer, other: Customer, after: Mapping[str, str] = _NOTHING) -> list[Compared]:
    """The names, then what differs, then what is the same, as fields are always listed; what both lack is left out.

    `after` is what shows by field once they are one.
    """
    found = [
        Compared(
            field.label,
            field.show(getattr(one, field.name)),
            field.show(getattr(other, field.name)),
            after.get(field.name),
        )
        for field in fields.FIELDS
        if field.kind is not Kind.UID and field.name not in _IN_THE_NAME
    ]
    told = [row for row in found if row.one or row.other]
    told.sort(key=lambda row: row.same)
    name = " ".join(filter(None, (after.get(part) for part in _IN_THE_NAME)))
    return [Compared(NAME, one.name, other.name, name or None), *told]


def beside(rows: Sequence[Compared], width: int, lines: int) -> Content:
    """As much of a comparison as `lines` lines hold: the names, what differs, and in the last what is the same."""
    name, *others = rows
    differing = [row for row in others if not row.same]
    same = ", ".join(row.label for row in others if row.same)
    room = max(lines - 2, 1)
    listed = differing[:room]
    left_out = len(differing) - len(listed)
    each = max((width - LABEL_WIDTH) // 2, 1)
    shown_lines = [_beside(name, each, "bold"), *(_beside(row, each) for row in listed)]
    last = [f"{left_out} more differ" if left_out else "", f"the same: {same}" if same else ""]
    said = "; ".join(filter(None, last))
    shown_lines.append(Content(fit(said[:1].upper() + said[1:], max(width, 1))))
    return Content("\n").join(shown_lines)


def _beside(row: Compared, each: int, style: str = "") -> Content:
    sides = (fit(one_line(text) if text else EMPTY, max(each - 1, 1)) for text in (row.one, row.other))
    return Content.assemble((fit(row.label, LABEL_WIDTH), "$muted"), *((f"{side} ", style) for side in sides))
