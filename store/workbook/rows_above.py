"""Rows of a sheet as far as they say who somebody is, and which of them are a customer's second."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store import folding
from store.workbook.customer_rows import AT

if TYPE_CHECKING:
    from store.workbook.customer_rows import Values
    from store.workbook.match import Known

_UID, _EMAIL, _ID_NUMBER = (AT[name] for name in ("uid", "email", "id_number"))


@dataclass(slots=True)
class SheetRow:
    """A row that is matched: who it says it is stands ready as texts, number and e-mail as the book compares them."""

    number: int
    digest: bytes
    values: Values
    uid: str
    id_number: str
    email: str


def sheet_row(number: int, digest: bytes, values: Values) -> SheetRow:
    """A row with who it says it is."""
    uid, id_number, email = values[_UID], values[_ID_NUMBER], values[_EMAIL]
    return SheetRow(
        number,
        digest,
        values,
        uid if isinstance(uid, str) else "",
        folding.nocase(id_number) if isinstance(id_number, str) else "",
        folding.nocase(email) if isinstance(email, str) else "",
    )


@dataclass(slots=True)
class RowsAbove:
    """The rows above, by what makes a row below a duplicate of one of them."""

    ids: dict[int, int] = field(default_factory=dict)
    uids: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    emails: dict[str, tuple[int, str, str]] = field(default_factory=dict)

    def above(self, row: SheetRow, known: Known | None, key: str) -> int | None:
        """The row above that is the same customer.

        Two rows with UIDs of their own and different names may share an e-mail, as families do.
        """
        if row.id_number in self.numbers:
            return self.numbers[row.id_number]
        if known is not None:
            return self.ids.get(known.id)
        if row.uid in self.uids:
            return self.uids[row.uid]
        if (above := self.emails.get(row.email)) is None:
            return None
        number, other_uid, other_key = above
        return None if row.uid and other_uid and key != other_key else number

    def remember(self, row: SheetRow, known: Known | None, key: str) -> None:
        """Have rows below be compared with this one, be it refused as a second: read again, it may be somebody's."""
        if known is not None:
            self.ids[known.id] = row.number
        elif row.uid:
            self.uids.setdefault(row.uid, row.number)
        if row.id_number:
            self.numbers.setdefault(row.id_number, row.number)
        if row.email:
            self.emails.setdefault(row.email, (row.number, row.uid, key))
