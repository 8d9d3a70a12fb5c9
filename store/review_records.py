"""What waits for a person's answer, the imports that can be taken back, and pairs who may be one person."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a question is about."""

    CONFLICT = "conflict"
    """Two people wrote different values without having seen each other's."""
    LIST = "list"
    """A list without the book's own state says something else than the book."""
    BLANK = "blank"
    """A cell was emptied; it may have been meant."""
    PERSON = "person"
    """A row has become somebody else's in every respect: its cells may have slipped."""
    POINTS = "points"
    """A sheet says a balance that is not the book's."""
    WHO = "who"
    """Two customers share an e-mail or a phone, and may be one person."""


class Answer(StrEnum):
    """How a question is answered: `take` what is offered (for WHO: one person), `keep` what is there (two people)."""

    TAKE = "take"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the review. The same state asks the same questions, with the same ids, in every book.

    `name` is the customer's, `label` the field's; `base`, `ours` and `theirs` are values as they are shown: what was
    there when the other value was written ('' when nobody knows), what is in force, and what is offered: of a list's
    balance what it would come to, and behind it what the list says where that differs. `source` says in words where
    that comes from, and `ours_source` where the value in force does; `at` and `ours_at` say when each was written, on
    the shop's clock. These are '' where nobody knows, and no part of what is asked: each book tells them as it sees
    them. For WHO `other_uid` and `theirs` are the other customer, and `label` names what the two share. Questions of
    one `row` that has slipped are answered as one; '' for all others.
    """

    id: str
    kind: Kind
    customer_uid: str
    name: str
    label: str
    base: str
    ours: str
    theirs: str
    source: str = field(default="", compare=False, repr=False)
    other_uid: str = ""
    ours_source: str = field(default="", compare=False, repr=False)
    at: str = field(default="", compare=False, repr=False)
    ours_at: str = field(default="", compare=False, repr=False)
    row: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of answers: how many were carried out, and how many questions nobody asks any more."""

    done: int
    gone: int


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import that ended: `started_at` is UTC as the book keeps it. `created` and `updated` count customers.

    `others` are the rows of the other sheets that were written, `refused` the rows of any sheet that were not, and
    `answered` the questions that were answered with it: whom only answers changed is in no other count.
    `state` is 'applied', 'taking back' or 'taken back'; with `can_be_taken_back` the record of what it changed is still
    there. `went_out` says that the book was exported since.
    """

    id: int
    file_name: str
    employee: str
    till: str
    started_at: str
    state: str
    created: int
    updated: int
    refused: int
    can_be_taken_back: bool
    went_out: bool = False
    others: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking an import back did: rows restored, rows removed, and a sentence for each that had to stay.

    `notes` are sentences about the whole.
    """

    restored: int
    removed: int
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers who may be one, and why: `because` names the fields that agree, the strongest pairs first."""

    uid: str
    name: str
    other_uid: str
    other_name: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Who was put together with a customer: as they were then, with the points and receipts that they brought along."""

    uid: str
    name: str
    email: str
    phone: str
    points: int
    receipts: int
