"""Text on its way to paper: cleaned, broken into lines, and put in order."""

from __future__ import annotations

import pytest

from store.ticket_bidi import runs_of
from store.ticket_fonts import Paper
from store.ticket_text import STAND_IN, has_marks, is_right_to_left, lines_of, printed

FIVE = 5.0


def every(char: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Lee", "Ann Lee"),
        ("a\tb\nc\r\nd\u2028e", "a b c  d e"),
        ("a\x00b\x1bc\x7fd\x9be", f"a{STAND_IN}b{STAND_IN}c{STAND_IN}d{STAND_IN}e"),
        ("e\u0301", "é"),
        ("a\u200bb\u00adc\ufeffd\ufe0fe", "abcde"),
        ("\u05d0\u200fb", "\u05d0b"),
        ("\u202eevil\u2066", f"{STAND_IN}evil{STAND_IN}"),
        ("\ue000\ud83d\u0378", STAND_IN * 3),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("1\u00a0234", "1\u00a0234"),
        ("x" * 600, "x" * 500 + "…"),
    ],
)
def test_what_cannot_be_printed_is_shown_or_has_no_picture(text: str, expected: str) -> None:
    assert printed(text, every) == expected


def test_a_tower_of_marks_is_cut() -> None:
    assert printed("Z" + "\u0302\u0303" * 40, every) == "Ẑ" + "\u0303\u0302\u0303\u0302"


def test_what_no_font_has_is_replaced() -> None:
    assert printed("né", str.isascii) == f"n{STAND_IN}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one", ["one"]),
        ("one two", ["one", "two"]),
        ("a b c d", ["a b c", "d"]),
        ("abcdefghijk", ["abcde", "fghij", "k"]),
        ("ab cdefghij", ["ab", "cdefg", "hij"]),
        ("漢字漢字漢字漢", ["漢字漢字漢", "字漢"]),
        ("ab 漢字漢字", ["ab 漢字", "漢字"]),
        ("1\u00a0234 5", ["1\u00a0234", "5"]),
        ("abcde\u0301\u0302f", ["abcd", "e\u0301\u0302f"]),
        ("a  b  c  d", ["a b c", "d"]),
    ],
)
def test_lines_break_where_a_reader_expects_it(text: str, lines: list[str]) -> None:
    assert lines_of(text, FIVE, len) == lines


def test_a_letter_wider_than_its_column_has_a_line() -> None:
    assert lines_of("WW", 0.5, len) == ["W", "W"]


def test_a_word_without_end_is_measured_a_little_at_a_time() -> None:
    measured = 0

    def measure(text: str) -> float:
        nonlocal measured
        measured += len(text)
        return len(text)

    lines = lines_of("x" * 100_000, 50, measure)
    assert len(lines) == 2000
    assert measured < 20 * 100_000


@pytest.mark.parametrize(
    ("text", "right_to_left"),
    [("Cohen שלום", False), ("שלום Cohen", True), ("12 محمد", True), ("12", False), ("", False), ("(張)", False)],
)
def test_the_first_letter_says_where_a_paragraph_begins(text: str, right_to_left: bool) -> None:
    assert is_right_to_left(text) == right_to_left


@pytest.mark.parametrize(
    ("line", "right_to_left", "runs"),
    [
        ("Ann Lee", False, ["Ann Lee"]),
        ("שלום", True, ["<שלום"]),
        ("Cohen שלום 12 (VIP)", False, ["Cohen ", "12", "<שלום ", " (VIP)"]),
        ("שלום Cohen", True, ["Cohen", "<שלום "]),
        ("שלום, Cohen (טוב)!", True, ["< (טוב)!", "Cohen", "<שלום, "]),
        ("محمد 42 Smith", True, ["Smith", "< ", "42", "<محمد "]),
    ],
)
def test_runs_stand_as_they_are_read(line: str, right_to_left: bool, runs: list[str]) -> None:
    found = runs_of(line, right_to_left=right_to_left)
    assert [f"{'<' if run.right_to_left else ''}{run.text}" for run in found] == runs


def test_marks_are_known() -> None:
    assert [has_marks(text) for text in ("Ann", "José", "สมชาย", "ผู้", "प्रिया", "山口")] == [
        False, False, False, True, True, False,
    ]  # fmt: skip


def test_arabic_letters_join() -> None:
    paper = Paper(80, 100)
    paper.choose(10, bold=False)
    joined, apart = paper.width_of("محمد"), paper.width_of("\u200c".join("محمد"))
    assert abs(joined - apart) > 0.05 * apart


def test_a_font_is_opened_when_it_is_needed() -> None:
    paper = Paper(80, 100)
    assert all(map(paper.has, "Ann García Ёлкин €"))
    assert set(paper.fonts) == {"sans"}
    assert paper.has("ש")
    assert set(paper.fonts) == {"sans", "hebrew"}
    assert not paper.has("👍")
    assert set(paper.fonts) == {"sans", "hebrew"}, "no font is opened for what none is asked for"


def test_bold_names_have_bold_letters_where_a_face_has_them() -> None:
    paper = Paper(80, 100)
    assert [paper.get_fallback_font(char, "B") for char in "ש김"] == ["hebrewB", "korean"]
