"""What somebody typed, as one expression of the search index.

Every typed word is the beginning of a word of the customer, in any order. Digits are a phone's beginning or any three
or more digits inside it. A word with '@', and one of four letters or more, is also the beginning of an e-mail's domain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store import folding
from store.patterns import pattern
from store.records import ListQuery, Status

if TYPE_CHECKING:
    from store.database import Book

EVERYBODY = f'("{folding.LOYALTY_TOKEN}" OR "{folding.PLAIN_TOKEN}")'
"""Matches every customer; what NOT needs on its left."""
NOBODY = '"\ue006"'
"""Matches no customer: a token that stands in nobody's words."""
_OPENING = frozenset("+(")
"""How a phone number may begin: who has typed no more of it is still shown everybody."""
_MOST_WORDS = 16
_LONGEST_PHONE = 28
_MOST_DOMAINS = 16
_SHORT_RUN = 7
"""Digits up to which the index is asked for every four of a run; of a longer one, every third four says enough."""
_PHONE_LIKE = r"[\d()+./,;*#x:–—-]+"


class Match(NamedTuple):
    """An expression of the search index, '' when everybody matches.

    `runs` are digits of which the index knows only that some of their fours are in the phone: to be checked.
    """

    expression: str
    runs: tuple[str, ...] = ()


def of_text(book: Book, text: str) -> Match:
    """What a typed text asks for. Text without any letter or digit stands in nobody, and finds nobody."""
    terms: list[str] = []
    runs: list[str] = []
    for chunk in text.split()[:_MOST_WORDS]:
        if pattern(_PHONE_LIKE).fullmatch(chunk):
            run = folding.digits(chunk)
            if run:
                terms.append(_digits(run))
                if 4 < len(run) <= _LONGEST_PHONE:
                    runs.append(run)
        elif term := _word(book, chunk):
            terms.append(term)
    if not terms and not _OPENING.issuperset("".join(text.split())):
        return Match(NOBODY)
    return Match(" AND ".join(terms), tuple(runs))


def narrowed(typed: Match, query: ListQuery, also: str = "") -> str:
    """The expression of a query: what was typed, its filters, `also`, and its status. '' when everybody matches."""
    terms = [term for term in (typed.expression, also) if term]
    if query.store_id is not None:
        terms.append(f'"{folding.store_token(query.store_id)}"')
    if query.loyalty is not None:
        terms.append(f'"{folding.LOYALTY_TOKEN if query.loyalty else folding.PLAIN_TOKEN}"')
    if query.status is Status.INACTIVE:
        terms.append(f'"{folding.INACTIVE_TOKEN}"')
    expression = " AND ".join(terms)
    if expression and query.status is Status.ACTIVE:
        return f'({expression}) NOT "{folding.INACTIVE_TOKEN}"'
    return expression


def _digits(run: str) -> str:
    if not 3 <= len(run) <= _LONGEST_PHONE:
        return f'"{run}"*'
    if len(run) == 3:
        return f'("{run}"* OR "{folding.digits_token(run)}"*)'
    starts = range(len(run) - 3) if len(run) <= _SHORT_RUN else sorted({0, *range(len(run) - 4, -1, -3)})
    inside = " AND ".join(f'"{folding.digits_token(run[at : at + 4])}"' for at in starts)
    return f'("{run}"* OR ({inside}))'


def _word(book: Book, chunk: str) -> str:
    local, at, domain = chunk.rpartition("@")
    if at:
        terms = [f'"{word}"*' for word in folding.words(local)]
        if folding.words(domain):
            terms.append(_domains(book, domain) or f'"{folding.domain_token(domain)}"*')
        return " AND ".join(terms)
    words = folding.words(chunk)
    term = " AND ".join(f'"{word}"*' for word in words)
    if sum(map(len, words)) >= 4 and (domains := _domains(book, chunk)):
        return f"(({term}) OR {domains})"
    return term


def _domains(book: Book, beginning: str) -> str:
    """The domains of the book that begin so, each by its whole token: a dense beginning would cost a merge."""
    token = folding.domain_token(beginning)
    found = book.rows(
        "SELECT token FROM email_domain WHERE token >= ? AND token < ? LIMIT ?",
        (token, token + "\U0010ffff", _MOST_DOMAINS + 1),
    )
    if len(found) > _MOST_DOMAINS:
        return f'"{token}"*'
    names = " OR ".join(f'"{name}"' for (name,) in found)
    return f"({names})" if len(found) > 1 else names
