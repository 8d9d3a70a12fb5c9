"""What the environment says of a terminal."""

from __future__ import annotations

import pytest

from tui import terminal


@pytest.mark.parametrize(
    ("environment", "charset"),
    [
        ({"TERM": "xterm", "LANG": "en_US.UTF-8"}, "utf-8"),
        ({"TERM": "xterm", "LANG": "de_DE.utf8"}, "utf-8"),
        ({"TERM": "xterm", "LANG": "C"}, "ascii"),
        ({"TERM": "xterm", "LANG": "POSIX"}, "ascii"),
        ({"TERM": "xterm", "LC_ALL": "C", "LANG": "en_US.UTF-8"}, "ascii"),
        ({"TERM": "xterm", "LC_CTYPE": "C.UTF-8", "LANG": "C"}, "utf-8"),
        ({"TERM": "xterm", "LANG": "de_DE.ISO-8859-1"}, "iso8859-1"),
        ({"TERM": "xterm", "LANG": "de_DE.ISO-8859-15@euro"}, "iso8859-15"),
        ({"TERM": "xterm", "LANG": "x.nonsense"}, "ascii"),
        ({"TERM": "xterm"}, "utf-8"),
        ({"TERM": "vt100", "LANG": "en_US.UTF-8"}, "ascii"),
        ({"TERM": "dumb", "LANG": "en_US.UTF-8"}, "ascii"),
        ({"TERM": "linux", "LANG": "en_US.UTF-8"}, "utf-8"),
        ({"TERM": "xterm", "LANG": "en_US.UTF-8", "REGULARS_ASCII": "1"}, "ascii"),
        ({"TERM": "vt100", "REGULARS_ASCII": "0"}, "utf-8"),
    ],
)
def test_charset(environment: dict[str, str], charset: str) -> None:
    assert terminal.read(environment).charset == charset


def test_the_locale_python_chose_itself_does_not_count() -> None:
    coerced = {"TERM": "xterm", "LANG": "C", "LC_CTYPE": "C.UTF-8"}
    assert terminal.read(coerced, {"TERM": "xterm", "LANG": "C"}).charset == "ascii"


@pytest.mark.parametrize(
    ("environment", "colors"),
    [
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "linux"}, "16"),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, "16"),
        ({"TERM": "screen"}, "16"),
        ({"TERM": "vt100"}, "none"),
        ({"TERM": "dumb"}, "none"),
        ({}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "none"),
    ],
)
def test_colors(environment: dict[str, str], colors: str) -> None:
    assert terminal.read(environment).colors == colors


def test_light_and_dark() -> None:
    assert terminal.read({"COLORFGBG": "15;0"}).dark
    assert not terminal.read({"COLORFGBG": "0;default;15"}).dark
    assert not terminal.read({"COLORFGBG": "15;0", "REGULARS_THEME": "light"}).dark


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("José García", "Jose Garcia"),
        ("Łódź", "Lodz"),
        ("straße", "strase"),
        ("漢字", "????"),
        ("Жук", "???"),
        ("─│┌█", "-|+#"),
        ("e\u0301", "e"),
    ],
)
def test_ascii_look_alikes_keep_their_cells(text: str, ascii_text: str) -> None:
    assert terminal.Terminal(charset="ascii").speakable(text) == ascii_text


def test_a_latin_terminal_keeps_its_letters() -> None:
    latin = terminal.Terminal(charset="iso8859-1")
    assert latin.speakable("José 漢 Łódź") == "José ?? Lódz"


def test_what_was_cut_does_not_look_whole_in_ascii() -> None:
    assert terminal.Terminal(charset="ascii").speakable("leslie@exampl…") == "leslie@exampl~"
