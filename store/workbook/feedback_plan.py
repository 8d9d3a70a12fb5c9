"""What a Feedback sheet would add to the book: nothing here writes."""

from __future__ import annotations

import uuid
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from store.merge.people import DERIVED
from store.rows import owners as owners_of
from store.workbook import match
from store.workbook.headers import Sheet
from store.workbook.ledger_plan import refuse_nobody, who

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.database import Book
    from store.workbook.match import People
    from store.workbook.outcome import Report
    from store.workbook.plain_rows import PlainRow
    from store.workbook.receipt_plan import ReceiptPlan
    from store.workbook.receipt_records import Key

_RATINGS = {
    "positive": 1, "good": 1, "yes": 1, "happy": 1, "+": 1, "true": 1, "1": 1,
    "negative": 0, "bad": 0, "no": 0, "unhappy": 0, "-": 0, "false": 0, "0": 0,
}  # fmt: skip
Said = tuple[str, str, str, int, str, str]
"""Customer uid, receipt number and store, rating, comment and date: what makes a feedback the same."""


def plan_feedback(
    book: Book, rows: Iterator[PlainRow], report: Report, people: People, receipts: ReceiptPlan
) -> list[list[Any]]:
    """Steps for the feedback that the book lacks. What customers said is never changed, so none is an update."""
    steps: list[list[Any]] = []
    alike: Counter[Said] = Counter()
    while chunk := list(islice(rows, match.AT_ONCE)):
        owners = people.find([who(row) for row in chunk])
        receipts.look_up({number for row in chunk if (number := row.text("number"))})
        read = [
            said
            for row, owner in zip(chunk, owners, strict=True)
            if (said := _read(row, owner, report, people, receipts)) is not None
        ]
        leaders = owners_of(book, {said[0] for said in read})
        in_book = _in_book(book, {*leaders.values()}, people)
        for said in read:
            known = (leaders.get(said[0], said[0]), *said[1:])
            alike[known] += 1
            if alike[known] <= in_book[known]:
                report.tally(Sheet.FEEDBACK).unchanged += 1
                continue
            report.tally(Sheet.FEEDBACK).created += 1
            uid = str(uuid.uuid5(DERIVED, f"feedback:{said!r}:{alike[known]}"))
            steps.append([uid, *said])
    return steps


def _read(row: PlainRow, owner: str | None, report: Report, people: People, receipts: ReceiptPlan) -> Said | None:
    rating = _RATINGS.get(row.text("rating").lower())
    if rating is None:
        row.fault("rating", "Positive or Negative")
    comment, day = row.notes("comment"), row.day("date")
    if row.faults:
        report.refuse_fields(Sheet.FEEDBACK, row.number, row.faults)
        return None
    if owner is None:
        refuse_nobody(report, Sheet.FEEDBACK, row, people)
        return None
    key: Key | None = ("", "")
    if row.text("number"):
        key = receipts.receipt_of(Sheet.FEEDBACK, row)
    if key is None or rating is None:
        return None
    kept = "" if owner in people.erased else comment
    return (owner, *key, rating, kept, day.isoformat() if day else "")


def _in_book(book: Book, uids: Iterable[str], people: People) -> Counter[Said]:
    found: Counter[Said] = Counter()
    for marks, part in match.in_parts(uids):
        found.update(
            (uid, number or "", store or "", int(positive), "" if uid in people.erased else comment, day or "")
            for uid, number, store, positive, comment, day in book.rows(
                "SELECT customer.uid, number, store.name, positive, comment, on_date FROM feedback "  # noqa: S608
                "JOIN customer ON customer.id = feedback.customer_id LEFT JOIN receipt ON receipt.id = receipt_id "
                f"LEFT JOIN store ON store.id = store_id WHERE customer.uid IN ({marks})",
                part,
            )
        )
    return found
