"""No screen lets data act on the terminal, whatever the data is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from store import settings
from tests.tui.conftest import screen_lines
from tests.tui.every_screen import ALL, OPENINGS, hostile_files
from tests.tui.test_gate import acts
from tests.tui.waiting import until_true
from tui import gate
from tui.app import RegularsApp
from tui.screens import SCREENS
from tui.terminal import ASCII, TERMINAL, UTF_8

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

CASES = [(name, number) for name, openings in OPENINGS.items() for number in range(len(openings))]
TERMINALS = [((80, 24), UTF_8), ((132, 50), UTF_8), ((80, 24), ASCII)]


def test_every_screen_has_an_opening() -> None:
    assert set(OPENINGS) == set(SCREENS)


@pytest.fixture
def hostile_app(hostile_book: Book) -> RegularsApp:
    hostile_book.actor = replace(hostile_book.actor, employee=ALL, till=ALL)
    settings.put(hostile_book, "shop_name", ALL)
    return RegularsApp(hostile_book)


@pytest.mark.parametrize(("size", "charset"), TERMINALS, ids=str)
@pytest.mark.parametrize(("name", "number"), CASES)
async def test_nothing_from_data_acts(
    name: str,
    number: int,
    size: tuple[int, int],
    charset: str,
    hostile_app: RegularsApp,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(TERMINAL, "charset", charset)
    monkeypatch.setattr(TERMINAL, "speaks", {})
    gate.forget_terminal()
    hostile_files(tmp_path)
    async with hostile_app.run_test(size=size) as pilot:
        await pilot.pause()
        hostile_app.announce(ALL, undo=lambda: None)
        await pilot.pause()
        _assert_harmless(hostile_app, size[0])
        if name != "customers":
            hostile_app.open_screen(name, None, **OPENINGS[name][number](hostile_app, tmp_path))
            await pilot.pause()
            await hostile_app.workers.wait_for_complete()
            await pilot.pause(0.2 if name == "import" else None)
        _assert_harmless(hostile_app, size[0])
        for key in ("pagedown", "down", "end", "tab"):
            await pilot.press(key)
            await until_true(pilot, lambda: hostile_app._turns._is_quiet)  # no key holds up those after it
        _assert_harmless(hostile_app, size[0])
        hostile_app.announce(ALL, error=True)
        hostile_app.notify(ALL, title=ALL)
        await pilot.pause()
        _assert_harmless(hostile_app, size[0])
    gate.forget_terminal()


def _assert_harmless(app: RegularsApp, width: int) -> None:
    for line in screen_lines(app):
        assert not acts(line), line
        assert cell_len(line) == width, line
        line.encode(TERMINAL.charset)
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            assert segment.control is None
            assert segment.style is None or segment.style.link is None
            assert segment.style is None or "@click" not in segment.style.meta
