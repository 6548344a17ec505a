"""Forms: what a person may send. They trim, bound and refuse; rules live in verbs."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is younger than the stubs
    Field,
    SelectChoice,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.simple import PasswordField

from app.kernel.refusal import Refusal

LONGEST_LINE = 255
LONGEST_TEXT = 20_000


def _trim(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _no_file(value: object) -> object:
    """A file that is sent where text is asked for counts as nothing."""
    return None if isinstance(value, FileStorage) else value


def choices(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """What a select or a row of buttons offers, from (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]


@contextmanager
def beside_the_field() -> Iterator[None]:
    """A verb's own check, asked while the form is read, so that a person hears of all mistakes at once."""
    try:
        yield
    except Refusal as refusal:
        raise ValidationError(str(refusal)) from refusal


class _Bounds:
    """On every text field, whether its author thought of it or not."""

    def __call__(self, _form: Any, field: Field) -> None:
        longest = LONGEST_TEXT if isinstance(field, TextAreaField) else LONGEST_LINE
        if isinstance(field.data, str) and len(field.data) > longest:
            raise ValidationError(_("Use at most %(longest)s characters.", longest=longest))


class Form(FlaskForm):
    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            field = unbound_field.bind(form=form, **options)
            if isinstance(field, StringField):
                field.validators = [*field.validators, _Bounds()]
                field.filters = [_no_file, *field.filters]
                # A password is taken as it was typed.
                if not isinstance(field, PasswordField):
                    field.filters = [*field.filters, _trim]
            return field

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        return bool(super().validate_on_submit(extra_validators))  # type: ignore[no-untyped-call]

    def refuse(self, refusal: Refusal) -> None:
        """Show a rule's refusal beside the field it is about, or above the form."""
        field = self._at((refusal.field or "").split("."))
        if field is not None:
            field.errors = [*field.errors, str(refusal)]
        else:
            self.form_errors.append(str(refusal))

    def _at(self, path: list[str]) -> Any:
        """`billing.city` is the city in the form within this form."""
        found: Any = self
        for name in path:
            found = getattr(found, "form", found)._fields.get(name)  # a form has no other way to ask
            if found is None:
                return None
        return found
