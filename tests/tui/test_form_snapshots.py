"""How the form looks, at 80x24 and 132x43."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.form_bench import Root
from tui.app import RegularsApp
from tui.terminal import TERMINAL
from tui.theme import theme_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from store.database import Book


@pytest.fixture(autouse=True)
def _one_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same colours wherever the tests run."""
    monkeypatch.setattr(TERMINAL, "colors", "truecolor")
    monkeypatch.setattr(TERMINAL, "charset", "utf-8")
    monkeypatch.setattr(TERMINAL, "dark", True)


def app_on(book: Book) -> RegularsApp:
    """The program with an empty first page."""
    app = RegularsApp(book)
    app.get_default_screen = Root  # type: ignore[method-assign]  # another first page
    app.theme = theme_for(TERMINAL).name
    return app


def opened(customer_id: int | None, *keys: str) -> Callable[[Pilot[None]], object]:
    """Opens the form and presses keys."""

    async def run(pilot: Pilot[None]) -> None:
        pilot.app.open_screen("customer_form", None, customer_id=customer_id)
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.3)

    return run


@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
@pytest.mark.parametrize(
    ("customer_id", "keys"),
    [
        pytest.param(None, ("A", "tab", "tab", "x", "tab", "5", "tab"), id="new-with-faults"),
        pytest.param(1, (), id="edit"),
        pytest.param(1, ("ctrl+k", "ctrl+k", "ctrl+k", "tab", "tab", "tab", "tab", "tab", "u", "n"), id="country"),
        pytest.param(1, (*["tab"] * 5, "f12"), id="calendar"),
    ],
)
def test_the_form_looks_as_it_should(
    book: Book,
    snap_compare: Callable[..., bool],
    size: tuple[int, int],
    customer_id: int | None,
    keys: tuple[str, ...],
) -> None:
    assert snap_compare(app_on(book), terminal_size=size, run_before=opened(customer_id, *keys))
