"""The control for a password: what is typed is never on the screen."""

from __future__ import annotations

from tui.widgets.form_field import FieldInput


class PasswordField(FieldInput):
    """A line of text shown as so many signs. It starts empty, whatever the book keeps."""

    def __init__(self, name: str, *, limit: int = 0) -> None:
        super().__init__(name, "", limit=limit)
        self.password = True
