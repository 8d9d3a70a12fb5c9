"""How names are compared and found: text folded of case, accents and the letters that NFKD leaves alone."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t"}
)
_WORDS = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")

DOMAIN_MARK = "\ue002"
"""Opens a token that is an e-mail domain, so that typing `c` does not find everybody at `.com`."""
DOT_MARK = "\ue003"
"""Stands for the dots of a domain inside its one token."""
INACTIVE_TOKEN = "\ue001"
"""Stands in the search text of every inactive customer."""
LOYALTY_TOKEN = "\ue004"
"""Stands in the search text of every customer in the loyalty programme."""
PLAIN_TOKEN = "\ue005"
"""Stands in the search text of every customer who is not."""
_THREES = 0xE100
_STORES = 0xE600


def fold(text: str) -> str:
    """`'José GARCÍA'` as `'jose garcia'`: compatibility forms, case and combining marks removed."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))


_ASCII_CASE = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def nocase(text: str) -> str:
    """A text as the book's unique columns compare it (SQLite's NOCASE): A to Z as small letters, all else as it is."""
    return text.lower() if text.isascii() else text.translate(_ASCII_CASE)


def words(text: str) -> list[str]:
    """The folded runs of letters and digits of a text, in order."""
    return _WORDS.findall(fold(text))


@lru_cache(maxsize=8192)
def _name_words(name: str) -> tuple[str, ...]:
    """The words of a first or last name: most customers share theirs with others."""
    return tuple(words(name))


def digits(text: str) -> str:
    """Every decimal digit of a text, of whatever script, as ASCII."""
    if text.isascii():
        return "".join(_DIGITS.findall(text))
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdecimal())


def name_key(first_name: str, last_name: str) -> str:
    """The key that orders customers by name as it is shown: first name, then last."""
    return f"{_folded_name(first_name)} {_folded_name(last_name)}".strip()


@lru_cache(maxsize=8192)
def _folded_name(name: str) -> str:
    """A first or last name folded: most customers share theirs with others."""
    return fold(name)


@lru_cache(maxsize=11_000)
def digits_token(run: str) -> str:
    """Three or four digits as one token: a private-use character for the first three, then the fourth.

    So a phone's fragments cost few bytes, and three typed digits are the beginning of what stands for four.
    """
    return chr(_THREES + int(run[:3])) + run[3:]


def fragments(run: str) -> list[str]:
    """The tokens of every four consecutive digits of a run, and of its last three."""
    return [digits_token(run[at : at + 4]) for at in range(len(run) - 2)]


def store_token(store_id: int) -> str:
    """The token that stands in the search text of a store's customers."""
    return f"{chr(_STORES)}{store_id}"


@lru_cache(maxsize=1024)
def domain_token(domain: str) -> str:
    """An e-mail domain, or its beginning, as one token."""
    return DOMAIN_MARK + DOT_MARK.join(re.split(r"[^\w]+", fold(domain)))


@lru_cache(maxsize=1024)
def _store_tokens(store_ids: str) -> tuple[str, ...]:
    return tuple(store_token(int(number)) for number in store_ids.split(","))


def _number_words(phone: str) -> list[str]:
    """The words of a phone number that are digits, as ASCII."""
    if phone.isascii():
        return [word for word in _WORDS.findall(phone) if word.isdecimal()]
    return [digits(word) for word in words(phone) if word.isdecimal()]


def search_words(  # noqa: PLR0917  # SQL calls it by position
    first_name: str,
    last_name: str,
    email: str,
    phone: str,
    phone_digits: str,
    id_number: str | None,
    gift_card: str,
    loyalty: int,
    active: int,
    store_ids: str | None,
) -> str:
    """Everything a customer is found by, as tokens for the search index. `store_ids` are comma-separated.

    A name's or card's words stand alone and joined (`O'Brien`: o, brien, obrien), a card's digits by themselves too.
    """
    card = words(gift_card) if gift_card else []
    names = _name_words(first_name), _name_words(last_name)
    found = [*names[0], *names[1]]
    found += ["".join(parts) for parts in (*names, card) if len(parts) > 1]
    local, _, domain = email.rpartition("@")
    found += words(local)
    if domain:
        found.append(domain_token(domain))
    found += words(id_number) if id_number else []
    found += card
    if number := digits(gift_card):
        found.append(number)
    if phone_digits:
        found += _number_words(phone)
        found.append(phone_digits)
        found += fragments(phone_digits)
    if store_ids:
        found += _store_tokens(store_ids)
    found.append(LOYALTY_TOKEN if loyalty else PLAIN_TOKEN)
    if not active:
        found.append(INACTIVE_TOKEN)
    return " ".join(dict.fromkeys(found))
