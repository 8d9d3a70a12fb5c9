"""A bare Textual app: one Static."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class BareApp(App[None]):
    """Nothing but a line of text."""

    def compose(self) -> ComposeResult:
        """The one widget."""
        yield Static("Bare and ready")


if __name__ == "__main__":
    BareApp().run()
