"""How a profile sets values that are longer than their column."""

from __future__ import annotations

import pytest

from tui.screens.profile import INDENT, LABEL_WIDTH, _placed


@pytest.mark.parametrize(
    ("text", "indent", "lines"),
    [
        ("ann@example.com", LABEL_WIDTH, ["ann@example.com"]),
        ("maximiliana.long@example.com", INDENT, ["", "maximiliana.long@example.com"]),
        (
            "maximiliana.long-surname@department.example.com",
            INDENT,
            ["", "maximiliana.long-surname@", "department.example.com"],
        ),
        ("12 Long Street Name", LABEL_WIDTH, ["12 Long Street", "Name"]),
        ("", LABEL_WIDTH, [""]),
    ],
)
def test_a_long_word_stands_below_its_label_and_breaks_after_its_at(text: str, indent: int, lines: list[str]) -> None:
    assert _placed(text, 17) == (indent, lines)
    assert all(len(line) <= 17 + LABEL_WIDTH - indent for line in lines)
