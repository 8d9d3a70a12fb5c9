"""`regulars export` as it is typed: its words, its answers and its exit codes."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from store import cli
from store.database import open_book
from store.demo.shop import make_shop
from store.errors import StoreError
from store.records import Actor
from store.workbook.export_command import columns_named

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "shop.db"
    book = open_book(path, actor=Actor("Mei", "Till 1"))
    make_shop(book, customers=300, receipts=40)
    book.close()
    return path


def run(shop: Path, *words: object) -> int:
    return cli.main(["export", "--db", str(shop), *map(str, words)])


def listed(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("words", [[], ["--all"]])
def test_everything_is_the_default(
    shop: Path, tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shop, tmp_path / "all.xlsx", *words) == cli.OK
    file = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert [sheet.sheet_state for sheet in file.worksheets].count("visible") == 9
    assert [sheet.title for sheet in file.worksheets if sheet.sheet_state != "visible"] == ["_sync", "_lists"]
    told = capsys.readouterr()
    assert f"Wrote {tmp_path / 'all.xlsx'}: Customers 300, Stores" in told.out
    assert not told.err


def test_only_customers(shop: Path, tmp_path: Path) -> None:
    assert run(shop, tmp_path / "all.xlsx", "--customers") == cli.OK
    assert openpyxl.load_workbook(tmp_path / "all.xlsx").sheetnames == ["Customers", "_sync", "_lists"]


def test_filters_and_columns_are_the_lists(shop: Path, tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    assert (
        run(shop, target, "--store", "HARBOR", "--search", "a", "--columns", "phone, Apt, Suite, etc.,Name") == cli.OK
    )
    rows = listed(target)
    assert rows[0] == ["Customer UID", "Phone Number", "Apt, Suite, etc.", "First Name", "Last Name"]
    assert 0 < len(rows) - 1 < 300
    assert run(shop, target, "--search", "nobody is called so") == cli.OK
    assert len(listed(target)) == 1
    assert len(listed(target)[0]) == 25


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--columns", "Name,Shoe Size"], "'Shoe Size'"),
        (["--columns", " , "], "names no column"),
        (["--store", "Moon"], "No store is called Moon"),
        (["--all", "--search", "a"], "--all means every sheet"),
    ],
)
def test_wrong_words_are_refused_with_a_sentence(
    shop: Path, tmp_path: Path, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shop, tmp_path / "all.xlsx", *words) == cli.REFUSED
    told = capsys.readouterr()
    assert sentence in told.err
    assert not told.out
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_fails_with_a_sentence(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shop, tmp_path / "no" / "all.xlsx") == cli.FAILED
    assert "There is no folder" in capsys.readouterr().err
    assert run(shop, "/proc/all.xlsx") == cli.FAILED
    assert "in /proc. Choose another folder." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("all.pdf", "all.pdf ends in .pdf, which cannot be written. End the name with .xlsx or .csv."),
        ("all", "all has no ending. End the name with .xlsx or .csv."),
        (".", "is a folder. Name a file in it, such as "),
    ],
)
def test_a_name_that_says_no_format_is_a_wrong_word(
    shop: Path, tmp_path: Path, name: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shop, tmp_path / name) == cli.REFUSED
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_no_book_is_made_to_export_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "none.db", tmp_path / "all.xlsx") == cli.FAILED
    assert "no book" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_names_that_hold_escapes_do_not_reach_the_terminal(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shop, tmp_path / "\x1b]0;owned\x07.csv") == cli.OK
    assert "\x1b" not in capsys.readouterr().out


def test_the_whole_command_runs_from_a_shell(shop: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "store.cli", "export", "all.csv", "--db", str(shop)],
        cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert len(listed(tmp_path / "all.csv")) == 301


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ("Name", ("name",)),
        ("E-Mail,Email,phone", ("email", "phone")),
        ("Apt, Suite, etc.", ("address_line2",)),
        ("Apt, Suite, City", ("address_line2", "city")),
        ("CITY,Apt,Suite", ("city", "address_line2")),
        ("Image, Loyalty Points", ("photo", "points")),
        ("Zip, ,Status", ("zip_code", "active")),
    ],
)
def test_columns_go_by_label_or_other_words(labels: str, names: tuple[str, ...]) -> None:
    assert columns_named(labels) == names


def test_an_unknown_column_lists_the_known() -> None:
    with pytest.raises(StoreError, match="There are: Image; Name; First Name"):
        columns_named("City,Shoe Size")
