"""The names of what a shop chooses by a code: currencies, ways to write money, time zones."""

from __future__ import annotations

from functools import cache


def _by_name(names: dict[str, str]) -> dict[str, str]:
    from store import folding

    return dict(sorted(names.items(), key=lambda pair: folding.fold(pair[1])))


@cache
def currencies() -> dict[str, str]:
    """ISO 4217 codes and their names in English, in order of name."""
    from babel import Locale
    from babel.numbers import list_currencies

    known = Locale("en").currencies
    return _by_name({code: f"{known.get(code, code)} ({code})" for code in list_currencies()})


@cache
def locales() -> dict[str, str]:
    """CLDR names of a language in a country, and what they are called in English, in order of name."""
    from babel import Locale
    from babel.core import parse_locale
    from babel.localedata import locale_identifiers

    english = Locale("en")
    names: dict[str, str] = {}
    for code in locale_identifiers():
        language, territory, script, variant = parse_locale(code)[:4]
        if territory and not variant and territory in english.territories:
            written = f", {english.scripts.get(script, script)}" if script else ""
            country = english.territories[territory]
            names[code] = f"{english.languages.get(language, language)} ({country}{written})"
    return _by_name(names)


@cache
def zones() -> dict[str, str]:
    """IANA names of time zones, by themselves."""
    from zoneinfo import available_timezones

    return {name: name for name in sorted(available_timezones()) if "/" in name or name == "UTC"}
