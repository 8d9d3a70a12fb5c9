"""Photos by the best means a terminal has, told without asking it, and through the gate as pictures only."""

from __future__ import annotations

import io
import sys

import pytest
from PIL import Image

from tui import pictures
from tui.gate import Graphic, checked
from tui.pictures import BLOCKS, KITTY, NONE, SIXEL, means, placed, thumbnail, withdrawn
from tui.terminal import read


def picture(size: tuple[int, int] = (400, 300)) -> bytes:
    """A PNG with more than one colour."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-kitty"}, KITTY),
        ({"TERM": "xterm-ghostty"}, KITTY),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, KITTY),
        ({"TERM": "foot"}, SIXEL),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, SIXEL),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, SIXEL),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "230401"}, SIXEL),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "201201"}, BLOCKS),
        ({"TERM": "xterm-256color"}, BLOCKS),
        ({"TERM": "screen-256color", "KITTY_WINDOW_ID": "1"}, BLOCKS),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, BLOCKS),
        ({"TERM": "xterm-256color", "REGULARS_IMAGES": "sixel"}, SIXEL),
        ({"TERM": "xterm-kitty", "REGULARS_IMAGES": "none"}, NONE),
        ({"TERM": "vt100"}, NONE),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, NONE),
        ({"TERM": "xterm-256color", "LC_ALL": "C"}, NONE),
    ],
)
def test_the_means_are_told_by_the_environment(environment: dict[str, str], expected: str) -> None:
    assert means(environment, read(environment)) == expected


def test_textual_images_own_questions_are_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "cell_pixels", lambda: (10, 20))
    assert thumbnail(picture(), how=SIXEL).graphic
    assert "textual_image.renderable" not in sys.modules
    assert "textual_image._terminal" not in sys.modules


def test_a_sixel_picture_passes_the_gate_and_covers_no_more_than_its_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "cell_pixels", lambda: (10, 20))
    small = thumbnail(picture(), how=SIXEL)
    sequence = placed(small, 22, 5)
    assert sequence.startswith("\x1b7\x1b[6;23H\x1bP")
    assert sequence.endswith("\x1b\\\x1b8")
    width, height = (int(part) for part in small.graphic.partition('"1;1;')[2].partition("#")[0].split(";"))
    assert (small.columns, small.lines) == (20, 8)
    assert width == 200
    assert 148 <= height <= 160
    assert withdrawn(small) is None


def test_without_the_size_of_a_cell_there_is_no_sixel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "cell_pixels", lambda: None)
    assert thumbnail(picture(), how=SIXEL).graphic == ""


def test_a_kitty_picture_is_sent_once_then_placed_and_taken_away() -> None:
    small = thumbnail(picture(), how=KITTY)
    first, again = placed(small, 0, 0), placed(small, 0, 3, sent=True)
    assert "a=T,f=100" in first
    assert first.count("\x1b_G") == len(first) // 4096 + 1 or first.count("m=0") == 1
    assert "f=100" not in again
    assert len(again) < 80
    assert withdrawn(small) is not None


@pytest.mark.parametrize(
    "sequence",
    [
        "",
        "text",
        "\x1b[2J",
        "\x1b7\x1b[1;1H\x1b]0;title\x07\x1b8",
        "\x1b_Gf=100;not base64!\x1b\\",
        "\x1b7\x1b[1;1Htext\x1b8",
    ],
)
def test_nothing_but_a_picture_is_a_graphic(sequence: str) -> None:
    with pytest.raises(ValueError, match="no picture"):
        Graphic(sequence)


def test_a_picture_in_data_does_not_pass_the_gate() -> None:
    small = thumbnail(picture((40, 30)), how=KITTY)
    assert "\x1b_G" not in checked(str(placed(small, 0, 0)))
