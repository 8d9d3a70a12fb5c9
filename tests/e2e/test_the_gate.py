"""Not one control byte from data reaches the terminal: every screen, on a real line, byte by byte."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.every_screen_app import LAST_WORDS
from tests.tui.test_gate import acts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Open

SENT_BY_US = re.compile(
    rb"\x1b\[[0-9;]*[mH]|\x1b\[\?[0-9]+[hl]|\x1b\[\?[0-9]+\$p|\x1b\[[<>][0-9]*u|\x1b\]22;[a-z-]*\x07"
    rb"|\x1b\]52;c;[A-Za-z0-9+/=]*\x07|\x1b\[J"
)
"""The whole vocabulary of Textual's driver and compositor."""


@pytest.mark.parametrize(
    ("checked", "options"),
    [("checked", {}), ("checked", {"term": "vt100"}), ("unchecked", {"term": "linux"}), ("unchecked", {"locale": "C"})],
    ids=str,
)
def test_only_known_sequences_and_text_are_sent(
    checked: str, options: dict[str, object], start: Open, tmp_path: Path
) -> None:
    terminal = start(
        str(tmp_path / "hostile.db"), str(tmp_path / "files"), checked, module="tests.e2e.every_screen_app", **options
    )
    assert terminal.wait_end() == 0, terminal.raw[-3000:]
    assert LAST_WORDS.encode() in terminal.raw
    text = SENT_BY_US.sub(b"", terminal.raw).replace(b"\r\n", b"").decode("utf-8")
    odd = acts(text)
    assert not odd, [text[max(0, at - 40) : at + 40] for at in [text.index(odd[0])]]
    assert len(text) > 20_000
