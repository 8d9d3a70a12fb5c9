"""Whom a row without a Customer UID means of those whom the file's own state has: told by the file alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import folding
from store.merge.codec import StateError, dumps
from store.workbook.customer_rows import AT
from store.workbook.match import Person

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from store.merge.state import Value
    from store.workbook.sync_state import Base

_FEW = 12
"""E-mails by which customers are looked for before they are read; of more all are."""
_EMAIL = AT["email"]


@dataclass(slots=True)
class FilePeople:
    """The customers of a file's state by e-mail, read as far as they are asked for.

    `edits` are what the visible rows say otherwise, by uid: an e-mail that was changed there is theirs as well.
    """

    everybody: Mapping[str, Base]
    edits: Mapping[str, Mapping[str, Value]]
    erased: Collection[str] = ()
    _by_email: dict[str, dict[str, Person]] = field(default_factory=lambda: defaultdict(dict))
    _asked: set[str] = field(default_factory=set)
    _has_all: bool = False

    def with_emails(self, addresses: Collection[str]) -> dict[str, list[Person]]:
        """The customers with each of these e-mails, which are in `folding.nocase`."""
        if not self._has_all and (new := set(addresses) - self._asked):
            self._asked |= new
            self._has_all = len(self._asked) > _FEW
            self._read(() if self._has_all else new)
        return {address: [*self._by_email[address].values()] for address in addresses if address in self._by_email}

    def _read(self, addresses: Collection[str]) -> None:
        words = [dumps(address)[1:-1].encode() for address in addresses]
        for uid, base in self.everybody.items():
            if uid in self.erased or not (not words or uid in self.edits or base.says(words)):
                continue
            try:
                self._take(uid, base.values)
            except StateError:  # told when everybody is planned
                continue

    def _take(self, uid: str, values: Sequence[Any]) -> None:
        edits = self.edits.get(uid, {})
        first, last = (str(edits.get(name, values[AT[name]]) or "") for name in ("first_name", "last_name"))
        person = Person(uid, folding.name_key(first, last))
        for email in (values[_EMAIL], edits.get("email")):
            if isinstance(email, str) and email:
                self._by_email[folding.nocase(email)][uid] = person
