"""What of a file needs more than a new row: states to be joined with the book's, and what that shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import review, rows
from store.exchange import FieldMove, RowMove
from store.fields import BY_NAME, FIELDS
from store.merge import codec, exchange, questions, state
from store.merge.state import NOTHING, POINTS, Row, Why
from store.workbook import journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from store.merge.exchange import Entry
    from store.merge.writing import Rows
    from store.review_records import Question
    from store.rows import Person

WHYS = {Why.LIST: "the list says otherwise", Why.BLANK: "the cell is empty", Why.PERSON: "the row is somebody else's"}
_WHY_OF_KIND = {str(why): words for why, words in WHYS.items()} | {"points": WHYS[Why.LIST]}
_ORDER = [field.name for field in FIELDS]


@dataclass(slots=True)
class Merge:
    """Somebody as the file has them: `rows` by uid under `uid`; `row` is their visible row, 0 where they have none.

    `base` is what the row's editor saw, by field, where the file tells.
    """

    row: int
    uid: str
    rows: Rows
    digest: bytes = b""
    base: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    def step(self) -> list[Any]:
        """As it is staged."""
        told = {uid: codec.whole(row) for uid, row in self.rows.items()}
        return [self.row, self.uid, told, self.digest.hex(), self.reason]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a merge comes to: whether the state changes at all, the move that people see, and new questions."""

    changes: bool
    kind: str
    move: RowMove
    asked: tuple[Question, ...]
    enters: bool
    """Whether the ledger gets a line, be it one that changes neither the balance nor the last reason."""

    @property
    def is_seen(self) -> bool:
        """Whether anything of the customer that a list or form shows becomes another."""
        return self.enters or any(not move.held for move in self.move.fields)


def joined(ours: Rows, theirs: Rows) -> Rows:
    """The rows of one person, from the book and from a file."""
    return {uid: state.join(ours.get(uid, NOTHING), theirs.get(uid, NOTHING)) for uid in {**ours, **theirs}}


def outcome(merge: Merge, there: Sequence[Person], entries: Iterable[Entry], more: Iterable[Entry]) -> Outcome:
    """What a merge with these customers of the book would do; `more` are the ledger entries that the file brings."""
    ours: Rows = {uid: row for person in there for uid, row in person.rows.items()}
    both = joined(ours, merge.rows)
    before, after = state.view(ours.values()) if ours else NOTHING, state.view(both.values())
    lines = list(entries)
    known = {entry.uid for entry in lines}
    all_lines = [*lines, *(entry for entry in more if entry.uid not in known)]
    leader = there[0].uid if there else merge.uid
    asked_before = {question.id for question in questions.asked(leader, before, lines)} if ours else set()
    asked = tuple(question for question in review.told(leader, after, all_lines) if question.id not in asked_before)
    fields = [*_moves(merge, before, after), *_of_ledger(before, after, lines, all_lines)]
    fields += [
        FieldMove(question.label, question.base, question.ours, question.theirs, _why(question), held=True)
        for question in asked
    ]
    kind = "updated" if there else "created"
    move = RowMove(merge.row, leader, review.full_name(after), kind, tuple(fields))
    differs = both != ours and (_last_reason(lines) is None or _without_reasons(both) != _without_reasons(ours))
    enters = len(all_lines) > len(lines)
    return Outcome(differs or len(there) > 1 or enters, kind, move, asked, enters)


def _without_reasons(rows_now: Rows) -> Rows:
    return {uid: journal.without_reason(row) for uid, row in rows_now.items()}


def _last_reason(lines: Iterable[Entry]) -> str | None:
    """The reason of the ledger's latest line that has one; None without any."""
    return max(((line.at, line.uid, line.reason) for line in lines if line.reason), default=(None,))[-1]


def _why(question: Question) -> str:
    return _WHY_OF_KIND.get(question.kind, "changed in two places at once")


def _moves(merge: Merge, before: Row, after: Row) -> list[FieldMove]:
    found = []
    names = {*before.fields, *before.offers, *after.fields, *after.offers} - {POINTS, "reason"}
    for name in sorted(names, key=_ORDER.index):
        ours, theirs = state.in_force(before, name), state.in_force(after, name)
        if ours != theirs and not (state.is_blank(ours) and state.is_blank(theirs)):
            base = review.shown(name, merge.base.get(name))
            found.append(FieldMove(BY_NAME[name].label, base, review.shown(name, ours), review.shown(name, theirs)))
    return found


def _of_ledger(before: Row, after: Row, lines: Sequence[Entry], all_lines: Sequence[Entry]) -> Iterator[FieldMove]:
    """The balance and the reason, which are what the lines say; a state's reason counts until one of them has one."""
    ours, theirs = exchange.balance(before, lines), exchange.balance(after, all_lines)
    if ours != theirs:
        yield FieldMove(BY_NAME[POINTS].label, "", f"{ours:,}", f"{theirs:,}")
    was, now = (
        _last_reason(some) or review.shown("reason", state.in_force(row, "reason"))
        for row, some in ((before, lines), (after, all_lines))
    )
    if was != now:
        yield FieldMove(BY_NAME["reason"].label, "", was, now)


def base_of(values: Sequence[Any]) -> dict[str, Any]:
    """A file's own values by field."""
    return {name: values[at] for at, name in enumerate(_ORDER) if name in rows.FIELD_NAMES}
