"""Nothing that comes from data acts on the terminal."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.content import Content

from tests.tui.hostile import ATTACKS
from tui import gate
from tui.terminal import TERMINAL, UTF_8

if TYPE_CHECKING:
    from collections.abc import Iterator

ANYTHING = st.text(st.characters(), max_size=60)
"""Any code points, lone surrogates among them."""


@pytest.fixture(params=[UTF_8, "ascii", "iso8859-1"])
def charset(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(TERMINAL, "charset", request.param)
    monkeypatch.setattr(TERMINAL, "speaks", {})
    gate.forget_terminal()
    yield request.param
    gate.forget_terminal()


def acts(text: str) -> list[str]:
    """The characters of a text that a terminal would act on, or that hide what stands there."""
    return [
        char
        for char in text
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and char != gate.STAND_IN
    ]


@pytest.mark.parametrize("name", ATTACKS)
def test_shown_is_harmless_in_every_charset(name: str, charset: str) -> None:
    shown = gate.shown(ATTACKS[name])
    assert not acts(shown)
    shown.encode(charset)


@pytest.mark.parametrize("name", ATTACKS)
def test_sendable_is_harmless_in_every_charset(name: str, charset: str) -> None:
    sent = gate.sendable(ATTACKS[name])
    assert not acts(sent)
    sent.encode(charset)
    assert cell_len(sent) == cell_len(ATTACKS[name])


@given(ANYTHING)
def test_whatever_is_laid_out_is_sent_as_it_is(text: str) -> None:
    gate.forget_terminal()
    shown = gate.shown(text)
    assert not acts(shown)
    assert gate.sendable(shown) == shown
    assert gate.checked(shown) == shown


@given(ANYTHING)
def test_sendable_never_changes_the_width(text: str) -> None:
    assert cell_len(gate.sendable(text)) == cell_len(text)
    assert not acts(gate.sendable(text))


@given(ANYTHING)
def test_checked_lets_no_control_through(text: str) -> None:
    output = f"\x1b[1;1H\x1b[1m{gate.sendable(text)}\x1b[0m\r\n" if "\r" in text else f"\x1b[1;1H{text}"
    assert not [char for char in gate.checked(output).removeprefix("\x1b[1;1H") if char in "\x07\x08\x9b\x9d\u202e"]


def test_control_characters_are_seen() -> None:
    assert gate.shown("a\x1b[31mb\x07\x7f\x9b") == "a␛[31mb␇␡\N{REPLACEMENT CHARACTER}"
    assert gate.shown("one\ntwo\tthree") == "one␊two␉three"


def test_lines_of_notes_stay_lines() -> None:
    assert gate.shown_lines("one\r\ntwo\rthree\tx\x1b[A") == "one\ntwo\nthree   x␛[A"


def test_names_of_many_scripts_are_untouched() -> None:
    for name in (
        "José García",
        "王小明",
        "Ελένη",
        "Жанна",
        "محمد",
        "אברהם",
        "สมชาย",
        "प्रिया",
        "Nguyễn Thị Ánh",
        "O'Brien",
    ):
        assert gate.shown(name) == name


def test_towers_of_marks_are_cut_down_and_hang_on_nothing_else() -> None:
    assert gate.shown("Z" + "\u0301" * 500) == "Z" + "\u0301" * gate.MARKS
    assert gate.shown("\u0301x").startswith("\N{DOTTED CIRCLE}")


def test_what_confuses_widths_becomes_plain() -> None:
    assert gate.shown("👨‍👩‍👧") == "👨👩👧"
    assert gate.shown("🇺🇸") == "US"
    assert gate.shown("❤️👍🏽") == "❤👍"


def test_plain_reads_no_markup() -> None:
    content = gate.plain("[bold]x[/] [@click=app.quit]y[/]")
    assert isinstance(content, Content)
    assert content.plain == "[bold]x[/] [@click=app.quit]y[/]"
    assert not content.spans


def test_the_filter_cleans_what_a_widget_forgot() -> None:
    dirty = [
        Segment("a\x1b[2J\u202e", Style(bold=True, link="http://example.com/\x07")),
        Segment("b", None, [(1, 2)]),  # type: ignore[list-item]  # any control
    ]
    clean = gate.TerminalGate().apply(dirty, Color(0, 0, 0))
    assert [segment.text for segment in clean] == ["a[2J", "b"]
    assert clean[0].style is not None
    assert clean[0].style.bold
    assert clean[0].style.link is None
    assert clean[1].control is None


def test_without_colours_only_attributes_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TERMINAL, "colors", "none")
    (segment,) = gate.TerminalGate().apply(
        [Segment("a", Style(color="red", bgcolor="blue", reverse=True))], Color(0, 0, 0)
    )
    assert segment.style == Style(reverse=True)


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[1;7;38;5;74mx\x1b[0m", "\x1b[12;40H", "\x1b[?1049h", "\x1b[?25l", "\x1b[>25u", "\x1b[<u", "\x1b[?2026$p",
        "\x1b]22;pointer\x07", "\x1b]52;c;QW5u\x07", "\x1bP0;1q#0;2;0;0;0~-\x1b\\", "line\nline",
    ],
)  # fmt: skip
def test_checked_passes_what_textual_sends(sequence: str) -> None:
    assert gate.checked(sequence) == sequence


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b]0;title\x07", "\x1b]2;title\x1b\\", "\x1b]8;;http://x\x1b\\", "\x1b[6n", "\x1b[c", "\x1b[21t", "\x1bc",
        "\x1b[5i", "\x1b#8", "\x1b(0", "\x05", "\x0e", "\x9b2J", "\u202e", "\x1b]52;c;\x1b[2J\x07", "\x1b]50;?\x07",
    ],
)  # fmt: skip
def test_checked_stops_everything_else(sequence: str) -> None:
    assert not acts(gate.checked(sequence).replace("\x1b[2J", ""))


def test_an_old_terminal_is_spared_what_it_does_not_know() -> None:
    output = "\x1b[?1049h\x1b[?1000h\x1b[>25u\x1b[?2026$p\x1b]22;text\x07\x1b[?25l\x1b[1;1Hx\x1b[7my\x1b[0m\x1b[c"
    assert gate.checked(output, old=True) == "\x1b[?1049h\x1b[?25l\x1b[1;1Hx\x1b[7my\x1b[0m?[c"
