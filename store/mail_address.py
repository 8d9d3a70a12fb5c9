"""The one address that a mail goes to or comes from."""

from __future__ import annotations

import uuid

from store import fields
from store.errors import FieldError

_SEVERAL = frozenset(",;")
_NOWHERE = "regulars.invalid"
"""Ends a Message-ID that is made before there is a sender."""
_FAULT = "not a valid e-mail address"


def one_address(text: str, field: str = "recipient") -> str:
    """Exactly one e-mail address, checked by its form alone: nothing is looked up.

    Raises FieldError at `field` for none, several, one with a name, or any character that is not printed.
    """
    address = text.strip(" ")
    if not address:
        raise FieldError(field, "required")
    if not address.isprintable():
        raise FieldError(field, "no line breaks or control characters")
    if _SEVERAL & set(address) or address.count("@") > 1:
        raise FieldError(field, "one address only")
    if any(char.isspace() for char in address) or not set("<>\"'()[]\\").isdisjoint(address):
        raise FieldError(field, _FAULT)
    try:
        return str(fields.BY_NAME["email"].read(address))
    except FieldError:
        raise FieldError(field, _FAULT) from None


def ascii_address(address: str) -> str:
    """The address as every server takes it: a domain with letters such as ü in its ASCII form.

    What stands before the @ has no such form and stays as it is.
    """
    if address.isascii():
        return address
    from email_validator import validate_email

    checked = validate_email(address, check_deliverability=False)
    return checked.ascii_email or f"{checked.local_part}@{checked.ascii_domain}"


def new_message_id(sender: str) -> str:
    """A Message-ID that no other mail has, in the sender's domain; it tells nothing of this computer."""
    try:
        domain = ascii_address(one_address(sender)).rpartition("@")[2]
    except FieldError:
        domain = _NOWHERE
    return f"<{uuid.uuid4()}@{domain}>"
