"""A list's query made ready: the statements that fetch, find and count its rows, group by group of its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from store import matching
from store.ordering import bare, groups_of
from store.records import ListQuery, Status

if TYPE_CHECKING:
    from store.database import Book
    from store.ordering import Group

FEW = 10_000
"""Up to so many matches are sorted; beyond, the column's index is walked."""
HEAD = 4
"""Columns that every row has before those of the query: id, active, rank, key."""

_SPECIAL_COLUMNS = {
    "name": "trim(c.first_name || ' ' || c.last_name)",
    "photo": "c.has_photo",
    "id_number": "ifnull(c.id_number, '')",
    "stores": "(SELECT group_concat(store_id) FROM customer_store WHERE customer_id = c.id)",
}
_HELD = (
    "(instr(c.phone_digits, ?) OR instr(' ' || search_words(c.first_name, c.last_name, c.email, c.phone, '', "
    "c.id_number, c.gift_card, 0, 1, NULL), ' ' || ?))"
)
"""Whether digits truly stand in the phone, or begin another word."""

Row = tuple[Any, ...]


class Place(NamedTuple):
    """Where a row stands in its list: the number of its group, its key in there, its rank."""

    group: int
    key: object
    rank: int


class _Source:
    """Where a group's rows come from, and under which conditions."""

    __slots__ = ("conditions", "parameters", "rank", "tables", "walked")

    def __init__(self, tables: str, rank: str, *, walked: bool) -> None:
        self.tables = tables
        self.rank = rank
        self.conditions: list[str] = []
        self.parameters: list[Any] = []
        self.walked = walked

    def ask(self, condition: str, *values: object) -> None:
        """Add a condition."""
        self.conditions.append(condition)
        self.parameters += values

    def where(self, *more: str) -> str:
        conditions = [*self.conditions, *more]
        return f"WHERE {' AND '.join(conditions)}" if conditions else ""


class Listing:
    """The rows of one query, in its order; to be used inside one snapshot."""

    def __init__(self, book: Book, query: ListQuery) -> None:
        self._book = book
        self._query = query
        self._typed = matching.of_text(book, query.text)
        self._groups = groups_of(book, query.order, descending=query.descending)
        self._many: bool | None = None
        self._columns = "".join(f", {_SPECIAL_COLUMNS.get(name, f'c.{name}')}" for name in query.columns)

    @property
    def narrows(self) -> bool:
        """Whether anything but the status keeps customers out of the list."""
        return bool(self._typed.expression or self._query.store_id is not None or self._query.loyalty is not None)

    def walk(self, place: Place | None, *, back: bool, limit: int) -> list[tuple[Place, Row]]:
        """The next rows from a place on, or from the list's end; `back` goes towards the beginning."""
        at = place.group if place is not None else (len(self._groups) - 1 if back else 0)
        found: list[tuple[Place, Row]] = []
        while 0 <= at < len(self._groups) and len(found) < limit:
            rows = self._fetch(self._groups[at], place, back=back, limit=limit - len(found))
            found += [(Place(at, row[3], row[2]), row) for row in rows]
            place = None
            at += -1 if back else 1
        return found

    def find(self, rank: int) -> tuple[Place, Row] | None:
        """The row of a rank and its place; None when the list does not have it."""
        for at, group in enumerate(self._groups):
            source = self._source(group)
            sql = self._select(group.key or "NULL", source, source.where(f"{source.rank} = ?"))
            for row in self._book.rows(sql, [*source.parameters, rank]):
                return Place(at, row[3], row[2]), row
        return None

    def count(self, *, before: Place | None = None, cap: int | None = None) -> int:
        """How many rows there are, or stand before a place; counting stops at `cap`."""
        total = 0
        for group in self._groups[: None if before is None else before.group + 1]:
            source = self._source(group)
            last = before if before is not None and group is self._groups[before.group] else None
            condition, values = _beyond(group, source, last, back=True, descending=self._query.descending)
            where = source.where(*condition)
            if source.rank == "s.rowid" and "c." not in where:
                source.tables = "customer_search s"
            limit = [] if cap is None else [cap - total]
            inner = f"SELECT 1 FROM {source.tables} {where} {'LIMIT ?' if limit else ''}"  # noqa: S608
            total += self._book.rows(f"SELECT count(*) FROM ({inner})", [*source.parameters, *values, *limit])[0][0]  # noqa: S608
            if cap is not None and total >= cap:
                break
        return total

    def _fetch(self, group: Group, place: Place | None, *, back: bool, limit: int) -> list[Row]:
        source = self._source(group)
        way = "DESC" if back != group.descends else "ASC"
        by_rank = f"ORDER BY {source.rank} {way} LIMIT ?"
        if not group.key:
            condition, values = _beyond(group, source, place, back=back, descending=False)
            sql = self._select("NULL", source, f"{source.where(*condition)} {by_rank}")
            return self._book.rows(sql, [*source.parameters, *values, limit])
        key_way = "DESC" if back != self._query.descending else "ASC"
        by_key = f"ORDER BY {group.key} {key_way}, {source.rank} {way} LIMIT ?"
        if place is None or not source.walked:
            condition, values = _beyond(group, source, place, back=back, descending=self._query.descending)
            return self._by_key(group, source, source.where(*condition), by_key, [*source.parameters, *values, limit])
        # SQLite walks an index for each half of this, and scans for both in one condition
        ahead = ">" if key_way == "ASC" else "<"
        tied = source.where(f"{group.key} = ?", f"{source.rank} {'<' if back else '>'} ?")
        rows = self._by_key(group, source, tied, by_rank, [*source.parameters, place.key, place.rank, limit])
        if len(rows) < limit:
            values = [*source.parameters, place.key, limit - len(rows)]
            rows += self._by_key(group, source, source.where(f"{group.key} {ahead} ?"), by_key, values)
        return rows

    def _by_key(self, group: Group, source: _Source, where: str, order: str, values: list[Any]) -> list[Row]:
        """Choose the rows by id first: sorting carries no columns that only the page's rows need."""
        chosen = f"SELECT c.id, {bare(group.key)} AS key FROM {source.tables} {where} {order}"  # noqa: S608
        picked = self._book.rows(chosen, values)
        keys = dict(picked)
        marks = ",".join("?" * len(keys))
        sql = f"SELECT c.id, c.active, c.ord, NULL{self._columns} FROM customer c WHERE c.id IN ({marks})"  # noqa: S608
        rows = {row[0]: row for row in self._book.rows(sql, list(keys))}
        return [(*rows[at][:3], key, *rows[at][HEAD:]) for at, key in picked]

    def _select(self, key: str, source: _Source, rest: str) -> str:
        return f"SELECT c.id, c.active, c.ord, {bare(key)}{self._columns} FROM {source.tables} {rest}"  # noqa: S608

    def _source(self, group: Group) -> _Source:
        expression = matching.narrowed(self._typed, self._query, group.match)
        if expression and not (group.walks and self._are_many(expression)):
            source = _Source("customer_search s CROSS JOIN customer c ON c.ord = s.rowid", "s.rowid", walked=False)
            source.ask("s.customer_search MATCH ?", expression)
        else:
            source = self._table(group, expression)
        if group.condition:
            source.ask(group.condition)
        for run in self._typed.runs:
            source.ask(_HELD, run, run)
        return source

    def _table(self, group: Group, expression: str) -> _Source:
        """The customers themselves in the order of an index, which has their ranks: it alone tells who matches."""
        status = self._query.status
        by_rank = "customer_ord" if status is Status.ALL else "customer_active"
        index = f"INDEXED BY {group.walks or by_rank}" if group.walks or not group.key else "NOT INDEXED"
        source = _Source(f"customer c {index}", "c.ord", walked=bool(group.walks))
        if expression:
            found = "SELECT s.rowid FROM customer_search s WHERE s.customer_search MATCH ?"
            source.ask(f"c.ord IN ({found})", expression)
        elif status is not Status.ALL:
            source.ask("c.active = ?", int(status is Status.ACTIVE))
        return source

    def _are_many(self, expression: str) -> bool:
        if self._many is None:
            sql = "SELECT count(*) FROM (SELECT 1 FROM customer_search s WHERE s.customer_search MATCH ? LIMIT ?)"
            self._many = self._book.rows(sql, (expression, FEW + 1))[0][0] > FEW
        return self._many


def _beyond(
    group: Group, source: _Source, place: Place | None, *, back: bool, descending: bool
) -> tuple[list[str], list[Any]]:
    """The condition for standing after a place (before it: `back`), and its values."""
    if place is None:
        return [], []
    ahead = "<" if back != group.descends else ">"
    if not group.key:
        return [f"{source.rank} {ahead} ?"], [place.rank]
    key_ahead = "<" if back != descending else ">"
    condition = f"({group.key} {key_ahead} ? OR ({group.key} = ? AND {source.rank} {ahead} ?))"
    return [condition], [place.key, place.key, place.rank]
