"""The sliding window: the same rows as the whole list, whatever one does, and never many of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from store.records import CustomerRow, ListQuery, Page
from tui.list_model import MOST_ROWS, PAGE_ROWS, ListModel

if TYPE_CHECKING:
    from collections.abc import Callable


class WholeList:
    """A book as a plain list, which answers as `store.search.page` does and counts what it is asked."""

    def __init__(self, size: int) -> None:
        self.rows = [CustomerRow(id_, True, (f"Name {id_:06}",), (id_,)) for id_ in range(1, size + 1)]
        self.calls = 0

    def page(
        self,
        query: ListQuery,
        *,
        after: CustomerRow | None = None,
        before: CustomerRow | None = None,
        around: int | None = None,
        last: bool = False,
        limit: int = PAGE_ROWS,
    ) -> Page:
        self.calls += 1
        rows = [row for row in self.rows if query.text in str(row.values[0])]
        places = {row.id: at for at, row in enumerate(rows)}
        if last:
            start = max(len(rows) - limit, 0)
        elif after is not None:
            start = next((at for at, row in enumerate(rows) if row.cursor > after.cursor), len(rows))
        elif before is not None:
            start = sum(row.cursor < before.cursor for row in rows)
            limit = min(limit, start)
            start -= limit
        elif around in places:
            start = max(places[around] - limit // 2, 0)
        else:
            start = 0
        shown = rows[start : start + limit]
        return Page(tuple(shown), start > 0, start + limit < len(rows))


def model_of(size: int, height: int = 20) -> tuple[ListModel, WholeList]:
    whole = WholeList(size)
    model = ListModel(whole.page, ListQuery())
    model.resize(height)
    model.load(ListQuery())
    return model, whole


def cursor_id(model: ListModel) -> int:
    assert model.current is not None
    return model.current.id


def test_an_empty_list_has_no_current_row_and_takes_every_key() -> None:
    model, _ = model_of(0)
    for act in (lambda: model.move(1), lambda: model.turn(-1), model.first, model.last, model.reload):
        act()
        assert model.current is None
        assert not model.visible


@pytest.mark.parametrize("size", [1, 5, 20, 21, 63, 64, 65, 500])
@pytest.mark.parametrize("height", [1, 3, 20, 100])
def test_a_walk_shows_the_rows_of_the_whole_list(size: int, height: int) -> None:
    model, whole = model_of(size, height)
    chance = random.Random(size * 1000 + height)
    at = 0
    moves: list[tuple[Callable[[], None], Callable[[int], int]]] = [
        (lambda: model.move(1), lambda at: at + 1),
        (lambda: model.move(-1), lambda at: at - 1),
        (lambda: model.turn(1), lambda at: at + height),
        (lambda: model.turn(-1), lambda at: at - height),
        (model.first, lambda _: 0),
        (model.last, lambda _: size - 1),
    ]
    for _ in range(300):
        act, then = chance.choices(moves, weights=(6, 6, 4, 4, 1, 1))[0]
        act()
        at = min(max(then(at), 0), size - 1)
        assert cursor_id(model) == at + 1
        ids = [row.id for row in model.visible]
        assert at + 1 in ids
        assert ids == list(range(ids[0], ids[0] + len(ids)))
        assert len(ids) == min(height, size), "a screen that could be full is full"
        assert len(model.rows) <= max(MOST_ROWS, 3 * height) + PAGE_ROWS
    assert whole.rows[at].id == cursor_id(model)


def test_ten_thousand_customers_are_never_held_together() -> None:
    model, _ = model_of(10_000)
    most = 0
    for _ in range(600):
        model.turn(1)
        most = max(most, len(model.rows))
    assert cursor_id(model) == 10_000
    for _ in range(600):
        model.turn(-1)
        most = max(most, len(model.rows))
    assert cursor_id(model) == 1
    assert most <= MOST_ROWS + PAGE_ROWS


def test_end_and_home_ask_once_each_in_a_large_book() -> None:
    model, whole = model_of(10_000)
    whole.calls = 0
    model.last()
    assert (cursor_id(model), whole.calls) == (10_000, 1)
    model.first()
    assert (cursor_id(model), whole.calls) == (1, 2)


def test_moving_inside_the_window_asks_nothing_and_keeps_the_screen() -> None:
    model, whole = model_of(10_000)
    whole.calls = 0
    for _ in range(19):
        model.move(1)
    assert (model.top, whole.calls) == (0, 0)


def test_at_the_edge_the_screen_moves_by_half_its_height() -> None:
    model, _ = model_of(10_000)
    tops = []
    for _ in range(60):
        model.move(1)
        tops.append(model.visible[0].id)
    assert len(set(tops)) <= 6


def test_reload_keeps_customer_and_line() -> None:
    model, whole = model_of(1000)
    for _ in range(7):
        model.turn(1)
    model.move(5)
    before, line = cursor_id(model), model.cursor - model.top
    del whole.rows[3:5]
    model.reload()
    assert (cursor_id(model), model.cursor - model.top) == (before, line)


def test_reload_moves_on_to_the_next_when_the_customer_is_gone() -> None:
    model, whole = model_of(1000)
    model.move(10)
    del whole.rows[10]
    model.reload()
    assert cursor_id(model) == 12


def test_reload_moves_back_when_the_last_customer_is_gone() -> None:
    model, whole = model_of(30)
    model.last()
    del whole.rows[-1]
    model.reload()
    assert cursor_id(model) == 29


def test_reload_finds_its_way_when_everything_is_gone() -> None:
    model, whole = model_of(30)
    whole.rows.clear()
    model.reload()
    assert model.current is None


def test_load_around_a_customer_who_is_not_in_the_answer_starts_at_the_top() -> None:
    model, _ = model_of(1000)
    assert not model.load(ListQuery(text="99"), around=1)
    assert cursor_id(model) == 99
    assert model.load(ListQuery(text="99"), around=990)
    assert cursor_id(model) == 990


def test_seek_leaves_everything_as_it_is_when_it_fails() -> None:
    model, _ = model_of(100)
    model.move(30)
    before = (cursor_id(model), model.top)
    assert not model.seek(5000)
    assert (cursor_id(model), model.top) == before


def test_scrolling_takes_the_cursor_along_only_where_it_must() -> None:
    model, _ = model_of(1000)
    model.move(10)
    model.scroll(3)
    assert (cursor_id(model), model.visible[0].id) == (11, 4)
    model.scroll(30)
    assert (cursor_id(model), model.visible[0].id) == (34, 34)
    model.scroll(-1000)
    assert (cursor_id(model), model.visible[0].id) == (20, 1)
    model.scroll(5000)
    assert model.visible[-1].id == 1000


def test_a_larger_screen_is_filled() -> None:
    model, _ = model_of(1000, height=5)
    model.last()
    model.resize(50)
    assert len(model.visible) == 50
    assert cursor_id(model) == 1000


def test_point_takes_lines_with_rows_only() -> None:
    model, _ = model_of(3)
    assert model.point(2)
    assert cursor_id(model) == 3
    assert not model.point(3)
    assert not model.point(-1)
