"""Keys take turns: each is carried out before the next one is looked at.

Keys come in bursts: over a slow line, from a scanner, from quick hands on a slow till. Textual hands a key to the
widget that has the focus when the key arrives, and carries out what the key means only after it has passed the
queues of all that stands around the widget. The letters after an F2, an Enter or a Tab would be typed into what had
the focus before, and those after a Backspace would overtake it.
"""

from __future__ import annotations

from asyncio import get_running_loop
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual import events
    from textual.app import App
    from textual.message_pump import MessagePump

    Typed = events.Key | events.Paste

LOOK_SECONDS = 0.001
"""How soon a key that has to wait is looked at again."""
EAGER_LOOKS = 20
"""So many looks are taken as fast as the program comes round to them: most keys need three or four rounds."""

# Patience is counted in looks, not by the clock: on a machine that is busy elsewhere nothing gets done between two.
PATIENCE = 1000
"""Looks after which a key that has come to no end is taken for lost."""
PATIENCE_WITH_THE_GONE = 50
"""The same, when what the key was handed to is closed."""
PATIENCE_WITH_WORK = 10_000
"""Looks after which a screen that does not come to stand, or does not end its work, holds up the keys no longer."""


class Turns:
    """Which keys wait, and what the last one is still about."""

    def __init__(self, app: App[None], carry_out: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._carry_out = carry_out
        self._waiting: deque[Typed] = deque()
        self._last: Typed | None = None
        self._target: MessagePump | None = None
        self._looks = 0

    @property
    def more(self) -> bool:
        """Whether other keys have been typed after the one that is carried out."""
        return bool(self._waiting)

    async def take(self, event: Typed) -> None:
        """Carry out a key that has come, now or when it is its turn."""
        if not self._waiting and self._is_quiet:
            await self._begin(event)
            return
        self._waiting.append(event)
        if len(self._waiting) == 1:
            self._look_again()

    def ended(self, event: Typed) -> None:
        """A key has passed everything that could want it."""
        if event is self._last:
            self._last = None

    async def _begin(self, event: Typed) -> None:
        self._looks = 0
        self._last = event
        self._target = self._app.focused or self._app.screen
        await self._carry_out(event)
        if not event.is_forwarded:
            self.ended(event)

    def _look_again(self) -> None:
        self._looks += 1
        loop = get_running_loop()
        if self._looks <= EAGER_LOOKS:
            loop.call_soon(self._look)
        else:
            loop.call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        if self._is_quiet or self._looks > self._patience:
            # In its turn among the program's own messages: whom a dialog tells its result is told before.
            self._app.call_later(self._next)
        else:
            self._look_again()

    async def _next(self) -> None:
        if self._is_quiet or self._looks > self._patience:
            await self._begin(self._waiting.popleft())
        if self._waiting:
            self._look_again()

    @property
    def _patience(self) -> int:
        if self._app.screen_stack and not self._stands:
            return PATIENCE_WITH_WORK
        gone = self._target is not None and not self._target.is_running
        return PATIENCE_WITH_THE_GONE if gone else PATIENCE

    @property
    def _stands(self) -> bool:
        """Whether the screen on top is put together, and at no work that a key asked for."""
        screen = self._app.screen_stack[-1]
        return screen.is_mounted and not getattr(screen, "busy", False)

    @property
    def _is_quiet(self) -> bool:
        """Whether the last key, and what it set going, has come to its end: the next one finds its place."""
        last = self._last
        if last is not None and not last._stop_propagation:  # noqa: SLF001 (Textual tells it to nobody else)
            return False
        if not (stack := self._app.screen_stack) or not self._stands:
            return False
        screen = stack[-1]
        if screen._callbacks:  # noqa: SLF001 (what is to be called after the next frame)
            return False
        # A screen that has yet to open has the news of it in its queue; then it knows what has the focus.
        for pump in (screen.focused or screen).ancestors_with_self:
            if pump._next_callbacks or (pump.message_queue_size and pump is not self._app):  # noqa: SLF001
                return False
        return True
