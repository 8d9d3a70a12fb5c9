"""The points ledger: entries are only ever added, and a customer's balance is their sum."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from store import clock, fields, settings
from store.errors import (
    AlreadyReversedError,
    BalanceMovedError,
    FieldError,
    InactiveCustomerError,
    ProgrammeOffError,
    ReversalError,
    UnknownCustomerError,
    UnknownEntryError,
)
from store.loyalty_records import LedgerLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.database import Book

NAMESPACE = uuid.UUID("6a0c1f6e-5d5f-4f0b-9d8b-3a6f1f0a7c21")
"""Entries that must never stand twice have uids derived from what they are for, the same at every till."""
SIGN_UP = "Sign-up"
"""The reason of the points that enrolling gives."""
REVERSAL = "Reversal of {}"
AHEAD = timedelta(minutes=15)
"""How far the clock of another till may be ahead: an entry that is made now counts as later than that till's."""
MOST_AT_ONCE = 9_999_999
"""Points that a person gives or takes by one change; more is a slip of the fingers. Imports bring what they bring."""
TOO_MANY = f"at most {MOST_AT_ONCE:,} more or less at once"


def derived(what: str) -> str:
    """The uid of the one entry that is for this."""
    return str(uuid.uuid5(NAMESPACE, what))


def adjust(book: Book, customer_id: int, *, balance: int, reason: str, seen: int | None = None) -> int:
    """Set a customer's balance, and give it back; what is kept is the difference from the balance at this moment.

    Raises FieldError at 'points' (also for more than MOST_AT_ONCE) or 'reason', ProgrammeOffError,
    InactiveCustomerError, UnknownCustomerError, and BalanceMovedError when the balance is no longer the one that the
    person has `seen`.
    """
    points = fields.BY_NAME["points"].read(str(balance))
    why = str(fields.BY_NAME["reason"].read(reason))
    if not why:
        raise FieldError("reason", "required")
    with book.write():
        now = _changeable(book, customer_id)
        if seen is not None and seen != now:
            raise BalanceMovedError(now)
        difference = int(str(points)) - now
        if abs(difference) > MOST_AT_ONCE:
            raise FieldError("points", TOO_MANY)
        if difference:
            _enter_and_tell(book, customer_id, difference, why)
        return now + difference


def reverse(book: Book, entry_uid: str, *, reason: str = "") -> int:
    """Take an entry back by another of the opposite sign, and give the new balance; each can be taken back once.

    Without a reason it is `Reversal of` the entry's own. A reversal is not taken back itself: what was right is
    entered anew. Raises FieldError at 'reason', and at 'points' for a customer who is not in the programme,
    UnknownEntryError, AlreadyReversedError, ProgrammeOffError, InactiveCustomerError, and ReversalError for a reversal
    and where the balance would fall below 0 or rise above what a field holds.
    """
    given = str(fields.BY_NAME["reason"].read(reason))
    with book.write():
        found = book.rows("SELECT customer_id, points, reason FROM loyalty_entry WHERE uid = ?", (entry_uid,))
        if not found:
            raise UnknownEntryError
        customer_id, points, own = found[0]
        now = _changeable(book, customer_id)
        if is_reversed(book, entry_uid):
            raise AlreadyReversedError
        if _reversals(book, customer_id, {entry_uid: points}):
            raise ReversalError("This entry takes another one back. Enter the points anew instead.")
        if now < points:
            raise ReversalError(f"The balance is {now:,}: less than the {points:,} points to take back.")
        if now - points > fields.MOST_POINTS:
            raise ReversalError(f"No balance is above {fields.MOST_POINTS:,}.")
        why = given or REVERSAL.format(own or "an entry")[: fields.LINE_LIMIT].rstrip()
        _enter_and_tell(book, customer_id, -points, why, uid=_reversal_of(entry_uid))
        return int(now - points)


def is_reversed(book: Book, entry_uid: str) -> bool:
    """Whether an entry was taken back by another."""
    return bool(book.rows("SELECT 1 FROM loyalty_entry WHERE uid = ?", (_reversal_of(entry_uid),)))


def _changeable(book: Book, customer_id: int) -> int:
    """The balance of a customer whose points a person may change now. Raises as `adjust` does."""
    found = book.rows("SELECT points, loyalty, active FROM customer WHERE id = ?", (customer_id,))
    if not found:
        raise UnknownCustomerError
    if not settings.get(book, "loyalty_on"):
        raise ProgrammeOffError
    now, enrolled, active = found[0]
    if not active:
        raise InactiveCustomerError
    if not enrolled:
        raise FieldError("points", "switch Loyalty on first")
    return int(now)


def _enter_and_tell(book: Book, customer_id: int, points: int, reason: str, *, uid: str = "") -> None:
    enter(book, customer_id, points, reason, uid=uid)
    book.execute("UPDATE customer SET version = version + 1, row_digest = NULL WHERE id = ?", (customer_id,))


def enroll(book: Book, customer_id: int, customer_uid: str, room: int) -> bool:
    """Give the sign-up points to one who was never in the programme; whether there were any to give.

    No more than there is `room` for below `fields.MOST_POINTS`. For services that are inside a write transaction of
    their own and keep the customer's version.
    """
    points = gift(book, customer_id, customer_uid, room)
    if points:
        enter(book, customer_id, points, SIGN_UP, uid=_sign_up_of(customer_uid))
    return bool(points)


def gift(book: Book, customer_id: int, customer_uid: str, room: int = fields.MOST_POINTS) -> int:
    """The points that enrolling a customer gives now.

    None to who has an entry in the ledger: they were in the programme before, by an import, or before it gave points.
    """
    points = min(room, int(str(settings.get(book, "sign_up_points"))))
    if points <= 0 or not settings.get(book, "loyalty_on"):
        return 0
    had = book.rows(
        "SELECT 1 FROM loyalty_entry WHERE customer_id = ? OR uid = ? LIMIT 1", (customer_id, _sign_up_of(customer_uid))
    )
    return 0 if had else points


def _sign_up_of(customer_uid: str) -> str:
    return derived(f"signup:{customer_uid}")


def enter(
    book: Book,
    customer_id: int,
    points: int,
    reason: str,
    *,
    uid: str = "",
    at: str = "",
    receipt_id: int | None = None,
) -> None:
    """Add an entry, and keep the cached balance and the reason that is shown, which is the latest line's.

    For services that are inside a write transaction of their own.
    """
    from store import rows

    book.execute(
        "INSERT INTO loyalty_entry (uid, customer_id, points, reason, employee, till, at, receipt_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            uid or str(uuid.uuid4()), customer_id, points, reason,
            book.actor.employee, book.actor.till, at or _moment(book, customer_id), receipt_id,
        ),
    )  # fmt: skip
    book.execute(
        "UPDATE customer SET points = points + ?, reason = coalesce(?, reason) WHERE id = ?",
        (points, rows.last_reason(book, customer_id), customer_id),
    )


def _moment(book: Book, customer_id: int) -> str:
    """Now, or the next second after the customer's entries: their order is the same in every book.

    An entry of a clock that is further ahead than AHEAD is passed over: what comes after it shall not be misdated too.
    """
    now = clock.read(clock.now())
    taken = {
        at
        for (at,) in book.rows(
            "SELECT at FROM loyalty_entry WHERE customer_id = ? AND at >= ?", (customer_id, clock.written(now))
        )
    }
    near = clock.written(now + AHEAD)
    moment = clock.read(max((at for at in taken if at <= near), default=clock.written(now)))
    while clock.written(moment) in taken:
        moment += timedelta(seconds=1)
    return clock.written(moment)


def how_many(book: Book, customer_id: int) -> int:
    """How many entries a customer has. Raises UnknownCustomerError."""
    found = book.rows(
        "SELECT (SELECT count(*) FROM loyalty_entry WHERE customer_id = customer.id) FROM customer WHERE id = ?",
        (customer_id,),
    )
    if not found:
        raise UnknownCustomerError
    return int(found[0][0])


def lines(book: Book, customer_id: int, *, offset: int, limit: int) -> tuple[LedgerLine, ...]:
    """A customer's entries, newest first: `limit` of them after the first `offset`, each with the balance after it."""
    with book.read():
        zone = settings.zone(book)
        rows = book.rows(
            "SELECT uid, at, points, reason, employee, till FROM loyalty_entry WHERE customer_id = ? "
            "ORDER BY at DESC, id DESC LIMIT ? OFFSET ?",
            (customer_id, limit, offset),
        )
        # An index holds all that the two sums need, in the order of the page: thousands of entries take a millisecond.
        [[balance]] = book.rows(
            "SELECT coalesce((SELECT sum(points) FROM loyalty_entry WHERE customer_id = ?), 0) - coalesce((SELECT "
            "sum(points) FROM (SELECT points FROM loyalty_entry WHERE customer_id = ? ORDER BY at DESC, id DESC LIMIT ?"
            ")), 0)",
            (customer_id, customer_id, offset),
        )
        balances = accumulate((-row[2] for row in rows), initial=balance)
        reversals = _reversals(book, customer_id, {row[0]: row[2] for row in rows})
        taken_back = _known(book, (_reversal_of(row[0]) for row in rows))
    return tuple(
        LedgerLine(
            uid, clock.read(at).astimezone(zone), points, reason, employee, till, balance,
            uid in reversals, _reversal_of(uid) in taken_back,
        )
        for (uid, at, points, reason, employee, till), balance in zip(rows, balances, strict=False)
    )  # fmt: skip


def _reversal_of(uid: str) -> str:
    return derived(f"reverse:{uid}")


def _reversals(book: Book, customer_id: int, points_of: dict[str, int]) -> set[str]:
    """Which of a customer's entries take another back: their uids follow from those of entries of opposite points."""
    asked = {uid: points for uid, points in points_of.items() if uid[14:15] == "5"}  # no random uid: it was derived
    marks = ", ".join("?" * len(asked))
    others = book.rows(
        f"SELECT uid FROM loyalty_entry WHERE customer_id = ? AND points IN ({marks})",  # noqa: S608  # marks only
        (customer_id, *(-points for points in asked.values())),
    )
    return asked.keys() & {_reversal_of(uid) for (uid,) in others}


def _known(book: Book, uids: Iterable[str]) -> set[str]:
    given = tuple(uids)
    marks = ", ".join("?" * len(given))
    return {uid for (uid,) in book.rows(f"SELECT uid FROM loyalty_entry WHERE uid IN ({marks})", given)}  # noqa: S608
