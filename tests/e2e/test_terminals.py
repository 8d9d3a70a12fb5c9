"""The same program on every kind of terminal: its keys, its letters, its colours, its size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.keys import DIALECTS, XTERM

if TYPE_CHECKING:
    from tests.e2e.conftest import Open
    from tests.e2e.terminal import Terminal

TERMS = {"xterm-256color": "xterm-256color", "linux": "linux", "vt100": "vt100", "putty": "xterm", "screen": "screen"}
"""Dialects of keys, and the TERM under which each is met."""


@pytest.mark.parametrize("dialect", TERMS)
def test_the_keys_of_every_dialect(dialect: str, start: Open) -> None:
    terminal = start(term=TERMS[dialect], keys=DIALECTS[dialect]).wait_for("5 customers")
    terminal.press("f1").wait_for("Esc Close")
    terminal.press("f1").wait_gone("Esc Close")
    terminal.press("f2").wait_for("New Customer", "First Name")
    terminal.press("escape").wait_for("5 customers")
    terminal.press("f3").wait_for("Edit Loyalty Points").press("escape").wait_gone("Edit Loyalty Points")
    terminal.press("f5").wait_for("Show only").press("escape").wait_gone("Show only")
    terminal.press("f7").wait_for("Import a workbook").press("escape").wait_for("5 customers")
    terminal.press("f8").wait_for("Everything:").press("escape").wait_for("5 customers")
    terminal.press("f9").wait_for("Columns").press("escape").wait_for("5 customers")
    for key in ("end", "home", "down", "up", "pagedown", "pageup"):
        terminal.press(key)
    terminal.press("delete").wait_for("Delete this customer?").press("escape").wait_gone("Delete this customer?")
    assert _search(terminal) == "Find"
    terminal.press("f10")
    assert terminal.wait_end() == 0


TWINS = {
    "ctrl+g": "Esc Close", "ctrl+n": "New Customer", "ctrl+f": "Show only", "ctrl+w": "Everything:",
    "ctrl+p": "What do you want to do?", "ctrl+o": "Edit Loyalty Points",
}  # fmt: skip
"""The F-keys' twins, and what each opens."""


def test_twins_do_what_their_f_keys_do(start: Open) -> None:
    terminal = start().wait_for("5 customers")
    for twin, opens in TWINS.items():
        terminal.press(twin).wait_for(opens).press("escape").wait_gone(opens).wait_for("5 customers")


@pytest.mark.parametrize(
    ("term", "options"),
    [
        ("vt100", {}),
        ("dumb", {}),
        ("xterm-256color", {"locale": "C"}),
        ("xterm-256color", {"locale": "POSIX"}),
        ("xterm-256color", {"environment": {"REGULARS_ASCII": "1"}}),
    ],
)
def test_without_utf_8_everything_is_ascii(term: str, options: dict[str, object], start: Open) -> None:
    terminal = start(term=term, **options).wait_for("5 customers", "Jose Garcia", "Zoe O'Brien", "Ozlem")
    terminal.press("f2").wait_for("New Customer", "General ---").press("escape").wait_for("5 customers")
    terminal.press("ctrl+p").wait_for("What do you want").press("escape").wait_gone("What do you want")
    terminal.press("f1").wait_for("Esc Close").press("escape").wait_gone("Esc Close")
    terminal.press("f10")
    assert terminal.wait_end() == 0
    assert terminal.raw.isascii()


def test_with_utf_8_names_are_themselves(start: Open) -> None:
    terminal = start().wait_for("José García", "Özlem Yılmaz", "Zoë O'Brien")
    terminal.wait_for(lambda it: "漢" in it.text.replace(" ", ""))
    terminal.type("özlem").wait_for("1 of 5")


@pytest.mark.parametrize("term", ["linux", "vt100", "dumb", "ansi"])
def test_old_terminals_are_sent_nothing_they_do_not_know(term: str, start: Open) -> None:
    terminal = start(term=term).wait_for("5 customers")
    terminal.press("f1").wait_for("Esc Close").press("escape").wait_gone("Esc Close").press("f10")
    assert terminal.wait_end() == 0
    for unknown in (b"\x1b[>", b"\x1b[<", b"$p", b"\x1b]", b"?1000", b"?1003", b"?1006", b"?1004", b"?2004", b"38;2;"):
        assert unknown not in terminal.raw


@pytest.mark.parametrize(("term", "environment"), [("xterm-256color", {"NO_COLOR": "1"}), ("vt100", {}), ("dumb", {})])
def test_without_colours_none_is_sent_and_the_cursor_is_still_seen(
    term: str, environment: dict[str, str], start: Open
) -> None:
    terminal = start(term=term, environment=environment).wait_for("5 customers", "Ann Baker")
    terminal.settle()
    assert not _colours(terminal.raw)
    assert terminal.styles("Ann Baker")[0].reverse


@pytest.mark.parametrize("environment", [{"COLORFGBG": "0;15"}, {"REGULARS_THEME": "light"}])
def test_a_light_background_gets_dark_letters(environment: dict[str, str], start: Open) -> None:
    terminal = start(environment=environment).wait_for("5 customers")
    cell = terminal.styles("Regulars")[0]
    assert cell.bg not in {"default", "000000"}
    assert int(cell.bg[:2], 16) > 0xC0 > int(cell.fg[:2], 16)


def test_a_new_size_is_filled_at_once(start: Open) -> None:
    terminal = start().wait_for("5 customers")
    terminal.resize(120, 40).wait_for(lambda it: it.lines[39].endswith("F10 Quit"), "Gift Card")
    terminal.resize(60, 12).wait_for(lambda it: it.lines[11].endswith("F10 Quit"))
    terminal.resize(30, 8).wait_for("40 by 10")
    terminal.resize(80, 24).wait_for("5 customers", lambda it: it.lines[23].endswith("F10 Quit"))


def test_a_terminal_that_is_too_small_at_the_start_is_told_so(start: Open) -> None:
    terminal = start(size=(30, 6)).wait_for("40 by 10")
    terminal.resize(80, 24).wait_for("Ann Baker", "F10 Quit")


def test_an_idle_screen_sends_nothing(start: Open) -> None:
    terminals = [start(keys=XTERM).wait_for("5 customers").press(*keys) for keys in ((), ("f2",), ("f8",))]
    for terminal in terminals:
        terminal.settle(0.5)
    before = [len(terminal.raw) for terminal in terminals]
    terminals[0].read(1.5)
    for terminal in terminals[1:]:
        terminal.read()
    assert [len(terminal.raw) for terminal in terminals] == before


@pytest.mark.parametrize("term", ["xterm-256color", "linux", "vt100"])
def test_the_list_stays_in_sight_behind_a_menu(term: str, start: Open) -> None:
    terminal = start(term=term).wait_for("5 customers").press("f3").wait_for("View Customer Metrics", "F1 Help")
    terminal.wait_for("Ann Baker", "5 customers")


@pytest.mark.parametrize(("opens", "shows"), [("f8", "Choose folder"), ("delete", "[ Delete ]")])
def test_moving_on_sends_what_changed_and_not_the_whole_screen(opens: str, shows: str, start: Open) -> None:
    terminal = start().wait_for("5 customers").press(opens).wait_for(shows).settle(1.0)
    assert _sent_for("tab", terminal) < 1000
    assert _sent_for("shift+tab", terminal) < 1000


def _sent_for(key: str, terminal: Terminal) -> int:
    """How many bytes a key has the program send."""
    before = len(terminal.raw)
    terminal.press(key).wait_for(lambda it: len(it.raw) > before).settle(1.0)
    return len(terminal.raw) - before


def _colours(raw: bytes) -> set[int]:
    """The codes of attributes that choose a colour, of all that was sent."""
    codes = {int(code) for found in re.findall(rb"\x1b\[([0-9;]+)m", raw) for code in found.split(b";")}
    return codes & {*range(30, 50), *range(90, 108)}


def _search(terminal: Terminal) -> str:
    """The line of the search field."""
    return terminal.lines[1].split("  ")[0].strip()
