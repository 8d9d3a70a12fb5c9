"""The list: pages by keyset, counts and places, for what was typed, filtered and sorted.

What the search index finds comes in name order because its row ids are the customers' name ranks, so that a page costs
the same in a book of a thousand and of a million. Other orders walk an index of their column when many match, and sort
what matches when few do.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from store import folding
from store.listing import HEAD, Listing, Place
from store.records import Count, CustomerRow, ListQuery, Page, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.database import Book
    from store.listing import Row
    from store.records import Value

_MOST_EXACT = 10
_DATES = frozenset({"date_of_birth", "anniversary", "enrolled"})
_TOGGLES = frozenset({"loyalty", "active", "photo"})
_PHONE_DIGITS = range(6, 29)


def page(
    book: Book,
    query: ListQuery,
    *,
    after: CustomerRow | None = None,
    before: CustomerRow | None = None,
    around: int | None = None,
    last: bool = False,
    limit: int = 64,
) -> Page:
    """A page of the list: the first, the last, the one after or before a row, or one that holds a customer.

    `around` is a customer's id; when the list does not have the customer, the page is the one of the book's own
    order where they would stand, or the first.
    """
    with book.read():
        listing = Listing(book, query)
        if around is not None:
            return _page_around(book, query, listing, around, limit)
        back = last or before is not None
        row = before or after
        found = listing.walk(_place(row), back=back, limit=limit + 1)
        more, shown = len(found) > limit, found[:limit]
        if back:
            return _page(book, query, shown[::-1], has_before=more, has_after=row is not None)
        return _page(book, query, shown, has_before=row is not None, has_after=more)


def count(book: Book, query: ListQuery, cap: int | None = 1000) -> Count:
    """How many customers the list has; counting stops at `cap`."""
    with book.read():
        listing = Listing(book, _in_name_order(query))
        if not listing.narrows:
            return Count(total(book, query.status))
        counted = listing.count(cap=None if cap is None else cap + 1)
    if cap is not None and counted > cap:
        return Count(cap, capped=True)
    return Count(counted)


def total(book: Book, status: Status) -> int:
    """How many customers the book has of a status; triggers keep the figure."""
    tally = dict(book.rows("SELECT name, value FROM tally"))
    names = [Status.ACTIVE, Status.INACTIVE] if status is Status.ALL else [status]
    return sum(tally[name.value] for name in names)


def position(book: Book, query: ListQuery, row: CustomerRow) -> int:
    """How many rows stand before this one. Counts them: for a worker, not for a key."""
    with book.read():
        return Listing(book, query).count(before=_place(row))


def exact(book: Book, text: str) -> tuple[int, ...]:
    """Ids of the active customers whose gift card, ID number, phone or e-mail is this text; at most ten, by name."""
    asked = text.strip().encode("utf-8", "ignore").decode()
    digits = folding.digits(asked)
    phone = digits if len(digits) in _PHONE_DIGITS and not any(char.isalpha() for char in asked) else None
    if not asked:
        return ()
    rows = book.rows(
        "SELECT id FROM customer WHERE +active = 1 AND id IN ("
        "SELECT id FROM customer WHERE gift_card = :text UNION SELECT id FROM customer WHERE id_number = :text "
        "UNION SELECT id FROM customer WHERE email = :text UNION SELECT id FROM customer WHERE phone_digits = :phone"
        ") ORDER BY +ord LIMIT :most",
        {"text": asked, "phone": phone, "most": _MOST_EXACT},
    )
    return tuple(at for (at,) in rows)


def _page_around(book: Book, query: ListQuery, listing: Listing, customer_id: int, limit: int) -> Page:
    found = book.rows("SELECT ord FROM customer WHERE id = ?", (customer_id,))
    here = listing.find(found[0][0]) if found else None
    if here is not None:
        place, middle = here[0], [here]
    elif found and query.order == "name":
        place, middle = Place(0, None, found[0][0]), []
    else:
        first = listing.walk(None, back=False, limit=limit + 1)
        return _page(book, query, first[:limit], has_before=False, has_after=len(first) > limit)
    earlier = listing.walk(place, back=True, limit=limit)[::-1]
    later = listing.walk(place, back=False, limit=limit)
    rows = earlier + middle + later
    start = max(0, min(len(earlier) - limit // 2, len(rows) - limit))
    shown = rows[start : start + limit]
    return _page(book, query, shown, has_before=start > 0, has_after=start + limit < len(rows))


def _in_name_order(query: ListQuery) -> ListQuery:
    return ListQuery(query.text, query.store_id, query.loyalty, query.status)


def _place(row: CustomerRow | None) -> Place | None:
    return None if row is None else Place(*row.cursor)  # type: ignore[arg-type]  # the cursor is a place of ours


def _page(
    book: Book, query: ListQuery, found: Sequence[tuple[Place, Row]], *, has_before: bool, has_after: bool
) -> Page:
    readers = [(at, _reader(book, name)) for at, name in enumerate(query.columns) if _reads(name)]
    rows = []
    for place, row in found:
        values = list(row[HEAD:])
        for at, read in readers:
            values[at] = read(values[at])
        rows.append(CustomerRow(row[0], bool(row[1]), tuple(values), place))
    return Page(tuple(rows), has_before, has_after)


def _reads(column: str) -> bool:
    return column == "stores" or column in _TOGGLES or column in _DATES


def _reader(book: Book, column: str) -> Callable[[Any], Value]:
    """What turns a column of the table into a value."""
    if column in _TOGGLES:
        return bool
    if column in _DATES:
        return lambda text: date.fromisoformat(text) if text else None
    names = {str(at): name for at, name in book.rows("SELECT id, name FROM store ORDER BY name, id")}

    def stores(ids: str | None) -> tuple[str, ...]:
        if not ids:
            return ()
        own = set(ids.split(","))
        return tuple(name for at, name in names.items() if at in own)

    return stores
