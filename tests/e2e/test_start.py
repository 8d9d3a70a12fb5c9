"""Starting: sentences where it cannot, before the terminal is touched; and nothing heavy where no screen is wanted."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pexpect
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Open


def _without_terminal(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def test_without_a_terminal_it_says_so_and_makes_no_book(tmp_path: Path) -> None:
    done = _without_terminal("--db", str(tmp_path / "new.db"))
    assert done.returncode == 1
    assert done.stderr == (
        "regulars: Regulars needs a terminal for its screens. Its commands work without one: see regulars --help.\n"
    )
    assert not list(tmp_path.iterdir())


def test_the_standard_errors_may_be_kept_in_a_file(book_path: Path, tmp_path: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m tui --db {shlex.quote(str(book_path))} 2>{tmp_path / 'log'}"
    child = pexpect.spawn("/bin/sh", ["-c", command], dimensions=(24, 80), env=os.environ | {"TERM": "xterm-256color"})
    child.expect_exact(b"Ann Baker", timeout=60)
    child.send(b"\x1b[21~")
    child.expect(pexpect.EOF, timeout=60)
    assert (tmp_path / "log").read_bytes() == b""


@pytest.mark.parametrize("content", [b"no book at all" * 100, b"\x1b]0;owned\x07" * 50])
def test_a_file_that_is_no_book_is_refused_before_the_terminal_is_taken(
    content: bytes, start: Open, tmp_path: Path
) -> None:
    path = tmp_path / "letter \x1b]0;owned\x07.txt"
    path.write_bytes(content)
    terminal = start("--db", str(path))
    assert terminal.wait_end() == 1
    assert terminal.raw.startswith(b"regulars: ")
    assert b"\x1b" not in terminal.raw
    assert b"Traceback" not in terminal.raw
    assert path.read_bytes() == content


def test_headless_commands_load_no_screen(book_path: Path) -> None:
    program = (
        "import sys; from tui.__main__ import main; code = main(['check', '--db', sys.argv[1]]);"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in {'textual', 'rich'})); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(book_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_first_screen_loads_nothing_heavy(book_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from store.database import open_book; from tui.app import RegularsApp;"
        "app = RegularsApp(open_book(Path(sys.argv[1]))); app.build_screen('customers');"
        "print([name for name in ('peewee', 'PIL', 'openpyxl', 'python_calamine', 'babel', 'markdown_it', 'tree_sitter',"
        "'textual_image', 'textual_timepiece', 'textual_fspicker', 'email_validator') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program, str(book_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
