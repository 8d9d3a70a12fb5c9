"""The book's settings."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store import settings
from store.database import Book, open_book
from store.settings import DESCRIPTIONS, SettingError

if TYPE_CHECKING:
    from pathlib import Path


def test_every_setting_has_a_value_of_its_type(book: Book) -> None:
    for description in DESCRIPTIONS.values():
        assert type(settings.get(book, description.name)) is type(description.default)


def test_a_setting_is_kept(book: Book, book_path: Path) -> None:
    settings.put(book, "shop_name", "Café Łódź")
    settings.put(book, "columns", ["name", "email"])
    settings.put(book, "shop_name", "Café")
    with closing(open_book(book_path)) as again:
        assert settings.get(again, "shop_name") == "Café"
        assert settings.get(again, "columns") == ["name", "email"]


@pytest.mark.parametrize(("name", "value"), [("shop_name", 3), ("minor_digits", True), ("columns", "name")])
def test_a_value_of_another_type_is_refused(book: Book, name: str, value: settings.Setting) -> None:
    with pytest.raises(SettingError, match=name):
        settings.put(book, name, value)


def test_a_new_book_takes_the_computers_zone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", "Europe/Oslo")
    with closing(open_book(tmp_path / "oslo.db")) as book:
        assert settings.get(book, "time_zone") == "Europe/Oslo"


@pytest.mark.parametrize("name", ["Atlantis/Nowhere", "EST5EDT,M3.2.0,M11.1.0", "/etc/localtime", "Europe", "../x"])
def test_a_zone_that_is_none_counts_as_utc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setenv("TZ", name)
    with closing(open_book(tmp_path / "new.db")) as book:
        assert settings.get(book, "time_zone") == settings.zone(book).key != name
        settings.put(book, "time_zone", name)
        assert settings.zone(book).key == "UTC"


def test_an_unknown_setting_is_a_programmers_fault(book: Book) -> None:
    with pytest.raises(KeyError):
        settings.get(book, "nothing")


@pytest.mark.parametrize(
    ("name", "kept"),
    [("de_DE.UTF-8", "de_DE"), ("C.UTF-8", "en_US"), ("", "en_US"), ("xx_YY", "en_US")],
)
def test_a_new_book_takes_the_computers_locale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, kept: str
) -> None:
    for variable in ("LC_ALL", "LC_MONETARY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", name)
    with closing(open_book(tmp_path / "new.db")) as book:
        assert settings.get(book, "locale") == kept


def test_what_is_secret_has_no_place_in_an_export() -> None:
    assert [about.name for about in DESCRIPTIONS.values() if about.secret] == ["mail_password", "exchange_key"]
    assert not any(about.secret and about.label for about in DESCRIPTIONS.values())
