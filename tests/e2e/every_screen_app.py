"""The program on a terminal, opening every screen by itself with the worst data there is.

    python -m tests.e2e.every_screen_app BOOK FOLDER [unchecked]

`unchecked` leaves out the last look at the stream, so that what the lines alone let through can be seen.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from dataclasses import replace
from pathlib import Path

from store import settings
from store.database import open_book
from store.records import Actor
from tests.tui import settling
from tests.tui.every_screen import ALL, OPENINGS, fill_with_attacks, hostile_files
from tui import driver
from tui.app import RegularsApp

TOUR = "tour"
LAST_WORDS = "every screen was open"


class TourApp(RegularsApp):
    """Opens one screen after another, each under a hostile notice."""

    folder: Path

    def on_mount(self) -> None:
        self.run_worker(self._tour(), group=TOUR, exit_on_error=True)

    async def _tour(self) -> None:
        await self._painted()
        for openings in OPENINGS.values():
            for opening in openings:
                screen = await self._open(opening)
                self.announce(ALL, error=True)
                await self._painted()
                self.simulate_key("end")
                await self._painted()
                self.copy_to_clipboard(ALL)
                await screen.dismiss(None)
                await self._painted()
        self.sub_title = LAST_WORDS
        self.exit()

    async def _painted(self) -> None:
        if at_work := [worker for worker in self.workers if worker.group != TOUR]:
            await self.workers.wait_for_complete(at_work)
        painted = asyncio.Event()
        self.screen.call_after_refresh(painted.set)
        await painted.wait()
        # A frame is painted at most sixty times a second.
        await asyncio.sleep(1 / 30)

    async def _open(self, opening):
        name = next(name for name, openings in OPENINGS.items() if opening in openings)
        screen = self.build_screen(name, **opening(self, self.folder))
        await self.push_screen(screen)
        await self._painted()
        return screen


def main(path: str, folder: str, *options: str) -> int:
    """Fill a book with attacks and show it."""
    gc.set_threshold(1_000_000, 50, 1000)
    settling.share_style_sheets()
    if "unchecked" in options:
        driver.checked = lambda output, **_: output
    book = open_book(Path(path), actor=Actor(ALL, ALL))
    fill_with_attacks(book)
    settings.put(book, "shop_name", ALL)
    hostile_files(Path(folder))
    book.actor = replace(book.actor, till=ALL)
    app = TourApp(book)
    app.folder = Path(folder)
    app.run()
    if app.fault or app.sub_title != LAST_WORDS:
        sys.stderr.write(app.fault or "the tour was cut short")
        return 1
    sys.stderr.write(f"\n{LAST_WORDS}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
