"""What the customer form does besides showing itself: its choosers, its photo, its saving."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from store import clock, customers, fields, photos
from store.errors import FieldError, StoreError
from tui.commands import BY_ID
from tui.jobs import run_store
from tui.pictures import Thumbnail, thumbnail
from tui.recent_folders import Purpose
from tui.widgets.country_field import CountryField
from tui.widgets.date_field import DateField
from tui.widgets.photo import PhotoField

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.customer_records import Customer, Duplicate
    from store.database import Book
    from tui.form_model import FormModel
    from tui.screens.customer_form import CustomerFormScreen
    from tui.widgets.form_field import ChoiceWanted

_BECAUSE = {"phone": "phone", "email": "e-mail", "date_of_birth": "name and birthday"}


class SavingFailedError(StoreError):
    """Something that no store error foresees went wrong; what was typed is still on the form."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(f"Not saved: {reason or type(reason).__name__}. What you typed is still here; try again.")


def save_work(model: FormModel) -> Callable[[Book], Customer]:
    """What saves the model; taken from it now, so that nothing typed later slips in halfway."""
    values = model.changes()
    photo = model.photo if model.photo_changed else customers.KEEP
    base = model.customer

    def save(book: Book) -> Customer:
        try:
            if base is None:
                return customers.create(book, values, model.photo)
            return customers.update(book, base.id, values, base.version, base=base, photo=photo)
        except StoreError:
            raise
        except Exception as error:
            raise SavingFailedError(error) from error

    return save


def show_photo(form: CustomerFormScreen) -> None:
    """Show the photo that the model holds, or the customer's own once it is read."""
    control = form.query_one(PhotoField)
    model = form.model
    if model.photo_changed:
        image = model.photo
    elif model.customer is None or not model.customer.has_photo:
        return
    else:
        image = None
    if model.photo_changed and image is None:
        return
    customer_id = model.customer.id if model.customer is not None else 0

    def read(book: Book) -> Thumbnail | None:
        photo = image or customers.photo(book, customer_id)
        return _small(photo) if photo is not None else None

    control.show(None, pending=True)
    run_store(form, read, control.show, on_error=lambda error: _photo_fault(form, error), group="photo")


def choose_for(form: CustomerFormScreen, message: ChoiceWanted) -> None:
    """Open what a control chooses from, and give it what was chosen."""
    match message.sender:
        case DateField() as control:
            _choose_date(form, control, form.model.fields[message.name])
        case CountryField() as control:
            _choose_country(form, control, form.model.fields[message.name], message.typed)
        case PhotoField() as control:
            _choose_photo(form, control)


def _choose_date(form: CustomerFormScreen, control: DateField, field: fields.Field) -> None:
    def take(day: date | None) -> None:
        if day is not None:
            control.take(field.show(day))

    form.regulars.open_screen("calendar", take, title=field.label, typed=control.entry, latest=_latest_day(field))


def _choose_country(form: CustomerFormScreen, control: CountryField, field: fields.Field, typed: str) -> None:
    def take(code: str | None) -> None:
        if code is not None:
            control.take(code)

    rows = list(fields.countries().items())
    form.regulars.open_screen("picker", take, title=field.label, rows=rows, current=control.entry, typed=typed)


def _choose_photo(form: CustomerFormScreen, control: PhotoField) -> None:
    def take(path: Path | None) -> None:
        if path is not None:
            _take_photo(form, control, path)

    form.regulars.open_screen(
        "file_chooser", take, heading=fields.PHOTO_LABEL, kinds=photos.ENDINGS, purpose=Purpose.PHOTO
    )


def duplicate_line(found: tuple[Duplicate, ...]) -> str:
    """Who the new customer may be, and the key that opens them; '' when nobody."""
    if not found:
        return ""
    first = found[0]
    same = " and ".join(_BECAUSE[name] for name in first.because if name in _BECAUSE)
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    who = ", ".join(part for part in (first.customer.name, first.customer.phone or first.customer.email) if part)
    state = "" if first.customer.active else " (inactive)"
    return f"Same {same}: {who}{state}{more}   {BY_ID['open_duplicate'].key_label} opens"


def _latest_day(field: fields.Field) -> date | None:
    """Today for a field that refuses tomorrow."""
    today = clock.today()
    try:
        field.read(fields.show_date(today + timedelta(days=1)))
    except FieldError:
        return today
    return None


def _take_photo(form: CustomerFormScreen, control: PhotoField, path: Path) -> None:
    def prepare(_book: Book) -> tuple[bytes, Thumbnail]:
        photo = photos.prepare(path)
        return photo, _small(photo)

    def show(prepared: tuple[bytes, Thumbnail]) -> None:
        photo, small = prepared
        form.put_photo(photo)
        control.show(small)

    def refuse(error: StoreError) -> None:
        _photo_fault(form, error)
        show_photo(form)

    form.say_fault(control.name or "", "")
    control.show(None, pending=True)
    run_store(form, prepare, show, on_error=refuse, group="photo", exclusive=True)


def _small(photo: bytes) -> Thumbnail:
    try:
        return thumbnail(photo)
    except (OSError, ValueError, SyntaxError) as error:
        raise FieldError("photo", "cannot be shown") from error


def _photo_fault(form: CustomerFormScreen, error: StoreError) -> None:
    form.query_one(PhotoField).show(None)
    form.say_fault("photo", str(error))
