"""What people who are taken apart have again, worked out of what they were and of the rows now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from store.merge import parting, state, writing
from store.merge.writing import Dot

if TYPE_CHECKING:
    from store.merge.state import Value
    from store.merge.writing import Rows

ANN, BEN, EVA = (f"0000000{at}-0000-4000-8000-000000000000" for at in range(1, 4))
SINCE = Dot("a", 1, 100)
NAMES = ("email", "notes", "stores", "active", "loyalty")


def who(uid: str, **values: Any) -> Rows:
    return {uid: state.born(uid, values)}


def back(now: Rows, former: list[Rows], others: list[Rows]) -> dict[str, Value]:
    return dict(parting.written_back(now, former, others, NAMES))


def written(rows: Rows, **values: Any) -> Rows:
    return writing.write_all(rows, ANN, values, SINCE)


def answered(rows: Rows, **values: Any) -> Rows:
    for name, value in values.items():
        rows = writing.write(rows, ANN, name, value, SINCE, over=writing.every)
    return rows


def test_who_shows_what_the_other_showed_has_their_own_again() -> None:
    ann, ben = who(ANN, email="a", notes="tall", stores=("Mill",)), who(BEN, email="b", stores=("Bay", "Mill"))
    one = answered(ann | ben, email="b", stores=("Bay", "Mill"))
    mine, theirs = {ANN: one[ANN]}, {BEN: one[BEN]}
    assert back(mine, [ann], [ben]) == {"email": "a", "stores": ("Mill",)}
    assert back(theirs, [ben], [ann]) == {"email": "b", "stores": ("Bay", "Mill")}


def test_who_had_nothing_has_nothing_again() -> None:
    ann, ben = who(ANN, email="a"), who(BEN, email="b", notes="short")
    assert back(written(ann, notes="short"), [ann], [ben]) == {"notes": None}


@pytest.mark.parametrize("value", ["c", None])
def test_what_nobody_showed_before_was_written_since_and_stays(value: str | None) -> None:
    ann, ben = who(ANN, email="a"), who(BEN, email="b")
    assert back(written(ann, email=value), [ann], [ben]) == {}


def test_an_emptied_field_goes_back_where_the_other_had_it_emptied() -> None:
    ann, ben = who(ANN, notes="tall"), writing.write(who(BEN, notes="short"), BEN, "notes", None, Dot("b", 1, 9))
    assert back(written(ann, notes=None), [ann], [ben]) == {"notes": "tall"}


@pytest.mark.parametrize("name", parting.EITHER)
def test_who_is_what_only_the_other_was_is_it_no_more(name: str) -> None:
    off, on = who(ANN, **{name: 0}), who(BEN, **{name: 1})
    assert back(written(off, **{name: 1}), [off], [on]) == {name: 0}
    assert back(written(off, **{name: 1}), [off], [off]) == {}
    was_on = who(ANN, **{name: 1})
    assert back(written(was_on, **{name: 0}), [was_on], [who(BEN, **{name: 0})]) == {}, "switched off since"
    three = off | who(EVA, **{name: 1})
    assert back(written(three, **{name: 1}), [off, who(EVA, **{name: 1})], [on]) == {}


def test_of_whom_nothing_is_known_nothing_is_undone() -> None:
    ann, ben = who(ANN, email="a"), who(BEN, email="b")
    one = answered(ann | ben, email="b")
    assert back({ANN: one[ANN]}, [], [ben]) == {}
    assert back({ANN: one[ANN]}, [ann], []) == {}
    assert back({BEN: one[BEN]}, [ben], []) == {"email": "b"}, "but what is lost"


def test_of_who_came_as_two_the_later_note_counts() -> None:
    ben, eva = who(BEN, email="b", notes="short"), who(EVA, email="e")
    two = writing.write(ben | eva, BEN, "email", "new", Dot("b", 1, 9))
    lost = {uid: state.Row(row.seen, {}, {}, row.gone) for uid, row in two.items()}
    assert back(lost, [two, eva], [who(ANN, email="a")]) == {"email": "new", "notes": "short"}
