"""Rows of a sheet that lost their Customer UID: the file's own state tells whose they are, where one person fits."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from store import folding
from store.look_alikes import MOST_ALIKE
from store.merge import people
from store.merge.codec import StateError, dumps
from store.workbook import reading
from store.workbook.customer_rows import AT
from store.workbook.damage import Recovered

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from store.look_alikes import Key
    from store.merge.people import Keys
    from store.workbook.customer_rows import Values
    from store.workbook.sync_state import Base

_NUMBER = AT["id_number"]
_FEW = 12
"""E-mails and ID numbers by which customers are looked for before they are read; of more all are."""


def whose(rows: Mapping[int, Values], everybody: Iterable[Base], columns: Sequence[int]) -> dict[int, list[Base]]:
    """For rows, by their numbers, the customers of the file's state who are certainly the same; nobody is left out.

    Of several it is the one of whom the row says nothing else. A pure function of the file.
    """
    keys = {number: _keys_of_row(values).certain for number, values in rows.items()}
    by_key = _by_key(everybody, frozenset(key for some in keys.values() for key in some))
    found = {}
    for number, some in keys.items():
        fitting = {base.uid: base for key in some for base in by_key.get(key, ())}
        if len(fitting) > 1:
            same = {uid: base for uid, base in fitting.items() if _is_nobody_else(rows[number], base, columns)}
            fitting = same if len(same) == 1 else fitting
        if fitting:
            found[number] = list(fitting.values())
    return found


def _by_key(everybody: Iterable[Base], wanted: Collection[Key]) -> dict[Key, list[Base]]:
    found: dict[Key, list[Base]] = defaultdict(list)
    for base, theirs in _candidates(everybody, wanted):
        for key in theirs.certain:
            if key in wanted:
                found[key].append(base)
    return {key: some for key, some in found.items() if len(some) <= MOST_ALIKE}


def _candidates(everybody: Iterable[Base], wanted: Collection[Key]) -> Iterator[tuple[Base, Keys]]:
    if not wanted:
        return
    words = {key[1] for key in wanted}
    told = [] if len(words) > _FEW else [folding.nocase(dumps(word)[1:-1]).encode() for word in words]
    for base in everybody:
        if told and not base.says(told):
            continue
        try:
            yield base, _keys(base.values)
        except StateError:  # told when everybody is planned
            continue


def _keys(values: Sequence[Any]) -> Keys:
    return people.keys_of({name: values[AT[name]] for name in people.IDENTITY if isinstance(values[AT[name]], str)})


def _keys_of_row(values: Values) -> Keys:
    """An ID number that a spreadsheet made a number of may be another's."""
    if isinstance(values[_NUMBER], Recovered):
        values = [None if at == _NUMBER else value for at, value in enumerate(values)]
    return _keys(values)


def _is_nobody_else(values: Values, base: Base, columns: Sequence[int]) -> bool:
    return reading.said([*values], base.values, columns).keeps_keys
