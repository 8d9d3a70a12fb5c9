"""What of a file needs more than a new row: states to be joined with the book's, and what that shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from store import review, rows, sources
from store.exchange import FieldMove, RowMove
from store.fields import BY_NAME, FIELDS
from store.merge import codec, exchange, people, questions, state
from store.merge.state import NOTHING, POINTS, Row, Why
from store.workbook import journal

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from store.merge.exchange import Entry
    from store.merge.people import Groups
    from store.merge.state import Offer, Version
    from store.merge.writing import Rows
    from store.review_records import Question
    from store.rows import Person
    from store.sources import Teller
    from store.workbook.cells import Fault

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
    is_list: bool = False
    """Whether the row came without a state."""
    beside: Sequence[int] = ()
    """The other visible rows that are of the same person."""
    edits: frozenset[str] = frozenset()
    """The origins of what was edited in the visible row."""
    held: Sequence[tuple[int, str, Fault]] = ()
    """The cells of visible rows that are to be asked about, by row and field, each with why."""
    edited: Sequence[tuple[int, str, str]] = ()
    """The other cells of visible rows that say something new, by row and field, each with its value as it is shown."""
    keeps_keys: bool = False
    """Whether the book has all of this but edits that say nothing of who somebody is."""

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
    """Whether the ledger gets a line, or other points or words in one, be it that neither balance nor reason change."""
    only_later: bool = False
    """Whether all of it is there already, and only times are news: values were written later, or offered earlier."""

    is_shown: bool = False
    """Whether values become others by it."""
    told: tuple[Question, ...] = ()
    """All that is asked then, whether it was asked already or not."""
    settled: int = 0
    """Questions that nobody asks any more, where nothing is seen of it."""

    @property
    def is_seen(self) -> bool:
        """Whether anything of the customer that a list or form shows becomes another."""
        return self.enters or self.is_shown


def apart(merge: Merge, groups: Groups) -> list[Merge]:
    """What a file says of somebody, by the persons that their uids are; the visible row stays with its own uid."""
    by_person: dict[str, Rows] = {}
    for uid, row in merge.rows.items():
        by_person.setdefault(groups.top(uid), {})[uid] = row
    if len(by_person) < 2:
        return [merge]
    own = by_person.pop(groups.top(merge.uid), {})
    others = [Merge(0, people.leading(some), some) for some in by_person.values()]
    return [replace(merge, rows=own, digest=b""), *others]


def together(merges: Sequence[Merge]) -> Merge:
    """What a file says of one person in several places."""
    if len(merges) == 1:
        return merges[0]
    all_rows: Rows = {}
    for merge in merges:
        all_rows = joined(all_rows, merge.rows)
    first, *others = sorted(merges, key=lambda merge: (not merge.row, merge.row))
    uid = people.leading({*all_rows, *(merge.uid for merge in merges)})
    reason = next((merge.reason for merge in merges if merge.reason), "")
    beside = [merge.row for merge in others if merge.row]
    edits = frozenset().union(*(merge.edits for merge in merges))
    held = [cell for merge in merges for cell in merge.held]
    edited = [cell for merge in merges for cell in merge.edited]
    is_list = any(merge.is_list for merge in merges)
    return Merge(first.row, uid, all_rows, b"", first.base, reason, is_list, beside, edits, held, edited)


def joined(ours: Rows, theirs: Rows) -> Rows:
    """The rows of one person, from the book and from a file."""
    return {uid: state.join(ours.get(uid, NOTHING), theirs.get(uid, NOTHING)) for uid in {**ours, **theirs}}


def outcome(
    merge: Merge,
    there: Sequence[Person],
    entries: Iterable[Entry],
    more: Iterable[Entry],
    typed: Sequence[Entry] = (),
    *,
    teller: Teller,
) -> Outcome:
    """What a merge with these customers of the book would do; `more` are the ledger entries that the file's state has.

    `typed` are those of its sheet Loyalty, which are counted there: balances are told as they are after them.
    `teller` tells where values come from.
    """
    ours: Rows = {uid: row for person in there for uid, row in person.rows.items()}
    both = joined(ours, merge.rows)
    before, after = there[0].view if there else NOTHING, state.view(both.values())
    lines = list(entries)
    own = _own(there, lines)
    all_lines = _joined_lines(lines, more, {merge.uid, *both})
    in_the_end = [*all_lines, *typed]
    leader = people.leading(both) if both else merge.uid
    told = review.told(leader, both, in_the_end, replace(teller, edits=merge.edits))
    plain = _moves(merge, before, after)
    is_shown = bool(plain) or any(_of_ledger(before, after, own, all_lines))
    differs = both != ours and (_last_reason(lines) is None or _without_reasons(both) != _without_reasons(ours))
    enters = _said_by(all_lines) != _said_by(lines)
    changes = differs or len(there) > 1 or set(all_lines) != set(lines)
    is_quiet = changes and not (enters or is_shown)
    asked_before = {asked.id for asked in _asked_before(leader, there, lines)} if told or is_quiet else set[str]()
    asked = tuple(question for question in told if question.id not in asked_before)
    settled = len(asked_before - {question.id for question in told}) if is_quiet else 0
    fields = _with_questions([*plain, *_of_ledger(before, after, own, in_the_end)], asked)
    kind = "updated" if there else "created"
    move = RowMove(merge.row, leader, review.full_name(after), kind, tuple(fields))
    is_one = len(there) == 1 and not (enters or is_shown)
    only_later = is_one and _without_times(both) == _without_times(ours)
    return Outcome(changes, kind, move, asked, enters, only_later, is_shown, tuple(told), settled)


def _with_questions(moves: Sequence[FieldMove], asked: Iterable[Question]) -> list[FieldMove]:
    """What changes, each with the values that wait beside the new one; then of what does not change what waits."""
    by_label = {move.label: move for move in moves}
    held: list[FieldMove] = []
    for question in asked:
        move, why = by_label.get(question.label), _why(question)
        if move is None:
            held.append(FieldMove(question.label, question.base, question.ours, question.theirs, why, held=True))
        else:
            by_label[move.label] = replace(move, why=why, waiting=(*move.waiting, question.theirs))
    return [*by_label.values(), *held]


def _asked_before(leader: str, there: Sequence[Person], lines: Sequence[Entry]) -> Iterator[questions.Asked]:
    """What is asked about each of these already, as it is asked once they are one."""
    for person in there:
        theirs = [entry for entry in lines if entry.customer in person.rows]
        yield from questions.asked(leader, person.view, theirs)


def _own(there: Sequence[Person], lines: Iterable[Entry]) -> list[Entry]:
    """The first customer's lines: of several that become one, that one is seen to change."""
    others = {uid for person in there[1:] for uid in person.rows}
    return [entry for entry in lines if entry.customer not in others]


def _joined_lines(lines: Iterable[Entry], more: Iterable[Entry], uids: Container[str]) -> list[Entry]:
    """The ledger of a person with these uids: of two contents of a line the larger, be it that it is another's then."""
    known = {entry.uid: entry for entry in lines}
    both = dict(known)
    for entry in more:
        both[entry.uid] = exchange.larger_entry(entry, both.get(entry.uid, entry))
    return [entry for uid, entry in both.items() if entry == known.get(uid) or entry.customer in uids]


def _said_by(lines: Iterable[Entry]) -> set[tuple[str, int, str]]:
    """What people see of lines, wherever and whenever they were written."""
    return {(line.uid, line.points, line.reason) for line in lines}


def _without_times(rows_now: Rows) -> Rows:
    return {
        uid: replace(row, fields=_untimed(row.fields), offers=_unsourced(row))
        for uid, row in _without_reasons(rows_now).items()
    }


def _untimed(fields: Mapping[str, frozenset[Version]]) -> dict[str, frozenset[Version]]:
    return {name: frozenset(version._replace(at=0) for version in versions) for name, versions in fields.items()}


def _unsourced(row: Row) -> dict[str, frozenset[Offer]]:
    """The offers by what they say alone; that a list clears what is blank is of no account."""
    found = {
        name: frozenset(
            offer._replace(
                at=0, source="", of="", key="" if offer.why is Why.LIST else offer.key, value=offer.value or None
            )
            for offer in some
            if not (offer.why is Why.BLANK and state.is_blank(state.in_force(row, name)))
        )
        for name, some in row.offers.items()
    }
    return {name: some for name, some in found.items() if some}


def _without_reasons(rows_now: Rows) -> Rows:
    return {uid: journal.without_reason(row) for uid, row in rows_now.items()}


def _last_reason(lines: Iterable[Entry]) -> str | None:
    """The reason of the ledger's latest line that has one; None without any."""
    return max(((line.at, line.uid, line.reason) for line in lines if line.reason), default=(None,))[-1]


def _why(question: Question) -> str:
    if question.source == sources.TOGETHER:
        return "two entries become one"
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
