"""The headless commands of `regulars`, from `import` to `demo`. All else is the program."""

from __future__ import annotations

import json
import signal
import sys
import threading
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from store.answer import FAILED, OK, PARTLY, REFUSED, STOPPED, fail, open_streams, say
from store.command_line import parser
from store.errors import StoreError, WrongWordsError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from typing import NoReturn

__all__ = ["FAILED", "OK", "PARTLY", "REFUSED", "STOPPED", "main", "parsed", "parser", "run"]

_COMMANDS = {
    "import": "store.workbook.command:import_file",
    "export": "store.workbook.export_command:export_file",
    "imports": "store.imports_command:show_imports",
    "returned": "store.workbook.returned_command:return_file",
    "ticket": "store.ticket_command:write_file",
    "mail": "store.mail_command:send_mail",
    "key": "store.key_command:manage_key",
    "sync": "store.workbook.folder_command:sync_folder",
    "hand-over": "store.hand_over_command:write_file",
    "erase": "store.erasure_command:erase_customer",
    "demo": "store.demo:fill_book",
}
"""Where each command's work is; its module is imported with it alone. The rest is in `store.upkeep`."""


def parsed(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line as it was typed, or as `words`. Raises SystemExit when it is wrong, or asks for help."""
    open_streams()
    try:
        return parser().parse_args(words)
    except WrongWordsError as error:
        raise SystemExit(fail(str(error), REFUSED)) from None


def run(arguments: argparse.Namespace) -> int:
    """Carry out one headless command; its exit code."""
    try:
        with _ended_tidily():
            return _command(arguments.command)(arguments)
    except StoreError as error:
        if getattr(arguments, "json", False):
            say(json.dumps({"error": str(error)}))
        return fail(str(error), REFUSED if isinstance(error, WrongWordsError) else FAILED)
    except KeyboardInterrupt:
        return fail("Stopped.", STOPPED)


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    if name not in _COMMANDS:
        from store import upkeep

        return upkeep.COMMANDS[name]
    module, _, function = _COMMANDS[name].partition(":")
    carry_out: Callable[[argparse.Namespace], int] = getattr(import_module(module), function)
    return carry_out


@contextmanager
def _ended_tidily() -> Iterator[None]:
    """Have whoever ends this process end the work as Ctrl+C does: with a sentence, and nothing left half done."""
    kinds = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [signal.getsignal(kind) for kind in kinds]
    try:
        for kind, handler in zip(kinds, before, strict=True):
            if handler is signal.SIG_DFL:  # `nohup` has it ignored
                signal.signal(kind, _stop)
        yield
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def main(argv: Sequence[str] | None = None) -> int:
    """Run a headless command from its words alone (`python -m store.cli`); the program itself is `tui`."""
    arguments = parsed(argv)
    if arguments.command is None:
        parser().error("a command is needed")
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
