"""What is written back to people who are taken apart again: what they had, and lost to the questions of being one.

The answer to a question that was asked since two were one is the value of one of them, for both. Once they are two,
each has their own again; but what neither had was written since, and stays where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.merge import state
from store.merge.state import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from store.merge.state import Row, Value
    from store.merge.writing import Rows

EITHER = (ACTIVE, "loyalty")
"""What two entries for one person are where one of them is."""


def written_back(
    now: Rows, former: Sequence[Rows], others: Sequence[Rows], names: Iterable[str]
) -> Mapping[str, Value]:
    """The fields, out of `names`, that are to be written for one side of those who come apart, and their values.

    `now` are the rows of that side, `former` what each of its customers was before they were put together, and
    `others` what each of the other side's was; of whom that is not known nothing is undone.
    """
    if not former:
        return {}
    view = state.view(now.values())
    known = {uid: row for some in sorted(former, key=len) for uid, row in some.items() if uid in now}
    before = state.view(known.values())
    foreign = [state.view(some.values()) for some in others]
    found: dict[str, Value] = {}
    for name in names:
        shows, theirs = state.in_force(view, name), (other for other in foreign if _is_said(other, name))
        if name in EITHER:
            was: Value = _either(former, name)
            is_lost = shows == 1 and any(state.in_force(other, name) == 1 for other in theirs)
        else:
            was = state.in_force(before, name)
            is_lost = any(_same(state.in_force(other, name), shows) for other in theirs)
        if (is_lost or not _is_said(view, name)) and not _same(was, shows):
            found[name] = None if state.is_blank(was) else was
    return found


def _either(former: Iterable[Rows], name: str) -> Value:
    """What somebody is who was made of several: what one of them was."""
    told = [state.in_force(state.view(some.values()), name) for some in former]
    return max((int(bool(value)) for value in told if value is not None), default=None)


def _is_said(row: Row, name: str) -> bool:
    """Whether a field has a value, or was emptied by somebody."""
    return name in row.fields or not state.is_blank(state.in_force(row, name))


def _same(one: Value, other: Value) -> bool:
    return one == other or (state.is_blank(one) and state.is_blank(other))
