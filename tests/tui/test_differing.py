"""Values that are cut: what is seen of them is where they differ, and the whole can be read on."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.content import Content

from store.exchange import FieldMove, RowMove
from tests.tui.hostile import ATTACKS
from tui.detail import Detail, Told
from tui.differing import around, shared
from tui.widgets import move_columns

NOTE = " ".join(f"word{at}" for at in range(100))
OTHER = NOTE.replace("word71 ", "WORD71 ")


@pytest.mark.parametrize(
    ("text", "other", "width", "seen"),
    [
        ("Bath", "Salem", 4, "Bath"),
        ("abcdefghij", "Xbcdefghij", 6, "abcde…"),
        ("abcdefghij", "abcdefghiX", 6, "…fghij"),
        ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklMnopqrstuvwxyz", 8, "…klmnop…"),
        ("abcdefghij", "abcdefghij", 6, "abcde…"),
        ("abcdefghij", "abcdef", 6, "…fghij"),
        ("漢字漢字漢字漢字漢字", "漢字漢字漢字漢字漢", 8, "…字漢字"),
        ("abc", "abd", 1, "…"),
        ("abc", "abd", 0, ""),
    ],
)
def test_a_value_is_cut_so_that_the_difference_is_seen(text: str, other: str, width: int, seen: str) -> None:
    assert around(text, other, width) == seen
    assert cell_len(seen) <= width


@pytest.mark.parametrize("width", range(12))
@pytest.mark.parametrize("text", [*ATTACKS.values(), "漢字" * 9])
def test_a_cut_value_is_never_wider_than_its_place(text: str, width: int) -> None:
    assert cell_len(around(text, text[::-1], width)) <= width


def test_short_values_leave_their_room_to_long_ones() -> None:
    assert shared([1, 9, 9], 9) == [1, 4, 4]
    assert shared([2, 2], 9) == [2, 2]
    assert shared([9, 9], 1) == [0, 1]


def detail(*values: str) -> Detail:
    return Detail(Content("1/1   Row 2"), [Told("Now", values[0], values[1]), Told("After", values[1], values[0])])


def test_where_there_is_room_both_values_are_whole() -> None:
    [page] = detail(NOTE, OTHER).pages(60, 40)
    assert " ".join(page.plain.split()) == f"1/1 Row 2 Now: {NOTE} After: {OTHER}"


def test_where_there_is_none_the_difference_is_seen_and_the_rest_is_read_on() -> None:
    first, *others = detail(NOTE, OTHER).pages(60, 5)
    assert "word71" in first.plain
    assert "WORD71" in first.plain
    assert first.plain.count("…") == 4
    for page in (first, *others):
        assert len(page.plain.splitlines()) <= 5
        assert all(cell_len(line) <= 60 for line in page.plain.splitlines())
    read = [line for page in others for line in page.plain.splitlines()[1:]]
    assert " ".join(" ".join(read).split()) == f"Now: {NOTE} After: {OTHER}"


def line(field: FieldMove, width: int) -> str:
    move = RowMove(2, "uid", "Ada Lovelace", "updated", (field,))
    widths = move_columns.fitted(move_columns.measured([(move, field)]), width)
    return "".join(text for text, _ in move_columns.columns(move_columns.cells_of(move, field, begins=True), widths))


def test_a_value_that_waits_is_cut_and_the_word_is_not() -> None:
    held = FieldMove("Country", "", "United Kingdom of Great Britain", "United States of America", "why", held=True)
    assert line(held, 76).endswith("… waits")
    beside = FieldMove("Notes", NOTE, NOTE, OTHER, waiting=("United States of America",))
    assert line(beside, 76).endswith("… waits")
    assert "WORD" in line(beside, 76)


def test_without_a_reason_the_values_have_its_room() -> None:
    move = RowMove(2, "uid", "Ada Lovelace", "updated", ())
    without = move_columns.fitted(move_columns.measured([(move, FieldMove("Notes", "", NOTE, OTHER))]), 132)
    because = move_columns.fitted(move_columns.measured([(move, FieldMove("Notes", "", NOTE, OTHER, "because"))]), 132)
    assert (without.why, because.why) == (0, 7)
    assert without.now + without.after == because.now + because.after + 8
