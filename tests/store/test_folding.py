"""How names and numbers are compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import folding


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("José GARCÍA", "jose garcia"), ("Łukasz Żółć", "lukasz zolc"), ("Øystein", "oystein"), ("STRASSE ß", "strasse ss"),
        ("Ďuriš", "duris"), ("Þóra", "thora"), ("ﬁne", "fine"), ("İstanbul ı", "istanbul i"), ("Ａ１", "a1"), ("山田", "山田"),
        ("Nguyễn", "nguyen"), ("Ærø", "aero"), ("plain", "plain"), ("", ""),
    ],
)  # fmt: skip
def test_folding(text: str, folded: str) -> None:
    assert folding.fold(text) == folded


@given(st.text())
def test_folding_is_settled_and_blind_to_composition(text: str) -> None:
    once = folding.fold(text)
    assert folding.fold(once) == once
    assert folding.fold(unicodedata.normalize("NFC", text)) == folding.fold(unicodedata.normalize("NFD", text))


@given(st.text())
def test_words_are_single_tokens_of_the_index(text: str) -> None:
    for word in folding.words(text):
        assert word
        assert not set(word) & set(' "*()\x00_')
        assert word not in {folding.INACTIVE_TOKEN, folding.LOYALTY_TOKEN, folding.PLAIN_TOKEN}


@pytest.mark.parametrize(
    ("text", "digits"), [("+1 (555) 010-1", "15550101"), ("٣٤٥", "345"), ("x²", ""), ("", ""), ("no", "")]
)
def test_digits(text: str, digits: str) -> None:
    assert folding.digits(text) == digits


def test_name_keys_order_by_first_then_last_name() -> None:
    people = [("Ann", "Zed"), ("ánn", "Adams"), ("Bo", ""), ("", "Cher")]
    assert sorted(people, key=lambda person: folding.name_key(*person)) == [
        ("ánn", "Adams"), ("Ann", "Zed"), ("Bo", ""), ("", "Cher"),
    ]  # fmt: skip


@given(st.text("0123456789", min_size=3, max_size=28), st.data())
def test_every_run_inside_a_number_is_among_its_fragments(number: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(number) - 3))
    run = number[start : start + data.draw(st.sampled_from([3, 4]))]
    tokens = folding.fragments(number)
    asked = folding.digits_token(run)
    assert any(token.startswith(asked) for token in tokens)
    if len(run) == 4:
        assert asked in tokens


def test_fragments_of_short_numbers() -> None:
    assert folding.fragments("12") == []
    assert folding.fragments("123") == [folding.digits_token("123")]
    assert len({folding.digits_token(f"{number:04}") for number in range(10_000)}) == 10_000


def test_domains_are_one_token_that_begins_as_they_do() -> None:
    whole = folding.domain_token("Mail.Example.co.uk")
    assert " " not in whole
    for typed in ("mail", "mail.", "mail.exam", "MAIL.example.CO"):
        assert whole.startswith(folding.domain_token(typed))
    assert not whole.startswith(folding.domain_token("example"))


def test_search_words_hold_what_a_customer_is_found_by() -> None:
    words = folding.search_words(
        "Siobhán", "O'Brien", "s.obrien@Example.com", "+44 20 7946", "44207946", "AB1", "GC-77 88", 1, 0, "3,12"
    ).split(" ")
    for token in ("siobhan", "o", "brien", "obrien", "s", "ab1", "gc", "77", "88", "gc7788", "7788", "44", "20", "7946",
                  "44207946", folding.domain_token("example.com"), folding.store_token(3), folding.store_token(12),
                  folding.LOYALTY_TOKEN, folding.INACTIVE_TOKEN, folding.digits_token("4420")):  # fmt: skip
        assert token in words
    assert "com" not in words
    assert folding.PLAIN_TOKEN not in words
    assert len(words) == len(set(words))
