"""What comes over the line: broken bytes, unknown sequences, pastes, scanners; and the line's end."""

from __future__ import annotations

import signal
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Open
    from tests.e2e.terminal import Terminal


def _is_whole(path: Path) -> bool:
    book = sqlite3.connect(path)
    try:
        whole: tuple[str] = book.execute("PRAGMA integrity_check").fetchone()
        return whole[0] == "ok"
    finally:
        book.close()


def _lives(terminal: Terminal) -> None:
    terminal.type("ann").wait_for("1 of 5", "Ann Baker")


@pytest.mark.parametrize(
    "junk", [b"\xff", b"\xc3", b"\xfe\xff\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", bytes(range(128, 256))]
)
def test_bytes_that_are_no_utf_8_are_left_out_and_said(junk: bytes, start: Open) -> None:
    terminal = start().wait_for("5 customers")
    terminal.send(junk).send(b"ann").wait_for("1 of 5", "Ann Baker", "does not send UTF-8")


def test_a_letter_cut_in_two_by_the_line_is_one(start: Open) -> None:
    terminal = start().wait_for("5 customers")
    terminal.send(b"jos\xc3").read(0.3)
    terminal.send(b"\xa9").wait_for("1 of 5", "José García")


UNKNOWN = (
    b"\x1b[99;99;99z", b"\x1b[?64;1;2c", b"\x1b]11;rgb:0000/0000/0000\x07", b"\x1bP1$r0m\x1b\\", b"\x1b[1;1;1;1;1~",
    b"\x1b[27;5;106~", b"\x1b_Gi=1;OK\x1b\\", b"\x1b[M !!", b"\x1b[200m", b"\x1bx", b"\x1b[25~\x1b[26~", b"\x1b[I\x1b[O",
)  # fmt: skip
"""Sequences that are no key of ours."""


def test_an_unknown_sequence_types_nothing(start: Open) -> None:
    terminal = start().wait_for("5 customers")
    for sequence in UNKNOWN:
        terminal.send(sequence).send(b"ann").wait_for(" Find  ann ", "1 of 5", "Ann Baker")
        terminal.press("escape").wait_for("5 customers")


def test_esc_alone_goes_back_promptly(start: Open) -> None:
    terminal = start().wait_for("5 customers").press("f1").wait_for("Esc Close").settle()
    began = time.monotonic()
    terminal.press("escape").wait_gone("Esc Close")
    assert time.monotonic() - began < 1.5


def test_esc_and_a_digit_is_an_f_key(start: Open) -> None:
    start().wait_for("5 customers").send(b"\x1b2").wait_for("New Customer")


def test_flow_control_and_suspend_are_keys_of_ours(start: Open) -> None:
    terminal = start().wait_for("5 customers")
    terminal.send(b"\x13\x1a\x1c\x0f").wait_for("Edit Loyalty Points").press("escape").wait_gone("Edit Loyalty")
    _lives(terminal)
    terminal.send(b"\x11")
    assert terminal.wait_end() == 0


def test_a_scanner_opens_the_customer_it_names(start: Open) -> None:
    start().wait_for("5 customers").type("6001\r").wait_for("José", "Last Month Sales", "Loyalty")


def test_a_paste_is_text_and_nothing_else(start: Open) -> None:
    terminal = start().wait_for("5 customers")
    terminal.paste(b"a\x1b[31mn\x07n\x1b[21~\x00").settle()
    assert "5 customers" not in terminal.text
    assert terminal.lines[1].split()[:2] == ["Find", "a[31mnn[21~"]


def test_a_thousand_keys_at_once(start: Open) -> None:
    terminal = start().wait_for("5 customers")
    terminal.send(b"\x1b[B\x1b[A" * 500 + b"ann").wait_for("1 of 5", "Ann Baker")


@pytest.mark.parametrize("seed", range(3))
def test_noise_ends_nothing(seed: int, start: Open, book_path: Path) -> None:
    import random

    noise = random.Random(seed)
    terminal = start().wait_for("5 customers")
    for _ in range(40):
        # No F10 (ESC 0, ESC[21~) and no Enter: those would be right to act.
        junk = bytes(
            noise.choice([*range(128, 256), *b"\x1b[]PO3456789;?<>~ABCz"]) for _ in range(noise.randint(1, 40))
        )
        terminal.send(junk)
        terminal.read(0.01)
    terminal.resize(100, 30).settle(0.5)
    terminal.signal(signal.SIGTERM)
    assert terminal.wait_end() == 128 + signal.SIGTERM
    assert b"Traceback" not in terminal.raw
    assert b"fault of its own" not in terminal.raw
    assert _is_whole(book_path)


def test_a_line_that_drops_ends_the_program_and_leaves_the_book_whole(start: Open, book_path: Path) -> None:
    terminal = start().wait_for("5 customers").press("f2").wait_for("New Customer")
    terminal.type("Half typed")
    terminal.drop_line()
    assert terminal.wait_end(20) == 128 + signal.SIGHUP
    assert _is_whole(book_path)
    start().wait_for("5 customers", "Ann Baker")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order_and_gives_the_terminal_back(
    number: signal.Signals, start: Open, book_path: Path
) -> None:
    terminal = start().wait_for("5 customers")
    terminal.signal(number)
    assert terminal.wait_end(20) == 128 + number
    assert terminal.raw.rindex(b"\x1b[?1049l") > terminal.raw.rindex(b"\x1b[?1049h")
    assert b"\x1b[?25h" in terminal.raw
    assert b"\x1b[?2004l" in terminal.raw
    assert b"Traceback" not in terminal.raw
    assert _is_whole(book_path)


def test_leaving_gives_the_terminal_back(start: Open) -> None:
    import termios

    terminal = start()
    before = termios.tcgetattr(terminal.descriptor)
    terminal.wait_for("5 customers")
    assert termios.tcgetattr(terminal.descriptor) != before
    terminal.press("f10")
    assert terminal.wait_end() == 0
    for on, off in ((b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?25l", b"\x1b[?25h"), (b"\x1b[?1003h", b"\x1b[?1003l")):
        assert terminal.raw.rindex(off) > terminal.raw.rindex(on)
