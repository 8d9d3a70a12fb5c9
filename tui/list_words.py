"""What the list says in words, and what typed text would be on a new customer's form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import fields, folding
from store.errors import FieldError
from store.records import Count, ListQuery, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.records import Store, Value

STATUS_WORDS: dict[Status, str] = {
    Status.ACTIVE: "Active customers",
    Status.INACTIVE: "Inactive customers",
    Status.ALL: "Active and inactive",
}
LOYALTY_WORDS: dict[bool | None, str] = {
    None: "Everybody",
    True: "Loyalty members",
    False: "Not in loyalty",
}


def is_filtered(query: ListQuery) -> bool:
    """Whether the list shows only some customers, apart from what is typed."""
    return query.store_id is not None or query.loyalty is not None or query.status is not Status.ACTIVE


def filter_words(query: ListQuery, stores: Sequence[Store]) -> str:
    """The filter in one line: 'Only: Downtown, Loyalty members'."""
    parts = [next((store.name for store in stores if store.id == query.store_id), "a store that is gone")]
    if query.store_id is None:
        parts.clear()
    if query.loyalty is not None:
        parts.append(LOYALTY_WORDS[query.loyalty])
    if query.status is not Status.ACTIVE:
        parts.append(STATUS_WORDS[query.status])
    return f"Only: {', '.join(parts)}" if parts else ""


def count_words(count: Count, total: int, *, narrow: bool = False) -> str:
    """'12 of 2,000', '1,000+ of 1,000,000'."""
    if count.value == total and not count.capped:
        noun = "" if narrow else " customer" if total == 1 else " customers"
        return f"{total:,}{noun}"
    return f"{count.value:,}{'+' if count.capped else ''} of {total:,}"


def prefill(text: str) -> Mapping[str, Value]:
    """What was searched for in vain as the beginning of a new customer: an e-mail, a phone, or a name."""
    line = fields.clean_line(text)
    if not line:
        return {}
    if "@" in line:
        return _readable(email=line)
    if len(folding.digits(line)) >= 6:
        return _readable(phone=line)
    if any(char.isdigit() for char in line):
        return {}
    names = (line.title() if line.islower() else line).split(" ")
    first = " ".join(names[:-1]) or names[0]
    return _readable(first_name=first, last_name=names[-1] if len(names) > 1 else "")


def _readable(**typed: str) -> Mapping[str, Value]:
    values: dict[str, Value] = {}
    for name, text in typed.items():
        try:
            values[name] = fields.BY_NAME[name].parse(text)
        except (ValueError, FieldError):
            continue
    return values
