"""The documentation says what the program does: its keys, its commands, its pages and pictures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from store import cli
from store.exchange import SheetCounts
from tests.keys_table import ROOT, TABLES, with_table
from tui.import_desk import PROCESSING, said

if TYPE_CHECKING:
    from pathlib import Path

PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
_COMMAND = re.compile(
    r"^ *regulars ((?:--db PATH )?(?:import|export|returned|ticket|mail|sync|key|hand-over|erase|check|backup|demo)\b.*?)(?:  +.*)?$",
    re.MULTILINE,
)


@pytest.mark.parametrize("name", TABLES)
def test_the_keys_are_those_of_the_program(name: str) -> None:
    """When this fails: `python -m tests.keys_table`."""
    page = (ROOT / name).read_text(encoding="utf-8")
    assert with_table(page, TABLES[name]()) == page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_shown_is_one(page: Path) -> None:
    parser = cli.parser()
    for line in _COMMAND.findall(page.read_text(encoding="utf-8")):
        words = [word.strip("[]'\"") for word in re.findall(r"'[^']*'|\S+", line)]
        words = [re.sub(r"^N$", "5", word) for word in words]
        assert parser.parse_args(words).command is not None


def test_the_readme_shows_every_command() -> None:
    shown = {line.split()[0] for line in _COMMAND.findall((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert shown >= {"import", "export", "returned", "sync", "key", "hand-over", "erase", "check", "backup", "demo"}


def test_the_managers_page_has_the_programs_words() -> None:
    page = (ROOT / "docs" / "managers.md").read_text(encoding="utf-8")
    assert PROCESSING in page
    assert said(SheetCounts(created=1962, refused=38)) in page


def test_the_help_says_where_a_book_is_looked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REGULARS_DB", str(tmp_path / "named.db"))
    text = cli.parser().format_help()
    assert "REGULARS_DB" in text
    assert str(tmp_path / "named.db") in "".join(text.split())


@pytest.mark.parametrize(
    "command",
    [
        "import",
        "export",
        "returned",
        "sync",
        "key new",
        "key set",
        "key insist",
        "hand-over",
        "erase",
        "check",
        "backup",
        "demo",
    ],
)
def test_every_word_of_a_command_is_explained_and_so_are_its_exit_codes(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.parser().parse_args([*command.split(), "--help"])
    text = capsys.readouterr().out
    assert "Ends with 0" in text
    options = text.split("options:")[1].split("Ends with")[0]
    lines = re.sub(r"\n {6,}", "  ", options).splitlines()
    assert all(re.search(r"\S  +\S", line.strip()) for line in lines if line.strip())
    assert not re.search(r"^  FILE$", text, re.MULTILINE)


def test_the_units_run_a_command_that_there_is() -> None:
    unit = (ROOT / "docs" / "systemd" / "regulars-sync.service").read_text(encoding="utf-8")
    (words,) = re.findall(r"^ExecStart=\S+/regulars (.*)$", unit, re.MULTILINE)
    assert cli.parser().parse_args(words.split()).command == "sync"
    timer = (ROOT / "docs" / "systemd" / "regulars-sync.timer").read_text(encoding="utf-8")
    assert "WantedBy=timers.target" in timer
