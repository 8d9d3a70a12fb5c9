"""The control for one of many codes: shows the code's name, and asks for the list when something is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.widgets.country_field import CountryField

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.form_model import Entry


class CodeField(CountryField):
    """A code out of `names()`, which is asked after the first paint; one is always chosen."""

    def __init__(self, name: str, entry: str, names: Callable[[], dict[str, str]]) -> None:
        super().__init__(name, entry)
        self.names = names

    def show_entry(self, entry: Entry) -> None:
        """Hold another code, without telling the form."""
        self.entry = str(entry)
        self._named = self.names().get(self.entry, self.entry)
        self.refresh()

    def action_clear(self) -> None:
        """A shop always has one."""
