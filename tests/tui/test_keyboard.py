"""What terminals send becomes keys; what is no key becomes nothing."""

from __future__ import annotations

import pytest
from textual import events

from tests.e2e.keys import DIALECTS
from tui.keyboard import LONGEST_PASTE, KeyReader, UnreadableKey, harmless

PAUSE = None
"""In a list of chunks: nothing comes for as long as the reader waits."""


def said(*chunks: bytes | None, charset: str = "utf-8", sco: bool = False) -> list[str]:
    reader = KeyReader(charset, sco=sco)
    messages = []
    for chunk in chunks:
        messages += reader.timeout() if chunk is None else reader.feed(chunk)
    assert reader.wait is None or chunks[-1] is not PAUSE
    return [_described(message) for message in messages]


def _described(message: object) -> str:
    if isinstance(message, events.Key):
        return message.key
    return f"paste:{message.text}" if isinstance(message, events.Paste) else type(message).__name__


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_key_of_every_dialect_arrives(dialect: str) -> None:
    names = {"ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+m": "enter"}
    for name, sent in DIALECTS[dialect].items():
        assert said(sent, PAUSE) == [names.get(name, name)], (dialect, name)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_key_cut_in_two_by_the_line_is_still_one(dialect: str) -> None:
    for name, sent in DIALECTS[dialect].items():
        for cut in range(2, len(sent)):
            assert said(sent[:cut], sent[cut:]) == [name], (dialect, name, cut)


def test_escape_comes_alone_and_promptly() -> None:
    reader = KeyReader()
    assert not list(reader.feed(b"\x1b"))
    assert reader.wait is not None
    assert reader.wait <= 0.1
    assert [_described(message) for message in reader.timeout()] == ["escape"]
    assert reader.wait is None


@pytest.mark.parametrize(
    ("chunks", "keys"),
    [
        ((b"\x1b2",), ["f2"]),
        ((b"\x1b0",), ["f10"]),
        ((b"\x1b", b"2"), ["escape", "2"]),
        ((b"\x1b", b"[A"), ["up"]),
        ((b"\x1b\x1b[A",), ["escape", "up"]),
        ((b"\x1b\x1b", PAUSE), ["escape", "escape"]),
        ((b"\x1bx",), ["alt+x"]),
        ((b"\x1b\x7f",), []),
    ],
)
def test_escape_before_another_key(chunks: tuple[bytes | None, ...], keys: list[str]) -> None:
    assert said(*chunks) == keys


@pytest.mark.parametrize(
    "unknown",
    [
        b"\x1b[99;99;99z", b"\x1b[1;1;1;1;1~", b"\x1b[?64;1;2c", b"\x1b[>0;276;0c", b"\x1b]11;rgb:0000/0000/0000\x07",
        b"\x1b]11;rgb:0000/0000/0000\x1b\\", b"\x1bP1$r0m\x1b\\", b"\x1b_Gi=1;OK\x1b\\", b"\x1b[" + b"1" * 60 + b"m",
        b"\x1b[27;5;106~", b"\x1bO5z", b"\x1b[M !!", b"\x1b[55296;;55296u", b"\x1b[9999999;;9999999u", b"\x1b[ q",
        b"\x1b[<1;2M", b"\x1b[200m", b"\x1b[3;3~",
    ],
)  # fmt: skip
def test_an_unknown_sequence_types_nothing(unknown: bytes) -> None:
    typed = said(b"a", unknown, b"b")
    assert typed[0] == "a"
    assert typed[-1] == "b"
    assert not [key for key in typed[1:-1] if len(key) == 1]


def test_an_unfinished_sequence_is_forgotten() -> None:
    assert said(b"\x1b[1;", PAUSE, b"a") == ["a"]
    assert said(b"\x1b[\xc3\xa9") == ["é"]
    assert said(b"\x1b]0;never ends", PAUSE, b"a") == ["a"]
    assert said(b"\x1b]abc\x1b[A") == ["up"]


def test_bytes_that_are_no_text_are_left_out() -> None:
    assert said(b"a\xffb") == ["UnreadableKey", "a", "b"]
    assert said(b"\xc3") == []
    assert said(b"\xc3", b"\xa9") == ["é"]
    assert said(b"\xc3", b"a") == ["UnreadableKey", "a"]
    assert said(b"\xe6", b"\xbc", b"\xa2") == ["漢"]
    assert isinstance(next(KeyReader().feed(b"\xff")), UnreadableKey)


def test_every_single_byte_is_survived() -> None:
    for byte in range(256):
        assert said(bytes([byte]), PAUSE, b"a", PAUSE)[-1:] == ["a"] or byte >= 0x80


def test_latin_letters_in_a_latin_terminal() -> None:
    assert said("é".encode("latin-1"), charset="latin-1") == ["é"]
    assert said(b"\x9bA", charset="latin-1") == ["up"]


def test_modified_keys_as_xterm_sends_them() -> None:
    assert said(b"\x1b[27;5;106~") == ["ctrl+j"]
    assert said(b"\x1b[27;5;115~") == ["ctrl+s"]


def test_flow_control_and_undo_are_keys() -> None:
    assert said(b"\x13\x11\x1a\x03") == ["ctrl+s", "ctrl+q", "ctrl+z", "ctrl+c"]


def test_the_sco_console() -> None:
    assert said(b"\x1b[M\x1b[N\x1b[V\x7f", sco=True) == ["f1", "f2", "f10", "delete"]


@pytest.mark.parametrize(
    ("chunks", "text"),
    [
        ((b"\x1b[200~two\r\nlines\x1b[201~",), "two\nlines"),
        ((b"\x1b[200~cut\x1b[20", b"1~"), "cut"),
        ((b"\x1b[200~never ends", PAUSE), "never ends"),
        ((b"\x1b[200~a\x1b[31mb\x07\x00c\x1b[201~",), "a[31mbc"),
        (("\x1b[200~\u202eab\u2066\u200d\x1b[201~".encode(),), "ab\u200d"),
        ((b"\x1b[200~a\xffb\x1b[201~",), "ab"),
    ],
)
def test_a_paste_holds_text_only(chunks: tuple[bytes | None, ...], text: str) -> None:
    assert f"paste:{text}" in said(*chunks)


def test_a_paste_types_no_keys_and_the_keys_go_on() -> None:
    assert said(b"x\x1b[200~F2\x1b[12~\x1b[201~y") == ["x", "paste:F2[12~", "y"]


def test_a_huge_paste_is_cut() -> None:
    (paste,) = said(b"\x1b[200~" + b"x" * (LONGEST_PASTE + 5000) + b"\x1b[201~")
    assert len(paste) == LONGEST_PASTE + len("paste:")


def test_harmless_keeps_what_writing_needs() -> None:
    assert harmless("a\tb\nc نمی\u200cخواهم") == "a\tb\nc نمی\u200cخواهم"
