"""The one table of customer fields: name, label, workbook headers, how a value is read, checked and shown.

The form, the list's columns, the importer, the exporter, the messages and the search read this description;
adding a field is one entry here and a migration. Limits are those of the retail manual.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from store import folding
from store.errors import FieldError
from store.money import ungrouped
from store.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.records import Value

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STORE_SEPARATOR = "; "
STORE_MARKS = frozenset(";|\n")
"""What separates the names of stores in one text, and so cannot stand in a name."""
LINE_LIMIT = 255
"""Most characters of a one-line text for which the manual names no limit."""


class Section(StrEnum):
    """The parts of the form, by the manual's names; RECORD fields are kept by the book itself."""

    GENERAL = "General"
    STORES = "Customer Store"
    LOYALTY = "Loyalty"
    ADDRESS = "Address"
    RECORD = "Record"


class Kind(StrEnum):
    """What sort of value a field holds, which decides its control on the form and its cell in a workbook."""

    LINE = "line"
    NOTES = "notes"
    EMAIL = "email"
    PHONE = "phone"
    CODE = "code"
    DATE = "date"
    CHOICE = "choice"
    COUNTRY = "country"
    STORES = "stores"
    TOGGLE = "toggle"
    WHOLE = "whole"
    PHOTO = "photo"
    UID = "uid"
    STATUS = "status"


class _FieldValueError(ValueError):
    """Why a text is no value of a field, in words that follow the field's label."""


_UNPRINTED = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories that cannot stand in a line: controls, line ends, and halves of characters that no file can hold."""


def clean_line(text: str) -> str:
    """One line of text: control characters become spaces, runs of space one, ends trimmed, NFC."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    visible = "".join(" " if unicodedata.category(char) in _UNPRINTED else char for char in text)
    return unicodedata.normalize("NFC", " ".join(visible.split()))


def clean_notes(text: str) -> str:
    """Text of many lines: line ends become `\\n`, trailing space goes, the rest stays as it was written."""
    return text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n").rstrip()


def _line(limit: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        line = clean_line(text)
        if len(line) > limit:
            raise _FieldValueError(f"at most {limit} characters; this has {len(line)}")
        return line

    return parse


_PLAIN_EMAIL = (
    r"(?=.{3,254}$)(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@"
    r"(?:[A-Za-z0-9](?!.?-)[A-Za-z0-9]{0,61}\.)+(?!test$|invalid$|local$|localhost$|arpa$|onion$|example$)[A-Za-z]{2,24}"
)


def _email(text: str) -> str:
    address = clean_line(text)
    if not address or pattern(_PLAIN_EMAIL).fullmatch(address):
        return address
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        raise _FieldValueError("not a valid e-mail address") from None


_PHONE = r"[\d\s+()./\\,;*#x:–—-]*(?:\s*(?:ext|extn|extension|x)\.?\s*\d+)?"


def _phone(text: str) -> str:
    phone = clean_line(text)
    if not phone:
        return ""
    if not pattern(_PHONE, re.IGNORECASE).fullmatch(phone):
        raise _FieldValueError("digits, spaces and + - ( ) only; 6 to 28 digits")
    if not 6 <= len(folding.digits(phone)) <= 28 or len(phone) > 60:
        raise _FieldValueError("6 to 28 digits")
    return phone


def _code(text: str) -> str:
    code = clean_line(text)
    if code and not code.isalnum():
        raise _FieldValueError("letters and digits only")
    if len(code) > LINE_LIMIT:
        raise _FieldValueError(f"at most {LINE_LIMIT} characters")
    return code


_ZIP_MARKS = r"[\s-]"


def _zip(text: str) -> str:
    code = clean_line(text)
    if not code:
        return ""
    bare = pattern(_ZIP_MARKS).sub("", code)
    if not 4 <= len(bare) <= 9 or len(code) > 12:
        raise _FieldValueError("4 to 9 characters")
    if not bare.isalnum():
        raise _FieldValueError("letters and digits only")
    return code.upper() if code.isascii() else code  # other letters may become two


_ISO_DATE = r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?(?:\.0+)?)?"
_NAMED_DATE = r"(\d{1,2})[-./ ]*([^\W\d_]{3,9})[-./, ]*(\d{4})"
_MONTH_FIRST = r"([^\W\d_]{3,9})[-./ ]*(\d{1,2})[-./, ]+(\d{4})"
_NUMBERS_DATE = r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})"
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def _month(name: str) -> int:
    found = [at for at, month in enumerate(_MONTH_NAMES, 1) if month.startswith(name.lower())]
    if name.lower() == "sept":
        return 9
    if len(found) != 1:
        raise _FieldValueError("a date such as 07-Mar-1985")
    return found[0]


def parse_date(text: str) -> date | None:
    """A date written as `07-Mar-1985`, `1985-03-07`, or numerals of which only one reading is a date.

    Raises ValueError with a phrase for the person who typed it.
    """
    line = clean_line(text)
    if not line:
        return None
    if found := pattern(_ISO_DATE).fullmatch(line):
        year, month, day = (int(part) for part in found.groups())
    elif found := pattern(_NAMED_DATE).fullmatch(line):
        day, month, year = int(found[1]), _month(found[2]), int(found[3])
    elif found := pattern(_MONTH_FIRST).fullmatch(line):
        month, day, year = _month(found[1]), int(found[2]), int(found[3])
    elif found := pattern(_NUMBERS_DATE).fullmatch(line):
        first, second, year = (int(part) for part in found.groups())
        if first != second and first <= 12 and second <= 12:
            raise _FieldValueError("day or month first? Write it as 07-Mar-1985")
        month, day = (second, first) if second <= 12 else (first, second)
    else:
        raise _FieldValueError("a date such as 07-Mar-1985")
    try:
        return date(year, month, day)
    except ValueError:
        raise _FieldValueError("no such date") from None


def show_date(value: date | None) -> str:
    """A date as the manual shows it: `07-Mar-1985`, whatever the locale."""
    return "" if value is None else f"{value.day:02}-{MONTHS[value.month - 1]}-{value.year:04}"


def _past_date(text: str) -> date | None:
    found = parse_date(text)
    if found is None:
        return None
    if found > date.today():  # noqa: DTZ011  # a birthday is a day of the shop's own calendar
        raise _FieldValueError("cannot be in the future")
    if found.year < 1875:
        raise _FieldValueError("too long ago")
    return found


def _choice(*choices: str, aliases: dict[str, str]) -> Callable[[str], str]:
    known = {choice.lower(): choice for choice in choices} | aliases

    def parse(text: str) -> str:
        word = clean_line(text)
        if not word:
            return ""
        if word.lower() not in known:
            raise _FieldValueError(f"one of {', '.join(choices)}")
        return known[word.lower()]

    return parse


_YES = frozenset({"yes", "y", "true", "1", "on"})
_NO = frozenset({"no", "n", "false", "0", "off"})


def _toggle(text: str) -> bool:
    word = clean_line(text).lower()
    if word in _YES:
        return True
    if word in _NO or not word:
        return False
    raise _FieldValueError("YES or NO")


def _status(text: str) -> bool:
    word = clean_line(text).lower()
    if word in {"active", ""}:
        return True
    if word in {"inactive", "inactivated", "deleted"}:
        return False
    raise _FieldValueError("Active or Inactive")


_WHOLE = r"[+-]?\d{1,15}"
MOST_POINTS = 10**12


def _points(text: str) -> int:
    number = ungrouped(clean_line(text))
    if not number:
        return 0
    if not pattern(_WHOLE).fullmatch(number) or not 0 <= int(number) <= MOST_POINTS:
        raise _FieldValueError("a whole number, 0 or more")
    return int(number)


_COUNTRY_ALIASES = {
    "usa": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US", "america": "US",
    "uk": "GB", "u.k.": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "holland": "NL", "czech republic": "CZ", "turkey": "TR", "korea": "KR", "russia": "RU",
    "ivory coast": "CI", "burma": "MM", "macedonia": "MK", "uae": "AE",
}  # fmt: skip


_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


@cache
def countries() -> dict[str, str]:
    """ISO 3166 alpha-2 codes and the names CLDR gives them in English, in order of name."""
    from babel import Locale

    names = {str(code): str(name) for code, name in Locale("en").territories.items()}
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    return {code: names[code] for code in sorted(codes, key=lambda code: folding.fold(names[code]))}


@cache
def _country_names() -> dict[str, str]:
    names = {folding.fold(name): code for code, name in countries().items()}
    names |= {code.lower(): code for code in countries()}
    return names | {alias: code for alias, code in _COUNTRY_ALIASES.items() if code in countries()}


def _country(text: str) -> str:
    word = clean_line(text)
    if not word:
        return ""
    if (code := _country_names().get(folding.fold(word))) is None:
        raise _FieldValueError("not a country we know")
    return code


def _show_country(value: Value) -> str:
    return countries().get(str(value), str(value)) if value else ""


def _stores(text: str) -> tuple[str, ...]:
    names = (clean_line(part) for part in re.split(f"[{''.join(STORE_MARKS)}]", text))
    return tuple(dict.fromkeys(name for name in names if name))


def is_store_name(name: str) -> bool:
    """Whether a store could be called just so."""
    return 0 < len(name) <= LINE_LIMIT and clean_line(name) == name and not STORE_MARKS & set(name)


def _uid(text: str) -> str:
    word = clean_line(text)
    if not word:
        return ""
    try:
        return str(uuid.UUID(word))
    except ValueError:
        raise _FieldValueError("not a customer UID") from None


def _show_text(value: Value) -> str:
    return "" if value is None else str(value)


def _show_stores(value: Value) -> str:
    return STORE_SEPARATOR.join(value) if isinstance(value, tuple) else ""


def _show_any_date(value: Value) -> str:
    return show_date(value) if isinstance(value, date) else ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a customer.

    `name` is the attribute of `records.Customer`; `label` the manual's word, the form's label and the
    workbook's header; `aliases` other headers people use. `parse` reads typed text and `show` is its inverse;
    use `read` to get a fault that names the field. `width` is the width in cells that a list column wants.
    `limit` is the most characters the manual lets a person type, 0 where it names none.
    """

    name: str
    label: str
    section: Section
    kind: Kind
    parse: Callable[[str], Value]
    show: Callable[[Value], str] = _show_text
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    hint: str = ""
    width: int = 12
    empty: Value = ""
    limit: int = 0

    def read(self, text: str) -> Value:
        """The value a text stands for; raises FieldError when it is none, or when it is required and blank."""
        try:
            value = self.parse(text)
        except ValueError as fault:
            raise FieldError(self.name, str(fault)) from None
        if self.required and value == self.empty:
            raise FieldError(self.name, "required")
        return value


_GENDERS = ("Male", "Female", "Others")
_G, _S, _L, _A, _R = Section.GENERAL, Section.STORES, Section.LOYALTY, Section.ADDRESS, Section.RECORD

FIELDS: tuple[Field, ...] = (
    Field("uid", "Customer UID", _R, Kind.UID, _uid, aliases=("uid", "customer uuid"), width=36),
    Field("first_name", "First Name", _G, Kind.LINE, _line(25), required=True, width=16, limit=25,
          aliases=("first", "given name", "forename", "firstname"), hint="at most 25 characters"),
    Field("last_name", "Last Name", _G, Kind.LINE, _line(25), required=True, width=16, limit=25,
          aliases=("last", "surname", "family name", "lastname"), hint="at most 25 characters"),
    Field("email", "E-Mail", _G, Kind.EMAIL, _email, required=True, width=26,
          aliases=("email", "e-mail address", "email address", "mail"), hint="name@example.com"),
    Field("phone", "Phone Number", _G, Kind.PHONE, _phone, width=16, hint="6 to 28 digits",
          aliases=("phone", "phone no", "phone no.", "telephone", "tel", "mobile", "mobile number", "cell")),
    Field("gender", "Gender", _G, Kind.CHOICE, width=7, aliases=("sex",),
          parse=_choice(*_GENDERS, aliases={"m": "Male", "f": "Female", "o": "Others", "other": "Others"}),
          choices=_GENDERS),
    Field("date_of_birth", "Date of Birth", _G, Kind.DATE, _past_date, _show_any_date, width=11, empty=None,
          aliases=("dob", "birth date", "birthdate", "birthday", "born"), hint="DD-MMM-YYYY"),
    Field("id_number", "Customer ID Number", _G, Kind.CODE, _code, width=14, hint="letters and digits",
          aliases=("customer id", "customer id no", "customer number", "customer no", "id number", "id")),
    Field("nationality", "Nationality", _G, Kind.LINE, _line(LINE_LIMIT), width=14, aliases=("nation",)),
    Field("gate_code", "Gate Code", _G, Kind.CODE, _code, width=9, aliases=("gatecode",), hint="letters and digits"),
    Field("anniversary", "Anniversary", _G, Kind.DATE, parse_date, _show_any_date, width=11, empty=None,
          aliases=("anniversary date", "wedding anniversary"), hint="DD-MMM-YYYY"),
    Field("notes", "Notes", _G, Kind.NOTES, clean_notes, width=24, aliases=("note", "comments", "remarks")),
    Field("stores", "Stores", _S, Kind.STORES, _stores, _show_stores, width=18, empty=(),
          aliases=("store", "customer store", "customer stores")),
    Field("loyalty", "Loyalty", _L, Kind.TOGGLE, _toggle, lambda on: "YES" if on else "NO", width=7, empty=False,
          aliases=("loyalty program", "loyalty member", "in loyalty"), choices=("YES", "NO")),
    Field("points", "Loyalty Points", _L, Kind.WHOLE, _points, width=7, empty=0,
          aliases=("points", "balance", "loyalty balance", "points balance"), hint="a whole number"),
    Field("reason", "Reason", _L, Kind.LINE, _line(LINE_LIMIT), width=12, aliases=("loyalty reason",)),
    Field("gift_card", "Gift Card Number", _L, Kind.LINE, _line(64), width=16,
          aliases=("gift card", "giftcard", "gift card no", "card number")),
    Field("address_line1", "Address Line 1", _A, Kind.LINE, _line(LINE_LIMIT), width=20,
          aliases=("address", "address 1", "street", "street address", "address line")),
    Field("address_line2", "Apt, Suite, etc.", _A, Kind.LINE, _line(LINE_LIMIT), width=14,
          aliases=("address line 2", "address 2", "apt", "suite", "apt/suite", "apt, suite")),
    Field("city", "City", _A, Kind.LINE, _line(LINE_LIMIT), width=14, aliases=("town",)),
    Field("state", "State", _A, Kind.LINE, _line(LINE_LIMIT), width=6, aliases=("province", "region", "county")),
    Field("zip_code", "ZipCode", _A, Kind.LINE, _zip, width=10, hint="4 to 9 characters",
          aliases=("zip", "zip code", "postal code", "postcode", "post code")),
    Field("country", "Country", _A, Kind.COUNTRY, _country, _show_country, width=14, aliases=("country code",)),
    Field("enrolled", "Enroll Date", _R, Kind.DATE, parse_date, _show_any_date, width=11, empty=None,
          aliases=("enrol date", "enrolled", "enrollment date", "enrolment date", "joined", "member since")),
    Field("active", "Status", _R, Kind.STATUS, _status, lambda on: "Active" if on else "Inactive", width=8,
          empty=True, choices=("Active", "Inactive")),
)  # fmt: skip

BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}

PHOTO_LABEL = "User Photo"
NAME_LABEL = "Name"
NAME_ALIASES = ("customer name", "full name", "customer")
"""Headers of one column that holds both names; the last word is the last name."""

COLUMN_LABELS: dict[str, str] = {"photo": "Image", "name": NAME_LABEL} | {
    field.name: field.label for field in FIELDS if field.name != "uid"
}
"""What the list can show, by name: the manual's columns and every other field."""
